import Kernels

/// Columns of values with the reason of each that is missing (code 0: none is). The value of a missing one is 0.
struct RuleColumns: Sendable {
  static let tooFewBars: UInt16 = 1
  static let divisionByZero: UInt16 = 2
  static let notFinite: UInt16 = 3
  /// The code of the first signal; the others follow.
  static let firstSignal: UInt16 = 4

  /// Room for each column.
  let width: Int
  private var values: [Double]
  private var codes: [UInt16]

  init(count: Int, width: Int) {
    self.width = width
    values = Array(repeating: 0, count: count * width)
    codes = Array(repeating: 0, count: count * width)
  }

  mutating func load(_ column: Span<Double>, slot: Int, code: UInt16, isCondition: Bool) {
    precondition(column.count <= width, "RuleColumns.load: more values than there is room for")
    for i in 0..<column.count {
      let value = column[i]
      let isThere = value.isFinite
      put(slot * width + i, isThere ? (isCondition ? (value == 0 ? 0 : 1) : value) : 0, isThere ? 0 : code)
    }
  }

  func value(_ slot: Int, _ bar: Int, _ program: RuleProgram) -> RuleValue {
    precondition(bar >= 0 && bar < width, "RuleColumns.value: no such bar")
    let code = codes[slot * width + bar]
    return code == 0 ? .value(values[slot * width + bar]) : .missing(program.reason(code))
  }

  func firstTrue(_ slot: Int, in range: Range<Int>) -> RuleWorkspace.Firing {
    var firing = RuleWorkspace.Firing()
    for bar in range {
      if codes[slot * width + bar] != 0 {
        if firing.firstMissing == nil { firing.firstMissing = bar }
      } else if values[slot * width + bar] != 0 {
        firing.minute = bar
        return firing
      }
    }
    return firing
  }

  /// Works out every step over the first `length` bars.
  mutating func run(
    _ steps: [RuleProgram.Step], length: Int, session: (columns: RuleColumns, index: Int)?
  ) {
    for (slot, step) in steps.enumerated() {
      let (o, a, b) = (slot * width, step.a * width, step.b * width)
      switch step.operation {
      case .signal: break
      case .constant: fill(o, length, Double(bitPattern: step.constant), 0)
      case .spread:
        guard let session else { preconditionFailure("RuleColumns.run: sessions spread over minutes only") }
        let at = step.a * session.columns.width + session.index
        fill(o, length, session.columns.values[at], session.columns.codes[at])
      case .negate: one(o, a, length) { 0 - $0 }
      case .absolute: one(o, a, length) { abs($0) }
      case .exponential: one(o, a, length) { Elementary.exp($0) }
      case .logarithm: one(o, a, length) { Elementary.log($0) }
      case .add: two(o, a, b, length) { $0 + $1 }
      case .subtract: two(o, a, b, length) { $0 - $1 }
      case .multiply: two(o, a, b, length) { $0 * $1 }
      case .divide: divide(o, a, b, length)
      case .minimum: two(o, a, b, length) { $1 < $0 ? $1 : $0 }
      case .maximum: two(o, a, b, length) { $1 > $0 ? $1 : $0 }
      case .compare(.less): two(o, a, b, length) { $0 < $1 ? 1 : 0 }
      case .compare(.atMost): two(o, a, b, length) { $0 <= $1 ? 1 : 0 }
      case .compare(.greater): two(o, a, b, length) { $0 > $1 ? 1 : 0 }
      case .compare(.atLeast): two(o, a, b, length) { $0 >= $1 ? 1 : 0 }
      case .compare(.crossesAbove): cross(o, a, b, length, before: { $0 <= $1 }, now: { $0 > $1 })
      case .compare(.crossesBelow): cross(o, a, b, length, before: { $0 >= $1 }, now: { $0 < $1 })
      case .not: one(o, a, length) { $0 == 0 ? 1 : 0 }
      case .and: kleene(o, a, b, length, decisive: 0)
      case .or: kleene(o, a, b, length, decisive: 1)
      case .hold: hold(o, a, length, step.length)
      case .window(let window): self.window(window, o, a, length, step.length)
      }
    }
  }

  // MARK: At one bar

  @inline(__always)
  private mutating func put(_ at: Int, _ value: Double, _ code: UInt16) {
    values[at] = value
    codes[at] = code
  }
  /// A result, missing where it isn't finite.
  @inline(__always)
  private mutating func putFinite(_ at: Int, _ value: Double) {
    let isThere = value.isFinite
    put(at, isThere ? value : 0, isThere ? 0 : Self.notFinite)
  }
  private mutating func fill(_ o: Int, _ length: Int, _ value: Double, _ code: UInt16) {
    for i in 0..<length { put(o + i, value, code) }
  }

  @inline(__always)
  private mutating func one(_ o: Int, _ a: Int, _ length: Int, _ result: (Double) -> Double) {
    for i in 0..<length {
      let code = codes[a + i]
      if code == 0 { putFinite(o + i, result(values[a + i])) } else { put(o + i, 0, code) }
    }
  }
  @inline(__always)
  private mutating func two(
    _ o: Int, _ a: Int, _ b: Int, _ length: Int, _ result: (Double, Double) -> Double
  ) {
    for i in 0..<length {
      let code = leftmost(codes[a + i], codes[b + i])
      if code == 0 {
        putFinite(o + i, result(values[a + i], values[b + i]))
      } else {
        put(o + i, 0, code)
      }
    }
  }
  @inline(__always)
  private func leftmost(_ a: UInt16, _ b: UInt16) -> UInt16 { a != 0 ? a : b }

  private mutating func divide(_ o: Int, _ a: Int, _ b: Int, _ length: Int) {
    for i in 0..<length {
      let code = leftmost(codes[a + i], codes[b + i])
      if code != 0 {
        put(o + i, 0, code)
      } else if values[b + i] == 0 {
        put(o + i, 0, Self.divisionByZero)
      } else {
        putFinite(o + i, values[a + i] / values[b + i])
      }
    }
  }

  private mutating func kleene(_ o: Int, _ a: Int, _ b: Int, _ length: Int, decisive: Double) {
    for i in 0..<length {
      let (first, second) = (codes[a + i], codes[b + i])
      if first == 0 && values[a + i] == decisive || second == 0 && values[b + i] == decisive {
        put(o + i, decisive, 0)
      } else {
        let code = leftmost(first, second)
        put(o + i, code == 0 ? 1 - decisive : 0, code)
      }
    }
  }

  // MARK: Over several bars

  @inline(__always)
  private mutating func cross(
    _ o: Int, _ a: Int, _ b: Int, _ length: Int, before: (Double, Double) -> Bool,
    now: (Double, Double) -> Bool
  ) {
    // of the bar before: whether it was right, unless missing
    var code = Self.tooFewBars
    var was = false
    for i in 0..<length {
      let present = leftmost(codes[a + i], codes[b + i])
      let (x, y) = (values[a + i], values[b + i])
      let isFalse = code == 0 && !was || present == 0 && !now(x, y)
      let missing = leftmost(code, present)
      put(o + i, !isFalse && missing == 0 ? 1 : 0, isFalse ? 0 : missing)
      (code, was) = (present, before(x, y))
    }
  }

  /// The code of the oldest missing value of the bars `first...last` of a column, given the last missing one up to there.
  @inline(__always)
  private func oldest(_ a: Int, _ first: Int, _ last: Int, _ lastMissing: Int) -> UInt16 {
    guard first >= 0 else { return Self.tooFewBars }
    guard lastMissing >= first else { return 0 }
    var i = first
    while codes[a + i] == 0 { i += 1 }
    return codes[a + i]
  }

  private mutating func hold(_ o: Int, _ a: Int, _ length: Int, _ bars: Int) {
    var (lastFalse, lastMissing) = (-1, -1)
    for i in 0..<length {
      if codes[a + i] != 0 { lastMissing = i } else if values[a + i] == 0 { lastFalse = i }
      let first = i - bars + 1
      if lastFalse >= max(first, 0) {
        put(o + i, 0, 0)
      } else {
        let code = oldest(a, first, i, lastMissing)
        put(o + i, code == 0 ? 1 : 0, code)
      }
    }
  }

  private mutating func window(_ window: RuleWindow, _ o: Int, _ a: Int, _ length: Int, _ bars: Int) {
    let reach = window.reach(bars)
    var lastMissing = -1
    for i in 0..<length {
      if codes[a + i] != 0 { lastMissing = i }
      let first = i - reach
      guard first >= 0 else {
        put(o + i, 0, Self.tooFewBars)
        continue
      }
      let code =
        switch window {
        case .lag: codes[a + first]
        case .change: leftmost(codes[a + first], codes[a + i])
        default: oldest(a, first, i, lastMissing)
        }
      guard code == 0 else {
        put(o + i, 0, code)
        continue
      }
      switch window {
      case .lag: put(o + i, values[a + first], 0)
      case .change: putFinite(o + i, values[a + i] - values[a + first])
      case .highest, .lowest:
        var best = values[a + first]
        for k in first...i {
          let value = values[a + k]
          if window == .highest ? value > best : value < best { best = value }
        }
        put(o + i, best, 0)
      case .percentile:
        var count = 0
        for k in first...i where values[a + k] <= values[a + i] { count += 1 }
        put(o + i, Double(count) / Double(bars), 0)
      case .mean: putFinite(o + i, mean(a, first, i))
      case .sd: putFinite(o + i, deviation(a, first, i))
      case .zscore:
        let deviation = deviation(a, first, i)
        if deviation == 0 {
          put(o + i, 0, Self.divisionByZero)
        } else if deviation.isFinite {
          putFinite(o + i, (values[a + i] - mean(a, first, i)) / deviation)
        } else {
          put(o + i, 0, Self.notFinite)
        }
      }
    }
  }

  private func mean(_ a: Int, _ first: Int, _ last: Int) -> Double {
    var sum = 0.0
    for k in first...last { sum += values[a + k] }
    return sum / Double(last - first + 1)
  }
  private func deviation(_ a: Int, _ first: Int, _ last: Int) -> Double {
    var differs = false
    for k in first...last where values[a + k] != values[a + first] { differs = true }
    guard differs else { return 0 }
    let mean = mean(a, first, last)
    var squares = 0.0
    for k in first...last {
      let distance = values[a + k] - mean
      squares += distance * distance
    }
    return (squares / Double(last - first)).squareRoot()
  }
}
