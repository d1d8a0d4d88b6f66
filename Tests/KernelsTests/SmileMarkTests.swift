import Kernels
import Testing

private let missing = Int32.min

private func randomSmile(using g: inout Philox) -> TanhQuartic {
  TanhQuartic(
    p: SIMD4(0.1 * (g.uniform() - 0.5), 0.1 * g.uniform(), 0.02 * (g.uniform() - 0.5), 0.01 * g.uniform()),
    cap: 1 + 5 * g.uniform(), lowest: 0.3, highest: 4)
}

/// One option along a path of `n` points, and how many of its marks differ from the definition's.
private func differences(
  _ n: Int, using g: inout Philox, by kernel: (PathOption, SmilePath, inout MutableSpan<Int32>) -> TanhQuartic
) -> (count: Int, positive: Int, text: String) {
  let center = 100 + 7_900 * g.uniform()
  let wing = [0.02, 0.1, 0.35, 2][g.integer(below: 4)]
  let strike = max(5, (center * (1 + wing * (g.uniform() - 0.5)) / 5).rounded() * 5)
  let isCall = g.integer(below: 2) == 0
  var forward: [Double] = []
  var stdDev: [Double] = []
  for _ in 0..<n {
    forward.append(g.integer(below: 30) == 0 ? .nan : center * (1 + 0.01 * g.normal()))
    stdDev.append(g.integer(below: 20) == 0 ? 0 : 0.0005 + 0.04 * g.uniform() * g.uniform())
  }
  let path = SmilePath(forward: forward, logForward: forward.map(Elementary.log), stdDev: stdDev)
  let option = PathOption(strike: strike, isCall: isCall)
  var marks = Array(repeating: Int32(-5), count: n)
  var span = marks.mutableSpan
  let smile = kernel(option, path, &span)
  var count = 0
  var positive = 0
  var text = ""
  for i in 0..<n {
    let expected = SmileMarkReference.mark(
      strike: strike, logStrike: option.logStrike, sign: option.sign, forward: forward[i],
      logForward: path.logForward[i], stdDev: stdDev[i], smile: smile, missing: missing)
    if expected > 0 { positive += 1 }
    if marks[i] != expected {
      count += 1
      text = "K \(strike), F \(forward[i]), s \(stdDev[i]), φ \(option.sign): \(marks[i]), not \(expected)"
    }
  }
  return (count, positive, text)
}

/// 66,000 marks. The two routes of Black-76 agree to 1e-12 points, so none is expected to fall on either side of a
/// half tick.
@Test func smileMarksAreThoseOfTheDefinition() {
  var g = Philox(seed: 9)
  var positive = 0
  for n in Array(0...24) + Array(repeating: 420, count: 157) {
    let smile = randomSmile(using: &g)
    let found = differences(n, using: &g) { option, path, marks in
      smileMarks(option, along: path, smile: smile, missing: missing, into: &marks)
      return smile
    }
    positive += found.positive
    #expect(found.count == 0, "\(found.count) of \(n): \(found.text)")
  }
  #expect(positive > 25_000, "too few marks above 0 to say anything")
}

@Test func smileMarksAtTheEnds() {
  let smile = TanhQuartic(p: SIMD4(0, 0.05, 0, 0), cap: 4, lowest: 0.5, highest: 3)
  // without a forward, at expiry in and out of the money, at expiry at the money, far out, not a number
  let forward = [Double.nan, 110, 90, 100, 5_000, 100, 102.03, 102.96, 103.04]
  let stdDev = [0.01, 0, 0, 0, 0.01, .nan, 0, 0, 0]
  let path = SmilePath(forward: forward, logForward: forward.map(Elementary.log), stdDev: stdDev)
  let option = PathOption(strike: 100, isCall: true)
  let table = SmilePriceTable(smile)
  // no index at all is no price
  let zero = SmilePath(
    forward: Array(repeating: 0, count: 9), logForward: Array(repeating: -.infinity, count: 9),
    stdDev: Array(repeating: 0.01, count: 9))
  var (full, quick) = (Array(repeating: Int32(1), count: 9), Array(repeating: Int32(2), count: 9))
  var none = full.mutableSpan
  smileMarks(option, along: zero, smile: smile, missing: missing, into: &none)
  none = quick.mutableSpan
  table.marks(option, along: zero, missing: missing, into: &none)
  #expect(full == quick)
  for usesTable in [false, true] {
    var marks = Array(repeating: Int32(1), count: forward.count)
    var span = marks.mutableSpan
    if usesTable {
      table.marks(option, along: path, missing: missing, into: &span)
    } else {
      smileMarks(option, along: path, smile: smile, missing: missing, into: &span)
    }
    #expect(marks == [missing, 100_000, 0, 0, 49_000_000, missing, 20_500, 29_500, 30_000])
  }
}

/// 30 smiles against the definition, 400,000 marks.
@Test func smilePriceTableGivesTheMarksOfTheDefinition() {
  var g = Philox(seed: 10)
  var positive = 0
  for k in 0..<30 {
    let table = SmilePriceTable(randomSmile(using: &g))
    #expect(table.missingRows < 1_000, "a table that decides nothing proves nothing")
    for n in [k, 420] + Array(repeating: 1_210, count: 11) {
      let found = differences(n, using: &g) { option, path, marks in
        table.marks(option, along: path, missing: missing, into: &marks)
        return table.smile
      }
      positive += found.positive
      #expect(found.count == 0, "\(found.count) of \(n): \(found.text)")
    }
  }
  #expect(positive > 150_000, "too few marks above 0 to say anything")
}

/// Forwards searched so that the price comes ever nearer to where its rounding turns, from both sides.
@Test func smilePriceTableAtTheEdgesOfTheGrid() {
  let smile = TanhQuartic(p: SIMD4(-0.164, -0.015, 0.0215, 0.0146), cap: 3.5, lowest: 0.3, highest: 3)
  let table = SmilePriceTable(smile)
  #expect(table.missingRows < 10)
  var g = Philox(seed: 11)
  for _ in 0..<300 {
    let s = 0.001 + 0.02 * g.uniform()
    let option = PathOption(strike: 3_000, isCall: g.integer(below: 2) == 0)
    func mark(_ f: Double) -> Int32 {
      SmileMarkReference.mark(
        strike: 3_000, logStrike: option.logStrike, sign: option.sign, forward: f,
        logForward: Elementary.log(f), stdDev: s, smile: smile, missing: missing)
    }
    var (low, high) = (3_000 * (1 - 4 * s), 3_000 * (1 + 4 * s))
    let target = [Int32(500), 12_500, 52_000][g.integer(below: 3)]
    var forward: [Double] = []
    for _ in 0..<60 where mark(low) != mark(high) {
      let middle = (low + high) / 2
      forward.append(middle)
      if (mark(middle) < target) == (option.sign > 0) { low = middle } else { high = middle }
    }
    let path = SmilePath(
      forward: forward, logForward: forward.map(Elementary.log),
      stdDev: Array(repeating: s, count: forward.count))
    let none = Array(repeating: Int32(-1), count: forward.count)
    var (marks, exact) = (none, none)
    var span = marks.mutableSpan
    table.marks(option, along: path, missing: missing, into: &span)
    span = exact.mutableSpan
    smileMarks(option, along: path, smile: smile, missing: missing, into: &span)
    #expect(marks == exact)
  }
}

/// Halves of a tick go up, and 3 is where the step widens.
@Test func unitsRoundHalvesAwayFromZero() {
  #expect(SmileMarkReference.units(0.025, missing: missing) == 500)
  #expect(SmileMarkReference.units(0.024_999_999, missing: missing) == 0)
  #expect(SmileMarkReference.units(2.975, missing: missing) == 30_000)
  #expect(SmileMarkReference.units(3.05, missing: missing) == 31_000)
  #expect(SmileMarkReference.units(3.049, missing: missing) == 30_000)
  #expect(SmileMarkReference.units(1e9, missing: missing) == 2_000_000_000)
  #expect(SmileMarkReference.units(.nan, missing: missing) == missing)
}
