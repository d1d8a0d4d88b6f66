import Backtesting
import Foundation
import Kernels
import MarketData
import Pricing
import Statistics
import Strategies

/// Several strategies on the same sessions: figures side by side, and what the difference is worth.
public struct Comparison: Sendable, Codable {
  /// One strategy's row.
  public struct Row: Sendable, Codable {
    public var name: String
    public var source: String
    public var family: Family
    public var figures: Figures
  }
  /// Paired difference of two strategies, a minus b, dollars a session.
  public struct Paired: Sendable, Codable {
    public var a: String
    public var b: String
    public var meanDollars: Double
    /// 95 % interval of the mean, Newey–West.
    public var lowDollars: Double
    public var highDollars: Double
    public var pValue: Double
    public var sessions: Int
    /// Whether the interval leaves out 0.
    public var excludesZero: Bool { lowDollars > 0 || highDollars < 0 }
  }
  /// The same difference under other marks.
  public struct Sensitivity: Sendable, Codable {
    public var levelScale: Double
    public var reanchor: String
    public var halfSpread: String
    public var difference: Paired
  }
  /// The answer for one pair of schools.
  public struct Headline: Sendable, Codable {
    public var difference: Paired
    public var sensitivity: [Sensitivity]
    /// Sign kept and 0 excluded at level × 0.88, 1 and 1.12, with the strategies' own reanchoring and spreads.
    public var isFinding: Bool
    /// A finding also with the level reanchored or not, and with half-spreads quiet or in stress.
    public var isRobust: Bool
    public var verdict: String
  }

  public var history: String
  public var disclosure: String
  public var from: String
  public var to: String
  public var sessions: Int
  /// Sessions of the period that had a condor to sell, by year.
  public var entriesByYear: [String: Int]
  public var rows: [Row]
  public var headlines: [Headline]
  /// Net of the hedged strategies for other seeds of the VX path inside a day.
  public var vxSeedNetDollars: [String: [Double]]
  /// Correlation of the strategies' results a session, row by row; NaN-free: `nil` where one is constant.
  public var correlation: [[Double?]]
  /// The best configurations of a study, where one was given.
  public var best: BestCorrelation?
  /// Names along the correlation.
  public var correlationNames: [String]

  /// Level multipliers of every headline.
  public static let levelScales = [0.80, 0.88, 1.0, 1.12, 1.20]
  /// Those that decide whether a difference is a finding.
  static let coreScales = [0.88, 1.0, 1.12]
  static let vxSeeds: [UInt64] = [1, 2, 3, 4, 5]

  /// Runs the comparison. Every stop strategy is paired with every hedged one that has no stop.
  public init(_ strategies: [Strategy], market: Market, period: ClosedRange<Int>, threads: Int) throws(StudyError) {
    let context = market.context(for: strategies)
    let evaluations = Evaluator.run(strategies, context: context, period: period, threads: threads) ?? []
    history = market.history.name
    disclosure = market.disclosure
    from = market.history.sessions[period.lowerBound].date.description
    to = market.history.sessions[period.upperBound].date.description
    sessions = period.count
    rows = evaluations.map {
      Row(
        name: $0.strategy.name, source: $0.strategy.source, family: Family($0.strategy), figures: $0.figures)
    }
    let axis = PeriodAxis(market.history, period: period)
    entriesByYear = Self.entries(evaluations, axis: axis)

    var pairs: [(Int, Int)] = []
    for (i, a) in rows.enumerated() where a.family == .stop {
      for (j, b) in rows.enumerated() where b.family == .alvh { pairs.append((i, j)) }
    }
    let cells = pairs.isEmpty ? [] : Self.cells(evaluations, strategies, context, period, threads)
    headlines = pairs.map { i, j in
      Self.headline(i, j, base: evaluations, cells: cells, stop: strategies[i])
    }

    vxSeedNetDollars = [:]
    for strategy in strategies where !strategy.hedge.isEmpty {
      let seeded = Self.vxSeeds.map { seed in
        var s = strategy
        s.vxPathSeed = seed
        return s
      }
      vxSeedNetDollars[strategy.name] =
        Evaluator.run(seeded, context: context, period: period, threads: threads)?.map(\.figures.netDollars) ?? []
    }
    (correlationNames, correlation) = Self.correlate(
      names: rows.map(\.name), series: evaluations.map(\.netBySession))
  }

  private static func entries(_ evaluations: [Evaluation], axis: PeriodAxis) -> [String: Int] {
    guard let first = evaluations.first else { return [:] }
    var result: [String: Int] = [:]
    for (record, year) in zip(first.records, axis.years)
    where record.code != .noListedExpiry && record.code != .periodEnds { result[year, default: 0] += 1 }
    return result
  }

  // MARK: Paired differences

  /// a − b a session with a Newey–West interval.
  public static func paired(_ a: Evaluation, _ b: Evaluation) -> Paired {
    let differences = zip(a.netBySession, b.netBySession).map { Double($0 - $1) / 100 }
    guard let interval = MeanInterval(differences) else {
      return Paired(
        a: a.strategy.name, b: b.strategy.name, meanDollars: differences.first ?? 0, lowDollars: -.greatestFiniteMagnitude,
        highDollars: .greatestFiniteMagnitude, pValue: 1, sessions: differences.count)
    }
    return Paired(
      a: a.strategy.name, b: b.strategy.name, meanDollars: interval.mean, lowDollars: interval.low,
      highDollars: interval.high, pValue: interval.pValue, sessions: differences.count)
  }

  private struct Cell {
    let settings: MarkSettings
    let evaluations: [Evaluation]
  }

  private static func cells(
    _ base: [Evaluation], _ strategies: [Strategy], _ context: MarketContext, _ period: ClosedRange<Int>,
    _ threads: Int
  ) -> [Cell] {
    var cells: [Cell] = []
    for reanchor in MarkSettings.Reanchor.allCases {
      for stress in [false, true] {
        for scale in levelScales {
          var settings = MarkSettings()
          settings.levelScale = scale
          settings.reanchor = reanchor
          settings.stressSpreads = stress
          let changed = strategies.map { strategy in
            var s = strategy
            s.marks = settings
            s.marks.assumeCloseKnown = strategy.marks.assumeCloseKnown
            return s
          }
          let evaluations = changed == base.map(\.strategy)
            ? base : Evaluator.run(changed, context: context, period: period, threads: threads) ?? []
          cells.append(Cell(settings: settings, evaluations: evaluations))
        }
      }
    }
    return cells
  }

  private static func headline(
    _ i: Int, _ j: Int, base: [Evaluation], cells: [Cell], stop: Strategy
  ) -> Headline {
    let difference = paired(base[i], base[j])
    let sensitivity = cells.map { cell in
      Sensitivity(
        levelScale: cell.settings.levelScale, reanchor: cell.settings.reanchor.rawValue,
        halfSpread: cell.settings.stressSpreads ? "stress" : "quiet",
        difference: paired(cell.evaluations[i], cell.evaluations[j]))
    }
    func survives(_ cells: [Sensitivity]) -> Bool {
      cells.map(\.difference).allSatisfy {
        $0.excludesZero && ($0.meanDollars > 0) == (difference.meanDollars > 0)
      }
    }
    let core = sensitivity.filter { coreScales.contains($0.levelScale) }
    let isFinding = survives(
      core.filter {
        $0.reanchor == stop.marks.reanchor.rawValue
          && ($0.halfSpread == "stress") == stop.marks.stressSpreads
      })
    let isRobust = isFinding && survives(core)
    let verdict: String
    if !isFinding {
      verdict = "no difference found: at some level of volatility the interval holds 0 or the sign turns"
    } else {
      let winner = difference.meanDollars > 0 ? "the stop earns more" : "the stop earns less"
      verdict = "\(winner) a session than the hedge at level × 0.88, 1 and 1.12"
        + (isRobust
          ? ", and with the level reanchored or half-spreads quiet too"
          : ", but not under every way of reanchoring the level and widening half-spreads")
    }
    return Headline(
      difference: difference, sensitivity: sensitivity, isFinding: isFinding, isRobust: isRobust,
      verdict: verdict)
  }

  // MARK: Correlation

  /// How alike the best configurations of a study are.
  public struct BestCorrelation: Sendable, Codable {
    public var study: String
    public var objective: String
    /// Numbers of the trials, best first.
    public var trials: [Int]
    public var correlation: [[Double?]]
    /// Mean of the values off the diagonal.
    public var meanCorrelation: Double?
  }

  /// Correlation of results a session through OpenBLAS; a constant series has none.
  public static func correlate(names: [String], series: [[Int64]]) -> ([String], [[Double?]]) {
    guard let length = series.first?.count, length > 1 else { return (names, []) }
    let flat = OpenBLAS.correlationMatrix(columns: series.map { $0.map { Double($0) / 100 } })
    let n = series.count
    let matrix = (0..<n).map { i in
      (0..<n).map { j -> Double? in
        let value = flat[i * n + j]
        return value.isFinite ? min(max(value, -1), 1) : nil
      }
    }
    return (names, matrix)
  }
}
