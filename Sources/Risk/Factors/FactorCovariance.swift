import Kernels

/// What the correlations of factors are drawn to before scenarios are made of them.
public enum FactorShrinkage: String, Sendable, CaseIterable, Codable {
  /// No correlation: ``LedoitWolf/Target/identity`` of standardised changes.
  case identity
  /// The mean correlation of all pairs.
  case constantCorrelation = "constant-correlation"
  /// Nothing: the sample's own.
  case none

  /// The target; `nil` for none.
  var target: LedoitWolf.Target? { LedoitWolf.Target(rawValue: rawValue) }
}

/// Covariances of daily factor changes, and a square root of them to draw scenarios by.
///
/// Variances are the sample's. Correlations are shrunk, and not covariances: a day of VIX is wild beside one of the index,
/// and equal variances as a target would lend the index some of it. They are rounded to nine significant digits, so that
/// everything made of them is the same bits on every machine.
///
/// The root is Cholesky's. Where the correlations are singular to working precision, as with fewer days than factors and
/// no shrinkage, it is the spectral one with negative eigenvalues taken as 0: V·√λ.
public struct FactorCovariance: Sendable, Hashable {
  /// How the root was found.
  public enum Root: String, Sendable, Codable {
    case cholesky
    /// By eigenvectors.
    case spectral
  }
  /// Factors, n.
  public let order: Int
  /// By rows; shape `[n × n]`, 1 on the diagonal.
  public let correlations: [Double]
  /// A day's, by rows; shape `[n × n]`.
  public let values: [Double]
  /// Of the correlations, descending; shape `[n]`.
  public let eigenvalues: [Double]
  /// Weight of the target, 0…1.
  public let shrinkage: Double
  /// How ``loadings`` were found.
  public let root: Root
  /// A with A·Aᵀ = ``values``, by rows; shape `[n × n]`.
  public let loadings: [Double]

  /// Of the changes of a window.
  ///
  /// - Returns: `nil` where the eigenvalues can't be had, which changes that are all finite don't do.
  /// - Accuracy: correlations to 5e-10 of each.
  /// - Complexity: O(T·n² + n³).
  /// - Source: O. Ledoit and M. Wolf, see ``LedoitWolf``.
  public init?(_ window: FactorWindow, shrinkTo target: FactorShrinkage) {
    let (t, n) = (window.days, window.kept.count)
    order = n
    var standardised = window.changes
    var deviations: [Double] = []
    for i in 0..<n {
      let x = window.column(i)
      let mean = x.reduce(0, +) / Double(t)
      let squares = x.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
      let scale = (squares / Double(t)).squareRoot()
      for d in 0..<t { standardised[d * n + i] = (x[d] - mean) / scale }
      deviations.append((squares / Double(t - 1)).squareRoot())
    }
    let sample = CovarianceMatrix(standardised, days: t, settings: n)
    let drawn = target.target.map { LedoitWolf(standardised, days: t, settings: n, target: $0) }
    let raw = drawn?.shrunk(sample) ?? sample.values.map { $0 * Double(t - 1) / Double(t) }
    var r = raw.map(significant)
    for i in 0..<n { r[i * n + i] = 1 }
    guard let eigen = SymmetricEigen(r, order: n) else { return nil }
    correlations = r
    shrinkage = significant(drawn?.shrinkage ?? 0)
    eigenvalues = eigen.values.reversed()
    var covariances = r
    for i in 0..<n {
      for j in 0..<n { covariances[i * n + j] *= deviations[i] * deviations[j] }
    }
    values = covariances
    if let factor = Cholesky(covariances, order: n) {
      root = .cholesky
      loadings = factor.lower
    } else {
      root = .spectral
      loadings = (0..<(n * n)).map { k in
        let (i, j) = (k / n, k % n)
        return deviations[i] * eigen.vectors[j * n + i] * max(eigen.values[j], 0).squareRoot()
      }
    }
  }

  /// Σ·w. O(n²).
  func times(_ w: [Double]) -> [Double] {
    (0..<order).map { i in (0..<order).reduce(0) { $0 + values[i * order + $1] * w[$1] } }
  }
}

/// Value at risk of what is linear in the factors, and what each factor adds to it.
///
/// - Source: P. Jorion, "Value at Risk", chapter 7: component VaR, the quantile of w·(Σw)/√(wᵀΣw).
public struct DeltaNormal: Sendable, Hashable {
  /// P&L that a factor adds, in the unit of the exposures; they sum to ``valueAtRisk``. Negative is a loss; shape `[n]`.
  public let components: [Double]
  /// The quantile of the P&L, ≤ 0.
  public let valueAtRisk: Double

  /// Of exposures.
  ///
  /// - Parameters:
  ///   - exposures: w, P&L for a change of 1 of each factor; shape `[n]`.
  ///   - perTenThousand: 10,000·(1 − α), 1…5,000.
  /// - Complexity: O(n²).
  public init(exposures w: [Double], covariance: FactorCovariance, perTenThousand share: Int) {
    precondition(w.count == covariance.order && (1...5_000).contains(share), "DeltaNormal: arguments")
    let products = covariance.times(w)
    let variance = zip(w, products).reduce(0) { $0 + $1.0 * $1.1 }
    let scale = variance > 0 ? normalQuantile(Double(share) / 10_000) / variance.squareRoot() : 0
    components = zip(w, products).map { $0 * $1 * scale }
    valueAtRisk = components.reduce(0, +)
  }
}
