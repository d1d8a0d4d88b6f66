import Kernels

/// Indicators of one price series for many settings.
func indicatorPieces() -> [Piece] {
  let settings = 16
  let prices = 5_000
  func series() -> [Double] {
    var random = Philox(seed: 14)
    var level = 2_900.0
    return (0..<prices).map { _ in
      level += random.normal()
      return level
    }
  }
  return [
    Piece("kernels/rsi", unit: "values", items: settings * prices, work: .flops(14)) {
      let price = series()
      let length = (0..<settings).map { 2 + 2 * $0 }
      var index = Array(repeating: 0.0, count: settings * prices)
      return {
        var out = index.mutableSpan
        relativeStrengths(price: price.span, length: length.span, into: &out)
      }
    },
    Piece("kernels/macd", unit: "values", items: settings * prices, work: .flops(24)) {
      let price = series()
      let fast = (0..<settings).map { 6 + $0 }
      let slow = fast.map { 2 * $0 + 2 }
      let signal = (0..<settings).map { 5 + $0 % 8 }
      var line = Array(repeating: 0.0, count: settings * prices)
      var average = line
      return {
        var lines = line.mutableSpan
        var averages = average.mutableSpan
        movingAverageConvergences(
          price: price.span, fast: fast.span, slow: slow.span, signal: signal.span, into: &lines, &averages)
      }
    },
  ]
}

/// Trades of a block of stops and targets.
private let pathTrades = 64

/// Cost paths of condors: what first-passage tables are made of.
func pathPieces() -> [Piece] {
  let points = 780
  func path(_ seed: UInt64) -> [Int32] {
    var random = Philox(seed: seed)
    var level = 12_000.0
    return (0..<points).map { _ in
      level = max(0, level + 150 * random.normal())
      return Int32(level) / 500 * 500
    }
  }
  return [
    Piece("kernels/running extremes", unit: "points", items: 2 * points, work: .wholeNumbers(1)) {
      let path = path(1)
      return {
        keep(Staircase(maximaOf: path.span, in: 1..<points))
        keep(Staircase(minimaOf: path.span, in: 1..<points))
      }
    },
    Piece("kernels/spread costs", unit: "points", items: 2 * points, work: .wholeNumbers(4.5)) {
      let (short, long) = (path(2), path(3))
      var side = short
      var both = short
      return {
        var sides = side.mutableSpan
        spreadCosts(short: short.span, long: long.span, most: 50_000, missing: .max, into: &sides)
        var sums = both.mutableSpan
        summedCosts(short.span, long.span, most: 50_000, missing: .max, into: &sums)
      }
    },
    Piece("kernels/stops and targets", unit: "pairs", items: pathTrades * 88) {
      let paths = (0..<pathTrades).flatMap { path(100 + UInt64($0)) }
      let credits = (0..<pathTrades).map { paths[$0 * points] }
      let grid = StopTargetGrid(
        stops: Array(stride(from: 500, through: 3_000, by: 250)),
        targets: Array(stride(from: 300, through: 1_000, by: 100)))
      let result = StopTargetPnL(grid: grid, condors: 1, trades: pathTrades)
      let workspace = StopTargetWorkspace(grid: grid)
      return {
        StopTargetBatch.fill(
          paths: paths.span, credits: credits.span, minutes: points, first: 0, condor: 0, into: result,
          workspace: workspace)
      }
    },
  ]
}
