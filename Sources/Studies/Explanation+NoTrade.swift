import Backtesting
import MarketData
import Pricing
import Signals
import Strategies

/// What was seen where no condor was sold.
struct NoTradeReasons {
  let engine: ReferenceEngine
  let desk: SessionDesk
  let priced: PricedSurface?
  private var strategy: Strategy { engine.strategy }
  private var history: MarketHistory { desk.context.history }
  private var layers: [HedgeLayer] { strategy.hedge.filter { $0.horizon == .condor } }

  /// Sentences for an outcome; empty for outcomes that the entry's sentences tell in full.
  func lines(_ code: OutcomeCode) -> [String] {
    switch code {
    case .creditUnreachable: priced.map(credit) ?? []
    case .noStrikeInBand: priced.map(strikes) ?? []
    case .dataHole: holes()
    case .signalMissing: signals()
    default: []
    }
  }

  // MARK: Strikes and credit

  private func credit(_ priced: PricedSurface) -> [String] {
    var rule = strategy.condor
    rule.strikes.creditBand = nil
    guard let choice = priced.choice(rule) else { return [] }
    var lines = ["without its credit band the rule would take " + words(choice)]
    let band = strategy.condor.strikes.creditBand
    if let band, !band.contains(choice.midCredit) {
      let side = choice.midCredit < band.lowerBound ? "below" : "above"
      lines.append(
        "mid credit \(Money.points(choice.midCredit)) is \(side) the band \(Money.points(band.lowerBound))-"
          + Money.points(band.upperBound))
    } else {
      let path = priced.path(choice.strikes)
      let mid = path.putCost[1] + path.callCost[1]
      let slippage = strategy.costs.entry.units(halfSpread: path.halfSpread(.condor, at: 1))
      lines.append(
        "at the fill, \(MinuteOfDay.text(priced.surface.minutes[1])), mid credit \(Money.points(mid)) less slippage "
          + "\(Money.points(slippage)) leaves nothing to sell for")
    }
    return lines
  }

  private func strikes(_ priced: PricedSurface) -> [String] {
    let chain = priced.chain
    let wanted = strategy.condor.strikes
    var lines: [String] = []
    func nearest(_ delta: [Double], _ band: DeltaBand?, _ side: String) {
      let band = band ?? StrikeRule.anyDelta
      func distance(_ i: Int) -> Double { max(band.low - abs(delta[i]), abs(delta[i]) - band.high, 0) }
      guard let i = chain.strikes.indices.min(by: { distance($0) < distance($1) }) else { return }
      let inside = chain.strikes.indices.filter { band.contains(delta[$0]) }
      let bounds = "\(Explanation.shortest(band.low))-\(Explanation.shortest(band.high))"
      if let first = inside.first, let last = inside.last {
        let to = first == last ? "" : " to \(chain.strikes[last]) (delta \(text(delta[last])))"
        lines.append(
          "\(side) strikes in the delta band \(bounds): \(chain.strikes[first]) (delta \(text(delta[first])))\(to)"
        )
      } else {
        lines.append(
          "no \(side) strike is in the delta band \(bounds): nearest is \(chain.strikes[i]) (delta "
            + "\(text(delta[i])))")
      }
    }
    nearest(chain.putDelta, wanted.putBand, "put")
    nearest(chain.callDelta, wanted.callBand, "call")
    var rule = strategy.condor
    rule.strikes.creditBand = nil
    rule.strikes.putBand = nil
    rule.strikes.callBand = nil
    if let choice = priced.choice(rule) {
      lines.append("without its bands the rule would take " + words(choice))
    } else {
      lines.append(
        "even without its bands the rule finds no condor within the \(chain.strikes.count) strikes "
          + "\(chain.strikes.first ?? 0)-\(chain.strikes.last ?? 0)")
    }
    return lines
  }

  private func words(_ choice: StrikeChoice) -> String {
    let s = choice.strikes
    return
      "put \(s.longPut)/\(s.shortPut) (delta \(text(choice.putDelta))), call \(s.shortCall)/\(s.longCall) "
      + "(delta \(text(choice.callDelta))), mid credit \(Money.points(choice.midCredit)) points"
  }
  private func text(_ delta: Double) -> String { Explanation.text(abs(delta), 3) }

  // MARK: Missing values

  private func date(_ i: Int) -> String { history.sessions[i].date.description }

  private func holes() -> [String] {
    var lines: [String] = []
    let known = engine.knownClose(entry: desk.entry)
    for i in Set([known, desk.entry + 1]).sorted() where i >= 0 && !(history.sessions[i].official.close > 0) {
      lines.append("missing: the official close of the index on \(date(i))")
    }
    let decision = strategy.entry.minute
    let entry = history.sessions[desk.entry]
    var marks = [decision, decision + 1].map { TradeMinute(session: desk.entry, minute: $0) }
    if decision + 2 <= entry.closeMinute {
      marks += ((decision + 2)...entry.closeMinute).map { TradeMinute(session: desk.entry, minute: $0) }
    }
    let close = history.sessions[desk.entry + 1].closeMinute
    marks += (MinuteOfDay.open...close).map { TradeMinute(session: desk.entry + 1, minute: $0) }
    let missing = marks.filter { !(history.sessions[$0.session].spot(at: $0.minute) > 0) }
    if !missing.isEmpty {
      lines.append(
        "missing: the index at \(ranges(missing)); \(missing.count) minutes, "
          + "\(ReferenceEngine.toleratedMissingMinutes) are tolerated, but none at the decision and the fill")
    }
    guard let priced else { return lines }
    for layer in layers {
      for future in priced.missingFutures(layer, strategy, desk: desk) { lines += words(future, layer) }
    }
    return lines
  }

  /// Minutes as ranges of neighbours.
  private func ranges(_ minutes: [TradeMinute]) -> String {
    var found: [(first: TradeMinute, last: TradeMinute)] = []
    for m in minutes {
      if let end = found.last?.last, end.session == m.session, end.minute + 1 == m.minute {
        found[found.count - 1].last = m
      } else {
        found.append((m, m))
      }
    }
    return found.map { first, last in
      "\(date(first.session)) \(MinuteOfDay.text(first.minute))"
        + (first == last ? "" : "-\(MinuteOfDay.text(last.minute))")
    }.joined(separator: ", ")
  }

  private func words(_ future: MissingFuture, _ layer: HedgeLayer) -> [String] {
    let start = "missing for hedge \(layer.name): "
    switch future {
    case .curve(let session):
      let needs =
        layer.instrument.isVIXCall
        ? "a VX month that outlives the condor"
        : "VX contracts around \(layer.tenorDays) days that outlive the condor"
      return [
        start + needs + ", at the settlement of "
          + (session >= 0 ? date(session) : "the session before the history")
      ]
    case .vvix(let session): return [start + "the close of VVIX on \(date(session))"]
    case .model(let expiry, let session):
      return [start + "a price of calls of \(expiry) on \(date(session)), too volatile for the model"]
    case .path(let expiry, let session):
      var lines: [String] = []
      for i in [session - 1, session] where i >= 0 {
        if desk.context.vx.settle(expiry, session: i) == nil {
          lines.append(start + "the settlement of VX \(expiry) on \(date(i))")
        }
        if !(history.sessions[i].official.close > 0) {
          lines.append(start + "the official close of the index on \(date(i))")
        }
      }
      return lines
    }
  }

  private func signals() -> [String] {
    guard desk.entry > 0 else {
      return ["missing: \(date(desk.entry)) is the history's first session, no earlier close is known at it"]
    }
    var lines: [String] = []
    let known = engine.knownClose(entry: desk.entry)
    let expiry = desk.entry + 1
    if !strategy.entry.skipEvents.isEmpty {
      for i in [desk.entry, expiry] where history.events.kinds(on: history.sessions[i].date) == nil {
        lines.append("missing: the event calendar for \(date(i)), which skip_events asks for")
      }
    }
    for gate in strategy.entry.gates {
      for index in [gate.index] + (gate.over.map { [$0] } ?? []) where !(history.close(index, known) > 0) {
        lines.append("missing: the close of \(index.rawValue) on \(date(known)), which a gate asks for")
      }
    }
    let levels = [VolatilityIndex.vix1d, .vix9d, .vix]
    if levels.allSatisfy({ !(history.close($0, known) > 0) }) {
      lines.append(
        "missing: a level, \(levels.map(\.rawValue).joined(separator: ", ")) have no close on \(date(known))")
    }
    if let condition = strategy.exit.condition, let gap = gap(condition) {
      lines.append("missing for exit.when: \(gap)")
    }
    for layer in layers { lines += signals(layer) }
    return lines
  }

  /// Why a rule can't be told at the fill.
  private func gap(_ rule: StrategyRule) -> String? {
    guard let priced else { return nil }
    let condors = rule.seesCondor ? engine.condorAtEntry(desk).map { [$0] } ?? [] : []
    return RuleSight(rule, priced.surface, desk: desk).seeing(condors, priced, mark: strategy.exit.mark)
      .gapAtFill
  }

  private func signals(_ layer: HedgeLayer) -> [String] {
    var lines: [String] = []
    for (length, bars) in layer.trigger.rsiKeys {
      let value = desk.context.rsi(
        length: length, barMinutes: bars, session: desk.entry, minute: strategy.entry.minute + 1)
      if value != value {
        let bar = bars == 0 ? "sessions" : "\(bars)-minute bars"
        lines.append(
          "missing for hedge \(layer.name): RSI \(length)/\(bars), fewer than \(length) changes of \(bar) are "
            + "known at the fill")
      }
    }
    for rule in layer.rules {
      guard let gap = gap(rule) else { continue }
      lines.append("missing for hedge \(layer.name): \(gap)")
    }
    for (kinds, within) in layer.trigger.eventKeys
    where EventWindow.contains(kinds, from: desk.entry, withinSessions: within, history: history) == nil {
      lines.append(
        "missing for hedge \(layer.name): the event calendar from \(date(desk.entry)) to \(within) "
          + "session\(within == 1 ? "" : "s") later")
    }
    return lines
  }
}

extension Trigger {
  /// Every event window that the tree asks for.
  fileprivate var eventKeys: [(kinds: [EconomicEvent.Kind], within: Int)] {
    switch self {
    case .always, .move, .rsi, .rule: []
    case .event(let kinds, let within): [(kinds, within)]
    case .all(let list), .any(let list): list.flatMap(\.eventKeys)
    }
  }
}
