import Risk

/// A risk report in words.
struct RiskText {
  /// Weights and groups that are told; `--json` has all.
  private static let most = 10
  private let r: RiskReport

  init(_ report: RiskReport) { r = report }

  var text: String {
    [table, noise, clusters, mixes, tails].joined(separator: "\n\n")
      + "\n\nValue at risk (VaR) and expected shortfall (ES) are P&L a day in the unit of the table; negative is a "
      + "loss.\nWeights were fitted on the first \(r.table.fitDays) days: figures of those days flatter."
  }

  private var level: String { Text.brief(100 - Double(r.question.perTenThousand) / 100) + " %" }

  private var table: String {
    let t = r.table
    var text = "\(t.settings) settings over \(t.days) days"
    if t.constantSettings > 0 {
      text +=
        "; \(t.constantSettings) earn the same every day, to a millionth (\(t.zeroSettings) of them nothing) and are left out"
    }
    return text
      + "\n\(t.chosen.count) of them, those of the highest P&L over the first \(t.fitDays) days, are "
      + "clustered and mixed"
  }

  private var noise: String {
    let (m, n) = (r.marchenkoPastur, r.table.settings - r.table.constantSettings)
    let largest = r.eigenvalues.first ?? 0
    return """
      correlations of \(n) settings: \(m.above) eigenvalue\(m.above == 1 ? "" : "s") above \
      \(Text.number(m.upperEdge)), the most that noise has (Marchenko-Pastur); the largest, \
      \(Text.number(largest)), is \(Text.percent(largest / Double(n))) of all
      effective number of settings: \(Text.number(m.participation, 1)) by squares, \
      \(Text.number(m.effectiveRank, 1)) by entropy
      Ledoit-Wolf shrinkage \(Text.number(r.shrinkage, 4)), the weight of \(target) in a covariance
      """
  }

  private var target: String {
    switch r.shrinkTarget.target {
    case .identity: "equal variances without correlation"
    case .constantCorrelation: "the mean correlation, \(Text.number(r.shrinkTarget.meanCorrelation)),"
    }
  }

  private var clusters: String {
    let c = r.clusters
    var table = TextTable(["settings", "correlation", "best of them"], wordsLast: true)
    for group in c.groups.prefix(Self.most) {
      table.add(["\(group.size)", Text.number(group.meanCorrelation), group.best])
    }
    return "\(c.count) different bet\(c.count == 1 ? "" : "s") among \(r.table.chosen.count) settings "
      + "(\(c.linkage.rawValue) linkage, cut at correlation \(Text.brief(c.correlation)))\n" + table.text
      + more(c.groups.count, "bets")
  }

  private var mixes: String {
    var text = "minimum CVaR \(level): the solver found none"
    if let mix = r.minCVaR {
      text =
        "minimum CVaR \(level): \(Text.number(mix.cvar)) a day over the fit, and no mix has more than "
        + "\(Text.number(mix.bound))\n" + weights(mix.weights)
    }
    guard let parity = r.riskParity else {
      return text + "\n\nrisk parity: some mix has no risk at all, so risk can't be shared equally"
    }
    text +=
      "\n\nrisk parity: each setting adds 1/\(r.table.chosen.count) of the shrunk variance, sd "
      + "\(Text.number(parity.standardDeviation)) a day\nof the fit's days as they were, sd "
      + Text.number(parity.fitStandardDeviation)
    if let least = parity.smallestFitShare, let most = parity.largestFitShare {
      text += ", it adds \(Text.percent(least)) to \(Text.percent(most))"
    } else {
      text += ": what they add cancels out"
    }
    return text + "\n" + weights(parity.weights)
  }

  /// Those above 0, the largest first.
  private func weights(_ weights: [Double]) -> String {
    var table = TextTable(["weight", "setting"], wordsLast: true)
    let used = weights.indices.filter { weights[$0] > 1e-9 }.sorted { (weights[$1], $0) < (weights[$0], $1) }
    for k in used.prefix(Self.most) {
      table.add([Text.number(100 * weights[k]) + " %", r.table.chosenNames[k]])
    }
    return table.text + more(used.count, "settings")
  }

  private func more(_ count: Int, _ what: String) -> String {
    count > Self.most ? "\n[\(count - Self.most) more \(what): --json]" : ""
  }

  private var tails: String {
    var table = TextTable([
      "\(level)", "days", "mean", "VaR", "ES", "days below VaR", "expected", "p coverage", "p independence",
      "p both",
    ])
    for risk in r.valueAtRisk {
      add(&table, risk.mix + ", fit", "\(risk.fit.days)", risk.fit.mean, risk.fit.tail)
      if let later = risk.later {
        add(&table, risk.mix + ", later", "\(later.days)", later.mean, later.tail, risk.backtest)
      }
      if let tail = risk.scenarios {
        add(&table, risk.mix + ", normal scenarios", "\(r.question.scenarios)", nil, tail)
      }
    }
    var text = table.text
    if r.valueAtRisk.contains(where: { $0.scenarios == nil }) {
      text += "\nno normal scenarios: the covariance is singular"
    }
    if r.valueAtRisk.contains(where: { $0.fit.tail.isWorstOnly || $0.later?.tail.isWorstOnly == true }) {
      text += "\na tail of less than one day: the worst day stands in"
    }
    if r.valueAtRisk.contains(where: { $0.backtest == nil }) {
      text +=
        "\nno backtest of value at risk: no later day has \(r.question.window) days before it (--window, --fit)"
    }
    return text
  }

  private func add(
    _ table: inout TextTable, _ name: String, _ days: String, _ mean: Double?, _ tail: TailRisk,
    _ backtest: ValueAtRiskBacktest? = nil
  ) {
    var row = [
      name, days, Text.number(mean), Text.number(tail.valueAtRisk), Text.number(tail.expectedShortfall),
    ]
    if let b = backtest {
      row += ["\(b.exceptions) of \(b.days)", Text.number(b.expected, 1)]
      row += [b.coverage, b.independence, b.conditionalCoverage].map { Text.probability($0?.pValue) }
    }
    table.add(row)
  }
}
