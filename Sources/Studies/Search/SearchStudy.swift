import Backtesting
import ConfigFormats
import Foundation
import MarketData
import RunStore
import Search

/// A whole search over a market, stored as it goes.
public struct SearchStudy: Sendable {
  /// The space file's name.
  public let file: String
  /// What is searched over.
  public let subject: SearchSubject
  /// What for.
  public let goals: [SearchObjective]
  /// What must be kept.
  public let limits: [MetricConstraint]
  /// How.
  public let method: SearchMethod
  /// Of the methods.
  public let settings: SearchSettings
  /// Of everything random.
  public let seed: UInt64
  /// When it ends.
  public let budget: SearchBudget
  /// History, expiries and marks.
  public let market: Market
  /// Positions of the first and last session in the history.
  public let period: ClosedRange<Int>
  /// Whether, and when, trials are given up on the way; for one objective that is a sum over sessions.
  public var racing: SearchSection.Racing?
  /// Keep the best so many trials and store no others, with every figure; `nil` keeps all. See ``KeptOutcomes``.
  public var keep: Int?
  /// So many trials, drawn at random, are run through the reference engine too.
  public var verify = 0
  /// Bytes that may be remembered of distinct condors and hedges.
  public var memoryBytes = 4 << 30
  /// Seconds spent on opening the history and the space, which count among the search's.
  public var loadSeconds = 0.0

  /// What a space file asks for. Without a budget a grid is worked out whole, other methods stop at
  /// ``defaultEvaluations``.
  ///
  /// - Throws: ``ConfigError`` where constraints leave no point.
  public init(_ space: SweepSpace, market: Market, period: ClosedRange<Int>) throws(ConfigError) {
    let count = space.tree.validCount()
    if count.isNone { throw space.tree.noValidPoint(count) }
    let section = space.section
    var settings = SearchSettings()
    if let population = section.population {
      settings.block = population
      settings.nsga2.population = population
      settings.cmaes.population = population
    }
    let method = SearchMethod(rawValue: section.method.rawValue) ?? .grid
    let whole = method == .grid ? SearchSettings().gridLimit : Self.defaultEvaluations
    self.init(
      file: space.document.file, subject: SearchSubject(space), goals: section.objectives,
      limits: section.constraints, method: method, settings: settings, seed: section.seed,
      budget: SearchBudget(
        evaluations: section.budget.evaluations ?? whole, seconds: section.budget.seconds,
        stagnation: section.budget.stagnationGenerations), market: market, period: period)
    racing = section.racing
  }

  /// Whether results a session are stored.
  var keepsDaily: Bool { budget.evaluations <= Sweep.dailyLimit }

  /// Points evaluated where the file sets no budget.
  public static let defaultEvaluations = 10_000

  /// Of its parts.
  public init(
    file: String, subject: SearchSubject, goals: [SearchObjective], limits: [MetricConstraint],
    method: SearchMethod,
    settings: SearchSettings, seed: UInt64, budget: SearchBudget, market: Market, period: ClosedRange<Int>
  ) {
    self.file = file
    self.subject = subject
    self.goals = goals
    self.limits = limits
    self.method = method
    self.settings = settings
    self.seed = seed
    self.budget = budget
    self.market = market
    self.period = period
  }

  /// How far a search is.
  public struct Progress: Sendable {
    /// Trials so far, and at most.
    public let done: Int
    /// Trials at most.
    public let total: Int
    /// Hypervolume, or the best objective as the metric gives it; `nil` as long as nothing is feasible.
    public let reached: Double?
    /// Wall-clock seconds.
    public let seconds: Double
    /// Of those that are kept as the best, how many are stored with their figures on demand, once the search has ended.
    public var kept: (stored: Int, of: Int)?
  }

  /// Runs the search and appends each generation to `store`; generations that it holds already are not run again. Where the
  /// best are kept, they are stored at the end, in an empty store.
  ///
  /// - Parameters:
  ///   - isCancelled: asked between items; finished generations are kept, the one under way is dropped.
  /// - Throws: ``RunStoreError`` from the store, ``SearchError`` where the method can't work on the space,
  ///   ``EngineDifference`` if a verified trial isn't the same by the reference engine.
  public func run(
    threads: Int, store: RunStore?, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: (Progress) -> Void = { _ in }
  ) throws -> SearchSummary {
    let known = try (keep == nil ? store : nil).map {
      try SearchLayout(self, PeriodAxis(market.history, period: period)).known($0)
    }
    return try run(
      threads: threads, store: store, known: known ?? [], isCancelled: isCancelled, progress: progress)
  }

  func run(
    threads: Int, store: RunStore?, known: [[PointEvaluation]] = [],
    isCancelled: @escaping @Sendable () -> Bool = { false }, progress: (Progress) -> Void = { _ in }
  ) throws -> SearchSummary {
    let clock = ContinuousClock()
    let start = clock.now
    func seconds() -> Double { (clock.now - start) / .seconds(1) + loadSeconds }
    let axis = PeriodAxis(market.history, period: period)
    let run = try searchRun(over: axis)
    var evaluator = CandidateEvaluator(
      market: market, period: period, threads: threads, memoryBytes: memoryBytes)
    let layout = SearchLayout(self, axis)
    let keepsDaily = keepsDaily
    let writer = keep == nil ? store.map { TrialWriter($0) } : nil
    var kept = keep.map { KeptOutcomes(limit: $0) }
    var checked = SearchVerification(count: verify)
    var steps =
      known.isEmpty
      ? []
      : try store?.generations().map {
        SearchSummary.Step(
          generation: $0.generation, evaluations: $0.evaluationsBefore + $0.trials,
          hypervolume: $0.hypervolume,
          best: $0.best)
      } ?? []
    // what was handed over is stored, whatever ends the search
    defer { try? writer?.finish() }
    let found = try run.run(
      evaluator: &evaluator, known: known, withBooks: keepsDaily || verify > 0, isCancelled: isCancelled,
      elapsed: seconds
    ) { generation in
      try writer?.write { try layout.append(generation, to: $0, withDaily: keepsDaily) }
      kept?.take(generation, layout.line(generation))
      checked.see(generation)
      let best = generation.best.map { goals[0].isMinimised ? $0 : -$0 }
      steps.append(
        SearchSummary.Step(
          generation: generation.number, evaluations: generation.first + generation.outcomes.count,
          hypervolume: generation.hypervolume, best: best))
      progress(
        Progress(
          done: generation.first + generation.outcomes.count, total: budget.evaluations,
          reached: generation.hypervolume ?? best, seconds: seconds()))
    }
    try writer?.finish()
    var summary = SearchSummary(self, found.progress, threads: threads, axis: axis)
    summary.ended = found.end
    summary.racing = racing.map { rules in
      run.audit(found, rules, seed: seed, &evaluator, sessions: period.count, isCancelled: isCancelled)
    }
    summary.verified = try checked.check(
      self, onDemand: run.scale.onDemand, threads: threads, isCancelled: isCancelled)
    summary.kept = kept?.held ?? summary.evaluations
    if let kept, let store {
      let isStopped = summary.interrupted
      let done = found.progress.evaluations
      summary.kept = try self.store(
        kept, in: store, layout: layout, evaluator: evaluator,
        isCancelled: { !isStopped && isCancelled() },
        during: {
          progress(
            Progress(done: done, total: budget.evaluations, reached: nil, seconds: seconds(), kept: $0))
        })
      if summary.kept < kept.held { summary.ended = .interrupted }
    }
    summary.progress = steps
    summary.resumed = known.reduce(0) { $0 + $1.count }
    summary.distinctCondors = evaluator.builtRows
    summary.distinctHedges = evaluator.builtColumns
    summary.generalPath = evaluator.generalPath
    summary.seconds = seconds()
    summary.phases = SearchSummary.Phases(
      load: loadSeconds, build: evaluator.buildSeconds, score: evaluator.scoreSeconds,
      search: found.searchSeconds,
      read: found.readSeconds, store: writer?.seconds ?? 0)
    return summary
  }
}
