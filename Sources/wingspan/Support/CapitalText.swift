import Studies

/// The text of `wingspan capital`.
enum CapitalText {
  static func text(_ r: CapitalReport) -> String {
    ([
      ReportText.head(
        "capital of \(r.rows.count) configurations", history: r.history, from: r.from, to: r.to,
        disclosure: r.disclosure)
    ]
      + r.rows.map { row in
        [ReportText.title("\(row.name), \(row.trades) trades", row.caveats), margins(row), lines(row)]
          .joined(separator: "\n\n")
      }).joined(separator: "\n\n")
  }

  private static func margins(_ row: CapitalReport.Row) -> String {
    var table = TextTable([
      "", "margin", "net $", "margin-days $", "net a margin-day", "average $", "peak $", "IRR a year",
    ])
    for part in row.parts {
      for (name, m) in [("Reg-T", part.regT), ("risk", part.portfolio)] {
        table.add([
          part.book.rawValue, name, Text.dollars(part.netDollars), Text.dollars(m.marginDays),
          m.netPerMarginDay.map { Text.number(100 * $0, 3) + " %" } ?? "-", Text.dollars(m.averageDollars),
          Text.dollars(m.peakDollars), rate(m.irrAnnual),
        ])
      }
    }
    return table.text
  }

  /// A rate a year; of what doubles within weeks, compounding tells no more than that.
  private static func rate(_ r: Double?) -> String {
    r.map { $0 > 100 } == true ? "> 10000 %" : Text.percent(r)
  }

  private static func lines(_ row: CapitalReport.Row) -> String {
    var table = TextTable([
      "CAPM", "alpha $ a session", "error", "t", "alpha $ a year", "beta $ for +1 %", "error", "t", "R²",
    ])
    for part in row.parts {
      guard let c = part.capm else { continue }
      table.add([
        part.book.rawValue, Text.dollars(c.alphaDollars), Text.dollars(c.alphaError), Text.number(c.alphaT),
        Text.dollars(c.alphaAnnualDollars), Text.dollars(c.betaDollars), Text.dollars(c.betaError),
        Text.number(c.betaT), Text.number(c.rSquared, 3),
      ])
    }
    return table.text
  }
}
