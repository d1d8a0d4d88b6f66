import Kernels
import Pricing
import Strategies

/// What all condors of a surface share: which points have marks, and which mark comes next.
struct PointTable {
  /// Points.
  let count: Int
  /// The last point with a mark that a decision may fill on.
  let lastMarked: Int
  /// The next point with a mark, or `count`; `nil` where no point from the second on is without one.
  private let next: [Int32]?

  init(_ surface: MarkSurface) { self.init(count: surface.forward.count) { surface.forward[$0] > 0 } }

  /// Points of which some have marks. O(points).
  init(count: Int, isMarked: (Int) -> Bool) {
    self.count = count
    guard !(2..<max(2, count)).allSatisfy(isMarked) else {
      lastMarked = count - 1
      next = nil
      return
    }
    var table = Array(repeating: Int32(count), count: count)
    var last = 0
    var following = Int32(count)
    for i in stride(from: count - 1, through: 0, by: -1) {
      table[i] = following
      if isMarked(i) {
        following = Int32(i)
        if last == 0, i >= 2 { last = i }
      }
    }
    lastMarked = last
    next = table
  }

  var isWhole: Bool { next == nil }
  /// The next point with a mark; `nil` after the last.
  func next(after i: Int) -> Int? {
    guard let next else { return i + 1 < count ? i + 1 : nil }
    return next[i] < count ? Int(next[i]) : nil
  }
}

/// First-passage tables of one cost path under one exit basis: the minute at which any stop, target or confirmation is
/// reached is a search in them.
final class PassageTable: Settling {
  /// What stops and targets watch, as long as it is at hand.
  private var path: [Int32]?
  private let makePath: () -> [Int32]
  private let bench: Workbench
  private let points: PointTable
  private let expiryStart: Int
  /// The point after the opening fill.
  private let start: Int
  private var rises: Staircase?
  private var falls: Staircase?
  private var limits: Staircase?
  private var confirmed: [(minutes: Int, steps: Staircase)] = []

  /// - Parameters:
  ///   - filled: the point of the opening fill.
  ///   - trigger: makes what stops and targets watch.
  init(
    points: PointTable, expiryStart: Int, filled: Int, bench: Workbench, trigger: @escaping () -> [Int32]
  ) {
    self.bench = bench
    bench.bytes += 200
    makePath = trigger
    self.points = points
    self.expiryStart = expiryStart
    start = filled + 1
  }

  private var trigger: [Int32] {
    if let path { return path }
    let made = makePath()
    path = made
    bench.warm.append(self)
    return made
  }

  /// Forgets the path.
  func settle() { path = nil }

  private func kept(_ steps: Staircase) -> Staircase {
    bench.bytes += 48 + 8 * steps.count
    return steps
  }

  /// Points at which a decision can be made: from the minute after the fill to the one before the last.
  private var decisions: Range<Int> { start..<max(start, points.count - 1) }
  /// Those of them that have a later mark to fill on.
  private var fillable: Range<Int> { start..<max(start, min(points.count - 1, points.lastMarked)) }

  /// The first point at which the trigger has stood at or above `level` for `minutes` minutes in a row.
  func stop(level: Int32, confirm minutes: Int) -> Int? {
    if minutes <= 1 {
      if let rises { return rises.first(atLeast: level) }
      let path = trigger
      let steps = kept(Staircase(maximaOf: path.span, in: decisions))
      rises = steps
      return steps.first(atLeast: level)
    }
    if let known = confirmed.first(where: { $0.minutes == minutes }) {
      return known.steps.first(atLeast: level)
    }
    let steps = kept(Staircase(maximaOf: sustained(minutes).span, in: decisions))
    confirmed.append((minutes, steps))
    return steps.first(atLeast: level)
  }

  /// The first point at which the trigger is at or below `limit` and so is the next mark.
  func limitOrder(_ limit: Int32) -> Int? {
    if let limits { return limits.first(atMost: limit) }
    let steps = kept(Staircase(minimaOf: pairs().span, in: fillable))
    limits = steps
    return steps.first(atMost: limit)
  }

  /// The first point with a later mark at which the trigger is at or below `limit`.
  func touch(_ limit: Int32) -> Int? {
    if let falls { return falls.first(atMost: limit) }
    let marks = points.isWhole ? trigger : trigger.map { $0 == TickGrid.missing ? Int32.max : $0 }
    let steps = kept(Staircase(minimaOf: marks.span, in: fillable))
    falls = steps
    return steps.first(atMost: limit)
  }

  /// The larger of a mark and the next one.
  private func pairs() -> [Int32] {
    let trigger = trigger
    var made = Array(repeating: Int32.max, count: trigger.count)
    if points.isWhole {
      var out = made.mutableSpan
      neighbourMaxima(trigger.span, last: .max, into: &out)
      return made
    }
    for i in fillable where trigger[i] != TickGrid.missing {
      if let next = points.next(after: i) { made[i] = max(trigger[i], trigger[next]) }
    }
    return made
  }

  /// The smallest trigger of the last `minutes` minutes; missing where a hole, the night or the fill lies within them.
  private func sustained(_ minutes: Int) -> [Int32] {
    let trigger = trigger
    var made = Array(repeating: TickGrid.missing, count: trigger.count)
    var window: [Int] = []  // points of ascending triggers
    var head = 0
    var start = start
    for i in decisions {
      if i == expiryStart { start = i }
      guard trigger[i] != TickGrid.missing else {
        start = i + 1
        continue
      }
      if head < window.count, window[head] < start { (window, head) = ([], 0) }
      while window.count > head, trigger[window[window.count - 1]] >= trigger[i] { window.removeLast() }
      window.append(i)
      while window[head] <= i - minutes { head += 1 }
      if i - start + 1 >= minutes { made[i] = trigger[window[head]] }
    }
    return made
  }
}
