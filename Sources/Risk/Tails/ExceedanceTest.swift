import Kernels

/// How the weights of a book's days in their tails (``TailForecast/weight(of:)``) are distributed if its forecasts are right.
///
/// Then a day lies below its value at risk, at it or above it as often as its scenarios do, whatever the days before were, and
/// its weight is p = 1 − α on average. Days are drawn so, again and again; what came is held against the draws. Nothing is
/// decided by lot of a day that ends exactly at its value at risk, and nothing rests on many exceedances being expected, as χ²
/// would.
///
/// - Source: P. Christoffersen and D. Pelletier, "Backtesting value-at-risk: a duration-based approach", J. Financial
///   Econometrics 2 (2004), for tests of exceedances by simulation; J.-M. Dufour, J. Econometrics 133 (2006), for their p values.
public struct ExceedanceLaw: Sendable {
  /// Times that the days are drawn: a p of 0.05 is found within 0.005.
  public static let replicates = 9_999

  /// What one day's forecast says of its own weight.
  public struct Day: Sendable {
    /// Chance of a P&L below the value at risk, weight 1.
    let below: Double
    /// Chance of one at it or below.
    let upTo: Double
    /// Weight at it.
    let share: Double

    /// Of a forecast made of `scenarios` ≥ 1 scenarios.
    public init(_ forecast: TailForecast, scenarios: Int) {
      below = Double(forecast.below) / Double(scenarios)
      upTo = Double(forecast.below + forecast.ties) / Double(scenarios)
      share = forecast.shareOfTies
    }
  }

  private let isNext: [Bool]
  private let expected: Double
  /// Of each replicate.
  private let drawn: [(exceedances: Double, clustering: Double)]

  /// Draws.
  ///
  /// - Parameters:
  ///   - days: in order of time.
  ///   - isNext: whether each is the session after that of the day before it; shape `[days]`, the first is not looked at.
  ///   - perTenThousand: 10,000·(1 − α), 1…9,999.
  ///   - seed: streams 2³³ and on are used, one a replicate.
  /// - Complexity: O(days·replicates).
  public init(_ days: [Day], isNext: [Bool], perTenThousand share: Int, seed: UInt64) {
    precondition((1...9_999).contains(share), "ExceedanceLaw: the share must be 1 to 9,999 per 10,000")
    precondition(days.count == isNext.count, "ExceedanceLaw: a flag a day")
    self.isNext = isNext
    expected = Double(days.count * share) / 10_000
    var weights = Array(repeating: 0.0, count: days.count)
    drawn = (0..<Self.replicates).map { replicate in
      var random = Philox(seed: seed, stream: 1 << 33 | UInt64(replicate))
      for d in days.indices {
        let place = random.uniform()
        weights[d] = place >= days[d].upTo ? 0 : place < days[d].below ? 1 : days[d].share
      }
      return (weights.reduce(0, +), Self.clustering(weights, isNext) ?? 0)
    }
  }

  /// Holds the days as they came against it.
  ///
  /// - Parameter weights: of each day, 0…1; shape `[days]`.
  /// - Returns: `nil` without days.
  /// - Complexity: O(days + replicates).
  public func test(_ weights: [Double]) -> ExceedanceTest? {
    precondition(weights.count == isNext.count, "ExceedanceLaw.test: a weight a day")
    guard !weights.isEmpty else { return nil }
    let exceedances = weights.reduce(0, +)
    let distance = abs(exceedances - expected)
    let clustering = Self.clustering(weights, isNext)
    func pValue(_ isAsFar: ((exceedances: Double, clustering: Double)) -> Bool) -> Double {
      Double(1 + drawn.count(where: isAsFar)) / Double(1 + Self.replicates)
    }
    return ExceedanceTest(
      days: weights.count, exceedances: exceedances, expected: expected,
      coverage: pValue { abs($0.exceedances - expected) >= distance }, clustering: clustering,
      independence: clustering.map { found in pValue { $0.clustering >= found } })
  }

  /// How many times as often an exceedance comes the session after another as it comes at all; `nil` where no session follows
  /// one.
  private static func clustering(_ weights: [Double], _ isNext: [Bool]) -> Double? {
    var (before, both, all) = (0.0, 0.0, 0.0)
    for d in weights.indices {
      all += weights[d]
      guard d > 0, isNext[d] else { continue }
      before += weights[d - 1]
      both += weights[d - 1] * weights[d]
    }
    return before > 0 ? both / before / (all / Double(weights.count)) : nil
  }
}

/// Did losses exceed the value at risk as often as its level says, and no more after one another than by chance?
public struct ExceedanceTest: Hashable, Sendable, Codable {
  /// Days with a forecast.
  public let days: Int
  /// Σ of their weights in the tail: days below the value at risk, and of days at it the share that belongs to the tail.
  public let exceedances: Double
  /// How many there should be: days·(1 − α).
  public let expected: Double
  /// p of as many: share of the draws at least as far from `expected`, to either side.
  public let coverage: Double
  /// How many times as often an exceedance comes the session after another as it comes at all, 1 by chance; sessions that don't
  /// follow one another are no pair. `nil` where no session follows an exceedance.
  public let clustering: Double?
  /// p of no more clustering: share of the draws with at least as much, one-sided.
  public let independence: Double?
}
