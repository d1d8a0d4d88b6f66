/// Results that would replace what they are made of, or one another.
extension BadInputTests {
  private static func same(_ arguments: String, _ one: String, _ other: String, file: String) -> BadInput {
    BadInput(
      arguments,
      ["\(one) and \(other) must be different files, both are \(file)", "give \(other) another name"],
      files: [file: "not to be touched"])
  }

  static let outputs = [
    same("backtest c.yaml --trades c.yaml", "the configuration", "--trades", file: "c.yaml"),
    same("backtest c.yaml --sessions c.yaml", "the configuration", "--sessions", file: "c.yaml"),
    same("backtest HOLD --history h.sqlite --audit h.sqlite", "--history", "--audit", file: "h.sqlite"),
    same("backtest HOLD --marks m.json --sessions m.json", "--marks", "--sessions", file: "m.json"),
    same("theta c.yaml --csv c.yaml", "the configuration", "--csv", file: "c.yaml"),
    same("theta HOLD --history h.sqlite --csv h.sqlite", "--history", "--csv", file: "h.sqlite"),
    same("factors c.yaml --out c.yaml", "the configuration", "--out", file: "c.yaml"),
    same(
      "factors HOLD --history h.sqlite --covariance h.sqlite", "--history", "--covariance", file: "h.sqlite"),
    BadInput(
      "factors HOLD --to 2014-03-31 --covariance c.npy",
      ["--covariance has nothing to write", "smaller --window"]),
    same("compare --study c.yaml HOLD --ledger c.yaml", "the configuration", "--ledger", file: "c.yaml"),
    same("compare --study c.yaml HOLD --out c.yaml", "the configuration", "--out", file: "c.yaml"),
    same("compare --study --marks m.json --out m.json", "--marks", "--out", file: "m.json"),
    BadInput(
      "compare --study HOLD --out s.json --ledger ./s.json", ["--out and --ledger must be different files"]),
    same("walkforward c.yaml --csv c.yaml", "the configuration", "--csv", file: "c.yaml"),
    same("walkforward --marks m.json --out m.json", "--marks", "--out", file: "m.json"),
    BadInput("walkforward HOLD SHORT", ["a window needs 316 sessions", "has 24: give a longer period"]),
    BadInput("walkforward HOLD --out-of-sample 0", ["--out-of-sample must be 1 to 100000 sessions, was 0"]),
    BadInput("walkforward HOLD --in-sample -5", ["--in-sample"]),
    same("signals --history h.sqlite --out h.sqlite", "--history", "--out", file: "h.sqlite"),
    same("calibrate c.csv --out c.csv", "a chain file", "--out", file: "c.csv"),
    same("calibrate c.csv --marks m.json --out m.json", "--marks", "--out", file: "m.json"),
    same("export c.yaml --to c.yaml", "the configuration", "--to", file: "c.yaml"),
    BadInput(
      "walkforward c.yaml", ["c.yaml:3: exit.shift is {sessions: 3}", "use backtest, sweep or compare"],
      files: [
        "c.yaml":
          "version: 1\ncondor: {short_delta: 0.1}\nexit: {stop: short_strike_touched, basis: side, shift: {sessions: 3}}\n"
      ]),
    BadInput("signals --out /proc/x.csv", ["/proc/x.csv: can't be written"]),
    BadInput(
      "calibrate c.csv --out c.csv/m.json", ["c.csv is a file, no folder"], files: ["c.csv": "a,b\n1,2\n"]),
  ]
}
