import Backtesting
import MarketData
import Pricing
import Strategies

/// The minutes of one trade, each with what was decided at it, on which values, and what was filled.
struct MinuteReasons {
  let trade: Trade
  let strategy: Strategy
  let priced: PricedSurface
  let context: MarketContext
  private var surface: MarkSurface { priced.surface }
  private var history: MarketHistory { context.history }

  /// From the opening fill to the expiry's close. O(minutes × fills).
  func minutes() -> [Explanation.Minute] {
    let costs = trade.condors.map { priced.path($0.strikes).cost(.condor) }
    let sold = trade.condors.map { surface.point($0.filledAt) }
    var seen: [(Int, Int)] = []
    for layer in strategy.hedge {
      for (length, bars) in layer.trigger.rsiKeys where !seen.contains(where: { $0 == (length, bars) }) {
        seen.append((length, bars))
      }
    }
    return (1..<surface.minutes.count).map { p in
      let time = TradeMinute(surface, p)
      let f = surface.forward[p]
      // of the condor that was sold last
      let k = sold.lastIndex { $0.map { $0 <= p } ?? false } ?? 0
      let cost = costs[k][p]
      let hole = cost == TickGrid.missing
      var rsi: [String: Double] = [:]
      for (length, bars) in seen {
        let value = context.rsi(length: length, barMinutes: bars, session: time.session, minute: time.minute)
        if value == value { rsi["\(length)/\(bars)"] = value }
      }
      return Explanation.Minute(
        date: history.sessions[time.session].date.description, time: MinuteOfDay.text(time.minute),
        index: f > 0 ? f : nil, moveSd: HedgeView.moveInSd(surface, at: p),
        costPoints: hole ? nil : TickGrid.points(cost),
        lossPoints: hole ? nil : TickGrid.points(cost - trade.condors[k].credit), rsi: rsi, events: events(p))
    }
  }

  // MARK: Events

  private func events(_ p: Int) -> [String] {
    let now = TradeMinute(surface, p)
    var lines: [String] = []
    for (k, condor) in trade.condors.enumerated() {
      if k > 0, condor.decidedAt == now {
        lines.append("re-entry decided: \(Explanation.strikes(condor))")
      }
      if condor.filledAt == now { lines.append("sold at \(Money.points(condor.credit))") }
      for fill in condor.fills {
        if fill.decidedAt == now { lines.append(decision(fill, of: condor, p)) }
        if TradeMinute(session: fill.session, minute: fill.minute) == now {
          lines.append(closed(fill, of: condor, p))
        }
      }
    }
    for (k, fill) in trade.hedge.fills.enumerated() {
      if fill.decidedAt == now { lines.append(decision(fill, number: k, p)) }
      let filled =
        fill.action == .close && fill.minute == MinuteOfDay.afterClose
        ? p == surface.minutes.count - 1 : TradeMinute(session: fill.session, minute: fill.minute) == now
      if filled { lines.append(self.filled(fill)) }
    }
    return lines
  }

  /// What the exit rule saw at the mark on which it decided.
  private func decision(_ fill: ClosingFill, of condor: SoldCondor, _ p: Int) -> String {
    let rule = strategy.exit
    let path = priced.path(condor.strikes)
    let part = fill.part
    let cost = rule.mark == .mid ? path.cost(part)[p] : path.naturalCost(part)[p]
    let seen = "\(rule.mark.rawValue) cost \(Money.points(cost))"
    let name = "\(part.rawValue) \(fill.reason.rawValue) decided: "
    let marks = rule.confirm == 1 ? "" : ", the \(rule.confirm) marks in a row that confirm asks for"
    switch fill.reason {
    case .stop:
      if let level = rule.stopLevel(part, credit: fill.credit, totalCredit: condor.credit) {
        return name + "\(seen) >= level \(Money.points(level))" + marks
      }
      let spot = surface.forward[p]
      let put = part != .call && spot <= Double(condor.strikes.shortPut)
      let strike =
        put ? "<= short put \(condor.strikes.shortPut)" : ">= short call \(condor.strikes.shortCall)"
      return name + "index \(Explanation.text(spot, 2)) \(strike)" + marks
    case .target:
      return name + seen
        + (rule.targetLimit(credit: fill.credit).map { " <= limit \(Money.points($0))" } ?? "")
    case .time:
      let from = rule.timeStop.map { " from \(MinuteOfDay.text($0)) on" } ?? ""
      return name + "close at market\(from), \(seen)"
    case .rule:
      let words = rule.condition.map { "\($0.rule.canonical) \(sight($0).words(at: p)), " }
      return name + (words ?? "") + seen
    case .settlement: return name + seen
    }
  }

  private func closed(_ fill: ClosingFill, of condor: SoldCondor, _ p: Int) -> String {
    let mid = priced.path(condor.strikes).cost(fill.part)[p]
    let how: String
    switch fill.reason {
    case .settlement: how = ""
    case .target where strategy.exit.fill == .next: how = " (its limit; mid \(Money.points(mid)))"
    case .stop where strategy.exit.fill == .trigger, .target:
      how = " (the mark that triggered, without slippage)"
    case .stop, .time, .rule:
      how = " (mid \(Money.points(mid)), slippage to the next 0.05 \(Money.points(fill.cost - mid)))"
    }
    return "\(fill.part.rawValue) closed (\(fill.reason.rawValue)) at \(Money.points(fill.cost))\(how): net "
      + "$\(Money.text(Int64(fill.netCents)))"
      + (fill.reason == .stop ? ", without the stop $\(Money.text(Int64(fill.shadowNetCents)))" : "")
  }

  // MARK: Hedge

  /// What a layer saw at the minute on which it decided.
  private func decision(_ fill: HedgeFill, number: Int, _ p: Int) -> String {
    let layer = strategy.hedge[fill.layer]
    let now = TradeMinute(surface, p)
    let held = HedgePrices(fill.holding, of: layer.instrument, context: context)
    let seen = held.indicative(at: now)
    let vx =
      (layer.instrument.isVIXCall ? "\(fill.holding) at the indicative VX " : "indicative VX ")
      + (seen.map(vxPoints) ?? "unknown")
    let name = "hedge \(layer.name): \(fill.action.rawValue) decided: "
    if fill.action == .release, let rule = layer.release,
      let open = trade.hedge.fills.first(where: { $0.layer == fill.layer && $0.action == .open }),
      let opened = surface.point(TradeMinute(session: open.session, minute: open.minute))
    {
      let desk = SessionDesk(context, entry: surface.entry)
      let sight = RuleSight(rule, surface, desk: desk, held: held, opened: opened)
        .seeing(trade.condors, priced, mark: strategy.exit.mark)
      return name + "\(rule.rule.canonical) \(sight.words(at: p)), " + vx
    }
    guard fill.action == .monetise else {
      let scale = layer.scale.map { ", scale \($0.rule.canonical) \(sight($0).words(at: p))" } ?? ""
      return name + words(layer.trigger, p) + scale + ", " + vx
    }
    let orders = trade.hedge.fills[..<number].filter { $0.layer == fill.layer }
    let step = orders.count { $0.action == .monetise }
    guard let open = orders.first(where: { $0.action == .open }),
      let first = held.indicative(at: TradeMinute(session: open.session, minute: open.minute)), let seen
    else { return name + vx }
    let reference = held.bought(first)
    let gain = 100 * (Double(seen) / Double(reference) - 1)
    return name + vx + " is \(Explanation.text(gain, 2)) % above \(vxPoints(reference)) at the opening, step "
      + "\(step + 1) asks for \(Explanation.shortest(Double(layer.monetise[step].gainThousandths) / 10)) %"
  }

  private func filled(_ fill: HedgeFill) -> String {
    let isCall = strategy.hedge[fill.layer].instrument.isVIXCall
    let slippage =
      (isCall ? ", against half the spread" : " before \(vxPoints(strategy.costs.vxSlippage)) slippage")
      + (fill.action != .close
        ? "" : fill.minute == MinuteOfDay.afterClose ? ", at the settlement" : ", with the condor")
    return "hedge \(strategy.hedge[fill.layer].name): \(fill.action.rawValue) \(share(fill)) % at "
      + "\(vxPoints(fill.price)) (\(fill.holding))" + slippage
  }

  private func share(_ fill: HedgeFill) -> String {
    Explanation.shortest(Double(fill.shareThousandths) / 10)
  }
  private func vxPoints(_ milli: Int32) -> String { Explanation.text(Double(milli) / 1000, 3) }

  /// A trigger with the values it saw at a point.
  private func words(_ trigger: Trigger, _ p: Int) -> String {
    switch trigger {
    case .always: return "always"
    case .move(let side, let sd):
      let move = HedgeView.moveInSd(surface, at: p).map { Explanation.text($0, 3) } ?? "unknown"
      let bound = Explanation.shortest(sd)
      switch side {
      case .down: return "move \(move) sd against <= -\(bound)"
      case .up: return "move \(move) sd against >= \(bound)"
      case .either: return "move \(move) sd against \(bound) either way"
      }
    case .rsi(let length, let bars, let atLeast, let atMost):
      let now = TradeMinute(surface, p)
      let value = context.rsi(length: length, barMinutes: bars, session: now.session, minute: now.minute)
      let bounds = [
        atLeast.map { ">= \(Explanation.shortest($0))" }, atMost.map { "<= \(Explanation.shortest($0))" },
      ].compactMap { $0 }.joined(separator: " and ")
      let seen = value == value ? Explanation.text(value, 2) : "unknown"
      return "RSI \(length)/\(bars) \(seen) against \(bounds)"
    case .event(let kinds, let within): return events(kinds, within)
    case .rule(let rule): return "\(rule.rule.canonical) \(sight(rule).words(at: p))"
    case .all(let list): return "all of (" + list.map { words($0, p) }.joined(separator: "; ") + ")"
    case .any(let list): return "any of (" + list.map { words($0, p) }.joined(separator: "; ") + ")"
    }
  }

  private func sight(_ rule: StrategyRule) -> RuleSight {
    RuleSight(rule, surface, desk: SessionDesk(context, entry: surface.entry))
      .seeing(trade.condors, priced, mark: strategy.exit.mark)
  }

  private func events(_ kinds: [EconomicEvent.Kind], _ within: Int) -> String {
    let from = history.sessions[surface.entry].date
    var to = from
    for _ in 0..<within { to = history.calendar.next(after: to) ?? to }
    let found = history.events.events(in: from...to).filter { kinds.contains($0.kind) }
    let named = found.map { "\($0.kind.rawValue) on \($0.date)" }.joined(separator: ", ")
    return (named.isEmpty ? "no " + kinds.map(\.rawValue).joined(separator: "/") : named)
      + " within \(within) session\(within == 1 ? "" : "s")"
  }
}
