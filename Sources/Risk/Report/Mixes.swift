import Foundation

/// The mix of the largest CVaR over the fit.
public struct MinimumCVaRMix: Sendable, Encodable {
  /// 0…1, of each chosen setting in the order of ``RiskReport/Table/chosen``; they sum to 1.
  public let weights: [Double]
  /// Mean of the worst k days of the fit, P&L: negative is a loss.
  public let cvar: Double
  /// No mix has more.
  public let bound: Double
}

/// The mix to whose deviation each setting adds the same.
public struct RiskParityMix: Sendable, Encodable {
  /// 0…1, of each chosen setting in the order of ``RiskReport/Table/chosen``; they sum to 1.
  public let weights: [Double]
  /// Weight of the target in the covariance of the fit that they are by.
  public let shrinkage: Double
  /// Of the mix by the shrunk covariance of the fit, whose variance is shared equally.
  public let standardDeviation: Double
  /// Of the mix's P&L over the days of the fit as they were, ÷ days as the shrunk one.
  public let fitStandardDeviation: Double
  /// The largest share that one setting adds to the variance of those days, 1 ÷ settings without shrinkage; `nil` where all
  /// but a hundredth of what they add cancels out.
  public let largestFitShare: Double?
  /// The smallest.
  public let smallestFitShare: Double?
}

/// The tails of one mix.
public struct MixRisk: Sendable, Encodable {
  /// One period of a mix.
  public struct Period: Hashable, Sendable, Encodable {
    /// Days.
    public let days: Int
    /// Mean P&L a day.
    public let mean: Double
    /// Of the days' P&L; negative is a loss.
    public let tail: TailRisk
  }
  /// What one setting adds to the expected shortfall over the fit.
  public struct Contribution: Hashable, Sendable, Encodable {
    /// Counted from 0.
    public let column: Int
    /// P&L a day over the tail as it was, days that tie at the value at risk sharing its part of it; these sum to the expected
    /// shortfall of the fit.
    public let contribution: Double
    /// P&L a day over the tail of the scenarios; these sum to theirs. `nil` where there are none.
    public let scenarioContribution: Double?
  }
  /// `equal weights`, `minimum CVaR` or `risk parity`.
  public let mix: String
  /// The days that it was fitted on: flattered.
  public let fit: Period
  /// The days after them; `nil` where there are none.
  public let later: Period?
  /// By normal scenarios of the fit's means and shrunk covariance; `nil` where that is singular.
  public let scenarios: TailRisk?
  /// Those of settings with a weight above 0, the worst first.
  public let contributions: [Contribution]
  /// Later days against the value at risk of the days before each; `nil` where there is no such day.
  public let backtest: ValueAtRiskBacktest?
}

/// All mixes of some settings.
struct Mixes {
  let minimumCVaR: MinimumCVaRMix?
  let riskParity: RiskParityMix?
  let risks: [MixRisk]

  init(_ some: Chosen, question: RiskQuestion) {
    let n = some.columns.count
    let covariance = CovarianceMatrix(some.fit, days: some.fitDays, settings: n)
    let estimate = LedoitWolf(some.fit, days: some.fitDays, settings: n, target: question.shrinkTarget)
    let shrunk = estimate.shrunk(covariance)
    let scenarios = NormalScenarios(
      means: covariance.means, covariance: shrunk, count: question.scenarios, seed: question.seed)
    var all = [("equal weights", Array(repeating: 1 / Double(n), count: n))]

    let best = MinimumCVaR(
      some.fit, days: some.fitDays, settings: n, perTenThousand: question.perTenThousand, cap: question.cap)
    if let best { all.append(("minimum CVaR", best.weights)) }
    minimumCVaR = best.map { best in
      MinimumCVaRMix(
        weights: best.weights.map(significant), cvar: significant(best.cvar),
        bound: significant(best.bound))
    }
    let parity = RiskParity(shrunk, order: n)
    if let parity { all.append(("risk parity", parity.weights)) }
    riskParity = parity.map { parity in
      let added = parity.weights.indices.map { i in
        parity.weights[i]
          * parity.weights.indices.reduce(0) { $0 + covariance.values[i * n + $1] * parity.weights[$1] }
      }
      let all = max(added.reduce(0, +), 0)
      let variance = all * Double(some.fitDays - 1) / Double(some.fitDays)
      // where nearly all of it cancels out there is little left to have a share of
      let isShared = all > 0.01 * added.reduce(0) { $0 + $1.magnitude }
      return RiskParityMix(
        weights: parity.weights.map(significant), shrinkage: significant(estimate.shrinkage),
        standardDeviation: significant(parity.standardDeviation),
        fitStandardDeviation: significant(variance.squareRoot()),
        largestFitShare: isShared ? added.max().map { significant($0 / all) } : nil,
        smallestFitShare: isShared ? added.min().map { significant($0 / all) } : nil)
    }
    risks = all.compactMap { Self.risk($0, weights: $1, of: some, scenarios: scenarios, question: question) }
  }

  private static func risk(
    _ name: String, weights: [Double], of some: Chosen, scenarios: NormalScenarios?, question: RiskQuestion
  ) -> MixRisk? {
    let share = question.perTenThousand
    let pnl = mixedPnL(some.pnl, weights: weights)
    let fit = Array(pnl.prefix(some.fitDays))
    guard let fitPeriod = period(fit, share) else { return nil }
    let n = weights.count
    var parts = Array(repeating: 0.0, count: n)
    let reach = 1e-7 * fit.reduce(0) { max($0, $1.magnitude) }
    for (day, tailWeight) in TailRisk.tailWeights(fit, perTenThousand: share, tiesWithin: reach) {
      for i in 0..<n { parts[i] += tailWeight * weights[i] * some.pnl[day * n + i] }
    }
    let normal = scenarios?.tail(weights: weights, perTenThousand: share)
    let contributions = parts.indices.filter { weights[$0] > 1e-9 }.map {
      MixRisk.Contribution(
        column: some.columns[$0], contribution: significant(parts[$0]),
        scenarioContribution: (normal?.contributions[$0]).map(significant))
    }.sorted { ($0.contribution, $0.column) < ($1.contribution, $1.column) }
    // forecasts of the later days only, each by the days before it
    let exceeded = ValueAtRiskBacktest.exceeded(pnl, window: question.window, perTenThousand: share)
    let later = exceeded.suffix(max(0, min(exceeded.count, some.days - some.fitDays)))
    return MixRisk(
      mix: name, fit: fitPeriod, later: period(Array(pnl.dropFirst(some.fitDays)), share),
      scenarios: normal?.risk.rounded,
      contributions: contributions,
      backtest: ValueAtRiskBacktest(exceeded: Array(later), perTenThousand: share))
  }

  private static func period(_ pnl: [Double], _ share: Int) -> MixRisk.Period? {
    guard let tail = TailRisk(pnl, perTenThousand: share) else { return nil }
    let mean = pnl.reduce(0, +) / Double(pnl.count)
    return MixRisk.Period(days: pnl.count, mean: significant(mean), tail: tail.rounded)
  }
}

/// The number of nine significant digits that is nearest.
func significant(_ x: Double) -> Double { Double(String(format: "%.8e", x)) ?? x }
