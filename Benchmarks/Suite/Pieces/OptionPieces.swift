import Kernels

/// Options of one session's chain: forwards, strikes, deviations and signs.
private struct Chain {
  static let count = 4_096
  let forward: [Double]
  let strike: [Double]
  let stdDev: [Double]
  let sign: [Double]
  let rootYears: [Double]
  /// Room for a result, and prices to start from.
  private(set) var price: [Double]

  init() {
    var random = Philox(seed: 76)
    let n = Self.count
    forward = (0..<n).map { _ in 2_900 + 40 * random.uniform() }
    strike = (0..<n).map { _ in 2_800 + Double(5 * random.integer(below: 48)) }
    stdDev = (0..<n).map { _ in 0.006 + 0.014 * random.uniform() }
    sign = (0..<n).map { _ in random.integer(below: 2) == 0 ? -1 : 1 }
    rootYears = Array(repeating: 0.0523, count: n)
    price = Array(repeating: 0, count: n)
    var priced = price
    var out = priced.mutableSpan
    black76Prices(
      forward: forward.span, strike: strike.span, stdDev: stdDev.span, sign: sign.span, into: &out)
    price = priced
  }
}

/// Kernels of options. Operations an item are read off `Black76Lanes`, `ImpliedLanes` and `TanhQuartic`.
func optionPieces() -> [Piece] {
  [
    Piece("kernels/black76", unit: "prices", items: Chain.count, work: .flops(133)) {
      let chain = Chain()
      var price = chain.price
      return {
        var out = price.mutableSpan
        black76Prices(
          forward: chain.forward.span, strike: chain.strike.span, stdDev: chain.stdDev.span,
          sign: chain.sign.span, into: &out)
      }
    },
    Piece("kernels/delta and vega", unit: "options", items: Chain.count, work: .flops(98)) {
      let chain = Chain()
      var delta = chain.price
      var vega = chain.price
      return {
        var deltas = delta.mutableSpan
        var vegas = vega.mutableSpan
        black76DeltasAndVegas(
          forward: chain.forward.span, strike: chain.strike.span, stdDev: chain.stdDev.span,
          rootYears: chain.rootYears.span, sign: chain.sign.span, into: &deltas, &vegas)
      }
    },
    Piece("kernels/implied deviation", unit: "options", items: Chain.count, work: .flops(390)) {
      let chain = Chain()
      var stdDev = chain.price
      return {
        var out = stdDev.mutableSpan
        impliedStdDevs(
          price: chain.price.span, forward: chain.forward.span, strike: chain.strike.span,
          sign: chain.sign.span, into: &out)
      }
    },
    Piece("kernels/marks from a table", unit: "marks", items: 780, work: .flops(60)) {
      let (option, path, smile) = pathOption()
      let table = SmilePriceTable(smile)
      var marks = Array(repeating: Int32(0), count: 780)
      return {
        var out = marks.mutableSpan
        table.marks(option, along: path, missing: .max, into: &out)
      }
    },
    Piece("kernels/marks in full", unit: "marks", items: 780, work: .flops(180)) {
      let (option, path, smile) = pathOption()
      var marks = Array(repeating: Int32(0), count: 780)
      return {
        var out = marks.mutableSpan
        smileMarks(option, along: path, smile: smile, missing: .max, into: &out)
      }
    },
  ]
}

/// One option along two sessions.
private func pathOption() -> (PathOption, SmilePath, TanhQuartic) {
  var random = Philox(seed: 13)
  var level = 2_900.0
  let forward = (0..<780).map { _ -> Double in
    level += 0.6 * random.normal()
    return level
  }
  let stdDev = (0..<780).map { 0.012 * (1 - Double($0) / 790).squareRoot() }
  return (
    PathOption(strike: 2_870, isCall: false),
    SmilePath(forward: forward, logForward: forward.map { Elementary.log($0) }, stdDev: stdDev),
    TanhQuartic(p: SIMD4(-0.164, -0.015, 0.0215, 0.0146), cap: 3.5, lowest: 0.3, highest: 3)
  )
}
