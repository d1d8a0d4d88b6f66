import Kernels
import Testing

/// Tolerance per function: units of the last place, or a relative error where that is the promise.
private let bars: [String: (ulps: Double, relative: Double)] = [
  "log": (1, 0), "exp": (1.01, 0), "expm1": (2, 0), "tanh": (3, 0), "pow": (0, 4e-15),
  "normalCDF": (0, 2e-15), "normalQuantile": (0, 1e-15),
]

@Test func elementaryFunctionsMatchMpmath() throws {
  var seen: [String: Int] = [:]
  for row in try goldenRows("elementary.csv") {
    let (x, y, expected) = (fromBits(row[1]), fromBits(row[2]), fromBits(row[3]))
    let value =
      switch row[0] {
      case "log": Elementary.log(x)
      case "exp": Elementary.exp(x)
      case "expm1": Elementary.expm1(x)
      case "tanh": Elementary.tanh(x)
      case "pow": Elementary.pow(x, y)
      case "normalCDF": normalCDF(x)
      default: normalQuantile(x)
      }
    let bar = try #require(bars[row[0]])
    let scale = row[0] == "normalQuantile" ? max(1, expected.magnitude) : expected.magnitude
    let tolerance = bar.ulps > 0 ? bar.ulps * expected.ulp : bar.relative * scale
    #expect((value - expected).magnitude <= tolerance, "\(row[0]) \(x) \(y): \(value), not \(expected)")
    seen[row[0], default: 0] += 1
  }
  #expect(seen.count == bars.count && seen.values.allSatisfy { $0 >= 150 })
}

@Test func logarithmAtItsEdges() {
  #expect(Elementary.log(0) == -.infinity)
  #expect(Elementary.log(-0.0) == -.infinity)
  #expect(Elementary.log(.infinity) == .infinity)
  #expect(Elementary.log(-1).isNaN)
  #expect(Elementary.log(-.infinity).isNaN)
  #expect(Elementary.log(.nan).isNaN)
  #expect(Elementary.log(1).bitPattern == 0.0.bitPattern)
  #expect(Elementary.log(.leastNonzeroMagnitude) == -744.440_071_921_381_2)
  #expect(Elementary.log(.greatestFiniteMagnitude) == 709.782_712_893_384)
}

@Test func exponentialAtItsEdges() {
  #expect(Elementary.exp(0) == 1)
  #expect(Elementary.exp(-0.0) == 1)
  #expect(Elementary.exp(.infinity) == .infinity)
  #expect(Elementary.exp(-.infinity) == 0)
  #expect(Elementary.exp(.nan).isNaN)
  #expect(Elementary.exp(710) == .infinity)
  #expect(Elementary.exp(709.782_712_893_384).isFinite)
  #expect(Elementary.exp(-746) == 0)
  #expect(Elementary.exp(-745) == .leastNonzeroMagnitude)
  // e^−740 is subnormal: 4.2e-322 is 85 units of 2⁻¹⁰⁷⁴
  #expect(Elementary.exp(-740) == 85 * Double.leastNonzeroMagnitude)
  #expect(Elementary.expm1(-.infinity) == -1)
  #expect(Elementary.expm1(.infinity) == .infinity)
  #expect(Elementary.expm1(.nan).isNaN)
}

@Test func hyperbolicTangentAtItsEdges() {
  #expect(Elementary.tanh(.infinity) == 1)
  #expect(Elementary.tanh(-.infinity) == -1)
  #expect(Elementary.tanh(.nan).isNaN)
  #expect(Elementary.tanh(0).bitPattern == 0.0.bitPattern)
  #expect(Elementary.tanh(-0.0).bitPattern == (-0.0).bitPattern)
  #expect(Elementary.tanh(.leastNonzeroMagnitude) == .leastNonzeroMagnitude)
  #expect(Elementary.tanh(-5e-200) == -5e-200)
  #expect(Elementary.tanh(22) == 1)
}

@Test func powerAtItsEdges() {
  #expect(Elementary.pow(0, 2) == 0)
  #expect(Elementary.pow(0, -2) == .infinity)
  #expect(Elementary.pow(0, 0) == 1)
  #expect(Elementary.pow(.infinity, 0.5) == .infinity)
  #expect(Elementary.pow(.infinity, -0.5) == 0)
  #expect(Elementary.pow(2, .infinity) == .infinity)
  #expect(Elementary.pow(0.5, .infinity) == 0)
  #expect(Elementary.pow(2, -.infinity) == 0)
  #expect(Elementary.pow(0.5, -.infinity) == .infinity)
  #expect(Elementary.pow(1, 1e300) == 1)
  #expect(Elementary.pow(10, 400) == .infinity)
  #expect(Elementary.pow(10, -400) == 0)
  let subnormal = 12_345 * Double.leastNonzeroMagnitude
  #expect(Elementary.pow(subnormal, 1) == subnormal)
  #expect(Elementary.pow(-1, 2).isNaN)
  #expect(Elementary.pow(.nan, 1).isNaN)
  #expect(Elementary.pow(2, .nan).isNaN)
  #expect(Elementary.pow(20, 0) == 1)
}

@Test func normalDistributionAtItsEdges() {
  #expect(normalCDF(0) == 0.5)
  #expect(normalCDF(.infinity) == 1)
  #expect(normalCDF(-.infinity) == 0)
  #expect(normalCDF(.nan).isNaN)
  #expect(normalQuantile(0.5) == 0)
  #expect(normalQuantile(0) == -.infinity)
  #expect(normalQuantile(1) == .infinity)
  #expect(normalQuantile(-0.1).isNaN)
  #expect(normalQuantile(1.1).isNaN)
  #expect(normalQuantile(.nan).isNaN)
  #expect(abs(normalDensity(0) - 0.398_942_280_401_432_7) < 1e-16)
  #expect(normalDensity(.infinity) == 0)
}

@Test func normalDistributionIsMonotoneAcrossItsBranches() {
  var last = 0.0
  for i in 0...160_000 {
    let value = normalCDF(-8 + Double(i) * 1e-4)
    #expect(value >= last)
    last = value
  }
}

/// A change of one bit anywhere in the chain of operations moves this sum, on any machine and optimisation.
@Test func elementaryFunctionsHaveTheSameBitsEverywhere() {
  var g = Philox(seed: 2_026)
  var hash: UInt64 = 0xcbf2_9ce4_8422_2325
  for _ in 0..<5_000 {
    let u = g.uniform()
    let x = 10 * u - 5
    for value in [
      Elementary.log(u), Elementary.exp(x), Elementary.tanh(x), Elementary.pow(3 * u, x), normalCDF(x),
      normalQuantile(u), normalDensity(x),
    ] { hash = (hash ^ value.bitPattern) &* 0x100_0000_01b3 }
  }
  #expect(hash == 0x10b8_1abb_bb3f_05d3)
}
