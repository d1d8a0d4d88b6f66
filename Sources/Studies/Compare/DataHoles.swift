import Backtesting
import MarketData
import Strategies

/// Sessions that no strategy could trade because index marks are missing. They are not missing at random: files lose
/// hours when markets are wild, so a comparison without them can look calmer than the period was.
public struct DataHoles: Sendable, Codable {
  /// Entry sessions, ascending.
  public var sessions: [String]
  /// How many fall into each bucket of VIX at the close before.
  public var byVIX: [String: Int]
  /// Largest move of the index from the close of one of these sessions to the next, percent, with its sign.
  @Nullable public var largestMovePercent: Double?
  /// What strategies without stop and hedge would have made on them, by name: those need no mark after the entry, so
  /// the official close settles them. Dollars; not part of any other figure.
  public var heldNetDollars: [String: Double]

  /// Holes of the first evaluation, and what held condors would have made on them.
  init(_ evaluations: [Evaluation], context: MarketContext, period: ClosedRange<Int>, axis: PeriodAxis) {
    sessions = []
    byVIX = [:]
    heldNetDollars = [:]
    guard let first = evaluations.first else { return }
    let history = context.history
    var holes: [Int] = []
    for (k, i) in period.enumerated() where first.records[k].code == .dataHole && i < period.upperBound {
      holes.append(i)
      sessions.append(history.sessions[i].date.description)
      byVIX[axis.vixBuckets[k], default: 0] += 1
      let move = 100 * (history.sessions[i + 1].official.close / history.sessions[i].official.close - 1)
      if move == move, abs(move) > abs(largestMovePercent ?? 0) { largestMovePercent = move }
    }
    for evaluation in evaluations where Family(evaluation.strategy) == .hold {
      let engine = ReferenceEngine(evaluation.strategy, context: context, toleratedMissingMinutes: .max)
      var cents: Int64 = 0
      for i in holes {
        if case .trade(let trade) = engine.evaluate(SessionDesk(context, entry: i)) {
          cents += trade.condorNetCents
        }
      }
      heldNetDollars[evaluation.strategy.name] = Double(cents) / 100
    }
  }
}
