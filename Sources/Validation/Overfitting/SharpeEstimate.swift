import Kernels
import Statistics

/// The Sharpe ratio of one series per day, and how sure one may be of it.
///
/// Its error allows for skew and fat tails, and for dependence from day to day where lags are asked for. With lags, V is the
/// long-run variance of ψ = z − SR/2·(z² − 1), z the standardised P&L, which is Lo's correction (2002, eqs. 16–17) with
/// Newey and West's weights; with none it is 1 − γ₃·SR + (γ₄ − 1)/4·SR², the same thing for independent days.
///
/// - Source: D. Bailey and M. López de Prado, "The Sharpe ratio efficient frontier", J. Risk 15 (2012); A. Lo, "The
///   statistics of Sharpe ratios", Financial Analysts J. 58 (2002).
public struct SharpeEstimate: Hashable, Sendable, Encodable {
  /// Days n.
  public let days: Int
  /// Mean ÷ sample standard deviation, a day; times √252 a year.
  public let sharpe: Double
  /// γ₃: third standardised central moment, denominator n.
  public let skewness: Double
  /// γ₄: the fourth, 3 for a normal law.
  public let kurtosis: Double
  /// Lags that V allows for.
  public let lag: Int
  /// V: n − 1 times the variance of the estimate.
  public let variance: Double

  /// Of a P&L series.
  ///
  /// - Parameters:
  ///   - values: in order of time, all finite.
  ///   - lag: lags of V; 0 takes days for independent, nil gives ⌊4·(n/100)^(2/9)⌋.
  /// - Returns: nil for fewer than three values, without spread (``BlockMoments/leastSpread``), and where V comes out as 0.
  /// - Complexity: O(n·lag).
  public init?(_ values: [Double], lag: Int? = 0) {
    precondition(lag ?? 0 >= 0, "SharpeEstimate: the lag must not be negative")
    let n = values.count
    let largest = values.reduce(0) { max($0, $1.magnitude) }
    guard n > 2, largest > 0, largest.isFinite else { return nil }
    let size = Double(n)
    let mean = values.reduce(0) { $0 + $1 / largest } / size
    let centred = values.map { $0 / largest - mean }
    let squares = centred.reduce(0) { $0 + $1 * $1 }
    guard squares > BlockMoments.leastSpread * (squares + size * mean * mean) else { return nil }
    let deviation = (squares / size).squareRoot()
    let z = centred.map { $0 / deviation }
    let ratio = mean / (squares / (size - 1)).squareRoot()
    let lags = lag ?? LongRunVariance.automaticLag(n)
    let influence = z.map { $0 - ratio / 2 * ($0 * $0 - 1) }
    variance = LongRunVariance.ofSum(influence, lag: lags) / size
    guard variance > 0 else { return nil }
    days = n
    sharpe = ratio
    skewness = z.reduce(0) { $0 + $1 * $1 * $1 } / size
    kurtosis = z.reduce(0) { $0 + $1 * $1 * $1 * $1 } / size
    self.lag = lags
  }

  /// Of published figures, days independent.
  ///
  /// - Parameters:
  ///   - sharpe: a day (or whatever the period is).
  ///   - days: n ≥ 2.
  ///   - skewness: γ₃.
  ///   - kurtosis: γ₄ ≥ 1 + γ₃², 3 for a normal law.
  public init(sharpe: Double, days: Int, skewness: Double = 0, kurtosis: Double = 3) {
    precondition(days > 1, "SharpeEstimate: at least two days")
    self.sharpe = sharpe
    self.days = days
    self.skewness = skewness
    self.kurtosis = kurtosis
    lag = 0
    variance = 1 - skewness * sharpe + (kurtosis - 1) / 4 * sharpe * sharpe
    precondition(variance > 0, "SharpeEstimate: a kurtosis below 1 + skewness²")
  }

  /// Probabilistic Sharpe ratio: the probability that the true ratio exceeds a benchmark,
  /// N((SR − SR*)·√(n − 1)/√V).
  ///
  /// - Parameter benchmark: SR*, a day.
  /// - Accuracy: that of ``Kernels/normalCDF(_:)``; the law itself holds for many days.
  public func probability(above benchmark: Double) -> Double {
    normalCDF((sharpe - benchmark) * (Double(days - 1) / variance).squareRoot())
  }

  /// Minimum track record: days after which this Sharpe ratio would exceed a benchmark with a given confidence,
  /// 1 + V·(z/(SR − SR*))².
  ///
  /// - Parameters:
  ///   - benchmark: SR*, a day.
  ///   - confidence: inside (½, 1).
  /// - Returns: nil where the ratio is not above the benchmark, which no record can prove, or so little that the days
  ///   leave Double's range.
  public func minimumTrackRecord(above benchmark: Double = 0, confidence: Double = 0.95) -> Double? {
    precondition(confidence > 0.5 && confidence < 1, "SharpeEstimate: confidence inside (½, 1)")
    guard sharpe > benchmark else { return nil }
    let ratio = normalQuantile(confidence) / (sharpe - benchmark)
    let days = 1 + variance * ratio * ratio
    return days < .infinity ? days : nil
  }
}
