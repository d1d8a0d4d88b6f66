import Foundation
import Kernels

/// A move of the index, and one of every option's implied volatility beyond what goes with it.
struct StressScenario: Sendable, Hashable {
  /// Of the index, a share: 0.01 is 1 %.
  let move: Double
  /// Of each implied volatility, a share of it.
  let volatility: Double

  /// Nothing moves.
  static let none = StressScenario(move: 0, volatility: 0)
  /// The ten points of risk-based margin, at unmoved volatilities.
  static let margin = PortfolioLosses.moves.map { StressScenario(move: $0, volatility: 0) }

  /// What ``StressGreeks/row`` is multiplied by: m, m², v, m·v, v².
  var column: [Double] { [move, move * move, volatility, move * volatility, volatility * volatility] }

  /// How much of a volatility move a VX contract makes, as a share of its price, `days` ≥ 0 before its settlement.
  ///
  /// Log changes of VX on those of VIX9D, the shortest volatility index there is, both less what the index's move explains: slopes
  /// 0.30, 0.19, 0.12, 0.08, 0.06 and 0.04 of contracts with 0–14, 14–45, 45–75, 75–105, 105–165 and 165–260 days, 2011–2020
  /// (20,299 changes), and an exponential through them (`Tests/Golden/studies/vx_share.py`). The volatility of a day or two
  /// swings more than that of nine, so that VX would follow it by less.
  static func share(days: Int) -> Double { 0.276 * Elementary.exp(-0.0205 * Double(days)) + 0.038 }
}

/// Moves of the index × moves of volatility.
public struct StressGrid: Sendable, Hashable {
  /// Of the index, shares, ascending.
  public let moves: [Double]
  /// Of implied volatilities, shares of them, ascending.
  public let volatility: [Double]

  /// The ten points of risk-based margin and 0.
  public static let standardMoves = (PortfolioLosses.moves + [0]).sorted()
  /// Of volatility.
  public static let standardVolatility = [-0.3, -0.15, 0, 0.15, 0.3, 0.6]
  /// Moves of the index that are taken.
  public static let allowedMoves = -0.5...0.5
  /// Moves of volatility that are taken: it stays above 0.
  public static let allowedVolatility = -0.9...3.0
  private static let most = 50

  /// Of two lists, in any order.
  ///
  /// - Throws: ``StudyError/badStress(option:value:problem:)`` for an empty list, one of more than 50, a value twice or outside its
  ///   bounds.
  public init(
    moves: [Double] = Self.standardMoves, volatility: [Double] = Self.standardVolatility
  ) throws(StudyError) {
    self.moves = try Self.checked(moves, "--moves", Self.allowedMoves)
    self.volatility = try Self.checked(volatility, "--volatility", Self.allowedVolatility)
  }

  /// Percents joined by commas, as shares.
  ///
  /// - Throws: ``StudyError/badStress(option:value:problem:)`` for what is no number.
  public static func shares(_ text: String, option: String) throws(StudyError) -> [Double] {
    var made: [Double] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      let number = part.trimmingCharacters(in: .whitespaces)
      // read as a whole, so that -6.4 is the double nearest to -0.064
      guard let share = Double(number + "e-2"), share.isFinite else {
        throw .badStress(
          option: option, value: "'\(number)'",
          problem: "is no number; give percents joined by commas, as -8,-4,0,4"
        )
      }
      made.append(share)
    }
    return made
  }

  private static func checked(
    _ values: [Double], _ option: String, _ allowed: ClosedRange<Double>
  ) throws(StudyError) -> [Double] {
    guard !values.isEmpty, values.count <= most else {
      throw .badStress(
        option: option, value: "\(values.count) values", problem: "are not 1 to \(most); give that many")
    }
    // -0 is 0
    let sorted = values.map { $0 + 0 }.sorted()
    for value in sorted where !allowed.contains(value) {
      throw .badStress(
        option: option, value: Self.percent(value),
        problem: "lies outside \(Self.percent(allowed.lowerBound)) to \(Self.percent(allowed.upperBound)) %")
    }
    for (a, b) in zip(sorted, sorted.dropFirst()) where a == b {
      throw .badStress(option: option, value: Self.percent(a), problem: "stands there twice; leave one out")
    }
    return sorted
  }

  private static func percent(_ share: Double) -> String { "\((share * 10_000).rounded() / 100)" }

  /// Every cell, by rows of one move.
  var scenarios: [StressScenario] {
    moves.flatMap { move in volatility.map { StressScenario(move: move, volatility: $0) } }
  }

  /// Values of all cells as rows.
  func rows<T>(_ cells: [T]) -> [[T]] {
    moves.indices.map { Array(cells[($0 * volatility.count)..<(($0 + 1) * volatility.count)]) }
  }
}
