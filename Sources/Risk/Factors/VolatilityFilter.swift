/// Changes of a window as they would have been at the volatility of its end: x·σ(next)/σ(day).
///
/// σ² of a day is known before it: λ times that of the day before, and (1 − λ) times that day's squared change; the first is the
/// window's variance. A calm window that ends wild gives wild scenarios, and the other way round.
///
/// - Source: J. Hull and A. White, "Incorporating volatility updating into the historical simulation method for
///   value-at-risk", J. Risk 1 (1998); λ of J.P. Morgan, "RiskMetrics Technical Document" (1996).
public enum VolatilityFilter {
  /// λ of daily data.
  public static let decay = 0.94

  /// Of one factor.
  ///
  /// - Parameter changes: day by day, at least two of them different; shape `[T]`.
  /// - Returns: shape `[T]`.
  /// - Complexity: O(T).
  public static func rescaled(_ changes: [Double]) -> [Double] {
    precondition(changes.count >= 2, "VolatilityFilter: a single day")
    let n = Double(changes.count)
    let mean = changes.reduce(0, +) / n
    var variance = changes.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / (n - 1)
    var deviations: [Double] = []
    for x in changes {
      deviations.append(variance.squareRoot())
      variance = decay * variance + (1 - decay) * x * x
    }
    let next = variance.squareRoot()
    return zip(changes, deviations).map { $0 * next / $1 }
  }
}
