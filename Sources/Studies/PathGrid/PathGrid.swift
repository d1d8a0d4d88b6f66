import Kernels
import Statistics

/// Every stop and target over given cost paths, closed at the mark that triggers, and the figures of every combination
/// with every hedge.
///
/// A trade without a credit or without any mark has no P&L (``StopTargetGrid/missing``), holds no hedge, and counts as 0
/// in the figures.
public final class PathGrid: Sendable {
  /// What is run over.
  public let arrays: PathArrays
  /// Stops and targets.
  public let grid: StopTargetGrid
  /// P&L of the condors alone; shape `[condors, stops, targets, trades]`; filled by ``run(threads:)``.
  public let pnl: StopTargetPnL

  /// Most P&L numbers that one call makes: 2 GB of them.
  public static let largestPnL = 500_000_000
  /// Most combinations with hedges that are scored: 1 GB of figures.
  public static let largestCount = 5_000_000
  /// Trades of a condor that one thread takes together.
  private static let chunk = 256
  /// Rows of a condor that are scored together.
  private static let rows = 8

  /// Makes room for the P&L, after checking that there can be enough.
  public init(_ arrays: PathArrays, stops: ThousandthRange, targets: ThousandthRange) throws(PathArrayError) {
    let hedges = max(1, arrays.hedgeCount)
    let pairs = [arrays.condors, stops.values.count, targets.values.count]
    try Self.check(
      pairs + [arrays.trades], "P&L numbers (condors x stops x targets x trades)", Self.largestPnL,
      "take larger steps or fewer condors")
    try Self.check(
      pairs + [hedges], "combinations (condors x stops x targets x hedges)", Self.largestCount,
      "take larger steps or fewer hedges")
    self.arrays = arrays
    grid = StopTargetGrid(stops: stops.values, targets: targets.values)
    pnl = StopTargetPnL(grid: grid, condors: arrays.condors, trades: arrays.trades)
  }

  /// Combinations: condors × stops × targets × hedges, where no hedge counts as one.
  public var count: Int { arrays.condors * grid.count * max(1, arrays.hedgeCount) }
  /// Combinations × trades.
  public var configDays: Int { count * arrays.trades }

  private static func check(_ lengths: [Int], _ what: String, _ limit: Int, _ remedy: String)
    throws(PathArrayError)
  {
    let count = lengths.reduce(1.0) { $0 * Double($1) }
    // below the limit a Double holds the product exactly
    guard count <= Double(limit) else {
      let told = count < 1e15 ? "\(Int(count))" : "\(count)"
      throw .tooMany(what: what, count: told, limit: limit, remedy: remedy)
    }
  }

  /// Fills ``pnl`` and scores every combination.
  ///
  /// - Returns: figures by condor, stop, target and hedge, in that order, whatever the threads. Called again it does
  ///   the same work again.
  public func run(threads: Int) -> [PathScorecard] {
    fill(threads: threads)
    let blocks = (grid.count + Self.rows - 1) / Self.rows
    let axis = ScoreAxis(
      sessions: arrays.trades, days: (0..<Int32(arrays.trades)).map { $0 },
      tails: [500, 100].map { TailMean.count(sessions: arrays.trades, perTenThousand: $0) })
    let hedges = arrays.hedgeCount > 0 ? PathHedges(arrays, pnl, threads: threads) : nil
    let made = Scheduler.map(
      count: arrays.condors * blocks, threads: threads,
      worker: { ScorecardWorkspace(slots: axis.days.count) },
      { workspace, i -> [PathScorecard] in
        let condor = i / blocks
        let first = i % blocks * Self.rows
        let pairs = first..<min(first + Self.rows, grid.count)
        return pnl.withRows(condor: condor, pairs: pairs) { rows in
          if let hedges {
            return hedges.score(rows, keys(condor, pairs), axis: axis, workspace: workspace)
          }
          return score(rows, keys(condor, pairs), axis: axis, workspace: workspace)
        }
      })
    var all: [PathScorecard] = []
    all.reserveCapacity(count)
    for part in made { all += part ?? [] }
    return all
  }

  private func fill(threads: Int) {
    let (trades, minutes) = (arrays.trades, arrays.minutes)
    let (paths, credits) = (arrays.paths, arrays.credits)
    let chunks = (trades + Self.chunk - 1) / Self.chunk
    _ = Scheduler.map(
      count: arrays.condors * chunks, threads: threads, worker: { StopTargetWorkspace(grid: grid) },
      { workspace, i -> Void in
        let condor = i / chunks
        let first = i % chunks * Self.chunk
        let cells = condor * trades + first..<condor * trades + min(trades, first + Self.chunk)
        StopTargetBatch.fill(
          paths: paths.span.extracting(cells.lowerBound * minutes..<cells.upperBound * minutes),
          credits: credits.span.extracting(cells), minutes: minutes, first: first, condor: condor,
          into: pnl, workspace: workspace)
      })
  }

  /// Writes ``pnl``: int32 [condors, stops, targets, trades].
  public func write(to path: String) throws(NumPyError) {
    let shape = [arrays.condors, grid.stops.count, grid.targets.count, arrays.trades]
    var writer = try NumPyWriter<Int32>(path: path, shape: shape)
    for condor in 0..<arrays.condors {
      for pair in 0..<grid.count {
        let row = pnl.withRows(condor: condor, pairs: pair..<pair + 1) { row in row.indices.map { row[$0] } }
        try writer.append(row.span)
      }
    }
    try writer.finish()
  }

  private func keys(_ condor: Int, _ pairs: Range<Int>) -> [PathScorecard.Key] {
    pairs.map {
      PathScorecard.Key(
        condor: condor, stop: grid.stops[$0 / grid.targets.count],
        target: grid.targets[$0 % grid.targets.count],
        hedge: nil)
    }
  }

  /// Up to eight rows without hedges.
  private func score(
    _ rows: Span<Int32>, _ keys: [PathScorecard.Key], axis: ScoreAxis, workspace: ScorecardWorkspace
  ) -> [PathScorecard] {
    let n = arrays.trades
    let missing = StopTargetGrid.missing
    let largest = ScorecardBatch.largestMagnitude(rows, missing: missing)
    guard ScorecardBatch.fits(largest: largest, sum: largest * Int64(n)) else {
      return keys.enumerated().map { r, key in
        let row = rows.extracting(r * n..<(r + 1) * n)
        return PathScorecard(
          key, cents: row.indices.map { row[$0] == missing ? 0 : Int64(row[$0]) },
          trades: row.indices.count { row[$0] != missing })
      }
    }
    let (lanes, sums) = ScorecardBatch.score(rows: rows, missing: missing, axis: axis, workspace: workspace)
    return keys.enumerated().map { lane, key in
      PathScorecard(
        key, lanes, lane: lane, trades: Int(sums.trades[lane]), net: Int64(sums.net[lane]),
        squares: sums.squares[lane], sessions: n)
    }
  }
}
