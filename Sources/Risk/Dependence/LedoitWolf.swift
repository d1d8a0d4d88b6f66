import Kernels

/// How far a sample covariance is to be drawn to a simple one, by Ledoit and Wolf's estimates.
///
/// With as many settings as days the sample covariance is singular and its small eigenvalues are noise: an ensemble
/// that minimises risk by it picks that noise. The shrunk matrix is positive definite.
///
/// - Source: O. Ledoit and M. Wolf, "A well-conditioned estimator for large-dimensional covariance matrices",
///   J. Multivariate Analysis 88 (2004), as scikit-learn's `LedoitWolf`; "Honey, I shrunk the sample covariance
///   matrix", J. Portfolio Management 30 (2004), as the authors' `covCor`.
public struct LedoitWolf: Hashable, Sendable {
  /// What is drawn to.
  public enum Target: String, Sendable, CaseIterable, Codable {
    /// Equal variances without correlation.
    case identity
    /// The sample's variances, each pair with the mean correlation: for settings that do much the same.
    case constantCorrelation = "constant-correlation"
  }
  /// Which.
  public let target: Target
  /// Weight of the target, 0…1.
  public let shrinkage: Double
  /// μ: the mean variance (÷ T), unit of the P&L squared.
  public let meanVariance: Double
  /// r̄: the mean correlation of all pairs; 0 of a single setting.
  public let meanCorrelation: Double

  /// Of a matrix of P&L; settings that are the same every day are left out.
  ///
  /// - Parameters:
  ///   - pnl: by days, finite; shape `[days × settings]`.
  ///   - days: T ≥ 2.
  ///   - settings: n ≥ 1; with one there is nothing to shrink.
  /// - Accuracy: 1e-10; the last bits vary with the processor.
  /// - Complexity: O(n·T·min(n, T)); min(n, T)² numbers, and 2,048·T or n·T more.
  public init(_ pnl: [Double], days: Int, settings: Int, target: Target = .identity) {
    precondition(days >= 2 && settings >= 1 && pnl.count == days * settings, "LedoitWolf: shape")
    self.target = target
    let columns = ColumnMoments(pnl, days: days, settings: settings)
    let sums = DaySums(pnl, columns: columns)
    let t = Double(days)
    let n = Double(columns.varying.count)
    guard n > 1 else {
      (shrinkage, meanCorrelation, meanVariance) = (0, 0, sums.variance)
      return
    }
    // ‖S‖² and Σ of the variances of S's entries, times T
    let squared = columns.squaredProducts(pnl) / (t * t)
    let spread = sums.fourth / t - squared
    meanVariance = sums.variance / n
    let mean = (sums.correlation - n) / (n * (n - 1))
    meanCorrelation = mean
    switch target {
    case .identity:
      // lemma 3.2 to 3.5 and eq. 14: d² = ‖S − μI‖²/n, b² at most d²
      let apart = (squared - n * meanVariance * meanVariance) / n
      let variance = min(spread / (t * n), apart)
      shrinkage = apart > 0 && variance > 0 ? variance / apart : 0
    case .constantCorrelation:
      // appendix B: (π̂ − ρ̂)/(γ̂·T), sums over pairs i ≠ j written as squares of sums over settings
      let cross = sums.weighted / t - sums.squaredVariances
      let pairs = sums.variance * sums.variance - sums.squaredVariances
      let apart = squared - sums.squaredVariances - 2 * mean * cross + mean * mean * pairs
      let diagonal = sums.ownFourth / t - sums.squaredVariances
      let shared = (sums.cubes - sums.ownFourth) / t - cross
      let intensity = (spread - diagonal - mean * shared) / (apart * t)
      shrinkage = apart > 0 ? min(max(intensity, 0), 1) : 0
    }
  }

  /// (1 − s)·S + s·F of the sample covariance S with the divisor T and the target F.
  ///
  /// - Parameter sample: of the same P&L, all of whose settings vary.
  /// - Returns: by rows; shape `[n × n]`.
  public func shrunk(_ sample: CovarianceMatrix) -> [Double] {
    let n = sample.order
    let divisor = Double(sample.days - 1) / Double(sample.days)
    let deviations = (0..<n).map { (sample.values[$0 * n + $0] * divisor).squareRoot() }
    var result = sample.values.map { (1 - shrinkage) * divisor * $0 }
    switch target {
    case .identity:
      for i in 0..<n { result[i * n + i] += shrinkage * meanVariance }
    case .constantCorrelation:
      for i in 0..<n {
        for j in 0..<n {
          result[i * n + j] += shrinkage * (i == j ? 1 : meanCorrelation) * deviations[i] * deviations[j]
        }
      }
    }
    return result
  }
}

/// Sums over days of what sums over varying settings give, x centred and s_i = Σx²/T.
private struct DaySums {
  /// Σ s_i.
  private(set) var variance = 0.0
  /// Σ s_i².
  private(set) var squaredVariances = 0.0
  /// Σ_d (Σ_i x²)².
  private(set) var fourth = 0.0
  /// Σ_d Σ_i x⁴.
  private(set) var ownFourth = 0.0
  /// Σ_d (Σ_i x/√(T·s_i))²: the sum of all correlations.
  private(set) var correlation = 0.0
  /// Σ_d (Σ_i √s_i·x)².
  private(set) var weighted = 0.0
  /// Σ_d (Σ_i x³/√s_i)·(Σ_i √s_i·x).
  private(set) var cubes = 0.0

  /// O(n·T).
  init(_ pnl: [Double], columns: ColumnMoments) {
    let t = Double(columns.days)
    let varying = columns.varying
    let deviations = columns.lengths.map { $0 / t.squareRoot() }
    for i in varying {
      let s = deviations[i] * deviations[i]
      variance += s
      squaredVariances += s * s
    }
    for d in 0..<columns.days {
      var (square, quartic, unit, scaled, cube) = (0.0, 0.0, 0.0, 0.0, 0.0)
      for i in varying {
        let x = pnl[d * columns.settings + i] - columns.means[i]
        let z = x / deviations[i]
        square += x * x
        quartic += x * x * x * x
        unit += z
        scaled += deviations[i] * x
        cube += x * x * z
      }
      fourth += square * square
      ownFourth += quartic
      correlation += unit * unit / t
      weighted += scaled * scaled
      cubes += cube * scaled
    }
  }
}
