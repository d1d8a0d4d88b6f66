/// A function of the language.
enum RuleFunction: String, Hashable, Sendable, CaseIterable {
  case min, max, abs, clamp, exp, ln
  case mean, sd, highest, lowest, zscore, percentile, change, lag

  /// Whether it looks at several bars.
  var isWindow: Bool { window != nil }

  /// What it makes of the bars, if it looks at several.
  var window: RuleWindow? { RuleWindow(rawValue: rawValue) }
}

/// What is made of the last n values x₁…xₙ of an expression, xₙ the present one. Sums run from the oldest to the
/// newest. A missing value among them makes the result missing.
public enum RuleWindow: String, Hashable, Sendable {
  /// Σx/n.
  case mean
  /// √(Σ(x − mean)²/(n − 1)); exactly 0 where all values are equal.
  case sd
  case highest
  case lowest
  /// (xₙ − mean)/sd; missing where sd is 0.
  case zscore
  /// The share of the n values that are ≤ xₙ: the empirical distribution function at xₙ, in (0, 1].
  case percentile
  /// xₙ less the value n bars before.
  case change
  /// The value n bars before.
  case lag

  /// Fewest values it makes sense for.
  var fewest: Int {
    switch self {
    case .sd, .zscore, .percentile: 2
    case .mean, .highest, .lowest, .change, .lag: 1
    }
  }
  /// Bars before the present one that it reads.
  func reach(_ length: Int) -> Int { self == .change || self == .lag ? length : length - 1 }
}
