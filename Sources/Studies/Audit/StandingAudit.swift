import Backtesting
import MarketData
import Strategies

/// The standing book: a line a layer and session with its result, and the settlements that its next weights are made of; a
/// line an order of VIX calls, whose money is in that of the session.
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
      if case .vixCall(let rule) = layer.instrument {
        return calls(rule, layer, at: k, earned.netCents, period, configuration)
      }
      let isHeld = StandingBook.holding(layer.trigger, context, period)
      return zip(period, zip(earned.netCents, isHeld)).map { i, day in
        let (cents, isHeld) = (day.0, day.1 && i < period.upperBound)
        let date = context.history.sessions[i].date
        let time = TradeMinute(session: i, minute: MinuteOfDay.afterClose)
        var seen: [String: AuditLine.Value] = [:]
        let next = context.history.calendar.next(after: date) ?? date.adding(days: 5)
        let pair =
          isHeld ? context.vx.contracts(session: i, tenorDays: layer.tenorDays, expiringAfter: next) : nil
        for contract in pair ?? [] {
          let settle = context.vx.settle(contract.expiry, session: i)
          seen["vx_\(contract.expiry)_settlement_points"] = .init(settle.map { Double($0) / 1000 })
          seen["vx_\(contract.expiry)_weight_thousandths"] = .init(Double(contract.thousandths))
        }
        let action = AuditLine.Action(
          text: isHeld ? "hold \(layer.name) at \(layer.tenorDays) days" : "hold none of \(layer.name)",
          filledAt: context.history.iso(time), points: nil, quantity: isHeld ? 1 : 0,
          feesCents: 0, cents: cents)
        let line = AuditLine(
          time: context.history.iso(time), session: date.description, kind: .standingMarked,
          rule: rules.text("hedge.layers[\(k)]"), inputs: seen, action: action, configuration: configuration)
        return (time, line)
      }
    }
  }

  /// The orders of a layer of calls, and what it is worth.
  private func calls(
    _ rule: VIXCallRule, _ layer: HedgeLayer, at k: Int, _ net: [Int64], _ period: ClosedRange<Int>,
    _ configuration: String
  ) -> [(time: TradeMinute, line: AuditLine)] {
    let carry = VIXCallCarry(
      rule, contracts: Int(layer.size.amount), monetise: layer.monetise, context: context, range: period,
      costs: strategy.costs)
    var held = 0
    return zip(period, net).flatMap { i, cents -> [(time: TradeMinute, line: AuditLine)] in
      let time = TradeMinute(session: i, minute: MinuteOfDay.afterClose)
      let iso = context.history.iso(time)
      func line(_ kind: AuditLine.Kind, _ setting: String, _ action: AuditLine.Action) -> AuditLine {
        AuditLine(
          time: iso, session: context.history.sessions[i].date.description, kind: kind,
          rule: rules.text("hedge.layers[\(k)]\(setting)"), inputs: [:], action: action,
          configuration: configuration)
      }
      var lines = carry.fills.filter { $0.session == i }.map { fill -> (time: TradeMinute, line: AuditLine) in
        held += fill.action == .buy ? fill.contracts : -fill.contracts
        let kind: AuditLine.Kind =
          switch fill.action {
          case .buy: .layerOpened
          case .monetise: .monetised
          case .sell, .settle: .layerClosed
          }
        let action = AuditLine.Action(
          text: "\(fill.action.rawValue) \(layer.name): VIX call \(fill.call.expiry) \(fill.call.strike)",
          filledAt: iso, points: Double(fill.price) / 10_000, quantity: fill.contracts,
          feesCents: fill.feeCents, cents: 0)
        return (time, line(kind, fill.action == .monetise ? ".monetise" : ".instrument", action))
      }
      let mark = AuditLine.Action(
        text: "mark \(layer.name)", filledAt: iso, points: nil, quantity: held, feesCents: 0, cents: cents)
      lines.append((time, line(.standingMarked, "", mark)))
      return lines
    }
  }
}
