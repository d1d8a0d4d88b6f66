import Kernels

/// Standard normal numbers drawn once, of which each day's scenarios are made by that day's covariance: x = A·z.
///
/// The numbers of scenario s are those of ``NormalScenarios``: stream s of the seed, factor after factor. Moves have mean 0:
/// over one day a mean can't be told from noise. All arithmetic is exactly rounded and in a fixed order.
public struct FactorScenarios: Sendable {
  /// Scenarios, S.
  public let count: Int
  /// By factor; shape `[m][S]`.
  private let normals: [[Double]]

  /// Draws.
  ///
  /// - Parameters:
  ///   - count: S ≥ 1.
  ///   - factors: m ≥ 1, the most that a covariance has.
  /// - Complexity: O(S·m).
  public init(count: Int, factors m: Int, seed: UInt64) {
    precondition(count >= 1 && m >= 1, "FactorScenarios: nothing to draw")
    self.count = count
    var columns = Array(repeating: Array(repeating: 0.0, count: count), count: m)
    for s in 0..<count {
      var random = Philox(seed: seed, stream: UInt64(s))
      for i in 0..<m { columns[i][s] = random.normal() }
    }
    normals = columns
  }

  /// Moves of factor i in every scenario; shape `[S]`.
  ///
  /// - Precondition: the covariance has at most m factors.
  /// - Complexity: O(S·n), of Cholesky's root S·(i + 1).
  public func moves(_ i: Int, _ covariance: FactorCovariance) -> [Double] {
    let n = covariance.order
    precondition(n <= normals.count && (0..<n).contains(i), "FactorScenarios.moves: no such factor")
    var moves = Array(repeating: 0.0, count: count)
    for k in 0..<n {
      let loading = covariance.loadings[i * n + k]
      guard loading != 0 else { continue }
      let z = normals[k]
      for s in 0..<count { moves[s] += loading * z[s] }
    }
    return moves
  }
}
