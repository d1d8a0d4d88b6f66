import Kernels
import Statistics

/// Which of very many settings can't be told from the best, at one size: in each round all that are worse than the average of
/// what is left leave together, until none is.
///
/// ``ModelConfidenceSet`` strikes off one setting a step and so knows a p-value of each, with work that grows with the square
/// of the settings. Here a round strikes off every setting whose studentised distance below the average passes the critical
/// value of the largest such distance, T_max. That value holds for all of them at once, as in Romano and Wolf's steps, and
/// what Hansen, Lunde and Nason ask of a rule is that it strikes off worse settings; the round in which none passes is their
/// test of equality that doesn't reject. Known is who stays, and no p-value.
///
/// - Source: P. Hansen, A. Lunde and J. Nason, Econometrica 79 (2011); J. Romano and M. Wolf, Econometrica 73 (2005).
public struct SteppedConfidenceSet: Hashable, Sendable {
  /// Columns of the matrix that stay, ascending.
  public let members: [Int]
  /// Rounds, the last of which struck off none.
  public let rounds: Int
  /// Resamples used.
  public let resamples: Int

  /// The set of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: P&L, higher is better. What is subtracted from all settings alike doesn't matter.
  ///   - bootstrap: of as many days.
  ///   - resamples: B ≥ 1.
  ///   - widening: how many times wider each setting's days' means are spread than the resamples', ≥ 1; nil for 1.
  ///   - size: probability that the best is struck off, inside (0, 1).
  ///   - run: lends threads; results don't depend on it.
  /// - Returns: nil where no setting has spread.
  /// - Complexity: O(B × days × settings) multiply-adds a round, at the rate of a matrix product; memory B × (days + 1,024) numbers
  ///   a thread and the matrix once more.
  public init?(
    _ matrix: OutcomeMatrix, bootstrap: StationaryBootstrap, resamples: Int, widening: [Double]? = nil,
    size: Double, run: RunPieces = runInOrder
  ) {
    precondition(
      resamples >= 1 && size > 0 && size < 1, "SteppedConfidenceSet: no resamples or an impossible size")
    let columns = ExactColumns(matrix, bootstrap: bootstrap, widening: widening, run: run)
    guard !columns.settings.isEmpty else { return nil }
    let counts = columns.counts(resamples: 0..<resamples, bootstrap: bootstrap)
    let round = BelowAverage(columns: columns, counts: counts, resamples: resamples)
    var left = Array(columns.settings.indices)
    var rounds = 0
    while true {
      rounds += 1
      let (statistics, maxima) = round.statistics(of: left, run: run)
      let critical = criticalValue(of: maxima, size: size)
      let stay = zip(left, statistics).filter { $1 <= critical }.map(\.0)
      // the largest is never below the average by more than 0, so someone stays
      guard stay.count < left.count else { break }
      left = stay
    }
    members = left.map { columns.settings[$0] }
    self.rounds = rounds
    self.resamples = resamples
  }
}

/// How far settings lie below the average of all that are left.
private struct BelowAverage: Sendable {
  let columns: ExactColumns
  /// How often each day is in each resample; shape `[resamples × days]`.
  let counts: [Double]
  let resamples: Int

  /// Of each setting left the distance in deviations, and of each resample the largest distance.
  func statistics(of left: [Int], run: RunPieces) -> (statistics: [Double], maxima: [Double]) {
    let days = columns.days
    let n = Double(days)
    let width = ExactColumns.tileWidth
    let parts = stride(from: 0, to: left.count, by: width).map {
      Array(left[$0..<min($0 + width, left.count)])
    }
    // mean of the average, and by day the average of the widened, whose resamples are widened so
    let sums = collect(parts.count, by: run) { piece in
      let own = parts[piece]
      let tile = columns.gathered(own)
      let units = own.map { columns.widening[$0] * columns.step[$0] }
      return (
        total: own.reduce(0.0) { $0 + columns.sum[$1] * columns.step[$1] },
        wide: (0..<days).map { d in own.indices.reduce(0.0) { $0 + tile[d * own.count + $1] * units[$1] } }
      )
    }
    let count = Double(left.count)
    let mean = sums.reduce(0) { $0 + $1.total } / count / n
    let wide = (0..<days).map { d in sums.reduce(0) { $0 + $1.wide[d] } / count }
    let centre = wide.reduce(0, +) / n
    let resampled = (0..<resamples).map { b in
      (0..<days).reduce(0.0) { $0 + counts[b * days + $1] * wide[$1] } / n - centre
    }
    let found = collect(parts.count, by: run) { piece in
      let own = parts[piece]
      let products = columns.products(counts, tile: columns.gathered(own))
      var maxima = Array(repeating: -Double.infinity, count: resamples)
      var statistics: [Double] = []
      for (k, j) in own.enumerated() {
        let unit = columns.step[j] / n
        let wideUnit = columns.widening[j] * unit
        let row = (0..<resamples).map {
          wideUnit * (products[$0 * own.count + k] - columns.sum[j])
        }
        let spread = (row.reduce(0) { $0 + $1 * $1 } / Double(resamples)).squareRoot()
        var out = maxima.mutableSpan
        let deviation = StudentisedRow.raise(
          &out, row: row.span, average: resampled.span, floor: max(1e-9 * spread, .leastNormalMagnitude))
        statistics.append((mean - columns.sum[j] * unit) / deviation)
      }
      return (statistics, maxima)
    }
    let maxima = (0..<resamples).map { b in found.reduce(-.infinity) { max($0, $1.1[b]) } }
    return (found.flatMap(\.0), maxima)
  }
}
