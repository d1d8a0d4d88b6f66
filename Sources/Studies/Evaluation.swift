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

  /// Applies margin and computes figures.
  init(
    _ strategy: Strategy, records: [SessionRecord], context: MarketContext, period: ClosedRange<Int>,
    axis: PeriodAxis
  ) {
    var records = records
    Backtester.applyMargin(&records, accountCents: strategy.accountCents)
    self.strategy = strategy
    self.records = records
    standing = StandingBook(strategy, context: context, range: period).netCents
    figures = Figures(
      records: records, standing: standing, hasStop: strategy.exit.stop != .none,
      hasHedge: !strategy.hedge.isEmpty, axis: axis)
  }

  /// A finished backtest in the same form.
  public init(_ result: BacktestResult, axis: PeriodAxis) {
    strategy = result.strategy
    records = result.records
    standing = result.standing
    figures = Figures(
      records: records, standing: standing, hasStop: strategy.exit.stop != .none,
      hasHedge: !strategy.hedge.isEmpty, axis: axis)
  }
}

/// Evaluates many strategies over the same sessions. Sessions are the items of work; within one, strategies that
/// pick the same strikes share one priced path.
public enum Evaluator {
  /// Evaluations in the order of `strategies`, the same at any number of threads; `nil` if cancelled. `onSession` is
  /// called by the worker that has finished a session.
  public static func run(
    _ strategies: [Strategy], context: MarketContext, period: ClosedRange<Int>, threads: Int,
    isCancelled: @Sendable () -> Bool = { false }, onSession: @Sendable () -> Void = {}
  ) -> [Evaluation]? {
    guard
      let records = records(
        strategies, context, period, threads: threads, isCancelled: isCancelled, onSession: onSession)
    else { return nil }
    let axis = PeriodAxis(context.history, period: period)
    let made = Scheduler.map(count: strategies.count, threads: threads) { k in
      Evaluation(strategies[k], records: records.map { $0[k] }, context: context, period: period, axis: axis)
    }
    return made.compactMap { $0 }
  }

  /// records[session][strategy], margin not yet applied.
  private static func records(
    _ strategies: [Strategy], _ context: MarketContext, _ period: ClosedRange<Int>, threads: Int,
    isCancelled: @Sendable () -> Bool, onSession: @Sendable () -> Void
  ) -> [[SessionRecord]]? {
    let engines = strategies.map { ReferenceEngine($0, context: context) }
    let slots = Scheduler.map(count: period.count, threads: threads, isCancelled: isCancelled) { d in
      defer { onSession() }
      let i = period.lowerBound + d
      if i == period.upperBound { return engines.map { _ in SessionRecord(code: .periodEnds) } }
      let desk = SessionDesk(context, entry: i)
      return engines.map { SessionRecord($0.evaluate(desk)) }
    }
    let finished = slots.compactMap { $0 }
    return finished.count == slots.count ? finished : nil
  }
}
