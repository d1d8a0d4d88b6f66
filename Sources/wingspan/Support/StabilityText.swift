import Foundation
import Studies

/// The text of `wingspan stability`.
enum StabilityText {
  static func text(_ r: StabilityReport) -> String {
    var parts = [head(r)]
    if let around = r.neighbourhood { parts.append(neighbourhood(around, r)) }
    parts.append(perturbations(r))
    if let seeds = r.seeds { parts.append(draws(seeds, r)) }
    if let repeated = r.repeated { parts.append(choices(repeated)) }
    parts.append(r.verdicts.map { Text.wrap($0) }.joined(separator: "\n"))
    return parts.joined(separator: "\n\n")
  }

  private static func head(_ r: StabilityReport) -> String {
    let what =
      r.trial.map { "\(r.subject), trial \($0), one of \(r.tried ?? 0) tried, by \(r.objective)" }
      ?? r.subject
    var lines = [
      "\(what), on \(r.history), \(r.from) to \(r.to), \(r.sessions) sessions", Text.wrap(r.disclosure),
    ]
    for (path, value) in r.settings.sorted(by: { $0.key < $1.key }) { lines.append("  \(path) = \(value)") }
    let f = r.given
    lines.append(
      Text.wrap(
        "\(f.trades) trades, net $ \(Text.dollars(f.netDollars)), mean $ \(Text.dollars(f.meanDollars)) a session, Sharpe "
          + "\(Text.number(f.sharpe)), max drawdown $ \(Text.dollars(f.maxDrawdownDollars))"))
    return lines.joined(separator: "\n")
  }

  /// The objective as dollars are written, or in few digits.
  private static func objective(_ x: Double?, _ r: StabilityReport) -> String {
    r.objective.contains("_dollars") ? Text.dollars(x) : Text.brief(x)
  }

  // MARK: Around it

  private static func neighbourhood(_ n: NeighbourhoodReport, _ r: StabilityReport) -> String {
    var table = TextTable([
      "one step away", "below", r.objective, "mean $", "pick", r.objective, "above", r.objective, "mean $",
    ])
    func cells(_ cell: NeighbourhoodReport.Cell?) -> [String] {
      guard let cell else { return ["-", "-", "-"] }
      return [
        cell.text, cell.isFeasible ? objective(cell.figures.objective, r) : "none",
        Text.dollars(cell.figures.meanDollars),
      ]
    }
    let ordered = n.parameters.filter { $0.below != nil || $0.above != nil }
    for p in ordered {
      table.add(
        [p.path] + cells(p.below) + [
          p.value + (p.edge.map { " (\($0) end)" } ?? ""), objective(r.given.objective, r),
        ]
          + cells(p.above))
    }
    var parts = ordered.isEmpty ? [] : [table.text]
    var others = TextTable(["another choice", "pick", "other", r.objective, "mean $", "net $"])
    for p in n.parameters {
      for cell in p.others {
        others.add([p.path, p.value] + cells(cell) + [Text.dollars(cell.figures.netDollars)])
      }
    }
    if n.parameters.contains(where: { !$0.others.isEmpty }) { parts.append(others.text) }
    parts.append(around(n, r))
    return parts.joined(separator: "\n\n")
  }

  private static func around(_ n: NeighbourhoodReport, _ r: StabilityReport) -> String {
    guard n.neighbours > 0 else { return "No neighbour along an ordered parameter has a result." }
    let reach = n.isWhole ? "all" : "those that differ in at most \(n.moves) parameters"
    var table = TextTable(["\(n.neighbours) neighbours, \(reach)", "pick", "mean", "lowest", "highest"])
    func row(_ name: String, _ own: Double?, _ spread: FigureSpread, _ text: (Double?) -> String) {
      table.add([name, text(own), text(spread.mean), text(spread.low), text(spread.high)])
    }
    if !["sharpe", "net_dollars", "mean_dollars"].contains(r.objective) {
      row(r.objective, r.given.objective, n.objective) { objective($0, r) }
    }
    row("net $", r.given.netDollars, n.netDollars) { Text.dollars($0) }
    row("mean $ a session", r.given.meanDollars, n.meanDollars) { Text.dollars($0) }
    row("Sharpe", r.given.sharpe, n.sharpe) { Text.number($0) }
    var text =
      "Of them \(Text.percent(n.keepSign)) keep the sign of the net, \(Text.percent(n.keepMost)) are behind by a fifth of the "
      + "pick's \(r.objective) at most, \(Text.percent(n.better)) are better. "
    if n.withoutResult > 0 {
      text += "\(n.withoutResult) more don't trade, break a limit or are no strategy. "
    }
    if let worst = n.worst { text += "The worst, \(objective(n.worstObjective, r)): \(worst)." }
    return table.text + "\n" + Text.wrap(text)
  }

  // MARK: Assumptions and draws

  private static func interval(_ m: SessionMean) -> String {
    m.lowDollars == nil ? "-" : "\(Text.dollars(m.lowDollars)) to \(Text.dollars(m.highDollars))"
  }

  private static func perturbations(_ r: StabilityReport) -> String {
    let ranked = (r.perturbations.first?.contenders ?? 1) > 1
    var table = TextTable(
      ["assumed otherwise", "net $", "mean $", r.objective, "change $ a session", "95 %"]
        + (ranked ? ["rank", "lead $", "over"] : []), wordsLast: ranked)
    for row in r.perturbations {
      let f = row.figures
      table.add(
        [
          row.name, Text.dollars(f.netDollars), Text.dollars(f.meanDollars), objective(f.objective, r),
          Text.dollars(row.change.meanDollars), interval(row.change),
        ]
          + (ranked
            ? [
              row.rank.map { "\($0) of \(row.contenders)" } ?? "-", Text.dollars(row.lead?.meanDollars),
              row.rival ?? "-",
            ] : []))
    }
    let note =
      "Slippage is in place of the settings' own; the level is off by one standard error, the smile by one standard deviation "
      + "from day to day."
      + (ranked
        ? " Ranked by \(r.objective) among the settings one step away and the study's best trials; lead: the pick less the "
          + "best of those, paired by session." : "")
    return table.text + "\n" + Text.wrap(note)
  }

  private static func draws(_ s: SeedReport, _ r: StabilityReport) -> String {
    var table = TextTable([
      "\(s.rows.count) seeds of", "figure", "given", "mean", "sd", "95 % of the mean", "lowest", "highest",
    ])
    for spread in s.spreads {
      let figures: [(String, Double?, FigureSpread, (Double?) -> String)] = [
        ("net $", r.given.netDollars, spread.netDollars, { Text.dollars($0) }),
        ("mean $", r.given.meanDollars, spread.meanDollars, { Text.dollars($0) }),
        ("Sharpe", r.given.sharpe, spread.sharpe, { Text.number($0) }),
        ("max dd $", r.given.maxDrawdownDollars, spread.maxDrawdownDollars, { Text.dollars($0) }),
      ]
      for (name, given, f, text) in figures {
        let mean = f.meanLow == nil ? "-" : "\(text(f.meanLow)) to \(text(f.meanHigh))"
        table.add([
          spread.inputs, name, text(given), text(f.mean), text(f.sd), mean, text(f.low), text(f.high),
        ])
      }
    }
    return table.text + "\n"
      + Text.wrap(
        "Standard error of the mean by sessions: $ \(Text.dollars(s.standardErrorDollars)) for one seed; of sessions averaged over "
          + "the seeds $ \(Text.dollars(s.averaged.standardErrorDollars)), 95 % interval \(interval(s.averaged))."
      )
  }

  private static func choices(_ c: RepeatedChoice) -> String {
    var table = TextTable(["parameter", "different", "mean step", "chosen by seed"], wordsLast: true)
    for p in c.drift.parameters {
      table.add([
        p.path, "\(p.different)", p.meanStep.map { Text.percent($0) } ?? "-",
        p.values.map { $0 ?? "-" }.joined(separator: ", "),
      ])
    }
    var text =
      "The most frequent choice is that of \(c.drift.mostFrequent) of \(c.rows.count) seeds, the study's own among them."
    if let lead = c.leadDollars.mean {
      text +=
        " What the other seeds choose shows $ \(Text.dollars(lead)) a session more than the pick by the same seed, on average"
        + (lead >= 0.005 ? ": choosing on a draw fits the draw." : ".")
    }
    return table.text + "\n" + Text.wrap(text)
  }
}
