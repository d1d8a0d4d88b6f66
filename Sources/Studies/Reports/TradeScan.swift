import Backtesting
import Strategies

/// Every trade of some strategies, and what was read off it while the marks that it was made on were at hand.
struct TradeScan<Value: Sendable>: Sendable {
  /// In the order of the strategies; those of the reference engine.
  let evaluations: [Evaluation]
  /// values[strategy][session of the period]: `nil` where nothing was sold.
  let values: [[Value?]]

  /// Runs the strategies session by session, each session on one thread.
  ///
  /// - Parameter read: called for every trade that the rules make, refused for want of margin or not.
  /// - Complexity: O(strategies × sessions × minutes).
  init(
    _ strategies: [Strategy], context: MarketContext, period: ClosedRange<Int>, threads: Int,
    read: @Sendable (Trade, Strategy, PricedSurface, SessionDesk) -> Value
  ) {
    let engines = strategies.map { ReferenceEngine($0, context: context) }
    let found = Scheduler.map(count: period.count, threads: threads) { d -> [(SessionRecord, Value?)] in
      let i = period.lowerBound + d
      guard i < period.upperBound else { return engines.map { _ in (SessionRecord(code: .periodEnds), nil) } }
      let desk = SessionDesk(context, entry: i)
      return engines.map { engine in
        let evaluation = engine.evaluate(desk)
        guard case .trade(let trade) = evaluation, let priced = engine.pricedSurface(desk) else {
          return (SessionRecord(evaluation), nil)
        }
        return (SessionRecord(evaluation), read(trade, engine.strategy, priced, desk))
      }
    }.compactMap { $0 }
    let axis = PeriodAxis(context.history, period: period)
    let made = strategies.indices.map { k in
      Evaluation(
        strategies[k], records: found.map { $0[k].0 }, context: context, period: period, axis: axis)
    }
    evaluations = made
    values = strategies.indices.map { k in
      zip(made[k].records, found).map { record, cells in record.code == .traded ? cells[k].1 : nil }
    }
  }
}
