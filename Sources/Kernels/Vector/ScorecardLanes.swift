import CKernelShims

/// Path figures of eight P&L series at once, whole cents. Sessions without a slot earned nothing and count as 0.
public struct ScoreLanes: Sendable {
  /// Smallest value of a session.
  public var worst = SIMD8<Int32>(repeating: 0)
  /// Slots with a value above 0.
  public var wins = SIMD8<Int32>(repeating: 0)
  /// Deepest fall of the running sum below its running maximum, which starts at 0.
  public var drawdown = SIMD8<Int32>(repeating: 0)
  /// Sessions from the last one at that peak to the one that is back at it, or else to the last session.
  public var drawdownSessions = SIMD8<Int32>(repeating: 0)
  /// −1 where the peak was not reached again, else 0.
  public var isOpen = SIMD8<Int32>(repeating: 0)
  /// Σ min(x, 0)².
  public var downside = SIMD8<Int64>(repeating: 0)
  /// Sum of the `tails[0].count` smallest values of all sessions, and of the `tails[1].count` smallest.
  public var tailSum = (SIMD8<Int64>(repeating: 0), SIMD8<Int64>(repeating: 0))
  /// The largest of those values; only where the tail asks for it.
  public var tailEdge = (SIMD8<Int32>(repeating: 0), SIMD8<Int32>(repeating: 0))
  /// Slots on which the condor lost and the hedge lost too.
  public var bothLose = SIMD8<Int32>(repeating: 0)
  /// Σ of the hedge over the slots on which the condor lost.
  public var hedgeOnLoss = SIMD8<Int32>(repeating: 0)

  /// No figures yet.
  public init() {}
}

/// How many of the smallest values a tail mean is about.
public struct TailCount: Sendable, Hashable {
  /// Values summed, 1 … sessions.
  public var count: Int
  /// Whether the largest of them is needed too, because only a fraction of it counts.
  public var needsEdge: Bool
  /// Of its parts.
  public init(count: Int, needsEdge: Bool) {
    self.count = count
    self.needsEdge = needsEdge
  }
}

/// The sessions of a period and the slots of them that can hold a value.
public struct ScoreAxis: Sendable {
  /// Sessions in all.
  public let sessions: Int
  /// Session number of each slot, ascending.
  public let days: [Int32]
  /// The last session before the next slot, or the last of all: how far a peak at this slot reaches.
  let through: [Int32]
  /// Tails of CVaR 95 and of CVaR 99.
  public let tails: [TailCount]
  /// Sessions that have no slot.
  var zeros: Int { sessions - days.count }

  /// - Precondition: ascending days below `sessions` < 2³⁰; two tails of 1 … sessions values.
  public init(sessions: Int, days: [Int32], tails: [TailCount]) {
    precondition(sessions < 1 << 30 && tails.count == 2, "ScoreAxis: sessions below 2³⁰, two tails")
    precondition(
      tails.allSatisfy { (1...max(1, sessions)).contains($0.count) }, "ScoreAxis: a tail of 1 … sessions")
    precondition(
      zip(days, days.dropFirst()).allSatisfy { $0 < $1 } && (days.first ?? 0) >= 0
        && Int(days.last ?? -1) < sessions, "ScoreAxis: ascending days of the period")
    self.sessions = sessions
    self.days = days
    self.tails = tails
    through = days.dropFirst().map { $0 - 1 } + (days.isEmpty ? [] : [Int32(sessions - 1)])
  }
}

/// The state of a walk through time: worst, wins, drawdown and its length, downside squares.
///
/// A drawdown needs no running sum: below = max(below − x, 0). The peak of a stretch is the last session before it, so
/// sessions without a slot, which change nothing, may be left out of the walk.
struct PathState {
  private var below = ck_i8(repeating: 0)
  private var depth = ck_i8(repeating: 0)
  private var open = ck_i8(repeating: 0)
  private var length = ck_i8(repeating: 0)
  private var peak: ck_i8
  private var worst = ck_i8(repeating: Int32.max)
  private var wins = ck_i8(repeating: 0)
  private var downEven = ck_l4(repeating: 0)
  private var downOdd = ck_l4(repeating: 0)

  @inline(__always)
  init(firstDay: Int32) { peak = ck_i8(repeating: firstDay - 1) }

  @inline(__always)
  mutating func add(_ x: ck_i8, day: Int32, through: Int32) {
    let zero = ck_i8(repeating: 0)
    below = ck_maxI(below &- x, zero)
    open = open | ck_greater(below, depth)
    depth = ck_maxI(depth, below)
    let under = ck_greater(below, zero)
    let recovered = open & ~under
    length = ck_select(recovered, ck_i8(repeating: day) &- peak, length)
    open = open & under
    peak = ck_select(under, peak, ck_i8(repeating: through))
    worst = ck_minI(worst, x)
    wins = wins &- ck_greater(x, zero)
    let loss = ck_minI(x, zero)
    downEven = downEven &+ ck_squareEven(loss)
    downOdd = downOdd &+ ck_squareOdd(loss)
  }

  @inline(__always)
  func result(lastSession: Int32) -> ScoreLanes {
    var score = ScoreLanes()
    score.worst = worst
    score.wins = wins
    score.drawdown = depth
    score.isOpen = open
    score.drawdownSessions = ck_select(open, ck_i8(repeating: lastSession) &- peak, length)
    score.downside.evenHalf = downEven
    score.downside.oddHalf = downOdd
    return score
  }
}

/// Exact sums of the smallest values.
///
/// Every session whose value can be in the tail of any of the eight series is gathered first; then the edge of the
/// tail is bisected in all lanes together until exactly `count` values lie at or below it (or it can't be cut finer,
/// because of ties), and count·edge + Σ min(x − edge, 0) is their sum.
struct TailSearch {
  /// Gathered values; the tail searched is among the first `used`.
  let values: UnsafeMutablePointer<ck_i8>
  let used: Int
  /// Sessions that are 0.
  let zeros: Int

  /// - Parameters:
  ///   - least: smallest value of each lane, the zeros included.
  ///   - bound: at least `count` values lie at or below it in every lane.
  @inline(__always)
  func sum(_ tail: TailCount, least: ck_i8, bound: Int32) -> (sum: SIMD8<Int64>, edge: ck_i8) {
    let zero = ck_i8(repeating: 0)
    let one = ck_i8(repeating: 1)
    let wanted = ck_i8(repeating: Int32(tail.count))
    let zeroCount = ck_i8(repeating: Int32(zeros))
    var low = least &- one
    var high = ck_i8(repeating: bound)
    while ck_any(ck_greater(high &- low, one)) != 0 {
      let middle = low &+ ((high &- low) &>> one)
      let counted = count(atMost: middle) &+ ck_select(ck_greater(zero, middle), zero, zeroCount)
      let enough = ck_greater(wanted, counted)  // −1 where there are too few
      high = ck_select(enough, high, middle)
      low = ck_select(enough, middle, low)
      low = ck_select(ck_equal(counted, wanted), high &- one, low)
    }
    var even = ck_l4(repeating: 0)
    var odd = ck_l4(repeating: 0)
    for j in 0..<used {
      let d = unsafe ck_minI(values[j] &- high, zero)
      even = even &+ ck_even(d)
      odd = odd &+ ck_odd(d)
    }
    var sum = SIMD8<Int64>(truncatingIfNeeded: high) &* Int64(tail.count)
    sum.evenHalf = sum.evenHalf &+ even
    sum.oddHalf = sum.oddHalf &+ odd
    sum = sum &+ SIMD8<Int64>(truncatingIfNeeded: ck_minI(zero &- high, zero)) &* Int64(zeros)
    return (sum, tail.needsEdge ? edge(atMost: high) : high)
  }

  @inline(__always)
  private func count(atMost level: ck_i8) -> ck_i8 {
    var a = ck_i8(repeating: 0)
    var b = a
    var c = a
    var d = a
    var j = 0
    while j + 4 <= used {
      a = unsafe a &- ck_lessOrEqual(values[j], level)
      b = unsafe b &- ck_lessOrEqual(values[j + 1], level)
      c = unsafe c &- ck_lessOrEqual(values[j + 2], level)
      d = unsafe d &- ck_lessOrEqual(values[j + 3], level)
      j += 4
    }
    while j < used {
      a = unsafe a &- ck_lessOrEqual(values[j], level)
      j += 1
    }
    return (a &+ b) &+ (c &+ d)
  }

  /// The largest value at or below a level.
  @inline(__always)
  private func edge(atMost level: ck_i8) -> ck_i8 {
    let none = ck_i8(repeating: Int32.min)
    var most = none
    for j in 0..<used {
      let x = unsafe values[j]
      most = ck_maxI(most, ck_select(ck_lessOrEqual(x, level), x, none))
    }
    let zero = ck_i8(repeating: 0)
    if zeros > 0 { most = ck_maxI(most, ck_select(ck_lessOrEqual(zero, level), zero, none)) }
    return most
  }

  /// A level that at least `count` of `upper` (and of `zeros` zeros) lie at or below; close to the least such level.
  static func bound(_ upper: UnsafeBufferPointer<Int32>, zeros: Int, count: Int) -> Int32 {
    var low = Int32.max
    var high = zeros > 0 ? Int32(0) : Int32.min
    for value in upper {
      low = min(low, value)
      high = max(high, value)
    }
    low = min(low, zeros > 0 ? 0 : low) - 1
    while high - low > 1 {
      let middle = low + (high - low) / 2
      var lanes = ck_i8(repeating: 0)
      var found = middle >= 0 ? zeros : 0
      let level = ck_i8(repeating: middle)
      var i = 0
      while i + 8 <= upper.count {
        lanes = unsafe lanes &- ck_lessOrEqual(load8(upper, i), level)
        i += 8
      }
      while i < upper.count {
        if unsafe upper[i] <= middle { found += 1 }
        i += 1
      }
      found += Int(lanes.wrappedSum())
      if found >= count {
        high = middle
        if found <= count + count / 16 { break }
      } else {
        low = middle
      }
    }
    return high
  }
}
