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
  public var keep: Int? { didSet { narrow() } }
  /// Seconds spent on opening the history and the space, which count among the sweep's.
  public var loadSeconds = 0.0
  /// So many configurations, drawn at random, are run through the reference engine too.
  public var verify = 0
  /// Which part of the grid is worked out; `nil` for all of it.
  public var shard: ShardRecord? { didSet { narrow() } }
  /// Trials that the store holds already: they are read and not worked out again. Where the best are kept, all are scored
  /// again, since the store doesn't tell of the others, and stored ones that aren't among the best are taken back.
  public var stored = RangeSet<Int>() { didSet { narrow() } }
  /// The grid as condor settings and hedge settings, or what is needed of it for the trials that are to be worked out.
  private(set) var product: ProductSpace
  private let whole: ProductSpace
  /// Every configuration to be worked out, in the order of the space; made anew each time.
  var strategies: [Strategy] {
    product.trials.numbers.compactMap { trial in
      product.settings(of: trial).map { product.strategy(condor: $0.condor, hedge: $0.hedge) }
    }
  }

  private mutating func narrow() {
    var trials = RangeSet(shard.map { $0.trials(of: space.count) } ?? 0..<space.count)
    if keep == nil { trials.subtract(stored) }
    product = trials == whole.trials ? whole : whole.restricted(to: trials)
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
    // every layer and every condor is in one of these; what is stored and what isn't may be the best
    let parts = whole.condors + whole.hedges.indices.map { whole.strategy(condor: 0, hedge: $0) }
    let context = market.context(for: parts)
    let layout = layout
    var summary = SweepSummary(
      space: space, strategies: parts, market: market, period: period, threads: threads)
    var picks = ProductPicks(space.objective)
    if let store, keep == nil { try recall(store, &summary, &picks) }

    let total = product.trials.total
    let days = Atomic<Int>(0)
    let sessions = period.count
    @Sendable func report(done: Int) -> Progress {
      Progress(
        done: done, total: total, configDays: days.load(ordering: .relaxed),
        allConfigDays: total * sessions, seconds: (clock.now - start) / .seconds(1))
    }
    // what hangs on the condor's own fate is no product: it goes through one by one, over the same tables
    summary.generalPath = whole.coupledCount
    if engine == .compiled, product.coupledCount == 0 {
      let ending = try ProductSweep(
        sweep: self, space: product, context: context, layout: layout, threads: threads
      ).run(
        threads: threads, memoryBytes: memoryBytes, store: store, summary: &summary, picks: &picks,
        isCancelled: isCancelled,
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
        summary.choose(picks, sweep: self, context: context, threads: threads)
        summary.finish(seconds: (clock.now - start) / .seconds(1), load: loadSeconds)
        return summary
      }
    }
    let (trials, strategies) = (product.trials.numbers, strategies)
    let blockSize = min(blockSize, Self.listBlock)
    let checked = SweepVerification(
      strategies, trials: trials, count: verify, context: context, period: period)
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
        trial(trials[offset + k], evaluations[k])
      }
      var settings: [SettingRecord] = []
      var columns = TrialColumns(layout)
      for case let result? in results {
        summary.add(result)
        if result.figures.trades > 0 {
          picks.see(result.objective, trial: result.index, family: result.family)
        }
        if kept != nil {
          summary.rescored += 1
          kept?.take(result)
          continue
        }
        settings.append(TrialLayout.setting(result.index, result.figures))
        columns.append(result.index, setting: result.index, result.figures, net: result.dailyCents)
      }
      if kept == nil {
        try store?.append(columns.block(), settings: settings)
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
    summary.choose(picks, sweep: self, context: context, threads: threads)
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

  /// Numbers of trials that are read from the store at a time.
  private static let recalled = 65_536

  /// Counts the trials that the store holds already, and finds the best of them.
  private func recall(
    _ store: RunStore, _ summary: inout SweepSummary, _ picks: inout ProductPicks
  ) throws(RunStoreError) {
    let names = [Metric.trades.rawValue, space.objective.rawValue]
    guard let first = stored.ranges.first?.lowerBound, let end = stored.ranges.last?.upperBound else {
      return
    }
    for start in stride(from: first, to: end, by: Self.recalled) {
      for (trial, values) in try store.values(of: names, trials: start..<min(start + Self.recalled, end)) {
        let trades = Int(values[0] ?? 0)
        summary.recall(trades: trades)
        guard trades > 0, picks.mayTake(values[1]), let (condor, hedge) = whole.settings(of: trial)
        else { continue }
        picks.see(values[1], trial: trial, family: whole.family(condor: condor, hedge: hedge))
      }
    }
  }

  /// What the store keeps of a trial: every figure where only the best are kept, else those that are streamed.
  var layout: TrialLayout {
    TrialLayout(PeriodAxis(market.history, period: period), onDemand: keep == nil ? [] : Metric.onDemand)
  }

  private func trial(_ index: Int, _ evaluation: Evaluation) -> SweepTrial {
    SweepTrial(
      index: index, figures: evaluation.figures,
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
  public init(_ s: Strategy) { self.init(hasStop: s.exit.stopsOut, hasHedge: !s.hedge.isEmpty) }

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
  let figures: Figures
  let dailyCents: [Int64]?
  let family: Family
  let objective: Double?
}
