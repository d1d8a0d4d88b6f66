import Kernels
import Statistics

/// Hedges packed for the lanes, and their sums over the trades of each condor.
struct PathHedges: Sendable {
  /// Some neighbouring hedges, eight a vector; shape `[vectors, trades]`, with their bounds by trade.
  private struct Tile {
    let first: Int
    let used: Int
    let vectors: [SIMD8<Int32>]
    let lowest: [Int32]
    let highest: [Int32]
  }
  /// A condor's trades: −1 where it has a P&L, and ΣH and ΣH² over those by hedge.
  private struct Held {
    let mask: [Int32]
    let trades: Int
    let net: [Int64]
    let squares: [Int64]
  }
  /// Vectors of a tile: the bounds of a tile tell which trades can be in a tail.
  private static let vectors = 8
  private let count: Int
  private let trades: Int
  private let largest: Int64
  private let tiles: [Tile]
  private let held: [Held]
  /// By trade and hedge, for the products.
  private let columns: [Double]
  private let numbers: [Int32]

  /// - Parameter pnl: filled; a condor's trades without a P&L are the same under every pair.
  init(_ arrays: PathArrays, _ pnl: StopTargetPnL, threads: Int) {
    let (count, n) = (arrays.hedgeCount, arrays.trades)
    self.count = count
    trades = n
    let hedges = arrays.hedges
    numbers = hedges
    largest = ScorecardBatch.largestMagnitude(hedges.span, missing: StopTargetGrid.missing)
    let firsts = Array(stride(from: 0, to: count, by: 8 * Self.vectors))
    tiles = Scheduler.map(count: firsts.count, threads: threads) { i in
      Self.tile(hedges, n, first: firsts[i], used: min(8 * Self.vectors, count - firsts[i]))
    }.compactMap { $0 }
    held = Scheduler.map(count: arrays.condors, threads: threads) { condor in
      Self.held(hedges, count, pnl, condor: condor)
    }.compactMap { $0 }
    var columns = Array(repeating: 0.0, count: count * n)
    for d in 0..<n { for h in 0..<count { columns[d * count + h] = Double(hedges[h * n + d]) } }
    self.columns = columns
  }

  private static func held(_ hedges: [Int32], _ count: Int, _ pnl: StopTargetPnL, condor: Int) -> Held {
    let n = pnl.trades
    let mask = pnl.withRows(condor: condor, pairs: 0..<1) { row in
      row.indices.map { row[$0] == StopTargetGrid.missing ? 0 : -1 as Int32 }
    }
    var net = Array(repeating: Int64(0), count: count)
    var squares = net
    for h in 0..<count {
      var (sum, square): (Int64, Int64) = (0, 0)
      for d in 0..<n {
        let x = Int64(hedges[h * n + d] & mask[d])
        sum &+= x
        square &+= x &* x
      }
      net[h] = sum
      squares[h] = square
    }
    return Held(mask: mask, trades: mask.count { $0 != 0 }, net: net, squares: squares)
  }

  private static func tile(_ hedges: [Int32], _ n: Int, first: Int, used: Int) -> Tile {
    var vectors: [SIMD8<Int32>] = []
    vectors.reserveCapacity((used + 7) / 8 * n)
    var lowest = Array(repeating: Int32.max, count: n)
    var highest = Array(repeating: Int32.min, count: n)
    for v in stride(from: 0, to: used, by: 8) {
      for d in 0..<n {
        var x = SIMD8<Int32>(repeating: 0)
        // a short vector is filled up with its last hedge
        for lane in 0..<8 { x[lane] = hedges[(first + min(v + lane, used - 1)) * n + d] }
        vectors.append(x)
        for lane in 0..<8 {
          lowest[d] = min(lowest[d], x[lane])
          highest[d] = max(highest[d], x[lane])
        }
      }
    }
    return Tile(first: first, used: used, vectors: vectors, lowest: lowest, highest: highest)
  }

  /// Some rows of one condor with every hedge: figures by row and hedge.
  ///
  /// Σx = ΣC + ΣH and Σx² = ΣC² + 2·ΣC·H + ΣH², all over the trades held, in whole numbers; ΣC·H comes from a matrix
  /// product that is exact within its bound, and the path figures from the lanes.
  func score(
    _ rows: Span<Int32>, _ keys: [PathScorecard.Key], axis: ScoreAxis, workspace: ScorecardWorkspace
  ) -> [PathScorecard] {
    let n = trades
    let own = held[keys[0].condor]
    let missing = StopTargetGrid.missing
    let condor = ScorecardBatch.largestMagnitude(rows, missing: missing)
    let most = condor + largest
    guard ScorecardBatch.fits(largest: most, sum: most * Int64(n)),
      OpenBLAS.isExact(left: Double(most), right: Double(most), count: n)
    else { return plain(rows, keys, own) }

    var left = Array(repeating: 0.0, count: rows.count)
    for i in 0..<rows.count where rows[i] != missing { left[i] = Double(rows[i]) }
    var products = Array(repeating: 0.0, count: keys.count * count)
    var span = products.mutableSpan
    OpenBLAS.addProducts(left: left.span, right: columns.span, terms: n, range: 0..<n, into: &span)

    var made: [PathScorecard] = []
    made.reserveCapacity(keys.count * count)
    var cents = Array(repeating: Int32(0), count: n)
    for (r, key) in keys.enumerated() {
      var net: Int64 = 0
      var squares: Int64 = 0
      for d in 0..<n {
        let x = rows[r * n + d]
        let kept = x == missing ? 0 : x
        cents[d] = kept
        net &+= Int64(kept)
        squares &+= Int64(kept) &* Int64(kept)
      }
      for tile in tiles {
        ScorecardBatch.score(
          condor: cents.span, held: own.mask.span, hedges: tile.vectors.span, lowest: tile.lowest.span,
          highest: tile.highest.span, axis: axis, workspace: workspace
        ) { v, lanes in
          for lane in 0..<min(8, tile.used - 8 * v) {
            let h = tile.first + 8 * v + lane
            var key = key
            key.hedge = h
            made.append(
              PathScorecard(
                key, lanes, lane: lane, trades: own.trades, net: net + own.net[h],
                squares: squares + 2 * Int64(products[r * count + h]) + own.squares[h], sessions: n))
          }
        }
      }
    }
    return made
  }

  /// One by one, for numbers beyond the lanes.
  private func plain(_ rows: Span<Int32>, _ keys: [PathScorecard.Key], _ own: Held) -> [PathScorecard] {
    let n = trades
    var made: [PathScorecard] = []
    for (r, key) in keys.enumerated() {
      for h in 0..<count {
        var key = key
        key.hedge = h
        let cents = (0..<n).map { d -> Int64 in
          own.mask[d] == 0 ? 0 : Int64(rows[r * n + d]) + Int64(numbers[h * n + d])
        }
        made.append(PathScorecard(key, cents: cents, trades: own.trades))
      }
    }
    return made
  }
}
