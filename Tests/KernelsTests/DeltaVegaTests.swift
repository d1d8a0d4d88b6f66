import Kernels
import Testing

private struct Greeks: Equatable {
  var delta, vega: Double
  var bits: [UInt64] { [delta.bitPattern, vega.bitPattern] }
}

private func vectorGreeks(_ options: [SampleOption], root: [Double]) -> [Greeks] {
  var delta = Array(repeating: -9.0, count: options.count)
  var vega = delta
  let (f, k) = (options.map(\.forward), options.map(\.strike))
  let (s, sign) = (options.map(\.stdDev), options.map(\.sign))
  var first = delta.mutableSpan
  var second = vega.mutableSpan
  black76DeltasAndVegas(
    forward: f.span, strike: k.span, stdDev: s.span, rootYears: root.span, sign: sign.span, into: &first,
    &second)
  return zip(delta, vega).map { Greeks(delta: $0, vega: $1) }
}

/// √T of an option, one in thirty odd.
private func sampleRoot(using g: inout Philox) -> Double {
  let root = 0.01 + 1.5 * g.uniform()
  return switch g.integer(below: 90) {
  case 0: .nan
  case 1: 0
  case 2: -root
  default: root
  }
}

/// Lengths on both sides of the lane count, so that the tail and the empty batch are met too.
@Test(arguments: [0, 1, 7, 8, 9, 16, 17, 1_000], UInt64(0)..<20)
func deltaAndVegaLanesMatchTheReference(count: Int, seed: UInt64) {
  var g = Philox(seed: seed, stream: UInt64(count))
  let options = (0..<count).map { _ in SampleOption(using: &g) }
  let root = options.map { _ in sampleRoot(using: &g) }
  for ((o, t), value) in zip(zip(options, root), vectorGreeks(options, root: root)) {
    let reference = Black76Reference.deltaAndVega(
      forward: o.forward, strike: o.strike, stdDev: o.stdDev, rootYears: t, sign: o.sign)
    #expect(value.delta.isNaN == reference.delta.isNaN && value.vega.isNaN == reference.vega.isNaN, "\(o)")
    guard !reference.delta.isNaN else { continue }
    #expect(abs(value.delta - reference.delta) <= 8e-16, "\(o)")
    #expect(abs(value.vega - reference.vega) <= 8e-16 * o.forward * t, "\(o)")
    if abs(reference.delta) > 1e-3 { #expect(abs(value.delta / reference.delta - 1) <= 1e-13, "\(o)") }
  }
}

@Test func deltaAndVegaMatchMpmath() throws {
  let rows = try goldenRows("delta_vega.csv").map { $0.compactMap(Double.init) }
  let options = rows.map { SampleOption(forward: $0[0], strike: $0[1], stdDev: $0[2], sign: $0[4]) }
  #expect(rows.count == 240)
  for (r, value) in zip(rows, vectorGreeks(options, root: rows.map { $0[3] })) {
    let reference = Black76Reference.deltaAndVega(
      forward: r[0], strike: r[1], stdDev: r[2], rootYears: r[3], sign: r[4])
    #expect(abs(reference.delta - r[5]) <= 1e-13 * abs(r[5]), "\(r)")
    #expect(abs(reference.vega - r[6]) <= 1e-13 * r[6], "\(r)")
    #expect(abs(value.delta - r[5]) <= 6e-16, "\(r)")
    #expect(abs(value.vega - r[6]) <= 6e-16 * r[0] * r[3], "\(r)")
  }
}

/// One convention: the reference's greeks, from σ and T, and its delta and vega, from s and √T, are the same.
@Test(arguments: UInt64(0)..<200)
func deltaAndVegaAreThoseOfTheGreeks(seed: UInt64) {
  var g = Philox(seed: seed, stream: 5)
  let o = SampleOption(using: &g)
  let years = 0.01 + 2 * g.uniform()
  let volatility = 0.05 + g.uniform()
  let greeks = Black76Reference.greeks(
    forward: o.forward, strike: o.strike, volatility: volatility, years: years, sign: o.sign)
  let two = Black76Reference.deltaAndVega(
    forward: o.forward, strike: o.strike, stdDev: volatility * years.squareRoot(),
    rootYears: years.squareRoot(), sign: o.sign)
  #expect(two.delta.bitPattern == greeks.delta.bitPattern)
  #expect(two.vega.bitPattern == greeks.vega.bitPattern)
}

@Test(arguments: UInt64(0)..<200)
func deltaAndVegaDoNotDependOnTheirPlaceInTheBatch(seed: UInt64) {
  var g = Philox(seed: seed, stream: 6)
  var options = (0..<29).map { _ in SampleOption(using: &g) }
  var root = options.map { _ in sampleRoot(using: &g) }
  let together = vectorGreeks(options, root: root).map(\.bits)
  #expect(zip(options, root).map { vectorGreeks([$0], root: [$1])[0].bits } == together)
  options.removeFirst(3)
  root.removeFirst(3)
  #expect(vectorGreeks(options, root: root).map(\.bits) == Array(together.dropFirst(3)))
}

@Test(arguments: UInt64(0)..<200)
func deltaRisesWithTheForwardAndBothKindsAgree(seed: UInt64) {
  var g = Philox(seed: seed, stream: 7)
  let s = 0.002 + g.uniform()
  let strike = 100 + 5_900 * g.uniform()
  // from one side of the lanes' range to the other
  let calls = (0..<400).map {
    SampleOption(forward: strike * (0.5 + Double($0) / 200), strike: strike, stdDev: s, sign: 1)
  }
  let puts = calls.map { SampleOption(forward: $0.forward, strike: strike, stdDev: s, sign: -1) }
  let root = Array(repeating: 0.5, count: 400)
  let (call, put) = (vectorGreeks(calls, root: root), vectorGreeks(puts, root: root))
  for i in 0..<400 {
    #expect(call[i].delta >= 0 && call[i].delta <= 1 && call[i].vega >= 0)
    #expect(abs(call[i].delta - put[i].delta - 1) <= 1e-15)
    #expect(call[i].vega == put[i].vega)
    if i > 0 { #expect(call[i].delta >= call[i - 1].delta - 1e-15) }
  }
}

/// The derivatives of the price batch itself, by central differences.
@Test(arguments: UInt64(0)..<200)
func deltaAndVegaAreTheSlopesOfThePrice(seed: UInt64) {
  var g = Philox(seed: seed, stream: 8)
  let s = 0.01 + 0.5 * g.uniform()
  let strike = 3_000.0
  let o = SampleOption(
    forward: strike * Elementary.exp(0.3 * (g.uniform() - 0.5)), strike: strike, stdDev: s,
    sign: g.uniform() < 0.5 ? 1 : -1)
  let value = vectorGreeks([o], root: [1])[0]
  func price(_ forward: Double, _ stdDev: Double) -> Double {
    var out = [0.0]
    var span = out.mutableSpan
    black76Prices(
      forward: [forward].span, strike: [strike].span, stdDev: [stdDev].span, sign: [o.sign].span, into: &span)
    return out[0]
  }
  let h = 1e-4 * s
  let up = price(o.forward * (1 + h), s)
  let down = price(o.forward * (1 - h), s)
  #expect(abs((up - down) / (2 * h * o.forward) - value.delta) <= 3e-9)
  #expect(abs((price(o.forward, s + h) - price(o.forward, s - h)) / (2 * h) - value.vega) <= 3e-9 * o.forward)
}

@Test func oddDeltasAndVegasAreNaNAndFarOnesAreSteps() {
  func greeks(_ f: Double, _ k: Double, _ s: Double, _ root: Double, _ sign: Double) -> Greeks {
    vectorGreeks([SampleOption(forward: f, strike: k, stdDev: s, sign: sign)], root: [root])[0]
  }
  for (f, k, s, root, sign) in [
    (Double.nan, 1.0, 1.0, 1.0, 1.0), (1, .nan, 1, 1, 1), (1, 1, .nan, 1, 1), (1, 1, 1, .nan, 1),
    (1, 1, 1, 1, .nan), (0, 1, 1, 1, 1), (1, 0, 1, 1, 1), (-1, 1, 1, 1, 1), (1, -1, 1, 1, 1),
    (1, 1, 0, 1, 1), (1, 1, -0.1, 1, 1), (1, 1, .infinity, 1, 1), (1, 1, 1, 0, 1), (1, 1, 1, -1, 1),
    (1, 1, 1, .infinity, 1), (1, 1, 1, 1, 0.5), (.infinity, 1, 1, 1, 1), (1, .infinity, 1, 1, 1),
  ] {
    let value = greeks(f, k, s, root, sign)
    #expect(value.delta.isNaN && value.vega.isNaN, "\(f) \(k) \(s) \(root) \(sign)")
  }
  #expect(greeks(3_000, 100, 0.01, 1, 1) == Greeks(delta: 1, vega: 0))
  #expect(greeks(3_000, 100, 0.01, 1, -1) == Greeks(delta: 0, vega: 0))
  #expect(greeks(100, 120, 1e-9, 1, -1) == Greeks(delta: -1, vega: 0))
  #expect(abs(greeks(100, 120, 1e-3, 1, -1).delta + 1) < 1e-15)
}

@Test func deltasAndVegasHaveTheSameBitsEverywhere() {
  var g = Philox(seed: 77)
  let options = (0..<5_003).map { _ in SampleOption(using: &g) }
  let values = vectorGreeks(options, root: options.map { _ in sampleRoot(using: &g) })
  #expect(checksum(values.flatMap { [$0.delta, $0.vega] }) == 0x98904c49696a232f)
}
