import Kernels
import Testing

/// Everything an argument can be: zeros of both signs, subnormals, the ends of every branch, infinities, NaN.
private let odd: [Double] = {
  let sizes: [Double] = [
    0, .leastNonzeroMagnitude, 0x1p-1060, Double.leastNormalMagnitude.nextDown, .leastNormalMagnitude,
    0x1p-1021, 1e-200,
    0x1p-31, 0x1p-30, 0x1.0000000000001p-30, 0.5.squareRoot(), 0.5, 0x1.fffffffffffffp-1, 1,
    0x1.0000000000001p0,
    2.0.squareRoot(), 2, 21.999999999999996, 22, 22.000000000000004, 40, 44, 699.9999999999999, 700,
    700.0000000000001, 709.7, 709.8, 745.1, 745.3, 1e4, 1e300, .greatestFiniteMagnitude, .infinity, .nan,
  ]
  return sizes + sizes.map { -$0 }
}()

private func mixed(_ n: Int, using g: inout Philox) -> [Double] {
  (0..<n).map { _ in
    switch g.integer(below: 8) {
    case 0: odd[g.integer(below: odd.count)]
    case 1: Double(bitPattern: g.next())
    case 2: g.uniform()
    case 3: 1 + (g.uniform() - 0.5) * 1e-9
    default: 60 * (g.uniform() - 0.5)
    }
  }
}

private func compare(_ x: [Double], _ name: String) {
  var y = Array(repeating: 7.0, count: x.count)
  func check(_ function: String, _ scalar: (Double) -> Double) {
    for (argument, result) in zip(x, y) {
      let expected = scalar(argument)
      let same = result.bitPattern == expected.bitPattern || (result.isNaN && expected.isNaN)
      if !same {
        Issue.record("\(name): \(function) of \(argument) is \(result) in lanes, \(expected) alone")
        return
      }
    }
  }
  var span = y.mutableSpan
  elementaryLogs(x.span, into: &span)
  check("log", Elementary.log)
  span = y.mutableSpan
  elementaryExps(x.span, into: &span)
  check("exp", Elementary.exp)
  span = y.mutableSpan
  elementaryTanhs(x.span, into: &span)
  check("tanh", Elementary.tanh)
}

@Test func lanesOfElementaryFunctionsHaveTheBitsOfOne() {
  var g = Philox(seed: 31)
  compare((0..<200_000).map { Double($0) * 0.000_35 - 35 }, "dense")
  compare((0..<100_000).map { _ in exp2(g) }, "every exponent")
  compare(odd, "odd")
  for value in odd { compare(Array(repeating: value, count: 9), "odd") }
  func exp2(_: Philox) -> Double {
    Double(sign: .plus, exponent: g.integer(below: 2_046) - 1_022, significand: 1 + g.uniform())
  }
}

@Test(arguments: Array(0...17) + [1_000], UInt64(0)..<20)
func lanesOfElementaryFunctionsHaveTheBitsOfOneInEveryTail(n: Int, seed: UInt64) {
  var g = Philox(seed: seed, stream: UInt64(n))
  compare(mixed(n, using: &g), "\(n) mixed")
}
