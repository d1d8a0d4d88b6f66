import Studies

/// The text of `wingspan factors`.
enum FactorText {
  static func text(_ r: FactorReport) -> String {
    let head = ReportText.head(
      "factor risk of \(r.rows.count) configuration\(r.rows.count == 1 ? "" : "s")", history: r.history,
      from: r.from, to: r.to, disclosure: r.disclosure)
    return ([head, scenarios(r), law(r)] + r.rows.flatMap { rows($0, r) } + [notes])
      .joined(separator: "\n\n")
  }

  private static func level(_ r: FactorReport) -> String {
    Text.brief(100 - Double(r.question.perTenThousand) / 100) + " %"
  }

  private static func scenarios(_ r: FactorReport) -> String {
    let q = r.question
    let source =
      switch q.source {
      case .normal: "\(q.scenarios) normal scenarios a session by the covariance of the \(q.window) before"
      case .historical: "the \(q.window) sessions before each as its scenarios"
      case .filtered: "the \(q.window) sessions before each as its scenarios, at the volatility of their end"
      }
    let drawn =
      switch (q.shrinkTo, q.source) {
      case (.none, _): ""
      case (_, .normal): ", correlations drawn to \(q.shrinkTo.rawValue)"
      default: ", for the linear VaR correlations drawn to \(q.shrinkTo.rawValue)"
      }
    return Text.wrap(
      "\(source)\(drawn); VaR and ES at \(level(r)); \(r.laws.sessions) of the "
        + "\(r.sessions - 1) sessions after the first have a law, \(r.laws.withFactorsLeftOut) of them with factors left out, "
        + "\(r.laws.singular) singular (scenarios by eigenvectors)")
  }

  private static func law(_ r: FactorReport) -> String {
    guard let law = r.law else {
      return Text.wrap(
        "no covariance at the end: too few sessions before it, or too many without changes (--window)")
    }
    var table = TextTable(["correlation", "sd a year"] + law.factors + ["eigenvalue"])
    for (i, name) in law.factors.enumerated() {
      table.add(
        [name, Text.percent(law.annualVolatility[i])] + law.correlation[i].map { Text.number($0) }
          + [Text.number(law.eigenvalues[i], 4)])
    }
    let left = law.leftOut.isEmpty ? "" : "; left out: " + law.leftOut.joined(separator: ", ")
    return
      "after \(law.date): \(law.sessions) sessions, \(law.sessionsLeftOut) more incomplete\(left); shrinkage "
      + "\(Text.number(law.shrinkage, 4))\n" + table.text
  }

  private static func rows(_ row: FactorReport.Row, _ r: FactorReport) -> [String] {
    var tails = TextTable(
      [level(r), "sessions", "mean VaR $", "mean ES $", "without a forecast"], wordsLast: true)
    var tests = TextTable([
      "backtest", "P&L", "days", "below VaR", "at it", "exceed", "expected", "p coverage", "clustering",
      "p clusters", "mean beyond $", "ES said $", "Z $", "p Z",
    ])
    for book in row.books {
      let without = book.without.map { "\($0.sessions) \($0.reason.rawValue)" }.joined(separator: ", ")
      tails.add([
        book.book.rawValue, "\(book.forecasts)", Text.dollars(book.meanValueAtRisk),
        Text.dollars(book.meanExpectedShortfall), without.isEmpty ? "-" : without,
      ])
      for (name, test) in [("held", book.held), ("traded", book.traded)] {
        let e = test.exceedances
        tests.add([
          book.book.rawValue, name, "\(e?.days ?? 0)", "\(test.below)", "\(test.at)",
          Text.number(e?.exceedances, 1), Text.number(e?.expected, 1), Text.probability(e?.coverage),
          Text.number(e?.clustering, 1), Text.probability(e?.independence),
          Text.dollars(test.meanBeyond), Text.dollars(test.meanForecast),
          Text.dollars(test.shortfall?.statistic),
          Text.probability(test.shortfall?.pValue),
        ])
      }
    }
    return [
      ReportText.title(row.name, row.caveats), ([tails.text] + exceptions(row)).joined(separator: "\n"),
      parts(row), factors(row), tests.text, likelihoods(row),
    ]
  }

  /// The tests by likelihood ratios, of days below VaR and, where some are at it, of those and these.
  private static func likelihoods(_ row: FactorReport.Row) -> String {
    var table = TextTable([
      "likelihood", "P&L", "exceed", "of days", "expected", "p Kupiec", "pairs of days", "after one",
      "p independence", "p Christoffersen",
    ])
    for book in row.books {
      for (name, test) in [("held", book.held), ("traded", book.traded)] {
        let counted =
          test.at == 0
          ? [("below", test.belowTests)] : [("below", test.belowTests), ("at or below", test.upToTests)]
        for case (let way, .some(let t)) in counted {
          table.add([
            "\(book.book.rawValue), \(way)", name, "\(t.exceptions)", "\(t.days)", Text.number(t.expected, 1),
            Text.probability(t.coverage.pValue), "\(t.pairs)", "\(t.pairsAfterException)",
            Text.probability(t.independence?.pValue),
            Text.probability(t.conditionalCoverage?.pValue),
          ])
        }
      }
    }
    return table.text
  }

  /// What must be known of some forecasts.
  private static func exceptions(_ row: FactorReport.Row) -> [String] {
    row.books.flatMap { book in
      [
        (book.worstOnly, "have less than one scenario in the tail: the worst is told"),
        (book.withoutResult, "have no price at their own settlement: they are in no backtest"),
      ].filter { $0.0 > 0 }.map { "\(book.book.rawValue): \($0) of \(book.forecasts) sessions \($1)" }
    }
  }

  /// What parts add to the expected shortfall of each book.
  private static func parts(_ row: FactorReport.Row) -> String {
    var table = TextTable(["adds to mean ES, $"] + row.books.map(\.book.rawValue))
    for k in (row.books.first?.parts ?? []).indices {
      table.add(
        [row.books[0].parts[k].name] + row.books.map { Text.dollars($0.parts[k].meanDollars) })
    }
    table.add(["all"] + row.books.map { Text.dollars($0.meanExpectedShortfall) })
    return table.text
  }

  /// What factors add to the value at risk of each book made linear.
  private static func factors(_ row: FactorReport.Row) -> String {
    var table = TextTable(["adds to mean linear VaR, $"] + row.books.map(\.book.rawValue))
    for k in (row.books.first?.factors ?? []).indices
    where row.books.contains(where: { $0.factors[k].meanDollars != 0 }) {
      table.add(
        [row.books[0].factors[k].name] + row.books.map { Text.dollars($0.factors[k].meanDollars) })
    }
    table.add(["all"] + row.books.map { Text.dollars($0.meanDeltaNormal) })
    return table.text
  }

  private static let notes = Text.wrap(
    "VaR and ES are P&L of one session in dollars, from the marks at its beginning, before fees; negative is a loss. Held is "
      + "the book of 16:15 the day before, traded what stops, targets and layers opened later made of it. The "
      + "linear VaR takes the condor by its delta at the close and leaves its gamma, most of its risk, out: it says which "
      + "factor the book leans on. Where VaR is all that can be lost, nothing falls below it: a session exactly at it counts as the "
      + "share of such ones that the level asks for. Clustering is how many times as often one exceeds right after another as at "
      + "all; its p is one-sided, p coverage two-sided, both of days drawn from their own forecasts. The likelihood ratios of Kupiec (how many) and Christoffersen "
      + "(independence, and both together) know no share of a day: where many are at VaR, neither of their counts means "
      + "much, and the exceedances above are the ones to read. Z is what ES left out on average, errors of VaR counted against it (0 is right, "
      + "negative too small); its p is one-sided.")
}
