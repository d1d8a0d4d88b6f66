import Foundation
import Testing

/// `wingspan signals` and `wingspan rules`, as a user meets them.
@Suite struct SignalCommandTests {
  private static let period = ["--from", "2017-01-03", "--to", "2017-02-28"]

  @Test func valuesWithTheirTimes() throws {
    let folder = try Scratch()
    try folder.write("out.csv", "an older file\n")
    let run = try Command.run(
      [
        "signals", "--signals", "vix, rsi(14),event(FOMC, CPI) within 1 session", "--out", "out.csv",
        "--json",
      ]
        + Self.period, in: folder)
    #expect(run.status == 0, "\(run.err)")
    let report = try run.object()
    let signals = try #require(report["signals"] as? [[String: Any]])
    #expect(
      signals.compactMap { $0["signal"] as? String } == [
        "vix", "rsi(14, 5 min)", "event(FOMC, CPI) within 1 session",
      ])
    let lines = try folder.text("out.csv").split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "signal,session,minute,value,observed,known,missing")
    #expect(lines.count == 1 + 3 * 39 + 1, "one a session of each, and the last line end")
    #expect(lines[1] == "vix,2017-01-03,09:30,14.04,2016-12-30 16:15,2016-12-30 16:15,")
    #expect(lines[40].hasPrefix("\"rsi(14, 5 min)\",2017-01-03,16:00,"))
    #expect(lines[40].hasSuffix(",2017-01-03 16:00,2017-01-03 16:00,"))
    #expect(
      lines.contains(
        "\"event(FOMC, CPI) within 1 session\",2017-02-01,09:30,1.0,2017-02-01 09:30,2017-02-01 09:30,"))
    #expect(folder.names == ["out.csv"], "nothing half written is left")

    let minutes = try Command.run(
      ["signals", "--signals", "spx,variance_ratio", "--minute-bars", "--out", "/dev/stdout"]
        + ["--from", "2017-01-03", "--to", "2017-01-03"], in: folder)
    #expect(minutes.status == 0, "\(minutes.err)")
    let rows = minutes.out.split(separator: "\n")
    #expect(rows.count == 1 + 2 * 391)
    #expect(rows[392] == "variance_ratio(5),2017-01-03,09:30,,,,too little history")
    #expect(minutes.err.contains("variance_ratio(5)"), "the coverage doesn't spoil the values")
  }

  @Test func allThatTheHistorySupplies() throws {
    let folder = try Scratch()
    let run = try Command.run(["signals", "--out", "all.csv"] + Self.period, in: folder)
    #expect(run.status == 0, "\(run.err)")
    #expect(run.out.contains("roll_yield") && !run.out.contains("order_flow"))
    let text = try folder.text("all.csv")
    #expect(text.contains("\nmev(20),2017-02-28,16:00,") && !text.contains("\nmove"))
  }

  @Test(
    arguments: [
      ("order_flow", "import intraday bars of SPY with a column of volume"),
      ("wacc", "import the series DGS10"), ("loss", "value of the trade itself"),
      ("vix > 20", "is a rule, not one signal"), ("vix,rsy", "did you mean 'rsi'?"),
      ("macd(26, 12)", "swap their lengths"), ("rsi(14", "is expected"), ("vix,", "there is nothing"),
    ])
  func refusals(signals: String, message: String) throws {
    let folder = try Scratch()
    let run = try Command.run(
      ["signals", "--signals", signals, "--out", "out.csv"] + Self.period, in: folder)
    #expect(run.status == 1 && run.err.contains(message), "\(run.err)")
    #expect(folder.names.isEmpty)
  }

  @Test func theCatalogueWithItsCoverage() throws {
    let folder = try Scratch()
    let json = try Command.run(["rules", "list", "--json"] + Self.period, in: folder)
    let list = try #require(try JSONSerialization.jsonObject(with: Data(json.out.utf8)) as? [[String: Any]])
    func entry(_ name: String) -> [String: Any]? { list.first { $0["signal"] as? String == name } }
    let vix = try #require(entry("vix")?["coverage"] as? [String: Any])
    #expect(vix["withValue"] as? Int == 39 && vix["first"] as? String == "2017-01-03")
    #expect((entry("wacc(80 %, 5 %, 21 %)")?["reason"] as? String)?.contains("DGS10") == true)
    #expect((entry("move(either)")?["reason"] as? String)?.contains("value of the trade") == true)
    let text = try Command.run(["rules", "list"] + Self.period, in: folder)
    #expect(text.out.contains("here: on 39 of 39 sessions (100.0 %), 2017-01-03 to 2017-02-28"))
    for word in ["rsi(length = 14, bar = 5 min)", "formula: VX1/VX2 − 1", "known: "] {
      #expect(text.out.contains(word))
    }
  }

  @Test func rulesAreCheckedAndExplained() throws {
    let folder = try Scratch()
    let check = try Command.run(
      ["rules", "check", "move >= 0.5 sd and rsi(14) >= 70", "--history", "bundled"] + Self.period, in: folder
    )
    #expect(check.status == 0, "\(check.err)")
    #expect(check.out.contains("move(either) >= 0.5 sd and rsi(14, 5 min) >= 70 — condition, by minute"))
    #expect(check.out.contains("rsi(14, 5 min) here: on 39 of 39 sessions"))

    try folder.write(
      "rules.yaml",
      "parameters: {high: 20}\nrules:\n  calm: vix < ${high}\n  wait: not calm and event(FOMC) within 1 session\n"
    )
    let explain = try Command.run(["rules", "explain", "rules.yaml"], in: folder)
    #expect(explain.status == 0 && explain.out.contains("calm: vix < 20"), "\(explain.out)\(explain.err)")
    #expect(explain.out.contains("uses the rules calm"))
    let json = try Command.run(
      ["rules", "explain", "rules.yaml", "--history", "bundled", "--json"] + Self.period, in: folder
    ).object()
    let rules = try #require(json["rules"] as? [[String: Any]])
    #expect(rules.map { $0["name"] as? String } == ["calm", "wait"])
    let coverage = try #require(rules[1]["coverage"] as? [[String: Any]])
    #expect(coverage.count == 2 && coverage[0]["with_value"] as? Int == 39)

    try folder.write("bad.yaml", "rules:\n  a: vix > 20\n  b: a and rsi(14) > 0.5 sd\n")
    let bad = try Command.run(["rules", "check", "bad.yaml"], in: folder)
    #expect(bad.status == 1 && bad.err.contains("bad.yaml:3:"), "\(bad.err)")
    let none = try Command.run(["rules", "check", "none.yaml"], in: folder)
    #expect(none.status == 1 && none.err.contains("none.yaml"))
    let empty = try Command.run(
      ["rules", "check", "vix > 20 for 4000 sessions", "--history", "bundled"], in: folder)
    #expect(empty.status == 1 && empty.err.contains("looks back over 4000 sessions"), "\(empty.err)")
    let lacking = try Command.run(["rules", "check", "wacc > 0.07", "--history", "bundled"], in: folder)
    #expect(lacking.status == 1 && lacking.err.contains("DGS10"), "\(lacking.err)")
  }

  /// The example with rules as triggers: checked, searched against the reference engine, explained.
  @Test func rulesAsTriggers() throws {
    let folder = try Scratch()
    let example = Checkout.params("alvh-rules")
    let checked = try Command.run(["rules", "check", example, "--json"], in: folder)
    #expect(checked.status == 0, "\(checked.err)")
    let rules = try #require(try checked.object()["rules"] as? [[String: Any]])
    #expect(
      rules.map { $0["name"] as? String } == [
        "the trigger of move", "the trigger of release", "the trigger of term structure",
      ])
    let swept = try Command.run(
      ["sweep", example, "--verify", "12", "--out", "s", "--json"] + Self.period, in: folder)
    #expect(swept.status == 0, "\(swept.err)")
    #expect(try swept.object()["configurations"] as? Int == 640)
    let exported = try Command.run(["export", "s", "--to", "best.yaml"], in: folder)
    #expect(exported.status == 0, "\(exported.err)")
    let written = try folder.text("best.yaml")
    #expect(written.contains("nervous: ") && written.contains("trigger: "), "\(written)")
    let again = try Command.run(["backtest", "best.yaml", "--json"] + Self.period, in: folder)
    #expect(again.status == 0, "\(again.err)")

    let text = try String(contentsOfFile: example, encoding: .utf8)
    try folder.write("lacking.yaml", text.replacing("trigger: nervous", with: "trigger: wacc > 7 %"))
    for command in ["sweep", "plan"] {
      let refused = try Command.run([command, "lacking.yaml"] + Self.period, in: folder)
      #expect(refused.status == 1 && refused.err.contains("DGS10"), "\(refused.err)")
    }
  }
}
