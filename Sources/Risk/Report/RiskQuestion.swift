/// What a risk report is to be made by.
public struct RiskQuestion: Hashable, Sendable, Codable {
  /// 10,000·(1 − α) of value at risk and expected shortfall, 1…9,999.
  public var perTenThousand = 500
  /// How many settings, those of the highest P&L over the days of the fit, are clustered and mixed, ≥ 1.
  public var top = 1_000
  /// Share of the days, from the first on, that settings are chosen and weights fitted on, inside (0, 1].
  public var fitShare = 0.7
  /// Largest weight of a setting in the minimum-CVaR mix, inside (0, 1].
  public var cap = 1.0
  /// Settings correlated as much as this, on the mean of a group, are one bet; inside [−1, 1].
  public var sameBet = 0.5
  /// What covariances that mixes are made by are drawn to.
  public var shrinkTarget = LedoitWolf.Target.identity
  /// How clusters are joined.
  public var linkage = Clustering.Linkage.average
  /// Days before each that make its value at risk in the backtest, ≥ 1.
  public var window = 250
  /// Normal scenarios, ≥ 1.
  public var scenarios = 10_000
  /// Of the scenarios.
  public var seed: UInt64 = 1

  /// The defaults.
  public init() {}
}

extension Clustering.Linkage: Codable {}

/// What can be wrong with a question of risk. Every case says the value met and what to do.
public enum RiskError: Error, Equatable, Sendable {
  /// No setting has any spread over the days that weights are fitted on.
  case noSpread(source: String, settings: Int, days: Int)
  /// Too few days to fit on.
  case tooFewDays(source: String, days: Int, of: Int)
  /// Numbers so large that their squares may overflow.
  case tooLarge(source: String, setting: String, value: Double)
  /// Numbers so small that their squares vanish.
  case tooSmall(source: String, most: Double)
  /// Caps that don't add up to 1.
  case capTooSmall(source: String, cap: Double, settings: Int)
}

extension RiskError: CustomStringConvertible {
  /// One line with the remedy.
  public var description: String {
    switch self {
    case .noSpread(let source, let settings, let days):
      "\(source): each of the \(settings) settings earns the same on each of the first \(days) days; "
        + "check that they trade at all, or fit on more days"
    case .tooFewDays(let source, let days, let all):
      "\(source): \(days) of \(all) days to fit on; at least 2 are needed: raise the share of the fit"
    case .tooLarge(let source, let setting, let value):
      "\(source): \(setting) holds \(value); give P&L below 10^12 a day, and no identifiers or times"
    case .tooSmall(let source, let most):
      "\(source): the largest P&L is \(most); give it in another unit, above 1e-100 a day"
    case .capTooSmall(let source, let cap, let settings):
      "\(source): \(settings) settings of at most \(cap) each don't add up to 1; give a cap of at least "
        + "\(1 / Double(settings))"
    }
  }
}
