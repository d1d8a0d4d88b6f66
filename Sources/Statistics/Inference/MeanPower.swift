import Kernels

/// What a two-sided test of a mean could have shown at all, given its standard error: an honest answer to "no difference found".
public struct MeanPower: Hashable, Sendable {
  /// The smallest true mean that such data show with a chance of ``power``: (z of the level + z of the power) × the error.
  public let detectable: Double
  /// The chance asked for.
  public let power: Double
  /// Terms that the error stands on.
  public let count: Int

  /// - Parameters:
  ///   - standardError: of the mean, > 0, in the unit of the mean.
  ///   - count: terms it stands on, ≥ 1.
  ///   - level: of the test's interval, inside (0, 1).
  ///   - power: inside (0, 1).
  /// - Source: the normal approximation; J. Cohen, "Statistical Power Analysis for the Behavioral Sciences" (1988), ch. 2.
  public init(standardError: Double, count: Int, level: Double = 0.95, power: Double = 0.8) {
    precondition(standardError > 0 && count >= 1, "MeanPower: an error above 0 and at least one term")
    precondition((0.0..<1).contains(level) && power > 0 && power < 1, "MeanPower: chances lie inside (0, 1)")
    detectable = (normalQuantile(0.5 + 0.5 * level) + normalQuantile(power)) * standardError
    self.power = power
    self.count = count
  }

  /// How many terms of the same kind would show a true mean with that chance, by the error's root law; infinite for 0.
  public func termsNeeded(for mean: Double) -> Double {
    let ratio = detectable / mean
    return Double(count) * ratio * ratio
  }
}
