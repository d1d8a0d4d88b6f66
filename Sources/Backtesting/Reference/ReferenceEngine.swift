import MarketData
import Pricing
import Signals
import Strategies

/// What became of one session: a trade, or the reason there is none.
public enum SessionEvaluation: Sendable, Hashable {
  case trade(Trade)
  case noTrade(OutcomeCode)

  /// The session's outcome code.
  public var code: OutcomeCode {
    switch self {
    case .trade: .traded
    case .noTrade(let code): code
    }
  }
}

/// The definition of a strategy's result: one configuration, one session at a time, minute by minute.
///
/// Decisions at a minute see the index marks up to that minute, the volatility closes and VX settlements known by
/// then, and completed bars; orders fill on the next minute. Sessions don't influence one another here; margin,
/// which does, is applied by ``Backtester``.
public struct ReferenceEngine: Sendable {
  /// Minutes without a mark between fill and expiry beyond which the session is a data hole.
  public static let toleratedMissingMinutes = 15

  /// The configuration.
  public let strategy: Strategy
  let model: MarkModel

  private let history: MarketHistory
  private let toleratedMissing: Int

  /// An engine for one strategy on one market.
  ///
  /// - Parameter toleratedMissingMinutes: more missing marks than this between fill and expiry are a data hole.
  public init(
    _ strategy: Strategy, context: MarketContext,
    toleratedMissingMinutes: Int = ReferenceEngine.toleratedMissingMinutes
  ) {
    self.strategy = strategy
    history = context.history
    toleratedMissing = toleratedMissingMinutes
    model = MarkModel(
      parameters: context.parameters, settings: strategy.marks, calendar: context.history.calendar,
      events: context.history.events)
  }

  /// The outcome of the desk's session. O(minutes × (1 + layers)) once the condor's path is priced.
  public func evaluate(_ desk: SessionDesk) -> SessionEvaluation {
    if let code = codeBeforePrices(desk) { return .noTrade(code) }
    guard let priced = desk.surface(decisionMinute: strategy.entry.minute, model: model) else {
      return .noTrade(missingCode(entry: desk.entry))
    }
    if hasHole(priced.surface, desk.context.history) { return .noTrade(.dataHole) }
    switch StrikeSelection.choose(strategy.condor, chain: priced.chain, surface: priced.surface) {
    case .failure(.code(let code)): return .noTrade(code)
    case .success(let choice): return sell(choice, priced: priced, desk: desk)
    }
  }

  /// The marks that the engine trades on, for explanations and exports; `nil` where it wouldn't trade.
  public func pricedSurface(_ desk: SessionDesk) -> PricedSurface? {
    desk.surface(decisionMinute: strategy.entry.minute, model: model)
  }

  // MARK: Entry

  /// Rules that need no option price.
  func codeBeforePrices(_ desk: SessionDesk) -> OutcomeCode? {
    let history = desk.context.history
    let entry = strategy.entry
    let session = history.sessions[desk.entry]
    let expiry = history.sessions[desk.entry + 1]
    if !entry.weekdays.isEmpty, !entry.weekdays.contains(session.date.weekday) { return .weekday }
    if entry.expirations == .listed, !desk.context.listedExpiries.contains(expiry.date) {
      return .noListedExpiry
    }
    if session.closeMinute < MinuteOfDay.close, entry.minute + 1 > session.closeMinute { return .earlyClose }
    guard desk.entry > 0 else { return .signalMissing }
    if !entry.skipEvents.isEmpty {
      guard
        let inside = EventWindow.insideHolding(
          entry.skipEvents, entry: desk.entry, minute: entry.minute, expiry: desk.entry + 1, history: history)
      else { return .signalMissing }
      if inside { return .event }
    }
    let known = knownClose(entry: desk.entry)
    for gate in entry.gates {
      guard let open = gate.isOpen(history, closeOf: known) else { return .signalMissing }
      if !open { return .gate }
    }
    return nil
  }

  /// The session whose volatility closes are known at the decision in session `entry`; −1 before the first.
  public func knownClose(entry: Int) -> Int {
    strategy.entry.minute >= MinuteOfDay.afterClose || strategy.marks.assumeCloseKnown ? entry : entry - 1
  }

  /// Why there is no surface.
  func missingCode(entry: Int) -> OutcomeCode {
    model.observedLevel(history, closeOf: knownClose(entry: entry)) == nil ? .signalMissing : .dataHole
  }

  func hasHole(_ surface: MarkSurface, _ history: MarketHistory) -> Bool {
    guard history.sessions[surface.expiry].official.close > 0, surface.forward[0] > 0, surface.forward[1] > 0
    else { return true }
    var missing = 0
    for f in surface.forward where !(f > 0) { missing += 1 }
    return missing > toleratedMissing
  }

  private func sell(_ choice: StrikeChoice, priced: PricedSurface, desk: SessionDesk) -> SessionEvaluation {
    let surface = priced.surface
    let path = priced.path(choice.strikes)
    let put = path.putCost[1]
    let call = path.callCost[1]
    let costs = strategy.costs
    let slippage = costs.entry.units(halfSpread: path.halfSpread(.condor, at: 1))
    let credit = TickGrid.floorToNickel(put + call - slippage)
    guard credit > 0, choice.midCredit > 0 else { return .noTrade(.creditUnreachable) }

    var trade = Trade(
      entrySession: surface.entry, expirySession: surface.expiry, decisionMinute: surface.minutes[0],
      fillMinute: surface.minutes[1], strikes: choice.strikes, midCredit: choice.midCredit, credit: credit,
      spotAtFill: surface.forward[1], shortPutDelta: choice.putDelta, shortCallDelta: choice.callDelta,
      fills: [], marginCents: max(0, Int64(choice.strikes.width) * 10_000 - Int64(credit)),
      stopReachable: false,
      fillOutsideBand: strategy.condor.strikes.creditBand.map { !$0.contains(put + call) } ?? false,
      hedge: .none)
    close(&trade, path: path, surface: surface, history: desk.context.history)
    if strategy.hedge.contains(where: { $0.horizon == .condor }) {
      switch priced.hedge(strategy, desk: desk, end: hedgeEnd(trade, surface)) {
      case .failure(.code(let code)): return .noTrade(code)
      case .success(let unit): trade.hedge = unit.result(width: choice.strikes.width, credit: credit)
      }
    }
    return .trade(trade)
  }

  /// Where a hedge is sold that is unwound with its condor: with its last part, if every part is closed early.
  private func hedgeEnd(_ trade: Trade, _ surface: MarkSurface) -> HedgeEnd? {
    guard strategy.unwindsHedge, trade.fills.allSatisfy({ $0.reason != .settlement }),
      let last = trade.fills.max(by: { ($0.session, $0.minute) < ($1.session, $1.minute) }),
      let point = surface.point(TradeMinute(session: last.session, minute: last.minute))
    else { return nil }
    return HedgeEnd(decided: last.decidedAt.flatMap(surface.point), point: point)
  }

  // MARK: Exit

  private func close(_ trade: inout Trade, path: CondorPath, surface: MarkSurface, history: MarketHistory) {
    let rule = strategy.exit
    let parts: [(part: ClosingFill.Part, credit: Int32, legs: Int32)]
    if rule.basis == .condor {
      parts = [(.condor, trade.credit, 4)]
    } else {
      // The package's credit is shared by what the sides were worth at the fill.
      let put = Int64(max(0, path.putCost[1]))
      let call = Int64(max(0, path.callCost[1]))
      let share = put + call == 0 ? 0 : Int32(Int64(trade.credit) * put / (put + call))
      parts = [(.put, share, 2), (.call, trade.credit - share, 2)]
    }
    let close = TickGrid.units(points: history.sessions[surface.expiry].official.close)
    for (part, credit, legs) in parts {
      let watch = PositionWatch(part: part, credit: credit, totalCredit: trade.credit, rule: rule)
      let mid = path.cost(part)
      let trigger = rule.mark == .mid ? mid : path.naturalCost(part)
      let settlement =
        switch part {
        case .put: path.strikes.putSettlement(close: close)
        case .call: path.strikes.callSettlement(close: close)
        case .condor: path.strikes.putSettlement(close: close) + path.strikes.callSettlement(close: close)
        }
      func run(withStop: Bool) -> PositionExit {
        watch.run(
          rule, withStop: withStop, trigger: trigger, mid: mid, path: path, surface: surface,
          slippage: strategy.costs.exit, settlement: settlement)
      }
      let exit = run(withStop: rule.stop != .none)
      let shadow = exit.reason == .stop ? run(withStop: false) : exit
      func fees(_ e: PositionExit) -> Int32 {
        let open = strategy.costs.fees(on: history.sessions[surface.entry].date).spxwCents * legs
        guard e.reason != .settlement else { return open }
        let date = history.sessions[e.point < surface.expiryStart ? surface.entry : surface.expiry].date
        return open + strategy.costs.fees(on: date).spxwCents * legs
      }
      let early = exit.reason != .settlement
      trade.fills.append(
        ClosingFill(
          part: part, reason: exit.reason,
          session: exit.point < surface.expiryStart ? surface.entry : surface.expiry,
          minute: surface.minutes[exit.point], decidedAt: exit.decided.map { TradeMinute(surface, $0) },
          credit: credit, cost: exit.cost, feesCents: fees(exit),
          shadowNetCents: credit - shadow.cost - fees(shadow),
          extrinsic: early ? path.extrinsic(part, at: exit.point) : 0))
      if watch.touch {
        trade.stopReachable = true
      } else if let level = watch.stopLevel {
        // At natural prices the quotes of a deep condor can stand above its width.
        if level <= path.mostCost(part) || exit.reason == .stop { trade.stopReachable = true }
      }
    }
  }
}
