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
/// - ``session(previousClose:official:closeMinute:seed:date:profile:overnightShare:)`` fills a whole session
///   of which only the previous close and the day's high, low and close are known.
public enum MinuteBridge {
  /// Minute marks from 09:30 to `closeMinute` out of quoted bars, in the unit of the bars.
  ///
  /// The mark at a bar's end is its close; the mark at its start is the previous bar's close, or its own open
  /// where no bar precedes it. Marks inside follow a Brownian bridge whose variance is the bar's range
  /// (Parkinson), folded into [low, high]; where the high (low) is above (below) both ends, the highest (lowest)
  /// inner mark of the bridge is put on it, so that the bar's range is met exactly. With a single inner mark
  /// only the farther of the two can be.
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
        RandomDraws(seed: seed, stream: stream(date, purpose: UInt64(bar.startMinute)))
      }
      covered = bar.startMinute + barMinutes
    }
    return marks
  }

  /// A stream of its own for every date and purpose (below 65,536).
  static func stream(_ date: SessionDate, purpose: UInt64) -> UInt64 {
    UInt64(UInt32(bitPattern: date.ordinal)) << 16 | purpose
  }

  /// The marks strictly between two known ones.
  private static func fill(
    _ marks: inout [Double], from first: Int, to last: Int, low: Double, high: Double,
    draws makeDraws: () -> RandomDraws
  ) {
    let inner = last - first - 1
    guard inner > 0 else { return }
    var draws = makeDraws()
    let end = marks[last]
    let range = high - low
    let variance = range * range / 2.772588722239781 / Double(last - first)  // ÷ 4 ln 2
    var value = marks[first]
    var highest = first + 1
    var lowest = first + 1
    for i in (first + 1)..<last {
      let left = Double(last - i)
      value += (end - value) / (left + 1) + (variance * left / (left + 1)).squareRoot() * draws.normal()
      marks[i] = value
      if marks[i] > marks[highest] { highest = i }
      if marks[i] < marks[lowest] { lowest = i }
    }
    for i in (first + 1)..<last { marks[i] = fold(marks[i], low, high) }
    var above = high > max(marks[first], end)
    var below = low < min(marks[first], end)
    if inner == 1, above, below {
      if high - max(marks[first], end) >= min(marks[first], end) - low {
        below = false
      } else {
        above = false
      }
    }
    if above { marks[highest] = high }
    if below { marks[lowest] = low }
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
