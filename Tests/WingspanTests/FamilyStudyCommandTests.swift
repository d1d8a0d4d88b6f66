import Foundation
import Testing
import TestSupport

/// `wingspan compare --study` as a user runs it.
@Suite struct FamilyStudyCommandTests {
  static let quick = [
    "--from", "2018-01-02", "--to", "2018-06-29", "--budget", "30", "--vx-seeds", "2",
  ]

  /// The families that ship, with nothing else given: the same bytes at one, two and three threads.
  @Test func theDefaultFamiliesRunAndThreadsDontMatter() throws {
    let folder = try Scratch()
    var outputs: [String] = []
    for threads in 1...3 {
      let run = try Command.run(
        ["compare", "--study", "--json", "--threads", "\(threads)", "--out", "r.json", "--ledger", "l.csv"]
          + Self.quick,
        in: folder)
      #expect(run.status == 0 && run.err.isEmpty, "\(run.err)")
      #expect(try folder.text("r.json") == run.out, "--out is what --json prints")
      outputs.append(try run.out + folder.text("l.csv"))
    }
    #expect(outputs[0] == outputs[1] && outputs[0] == outputs[2])
    let report = try Command.run(["compare", "--study", "--json"] + Self.quick, in: folder).object()
    CommandTests.expectKeys(
      report,
      "history disclosure isDemonstration from to trainUntil sessions judged leftOut method objectives budget seed "
        + "resamples families equalTerms regimes ledger findings sensitivity")
    #expect(report["isDemonstration"] as? Bool == true)
    let families = try #require(report["families"] as? [[String: Any]])
    #expect(families.compactMap { $0["family"] as? String } == ["hold", "stop", "alvh"])
    let findings = try #require(report["findings"] as? [[String: Any]])
    #expect(
      findings.count == 6 && findings.allSatisfy { $0["verdict"] is String && $0["definition"] is String })
    let tried = try #require(report["sensitivity"] as? [[String: Any]]).compactMap { $0["name"] as? String }
    #expect(
      tried.count == 14,
      "four slippages, two levels, two betas, no noise, a seed of VX, two of the searches, two of minutes")
    #expect(tried.suffix(2) == ["minutes seed + 1", "minutes seed + 2"])
    let stopped = try #require((families[1]["outOfSample"] as? [String: Any])?["stopped"] as? Int)
    #expect((report["ledger"] as? [Any])?.count == stopped && stopped > 0)
    #expect(try folder.text("l.csv").split(separator: "\n").count == stopped + 1)
  }

  @Test func stopsAndHedgeTogetherAreAFourthFamily() throws {
    let files = ["hold", "stops", "alvh", "both"].map { Checkout.params("study/\($0)") }
    let run = try Command.run(["compare", "--study"] + files + Self.quick, in: Scratch())
    #expect(run.status == 0, "\(run.err)")
    for text in [
      "4 families on bundled-2014-2018", "both", "at hold's CVaR95", "At equal carry: stops cost ",
      "(6) carry is worth it: ", "Minutes are simulated: a demonstration, no evidence.",
    ] { #expect(run.out.contains(text), "\(text)") }
    #expect(run.out.split(separator: "\n").allSatisfy { $0.count <= 130 })
  }
}
