import Kernels

/// Were losses beyond the value at risk as large, and as many, as the expected shortfalls said?
///
/// Z₂ = 1 − Σ x·1(x in the tail)/(ES·N·(1 − α)): 0 on average if forecasts are right, −1 if there were twice as many or
/// twice as large losses. How likely so low a number is, is found by drawing the days from their own forecasts.
///
/// - Source: C. Acerbi and B. Székely, "Back-testing expected shortfall", Risk (December 2014), test 2 and its
///   significance by simulation.
public struct ShortfallTest: Hashable, Sendable, Codable {
  /// Times that the days are drawn.
  public static let replicates = 999

  /// What one day's forecast says of it.
  public struct Day: Sendable {
    /// The expected shortfall, < 0.
    let shortfall: Double
    /// x·w/ES in those replicates in which the day drawn lies in its tail, or at its edge.
    let drawn: [(replicate: Int, ratio: Double)]

    /// Of a forecast.
    ///
    /// - Parameters:
    ///   - scenarios: P&L by scenario, of which the forecast was made.
    ///   - random: of the day; the same draws for all books of a day.
    /// - Returns: `nil` where the expected shortfall is no loss.
    /// - Complexity: O(replicates).
    public init?(_ forecast: TailForecast, scenarios: [Double], random: inout Philox) {
      guard forecast.risk.expectedShortfall < 0 else { return nil }
      shortfall = forecast.risk.expectedShortfall
      var drawn: [(replicate: Int, ratio: Double)] = []
      let edge = forecast.shareOfTies * forecast.risk.valueAtRisk / shortfall
      for replicate in 0..<ShortfallTest.replicates {
        let place = random.integer(below: scenarios.count)
        // the tail begins with the worst and ends with some of its ties
        if place < forecast.below {
          drawn.append((replicate, scenarios[forecast.tail[place].day] / shortfall))
        } else if place < forecast.below + forecast.ties {
          drawn.append((replicate, edge))
        }
      }
      self.drawn = drawn
    }
  }

  /// Days with a forecast of a loss, N.
  public let days: Int
  /// Z₂.
  public let statistic: Double
  /// Share of the draws that are as low: one-sided, of right forecasts against too small ones.
  public let pValue: Double

  /// Of days in any order.
  ///
  /// - Parameters:
  ///   - days: each with x·w of it: its P&L times the share of it that lies in the tail (``TailForecast/weight(of:)``).
  ///   - perTenThousand: 10,000·(1 − α), 1…9,999.
  /// - Returns: `nil` without days.
  /// - Complexity: O(N·replicates).
  public init?(_ days: [(day: Day, beyond: Double)], perTenThousand share: Int) {
    precondition((1...9_999).contains(share), "ShortfallTest: the share must be 1 to 9,999 per 10,000")
    guard !days.isEmpty else { return nil }
    self.days = days.count
    let scale = Double(days.count) * Double(share) / 10_000
    var realised = 0.0
    var sums = Array(repeating: 0.0, count: Self.replicates)
    for (day, beyond) in days {
      realised += beyond / day.shortfall
      for (replicate, ratio) in day.drawn { sums[replicate] += ratio }
    }
    statistic = 1 - realised / scale
    pValue = Double(1 + sums.count { $0 >= realised }) / Double(1 + Self.replicates)
  }
}
