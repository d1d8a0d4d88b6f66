import Kernels
import Testing

private func vectorPrices(_ options: [SampleOption]) -> [Double] {
  var price = Array(repeating: -1.0, count: options.count)
  let (f, k) = (options.map(\.forward), options.map(\.strike))
  let (s, sign) = (options.map(\.stdDev), options.map(\.sign))
  var out = price.mutableSpan
  black76Prices(forward: f.span, strike: k.span, stdDev: s.span, sign: sign.span, into: &out)
  return price
}

private func referencePrice(_ o: SampleOption) -> Double {
  Black76Reference.price(forward: o.forward, strike: o.strike, stdDev: o.stdDev, sign: o.sign)
}

/// Lengths on both sides of the lane count, so that the tail and the empty batch are met too.
@Test(arguments: [0, 1, 7, 8, 9, 16, 17, 1_000], UInt64(0)..<20)
func lanesMatchTheReference(count: Int, seed: UInt64) {
  var g = Philox(seed: seed, stream: UInt64(count))
  let options = (0..<count).map { _ in SampleOption(using: &g) }
  for (o, price) in zip(options, vectorPrices(options)) {
    let reference = referencePrice(o)
    #expect(price.isNaN == reference.isNaN, "\(o)")
    if !reference.isNaN { #expect(abs(price - reference) <= 2e-15 * max(o.forward, o.strike), "\(o)") }
  }
}

@Test(arguments: UInt64(0)..<200)
func aPriceDoesNotDependOnItsPlaceInTheBatch(seed: UInt64) {
  var g = Philox(seed: seed, stream: 1)
  var options = (0..<29).map { _ in SampleOption(using: &g) }
  let together = vectorPrices(options).map(\.bitPattern)
  let alone = options.map { vectorPrices([$0])[0].bitPattern }
  #expect(together == alone)
  options.removeFirst(3)
  #expect(vectorPrices(options).map(\.bitPattern) == Array(together.dropFirst(3)))
}

@Test func pricesAndGreeksMatchQuantLibAndVollib() throws {
  let rows = try goldenRows("black76.csv").map { $0.dropLast().compactMap(Double.init) }
  let options = rows.map {
    var o = SampleOption(forward: $0[0], strike: $0[1], stdDev: 0, sign: $0[4])
    o.stdDev = $0[2] * $0[3].squareRoot()
    return o
  }
  #expect(rows.count == 400)
  for (r, batch) in zip(rows, vectorPrices(options)) {
    let scale = max(r[0], r[1])
    #expect(abs(batch - r[5]) <= 2e-15 * scale, "\(r)")
    let g = Black76Reference.greeks(
      forward: r[0], strike: r[1], volatility: r[2], years: r[3], sign: r[4])
    #expect(abs(g.price - r[5]) <= 2e-15 * scale, "\(r)")
    #expect(abs(g.delta - r[6]) <= 1e-13, "\(r)")
    #expect(abs(g.gamma / r[7] - 1) <= 1e-12, "\(r)")
    #expect(abs(g.vega / r[8] - 1) <= 1e-12, "\(r)")
    #expect(abs(g.theta / r[9] - 1) <= 1e-12, "\(r)")
  }
}

/// QuantLib's solver is good to about 1e-11; the true deviation of the row is known better, and met better.
@Test func impliedDeviationMatchesQuantLib() throws {
  var count = 0
  for row in try goldenRows("black76.csv") where !row[10].isEmpty {
    let r = row.compactMap(Double.init)
    let implied = try #require(impliedStdDev(price: r[5], forward: r[0], strike: r[1], sign: r[4]))
    #expect(abs(implied / r[10] - 1) < 1e-9, "\(row)")
    #expect(abs(implied / (r[2] * r[3].squareRoot()) - 1) < 1e-11, "\(row)")
    count += 1
  }
  #expect(count > 100)
}

@Test(arguments: UInt64(0)..<500)
func impliedDeviationGivesThePriceBack(seed: UInt64) throws {
  var g = Philox(seed: seed, stream: 2)
  for _ in 0..<20 {
    let o = SampleOption(using: &g)
    let price = referencePrice(o)
    let intrinsic = max(o.sign * (o.forward - o.strike), 0)
    let bound = o.sign > 0 ? o.forward : o.strike
    guard price > intrinsic, price < bound else { continue }
    let s = try #require(impliedStdDev(price: price, forward: o.forward, strike: o.strike, sign: o.sign))
    let back = Black76Reference.price(forward: o.forward, strike: o.strike, stdDev: s, sign: o.sign)
    #expect(abs(back - price) <= 4e-15 * (o.forward + o.strike), "\(o)")
  }
}

@Test func thereIsNoImpliedDeviationOutsideTheBounds() {
  #expect(impliedStdDev(price: 0, forward: 100, strike: 100, sign: 1) == nil)
  #expect(impliedStdDev(price: 10, forward: 110, strike: 100, sign: 1) == nil)
  #expect(impliedStdDev(price: 9.9, forward: 110, strike: 100, sign: 1) == nil)
  #expect(impliedStdDev(price: 110, forward: 110, strike: 100, sign: 1) == nil)
  #expect(impliedStdDev(price: 100, forward: 110, strike: 100, sign: -1) == nil)
  #expect(impliedStdDev(price: 1, forward: 0, strike: 100, sign: -1) == nil)
  #expect(impliedStdDev(price: 1, forward: 100, strike: -1, sign: -1) == nil)
  #expect(impliedStdDev(price: .nan, forward: 100, strike: 100, sign: 1) == nil)
  #expect(impliedStdDev(price: .infinity, forward: 100, strike: 100, sign: 1) == nil)
  #expect(impliedStdDev(price: 1, forward: 100, strike: 100, sign: 0) == nil)
  #expect(impliedStdDev(price: 1, forward: .infinity, strike: 100, sign: 1) == nil)
}

@Test(arguments: UInt64(0)..<200)
func callMinusPutIsForwardMinusStrike(seed: UInt64) {
  var g = Philox(seed: seed, stream: 3)
  var call = SampleOption(using: &g)
  call.sign = 1
  var put = call
  put.sign = -1
  let p = vectorPrices([call, put])
  guard !p[0].isNaN else { return }
  #expect(abs(p[0] - p[1] - (call.forward - call.strike)) <= 4e-15 * max(call.forward, call.strike))
}

@Test func zeroDeviationIsIntrinsicAndOddLanesAreNaN() {
  func price(_ f: Double, _ k: Double, _ s: Double, _ sign: Double) -> Double {
    vectorPrices([SampleOption(forward: f, strike: k, stdDev: s, sign: sign)])[0]
  }
  #expect(price(105, 100, 0, 1) == 5)
  #expect(price(105, 100, 0, -1) == 0)
  #expect(price(95, 100, 0, -1) == 5)
  #expect(price(100, 100, 0, 1) == 0)
  #expect(price(3_000, 100, 0.01, 1) == 2_900)
  #expect(price(3_000, 100, 0.01, -1) == 0)
  #expect(price(100, 120, 1e-9, 1) == 0)
  #expect(price(100, 100, .infinity, 1) == 100)
  for (f, k, s, sign) in [
    (Double.nan, 1.0, 1.0, 1.0), (1, .nan, 1, 1), (1, 1, .nan, 1), (1, 1, 1, .nan), (0, 1, 1, 1),
    (1, 0, 1, 1),
    (1, 1, -0.1, 1), (1, 1, 1, 0.5), (.infinity, 1, 1, 1), (1, .infinity, 1, 1),
  ] { #expect(price(f, k, s, sign).isNaN, "\(f) \(k) \(s) \(sign)") }
}

@Test func pricesHaveTheSameBitsEverywhere() {
  var g = Philox(seed: 76)
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for price in vectorPrices((0..<5_003).map { _ in SampleOption(using: &g) }) {
    hash = (hash ^ (price.isNaN ? 1 : price.bitPattern)) &* 0x100_0000_01b3
  }
  #expect(hash == 0xd427_45af_ca96_0442)
}
