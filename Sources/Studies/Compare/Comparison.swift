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
    /// A short name for tables.
    public var name: String
    /// Where the rules come from.
    public var source: String
    /// Which school it belongs to.
    public var family: Family
    /// What must be known of its settings; empty for an ordinary strategy.
    public var caveats: [String]
    /// Figures over the period.
    public var figures: Figures
    /// Those asked for besides, by name; null where one isn't defined.
    public var metrics: [String: Double?]
    /// Its standing layers, in its order.
    public var standing: [StandingLayerReport]
  }
  /// Paired difference of two strategies, a minus b, dollars a session.
  public struct Paired: Sendable, Codable {
    /// The first of the pair.
    public var a: String
    /// The second.
    public var b: String
    /// Mean of the differences.
    public var meanDollars: Double
    /// 95 % interval of the mean, Newey–West; `nil` where there is none: one session, or the same difference in
    /// all of them.
    @Nullable public var lowDollars: Double?
    /// Upper end of the 95 % interval.
    @Nullable public var highDollars: Double?
    /// Two-sided, of a mean of 0.
    @Nullable public var pValue: Double?
    /// Sessions of the period.
    public var sessions: Int
    /// Whether the interval leaves out 0.
    public var excludesZero: Bool {
      guard let lowDollars, let highDollars else { return false }
      return lowDollars > 0 || highDollars < 0
    }
  }
  /// The same difference under other marks.
  public struct Sensitivity: Sendable, Codable {
    /// Multiplier of every at-the-money volatility.
    public var levelScale: Double
    /// How the level is reanchored at the open.
    public var reanchor: String
    /// `quiet` or `stress`.
    public var halfSpread: String
    /// The paired difference.
    public var difference: Paired
  }
  /// The answer for one pair of schools.
  public struct Headline: Sendable, Codable {
    /// The paired difference.
    public var difference: Paired
    /// The difference under every level, reanchoring and spread law.
    public var sensitivity: [Sensitivity]
    /// Sign kept and 0 excluded at level × 0.88, 1 and 1.12, with the strategies' own reanchoring and spreads.
    public var isFinding: Bool
    /// A finding also with the level reanchored or not, and with half-spreads quiet or in stress.
    public var isRobust: Bool
    /// Mean difference for other seeds of simulated or bridged minutes, dollars a session; empty where minutes are
    /// quoted. How much the simulation itself matters.
    public var minuteSeedMeans: [Double]
    /// The answer in words.
    public var verdict: String
    /// The same difference by resampled days and by regime, and what these data could have shown.
    public var evidence: PairedEvidence
  }

  /// Name of the history.
  public var history: String
  /// What the prices are, in one sentence.
  public var disclosure: String
  /// First session.
  public var from: String
  /// Last session.
  public var to: String
  /// Sessions of the period.
  public var sessions: Int
  /// Sessions of the period that had a condor to sell, by year.
  public var entriesByYear: [String: Int]
  /// One row a configuration.
  public var rows: [Row]
  /// Names of the metrics asked for besides, in the order asked.
  public var metrics: [String]
  /// One a pair of stop and hedge.
  public var headlines: [Headline]
  /// Net of the hedged strategies for other seeds of the VX path inside a day.
  public var vxSeedNetDollars: [String: [Double]]
  /// Correlation of the strategies' results a session, row by row; NaN-free: `nil` where one is constant.
  public var correlation: [[Double?]]
  /// The best configurations of a study, where one was given.
  public var best: BestCorrelation?
  /// Names along the correlation.
  public var correlationNames: [String]

  /// Sessions that no strategy could trade, and what that leaves out.
  public var holes: DataHoles

  /// Level multipliers of every headline.
  public static let levelScales = [0.80, 0.88, 1.0, 1.12, 1.20]
  /// Those that decide whether a difference is a finding.
  static let coreScales = [0.88, 1.0, 1.12]
  static let vxSeeds: [UInt64] = [1, 2, 3, 4, 5]

  /// Runs the comparison. Every stop strategy is paired with every hedged one that has no stop.
  ///
  /// - Parameters:
  ///   - reseeded: the same market with other seeds of its minutes.
  ///   - seed: of the resamples of paired differences.
  ///   - metrics: told of each strategy besides its figures, those on demand included; each once.
  public init(
    _ strategies: [Strategy], market: Market, reseeded: [Market] = [], period: ClosedRange<Int>, threads: Int,
    seed: UInt64 = 1, metrics: [Metric] = []
  ) {
    let context = market.context(for: strategies)
    let evaluations = Evaluator.run(strategies, context: context, period: period, threads: threads) ?? []
    history = market.history.name
    disclosure = market.disclosure
    from = market.history.sessions[period.lowerBound].date.description
    to = market.history.sessions[period.upperBound].date.description
    sessions = period.count
    self.metrics = metrics.map(\.rawValue)
    rows = evaluations.map { evaluation in
      Row(
        name: evaluation.strategy.name, source: evaluation.strategy.source,
        family: Family(evaluation.strategy), caveats: evaluation.strategy.caveats,
        figures: evaluation.figures,
        metrics: Dictionary(
          uniqueKeysWithValues: metrics.map { ($0.rawValue, evaluation.value($0)) }),
        standing: StandingLayerReport.of(evaluation.strategy, context: context, period: period))
    }
    let axis = PeriodAxis(market.history, period: period)
    entriesByYear = Self.entries(evaluations, axis: axis)

    var pairs: [(Int, Int)] = []
    for (i, a) in rows.enumerated() where a.family == .stop {
      for (j, b) in rows.enumerated() where b.family == .alvh { pairs.append((i, j)) }
    }
    let cells = pairs.isEmpty ? [] : Self.cells(evaluations, strategies, context, period, threads)
    let others =
      pairs.isEmpty
      ? []
      : reseeded.compactMap {
        Evaluator.run(strategies, context: $0.context(for: strategies), period: period, threads: threads)
      }
    let regimes = EntryRegimes(market)
    headlines = pairs.map { i, j in
      let evidence = PairedEvidence(
        Self.differences(evaluations[i], evaluations[j]), regimes: regimes, period: period, seed: seed)
      var headline = Self.headline(
        i, j, base: evaluations, cells: cells, stop: strategies[i], evidence: evidence)
      headline.minuteSeedMeans = others.map { Self.paired($0[i], $0[j]).meanDollars }
      return headline
    }
    holes = DataHoles(evaluations, context: context, period: period, axis: axis)

    vxSeedNetDollars = [:]
    for strategy in strategies where !strategy.hedge.isEmpty {
      let seeded = Self.vxSeeds.map { seed in
        var s = strategy
        s.vxPathSeed = seed
        return s
      }
      vxSeedNetDollars[strategy.name] =
        Evaluator.run(seeded, context: context, period: period, threads: threads)?.map(\.figures.netDollars)
        ?? []
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

  /// a − b a session, dollars.
  private static func differences(_ a: Evaluation, _ b: Evaluation) -> [Double] {
    zip(a.netBySession, b.netBySession).map { Double($0 - $1) / 100 }
  }

  /// a − b a session with a Newey–West interval.
  public static func paired(_ a: Evaluation, _ b: Evaluation) -> Paired {
    let differences = differences(a, b)
    guard let interval = MeanInterval(differences) else {
      return Paired(
        a: a.strategy.name, b: b.strategy.name,
        meanDollars: differences.reduce(0, +) / Double(max(1, differences.count)), sessions: differences.count
      )
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
          let evaluations =
            changed == base.map(\.strategy)
            ? base : Evaluator.run(changed, context: context, period: period, threads: threads) ?? []
          cells.append(Cell(settings: settings, evaluations: evaluations))
        }
      }
    }
    return cells
  }

  private static func headline(
    _ i: Int, _ j: Int, base: [Evaluation], cells: [Cell], stop: Strategy,
    evidence: PairedEvidence
  ) -> Headline {
    let difference = paired(base[i], base[j])
    let sensitivity = cells.map { cell in
      Sensitivity(
        levelScale: cell.settings.levelScale, reanchor: cell.settings.reanchor.rawValue,
        halfSpread: cell.settings.stressSpreads ? "stress" : "quiet",
        difference: paired(cell.evaluations[i], cell.evaluations[j]))
    }
    let own = sensitivity.filter {
      $0.reanchor == stop.marks.reanchor.rawValue && ($0.halfSpread == "stress") == stop.marks.stressSpreads
    }
    let isFinding = isFinding(difference, sensitivity: own)
    let isRobust = isFinding && Self.isFinding(difference, sensitivity: sensitivity)
    let verdict: String
    if !isFinding {
      verdict = "no difference found: at some level of volatility the interval holds 0 or the sign turns"
    } else {
      let winner = difference.meanDollars > 0 ? "the stop earns more" : "the stop earns less"
      verdict =
        "\(winner) a session than the hedge at level × 0.88, 1 and 1.12"
        + (isRobust
          ? ", and with the level reanchored or half-spreads quiet too"
          : ", but not under every way of reanchoring the level and widening half-spreads")
    }
    return Headline(
      difference: difference, sensitivity: sensitivity, isFinding: isFinding, isRobust: isRobust,
      minuteSeedMeans: [], verdict: verdict, evidence: evidence)
  }

  /// Whether a difference keeps its sign, and its interval leaves out 0, in every cell at level × 0.88, 1 and 1.12.
  /// Without a cell at those levels nothing is found.
  static func isFinding(_ difference: Paired, sensitivity: [Sensitivity]) -> Bool {
    let core = sensitivity.filter { coreScales.contains($0.levelScale) }.map(\.difference)
    guard difference.excludesZero, !core.isEmpty else { return false }
    return core.allSatisfy { $0.excludesZero && ($0.meanDollars > 0) == (difference.meanDollars > 0) }
  }

  // MARK: Correlation

  /// How alike the best configurations of a study are.
  public struct BestCorrelation: Sendable, Codable {
    /// Name of the study.
    public var study: String
    /// The metric that was ranked by.
    public var objective: String
    /// Numbers of the trials, best first.
    public var trials: [Int]
    /// Row by row; `nil` where a series is constant.
    public var correlation: [[Double?]]
    /// Mean of the values off the diagonal.
    @Nullable public var meanCorrelation: Double?
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
