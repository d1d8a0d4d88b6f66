import Kernels

/// Fits at-the-money level curves: ln σ against the logarithm of a volatility index.
public enum LevelFit {
  /// The fewest chains that move a curve.
  public static let fewest = 8

  /// `curve` with base and inner exponent from least squares; knees and outer exponents stay, for they come from
  /// realised variance and not from quotes. Unchanged with fewer than eight observations or a flat index.
  ///
  /// - Parameters:
  ///   - observations: the index's close, percent points, and σ a year of 252 sessions.
  ///   - curve: what to start from.
  public static func curve(
    _ observations: [(index: Double, volatility: Double)], startingFrom curve: LevelParameters.Curve
  ) -> LevelParameters.Curve {
    let usable = observations.filter { $0.index > 0 && $0.volatility > 0 }
    guard usable.count >= fewest else { return curve }
    let x = usable.map { Elementary.log(min(max($0.index, curve.lowKnee), curve.knee) / curve.pivot) }
    let y = usable.map {
      Elementary.log($0.volatility) - curve.above * Elementary.log(max($0.index, curve.knee) / curve.knee)
        - curve.lowest * Elementary.log(min($0.index, curve.lowKnee) / curve.lowKnee)
    }
    let n = Double(x.count)
    let meanX = x.reduce(0, +) / n
    let meanY = y.reduce(0, +) / n
    var xx = 0.0
    var xy = 0.0
    for i in x.indices {
      xx += (x[i] - meanX) * (x[i] - meanX)
      xy += (x[i] - meanX) * (y[i] - meanY)
    }
    guard xx > 0.05 else { return curve }
    var result = curve
    result.below = xy / xx
    result.base = Elementary.exp(meanY - result.below * meanX)
    return result
  }
}
