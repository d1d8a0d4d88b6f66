import Kernels

/// Eigenvalues of the settings' correlation matrix beside those that noise alone would have.
///
/// - Source: V. Marchenko and L. Pastur, Math. USSR Sbornik 1 (1967); L. Laloux, P. Cizeau, J.-P. Bouchaud and
///   M. Potters, Phys. Rev. Letters 83 (1999); O. Roy and M. Vetterli, "The effective rank", EUSIPCO 2007.
public struct CorrelationSpectrum: Sendable {
  /// Settings that vary, n; those that don't have no correlation and are left out.
  public let settings: Int
  /// Days, T.
  public let days: Int
  /// The largest min(n, T) eigenvalues, descending, ≥ 0; the other n − T are 0. They sum to n.
  public let eigenvalues: [Double]

  /// n/(T − 1): the mean takes a day.
  public var ratio: Double { Double(settings) / Double(days - 1) }
  /// Marchenko and Pastur's edges (1 ∓ √ratio)² of n independent series of variance 1; the lower one of the
  /// eigenvalues that aren't 0.
  public var noiseEdges: ClosedRange<Double> {
    let root = ratio.squareRoot()
    return (1 - root) * (1 - root)...(1 + root) * (1 + root)
  }
  /// How many eigenvalues lie above the upper edge.
  public var above: Int { eigenvalues.count { $0 > noiseEdges.upperBound } }
  /// (Σλ)²/Σλ²: n where nothing is correlated, 1 where everything is the same.
  public var participation: Double {
    let squares = eigenvalues.reduce(0) { $0 + $1 * $1 }
    return Double(settings) * Double(settings) / squares
  }
  /// exp(−Σ p·ln p) with p = λ/n: the effective rank, at least ``participation``.
  public var effectiveRank: Double {
    let n = Double(settings)
    let entropy = eigenvalues.reduce(0) { $0 - ($1 > 0 ? $1 / n * Elementary.log($1 / n) : 0) }
    return Elementary.exp(entropy)
  }

  /// Of a matrix of P&L.
  ///
  /// - Parameters:
  ///   - pnl: by days, finite; shape `[days × settings]`.
  ///   - days: T ≥ 2.
  ///   - settings: ≥ 1.
  /// - Returns: `nil` where every setting is constant, or the library gives up.
  /// - Accuracy: 1e-12 of the largest; the last bits vary with the processor.
  /// - Complexity: O(n·T·m + m³) with m = min(n, T); m² numbers, and 2,048·T or n·T more.
  public init?(_ pnl: [Double], days: Int, settings all: Int) {
    precondition(days >= 2 && all >= 1 && pnl.count == days * all, "CorrelationSpectrum: shape")
    let columns = ColumnMoments(pnl, days: days, settings: all)
    let varying = columns.varying
    guard !varying.isEmpty else { return nil }
    let scales = columns.lengths.map { $0 > 0 ? 1 / $0 : 0 }
    let (gram, side) = columns.products(pnl, scales: scales)
    guard let values = OpenBLAS.symmetricEigenvalues(gram, order: side) else { return nil }
    self.days = days
    settings = varying.count
    eigenvalues = values.reversed().map { max($0, 0) }
  }
}
