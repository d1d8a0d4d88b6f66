import Kernels

/// The line y = α + β·x by ordinary least squares, with errors that allow for changing variance and dependence.
///
/// With y a strategy's P&L per session and x the index's, α is what the index does not explain (CAPM).
public struct LeastSquaresLine: Hashable, Sendable {
  /// One coefficient with its error.
  public struct Coefficient: Hashable, Sendable {
    /// The estimate: α in the unit of y, β in units of y per unit of x.
    public let value: Double
    /// Newey and West's standard error (Bartlett's kernel, no small-sample factor).
    public let standardError: Double
    /// value ÷ error; nil where the error is 0.
    public var tStatistic: Double? { standardError > 0 ? value / standardError : nil }
    /// Two-sided probability of so large a t under Student's law with n − 2 degrees of freedom.
    public let pValue: Double?
  }
  /// Intercept.
  public let alpha: Coefficient
  /// Slope.
  public let beta: Coefficient
  /// Share of y's variance that the line explains, 0…1; nil where y has none.
  public let rSquared: Double?
  /// Number of points.
  public let count: Int
  /// Lags used by the errors.
  public let lag: Int

  /// The line through paired series.
  ///
  /// - Parameters:
  ///   - y: what is explained, in order of time.
  ///   - x: what explains it, as long as y.
  ///   - lag: lags of the errors; nil for ⌊4·(n/100)^(2/9)⌋.
  /// - Returns: nil for fewer than three points, values that are not finite, or an x without spread.
  /// - Complexity: O(n·lag).
  public init?(y: [Double], x: [Double], lag: Int? = nil) {
    precondition(y.count == x.count, "LeastSquaresLine: series of different lengths")
    precondition(lag ?? 0 >= 0, "LeastSquaresLine: the lag must not be negative")
    let n = y.count
    guard n > 2, y.allSatisfy(\.isFinite), x.allSatisfy(\.isFinite), x.contains(where: { $0 != x[0] })
    else { return nil }
    let size = Double(n)
    let xMean = x.reduce(0, +) / size
    let yMean = y.reduce(0, +) / size
    var xx = 0.0
    var xy = 0.0
    var yy = 0.0
    for (a, b) in zip(x, y) {
      xx += (a - xMean) * (a - xMean)
      xy += (a - xMean) * (b - yMean)
      yy += (b - yMean) * (b - yMean)
    }
    guard xx > 0, xx.isFinite, yy.isFinite else { return nil }
    let slope = xy / xx
    let lags = lag ?? LongRunVariance.automaticLag(n)
    let residuals = zip(x, y).map { ($1 - yMean) - slope * ($0 - xMean) }
    // influence of each point on a coefficient: the sandwich estimate is the long-run variance of their sum
    let ofSlope = zip(x, residuals).map { ($0 - xMean) * $1 / xx }
    let ofIntercept = zip(residuals, ofSlope).map { $0 / size - xMean * $1 }
    func coefficient(_ value: Double, _ influence: [Double]) -> Coefficient {
      let error = LongRunVariance.ofSum(influence, lag: lags).squareRoot()
      let p = error > 0 ? StudentT.twoSidedTail(value / error, freedom: n - 2) : nil
      return Coefficient(value: value, standardError: error, pValue: p)
    }
    beta = coefficient(slope, ofSlope)
    alpha = coefficient(yMean - slope * xMean, ofIntercept)
    let unexplained = residuals.reduce(0) { $0 + $1 * $1 }
    rSquared = yy > 0 ? max(0, 1 - unexplained / yy) : nil
    count = n
    self.lag = lags
  }
}
