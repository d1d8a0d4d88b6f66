import Testing

@testable import Kernels

/// An undiscounted price whose deviation is asked for.
private struct Asked {
  var price, forward, strike, sign: Double
  /// The reference's price of an option of a chain.
  init(_ o: SampleOption) {
    price = Black76Reference.price(forward: o.forward, strike: o.strike, stdDev: o.stdDev, sign: o.sign)
    (forward, strike, sign) = (o.forward, o.strike, o.sign)
  }
  init(_ price: Double, _ forward: Double, _ strike: Double, _ sign: Double) {
    (self.price, self.forward, self.strike, self.sign) = (price, forward, strike, sign)
  }
  /// What the twin says; NaN where it says nil.
  var twin: Double { impliedStdDev(price: price, forward: forward, strike: strike, sign: sign) ?? .nan }
  /// The relative change of s that moves the price by F + K: what a price's last bits leave open.
  func slack(_ s: Double) -> Double {
    let vega = Black76Reference.deltaAndVega(
      forward: forward, strike: strike, stdDev: s, rootYears: 1, sign: sign
    ).vega
    return (forward + strike) / (vega * s)
  }
}

private func vectorDeviations(_ asked: [Asked]) -> [Double] {
  var s = Array(repeating: -1.0, count: asked.count)
  let (p, f) = (asked.map(\.price), asked.map(\.forward))
  let (k, sign) = (asked.map(\.strike), asked.map(\.sign))
  var out = s.mutableSpan
  impliedStdDevs(price: p.span, forward: f.span, strike: k.span, sign: sign.span, into: &out)
  return s
}

/// Lengths on both sides of the lane count, so that the tail and the empty batch are met too.
@Test(arguments: [0, 1, 7, 8, 9, 16, 17, 1_000], UInt64(0)..<20)
func impliedLanesMatchTheReference(count: Int, seed: UInt64) {
  var g = Philox(seed: seed, stream: UInt64(count))
  let asked = (0..<count).map { _ in Asked(SampleOption(using: &g)) }
  for (a, s) in zip(asked, vectorDeviations(asked)) {
    #expect(s.isNaN == a.twin.isNaN, "\(a)")
    if !s.isNaN { #expect(abs(s / a.twin - 1) <= 1e-15 * a.slack(s), "\(a): \(s), not \(a.twin)") }
  }
}

@Test func impliedDeviationsMatchMpmath() throws {
  let rows = try goldenRows("implied.csv").map { $0.compactMap(Double.init) }
  let asked = rows.map { Asked($0[0], $0[1], $0[2], $0[3]) }
  #expect(rows.count == 240)
  for ((r, a), s) in zip(zip(rows, asked), vectorDeviations(asked)) {
    #expect(abs(s / r[4] - 1) <= 4e-16 * a.slack(r[4]), "\(r): \(s)")
    #expect(abs(a.twin / r[4] - 1) <= 4e-16 * a.slack(r[4]), "\(r): twin \(a.twin)")
    if (a.strike > a.forward) == (a.sign > 0), a.price > 1e-6 * a.forward {
      #expect(abs(s / r[4] - 1) <= 8e-12, "\(r): \(s)")
    }
  }
}

@Test(arguments: UInt64(0)..<500)
func impliedDeviationsGiveThePricesBack(seed: UInt64) {
  var g = Philox(seed: seed, stream: 12)
  let asked = (0..<40).map { _ in Asked(SampleOption(using: &g)) }
  for (a, s) in zip(asked, vectorDeviations(asked)) where !s.isNaN {
    let back = Black76Reference.price(forward: a.forward, strike: a.strike, stdDev: s, sign: a.sign)
    #expect(abs(back - a.price) <= 1e-15 * (a.forward + a.strike), "\(a)")
  }
}

/// From a time value of nothing to nearly the bound, across the seams between lanes and twin.
@Test(arguments: UInt64(0)..<200)
func impliedDeviationRisesWithThePrice(seed: UInt64) {
  var g = Philox(seed: seed, stream: 13)
  let forward = 100 + 5_900 * g.uniform()
  let strike = forward * Elementary.exp(3 * (g.uniform() - 0.5))
  let call = strike > forward
  let prices = (0..<400).map { min(forward, strike) * Elementary.exp(-0.1 * Double($0) - 1e-4) }
  let s = vectorDeviations(prices.map { Asked($0, forward, strike, call ? 1 : -1) })
  #expect(s.allSatisfy { $0 > 0 })
  #expect(zip(s, s.dropFirst()).allSatisfy { $0 > $1 })
}

/// A put and a call of one strike and one time value have one deviation, up to the digits parity costs.
@Test(arguments: UInt64(0)..<200)
func impliedDeviationKeepsParity(seed: UInt64) {
  var g = Philox(seed: seed, stream: 14)
  let s = 0.01 + 0.6 * g.uniform()
  let forward = 1_000.0
  let strike = forward * Elementary.exp(2 * s * (g.uniform() - 0.5))
  let pair = [1.0, -1].map { Asked(SampleOption(forward: forward, strike: strike, stdDev: s, sign: $0)) }
  let both = vectorDeviations(pair)
  #expect(abs(both[0] / both[1] - 1) <= 1e-15 * pair[0].slack(s))
}

@Test(arguments: UInt64(0)..<200)
func anImpliedDeviationDoesNotDependOnItsPlaceInTheBatch(seed: UInt64) {
  var g = Philox(seed: seed, stream: 15)
  var asked = (0..<29).map { _ in Asked(SampleOption(using: &g)) }
  let together = vectorDeviations(asked).map(\.bitPattern)
  #expect(asked.map { vectorDeviations([$0])[0].bitPattern } == together)
  asked.removeFirst(3)
  #expect(vectorDeviations(asked).map(\.bitPattern) == Array(together.dropFirst(3)))
}

/// What makes the batch fast: a start near enough that two steps settle, without the twin's help.
@Test func twoStepsSettleWhatAChainHolds() {
  var g = Philox(seed: 3, stream: 16)
  var worst = [0.0, 0, 0]
  for _ in 0..<20_000 {
    let s = Elementary.exp(Elementary.log(1e-4) + g.uniform() * Elementary.log(2.5e4))
    let forward = 10 + 5_990 * g.uniform()
    let deviations = g.integer(below: 8) == 0 ? 0 : min(7 * g.uniform(), 2.7 / s)
    let o = SampleOption(
      forward: forward, strike: forward * Elementary.exp(deviations * s), stdDev: s, sign: 1)
    let a = Asked(o)
    let (start, target) = ImpliedLanes.begin(
      .init(repeating: a.price), .init(repeating: a.forward), .init(repeating: a.strike),
      .init(repeating: 1))
    let second = ImpliedLanes.step(ImpliedLanes.step(start, target).s, target)
    #expect(ImpliedLanes.settled(second.s, second.change)[0] > 0, "\(o)")
    let band = s < 0.3 ? 0 : (s < 1 ? 1 : 2)
    worst[band] = max(worst[band], abs(start[0] / s - 1))
  }
  #expect(worst[0] <= 0.0013 && worst[1] <= 0.005 && worst[2] <= 0.09, "\(worst)")
}

@Test func pricesWithoutADeviationAreNaN() {
  let cases = [
    (0.0, 100.0, 100.0, 1.0), (10, 110, 100, 1), (9.9, 110, 100, 1), (110, 110, 100, 1), (111, 110, 100, 1),
    (100, 110, 100, -1), (-1, 100, 100, 1), (1, 0, 100, -1), (1, 100, 0, 1), (1, -100, 100, 1),
    (1, 100, -1, -1), (.nan, 100, 100, 1), (1, .nan, 100, 1), (1, 100, .nan, 1), (1, 100, 100, .nan),
    (.infinity, 100, 100, 1), (1, .infinity, 100, 1), (1, 100, .infinity, -1), (-.infinity, 100, 100, 1),
    (1, 100, 100, 0), (1, 100, 100, 2),
  ]
  for s in vectorDeviations(cases.map { Asked($0.0, $0.1, $0.2, $0.3) }) { #expect(s.isNaN) }
}

@Test func impliedDeviationsHaveTheSameBitsEverywhere() {
  var g = Philox(seed: 78)
  let asked = (0..<5_003).map { _ in Asked(SampleOption(using: &g)) }
  #expect(checksum(vectorDeviations(asked)) == 0x9f0e4caa31cb2341)
}
