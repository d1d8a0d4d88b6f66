import Backtesting
import MarketData
import Strategies

/// The standing book, a line a layer and session: its result, and the settlements that its next weights are made of.
struct StandingAudit {
  let strategy: Strategy
  let context: MarketContext
  let rules: RuleSettings

  /// O(layers × sessions).
  func lines(
    _ period: ClosedRange<Int>, _ configuration: String
  ) -> [(time: TradeMinute, line: AuditLine)] {
    let standing = strategy.hedge.indices.filter { strategy.hedge[$0].horizon == .standing }
    let book = StandingBook(strategy, context: context, range: period)
    return zip(standing, book.layers).flatMap { k, earned in
      let layer = strategy.hedge[k]
      return zip(period, earned.netCents).map { i, cents in
        let date = context.history.sessions[i].date
        let time = TradeMinute(session: i, minute: MinuteOfDay.afterClose)
        var seen: [String: AuditLine.Value] = [:]
        let next = context.history.calendar.next(after: date) ?? date.adding(days: 5)
        let pair: [ContractWeight]? =
          if case .vx(let days) = layer.instrument {
            context.vx.contracts(session: i, tenorDays: days, expiringAfter: next)
          } else {
            nil
          }
        for contract in pair ?? [] {
          let settle = context.vx.settle(contract.expiry, session: i)
          seen["vx_\(contract.expiry)_settlement_points"] = .init(settle.map { Double($0) / 1000 })
          seen["vx_\(contract.expiry)_weight_thousandths"] = .init(Double(contract.thousandths))
        }
        let action = AuditLine.Action(
          text: "hold \(layer.name) at \(layer.tenorDays) days", filledAt: context.history.iso(time),
          points: nil,
          quantity: 1, feesCents: 0, cents: cents)
        let line = AuditLine(
          time: context.history.iso(time), session: date.description, kind: .standingMarked,
          rule: rules.text("hedge.layers[\(k)]"), inputs: seen, action: action, configuration: configuration)
        return (time, line)
      }
    }
  }
}
