import Backtesting
import Strategies

/// What a configuration must reach to be scored, as far as screening has come: the best objectives seen, each at the low
/// end of where it may lie. More is better here, whatever the metric.
struct ScreeningCut {
  private let limit: Int
  private var lows: [Double] = []
  /// The worst of the best `limit` lows; nothing below it can be among the best.
  private var level = -Double.infinity
  /// The best low of each school.
  private var families: [Family: Double] = [:]

  init(limit: Int) { self.limit = limit }

  /// What a job's screening leaves.
  struct Left {
    /// Condor settings of which some configuration may be among the best, or the best of its school.
    var condors: [Int] = []
    /// Configurations screened, their trades, and those without any.
    var screened = 0
    var trades = 0
    var withoutTrades = 0
  }

  private struct Tile: Sendable {
    /// By condor setting and whether there is a hedge: the greatest high.
    let highs: [(bare: Double, hedged: Double)]
    let lows: [Double]
    let families: [Family: Double]
    let trades: Int
    let withoutTrades: Int
  }

  /// Screens a job's tiles and lets the cut rise with them.
  ///
  /// - Returns: what is left to score; `nil` if cancelled.
  mutating func screen(
    _ tiles: [[Int]], of placed: PlacedBooks, by sweep: Sweep, threads: Int, phases: inout SweepPhases,
    isCancelled: @escaping @Sendable () -> Bool
  ) -> Left? {
    let objective = sweep.space.objective
    let before = level
    let screened = phases.time(\.screen) {
      Scheduler.map(count: tiles.count, threads: threads, isCancelled: isCancelled) { t in
        Self.screen(tiles[t], placed, objective, above: before)
      }
    }
    guard screened.allSatisfy({ $0 != nil }) else { return nil }
    var left = Left()
    for case let tile? in screened {
      for low in tile.lows { see(low) }
      for (family, low) in tile.families { families[family] = max(low, families[family] ?? -.infinity) }
      left.trades += tile.trades
      left.withoutTrades += tile.withoutTrades
    }
    trim()
    for (condors, tile) in zip(tiles, screened.compactMap { $0 }) {
      left.screened += condors.count * placed.job.hedges.count
      for (condor, high) in zip(condors, tile.highs) {
        let hasStop = placed.job.space.condors[condor].exit.stopsOut
        func reaches(_ high: Double, _ hasHedge: Bool) -> Bool {
          high >= level || high >= families[Family(hasStop: hasStop, hasHedge: hasHedge)] ?? .infinity
        }
        // NaN, where nothing has an objective, reaches nothing
        if reaches(high.bare, false) || reaches(high.hedged, true) { left.condors.append(condor) }
      }
    }
    return left
  }

  private mutating func see(_ low: Double) {
    guard low >= level else { return }
    lows.append(low)
    if lows.count >= limit + max(1_000, limit / 4) { trim() }
  }

  private mutating func trim() {
    guard lows.count >= limit, limit > 0 else { return }
    lows.sort(by: >)
    lows.removeLast(lows.count - limit)
    level = lows[limit - 1]
  }

  private static func screen(
    _ condors: [Int], _ placed: PlacedBooks, _ objective: Metric, above level: Double
  ) -> Tile {
    let (book, rows, rowOf) = placed.rows(of: condors)
    var bare = Array(repeating: Double.nan, count: rows.count)
    var hedged = bare
    var best = (bare: bare, hedged: bare)
    var lows: [Double] = []
    var trades = 0
    var withoutTrades = 0
    for (g, scorer) in book.scorers.enumerated() {
      let mine = rows.map { book.rows[g][$0] }
      let found = scorer.screen(mine, by: objective)
      let n = scorer.group.count
      for r in rows.indices {
        var (high, low) = (Double.nan, Double.nan)
        for at in r * n..<(r + 1) * n where found.highs[at] == found.highs[at] {
          // the plain comparisons let NaN be replaced
          if !(high >= found.highs[at]) { high = found.highs[at] }
          if !(low >= found.lows[at]) { low = found.lows[at] }
          if found.lows[at] >= level { lows.append(found.lows[at]) }
        }
        if scorer.group.hasHedge {
          if !(hedged[r] >= high), high == high { hedged[r] = high }
          if !(best.hedged[r] >= low), low == low { best.hedged[r] = low }
        } else {
          if !(bare[r] >= high), high == high { bare[r] = high }
          if !(best.bare[r] >= low), low == low { best.bare[r] = low }
        }
      }
      for r in rowOf {
        let traded = mine[r].facts.trades
        trades += traded * scorer.group.members.count
        if traded == 0 { withoutTrades += scorer.group.members.count }
      }
    }
    var families: [Family: Double] = [:]
    for (condor, r) in zip(condors, rowOf) {
      let hasStop = placed.job.space.condors[condor].exit.stopsOut
      for (low, hasHedge) in [(best.bare[r], false), (best.hedged[r], true)] where low == low {
        let family = Family(hasStop: hasStop, hasHedge: hasHedge)
        families[family] = max(low, families[family] ?? -.infinity)
      }
    }
    return Tile(
      highs: rowOf.map { (bare[$0], hedged[$0]) }, lows: lows, families: families, trades: trades,
      withoutTrades: withoutTrades)
  }
}
