import Backtesting
import ConfigFormats
import Foundation
import MarketData
import RunStore
import Strategies
import Synchronization

/// Backtests every configuration of a space over the same sessions, on all cores.
///
/// Work is cut into blocks of configurations; within a block each session is one item, so that configurations that
/// pick the same strikes share one priced path. Records land in slots by (session, configuration), figures are
/// made in configuration order: the result is the same at any number of threads.
public struct Sweep: Sendable {
  /// How far a sweep is.
  public struct Progress: Sendable {
    /// Configurations finished.
    public let done: Int
    /// Configurations in the grid.
    public let total: Int
    /// Configurations × sessions evaluated, those of the block under way included.
    public let configDays: Int
    /// Configurations × sessions in all.
    public let allConfigDays: Int
    /// Wall-clock seconds.
    public let seconds: Double
    /// Of those that are kept as the best, how many are stored with their figures on demand, once all are scored.
    public var kept: (stored: Int, of: Int)?
  }
  /// Daily results are kept in the store up to this many configurations.
  public static let dailyLimit = 5_000
  /// Configurations scored and stored together, and kept together when a sweep is interrupted; the results don't depend
  /// on it. The list of a grid that goes through one by one is cut at ``listBlock``.
  public var blockSize = 131_072
  /// Records of a list's block take about 60 MB at five years.
  static let listBlock = 1_024

  /// Kept trials whose figures on demand are worked out, and that are stored, together; the results don't depend on it.
  var keptBlock = 1_024

  /// The space file.
  public let space: SweepSpace
  /// History, expiries and marks.
  public let market: Market
  /// Positions of the first and last session in the history.
  public let period: ClosedRange<Int>
  /// Which engine works; the results don't depend on it.
  public var engine = Engine.compiled
  /// Bytes that the outcome matrices of a grid may take; larger ones are worked out piece by piece.
  public var memoryBytes = 4 << 30
  /// Keep the best so many trials by the objective and store no others; `nil` keeps all.
  public var keep: Int?
  /// Seconds spent on opening the history and the space, which count among the sweep's.
  public var loadSeconds = 0.0
  /// So many configurations, drawn at random, are run through the reference engine too.
  public var verify = 0
  /// Which part of the grid is worked out; `nil` for all of it. What it has of settings at its ends is worked out whole,
  /// its trials alone are stored.
  public var shard: ShardRecord? {
    didSet { product = shard.map { whole.restricted(to: $0.trials(of: space.count)) } ?? whole }
  }
  /// Trials that the store holds already: they are worked out again, for the summary, and not stored again. Where the best
  /// are kept, those of them that turn out not to be among the best are taken back.
  public var stored = RangeSet<Int>()
  /// The grid as condor settings and hedge settings, or what a shard needs of it.
  private(set) var product: ProductSpace
  private let whole: ProductSpace
  /// Every configuration of the space, in its order; made anew each time.
  var strategies: [Strategy] {
    (0..<space.count).compactMap { trial in
      product.settings(of: trial).map { product.strategy(condor: $0.condor, hedge: $0.hedge) }
    }
  }

  /// Reads every setting, so that a bad one is known before anything runs or is replaced.
  ///
  /// - Throws: ``ConfigError`` for the first configuration that isn't a strategy, and for a space that is no flat grid.
  public init(space: SweepSpace, market: Market, period: ClosedRange<Int>) throws(ConfigError) {
    try space.checkIsFlatGrid()
    whole = try ProductSpace(space)
    product = whole
    self.space = space
    self.market = market
    self.period = period
  }

  /// Runs the grid and appends every trial to `store` in configuration order.
  ///
  /// - Parameters:
  ///   - isCancelled: asked between items; finished blocks are kept, the one under way is dropped.
  ///   - progress: called after each block on the calling thread.
  ///   - during: called by the workers, often; must be quick.
  /// - Throws: ``RunStoreError`` from the store; ``EngineDifference`` if a verified configuration is not the same in
  ///   every field of every session.
  public func run(
    threads: Int, store: RunStore?, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Progress) -> Void = { _ in }, during: @escaping @Sendable (Progress) -> Void = { _ in }
  ) throws -> SweepSummary {
    let clock = ContinuousClock()
    let start = clock.now
    // every layer and every condor is in one of these
    let parts =
      product.condors + product.hedges.indices.map { product.strategy(condor: 0, hedge: $0) }
    let context = market.context(for: parts)
    let layout = layout
    var summary = SweepSummary(
      space: space, strategies: parts, market: market, period: period, threads: threads)

    let total = space.count
    let days = Atomic<Int>(0)
    let sessions = period.count
    @Sendable func report(done: Int) -> Progress {
      Progress(
        done: done, total: total, configDays: days.load(ordering: .relaxed),
        allConfigDays: total * sessions, seconds: (clock.now - start) / .seconds(1))
    }
    // what hangs on the condor's own fate is no product: it goes through one by one, over the same tables
    summary.generalPath = product.coupledCount
    if engine == .compiled, summary.generalPath == 0 {
      let ending = try ProductSweep(sweep: self, space: product, context: context, layout: layout).run(
        threads: threads, memoryBytes: memoryBytes, store: store, summary: &summary, isCancelled: isCancelled,
        report: { done in
          days.store(done * sessions, ordering: .relaxed)
          progress(report(done: done))
        }, during: { during(report(done: $0)) },
        keeping: { kept in
          var now = report(done: total)
          now.kept = kept
          during(now)
        })
      if ending != .tooLarge {
        summary.interrupted = ending == .cancelled
        summary.finish(seconds: (clock.now - start) / .seconds(1), load: loadSeconds)
        return summary
      }
    }
    let strategies = strategies
    let blockSize = min(blockSize, Self.listBlock)
    let checked = SweepVerification(strategies, count: verify, context: context, period: period)
    var kept = keep.map { KeptTrials(limit: min($0, space.count), objective: space.objective) }
    var first = 0
    while first < strategies.count {
      let block = Array(strategies[first..<min(first + blockSize, strategies.count)])
      guard
        let evaluations = Evaluator.run(
          block, context: context, period: period, threads: threads, engine: engine,
          isCancelled: isCancelled,
          onSession: { [first, count = block.count] in
            days.wrappingAdd(count, ordering: .relaxed)
            during(report(done: first))
          })
      else {
        summary.interrupted = true
        break
      }
      let offset = first
      summary.verified += try checked.check(evaluations, from: first, threads: threads)
      let results = Scheduler.map(count: block.count, threads: threads) { k in
        trial(offset + k, evaluations[k])
      }
      var settings: [SettingRecord] = []
      var columns = TrialColumns(layout)
      for case let result? in results {
        summary.add(result)
        if kept != nil {
          summary.rescored += 1
          kept?.take(result)
          continue
        }
        settings.append(TrialLayout.setting(result.index, result.figures))
        columns.append(result.index, setting: result.index, result.figures, net: result.dailyCents)
      }
      if kept == nil {
        try store?.append(wanted(columns).block(), settings: settings)
      }
      first += block.count
      progress(report(done: first))
    }
    if let kept {
      try finish(
        kept, &summary, in: store, layout: layout, threads: threads, isCancelled: isCancelled,
        during: { [done = summary.completed] kept in
          var now = report(done: done)
          now.kept = kept
          during(now)
        })
    } else {
      summary.kept = summary.completed
    }
    summary.finish(seconds: (clock.now - start) / .seconds(1), load: loadSeconds)
    return summary
  }

  /// Checks that the best ``keep`` can be found by screening and fit in memory.
  ///
  /// - Throws: ``StudyError/notScreenable(file:objective:)``, ``StudyError/keepsTooMany(file:keep:limit:)``.
  public func checkKeep() throws(StudyError) {
    guard let keep else { return }
    guard space.objective.isScreenable else {
      throw .notScreenable(file: space.document.file, objective: space.objective.rawValue)
    }
    // figures, cents a year, daily cents, and room for those that are to be cut
    let bytes =
      400 + 8 * (layout.years.count + layout.onDemand.count)
      + (space.count <= Self.dailyLimit ? 8 * period.count : 0)
    let limit = memoryBytes / 2 / (bytes + bytes / 4)
    guard min(keep, space.count) <= limit else {
      throw .keepsTooMany(file: space.document.file, keep: keep, limit: limit)
    }
  }

  /// Those of some trials that are to be stored.
  func wanted(_ columns: TrialColumns) -> TrialColumns {
    guard shard != nil || !stored.isEmpty else { return columns }
    let part = shard.map { $0.trials(of: space.count) } ?? 0..<space.count
    return columns.only { part.contains($0) && !stored.contains($0) }
  }

  /// What the store keeps of a trial: every figure where only the best are kept, else those that are streamed.
  var layout: TrialLayout {
    TrialLayout(PeriodAxis(market.history, period: period), onDemand: keep == nil ? [] : Metric.onDemand)
  }

  private func trial(_ index: Int, _ evaluation: Evaluation) -> SweepTrial {
    SweepTrial(
      index: index, assignments: space.assignments(at: index).map(\.text), figures: evaluation.figures,
      dailyCents: space.count <= Self.dailyLimit ? evaluation.netBySession : nil,
      family: Family(evaluation.strategy), objective: space.objective.value(of: evaluation.figures))
  }
}

/// Which school a configuration belongs to.
public enum Family: String, Sendable, Codable, CaseIterable {
  case hold
  case stop
  case alvh
  case both

  /// By what the strategy has.
  public init(_ s: Strategy) { self.init(hasStop: s.exit.stop != .none, hasHedge: !s.hedge.isEmpty) }

  /// By what there is.
  init(hasStop: Bool, hasHedge: Bool) {
    switch (hasStop, hasHedge) {
    case (false, false): self = .hold
    case (true, false): self = .stop
    case (false, true): self = .alvh
    case (true, true): self = .both
    }
  }
}

/// One finished configuration of a sweep.
struct SweepTrial: Sendable {
  let index: Int
  let assignments: [String]
  let figures: Figures
  let dailyCents: [Int64]?
  let family: Family
  let objective: Double?
}
