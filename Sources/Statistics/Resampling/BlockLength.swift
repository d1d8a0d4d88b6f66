import Kernels

/// How long the blocks of a bootstrap must be to keep the dependence of a series.
public enum BlockLength {
  /// Mean block length for the stationary bootstrap that is best for the variance of the mean.
  ///
  /// - Parameter values: in order of time; all finite.
  /// - Returns: sessions, > 0, at most ⌈min(3√n, n/3)⌉; below 1 where the series shows no dependence. Nil for
  ///   fewer than 16 values, a value that is not finite, or a series without spread.
  /// - Complexity: O(n·√n).
  /// - Source: D. Politis and H. White, Econometric Reviews 23 (2004), with the correction of A. Patton, D.
  ///   Politis and H. White, Econometric Reviews 28 (2009). Where they leave room (the lag from which on
  ///   autocorrelations count as nought, the samples of the correlations) this is what the Python package
  ///   `arch` does, and is tested against.
  public static func stationary(_ values: [Double]) -> Double? {
    guard let sums = FlatTopSums(values) else { return nil }
    let size = Double(values.count)
    let limit = min(3 * size.squareRoot(), size / 3).rounded(.up)
    guard sums.variance != 0 else { return limit }
    let ratio = sums.slope / sums.variance
    return min(Elementary.pow(ratio * ratio * size, 1.0 / 3), limit)
  }
}

extension LongRunVariance {
  /// n times the variance of the mean of a series, by the flat-top kernel up to the lag from which on autocorrelations count
  /// as nought.
  ///
  /// Its bias falls faster than that of any kernel which is positive throughout, and so than that of a bootstrap's own
  /// variance, whose blocks cut dependence off. Divided by what is left of the variance of independent values once their mean
  /// is taken off.
  ///
  /// - Parameter values: in order of time; all finite.
  /// - Returns: the unit's square; may be below 0, as no positive kernel's is. Nil as for ``BlockLength/stationary(_:)``.
  /// - Complexity: O(n·√n).
  /// - Source: D. Politis and J. Romano, J. Time Series Analysis 16 (1995); the lag is Politis and White's (2004).
  public static func flatTop(_ values: [Double]) -> Double? {
    FlatTopSums(values).map { $0.variance / $0.varianceLeft * $0.unit * $0.unit }
  }
}

/// Autocovariances under the flat-top kernel: weight 1 up to half of the last lag, from there down to 0.
private struct FlatTopSums {
  /// What the sums are counted in.
  let unit: Double
  /// Σ over all lags of weight × autocovariance.
  private(set) var variance: Double
  /// Σ over all lags of weight × lag × autocovariance.
  private(set) var slope = 0.0
  /// What ``variance`` comes to on average for independent values of variance 1.
  let varianceLeft: Double

  /// - Returns: nil as for ``BlockLength/stationary(_:)``.
  init?(_ values: [Double]) {
    let n = values.count
    guard n >= 16, values.allSatisfy(\.isFinite), values.contains(where: { $0 != values[0] }) else {
      return nil
    }
    let size = Double(n)
    let mean = values.reduce(0, +) / size
    // in a unit, a power of two, whose squares stay inside Double's range
    let largest = values.reduce(0) { max($0, $1.magnitude) }
    let unit = Double(sign: .plus, exponent: min(max(Int(largest.exponent), -1_000), 1_000), significand: 1)
    let e = values.map { ($0 - mean) / unit }
    self.unit = unit
    let log10n = Elementary.log(size) / 2.302_585_092_994_046
    let run = max(5, Int(log10n))
    let most = Int(size.squareRoot().rounded(.up)) + run
    let band = 2 * (log10n / size).squareRoot()

    // sums of squares of all but the first or last few terms, for the correlations' own samples
    var head = Array(repeating: 0.0, count: n + 1)
    for i in 0..<n { head[i + 1] = head[i] + e[i] * e[i] }
    let total = head[n]
    guard total > 0, total < .infinity else { return nil }
    var covariance = Array(repeating: 0.0, count: most + 1)
    var isSmall = Array(repeating: false, count: most + 1)
    for l in 0...most {
      var cross = 0.0
      for t in l..<n { cross += e[t] * e[t - l] }
      covariance[l] = cross / size
      let scale = ((total - head[l + 1]) * head[n - l - 1]).squareRoot()
      isSmall[l] = cross.magnitude < band * scale
    }
    var lag = most
    for l in stride(from: run, through: most, by: 1) where isSmall[(l - run)..<l].allSatisfy({ $0 }) {
      lag = min(2 * max(l - run, 1), most)
      break
    }
    variance = covariance[0]
    var taken = 1.0
    for k in stride(from: 1, through: lag, by: 1) {
      let share = Double(k) / Double(lag)
      let weight = share <= 0.5 ? 1 : 2 * (1 - share)
      slope += 2 * weight * Double(k) * covariance[k]
      variance += 2 * weight * covariance[k]
      taken += 2 * weight * (1 - Double(k) / size)
    }
    varianceLeft = 1 - taken / size
  }
}
