import Foundation
import Testing

/// `wingspan stability` as a user runs it.
@Suite struct StabilityCommandTests {
  private static let period = ["--from", "2017-01-03", "--to", "2017-06-30"]
  private static let space =
    "version: 1\nname: s\ncondor: {short_delta: [0.08, 0.12, 0.16, 0.2]}\nexit: {stop: [none, {loss_multiple: 1}]}\n"
  private static let configuration =
    "version: 1\nname: c\ncondor: {short_delta: 0.12}\nexit: {stop: {loss_multiple: 1}}\n"

  private static func study() throws -> Scratch {
    let folder = try Scratch()
    try folder.write("space.yaml", space)
    try folder.write("c.yaml", configuration)
    let sweep = try Command.run(["sweep", "space.yaml", "--out", "s"] + period, in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")
    return folder
  }

  @Test func aStudyIsTold() throws {
    let folder = try Self.study()
    let run = try Command.run(
      ["stability", "s", "--pick", "3", "--seeds", "3", "--re-choose", "--json"], in: folder)
    #expect(run.status == 0, "\(run.err)")
    let report = try run.object()
    #expect(report["schema"] as? Int == 1 && report["trial"] as? Int == 3 && report["tried"] as? Int == 8)
    #expect(
      report["settings"] as? [String: String] == [
        "condor.short_delta": "0.12", "exit.stop": "{\"loss_multiple\": 1}",
      ])
    // the same setting as a backtest
    let backtest = try Command.run(["backtest", "c.yaml", "--json"] + Self.period, in: folder).object()
    let figures = try #require(backtest["figures"] as? [String: Any])
    let given = try #require(report["given"] as? [String: Any])
    for key in ["netDollars", "meanDollars", "sharpe", "maxDrawdownDollars"] {
      #expect(given[key] as? Double == figures[key] as? Double && given[key] is Double, "\(key)")
    }
    let around = try #require(report["neighbourhood"] as? [String: Any])
    #expect(around["neighbours"] as? Int == 2 && around["isWhole"] as? Bool == true)
    let rows = try #require(report["perturbations"] as? [[String: Any]])
    #expect(
      rows.first?["name"] as? String == "as given" && rows.first?["kind"] as? String == "none"
        && rows.count == 12)
    // by another seed of the minutes, and what it chooses
    let seeds = try #require((report["seeds"] as? [String: Any])?["rows"] as? [[String: Any]])
    let other = try Command.run(["backtest", "c.yaml", "--json", "--seed", "3"] + Self.period, in: folder)
      .object()
    let drawn = try #require(seeds.last?["figures"] as? [String: Any])
    #expect(drawn["netDollars"] as? Double == (other["figures"] as? [String: Any])?["netDollars"] as? Double)
    let choices = try #require((report["repeated"] as? [String: Any])?["rows"] as? [[String: Any]])
    #expect(choices.count == 3 && choices.allSatisfy { $0["evaluations"] as? Int == 8 })
    let text = try Command.run(["stability", "s", "--seeds", "3", "--re-choose"], in: folder)
    for told in [
      "a demonstration, no evidence", ", one of 8 tried, by sharpe", "slippage 0.10 points", "3 seeds of",
      "chosen by seed",
    ] {
      #expect(text.out.contains(told), "\(told)\n\(text.out)")
    }
    #expect(text.status == 0 && text.err == "kept in s/stability.json\n", "\(text.err)")
  }

  @Test func aConfigurationIsTold() throws {
    let folder = try Self.study()
    let run = try Command.run(["stability", "c.yaml", "--seeds", "2", "--json"] + Self.period, in: folder)
    let report = try run.object()
    #expect(run.status == 0 && report["neighbourhood"] is NSNull && report["trial"] is NSNull)
    #expect(report["repeated"] is NSNull && (report["seeds"] as? [String: Any])?["best"] is NSNull)
    let text = try Command.run(["stability", "c.yaml", "--seeds", "2"] + Self.period, in: folder)
    #expect(text.out.hasPrefix("c, on bundled-2014-2018") && !text.out.contains("rank"), "\(text.out)")
  }

  /// An exported file is asked about on the period of its own figures, as a backtest of it.
  @Test func anExportedFileHasItsPeriod() throws {
    let folder = try Self.study()
    let export = try Command.run(
      ["export", "s", "--pick", "3", "--no-evidence", "--to", "e.yaml"], in: folder)
    #expect(export.status == 0, "\(export.err)")
    let report = try Command.run(["stability", "e.yaml", "--seeds", "2", "--json"], in: folder).object()
    #expect(report["from"] as? String == "2017-01-03" && report["to"] as? String == "2017-06-30")
    let later = try Command.run(
      ["stability", "e.yaml", "--seeds", "2", "--json", "--from", "2017-03-01"], in: folder
    ).object()
    #expect(later["from"] as? String == "2017-03-01" && later["to"] as? String == "2017-06-30")
  }

  /// A choice of one setting fits no draw, and is better than no other trial.
  @Test func theOnlySettingFitsNothing() throws {
    let folder = try Scratch()
    try folder.write("one.yaml", "version: 1\nname: o\ncondor: {short_delta: [0.12]}\n")
    let sweep = try Command.run(["sweep", "one.yaml", "--out", "o"] + Self.period, in: folder)
    #expect(sweep.status == 0, "\(sweep.err)")
    let run = try Command.run(["stability", "o", "--seeds", "3", "--re-choose"], in: folder)
    #expect(run.status == 0 && !run.out.contains("fits the draw"), "\(run.err)")
    let text = run.out.split(whereSeparator: \.isWhitespace).joined(separator: " ")
    for told in [
      "What the other seeds choose shows $ 0.00 a session more", "It is the only trial",
      "Chosen anew by 2 other seeds: 2 choose this pick", "3 of 3 seeds, the study's own among them",
    ] {
      #expect(text.contains(told), "\(told)\n\(text)")
    }
  }

  @Test func whatCantBeAskedIsRefused() throws {
    let folder = try Self.study()
    for (arguments, told) in [
      (["nowhere"], "nowhere"), (["s", "--seeds", "1"], "--seeds must be 2 to 1000, was 1"),
      (["s", "--pick", "8"], "no trial 8; it holds trials 0 to 7"),
      (["s", "--seed", "3"], "--seed goes with a configuration"),
      (["c.yaml", "--pick", "1"], "--pick goes with the folder of a study"),
      (["c.yaml", "--re-choose"], "--re-choose goes"),
      (["space.yaml"], "space.yaml"), (["s", "--history", "gone.sqlite"], "gone.sqlite"),
    ] {
      let run = try Command.run(["stability"] + arguments, in: folder)
      #expect(run.status == 1 && run.err.contains(told) && run.out.isEmpty, "\(arguments) \(run.err)")
    }
  }

  /// Ctrl-C tells nothing, and says so.
  @Test func interrupted() throws {
    let folder = try Self.study()
    let started = try Command.start(["stability", "s", "--seeds", "1000"], in: folder)
    // a second of its own processor time is well into the seeds, however busy the machine is
    let deadline = Date.now.addingTimeInterval(120)
    while WalkForwardCommandTests.ticks(started.process.processIdentifier) < 100, started.process.isRunning,
      Date.now < deadline
    {
      Thread.sleep(forTimeInterval: 0.02)
    }
    try #require(started.process.isRunning, "it ended before it could be interrupted")
    started.process.interrupt()
    let run = try Command.end(started)
    #expect(
      run.status == 130 && !run.crashed && run.out.isEmpty && run.err.hasPrefix("interrupted: "), "\(run.err)"
    )
  }
}
