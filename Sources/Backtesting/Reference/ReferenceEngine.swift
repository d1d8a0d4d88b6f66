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
  let toleratedMissing: Int

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
    case .success(let choice): return trade(choice, priced: priced, desk: desk)
    }
  }

  /// The condor that the entry sells or would sell but for a rule that can't be told; `nil` where there is none.
  public func condorAtEntry(_ desk: SessionDesk) -> SoldCondor? {
    guard let priced = pricedSurface(desk), let choice = priced.choice(strategy.condor) else { return nil }
    return CondorSeller(strategy: strategy, priced: priced, desk: desk).first(of: choice)
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
    if let condition = entry.condition {
      let view: SessionView = known == desk.entry ? .evening : .open
      guard
        let holds = RuleView.market(condition, minute: entry.minute, desk: desk, view: view).truth
      else {
        return .signalMissing
      }
      if !holds { return .gate }
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

  private func trade(_ choice: StrikeChoice, priced: PricedSurface, desk: SessionDesk) -> SessionEvaluation {
    let surface = priced.surface
    let seller = CondorSeller(strategy: strategy, priced: priced, desk: desk)
    let condors: [SoldCondor]
    switch seller.condors(from: choice, withStop: strategy.exit.stop != .none) {
    case .failure(.code(let code)): return .noTrade(code)
    case .success(let sold): condors = sold
    }
    var trade = Trade(
      entrySession: surface.entry, expirySession: surface.expiry, condors: condors,
      shadowNetCents: seller.shadowNetCents(of: condors, from: choice),
      marginCents: strategy.exit.marginCents(
        sold: condors[0].marginCents, width: choice.strikes.width),
      reservesMargin: strategy.exit.reservesMargin, hedge: .none, lastSession: surface.expiry)
    if let rule = strategy.exit.shift, let code = shift(rule, &trade, priced: priced, desk: desk) {
      return .noTrade(code)
    }
    if strategy.hedge.contains(where: { $0.horizon == .condor }) {
      let (allowed, positions) = allowedHedge(trade, priced, desk)
      let seen =
        allowed.hedge.contains(where: \.seesCondor)
        ? CondorSight(trade.condors, priced, mark: strategy.exit.mark) : nil
      switch priced.hedge(allowed, desk: desk, end: hedgeEnd(trade, priced, desk), beside: seen) {
      case .failure(.code(let code)): return .noTrade(code)
      case .success(let unit):
        trade.hedge = unit.placed(at: positions).result(
          width: choice.strikes.width, credit: trade.first.credit)
      }
    }
    return .trade(trade)
  }

  /// The strategy with the trade-opened layers alone that keep to its limit of break-evens, and their positions in it.
  private func allowedHedge(
    _ trade: Trade, _ priced: PricedSurface, _ desk: SessionDesk
  ) -> (strategy: Strategy, positions: [Int]) {
    guard strategy.ties.breakEvenLimitThousandths != nil else {
      return (strategy, Array(strategy.hedge.indices))
    }
    let kept = ExpectedPayoff.keptLayers(
      of: strategy, trade.first.strikes, credit: trade.first.credit, surface: priced.surface, desk: desk)
    let opened = strategy.hedge.indices.filter { strategy.hedge[$0].horizon == .condor }
    let positions = zip(opened, kept).filter(\.1).map(\.0)
    var allowed = strategy
    allowed.hedge = positions.map { strategy.hedge[$0] }
    return (allowed, positions)
  }

  /// Where a hedge is sold that is unwound with its condor, the one sold at the entry, if every part of that is closed
  /// early: with the last part where an order closes it, and at the next minute where only the fill tells, as of a limit.
  private func hedgeEnd(_ trade: Trade, _ priced: PricedSurface, _ desk: SessionDesk) -> HedgeEnd? {
    let surface = priced.surface
    guard strategy.ties.unwinds, let last = trade.first.lastEarlyFill,
      let point = surface.point(TradeMinute(session: last.session, minute: last.minute))
    else { return nil }
    let together = trade.first.fills.filter { ($0.session, $0.minute) == (last.session, last.minute) }
    if together.allSatisfy({ strategy.exit.isOrdered($0.reason) }) {
      return HedgeEnd(decided: last.decidedAt.flatMap(surface.point), point: point)
    }
    return HedgeRun(strategy: strategy, desk: desk, surface: surface).nextTradable(after: point).map {
      HedgeEnd(decided: point, point: $0)
    }
  }
}
