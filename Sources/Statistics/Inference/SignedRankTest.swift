import Kernels

/// Wilcoxon's signed-rank test of paired differences, one-sided: do they lie below 0?
///
/// Ranks of equal sizes are averaged; differences of 0 take part, half of their rank on either side (`zsplit`), so that
/// pairs that don't differ speak for neither. The probability is the normal approximation with the correction for ties
/// and none for continuity.
///
/// It asks where the middle of the differences lies, not what they add up to: many small losses outweigh one large gain.
///
/// - Source: F. Wilcoxon, Biometrics Bulletin 1 (1945); W. Conover, *Practical Nonparametric Statistics* (1999), § 5.7.
public struct SignedRankTest: Hashable, Sendable {
  /// Σ of the ranks of differences above 0, with half of those of 0.
  public let positiveRanks: Double
  /// (Σ − its mean) ÷ its standard deviation; nil where no difference is other than 0.
  public let z: Double?
  /// Probability of a sum of ranks at most this large, if differences lie symmetrically about 0; 1 without a ``z``.
  public let lowerTail: Double

  /// The test of some differences.
  ///
  /// - Parameter differences: in any order and any unit; above −2⁶³.
  /// - Complexity: O(n·log n). Sums of ranks are exact below 2²⁵ differences.
  public init(_ differences: [Int64]) {
    let sizes = differences.map(\.magnitude)
    let order = sizes.indices.sorted { sizes[$0] < sizes[$1] }
    let n = Double(differences.count)
    // twice the ranks: whole numbers
    var (above, ties) = (0.0, 0.0)
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, sizes[order[end]] == sizes[order[start]] { end += 1 }
      let twice = Double(start + 1 + end)
      let count = Double(end - start)
      if sizes[order[start]] == 0 {
        above += 0.5 * twice * count
      } else {
        above += twice * Double(order[start..<end].count { differences[$0] > 0 })
      }
      ties += count * (count * count - 1)
      start = end
    }
    positiveRanks = above / 2
    let variance = (n * (n + 1) * (2 * n + 1) - ties / 2) / 24
    guard sizes.contains(where: { $0 != 0 }), variance > 0 else {
      (z, lowerTail) = (nil, 1)
      return
    }
    let score = (positiveRanks - n * (n + 1) / 4) / variance.squareRoot()
    z = score
    lowerTail = normalCDF(score)
  }
}
