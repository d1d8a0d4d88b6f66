import Studies

/// The text of `wingspan breakeven`.
enum BreakEvenText {
  static func text(_ r: BreakEvenReport) -> String {
    ([
      ReportText.head(
        "break-evens of \(r.rows.count) configurations", history: r.history, from: r.from, to: r.to,
        disclosure: r.disclosure)
    ]
      + r.rows.map { row in
        [
          ReportText.title("\(row.name), \(row.trades) trades", row.caveats),
          table(row, limit: r.limitPoints),
        ]
        .joined(separator: "\n\n")
      }).joined(separator: "\n\n")
  }

  private static func table(_ row: BreakEvenReport.Row, limit: Double) -> String {
    var table = TextTable(
      ["index points", "sessions", "median", "5 %", "95 %", "largest", ""], wordsLast: true)
    func add(_ name: String, _ s: BreakEvenReport.Spread, _ note: String = "") {
      table.add(
        [name, "\(s.sessions)"] + [s.median, s.low, s.high, s.largest].map { Text.number($0) } + [note])
    }
    add("fill down to the lower break-even", row.lowerDistance)
    add("fill up to the upper break-even", row.upperDistance)
    for shift in row.shifts {
      add("+ \(shift.layer): lower moves by", shift.lower, opening(shift))
      add("+ \(shift.layer): upper moves by", shift.upper, verdict(shift, limit: limit))
    }
    return table.text
      + (row.neverEarning > 0
        ? "\n\(row.neverEarning) trades without a break-even: their credit is less than the opening fees"
        : "")
      + (row.unpriced > 0
        ? "\n\(row.unpriced) trades left out: VX settlements don't price their hedge beforehand" : "")
  }

  private static func opening(_ s: BreakEvenReport.Shift) -> String {
    "would open in \(s.opens)"
      + (s.assumed > 0 ? ", in \(s.assumed) if what the level doesn't tell holds" : "")
  }
  private static func verdict(_ s: BreakEvenReport.Shift, limit: Double) -> String {
    guard s.isFlagged else { return "within \(Text.brief(limit))" }
    return "FLAGGED: by more than \(Text.brief(limit)) in \(s.beyondLimit)"
      + (s.appearing > 0 ? ", one appears or goes in \(s.appearing)" : "")
  }
}
