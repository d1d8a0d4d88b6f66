import Kernels

/// Did losses exceed the value at risk as often as its level says, and no more after one another than by chance?
///
/// - Source: P. Kupiec, "Techniques for verifying the accuracy of risk measurement models", J. Derivatives 3 (1995);
///   P. Christoffersen, "Evaluating interval forecasts", International Economic Review 39 (1998).
public struct ValueAtRiskBacktest: Hashable, Sendable, Codable {
  /// A likelihood ratio and how likely one as large is if the forecasts are right.
  public struct Test: Hashable, Sendable, Codable {
    /// −2·ln of the ratio, ≥ 0.
    public let statistic: Double
    /// Of χ² with 1 or 2 degrees of freedom.
    public let pValue: Double
  }
  /// Days with a forecast.
  public let days: Int
  /// Days whose P&L was below the forecast.
  public let exceptions: Int
  /// How many there should be: days·(1 − α).
  public let expected: Double
  /// Days whose day before has a forecast too: what independence is told by.
  public let pairs: Int
  /// Of them, those whose day before was an exception.
  public let pairsAfterException: Int
  /// Kupiec's proportion of failures: as many as expected? χ²(1).
  public let coverage: Test
  /// Christoffersen's independence: as often after an exception as after none? χ²(1); `nil` where no day follows an
  /// exception or all do, so that it can't be told.
  public let independence: Test?
  /// Both: the sum of the two statistics. χ²(2).
  public let conditionalCoverage: Test?

  /// Of days in order of time.
  ///
  /// - Parameters:
  ///   - exceeded: whether each day's P&L was below its forecast.
  ///   - isNext: whether each day is the session after that of the day before it, the first is not looked at; shape `[days]`.
  ///     Others are no pair. `nil`: all are.
  ///   - perTenThousand: 10,000·(1 − α), 1…9,999.
  /// - Returns: `nil` without days.
  /// - Complexity: O(n).
  public init?(exceeded: [Bool], isNext: [Bool]? = nil, perTenThousand share: Int) {
    precondition((1...9_999).contains(share), "ValueAtRiskBacktest: the share must be 1 to 9,999 per 10,000")
    precondition(isNext?.count ?? exceeded.count == exceeded.count, "ValueAtRiskBacktest: a flag a day")
    guard !exceeded.isEmpty else { return nil }
    let p = Double(share) / 10_000
    days = exceeded.count
    exceptions = exceeded.count { $0 }
    expected = Double(days * share) / 10_000
    let (hit, missed) = (exceptions, days - exceptions)
    let ratio = 2 * (Self.logLikelihood(missed, hit) - Self.logLikelihood(missed, hit, probability: p))
    let coverage = Self.test(ratio, freedom: 1)
    self.coverage = coverage

    var pairs = [0, 0, 0, 0]  // 00, 01, 10, 11: yesterday, today
    for d in exceeded.indices.dropFirst() where isNext?[d] ?? true {
      pairs[(exceeded[d - 1] ? 2 : 0) + (exceeded[d] ? 1 : 0)] += 1
    }
    self.pairs = pairs.reduce(0, +)
    pairsAfterException = pairs[2] + pairs[3]
    guard pairs[2] + pairs[3] > 0, pairs[0] + pairs[1] > 0 else {
      (independence, conditionalCoverage) = (nil, nil)
      return
    }
    let apart = Self.logLikelihood(pairs[0], pairs[1]) + Self.logLikelihood(pairs[2], pairs[3])
    let together = Self.logLikelihood(pairs[0] + pairs[2], pairs[1] + pairs[3])
    let independence = Self.test(2 * (apart - together), freedom: 1)
    self.independence = independence
    conditionalCoverage = Self.test(coverage.statistic + independence.statistic, freedom: 2)
  }

  /// Days whose P&L is below the value at risk of the days before them.
  ///
  /// - Parameters:
  ///   - pnl: P&L a day in order of time.
  ///   - window: how many days before each make its forecast, ≥ 1; the first `window` days have none.
  ///   - perTenThousand: of ``TailRisk``.
  /// - Returns: for each day from `window` on; empty where there is none.
  /// - Complexity: O(n·window).
  public static func exceeded(_ pnl: [Double], window: Int, perTenThousand share: Int) -> [Bool] {
    precondition(window >= 1, "ValueAtRiskBacktest: an empty window")
    guard pnl.count > window else { return [] }
    // the ⌈k⌉-th worst, as TailRisk has it
    let rank = max(1, (window * share + 9_999) / 10_000) - 1
    var sorted = pnl[..<window].sorted()
    return (window..<pnl.count).map { d in
      let isBelow = pnl[d] < sorted[rank]
      sorted.remove(at: Self.place(of: pnl[d - window], in: sorted))
      sorted.insert(pnl[d], at: Self.place(of: pnl[d], in: sorted))
      return isBelow
    }
  }

  /// The first place whose number isn't smaller.
  private static func place(of x: Double, in sorted: [Double]) -> Int {
    var (low, high) = (0, sorted.count)
    while low < high {
      let middle = (low + high) / 2
      if sorted[middle] < x { low = middle + 1 } else { high = middle }
    }
    return low
  }

  /// ln of (1 − p)^missed·p^hit, with the share of hits where no p is given.
  private static func logLikelihood(_ missed: Int, _ hit: Int, probability: Double? = nil) -> Double {
    let p = probability ?? Double(hit) / Double(max(hit + missed, 1))
    let misses = missed == 0 ? 0 : Double(missed) * Elementary.log(1 - p)
    return misses + (hit == 0 ? 0 : Double(hit) * Elementary.log(p))
  }

  private static func test(_ ratio: Double, freedom: Int) -> Test {
    let x = max(ratio, 0)
    let tail = freedom == 1 ? 2 * normalCDF(-x.squareRoot()) : Elementary.exp(-x / 2)
    return Test(statistic: x, pValue: tail)
  }
}
