import Kernels
import Testing

/// Lengths around the blocks of 32 minutes and the groups of four of them, and a whole path.
private let lengths = [1, 2, 3, 31, 32, 33, 34, 64, 65, 66, 97, 128, 129, 130, 161, 257, 405]

/// Cost paths of some trades of one condor with their credits.
private struct Sample {
  var minutes: Int
  var paths: [Int32] = []
  var credits: [Int32] = []
  var grid: StopTargetGrid

  init(minutes: Int, trades: Int, using g: inout Philox) {
    self.minutes = minutes
    grid = StopTargetGrid(
      stops: Self.thousandths(most: [1000, 4000, 1_000_000][g.integer(below: 3)], using: &g),
      targets: Self.thousandths(most: 1000, using: &g))
    let holes = [0, 3, 60, 100][g.integer(below: 4)]
    let step = [1, 50, 500][g.integer(below: 3)]
    let isWild = g.integer(below: 6) == 0
    for _ in 0..<trades {
      let credit = Int32([0, 1, 7, 100, 1440, 30_000][g.integer(below: 6)])
      var level = credit
      credits.append(g.integer(below: 10) == 0 ? StopTargetGrid.missing : credit)
      for minute in 0..<minutes {
        level += Int32(g.integer(below: 2 * step + 1) - step)
        if g.integer(below: 40) == 0 { level = credit }
        var x = isWild ? Int32(g.integer(below: 1 << 31) - 1 << 30 + 1) : level
        // holes at the ends too, now and then
        let isEnd = minute < 3 || minute > minutes - 3
        if g.integer(below: 100) < holes || isEnd && g.integer(below: 3) == 0 { x = StopTargetGrid.missing }
        paths.append(x)
      }
    }
    if isWild, let i = credits.indices.last { credits[i] = StopTargetGrid.largestMark - 1 }
  }

  private static func thousandths(most: Int, using g: inout Philox) -> [Int32] {
    let count = [1, 2, 7, 8, 9, 17][g.integer(below: 6)]
    return Set((0..<count).map { _ in Int32(g.integer(below: most + 1)) }).sorted()
  }

  /// By pair and trade, one by one.
  var plain: [Int32] {
    grid.stops.flatMap { stop in
      grid.targets.flatMap { target in
        credits.indices.map { d in
          StopTargetReference.pnl(
            path: paths.span.extracting(d * minutes..<(d + 1) * minutes), credit: credits[d], stop: stop,
            target: target)
        }
      }
    }
  }

  /// The same by the lanes, in pieces, into the second of three condors.
  func fast(pieces: [Range<Int>]) -> (own: [Int32], others: [Int32]) {
    let result = StopTargetPnL(grid: grid, condors: 3, trades: credits.count)
    let workspace = StopTargetWorkspace(grid: grid)
    for piece in pieces {
      StopTargetBatch.fill(
        paths: paths.span.extracting(piece.lowerBound * minutes..<piece.upperBound * minutes),
        credits: credits.span.extracting(piece), minutes: minutes, first: piece.lowerBound, condor: 1,
        into: result, workspace: workspace)
    }
    func numbers(_ condor: Int) -> [Int32] {
      result.withRows(condor: condor, pairs: 0..<grid.count) { rows in rows.indices.map { rows[$0] } }
    }
    return (numbers(1), numbers(0) + numbers(2))
  }
}

@Test(arguments: UInt64(0)..<120)
func stopsAndTargetsAreThoseOfAPlainScan(seed: UInt64) {
  var g = Philox(seed: seed)
  for minutes in lengths {
    let trades = [1, 8, 15, 16, 17, 35][g.integer(below: 6)]
    let sample = Sample(minutes: minutes, trades: trades, using: &g)
    let cut = g.integer(below: trades + 1)
    let fast = sample.fast(pieces: [cut..<trades, 0..<cut])
    let plain = sample.plain
    guard fast.own == plain else {
      let i = zip(fast.own, plain).enumerated().first { $0.element.0 != $0.element.1 }?.offset ?? 0
      Issue.record(
        "seed \(seed), \(minutes) minutes, pair \(i / trades), trade \(i % trades): \(fast.own[i]), plainly \(plain[i])"
      )
      return
    }
    #expect(fast.others.allSatisfy { $0 == StopTargetGrid.missing }, "other condors are left alone")
  }
}

/// A credit of 101: 1.5 credits are 151.5 and half a credit 50.5, so a stop closes at 152 and a target at 50.
@Test func levelsAreRoundedTowardsTheFurtherMark() {
  #expect(StopTargetReference.stopLevel(credit: 101, stop: 500) == 152)
  #expect(StopTargetReference.targetLevel(credit: 101, target: 500) == 50)
  #expect(StopTargetReference.stopLevel(credit: 100, stop: 500) == 150)
  #expect(StopTargetReference.targetLevel(credit: 100, target: 1000) == 0)
  #expect(StopTargetReference.stopLevel(credit: -101, stop: 500) == -151)
  #expect(StopTargetReference.targetLevel(credit: -101, target: 500) == -51)
  #expect(StopTargetReference.stopLevel(credit: Int32.max, stop: 1_000_000) == 2_149_631_130_647)
}

/// Every whole level about it: exact where a Double division could be off.
@Test func levelsOfLargeCreditsAreExact() {
  let most = StopTargetGrid.largestMark - 1
  for credit in [most, most - 1, 999_999_937, 536_870_911, 1_000_001] {
    let sample = { (cost: Int32) -> Int32 in
      let grid = StopTargetGrid(stops: [0], targets: [1000])
      let result = StopTargetPnL(grid: grid, condors: 1, trades: 1)
      let path = [credit, cost, 1]
      StopTargetBatch.fill(
        paths: path.span, credits: [credit].span, minutes: 3, first: 0, condor: 0, into: result,
        workspace: StopTargetWorkspace(grid: grid))
      return result.withRows(condor: 0, pairs: 0..<1) { $0[0] }
    }
    #expect(sample(credit) == 0 && sample(credit - 1) == credit - 1 && sample(0) == credit)
  }
}
