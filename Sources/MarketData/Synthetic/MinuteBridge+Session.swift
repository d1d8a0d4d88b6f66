import Kernels

extension MinuteBridge {
  /// Minute marks of a whole session of which only the previous close and the day's high, low and close are
  /// known: the 09:30 gap and the path behind it, simulated.
  ///
  /// The day's official *open* is not used: in index files it is mostly the previous close with a few first
  /// trades mixed in (9 % of the variance instead of 35 %). How the path is drawn stands with `SessionBridge`:
  /// Brownian motion in variance time, given these prices.
  ///
  /// - Parameters:
  ///   - previousClose: the official close of the session before, points, > 0.
  ///   - official: the day's bar; its open is ignored.
  ///   - closeMinute: 960, or 780 on a half day.
  ///   - seed: with `date` it names the random stream: one day more or less changes no other day.
  ///   - date: the session.
  ///   - profile: how the day's variance is spread.
  /// - Returns: `closeMinute − 569` marks in points, whole cents: the greatest is the high, the least the low,
  ///   the last the close, to the cent. All NaN where a price is missing or the close is outside high and low.
  /// - Complexity: O(minutes), some 150 µs.
  public static func session(
    previousClose: Double, official: DailyBar, closeMinute: Int, seed: UInt64, date: SessionDate,
    profile: IntradayVarianceProfile = .plain
  ) -> [Double] {
    let elapsed = profile.elapsedShares(closeMinute: closeMinute)
    let low = cents(official.low)
    let high = cents(official.high)
    let close = cents(official.close)
    guard previousClose > 0, previousClose.isFinite, low > 0, high >= close, close >= low, high.isFinite
    else {
      return Array(repeating: .nan, count: elapsed.count)
    }
    guard high > low else { return Array(repeating: close, count: elapsed.count) }
    let logHigh = Elementary.log(high / previousClose)
    let logLow = Elementary.log(low / previousClose)
    var bridge = SessionBridge(
      low: logLow, high: logHigh, close: Elementary.log(close / previousClose),
      elapsed: elapsed,
      draws: Philox(seed: seed, stream: stream(date, purpose: 0)))
    var marks = bridge.path().map { value in
      value == logHigh
        ? high : value == logLow ? low : min(max(cents(previousClose * Elementary.exp(value)), low), high)
    }
    marks[marks.count - 1] = close
    return marks
  }

  /// `price` to the nearest cent.
  static func cents(_ price: Double) -> Double { (price * 100).rounded() / 100 }
}
