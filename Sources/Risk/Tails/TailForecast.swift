import Kernels

/// What scenarios say of one day's loss, kept so that the day itself can be held against it.
///
/// The law of a condor's P&L has atoms: it can't lose more than its width, and often enough that is the value at risk.
/// Losses *below* it then don't occur, however right the forecast is. So a day that ends exactly there counts as the share
/// of the atom that belongs to the tail: then exceedances sum to what the level says if forecasts are right, whatever the law.
///
/// - Source: C. Czado, T. Gneiting and L. Held, "Predictive model assessment for count data", Biometrics 65 (2009): the
///   transform of laws with atoms, its mean in the place of the random one.
public struct TailForecast: Sendable {
  /// P&L at the level, and the mean of what is worse.
  public let risk: TailRisk
  /// Scenarios below the value at risk.
  public let below: Int
  /// Scenarios exactly at it, ≥ 1.
  public let ties: Int
  /// Of the P&L exactly at the value at risk, the share that belongs to the tail, 0…1.
  public let shareOfTies: Double
  /// Scenarios in the tail from the worst on, with their weights; they sum to 1.
  public let tail: [(day: Int, weight: Double)]

  /// Of the P&L by scenario.
  ///
  /// - Parameter perTenThousand: of ``TailRisk``.
  /// - Returns: `nil` without scenarios.
  /// - Complexity: O(S·log S).
  public init?(_ pnl: [Double], perTenThousand share: Int) {
    let tail = TailRisk.tailWeights(pnl, perTenThousand: share)
    guard let risk = TailRisk(pnl, tail: tail, perTenThousand: share) else { return nil }
    self.risk = risk
    self.tail = tail
    below = pnl.count { $0 < risk.valueAtRisk }
    ties = pnl.count { $0 == risk.valueAtRisk }
    shareOfTies = (risk.tailDays - Double(below)) / Double(ties)
  }

  /// How much of a day lies in the tail: 1 below the value at risk, 0 above, ``shareOfTies`` at it.
  public func weight(of pnl: Double) -> Double {
    pnl < risk.valueAtRisk ? 1 : pnl == risk.valueAtRisk ? shareOfTies : 0
  }

  /// Mean of a part's P&L over the tail: what it adds to the expected shortfall (Euler's; parts sum to it).
  ///
  /// - Parameter part: by scenario; shape `[S]`.
  public func contribution(_ part: [Double]) -> Double { tail.reduce(0) { $0 + $1.weight * part[$1.day] } }
}
