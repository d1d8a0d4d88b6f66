/// Appel's moving average convergence/divergence (MACD) of one price series, a price at a time: the definition
/// that ``movingAverageConvergences(price:fast:slow:signal:into:_:)`` is tested against.
///
/// Three exponential averages with weight 2/(length + 1) of the newest value: a fast and a slow one of the
/// price, whose difference is the line, and one of the line, the signal. Each begins as a plain mean. As in
/// TA-Lib both averages of the price begin at the same price, the `slow`-th, so that the fast one's mean is
/// over the last `fast` of these. A NaN price is skipped, as if the series did not hold it. An infinite price
/// gives NaN from then on.
///
/// - Complexity: O(1) a price, no allocation.
/// - Source: G. Appel, "The Moving Average Convergence-Divergence Trading Method" (1979); the beginning as in
///   TA-Lib's `MACD`.
public struct MovingAverageConvergenceReference: Hashable, Sendable {
  private let fast, slow, signal: Int
  private var count = 0
  private var fastAverage = 0.0
  private var slowAverage = 0.0
  private var signalAverage = 0.0

  /// Before the first price.
  ///
  /// - Parameters:
  ///   - fast: prices in the fast average, ≥ 1; 12 as a rule.
  ///   - slow: prices in the slow average, > `fast`; 26 as a rule.
  ///   - signal: values of the line in the signal's average, ≥ 1; 9 as a rule.
  public init(fast: Int, slow: Int, signal: Int) {
    precondition(
      fast >= 1 && slow > fast && signal >= 1,
      "MovingAverageConvergenceReference: lengths must be 1 <= fast < slow, 1 <= signal")
    (self.fast, self.slow, self.signal) = (fast, slow, signal)
  }

  /// Takes the next price in any unit; NaN is skipped.
  public mutating func add(price: Double) {
    guard price == price else { return }
    count += 1
    let beyond = count - slow
    Self.add(price, to: &fastAverage, length: fast, number: beyond + fast)
    Self.add(price, to: &slowAverage, length: slow, number: count)
    if beyond >= 0 {
      Self.add(fastAverage - slowAverage, to: &signalAverage, length: signal, number: beyond + 1)
    }
  }

  /// Fast less slow average, in the unit of the price; NaN until `slow` prices are in.
  public var line: Double { count >= slow ? fastAverage - slowAverage : .nan }

  /// The signal, in the unit of the price; NaN until slow + signal − 1 prices are in. Line less signal is the
  /// histogram.
  public var signalLine: Double { count >= slow + signal - 1 ? signalAverage : .nan }

  /// Takes the `number`-th value of an average (from 1; what comes before is not part of it). Up to `length` it
  /// holds the sum, and becomes the mean with the last of these.
  private static func add(_ value: Double, to average: inout Double, length: Int, number: Int) {
    guard number >= 1 else { return }
    if number > length {
      average += (value - average) * (2 / Double(length + 1))
    } else {
      average += value
      if number == length { average /= Double(length) }
    }
  }
}
