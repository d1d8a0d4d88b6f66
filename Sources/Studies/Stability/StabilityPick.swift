import Backtesting
import ConfigFormats
import Pricing
import RunStore
import Search
import Strategies

/// What a stability is asked on: a market that can be drawn anew, and the period.
public struct StabilityMarket: Sendable {
  /// History, expiries and marks as given.
  public let market: Market
  /// Positions of the first and last session in the history.
  public let period: ClosedRange<Int>
  /// The same market with so much added to the seed of its minutes.
  let reseeded: @Sendable (UInt64) throws -> Market

  /// Of its parts.
  public init(
    _ market: Market, period: ClosedRange<Int>, reseeded: @escaping @Sendable (UInt64) throws -> Market
  ) {
    self.market = market
    self.period = period
    self.reseeded = reseeded
  }

  /// The market that a study was made on.
  ///
  /// - Parameter history: where the history is by now, if it has moved; `bundled` for the bundled one.
  /// - Throws: what opening it does; ``StudyError/anotherMarket(path:what:)``.
  public init(of folder: StudyFolder, _ study: StudyRecord, history: String?) throws {
    let (market, period, source) = try folder.market(of: study, history: history)
    self.init(market, period: period) { offset in
      try Market.open(history: source.history, marks: source.marks, seed: source.seed &+ offset)
    }
  }
}

/// A setting whose stability is asked: a trial of a study, or a configuration.
public struct StabilityPick: Sendable {
  /// As reports name it: the study's folder, or the configuration's name.
  let name: String
  let strategy: Strategy
  /// What it is judged by: the goals and limits of its study, for a configuration the Sharpe ratio.
  var goals = [SearchObjective(metric: .sharpe)]
  var limits: [MetricConstraint] = []
  /// What it was chosen from; `nil` for a configuration.
  var searched: Searched?

  /// What a pick was chosen from.
  struct Searched: Sendable {
    let space: SweepSpace
    let subject: SearchSubject
    let trial: Int
    let point: SearchPoint
    /// Trials that the study tried.
    let tried: Int
    /// Median objective of all trials that have one, to be minimised; `nil` where the store holds the best alone.
    let middle: Double?
    /// The best trials of the study, by its first objective.
    let top: [(trial: Int, strategy: Strategy)]
    /// Why its choice isn't that of the whole study, with the remedy; `nil` where it is.
    var partial: String?
  }

  /// A configuration.
  public init(_ strategy: Strategy) {
    name = strategy.name
    self.strategy = strategy
  }

  /// A trial of a study.
  ///
  /// - Parameters:
  ///   - asked: `best` by the study's objective, or a trial's number.
  ///   - top: trials of the study that it is ranked among, at most.
  ///   - market: opens what the study was made on.
  /// - Returns: the pick, and the market.
  /// - Throws: ``StudyError``: no such trial, or a market that isn't the study's; `RunStoreError`, `ConfigError`.
  /// - Complexity: O(trials).
  public static func of(
    _ folder: StudyFolder, pick asked: String, top: Int = 20,
    market: (StudyRecord) throws -> StabilityMarket
  ) throws -> (pick: StabilityPick, market: StabilityMarket) {
    let (store, study, space) = try folder.open()
    defer { try? store.close() }
    let trial = try folder.picked(asked, store, space).index
    let isSearch = store.hasPoints
    let subject = isSearch ? SearchSubject(space) : SearchSubject(grid: space)
    let point = try folder.point(ofTrial: trial, store, study, in: subject.space)
    var middle: Double?
    let count = try store.trialCount()
    if study.kept == nil, let ends = try store.trialEnds() {
      // a search stores what it was told, to be minimised
      let (kept, _) = try StudyExploration.scores(
        store, isSearch ? "objective_1" : space.objective.rawValue,
        isMinimised: isSearch || space.objective.lowerIsBetter, trials: ends.first..<ends.last + 1,
        count: count)
      middle = Plateau.middle(of: kept.map(\.score).filter(\.isFinite))
    }
    let best = try folder.best(top, store, space).map { record in
      (trial: record.index, strategy: try folder.strategy(of: record.index, store, space))
    }
    let opened = try market(study)
    try folder.checkSame(opened.market, study)
    var pick = StabilityPick(
      name: folder.path, strategy: try folder.strategy(of: trial, store, space),
      goals: space.section.objectives, limits: space.section.constraints)
    pick.searched = Searched(
      space: space, subject: subject, trial: trial, point: point,
      tried: study.kept == nil ? count : study.configurations, middle: middle, top: best,
      partial: try folder.partial(store, study))
    return (pick, opened)
  }

  private init(name: String, strategy: Strategy, goals: [SearchObjective], limits: [MetricConstraint]) {
    self.name = name
    self.strategy = strategy
    self.goals = goals
    self.limits = limits
  }
}

extension StudyFolder {
  /// Why a store isn't the whole study, with the remedy; `nil` where it is.
  fileprivate func partial(_ store: RunStore, _ study: StudyRecord) throws(RunStoreError) -> String? {
    if let shard = study.shard {
      return "it is shard \(shard.index + 1)/\(shard.count) of a study; join all of them by `wingspan merge`"
    }
    return try store.isFinished()
      ? nil : "the study was interrupted; go on with it by `wingspan resume \(path)`"
  }
}

extension Strategy {
  /// Whether it trades VX inside a session: its results then hang on a path that is drawn there.
  var tradesVXInside: Bool { hedge.contains { $0.horizon == .condor } }
  /// Whether it holds VIX calls.
  var holdsCalls: Bool { hedge.contains { $0.instrument.isVIXCall } }
}
