import Foundation
import Studies

/// The text of `wingspan compare --study`.
enum FamilyStudyText {
  static func text(_ r: FamilyStudyReport) -> String {
    var parts = [head(r), choices(r), figures(r), regimes(r), equalRisk(r), equalCarry(r.equalTerms.carry)]
    if !r.sensitivity.isEmpty { parts.append(sensitivity(r)) }
    parts.append(findings(r))
    return parts.joined(separator: "\n\n")
  }

  private static func head(_ r: FamilyStudyReport) -> String {
    var text =
      "\(r.families.count) families on \(r.history), \(r.from) to \(r.to): \(r.sessions) sessions in two halves, the first "
      + "to \(r.trainUntil). Each family's settings are chosen on one half (\(r.method), at most \(r.budget) settings, "
      + "\(r.objectives.joined(separator: " and "))) and judged on the other; figures are of the sessions so judged."
    let left = r.leftOut
    if left.sessions > 0 {
      text +=
        " Left out for all: \(left.sessions) entries that some family can't decide ("
        + left.byReason.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
        + "; by family "
        + left.byFamily.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(separator: ", ")
        + ")."
    }
    return Text.wrap(text) + "\n" + Text.wrap(r.disclosure)
  }

  private static func choices(_ r: FamilyStudyReport) -> String {
    var table = TextTable(
      ["chosen on", "family", "tried", "mean $ in", "mean $ out", "CVaR95 $ in", "CVaR95 $ out"])
    for half in 0..<2 {
      for row in r.families {
        let c = row.choices[half]
        table.add([
          "\(c.from) to \(c.to)", row.family.rawValue, "\(c.evaluations)",
          Text.dollars(c.inSample.meanDollars), Text.dollars(c.outOfSample.meanDollars),
          Text.dollars(c.inSample.cvar95Dollars), Text.dollars(c.outOfSample.cvar95Dollars),
        ])
      }
    }
    var lines = [table.text]
    for row in r.families {
      for c in row.choices {
        let values = c.assignments.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }
        if !values.isEmpty {
          lines.append(Text.wrap("\(row.family.rawValue), \(c.from) on: " + values.joined(separator: ", ")))
        }
        if c.searchedAlone > 0 {
          lines.append(
            Text.wrap(
              "\(row.family.rawValue), \(c.from) on: chosen also by \(c.searchedAlone) entries that another family "
                + "can't decide; no figure here has them"))
        }
        for caveat in c.caveats {
          let line = Text.wrap("\(row.family.rawValue): \(caveat)")
          if !lines.contains(line) { lines.append(line) }
        }
      }
    }
    return lines.joined(separator: "\n")
  }

  private static func figures(_ r: FamilyStudyReport) -> String {
    var table = TextTable(["out of sample, per condor"] + r.families.map(\.family.rawValue))
    func row(_ name: String, _ value: (FamilyFigures) -> String) {
      table.add([name] + r.families.map { value($0.outOfSample) })
    }
    row("sessions") { "\($0.sessions)" }
    row("net $") { Text.dollars($0.netDollars) }
    row("mean $ a session") { Text.dollars($0.meanDollars) }
    row("Sharpe") { Text.number($0.sharpe) }
    row("worst session $") { Text.dollars($0.worstDollars) }
    row("CVaR95 $") { Text.dollars($0.cvar95Dollars) }
    row("max drawdown $") { Text.dollars($0.maxDrawdownDollars) }
    row("stopped trades") { "\($0.stopped)" }
    row("whipsaws") { "\($0.whipsaws)" }
    row("whipsaw rate") { Text.percent($0.whipsawRate) }
    row("whipsaw $") { Text.dollars($0.whipsawDollars) }
    row("net value of stops $") { Text.dollars($0.stopsNetDollars) }
    row("theta capture") { Text.percent($0.thetaCapture) }
    row("hedge net $") { Text.dollars($0.hedgeDollars) }
    row("hedge offset, condor losing") { Text.percent($0.hedgeOffset) }
    row("sessions both lose") { "\($0.bothLoseSessions)" }
    return table.text
  }

  private static func regimes(_ r: FamilyStudyReport) -> String {
    var table = TextTable([
      "by entry", "family", "trades", "mean $", "stopped", "whipsaws", "whipsaw $", "net of stops $",
      "offset",
      "both lose",
    ])
    for row in r.regimes where row.figures.trades > 0 {
      let f = row.figures
      table.add([
        "\(row.regime) \(row.state)", row.family.rawValue, "\(f.trades)", Text.dollars(f.meanDollars),
        "\(f.stopped)", "\(f.whipsaws)", Text.dollars(f.whipsawDollars), Text.dollars(f.stopsNetDollars),
        Text.percent(f.hedgeOffset), "\(f.bothLoseSessions)",
      ])
    }
    return table.text
  }

  private static func equalRisk(_ r: FamilyStudyReport) -> String {
    let rows = r.equalTerms.rows
    var table = TextTable(["at hold's CVaR95"] + rows.map(\.family.rawValue))
    table.add(["the condor"] + rows.map { $0.closesCondors ? "closed" : "held" })
    table.add(
      ["hedge independent of it"]
        + rows.map { $0.hedgeIsIndependent.map { $0 ? "yes" : "no" } ?? "-" })
    func row(_ name: String, _ value: (EqualTerms.Row) -> Double?) {
      table.add([name] + rows.map { Text.dollars(value($0)) })
    }
    row("VX contracts traded a year") { $0.hedgeContractsAYear }
    row("condors for one") { $0.atEqualRisk?.condors }
    row("mean $ a session") { $0.atEqualRisk?.meanDollars }
    row("cost against hold $") { $0.atEqualRisk?.costDollars }
    row("worst session $") { $0.atEqualRisk?.worstDollars }
    row("max drawdown $") { $0.atEqualRisk?.maxDrawdownDollars }
    row("hold at its CVaR95: condors") { $0.holdAtItsRisk?.condors }
    row("mean $ a session") { $0.holdAtItsRisk?.meanDollars }
    row("max drawdown $") { $0.holdAtItsRisk?.maxDrawdownDollars }
    return table.text
  }

  private static func equalCarry(_ c: EqualCarry) -> String {
    let costs =
      "At equal carry: stops cost \(Text.dollars(c.stopCostDollars)) $ a session against hold, the hedge "
      + "\(Text.dollars(c.hedgeCostDollars))."
    guard let factor = c.hedgeFactor, let stop = c.stop, let hedge = c.hedge else {
      return Text.wrap(costs + " They can't be put at the same cost: \(c.problem ?? "no figures").")
    }
    func kept(_ f: FamilyFigures) -> String {
      "worst \(Text.dollars(f.worstDollars)), CVaR95 \(Text.dollars(f.cvar95Dollars)), max drawdown "
        + Text.dollars(f.maxDrawdownDollars)
    }
    return Text.wrap(
      costs + " With \(Text.number(factor)) times the hedge both cost the same: stops \(kept(stop)); hedge "
        + "\(kept(hedge)).")
  }

  /// A mark by what an interval alone says.
  private static func mark(_ e: ClaimEstimate) -> String {
    Text.dollars(e.dollars) + (e.verdict == .notDistinguishable ? "  " : " *")
  }

  private static func sensitivity(_ r: FamilyStudyReport) -> String {
    let numbers = r.findings.indices.map { "(\($0 + 1))" }
    var table = TextTable(["claims, $ a session (* interval without 0)"] + numbers)
    table.add(["as given"] + r.findings.map { mark($0.estimate) })
    for row in r.sensitivity { table.add([row.name] + row.estimates.map(mark)) }
    return table.text
  }

  private static func findings(_ r: FamilyStudyReport) -> String {
    var lines: [String] = []
    for (k, f) in r.findings.enumerated() {
      let e = f.estimate
      var text =
        "(\(k + 1)) \(f.claim.rawValue): \(f.verdict.rawValue). \(Text.dollars(e.dollars)), 95 % interval "
        + "\(Text.dollars(e.lowDollars)) to \(Text.dollars(e.highDollars)): \(f.definition)"
      if !f.brokenBy.isEmpty {
        text +=
          ". Alone it would be \(e.verdict.rawValue), but not under: " + f.brokenBy.joined(separator: ", ")
      }
      lines.append(Text.wrap(text))
    }
    let what =
      "A claim says that its figure is above 0. It is supported if the interval (stationary bootstrap, \(r.resamples) "
      + "resamples, paired by day, widened by the dependence that its blocks cut off, given the settings chosen) lies above 0, contradicted if below, as given and under "
      + "every perturbation shown; "
      + "everything else is not distinguishable."
    lines.append(Text.wrap(what))
    if r.isDemonstration {
      lines.append("Minutes are simulated: a demonstration, no evidence.")
    }
    return lines.joined(separator: "\n")
  }
}
