import Backtesting
import MarketData
import Pricing
import Signals
import Strategies

/// The decisions of one trade. Every fill of it is in exactly one line.
struct TradeAudit {
  typealias Entry = (time: TradeMinute, line: AuditLine)
  let trade: Trade
  /// Condors sold at once.
  let quantity: Int32
  let strategy: Strategy
  let priced: PricedSurface
  let desk: SessionDesk
  let rules: RuleSettings
  let configuration: String
  private var surface: MarkSurface { priced.surface }
  var history: MarketHistory { desk.context.history }

  func line(
    _ kind: AuditLine.Kind, _ time: TradeMinute, rule: String, _ inputs: [String: AuditLine.Value],
    _ action: AuditLine.Action
  ) -> Entry {
    let session = history.sessions[trade.entrySession].date.description
    return (
      time,
      AuditLine(
        time: history.iso(time), session: session, kind: kind, rule: rule, inputs: inputs, action: action,
        configuration: configuration)
    )
  }

  // MARK: Condors

  /// The sale at the entry.
  func entry(inputs: [String: AuditLine.Value]) -> Entry {
    sale(trade.first, .entry, rule: rules.text("entry", "condor"), inputs)
  }

  /// The sales after early ends.
  func reentries() -> [Entry] {
    trade.condors.dropFirst().map { condor in
      let seen: [String: AuditLine.Value] = [
        "index_points": .init(surface.point(condor.decidedAt).map { surface.forward[$0] })
      ]
      return sale(condor, .reentry, rule: rules.text("exit.reentry", "condor"), seen)
    }
  }

  private func sale(
    _ condor: SoldCondor, _ kind: AuditLine.Kind, rule: String, _ inputs: [String: AuditLine.Value]
  ) -> Entry {
    var seen = inputs
    seen["short_put_delta"] = .init(condor.shortPutDelta)
    seen["short_call_delta"] = .init(condor.shortCallDelta)
    seen["mid_credit_points"] = .init(TickGrid.points(condor.midCredit))
    let s = condor.strikes
    let action = AuditLine.Action(
      text: "sell put \(s.longPut)/\(s.shortPut), call \(s.shortCall)/\(s.longCall)",
      filledAt: history.iso(condor.filledAt), points: TickGrid.points(condor.credit),
      quantity: Int(quantity), feesCents: 0, cents: Int64(quantity) * Int64(condor.credit))
    return line(kind, condor.decidedAt, rule: rule, seen, action)
  }

  /// Stops, targets, time stops and settlements.
  func exits() -> [Entry] {
    trade.condors.flatMap { condor in condor.fills.map { exit($0, of: condor) } }
  }

  func exit(_ fill: ClosingFill, of condor: SoldCondor) -> Entry {
    let filled = TradeMinute(session: fill.session, minute: fill.minute)
    let time = fill.decidedAt ?? filled
    let action = AuditLine.Action(
      text: fill.reason == .settlement ? "settle \(fill.part.rawValue)" : "buy back \(fill.part.rawValue)",
      filledAt: history.iso(filled), points: TickGrid.points(fill.cost), quantity: Int(quantity),
      feesCents: Int64(quantity) * Int64(fill.feesCents),
      cents: Int64(quantity) * (Int64(fill.netCents) - Int64(fill.credit)))
    var seen: [String: AuditLine.Value] = [:]
    guard fill.reason != .settlement, let p = surface.point(time) else {
      seen["official_close_points"] = .init(history.sessions[fill.session].official.close)
      return line(.settled, time, rule: "what is open settles on the official close", seen, action)
    }
    let rule = strategy.exit
    let path = priced.path(condor.strikes)
    let cost = rule.mark == .mid ? path.cost(fill.part)[p] : path.naturalCost(fill.part)[p]
    seen["\(rule.mark.rawValue)_cost_points"] = .init(TickGrid.points(cost))
    switch fill.reason {
    case .stop:
      if let level = rule.stopLevel(fill.part, credit: fill.credit, totalCredit: condor.credit) {
        seen["stop_level_points"] = .init(TickGrid.points(level))
      } else {
        seen["index_points"] = .init(surface.forward[p])
        seen["short_put_points"] = .init(Double(condor.strikes.shortPut))
        seen["short_call_points"] = .init(Double(condor.strikes.shortCall))
      }
      return line(
        .stop, time, rule: rules.text("exit.stop", "exit.basis", "exit.of", "exit.confirm_minutes"), seen,
        action)
    case .target:
      seen["limit_points"] = .init(rule.targetLimit(credit: fill.credit).map(TickGrid.points))
      return line(.target, time, rule: rules.text("exit.profit_target"), seen, action)
    case .rule:
      if let condition = rule.condition {
        for (name, value) in sight(condition).seen(at: p) { seen[name] = .init(value) }
      }
      return line(.exitRule, time, rule: rules.text("exit.when"), seen, action)
    case .time, .settlement:
      return line(.timeStop, time, rule: rules.text("exit.time_stop"), seen, action)
    }
  }

  // MARK: Hedge

  /// Orders of the layers, and what they earned together.
  func hedges() -> [Entry] {
    let fills = trade.hedge.fills
    guard !fills.isEmpty else { return [] }
    let orders = fills.indices.map { order(fills[$0], before: fills[..<$0]) }
    let end = TradeMinute(session: trade.expirySession, minute: MinuteOfDay.afterClose)
    let booked = trade.hedge.parts.map { part -> Entry in
      let seen: [String: AuditLine.Value] = [
        "cents_a_unit": .init(Double(part.centsPerUnit)),
        "units_of_\(part.base.rawValue)": .init(Double(part.units)),
      ]
      let action = AuditLine.Action(
        text: "book the layers sized by \(part.base.rawValue)", filledAt: nil, points: nil,
        quantity: Int(quantity), feesCents: 0, cents: Int64(quantity) * part.units * part.centsPerUnit)
      let sizes = strategy.hedge.indices.filter {
        strategy.hedge[$0].horizon == .condor && strategy.hedge[$0].size.base == part.base
      }
      let rule = rules.text(sizes.map { "hedge.layers[\($0)].size" })
      return line(.hedgeBooked, end, rule: rule, seen, action)
    }
    return orders + booked
  }

  private func order(_ fill: HedgeFill, before: ArraySlice<HedgeFill>) -> Entry {
    let filled = TradeMinute(session: fill.session, minute: fill.minute)
    let time = fill.decidedAt ?? filled
    let layer = strategy.hedge[fill.layer]
    let path = "hedge.layers[\(fill.layer)]"
    let action = AuditLine.Action(
      text: "\(fill.action == .open ? "buy" : "sell") \(layer.name): \(fill.holding)",
      filledAt: history.iso(filled),
      points: Double(fill.price) / 1000, quantity: Int(fill.shareThousandths), feesCents: 0, cents: 0)
    guard let decided = fill.decidedAt, let p = surface.point(decided) else {
      let name = layer.instrument.isVIXCall ? "settlement_bid_points" : "settlement_vx_points"
      let settle = [name: AuditLine.Value(Double(fill.price) / 1000)]
      return line(.layerClosed, time, rule: rules.text("\(path).horizon"), settle, action)
    }
    var seen: [String: AuditLine.Value] = [:]
    let held = HedgePrices(fill.holding, of: layer.instrument, context: desk.context)
    let vx = desk.context.vx.indicative(fill.contracts, at: decided)
    seen["indicative_vx_points"] = .init(vx.map { Double($0) / 1000 })
    if layer.instrument.isVIXCall {
      seen["indicative_call_points"] = .init(held.indicative(at: decided).map { Double($0) / 1000 })
    }
    switch fill.action {
    case .open:
      collect(layer.trigger, p, into: &seen)
      if let scale = layer.scale { collect(.rule(scale), p, into: &seen) }
      let sized = layer.scale == nil ? [] : ["\(path).scale"]
      return line(
        .layerOpened, time, rule: rules.text(["\(path).trigger", "\(path).size"] + sized), seen, action)
    case .release:
      if let rule = layer.release,
        let opened = before.first(where: { $0.layer == fill.layer && $0.action == .open }),
        let point = surface.point(TradeMinute(session: opened.session, minute: opened.minute))
      {
        let sight = RuleSight(rule, surface, desk: desk, held: held, opened: point)
          .seeing(trade.condors, priced, mark: strategy.exit.mark)
        for (name, value) in sight.seen(at: p) { seen[name] = .init(value) }
      }
      return line(.layerClosed, time, rule: rules.text("\(path).close_when"), seen, action)
    case .close:
      return line(.layerClosed, time, rule: rules.text("hedge.unwind_with_condor"), seen, action)
    case .monetise:
      let own = before.filter { $0.layer == fill.layer }
      if let opened = own.first(where: { $0.action == .open }) {
        let at = TradeMinute(session: opened.session, minute: opened.minute)
        let name = layer.instrument.isVIXCall ? "ask_at_opening_points" : "indicative_vx_at_opening_points"
        seen[name] = .init(held.indicative(at: at).map { Double(held.bought($0)) / 1000 })
      }
      let step = own.count { $0.action == .monetise }
      return line(.monetised, time, rule: rules.text("\(path).monetise[\(step)]"), seen, action)
    }
  }

  private func sight(_ rule: StrategyRule) -> RuleSight {
    RuleSight(rule, surface, desk: desk).seeing(trade.condors, priced, mark: strategy.exit.mark)
  }

  /// What a trigger saw at a point.
  private func collect(_ trigger: Trigger, _ p: Int, into seen: inout [String: AuditLine.Value]) {
    switch trigger {
    case .always: break
    case .move: seen["move_sd"] = .init(HedgeView.moveInSd(surface, at: p))
    case .rsi(let length, let bars, _, _):
      let now = TradeMinute(surface, p)
      seen["rsi(\(length), \(bars) min)"] = .init(
        desk.context.rsi(length: length, barMinutes: bars, session: now.session, minute: now.minute))
    case .event(let kinds, let within):
      let holds = EventWindow.contains(
        kinds, from: surface.entry, withinSessions: within, history: history)
      let name = "event(\(kinds.map(\.rawValue).joined(separator: ", "))) within \(within) sessions"
      seen[name] = holds.map { .flag($0) } ?? .unknown
    case .rule(let rule):
      for (name, value) in sight(rule).seen(at: p) { seen[name] = .init(value) }
    case .all(let list), .any(let list): for inner in list { collect(inner, p, into: &seen) }
    }
  }
}
