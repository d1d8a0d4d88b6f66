import Foundation
import Testing

/// Reports kept beside a study, and what an export takes from them.
@Suite struct EvidenceCommandTests {
  private static let period = ["--from", "2016-09-01", "--to", "2018-12-31"]
  private static func made() throws -> Scratch {
    let folder = try Scratch()
    try folder.write(
      "space.yaml",
      "version: 1\nname: s\ncondor: {short_delta: [0.08, 0.12, 0.16, 0.2]}\nexit: {stop: {loss_multiple: [1, 2, 3]}}\n"
    )
    let sweep = try Command.run(["sweep", "space.yaml", "--out", "s"] + period, in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")
    return folder
  }

  @Test func reportsAreKeptAsTheyArePrinted() throws {
    let folder = try Self.made()
    for arguments in [["luck", "s", "--resamples", "200"], ["risk", "s"], ["walkforward", "s"]] {
      let run = try Command.run(arguments + ["--json"], in: folder)
      #expect(run.status == 0 && run.err == "kept in s/\(arguments[0]).json\n", "\(run.err)")
      #expect(try folder.text("s/\(arguments[0]).json") == run.out)
      let study = try #require(try run.object()["study"] as? [String: Any])
      #expect((study["storeDigest"] as? String)?.count == 64)
    }
    // the study's space on the study's market is the space's own walk
    let study = try Command.run(["walkforward", "s", "--json"], in: folder).object()
    let file = try Command.run(["walkforward", "space.yaml", "--json"] + Self.period, in: folder).object()
    for key in ["windows", "curveSessions", "differences"] {
      #expect((study[key] as? NSArray) == (file[key] as? NSArray), "\(key)")
    }
    let other = try Command.run(
      ["luck", "s", "--resamples", "200", "--benchmark", "none.csv"], in: folder)
    #expect(other.status == 1, "a missing benchmark is told")
  }

  @Test func theExportSaysWhatSpeaksAgainstThePick() throws {
    let folder = try Self.made()
    let first = try Command.run(["export", "s", "--pick", "0", "--json"], in: folder)
    #expect(first.status == 0)
    #expect(first.err.contains("warning: condor.short_delta lies at the low end"), "\(first.err)")
    #expect(first.err.contains("warning: exit.stop.loss_multiple lies at the low end"), "\(first.err)")
    let exported = try #require(try first.object()["exported"] as? [String: Any])
    let evidence = try #require(exported["evidence"] as? [String: Any])
    let out = try #require(evidence["out_of_sample"] as? [String: Any])
    #expect(out["method"] as? String == "trials" && evidence["trials"] as? Int == 12)
    #expect((evidence["warnings"] as? [String])?.count == first.err.split(separator: "\n").count)
    // a search in each window finds what the trials' table tells, but for the last entry of a window
    let walk = try Command.run(["walkforward", "s"], in: folder)
    #expect(walk.status == 0, "\(walk.err)")
    let second = try Command.run(["export", "s", "--pick", "0", "--json"], in: folder)
    let again = try #require(
      ((try second.object()["exported"] as? [String: Any])?["evidence"] as? [String: Any])?["out_of_sample"]
        as? [String: Any])
    #expect(again["method"] as? String == "search" && again["sessions"] as? Int == out["sessions"] as? Int)
    #expect(again["windows"] as? Int == out["windows"] as? Int)
    // the file is a configuration as before
    let file = try Command.run(["export", "s", "--to", "t.yaml"], in: folder)
    #expect(file.status == 0, "\(file.err)")
    let run = try Command.run(["backtest", "t.yaml"], in: folder)
    #expect(run.status == 0 && (run.out + run.err).contains("reproduced"), "\(run.out)\(run.err)")
    let bare = try Command.run(["export", "s", "--no-evidence"], in: folder)
    #expect(bare.err.isEmpty && bare.out.contains("evidence: not asked for"), "\(bare.err)\(bare.out)")
  }

  /// Neither a study's own files nor any database is replaced by a result.
  @Test func resultsReplaceNoStudyAndNoHistory() throws {
    let folder = try Self.made()
    try FileManager.default.copyItem(atPath: folder.path("s/study.sqlite"), toPath: folder.path("h.db"))
    let store = try Data(contentsOf: URL(filePath: folder.path("h.db")))
    for (arguments, told) in [
      (["export", "s", "--to", "s/study.sqlite"], "must be different files"),
      (["export", "s", "--to", "s/summary.json"], "must be different files"),
      (["risk", "s", "--out", "s/study.sqlite"], "must be different files"),
      (["risk", "s", "--out", "h.db"], "a study or a history, which no result replaces"),
      (["walkforward", "s", "--csv", "s/study.sqlite"], "must be different files"),
      (["walkforward", "s", "--out", "h.db"], "a study or a history, which no result replaces"),
      (["export", "s", "--to", "h.db"], "a study or a history, which no result replaces"),
    ] {
      let run = try Command.run(arguments, in: folder)
      #expect(run.status == 1 && run.err.contains(told), "\(arguments) \(run.err)")
      for file in ["s/study.sqlite", "h.db"] {
        #expect(try Data(contentsOf: URL(filePath: folder.path(file))) == store, "\(arguments)")
      }
    }
  }

  /// The account begins where the figures do.
  @Test func anExportedFileIsExplainedOverItsOwnPeriod() throws {
    let folder = try Scratch()
    try folder.write(
      "space.yaml", "version: 1\nname: s\naccount_dollars: 700\ncondor: {short_delta: [0.16, 0.2]}\n")
    let period = ["--from", "2018-06-01", "--to", "2018-08-31"]
    let sweep = try Command.run(["sweep", "space.yaml", "--out", "s"] + period, in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")
    _ = try Command.run(["export", "s", "--to", "t.yaml", "--no-evidence"], in: folder)
    let run = try Command.run(["backtest", "t.yaml", "--sessions", "s.csv"], in: folder)
    #expect(run.status == 0, "\(run.err)")
    let rows = try folder.text("s.csv").split(separator: "\n").dropFirst().map {
      $0.components(separatedBy: ",")
    }
    for row in rows.filter({ ["traded", "margin", "period_ends"].contains($0[1]) }).prefix(6) + rows.suffix(1)
    {
      let told = try Command.run(["explain", "t.yaml", "--date", row[0], "--json"], in: folder).object()
      #expect(told["outcome"] as? String == row[1], "\(row)")
    }
    let outside = try Command.run(["explain", "t.yaml", "--date", "2018-05-31"], in: folder)
    #expect(outside.status == 1 && outside.err.contains("2018-06-01 to 2018-08-31"), "\(outside.err)")
  }

  @Test(arguments: [
    (["walkforward", "s", "--seed", "7"], "the study's own: leave them out"),
    (["walkforward", "s", "space.yaml"], "s is a folder: a study is walked alone"),
    (["walkforward", "s", "--from", "2018-01-02"], "the study's own: leave them out"),
    (["walkforward", "."], "no study.sqlite in it"),
    (["walkforward", "s", "--history", "bundles"], "bundles"),
    (["export", ".", "--pick", "0"], "no study.sqlite in it"),
    (["export", "s", "--pick", "12"], "no trial 12"),
  ])
  func whatCannotBeAskedIsRefused(arguments: [String], told: String) throws {
    let folder = try Self.made()
    let run = try Command.run(arguments, in: folder)
    #expect(run.status == 1 && run.err.contains(told) && run.out.isEmpty, "\(run.err)")
  }
}
