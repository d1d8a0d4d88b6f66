import Foundation
import HistoryStore
import MarketData
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

  @Test(arguments: [
    ("alvh-tilt", 8), ("theta-entry", 36), ("exit-rule", 9), ("coupled-trigger", 6), ("theta-shift", 28),
  ])
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

  /// With a ratio of 0 the rule is the mechanical stop, to the cent; with 1 it closes on fewer days.
  @Test func exitRule() throws {
    let folder = try Scratch()
    let example = Checkout.params("exit-rule")
    let text = try String(contentsOfFile: example, encoding: .utf8)
    func net(_ name: String, _ text: String) throws -> (net: Double, closed: Int) {
      try folder.write(name, text)
      let run = try Command.run(
        ["backtest", name, "--audit", "a.jsonl", "--json"] + Self.period, in: folder)
      #expect(run.status == 0, "\(run.err)")
      let lines = try folder.text("a.jsonl").split(separator: "\n")
      let figures = try run.object()["figures"] as? [String: Any]
      let closed = lines.count { $0.contains("\"kind\":\"exit_rule\"") || $0.contains("\"kind\":\"stop\"") }
      return (try #require(figures?["netDollars"] as? Double), closed)
    }
    func ruled(_ ratio: String) -> String {
      text.replacing("[0.5, 1.0, 2.0]", with: "1.0").replacing("[0, 0.95, 1.0]", with: ratio)
    }
    let always = try net("always.yaml", ruled("0"))
    let before = try #require(text.components(separatedBy: "\nexit:").first)
    let stop = try net("stop.yaml", before + "\nexit: {stop: {loss_multiple: 1.0}}\n")
    let inverted = try net("inverted.yaml", ruled("1.0"))
    #expect(always == stop && always.closed > inverted.closed)
  }

  /// Planned as one by one; every opening on the loss is told with the loss that it saw.
  @Test func coupledTrigger() throws {
    let folder = try Scratch()
    let example = Checkout.params("coupled-trigger")
    let plan = try Command.run(["plan", example, "--json"] + Self.period, in: folder)
    #expect(try plan.object()["generalPath"] as? Int == 6, "\(plan.err)")
    let text = try String(contentsOfFile: example, encoding: .utf8)
    try folder.write(
      "one.yaml", text.replacing("[0.25, 0.5, 1.0]", with: "0.5").replacing("[0, 10]", with: "0 "))
    let run = try Command.run(
      ["backtest", "one.yaml", "--audit", "a.jsonl", "--json"] + Self.period, in: folder)
    #expect(run.status == 0, "\(run.err)")
    let opened = try folder.text("a.jsonl").split(separator: "\n").filter {
      $0.contains("\"kind\":\"layer_opened\"") && $0.contains("trigger = loss >= 0.5 * credit")
    }
    #expect(opened.count > 5)
    for line in opened {
      let made = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      let seen = try #require(made?["inputs"] as? [String: Any])
      let (loss, credit) = (seen["loss"] as? Double ?? .nan, seen["credit"] as? Double ?? .nan)
      #expect(loss >= 0.5 * credit, "\(line)")
    }
    let explained = try Command.run(["rules", "explain", example], in: folder)
    #expect(explained.out.contains("depends on the condor (coupled)"), "\(explained.out)")
  }

  /// Tranches of calls want VVIX: refused without; with it layers open, are told with what they saw, and every report takes
  /// them.
  @Test func calls() throws {
    let folder = try Scratch()
    let example = Checkout.params("alvh-calls")
    let refused = try Command.run(["backtest", example], in: folder)
    #expect(refused.status == 1 && refused.err.contains("import daily closes of VVIX"), "\(refused.err)")
    let start = try #require(SessionDate(iso: "2016-01-04"))
    var history = try SyntheticMarket.history(years: 1, seed: 1, start: start)
    history.volatility[.vvix] = history.volatility[.vix]?.map { 60 + 2 * $0 }
    try HistoryStore.write(history, to: folder.path("h.sqlite"))
    let here = ["--history", "h.sqlite"]
    let run = try Command.run(["backtest", example, "--audit", "a.jsonl"] + here, in: folder)
    #expect(run.status == 0, "\(run.err)")
    for words in ["unvalidated model", "fractional, not tradable: first"] { #expect(run.out.contains(words)) }
    let lines = try folder.text("a.jsonl").split(separator: "\n")
    let opened = lines.filter { $0.contains("\"kind\":\"layer_opened\"") }
    #expect(opened.count > 20 && opened.allSatisfy { $0.contains("VIX call 201") })
    #expect(opened.allSatisfy { $0.contains("\"indicative_call_points\":") })
    #expect(lines.contains { $0.contains("\"ask_at_opening_points\":") })
    #expect(lines.contains { $0.contains("\"settlement_bid_points\":") })
    let swept = try Self.sweep("alvh-calls", here, in: folder)
    #expect(swept["configurations"] as? Int == 1)
    for report in ["capital", "breakeven", "stress", "plan"] {
      let told = try Command.run([report, example] + here, in: folder)
      #expect(told.status == 0, "\(report): \(told.err)")
    }
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
