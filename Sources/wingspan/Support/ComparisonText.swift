import Foundation
import Studies

/// The text of `wingspan compare`.
enum ComparisonText {
  static func text(_ c: Comparison) -> String {
    var parts = [
      "\(c.rows.count) configurations on \(c.history), \(c.from) to \(c.to), \(c.sessions) sessions\n"
        + Text.wrap(c.disclosure)
    ]
    parts.append(
      "entries a year with a listed expiry: "
        + c.entriesByYear.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", "))
    for row in c.rows {
      for caveat in row.caveats { parts.append(Text.wrap("\(row.name): \(caveat)")) }
    }
    parts.append(figures(c))
    parts.append(outcomes(c))
    if !c.holes.sessions.isEmpty { parts.append(holes(c.holes)) }
    for row in c.rows where !row.standing.isEmpty {
      parts.append("Standing layers of \(row.name)\n" + StandingText.table(row.standing))
    }
    parts.append(groups("Net by year, $", c) { $0.figures.netByYear })
    parts.append(groups("Net by VIX at the close before, $", c) { $0.figures.netByVIX })
    for headline in c.headlines { parts.append(text(headline)) }
    if c.headlines.isEmpty { parts.append("No stop is paired with a hedge here: no headline.") }
    for (name, values) in c.vxSeedNetDollars.sorted(by: { $0.key < $1.key }) where !values.isEmpty {
      parts.append(
        "\(name): net over \(values.count) seeds of the VX path inside a day, $: "
          + values.map { Text.dollars($0) }.joined(separator: "  "))
    }
    parts.append(matrix("Correlation of results a session", c.correlationNames, c.correlation))
    if let best = c.best {
      parts.append(
        matrix(
          "Correlation of the \(best.trials.count) best of \(best.study) by \(best.objective)"
            + " (mean \(Text.number(best.meanCorrelation)))", best.trials.map { "trial \($0)" },
          best.correlation))
    }
    return parts.joined(separator: "\n\n")
  }

  private static func figures(_ c: Comparison) -> String {
    var table = TextTable(["per condor"] + c.rows.map(\.name))
    func row(_ name: String, _ value: (Figures) -> String) {
      table.add([name] + c.rows.map { value($0.figures) })
    }
    row("trades") { "\($0.trades)" }
    if c.rows.contains(where: { $0.figures.reentries > 0 }) {
      row("condors sold again") { "\($0.reentries)" }
    }
    row("net $") { Text.dollars($0.netDollars) }
    row("mean $ a session") { Text.dollars($0.meanDollars) }
    row("sd $ a session") { Text.dollars($0.sdDollars) }
    row("Sharpe") { Text.number($0.sharpe) }
    row("win rate") { Text.percent($0.winRate) }
    row("worst session $") { Text.dollars($0.worstDollars) }
    row("CVaR95 $") { Text.dollars($0.cvar95Dollars) }
    row("max drawdown $") { Text.dollars($0.maxDrawdownDollars) }
    row("stop rate") { Text.percent($0.stopRate) }
    row("stop reachable") { Text.percent($0.stopReachable) }
    row("whipsaws") { "\($0.whipsaws)" }
    row("whipsaw $") { Text.dollars($0.whipsawDollars) }
    row("net value of stops $") { Text.dollars($0.stopsNetDollars) }
    row("theta capture") { Text.percent($0.thetaCapture) }
    row("extrinsic forfeited $") { Text.dollars($0.extrinsicForfeitedDollars) }
    row("hedge net $") { Text.dollars($0.hedgeNetDollars) }
    row("hedge cost, condor not losing $") { Text.dollars($0.hedgeCarryDollars) }
    row("hedge offset, condor losing") { Text.percent($0.hedgeOffset) }
    row("sessions both lose") { "\($0.bothLoseSessions)" }
    row("$ a session for index +1 %") { Text.dollars($0.spxBetaDollars) }
    for metric in c.metrics { table.add([metric] + c.rows.map { Text.brief($0.metrics[metric] ?? nil) }) }
    return table.text
  }

  private static func outcomes(_ c: Comparison) -> String {
    let codes = Set(c.rows.flatMap { $0.figures.outcomes.keys }).sorted()
    var table = TextTable(["share of sessions"] + c.rows.map(\.name))
    for code in codes {
      table.add(
        [code]
          + c.rows.map {
            Text.percent(Double($0.figures.outcomes[code] ?? 0) / Double(max(1, $0.figures.sessions)))
          })
    }
    return table.text
  }

  private static func holes(_ h: DataHoles) -> String {
    let buckets = PeriodAxis.bucketNames.compactMap { name in h.byVIX[name].map { "\(name): \($0)" } }
    var text =
      "Left out of every figure here: \(h.sessions.count) sessions with missing index marks (data_hole), by VIX at the "
      + "close before \(buckets.joined(separator: ", ")): \(h.sessions.joined(separator: ", "))."
    if let move = h.largestMovePercent {
      text += " The largest index move over them was \(Text.number(move, 1)) %."
    }
    for (name, net) in h.heldNetDollars.sorted(by: { $0.key < $1.key }) {
      text += " \(name), which needs no mark after its entry, would have made \(Text.dollars(net)) $ on them."
    }
    return Text.wrap(text)
  }

  private static func groups(
    _ title: String, _ c: Comparison, _ values: (Comparison.Row) -> [String: Double]
  ) -> String {
    let keys = Set(c.rows.flatMap { values($0).keys }).sorted { rank($0) < rank($1) }
    var table = TextTable([title] + c.rows.map(\.name))
    for key in keys { table.add([key] + c.rows.map { Text.dollars(values($0)[key] ?? 0) }) }
    return table.text
  }
  private static func rank(_ key: String) -> String {
    PeriodAxis.bucketNames.firstIndex(of: key).map { "~\($0)" } ?? key
  }

  private static func text(_ h: Comparison.Headline) -> String {
    let d = h.difference
    var table = TextTable(["level ×", "none, quiet", "none, stress", "close, quiet", "close, stress"])
    for scale in Comparison.levelScales {
      let cells = h.sensitivity.filter { $0.levelScale == scale }
      table.add(
        [Text.number(scale)]
          + cells.map {
            Text.dollars($0.difference.meanDollars) + ($0.difference.excludesZero ? " *" : "  ")
          })
    }
    return """
      \(d.a) minus \(d.b): \(Text.dollars(d.meanDollars)) $ a session, 95 % interval \
      \(Text.dollars(d.lowDollars)) to \(Text.dollars(d.highDollars)), p \(Text.probability(d.pValue))
      the same by level of volatility, reanchoring of the level at the open, and half-spreads (* interval without 0)
      \(table.text)
      \(h.isFinding ? "finding" : "not a finding"): \(h.verdict)
      \(evidence(h))
      """
        + (h.minuteSeedMeans.isEmpty
          ? ""
          : "\nthe same difference for other seeds of the minutes, $ a session: "
            + h.minuteSeedMeans.map { Text.dollars($0) }.joined(separator: "  "))
  }

  private static func evidence(_ h: Comparison.Headline) -> String {
    let e = h.evidence
    var table = TextTable([
      "\(h.difference.a) minus \(h.difference.b) where", "sessions", "mean $", "95 % interval", "p",
      "p among all",
    ])
    for r in e.regimes {
      table.add([
        "\(r.regime) \(r.state)", "\(r.sessions)", Text.dollars(r.meanDollars),
        r.lowDollars == nil ? "-" : "\(Text.dollars(r.lowDollars)) to \(Text.dollars(r.highDollars))",
        Text.probability(r.pValue), Text.probability(r.adjustedPValue),
      ])
    }
    let resampled =
      e.lowDollars == nil
      ? ""
      : "by \(e.resamples) resamples of days (seed \(e.seed)) in blocks of \(Text.number(e.blockSessions, 1)) on average, "
        + "widened \(Text.number(e.widening)) times: "
        + "\(Text.dollars(e.lowDollars)) to \(Text.dollars(e.highDollars)) $ a session\n"
    return resampled + table.text + "\n" + Text.wrap(e.verdict)
  }

  private static func matrix(_ title: String, _ names: [String], _ values: [[Double?]]) -> String {
    var table = TextTable([title] + names.indices.map { "\($0 + 1)" })
    for (i, row) in values.enumerated() { table.add(["\(i + 1) \(names[i])"] + row.map { Text.number($0) }) }
    return table.text
  }
}
