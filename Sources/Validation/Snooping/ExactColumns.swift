import Kernels
import Statistics

/// P&L of the settings that can be tested, on whole steps so small that every resampled sum is exact.
///
/// Each column is counted in steps of a power of two of its own, below 2⁻⁴⁹·n of its largest magnitude, of which the
/// magnitudes of a resample of n days add up to at most 2⁵¹. Whole cents stay whole; another number moves by at most half a step. Then products with the
/// counts of a resample are exact in Double, whatever the processor, the library's kernel, the blocks or the threads:
/// the bits of every statistic are the same everywhere.
struct ExactColumns: Sendable {
  /// Columns that are multiplied together.
  static let tileWidth = 512

  /// Days, n.
  let days: Int
  /// Which settings of the matrix these are, ascending: those with spread.
  let settings: [Int]
  /// P&L in steps, tile after tile; each `[days × width]`, no width above ``tileWidth``.
  let tiles: [[Double]]
  /// Place in ``settings`` of the first column of each tile.
  private let firsts: [Int]
  /// What a step is worth.
  let step: [Double]
  /// Σ over the days, steps; exact.
  let sum: [Double]
  /// Square root of ``StationaryBootstrap/longRunVariance(_:)``, steps, > 0.
  let deviation: [Double]
  /// How many times wider the days' means are spread than the resamples', ≥ 1.
  let widening: [Double]

  /// Takes a matrix apart. O(days × settings), as much memory again, and a tile a thread on top.
  ///
  /// - Parameter widening: of each column of the matrix, ≥ 1; nil for 1.
  init(_ matrix: OutcomeMatrix, bootstrap: StationaryBootstrap, widening: [Double]?, run: RunPieces) {
    precondition(
      bootstrap.count == matrix.days && (widening?.count ?? matrix.settings) == matrix.settings
        && (widening ?? []).allSatisfy { $0 >= 1 },
      "ExactColumns: a bootstrap of other days, or not a widening of 1 or more for each setting")
    let n = matrix.days
    let constant = matrix.constant
    let candidates = (0..<matrix.settings).filter { !constant.contains(sorted: $0) }
    let bits = 51 - (Int.bitWidth - (n - 1).leadingZeroBitCount)
    let width = Self.tileWidth
    let made = collect((candidates.count + width - 1) / width, by: run) { tile in
      let own = candidates[tile * width..<min((tile + 1) * width, candidates.count)]
      return Tile(
        days: n,
        own.compactMap { Column(matrix.column($0), setting: $0, bits: bits, bootstrap: bootstrap) })
    }.filter { !$0.settings.isEmpty }
    days = n
    settings = made.flatMap(\.settings)
    step = made.flatMap(\.step)
    sum = made.flatMap(\.sum)
    deviation = made.flatMap(\.deviation)
    self.widening = settings.map { widening?[$0] ?? 1 }
    tiles = made.map(\.values)
    var next = 0
    firsts = made.map { tile in
      defer { next += tile.settings.count }
      return next
    }
  }

  /// Columns side by side, a day a row; fewer than ``tileWidth`` where some have no spread.
  private struct Tile: Sendable {
    let settings: [Int]
    let step: [Double]
    let sum: [Double]
    let deviation: [Double]
    let values: [Double]

    init(days: Int, _ columns: [Column]) {
      settings = columns.map(\.setting)
      step = columns.map(\.step)
      sum = columns.map(\.sum)
      deviation = columns.map(\.deviation)
      var values: [Double] = []
      values.reserveCapacity(columns.count * days)
      for day in 0..<days {
        for column in columns { values.append(column.values[day]) }
      }
      self.values = values
    }
  }

  private struct Column: Sendable {
    let setting: Int
    let values: [Double]
    let step: Double
    let sum: Double
    let deviation: Double

    init?(_ pnl: [Double], setting: Int, bits: Int, bootstrap: StationaryBootstrap) {
      let most = pnl.reduce(0) { max($0, $1.magnitude) }
      // 2^1000 and its inverse are ordinary numbers; P&L below 1e-288 gets fewer digits
      let exponent = min(max(bits - 1 - Int(most.exponent), -1_000), 1_000)
      let scale = Double(sign: .plus, exponent: exponent, significand: 1)
      values = pnl.map { ($0 * scale).rounded(.toNearestOrEven) }
      let variance = bootstrap.longRunVariance(values)
      guard variance > 0 else { return nil }
      self.setting = setting
      step = 1 / scale
      sum = values.reduce(0, +)
      deviation = variance.squareRoot()
    }
  }

  /// Maxima over the settings of scaled and shifted resampled sums.
  ///
  /// - Parameters:
  ///   - contrasts: what to take the maximum of.
  ///   - resamples: numbers of resamples.
  /// - Returns: per contrast, values and places (into ``settings``) in the order of `resamples`.
  /// - Complexity: O(resamples × days × settings) multiply-adds by OpenBLAS; memory of a thread
  ///   O(256 × (days + 512)), whatever the number of settings.
  func maxima(
    _ contrasts: [Contrast], resamples: [Int], bootstrap: StationaryBootstrap, run: RunPieces
  ) -> [(values: [Double], places: [Int])] {
    let blocks = overBlocks(of: resamples, bootstrap: bootstrap, run: run) { rows, tiles in
      var found = contrasts.map { _ in RowMaxima(rows: rows) }
      tiles { sums, range in
        for (k, contrast) in contrasts.enumerated() {
          found[k].take(
            sums.span, scale: contrast.scale.span.extracting(range),
            shift: contrast.shift.span.extracting(range), firstColumn: range.lowerBound)
        }
      }
      return found
    }
    return contrasts.indices.map { k in
      (blocks.flatMap { $0[k].values }, blocks.flatMap { $0[k].places })
    }
  }

  /// All resampled sums, steps; shape `[resamples × settings]`. The memory of that, and the time of ``maxima``.
  func sums(resamples: [Int], bootstrap: StationaryBootstrap, run: RunPieces) -> [Double] {
    let width = settings.count
    return overBlocks(of: resamples, bootstrap: bootstrap, run: run) { rows, tiles in
      var block = Array(repeating: 0.0, count: rows * width)
      tiles { sums, range in
        for row in 0..<rows {
          for (k, j) in range.enumerated() { block[row * width + j] = sums[row * range.count + k] }
        }
      }
      return block
    }.flatMap(\.self)
  }

  /// The sums of one tile, shape `[rows × range]`, and which settings they are of.
  private typealias VisitTiles = (_ visit: (_ sums: [Double], _ range: Range<Int>) -> Void) -> Void

  /// Resamples in blocks of up to 256, and for each the tiles of their sums: what was seen may go before the next is made.
  private func overBlocks<T: Sendable>(
    of resamples: [Int], bootstrap: StationaryBootstrap, run: RunPieces,
    _ body: @escaping @Sendable (_ rows: Int, _ tiles: VisitTiles) -> T
  ) -> [T] {
    let most = 256
    return collect((resamples.count + most - 1) / most, by: run) { block in
      let own = resamples[block * most..<min((block + 1) * most, resamples.count)]
      let rows = counts(resamples: own, bootstrap: bootstrap)
      return body(own.count) { visit in
        for (first, tile) in zip(firsts, tiles) {
          visit(products(rows, tile: tile), first..<first + tile.count / days)
        }
      }
    }
  }
}

extension ExactColumns {
  /// How often each day is in each resample; shape `[resamples × days]`.
  func counts(resamples: some Collection<Int>, bootstrap: StationaryBootstrap) -> [Double] {
    var counts = Array(repeating: 0.0, count: resamples.count * days)
    for (row, number) in resamples.enumerated() {
      for day in bootstrap.indices(resample: number) { counts[row * days + day] += 1 }
    }
    return counts
  }

  /// Resampled sums of the settings of a tile, steps, exact; shape `[resamples × width]`.
  func products(_ counts: [Double], tile: [Double]) -> [Double] {
    var sums = Array(repeating: 0.0, count: counts.count / days * (tile.count / days))
    var out = sums.mutableSpan
    OpenBLAS.addProducts(left: counts.span, right: tile.span, terms: days, range: 0..<days, into: &out)
    return sums
  }

  /// P&L of some settings, given by their places in ``settings``, in steps; shape `[days × places]`.
  func gathered(_ places: [Int]) -> [Double] {
    let columns = places.map { j in
      let tile = firsts.lastIndex { $0 <= j } ?? 0
      return (tile: tile, column: j - firsts[tile], width: tiles[tile].count / days)
    }
    return (0..<days).flatMap { d in columns.map { tiles[$0.tile][d * $0.width + $0.column] } }
  }
}

/// What is made of a resampled sum P of setting j before the largest is taken: P·scale[j] + shift[j].
struct Contrast: Sendable {
  var scale: [Double]
  /// −∞ leaves a setting out.
  var shift: [Double]
}

extension [Int] {
  /// Whether an ascending array holds a number. O(log n).
  fileprivate func contains(sorted wanted: Int) -> Bool {
    var (low, high) = (0, count)
    while low < high {
      let middle = (low + high) / 2
      if self[middle] < wanted { low = middle + 1 } else { high = middle }
    }
    return low < count && self[low] == wanted
  }
}
