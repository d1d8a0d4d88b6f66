import Foundation
import TestSupport
import Testing

/// Every example of what rules can decide, run as its comments say and held against the reference engine.
@Suite("Examples of rules")
struct ExampleTests {
  private static let period = ["--from", "2016-06-01", "--to", "2016-12-30"]

  private static func sweep(_ name: String, _ more: [String], in folder: Scratch) throws -> [String: Any] {
    let swept = try Command.run(
      ["sweep", Checkout.params(name), "--verify", "12", "--out", "s", "--json"] + more, in: folder)
    #expect(swept.status == 0, "\(name): \(swept.err)")
    return try swept.object()
  }

  @Test(arguments: [("alvh-tilt", 8), ("theta-entry", 36), ("theta-shift", 28)])
  func searched(name: String, configurations: Int) throws {
    let folder = try Scratch()
    let made = try Self.sweep(name, Self.period, in: folder)
    #expect(made["configurations"] as? Int == configurations)
    #expect((made["trades"] as? Int ?? 0) > 100)
  }

  /// The ladder sells in steps, a rule sells the rest, and both are told with what they saw.
  @Test func secondEngine() throws {
    let folder = try Scratch()
    let example = Checkout.params("second-engine")
    let run = try Command.run(
      ["backtest", example, "--audit", "a.jsonl", "--json", "--from", "2014-06-02", "--to", "2018-12-31"],
      in: folder)
    #expect(run.status == 0, "\(run.err)")
    let lines = try folder.text("a.jsonl").split(separator: "\n")
    func count(_ part: String) -> Int { lines.count { $0.contains(part) } }
    #expect(count("\"kind\":\"layer_opened\"") > 20 && count("\"kind\":\"monetised\"") > 0)
    let released = lines.filter { $0.contains("close_when = ") }
    #expect(!released.isEmpty && released.allSatisfy { $0.contains("\"vix_giveback\":") })
    #expect(released.allSatisfy { $0.contains("\"hedge_gain\":") })
  }

  /// The overlay asks for a series that a history doesn't have by itself: refused without, run with the made-up one.
  @Test func overlay() throws {
    let folder = try Scratch()
    let refused = try Command.run(["sweep", Checkout.params("overlay-10pct"), "--out", "none"], in: folder)
    #expect(refused.status == 1 && refused.err.contains("p_cf"), "\(refused.err)")
    let series = SharedData.root.appending(path: "params/series/p_cf-made-up.csv").path
    let simulate = [
      "data", "simulate", "--years", "1", "--seed", "1", "--from", "2016-01-04", "--series", series, "--into",
      "h.sqlite",
    ]
    let done = try Command.run(simulate, in: folder)
    #expect(done.status == 0, "\(done.err)")
    let made = try Self.sweep("overlay-10pct", ["--history", "h.sqlite"], in: folder)
    #expect(made["configurations"] as? Int == 6)
    let families = try #require(made["bestByFamily"] as? [String: [String: Any]])
    let figures = try #require(families["alvh"]?["figures"] as? [String: Any])
    #expect((figures["hedgedTrades"] as? Int ?? 0) > 10)
  }
}
