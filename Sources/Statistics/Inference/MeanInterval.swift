import Kernels

/// The mean of a series whose terms may depend on each other, with its standard error, interval and p-value.
///
/// Used for the paired daily difference of two strategies: "does the mean differ from 0?" The standard error is
/// Newey and West's (HAC), so runs of good and bad days don't flatter it; the interval uses Student's t with
/// n − 1 degrees of freedom, a little wider than the normal one.
public struct MeanInterval: Hashable, Sendable {
  /// Number of terms.
  public let count: Int
  /// Σx/n, in the unit of the series.
  public let mean: Double
  /// Root of the long-run variance of the mean (Bartlett's kernel, denominators n), same unit.
  public let standardError: Double
  /// Lags used; ⌊4·(n/100)^(2/9)⌋ unless given.
  public let lag: Int
  /// Probability that the interval is to cover the true mean.
  public let level: Double
  /// Lower end of the interval.
  public let low: Double
  /// Upper end of the interval.
  public let high: Double
  /// Two-sided probability of a mean at least this far from 0 if the true one is 0.
  public let pValue: Double

  /// Whether the interval leaves 0 out.
  public var excludesZero: Bool { low > 0 || high < 0 }

  /// The interval of a series.
  ///
  /// - Parameters:
  ///   - values: in order of time; all finite.
  ///   - level: coverage, inside (0, 1).
  ///   - lag: number of lags; nil for the automatic one.
  /// - Returns: nil where there is no error to be had: fewer than two values, one not finite, all values the
  ///   same, or a long-run variance that comes out as 0.
  /// - Complexity: O(n·lag).
  /// - Source: W. Newey and K. West, Econometrica 55 (1987) and Review of Economic Studies 61 (1994).
  public init?(_ values: [Double], level: Double = 0.95, lag: Int? = nil) {
    precondition(level > 0 && level < 1, "MeanInterval: the level must lie inside (0, 1)")
    precondition(lag ?? 0 >= 0, "MeanInterval: the lag must not be negative")
    let n = values.count
    guard n > 1, values.allSatisfy(\.isFinite), values.contains(where: { $0 != values[0] }) else {
      return nil
    }
    let average = values.reduce(0, +) / Double(n)
    let lags = lag ?? LongRunVariance.automaticLag(n)
    let error = LongRunVariance.ofSum(values.map { $0 - average }, lag: lags).squareRoot() / Double(n)
    guard error > 0, error.isFinite else { return nil }
    let t = StudentT.twoSidedQuantile(tail: 1 - level, freedom: n - 1)
    count = n
    mean = average
    standardError = error
    self.lag = lags
    self.level = level
    low = average - t * error
    high = average + t * error
    pValue = StudentT.twoSidedTail(average / error, freedom: n - 1)
  }
}
