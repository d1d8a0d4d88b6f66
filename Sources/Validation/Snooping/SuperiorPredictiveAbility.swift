import Kernels
import Statistics

/// Does the best of many settings beat the benchmark, given that it is the best of many? White's reality check, Hansen's
/// test of superior predictive ability and Romano and Wolf's list of settings that do.
///
/// Each is a maximum over the settings, set against the same maximum in resamples of the days, which keep what the settings
/// have in common. The hypothesis is that no setting beats the benchmark. Statistics are √n·mean ÷ deviation, the deviation
/// from ``StationaryBootstrap/longRunVariance(_:)`` times the widening; those of the reality check are √n·mean. A p-value is
/// (1 + resamples that reach the statistic) ÷ (1 + resamples): never 0, and valid with any number of them.
///
/// Widening makes up for what blocks cut off: a resample's distance from the mean of the days is taken that many times. With 1
/// the tests are the papers' own.
///
/// The maximum is not cut off at 0 as Hansen's is: where every setting loses, a cut-off at 0 would be reached by few
/// resamples, and all losers would look like a discovery.
///
/// - Source: H. White, Econometrica 68 (2000); P. Hansen, J. Business & Economic Statistics 23 (2005); J. Romano and
///   M. Wolf, Econometrica 73 (2005).
public struct SuperiorPredictiveAbility: Hashable, Sendable {
  /// One setting and how far it lies above the benchmark.
  public struct Best: Hashable, Sendable {
    /// Its column in the matrix.
    public let setting: Int
    /// Mean per day, in the matrix's unit.
    public let mean: Double
    /// √n·mean ÷ deviation.
    public let statistic: Double
  }

  /// √n·mean ÷ deviation of every tested setting.
  public let statistics: [Double]
  /// Their columns in the matrix, ascending. Settings without spread are left out.
  public let tested: [Int]
  /// The setting with the largest statistic.
  public let best: Best
  /// p if settings that lose count as if they just met the benchmark: the most optimistic.
  public let lower: Double
  /// p if settings below −√(2·ln ln n) deviations of their mean count as losers: Hansen's consistent estimate.
  public let consistent: Double
  /// p if every setting might just meet the benchmark: the most pessimistic.
  public let upper: Double
  /// p of White's reality check: means in money instead of statistics, and every setting might just meet the benchmark.
  public let realityCheck: Double
  /// Columns that beat the benchmark with a probability of at most ``size`` that even one of them doesn't; ascending. Empty
  /// exactly where ``consistent`` exceeds it.
  public let superior: [Int]
  /// Statistic that had to be passed, step by step, falling; infinite where ``size`` asks for more resamples.
  public let criticalValues: [Double]
  /// Size of the list.
  public let size: Double

  /// Tests a matrix.
  ///
  /// - Parameters:
  ///   - matrix: P&L above the benchmark, higher is better.
  ///   - bootstrap: of as many days.
  ///   - resamples: B ≥ 1.
  ///   - widening: how many times wider each setting's days' means are spread than the resamples', ≥ 1; nil for 1.
  ///   - size: probability of a false name in the list, inside (0, 1).
  ///   - run: lends threads; results don't depend on it.
  /// - Returns: nil where no setting has spread.
  /// - Complexity: O(B × days × settings) multiply-adds at the rate of a matrix product; the matrix once more in memory.
  public init?(
    _ matrix: OutcomeMatrix, bootstrap: StationaryBootstrap, resamples: Int, widening: [Double]? = nil,
    size: Double = 0.05, run: RunPieces = runInOrder
  ) {
    precondition(
      resamples >= 1 && size > 0 && size < 1,
      "SuperiorPredictiveAbility: no resamples or an impossible size")
    let columns = ExactColumns(matrix, bootstrap: bootstrap, widening: widening, run: run)
    let root = Double(matrix.days).squareRoot()
    // of a resample: widening ÷ (widening × deviation)
    let scale = columns.deviation.map { 1 / (root * $0) }
    let own = zip(columns.sum, scale).map { $0 * $1 }
    let observed = zip(own, columns.widening).map { $0 / $1 }
    guard let top = observed.max(), let place = observed.firstIndex(of: top) else { return nil }
    let money = columns.step.map { $0 / root }
    let gains = zip(columns.sum, money).map { $0 * $1 }
    let wide = zip(money, columns.widening).map { $0 * $1 }
    let bound = -max(2 * Elementary.log(max(Elementary.log(Double(matrix.days)), 1)), 0).squareRoot()
    /// Resampled statistics about 0, and those of losers about their own.
    func contrast(_ centre: (Double) -> Double) -> Contrast {
      Contrast(scale: scale, shift: zip(own, observed).map { centre($1) - $0 })
    }
    let consistentCentres = contrast { $0 >= bound ? 0 : $0 }
    let contrasts = [
      contrast { min($0, 0) }, consistentCentres, contrast { _ in 0 },
      Contrast(scale: wide, shift: zip(columns.sum, wide).map { -$0 * $1 }),
    ]
    let found = columns.maxima(contrasts, resamples: Array(0..<resamples), bootstrap: bootstrap, run: run)
    func p(_ maxima: [Double], _ statistic: Double) -> Double {
      Double(1 + maxima.count { $0 >= statistic }) / Double(1 + resamples)
    }
    let largestGain = gains.reduce(-.infinity) { max($0, $1) }
    lower = p(found[0].values, top)
    consistent = p(found[1].values, top)
    upper = p(found[2].values, top)
    realityCheck = p(found[3].values, largestGain)
    statistics = observed
    tested = columns.settings
    best = Best(
      setting: columns.settings[place], mean: gains[place] / root, statistic: top)
    self.size = size
    let steps = StepDown(
      observed: observed, centres: consistentCentres, values: found[1].values, places: found[1].places,
      size: size
    ) { contrast, numbers in
      columns.maxima([contrast], resamples: numbers, bootstrap: bootstrap, run: run)[0]
    }
    superior = steps.superior.map { columns.settings[$0] }
    criticalValues = steps.criticalValues
  }
}

/// Romano and Wolf's steps: name what passes the critical value of all, leave it out, and ask the rest anew.
///
/// A setting is named where (1 + resamples whose maximum reaches its statistic) ÷ (1 + resamples) is at most the size: the
/// critical value is a resample's own maximum, the k-th from above, and not a quantile between two of them, which would
/// now and then name a setting whose p-value is above the size.
///
/// A resample whose maximum was not of a setting that left keeps it, so only the others are worked out again.
private struct StepDown {
  private(set) var superior: [Int] = []
  private(set) var criticalValues: [Double] = []

  init(
    observed: [Double], centres: Contrast, values: [Double], places: [Int], size: Double,
    again: (Contrast, [Int]) -> (values: [Double], places: [Int])
  ) {
    var (centres, values, places) = (centres, values, places)
    var isNamed = Array(repeating: false, count: observed.count)
    while true {
      let critical = criticalValue(of: values, size: size)
      criticalValues.append(critical)
      let named = observed.indices.filter { !isNamed[$0] && observed[$0] > critical }
      for j in named {
        isNamed[j] = true
        centres.shift[j] = -.infinity
      }
      guard !named.isEmpty, isNamed.contains(false) else { break }
      let changed = places.indices.filter { isNamed[places[$0]] }
      let renewed = again(centres, changed)
      for (k, number) in changed.enumerated() {
        values[number] = renewed.values[k]
        places[number] = renewed.places[k]
      }
    }
    superior = isNamed.indices.filter { isNamed[$0] }
  }
}

/// The largest statistic whose p-value, (1 + maxima that reach it) ÷ (1 + maxima), exceeds a size: the k-th maximum from above,
/// k the resamples, the days themselves counted, that may reach a statistic; infinite where that is none. O(B·log B).
func criticalValue(of maxima: [Double], size: Double) -> Double {
  let total = Double(1 + maxima.count)
  let k = (0...maxima.count).last { Double($0) / total <= size } ?? 0
  return k == 0 ? .infinity : maxima.sorted()[maxima.count - k]
}
