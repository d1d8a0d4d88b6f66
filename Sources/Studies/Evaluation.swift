import Backtesting
import MarketData
import Strategies

/// One strategy's records and figures over a period.
public struct Evaluation: Sendable {
  /// The configuration.
  public let strategy: Strategy
  /// One a session of the period.
  public let records: [SessionRecord]
  /// Standing hedge book a session, cents.
  public let standing: [Int64]
  /// Figures over the period.
  public let figures: Figures
  /// Everything realised a session, cents.
  public var netBySession: [Int64] { BacktestResult.net(records: records, standing: standing) }
  private let axis: PeriodAxis

  /// Any figure, `nil` where it isn't defined.
  public func value(_ metric: Metric) -> Double? {
    metric.isStreamed ? metric.value(of: figures) : book.value(metric)
  }

  /// Its sessions.
  var book: SessionBook {
    let margin = [0] + records.dropLast().map { Int64($0.quantity) * Int64($0.marginCents) }
    return SessionBook(
      net: netBySession, condor: BacktestResult.options(records), margin: margin, days: axis.days,
      moves: axis.indexMoves, accountCents: strategy.accountCents,
      facts: CondorFacts(records, hasStop: strategy.exit.stop != .none))
  }

  /// Applies margin and computes figures.
  init(
    _ strategy: Strategy, records: [SessionRecord], context: MarketContext, period: ClosedRange<Int>,
    axis: PeriodAxis
  ) {
    var records = records
    let book = StandingBook(strategy, context: context, range: period)
    standing = book.netCents
    Backtester.applyAccount(
      &records, of: strategy, standing: standing,
      hedge: HedgeMargin(strategy, standing: book, context: context, range: period))
    self.strategy = strategy
    self.records = records
    self.axis = axis
    figures = Figures(
      records: records, standing: standing, hasStop: strategy.exit.stop != .none,
      hasHedge: !strategy.hedge.isEmpty, axis: axis)
  }

  /// A finished backtest in the same form.
  public init(_ result: BacktestResult, axis: PeriodAxis) {
    strategy = result.strategy
    records = result.records
    standing = result.standing
    self.axis = axis
    figures = Figures(
      records: records, standing: standing, hasStop: strategy.exit.stop != .none,
      hasHedge: !strategy.hedge.isEmpty, axis: axis)
  }
}

/// Which of the two engines works; their results are the same in every field.
public enum Engine: String, CaseIterable, Sendable, Codable {
  /// Minute by minute, one configuration at a time: the definition.
  case reference
  /// First-passage tables and what is distinct once.
  case compiled
}

/// Evaluates many strategies over the same sessions. Sessions are the items of work; within one, strategies share
/// whatever they have in common.
public enum Evaluator {
  /// Evaluations in the order of `strategies`, the same at any number of threads; `nil` if cancelled. `onSession` is
  /// called by the worker that has finished a session.
  public static func run(
    _ strategies: [Strategy], context: MarketContext, period: ClosedRange<Int>, threads: Int,
    engine: Engine = .compiled, isCancelled: @Sendable () -> Bool = { false },
    onSession: @Sendable () -> Void = {}
  ) -> [Evaluation]? {
    let slots =
      switch engine {
      case .reference:
        reference(strategies, context, period, threads, isCancelled: isCancelled, onSession: onSession)
      case .compiled:
        compiled(strategies, context, period, threads, isCancelled: isCancelled, onSession: onSession)
      }
    let records = slots.compactMap { $0 }
    guard records.count == slots.count else { return nil }
    let axis = PeriodAxis(context.history, period: period)
    let made = Scheduler.map(count: strategies.count, threads: threads) { k in
      Evaluation(strategies[k], records: records.map { $0[k] }, context: context, period: period, axis: axis)
    }
    return made.compactMap { $0 }
  }

  /// records[session][strategy], margin not yet applied.
  private static func reference(
    _ strategies: [Strategy], _ context: MarketContext, _ period: ClosedRange<Int>, _ threads: Int,
    isCancelled: @Sendable () -> Bool, onSession: @Sendable () -> Void
  ) -> [[SessionRecord]?] {
    let engines = strategies.map { ReferenceEngine($0, context: context) }
    return Scheduler.map(count: period.count, threads: threads, isCancelled: isCancelled) { d in
      defer { onSession() }
      let i = period.lowerBound + d
      if i == period.upperBound { return engines.map { _ in SessionRecord(code: .periodEnds) } }
      let desk = SessionDesk(context, entry: i)
      return engines.map { SessionRecord($0.evaluate(desk)) }
    }
  }

  /// The same out of the compiled tables.
  private static func compiled(
    _ strategies: [Strategy], _ context: MarketContext, _ period: ClosedRange<Int>, _ threads: Int,
    isCancelled: @Sendable () -> Bool, onSession: @Sendable () -> Void
  ) -> [[SessionRecord]?] {
    var plan = CompiledPlan()
    let pairs = strategies.map { plan.addPair($0) }
    let fixed = plan
    return Scheduler.map(
      count: period.count, threads: threads, chunk: 8, isCancelled: isCancelled,
      worker: { CompiledDay(context, plan: fixed) }
    ) { day, d in
      defer { onSession() }
      let i = period.lowerBound + d
      if i == period.upperBound { return pairs.map { _ in SessionRecord(code: .periodEnds) } }
      day.move(to: i)
      return day.records(ofPairs: pairs)
    }
  }
}
