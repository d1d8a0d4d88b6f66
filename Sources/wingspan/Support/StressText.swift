import Studies

/// The text of `wingspan stress`.
enum StressText {
  static func text(_ r: StressReport) -> String {
    ([
      ReportText.head(
        "stress of \(r.rows.count) configurations", history: r.history, from: r.from, to: r.to,
        disclosure: r.disclosure)
        + "\ndollars against no move; rows: moves of the index, columns: of each option's implied volatility"
    ] + r.rows.map { row(r, $0) }).joined(separator: "\n\n")
  }

  private static func row(_ r: StressReport, _ row: StressReport.Row) -> String {
    let head = ReportText.title("\(row.name), \(entries(r, row))", row.caveats)
    guard let mean = row.mean, let worst = row.worst, let apart = row.disagreement else { return head }
    let label = row.stressed == 1 ? "entry \(worst.date ?? "")" : "mean of \(row.stressed) entries"
    var parts = [head, matrix(r, "priced anew, \(label)", mean.full)]
    if row.stressed > 1 {
      let loses = worst.full.contains { $0.contains { $0 < 0 } }
      parts.append(
        matrix(
          r, "priced anew, \(loses ? "worst entry" : "none loses, least gain of") \(worst.date ?? "")",
          worst.full))
    }
    if mean.parts.count > 2 {
      parts.append(matrix(r, "of it VX and VIX calls, \(label)", hedge(mean)))
    }
    parts += [
      matrix(r, "by greeks, \(label)", mean.byGreeks),
      matrix(r, "|priced anew - by greeks|, \(label)", apart.cells), greeks(mean, label), verdict(r, row),
      split(apart.largest),
    ]
    if let margin = row.requirement { parts.append(requirement(margin, one: row.stressed == 1)) }
    return parts.joined(separator: "\n\n")
  }

  private static func entries(_ r: StressReport, _ row: StressReport.Row) -> String {
    let when =
      switch r.at {
      case "entry": "at the fill"
      case "close": "at the close of the entry session"
      case "open": "at the open of the expiry session"
      default: "at \(r.at) of the expiry session"
      }
    if let outcome = row.outcome, let date = r.date { return "nothing sold on \(date): \(outcome)" }
    return "\(row.stressed) of \(row.trades) trades \(when)"
      + (row.closed > 0 ? ", \(row.closed) closed by then" : "")
      + (row.settled > 0 ? ", \(row.settled) settled by then (early close)" : "")
      + (row.unpriced > 0 ? ", \(row.unpriced) left out for want of a price" : "")
  }

  private static func matrix(_ r: StressReport, _ title: String, _ cells: [[Double]]) -> String {
    var table = TextTable([title] + r.volatility.map(percent))
    for (move, row) in zip(r.moves, cells) { table.add([percent(move)] + row.map { Text.dollars($0) }) }
    return table.text
  }

  /// What the parts that are no spreads gain, by full revaluation.
  private static func hedge(_ m: StressReport.Matrix) -> [[Double]] {
    let parts = m.parts.dropFirst(2)
    return m.full.indices.map { k in
      m.full[k].indices.map { v in parts.reduce(0) { $0 + $1.full[k][v] } }
    }
  }

  private static func greeks(_ m: StressReport.Matrix, _ label: String) -> String {
    var table = TextTable([
      "greeks, $ for 1 % and 1 %, \(label)", "delta", "gamma", "vega", "vanna", "volga",
    ])
    for part in m.parts {
      let g = part.greeks
      table.add([name(part.part)] + [g.delta, g.gamma, g.vega, g.vanna, g.volga].map { Text.dollars($0) })
    }
    return table.text
  }

  /// How far greeks can be trusted, in numbers.
  private static func verdict(_ r: StressReport, _ row: StressReport.Row) -> String {
    guard let apart = row.disagreement, let mean = row.mean else { return "" }
    let cell = apart.largest
    let step = r.moves.map(\.magnitude).filter { $0 > 0 }.min()
    let lines = [
      "Greeks miss the full revaluation by \(Text.dollars(apart.meanDollars)) $ on average over the cells in which something "
        + "moves, and have the sign wrong in \(Text.percent(apart.wrongSign)) of them"
        + (apart.shareOfLosses.map { "; where something is lost, by \(Text.percent($0)) of the losses." }
          ?? "."),
      "At worst by \(Text.dollars(apart.largestDollars)) $, on \(cell.date) at \(percent(cell.move)) of the index and "
        + "\(percent(cell.volatility)) of volatility"
        + (apart.largestShareOfLoss.map { ": \(Text.number($0, 1)) times what is lost there." } ?? "."),
      "One standard deviation of the index to the expiry is \(Text.number(100 * mean.stdDev)) %"
        + (row.stressed == 1 ? "" : " on average")
        + (step.map {
          "; the least move of the matrix, \(percent($0)), is \(Text.number($0 / mean.stdDev, 1)) of them"
        } ?? "")
        + ". A condor with a day to live gains and loses within one or two, and no more than its widths: a series of second "
        + "order around where the index stands doesn't know where they end. Its greeks steer small moves, no stress.",
    ]
    return lines.map { Text.wrap($0) }.joined(separator: "\n")
  }

  private static func split(_ cell: StressReport.Cell) -> String {
    var table = TextTable([
      "\(cell.date) at \(percent(cell.move)) and \(percent(cell.volatility))", "priced anew", "by greeks",
      "apart",
    ])
    func add(_ name: String, _ full: Double, _ byGreeks: Double) {
      table.add([name] + [full, byGreeks, full - byGreeks].map { Text.dollars($0) })
    }
    for part in cell.parts { add(name(part.part), part.full, part.byGreeks) }
    add("all", cell.full, cell.byGreeks)
    return table.text
  }

  private static func requirement(_ margin: StressReport.Requirement, one: Bool) -> String {
    "portfolio margin, the largest loss of ten moves from -8 to 6 %: \(Text.dollars(margin.meanDollars)) $"
      + (one ? "" : " on average, at most \(Text.dollars(margin.largestDollars)) $ on \(margin.largestDate)")
  }

  private static func percent(_ share: Double) -> String {
    (share > 0 ? "+" : "") + Text.brief((share * 10_000).rounded() / 100) + " %"
  }
  private static func name(_ part: String) -> String {
    switch part {
    case "putSpread": "put spread"
    case "callSpread": "call spread"
    case "futures": "VX futures"
    case "calls": "VIX calls"
    default: part
    }
  }
}
