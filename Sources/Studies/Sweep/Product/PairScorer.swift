import Backtesting
import Kernels
import Statistics
import Strategies

/// Scores every pair of some rows with the columns of one group: sums by matrix products, path figures in lanes, and
/// whatever doesn't fit their bounds one by one. The three ways give the same bits.
struct PairScorer {
  let group: HedgeGroup
  /// Columns scaled to a number of size units, packed for the lanes; by that number.
  let tiles: [Int32: PackedColumns]
  let sessions: Int
  let years: Int
  let slope: IndexSlope
  /// Fewer columns aren't worth packing.
  private static let fewestInTiles = 4

  init(_ group: HedgeGroup, widths: Set<Int>, sessions: Int, years: Int, slope: IndexSlope) {
    self.group = group
    self.sessions = sessions
    self.years = years
    self.slope = slope
    var tiles: [Int32: PackedColumns] = [:]
    if group.isUniform, group.count >= Self.fewestInTiles {
      for width in widths {
        let units = group.bases[0] == .grossRisk ? Int32(width) : 1
        if tiles[units] == nil { tiles[units] = PackedColumns(group, units: units) }
      }
    }
    self.tiles = tiles
  }

  /// Figures by row and column, and net cents by row, column and year.
  ///
  /// - Parameter screening: takes the time of the matrix products.
  func score(_ rows: [CondorRow], workspace: ScorecardWorkspace, screening: Stopwatch) -> (
    figures: [PairFigures], byYear: [Int64]
  ) {
    let count = group.count
    var figures = Array(repeating: PairFigures(), count: rows.count * count)
    var byYear = Array(repeating: Int64(0), count: rows.count * count * years)
    let moments = screening.time { PairMoments(rows, group) }
    let hedge = moments.isExact ? moments.hedgeCents() : (byYear: [], all: [])
    for (r, row) in rows.enumerated() {
      guard moments.isExact, fits(row) else {
        for c in 0..<count { exact(row, c, &figures[r * count + c], &byYear, at: (r * count + c) * years) }
        continue
      }
      let base = group.bases.first
      let units = base == .grossRisk ? Int32(row.width) : 1
      if let tile = tiles[units] {
        tile.score(row, axis: group.axis, workspace: workspace) { column, lanes, lane in
          take(lanes, lane, row, into: &figures[r * count + column])
        }
      } else {
        walk(row, workspace) { column, lanes, lane in
          take(lanes, lane, row, into: &figures[r * count + column])
        }
      }
      let shared = moments.classOf[r] * count
      for c in 0..<count {
        let at = r * count + c
        for year in 0..<years {
          byYear[at * years + year] = row.netByYear[year] + hedge.byYear[(shared + c) * years + year]
        }
        figures[at].hedgeNet = hedge.all[shared + c]
        figures[at].net = row.net + hedge.all[shared + c]
        finish(
          &figures[at], squares: Int128(Int64(moments.squares[at])),
          moveProducts: row.moveProducts + Int128(Int64(moments.moveProducts(row: r, column: c))))
      }
    }
    return (figures, byYear)
  }

  /// Whether no value or sum of a row with any column can leave the lanes.
  private func fits(_ row: CondorRow) -> Bool {
    let n = Int64(group.slots.count)
    let hedge = group.largestStanding + largestHedge(row)
    let (sum, overflow) = hedge.multipliedReportingOverflow(by: n)
    return !overflow && ScorecardBatch.fits(largest: row.largest + hedge, sum: row.magnitude + sum)
  }

  /// No trade-opened hedge of a row is larger, cents.
  func largestHedge(_ row: CondorRow) -> Int64 {
    var hedge: Int64 = 0
    for (k, base) in group.bases.enumerated() {
      let units: Int64 =
        switch base {
        case .grossRisk: Int64(row.width)
        case .credit: Int64(row.width) * 20
        case .notional, .contracts: 1
        }
      hedge += units * group.largest[k]
    }
    return hedge
  }

  /// Columns in lanes, slot by slot: any bases, and standing layers.
  private func walk(
    _ row: CondorRow, _ workspace: ScorecardWorkspace, emit: (Int, ScoreLanes, Int) -> Void
  ) {
    for first in stride(from: 0, to: group.count, by: 8) {
      let used = min(8, group.count - first)
      var wins = SIMD8<Int32>(repeating: 0)
      var lanes = ScorecardBatch.score(
        axis: group.axis, workspace: workspace, condor: { SIMD8(repeating: row.cents[$0]) },
        value: { slot in
          var x = SIMD8(repeating: row.cents[slot])
          for (k, base) in group.bases.enumerated() {
            let units = row.units(base, slot: slot)
            guard units != 0 else { continue }
            for lane in 0..<used { x[lane] &+= units &* group.cents[k][slot * group.count + first + lane] }
          }
          guard group.hasStanding else { return x }
          for lane in 0..<used {
            if row.held[slot] != 0, x[lane] > 0 { wins[lane] &+= 1 }
            x[lane] &+= group.standing[slot * group.count + first + lane]
          }
          return x
        })
      if group.hasStanding { lanes.wins = wins }
      for lane in 0..<used { emit(first + lane, lanes, lane) }
    }
  }

  private func take(_ lanes: ScoreLanes, _ lane: Int, _ row: CondorRow, into f: inout PairFigures) {
    let tail95 = TailMean(
      sum: lanes.tailSum.0[lane], edge: Int64(lanes.tailEdge.0[lane]), sessions: sessions, perTenThousand: 500
    )
    let tail99 = TailMean(
      sum: lanes.tailSum.1[lane], edge: Int64(lanes.tailEdge.1[lane]), sessions: sessions, perTenThousand: 100
    )
    f.wins = Int64(lanes.wins[lane])
    f.worst = Int64(lanes.worst[lane])
    f.drawdown = Int64(lanes.drawdown[lane])
    f.drawdownSessions = Int64(lanes.drawdownSessions[lane])
    f.bothLose = Int64(lanes.bothLose[lane])
    f.cvar95Dollars = tail95.value / 100
    f.cvar99Dollars = tail99.value / 100
    f.downside = Int128(lanes.downside[lane])
    if row.loss > 0, group.hasHedge { f.hedgeOffset = Double(lanes.hedgeOnLoss[lane]) / Double(row.loss) }
  }

  /// Figures that follow from the sums.
  func finish(_ f: inout PairFigures, squares: Int128, moveProducts: Int128) {
    let moments = PnLMoments(sessions: sessions, net: f.net, squares: squares, downside: f.downside)
    f.sdDollars = moments.standardDeviation.map { $0 / 100 } ?? .nan
    f.sharpe = moments.sharpe ?? .nan
    f.sortino = moments.sortino ?? .nan
    f.spxBeta = slope.dollarsPerPercent(net: f.net, products: moveProducts) ?? .nan
  }

  /// One pair by the plain loop: the general path, for whatever the bounds of lanes and products don't hold.
  private func exact(
    _ row: CondorRow, _ column: Int, _ f: inout PairFigures, _ byYear: inout [Int64], at: Int
  ) {
    let n = group.slots.count
    var series = Array(repeating: Int64(0), count: sessions)
    var offset: Int64 = 0
    var moveProducts: Int128 = 0
    for slot in 0..<n {
      let (trade, hedge) = values(row, column, slot)
      if row.held[slot] != 0, trade > 0 { f.wins += 1 }
      if row.cents[slot] < 0 {
        offset += hedge
        if hedge < 0 { f.bothLose += 1 }
      }
      f.hedgeNet += hedge
      let x = Int64(row.cents[slot]) + hedge
      series[Int(group.axis.days[slot])] = x
      byYear[at + group.yearOfSlot[slot]] += x
      moveProducts += Int128(x) * Int128(group.moves[slot])
    }
    let summary = PnLSummary(cents: series)
    f.net = summary.net
    f.spxBeta = slope.dollarsPerPercent(net: summary.net, products: moveProducts) ?? .nan
    f.worst = summary.worst ?? 0
    f.drawdown = summary.drawdown.depth
    f.drawdownSessions = Int64(summary.drawdown.length)
    f.sdDollars = summary.standardDeviation.map { $0 / 100 } ?? .nan
    f.sharpe = summary.sharpe ?? .nan
    f.sortino = summary.sortino ?? .nan
    f.cvar95Dollars = (summary.cvar95?.value ?? 0) / 100
    f.cvar99Dollars = (summary.cvar99?.value ?? 0) / 100
    if row.loss > 0, group.hasHedge { f.hedgeOffset = Double(offset) / Double(row.loss) }
  }

  /// Cents of a trade with its hedge, and of the hedge with the standing layers.
  private func values(_ row: CondorRow, _ column: Int, _ slot: Int) -> (trade: Int64, hedge: Int64) {
    let at = slot * group.count + column
    var opened: Int64 = 0
    for (k, base) in group.bases.enumerated() {
      opened += Int64(row.units(base, slot: slot)) * Int64(group.cents[k][at])
    }
    // as a record keeps it
    opened = Int64(Int32(clamping: opened))
    let standing = group.hasStanding ? Int64(group.standing[at]) : 0
    return (Int64(row.cents[slot]) + opened, opened + standing)
  }

  /// Net cents of every session of a pair.
  func series(_ row: CondorRow, column: Int) -> [Int64] {
    var made = Array(repeating: Int64(0), count: sessions)
    for slot in group.slots.indices {
      made[Int(group.axis.days[slot])] = Int64(row.cents[slot]) + values(row, column, slot).hedge
    }
    return made
  }
}

/// Columns of a group times a number of size units, eight a vector and some vectors a tile, for the lanes.
struct PackedColumns: Sendable {
  private struct Tile: Sendable {
    let first: Int
    let used: Int
    let vectors: [SIMD8<Int32>]
    let lowest: [Int32]
    let highest: [Int32]
  }
  /// Vectors of a tile: the bounds of a tile tell which sessions can be in a tail.
  private static let vectors = 8
  private let tiles: [Tile]

  init(_ group: HedgeGroup, units: Int32) {
    let n = group.slots.count
    let cents = group.cents[0]
    var tiles: [Tile] = []
    for first in stride(from: 0, to: group.count, by: 8 * Self.vectors) {
      let used = min(8 * Self.vectors, group.count - first)
      var packed: [SIMD8<Int32>] = []
      packed.reserveCapacity((used + 7) / 8 * n)
      var lowest = Array(repeating: Int32.max, count: n)
      var highest = Array(repeating: Int32.min, count: n)
      for v in stride(from: 0, to: used, by: 8) {
        let full = v + 8 <= used
        for d in 0..<n {
          let at = d * group.count + first
          var x = SIMD8<Int32>(repeating: 0)
          // a short vector is filled up with its last column
          for lane in 0..<8 { x[lane] = units &* cents[at + (full ? v + lane : min(v + lane, used - 1))] }
          packed.append(x)
          lowest[d] = min(lowest[d], x.min())
          highest[d] = max(highest[d], x.max())
        }
      }
      tiles.append(Tile(first: first, used: used, vectors: packed, lowest: lowest, highest: highest))
    }
    self.tiles = tiles
  }

  func score(
    _ row: CondorRow, axis: ScoreAxis, workspace: ScorecardWorkspace, emit: (Int, ScoreLanes, Int) -> Void
  ) {
    for tile in tiles {
      ScorecardBatch.score(
        condor: row.cents.span, held: row.held.span, hedges: tile.vectors.span, lowest: tile.lowest.span,
        highest: tile.highest.span, axis: axis, workspace: workspace
      ) { v, lanes in
        for lane in 0..<min(8, tile.used - 8 * v) { emit(tile.first + 8 * v + lane, lanes, lane) }
      }
    }
  }
}
