import Kernels
import Statistics

/// Which settings can't be told from the best: the worst are struck off one by one, for as long as the rest differ.
///
/// The p-value of a setting is the largest p-value of a test of equality up to the step that strikes it off. Those above a
/// size make up the set that holds the best with probability 1 − size. p = (1 + resamples that reach the statistic) ÷
/// (1 + resamples); the last is 1. Settings whose P&L is the same leave together.
///
/// - Source: P. Hansen, A. Lunde and J. Nason, Econometrica 79 (2011).
public struct ModelConfidenceSet: Hashable, Sendable {
  /// The statistic of equality, and with it who is struck off.
  public enum Method: String, Hashable, Sendable, Encodable, CaseIterable {
    /// Largest studentised difference of two settings; all pairs.
    case range = "R"
    /// Largest studentised difference from the average of the settings; one each.
    case maximum = "max"
  }

  /// Most settings that ``Method/range`` is chosen for: it looks at all pairs.
  public static let mostPairedSettings = 200
  /// Most settings that are worth it: ``Method/maximum`` looks at all that are left, at each of as many steps. Of more there
  /// is ``SteppedConfidenceSet``.
  public static let mostSettings = 5_000

  /// The statistic.
  public let method: Method
  /// Resamples used.
  public let resamples: Int
  /// p-value of each setting of the matrix; nil for those without spread.
  public let pValues: [Double?]

  /// Columns with a p-value above a size, ascending.
  public func members(size: Double) -> [Int] { pValues.indices.filter { (pValues[$0] ?? 0) > size } }

  /// Resamples of so many settings that time and memory (256 MiB) allow, of those asked for.
  ///
  /// At least 1,000, if as many are asked for; above that, settings² × resamples stay below 2³⁴.
  public static func affordable(resamples: Int, settings: Int) -> Int {
    min(
      resamples, max(1_000, (1 << 34) / max(settings * settings, 1)), max(1_000, (1 << 25) / max(settings, 1))
    )
  }

  /// The set of a matrix.
  ///
  /// - Parameters:
  ///   - matrix: P&L, higher is better. What is subtracted from all settings alike doesn't matter.
  ///   - bootstrap: of as many days.
  ///   - resamples: B ≥ 1.
  ///   - widening: how many times wider each setting's days' means are spread than the resamples', ≥ 1; nil for 1.
  ///   - method: nil for ``Method/range`` up to ``mostPairedSettings``, else ``Method/maximum``.
  ///   - run: lends threads; results don't depend on it.
  /// - Returns: nil where no setting has spread.
  /// - Complexity: O(B × settings²) and B × settings numbers of memory.
  public init?(
    _ matrix: OutcomeMatrix, bootstrap: StationaryBootstrap, resamples: Int, widening: [Double]? = nil,
    method: Method? = nil, run: RunPieces = runInOrder
  ) {
    precondition(resamples >= 1, "ModelConfidenceSet: no resamples")
    let columns = ExactColumns(matrix, bootstrap: bootstrap, widening: widening, run: run)
    guard !columns.settings.isEmpty else { return nil }
    let chosen = method ?? (columns.settings.count <= Self.mostPairedSettings ? .range : .maximum)
    let means = ResampledMeans(columns, bootstrap: bootstrap, resamples: resamples, run: run)
    let found =
      switch chosen {
      case .range: PairElimination(means, run: run).pValues
      case .maximum: AverageElimination(means, run: run).pValues
      }
    var pValues: [Double?] = Array(repeating: nil, count: matrix.settings)
    for (setting, p) in zip(columns.settings, found) { pValues[setting] = p }
    self.method = chosen
    self.resamples = resamples
    self.pValues = pValues
  }
}

/// Means of every setting in every resample, less those of the days themselves, times its widening.
struct ResampledMeans: Sendable {
  let settings: Int
  let resamples: Int
  /// Shape `[settings × resamples]`.
  let values: [Double]
  /// Mean of the days themselves, money.
  let mean: [Double]
  /// Root mean square of each row: the scale below which a difference is rounding.
  let deviation: [Double]

  init(_ columns: ExactColumns, bootstrap: StationaryBootstrap, resamples: Int, run: RunPieces) {
    let k = columns.settings.count
    let n = Double(columns.days)
    let sums = columns.sums(resamples: Array(0..<resamples), bootstrap: bootstrap, run: run)
    let width = 64
    let (sum, step, widening) = (columns.sum, columns.step, columns.widening)
    values = collect((k + width - 1) / width, by: run) { piece in
      (piece * width..<min((piece + 1) * width, k)).flatMap { j in
        let unit = widening[j] * step[j] / n
        return (0..<resamples).map { (sums[$0 * k + j] - sum[j]) * unit }
      }
    }.flatMap(\.self)
    self.settings = k
    self.resamples = resamples
    mean = zip(sum, step).map { $0 * ($1 / n) }
    let rows = values
    deviation = (0..<k).map { j in
      let total = rows[j * resamples..<(j + 1) * resamples].reduce(0) { $0 + $1 * $1 }
      return (total / Double(resamples)).squareRoot()
    }
  }

  /// Least deviation that a difference from setting j counts with.
  func floor(_ j: Int) -> Double { max(1e-9 * deviation[j], .leastNormalMagnitude) }
}

/// Elimination by the distance from the average of what is left.
private struct AverageElimination {
  private(set) var pValues: [Double]

  init(_ means: ResampledMeans, run: RunPieces) {
    let (k, count) = (means.settings, means.resamples)
    pValues = Array(repeating: 1, count: k)
    var left = Array(0..<k)
    var sums = Array(repeating: 0.0, count: count)
    for j in 0..<k {
      for b in 0..<count { sums[b] += means.values[j * count + b] }
    }
    var reached = 0.0
    while left.count > 1 {
      let size = Double(left.count)
      let average = sums.map { $0 / size }
      let centre = left.reduce(0) { $0 + means.mean[$1] } / size
      let chunk = 128
      let pieces = collect((left.count + chunk - 1) / chunk, by: run) { [left] piece in
        var maxima = Array(repeating: -Double.infinity, count: count)
        var deviations: [Double] = []
        for j in left[piece * chunk..<min((piece + 1) * chunk, left.count)] {
          var out = maxima.mutableSpan
          deviations.append(
            StudentisedRow.raise(
              &out, row: means.values.span.extracting(j * count..<(j + 1) * count), average: average.span,
              floor: means.floor(j)))
        }
        return (maxima, deviations)
      }
      let deviations = pieces.flatMap(\.1)
      let statistics = zip(left, deviations).map { (centre - means.mean[$0]) / $1 }
      let top = statistics.reduce(-.infinity) { max($0, $1) }
      let reachedBy = (0..<count).count { b in pieces.contains { $0.0[b] >= top } }
      reached = max(reached, Double(1 + reachedBy) / Double(1 + count))
      let out = zip(left, statistics).filter { $1 == top }.map(\.0)
      guard out.count < left.count else { break }  // copies of one another: nothing to tell them by
      for j in out {
        pValues[j] = reached
        for b in 0..<count { sums[b] -= means.values[j * count + b] }
      }
      left.removeAll { out.contains($0) }
    }
  }
}

/// Elimination by the largest difference of two.
///
/// A resample whose largest difference was not of a setting that left keeps it, so only the others are worked out again.
private struct PairElimination {
  private(set) var pValues: [Double]

  init(_ means: ResampledMeans, run: RunPieces) {
    let (k, count) = (means.settings, means.resamples)
    pValues = Array(repeating: 1, count: k)
    let scale = Self.scales(means, run: run)
    var left = Array(0..<k)
    var largest = Array(repeating: (value: 0.0, first: -1, second: -1), count: count)
    var stale = Array(0..<count)
    var reached = 0.0
    while left.count > 1 {
      let chunk = 64
      let renewed = collect((stale.count + chunk - 1) / chunk, by: run) { [left, stale] piece in
        stale[piece * chunk..<min((piece + 1) * chunk, stale.count)].map { b in
          Self.largest(left.map { means.values[$0 * count + b] }, of: left, scale: scale, settings: k)
        }
      }.flatMap(\.self)
      for (b, value) in zip(stale, renewed) { largest[b] = value }
      let statistics = left.map { i in
        left.reduce(-Double.infinity) { max($0, (means.mean[$1] - means.mean[i]) * scale[i * k + $1]) }
      }
      let top = statistics.reduce(-.infinity) { max($0, $1) }
      reached = max(reached, Double(1 + largest.count { $0.value >= top }) / Double(1 + count))
      let out = zip(left, statistics).filter { $1 == top }.map(\.0)
      guard out.count < left.count else { break }  // copies of one another: nothing to tell them by
      for j in out { pValues[j] = reached }
      left.removeAll { out.contains($0) }
      stale = largest.indices.filter { out.contains(largest[$0].first) || out.contains(largest[$0].second) }
    }
  }

  /// 1 ÷ root mean square of the difference of each pair; shape `[k × k]`, 0 on the diagonal.
  private static func scales(_ means: ResampledMeans, run: RunPieces) -> [Double] {
    let (k, count) = (means.settings, means.resamples)
    return collect(k, by: run) { i in
      (0..<k).map { j -> Double in
        guard i != j else { return 0 }
        var total = 0.0
        for b in 0..<count {
          let difference = means.values[i * count + b] - means.values[j * count + b]
          total += difference * difference
        }
        return 1 / max((total / Double(count)).squareRoot(), max(means.floor(i), means.floor(j)))
      }
    }.flatMap(\.self)
  }

  private static func largest(
    _ values: [Double], of left: [Int], scale: [Double], settings k: Int
  ) -> (value: Double, first: Int, second: Int) {
    var found = (value: -1.0, first: -1, second: -1)
    for i in values.indices {
      let row = left[i] * k
      for j in i + 1..<values.count {
        let multiple = (values[i] - values[j]).magnitude * scale[row + left[j]]
        if multiple > found.value { found = (multiple, left[i], left[j]) }
      }
    }
    return found
  }
}
