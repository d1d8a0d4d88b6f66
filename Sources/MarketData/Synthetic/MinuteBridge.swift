import Kernels

/// One quoted bar that is longer than a minute.
public struct CoarseBar: Sendable, Hashable {
  /// Minutes after midnight, New York, at which the bar begins.
  public var startMinute: Int
  /// First price.
  public var open: Double
  /// Highest price.
  public var high: Double
  /// Lowest price.
  public var low: Double
  /// Last price.
  public var close: Double
  /// A bar of four prices in any one unit.
  public init(startMinute: Int, open: Double, high: Double, low: Double, close: Double) {
    self.startMinute = startMinute
    self.open = open
    self.high = high
    self.low = low
    self.close = close
  }
}

/// Minute marks where only coarser facts are known: seeded, labelled as such wherever they are used.
///
/// - ``minutes(bars:barMinutes:closeMinute:seed:date:)`` fills quoted bars of a few minutes.
/// - ``session(previousClose:official:closeMinute:seed:date:profile:)`` fills a whole session
///   of which only the previous close and the day's high, low and close are known.
public enum MinuteBridge {
  /// Minute marks from 09:30 to `closeMinute` out of quoted bars, in the unit of the bars.
  ///
  /// The mark at a bar's end is its close; the mark at its start is the previous bar's close, or its own open
  /// where no bar precedes it. Inside, a Brownian bridge of twelve steps a minute, whose variance is the bar's
  /// range (Parkinson), says where the high and the low are met, if they are beyond both ends; bridges between
  /// these points, folded into [low, high], make the path, and the marks are its values at whole minutes.
  ///
  /// So no mark is outside its bar, and the path, not a mark, meets the bar's high and low: they are extremes of
  /// every trade, and marks put on them would have 2.2 times the variance of quoted minutes. As it is they have
  /// 1.2 times, which a test holds.
  ///
  /// - Parameters:
  ///   - bars: ascending by start. Bars outside 09:30…`closeMinute`, overlapping the one before, not finite or
  ///     with high < low are skipped; a bar that runs past the close is cut there and ends on its close.
  ///   - barMinutes: length of a bar, minutes, ≥ 1.
  ///   - closeMinute: 960, or 780 on a half day.
  ///   - seed: with `date` and the bar's start it names the random stream: a hole changes no other bar.
  ///   - date: the session.
  /// - Returns: `closeMinute − 569` marks, NaN for minutes that no bar covers.
  /// - Complexity: O(minutes).
  /// - Source: M. Parkinson, "The extreme value method for estimating the variance of the rate of return",
  ///   J. Business 53 (1980).
  public static func minutes(
    bars: [CoarseBar], barMinutes: Int, closeMinute: Int, seed: UInt64, date: SessionDate
  ) -> [Double] {
    precondition(barMinutes >= 1, "MinuteBridge.minutes: barMinutes must be at least 1")
    precondition(closeMinute > MinuteOfDay.open, "MinuteBridge.minutes: closeMinute must be after 09:30")
    var marks = Array(repeating: Double.nan, count: closeMinute - MinuteOfDay.open + 1)
    var covered = MinuteOfDay.open
    for bar in bars {
      guard bar.startMinute >= covered, bar.startMinute < closeMinute else { continue }
      guard (bar.open + bar.high + bar.low + bar.close).isFinite, bar.high >= bar.low else { continue }
      let first = bar.startMinute - MinuteOfDay.open
      let last = min(bar.startMinute + barMinutes, closeMinute) - MinuteOfDay.open
      if marks[first].isNaN { marks[first] = bar.open }
      marks[last] = bar.close
      fill(&marks, from: first, to: last, low: bar.low, high: bar.high) {
        Philox(seed: seed, stream: stream(date, purpose: UInt64(bar.startMinute)))
      }
      covered = bar.startMinute + barMinutes
    }
    return marks
  }

  /// A stream of its own for every date and purpose (below 65,536).
  static func stream(_ date: SessionDate, purpose: UInt64) -> UInt64 {
    UInt64(UInt32(bitPattern: date.ordinal)) << 16 | purpose
  }

  /// Steps a minute of the path inside a bar.
  private static let steps = 12

  /// The marks strictly between two known ones, out of a path of ``steps`` a minute: a first draw says where its
  /// extremes are, a second one runs between them.
  private static func fill(
    _ marks: inout [Double], from first: Int, to last: Int, low: Double, high: Double, draws: () -> Philox
  ) {
    guard last - first > 1 else { return }
    var draws = draws()
    let count = (last - first) * steps
    let range = high - low
    let variance = range * range / 2.772588722239781 / Double(count)  // ÷ 4 ln 2
    var path = Array(repeating: 0.0, count: count + 1)
    path[0] = marks[first]
    path[count] = marks[last]
    bridge(&path, from: 0, to: count, variance: variance, using: &draws)
    var highest = 1
    var lowest = 1
    for i in 1..<count {
      if path[i] > path[highest] { highest = i }
      if path[i] < path[lowest] { lowest = i }
    }
    var known = [0, count]
    if high > max(path[0], path[count]) {
      path[highest] = high
      known.append(highest)
    }
    if low < min(path[0], path[count]), !known.contains(lowest) {
      path[lowest] = low
      known.append(lowest)
    }
    known.sort()
    for (from, to) in zip(known, known.dropFirst()) where to - from > 1 {
      bridge(&path, from: from, to: to, variance: variance, using: &draws)
      for i in (from + 1)..<to { path[i] = fold(path[i], low, high) }
    }
    for i in (first + 1)..<last { marks[i] = path[(i - first) * steps] }
  }

  /// A Brownian bridge of `variance` a step between two known marks.
  private static func bridge(
    _ marks: inout [Double], from first: Int, to last: Int, variance: Double, using draws: inout Philox
  ) {
    var value = marks[first]
    for i in (first + 1)..<last {
      let left = Double(last - i)
      value +=
        (marks[last] - value) / (left + 1) + (variance * left / (left + 1)).squareRoot() * draws.normal()
      marks[i] = value
    }
  }

  /// `x` reflected at the ends of [low, high] until it is inside: size of moves kept, direction turned.
  private static func fold(_ x: Double, _ low: Double, _ high: Double) -> Double {
    let width = high - low
    guard width > 0 else { return low }
    var offset = x - low
    // A bridge of a bar's own range leaves it by a few widths at most.
    for _ in 0..<16 {
      if offset < 0 { offset = -offset } else if offset > width { offset = 2 * width - offset } else { break }
    }
    return low + min(max(offset, 0), width)
  }
}
