import Kernels

/// Were losses beyond the value at risk as large as the expected shortfalls said?
///
/// Z = mean of (VaR − ES) − (VaR − x)⁺/(1 − α), all as P&L: 0 on average if forecasts are right, and else, but for errors of
/// the value at risk, which can only lower it, what expected shortfalls left out: at −50, losses in the tail were 50 worse than
/// said. It asks nothing of signs (a forecast may be of no loss at all) or of ties at the value at risk. How likely so
/// low a number is, is found by drawing the days from their own forecasts.
///
/// - Source: C. Acerbi and B. Székely, "The minimally biased backtest for ES", Risk (September 2019); significance by
///   simulation as in their "Back-testing expected shortfall", Risk (December 2014).
public struct ShortfallTest: Hashable, Sendable, Codable {
  /// Times that the days are drawn.
  public static let replicates = 999

  /// What one day's forecast says of it.
  public struct Day: Sendable {
    private let valueAtRisk: Double
    private let expectedShortfall: Double
    /// (VaR − x)⁺ in those replicates in which it isn't 0.
    let drawn: [(replicate: Int, excess: Double)]

    /// Of a forecast.
    ///
    /// - Parameters:
    ///   - scenarios: P&L by scenario, of which the forecast was made.
    ///   - random: of the day; the same draws for all books of a day.
    /// - Complexity: O(replicates).
    public init(_ forecast: TailForecast, scenarios: [Double], random: inout Philox) {
      valueAtRisk = forecast.risk.valueAtRisk
      expectedShortfall = forecast.risk.expectedShortfall
      var drawn: [(replicate: Int, excess: Double)] = []
      for replicate in 0..<ShortfallTest.replicates {
        let place = random.integer(below: scenarios.count)
        // the tail begins with the worst
        guard place < forecast.below else { continue }
        drawn.append((replicate, valueAtRisk - scenarios[forecast.tail[place].day]))
      }
      self.drawn = drawn
    }

    /// VaR − ES.
    var margin: Double { valueAtRisk - expectedShortfall }
    /// (VaR − x)⁺.
    func excess(_ x: Double) -> Double { max(valueAtRisk - x, 0) }
  }

  /// Z, in the unit of the P&L.
  public let statistic: Double
  /// Share of the draws that are as low: one-sided, of right forecasts against too small ones.
  public let pValue: Double

  /// Of days in order of time.
  ///
  /// - Parameters:
  ///   - days: forecasts.
  ///   - realised: the P&L of each; shape `[days]`.
  ///   - perTenThousand: 10,000·(1 − α), 1…9,999.
  /// - Returns: `nil` without days.
  /// - Complexity: O(days·replicates).
  public init?(_ days: [Day], realised: [Double], perTenThousand share: Int) {
    precondition((1...9_999).contains(share), "ShortfallTest: the share must be 1 to 9,999 per 10,000")
    precondition(days.count == realised.count, "ShortfallTest: a P&L a day")
    guard !days.isEmpty else { return nil }
    var (margins, excess) = (0.0, 0.0)
    var sums = Array(repeating: 0.0, count: Self.replicates)
    for (day, x) in zip(days, realised) {
      margins += day.margin
      excess += day.excess(x)
      for (replicate, excess) in day.drawn { sums[replicate] += excess }
    }
    statistic = (margins - excess * 10_000 / Double(share)) / Double(days.count)
    pValue = Double(1 + sums.count { $0 >= excess }) / Double(1 + Self.replicates)
  }

  /// The same with Z in another unit.
  public func scaled(by factor: Double) -> ShortfallTest {
    ShortfallTest(statistic: statistic * factor, pValue: pValue)
  }
  private init(statistic: Double, pValue: Double) {
    self.statistic = statistic
    self.pValue = pValue
  }
}
