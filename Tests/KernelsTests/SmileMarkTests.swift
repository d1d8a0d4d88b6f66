import Kernels
import Testing

private let missing = Int32.min

/// One option along a path of `n` points, and how many of its marks differ from the definition's.
private func differences(_ n: Int, using g: inout Philox) -> (count: Int, positive: Int, text: String) {
  let center = 100 + 7_900 * g.uniform()
  let wing = [0.02, 0.1, 0.35, 2][g.integer(below: 4)]
  let strike = max(5, (center * (1 + wing * (g.uniform() - 0.5)) / 5).rounded() * 5)
  let logStrike = Elementary.log(strike)
  let sign: Double = g.integer(below: 2) == 0 ? 1 : -1
  let smile = TanhQuartic(
    p: SIMD4(0.1 * (g.uniform() - 0.5), 0.1 * g.uniform(), 0.02 * (g.uniform() - 0.5), 0.01 * g.uniform()),
    cap: 1 + 5 * g.uniform(), lowest: 0.3, highest: 4)
  var forward: [Double] = []
  var stdDev: [Double] = []
  for _ in 0..<n {
    forward.append(g.integer(below: 30) == 0 ? .nan : center * (1 + 0.01 * g.normal()))
    stdDev.append(g.integer(below: 20) == 0 ? 0 : 0.0005 + 0.04 * g.uniform() * g.uniform())
  }
  let logForward = forward.map(Elementary.log)
  let inverse = stdDev.map { 1 / $0 }
  var marks = Array(repeating: Int32(-5), count: n)
  var span = marks.mutableSpan
  smileMarks(
    strike: strike, logStrike: logStrike, sign: sign, forward: forward.span, logForward: logForward.span,
    stdDev: stdDev.span, inverseStdDev: inverse.span, smile: smile, missing: missing, into: &span)
  var count = 0
  var positive = 0
  var text = ""
  for i in 0..<n {
    let expected = SmileMarkReference.mark(
      strike: strike, logStrike: logStrike, sign: sign, forward: forward[i], logForward: logForward[i],
      stdDev: stdDev[i], smile: smile, missing: missing)
    if expected > 0 { positive += 1 }
    if marks[i] != expected {
      count += 1
      text = "K \(strike), F \(forward[i]), s \(stdDev[i]), φ \(sign): \(marks[i]), not \(expected)"
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
    let found = differences(n, using: &g)
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
  let logForward = forward.map(Elementary.log)
  let inverse = stdDev.map { 1 / $0 }
  var marks = Array(repeating: Int32(1), count: forward.count)
  var span = marks.mutableSpan
  smileMarks(
    strike: 100, logStrike: Elementary.log(100), sign: 1, forward: forward.span, logForward: logForward.span,
    stdDev: stdDev.span, inverseStdDev: inverse.span, smile: smile, missing: missing, into: &span)
  #expect(marks == [missing, 100_000, 0, 0, 49_000_000, missing, 20_500, 29_500, 30_000])
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
