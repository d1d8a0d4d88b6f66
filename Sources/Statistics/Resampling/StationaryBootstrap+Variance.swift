import Kernels

extension StationaryBootstrap {
  /// n times the variance of the mean of a resample, over all resamples there can be: the long-run variance that belongs
  /// to this bootstrap.
  ///
  /// (1/n)·[Σe² + 2·Σ_l κ_l·Σ_t e_t·e_{t−l}] with κ_l = (1 − l/n)·q^l + (l/n)·q^(n−l), q = 1 − 1/block. Autocovariances
  /// around the ring of days have κ_l = (1 − l/n)·q^l instead, so two recursions around it replace the n lags.
  ///
  /// - Parameter values: in order of time, all finite; as many as `count`.
  /// - Returns: ≥ 0; 0 for a series without spread.
  /// - Complexity: O(n), one array.
  /// - Source: D. Politis and J. Romano, JASA 89 (1994), lemma 1; P. Hansen, JBES 23 (2005), section 3.1.
  public func longRunVariance(_ values: [Double]) -> Double {
    precondition(values.count == count, "StationaryBootstrap: a series of another length")
    guard values.contains(where: { $0 != values[0] }) else { return 0 }
    let n = Double(count)
    let mean = values.reduce(0, +) / n
    let e = values.map { $0 - mean }
    let q = 1 - 1 / blockLength
    // g = Σ_l q^l·e_{t−l} and h = Σ_l l·q^l·e_{t−l} over l = 1 … n − 1, around the ring
    var (g, h, power) = (0.0, 0.0, 1.0)
    for l in 1..<count {
      power *= q
      g += power * e[count - l]
      h += Double(l) * power * e[count - l]
    }
    let whole = power * q
    var total = 0.0
    for t in 0..<count {
      total += e[t] * e[t] + 2 * e[t] * (g - h / n)
      let next = e[t + 1 == count ? 0 : t + 1]
      h = q * (e[t] + g + h) - n * whole * next
      g = q * (e[t] + g) - whole * next
    }
    return max(total / n, 0)
  }

  /// How many times wider the mean of a series is spread than the means of its resamples.
  ///
  /// Blocks cut dependence off where they end, so resamples vary too little; the shorter the blocks, the less. The square
  /// root of ``LongRunVariance/flatTop(_:)`` ÷ ``longRunVariance(_:)``.
  ///
  /// - Parameter values: in order of time, all finite; as many as `count`.
  /// - Returns: ≥ 1; 1 for fewer than 16 values, which tell nothing, without spread, and where squares leave Double's range.
  /// - Complexity: O(n·√n).
  public func widening(of values: [Double]) -> Double {
    let ratio = LongRunVariance.flatTop(values).map { $0 / longRunVariance(values) } ?? 1
    return ratio.isFinite ? max(ratio, 1).squareRoot() : 1
  }
}
