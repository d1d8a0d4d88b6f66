import Backtesting
import MarketData
import Pricing
import Strategies

/// What an entry decision saw, whether it sold or not.
struct EntryAudit {
  let engine: ReferenceEngine
  /// Position of the session in the history.
  let session: Int
  /// `nil` for the last session.
  let desk: SessionDesk?
  let market: Market
  let rules: RuleSettings
  /// What the layers bind at entries, and which of the period's this is.
  let hedge: HedgeMargin
  let position: Int
  private var strategy: Strategy { engine.strategy }
  private var history: MarketHistory { market.history }
  private var decision: TradeMinute { TradeMinute(session: session, minute: strategy.entry.minute) }

  /// The line of a session without a trade.
  func refused(
    _ code: OutcomeCode, _ priced: PricedSurface?, _ configuration: String
  ) -> (time: TradeMinute, line: AuditLine) {
    let line = AuditLine(
      time: history.iso(decision), session: history.sessions[session].date.description, kind: .noEntry,
      rule: rule(code), inputs: inputs(priced, code),
      action: .none("no entry: \(code.rawValue)"), configuration: configuration)
    return (decision, line)
  }

  /// The settings that an outcome hangs on.
  private func rule(_ code: OutcomeCode) -> String {
    switch code {
    case .traded: rules.text("entry", "condor")
    case .weekday: rules.text("entry.weekdays")
    case .noListedExpiry: rules.text("entry.expirations")
    case .earlyClose: rules.text("entry.minute")
    case .event: rules.text("entry.skip_events")
    case .gate: rules.text("entry.gates", "entry.when")
    case .noStrikeInBand, .creditUnreachable: rules.text("condor", "costs")
    case .margin: rules.text("account_dollars", "sizing")
    case .signalMissing: rules.text("entry.gates", "entry.skip_events", "hedge.layers")
    case .dataHole: "a session whose marks, closes or settlements have holes is left out"
    case .periodEnds: "a condor, and the spread it may be rolled to, need sessions to expire in"
    }
  }

  /// Values known at the decision minute by name.
  ///
  /// - Parameter code: of the outcome; what the strike rule would take without its bands is told where they refused.
  func inputs(_ priced: PricedSurface?, _ code: OutcomeCode = .traded) -> [String: AuditLine.Value] {
    var seen: [String: AuditLine.Value] = [:]
    let known = engine.knownClose(entry: session)
    let date = history.sessions[session].date
    let next = history.calendar.next(after: date)
    if let next {
      seen["expiry"] = .text(next.description)
      seen["expiry_is_listed"] = .flag(market.listedExpiries.contains(next))
      let events = history.events.events(in: date...next)
      seen["events_to_expiry"] = .text(
        events.map { "\($0.kind.rawValue) \($0.date)" }.joined(separator: ", "))
    }
    for gate in strategy.entry.gates {
      for index in [gate.index] + (gate.over.map { [$0] } ?? []) {
        seen["\(index.rawValue)_close_points"] = .init(known >= 0 ? history.close(index, known) : nil)
      }
      if known >= 0 { seen["closes_of"] = .text(history.sessions[known].date.description) }
    }
    if code == .signalMissing, let desk {
      let reasons = NoTradeReasons(engine: engine, desk: desk, priced: priced)
      seen["missing"] = .text(reasons.lines(code).joined(separator: "; "))
    }
    if code == .margin, let desk, case .trade(let trade) = engine.evaluate(desk) {
      seen["margin_of_one_dollars"] = .init(Double(trade.marginCents) / 100)
      if !strategy.hedge.isEmpty {
        let layers = hedge.openedCents(position, width: strategy.condor.width, credit: trade.first.credit)
        seen["hedge_margin_of_one_dollars"] = .init(Double(layers) / 100)
        seen["standing_margin_dollars"] = .init(Double(hedge.standingCents(position)) / 100)
      }
    }
    if let condition = strategy.entry.condition, let desk {
      let told = RuleSight.seen(
        condition, minute: strategy.entry.minute, desk: desk, view: known == session ? .evening : .open)
      for (name, value) in told { seen[name] = .init(value) }
    }
    guard let priced, code != .dataHole else { return seen }
    let surface = priced.surface
    seen["index_points"] = .init(surface.forward[0] > 0 ? surface.forward[0] : nil)
    seen["\(surface.levelIndex.rawValue)_level_points"] = .init(surface.levelValue)
    seen["sd_to_expiry_percent"] = .init(100 * surface.entryStdDev)
    if code == .noStrikeInBand || code == .creditUnreachable {
      var free = strategy.condor
      free.strikes.creditBand = nil
      free.strikes.putBand = nil
      free.strikes.callBand = nil
      let choice = priced.choice(free)
      seen["put_delta_without_bands"] = .init(choice.map { abs($0.putDelta) })
      seen["call_delta_without_bands"] = .init(choice.map(\.callDelta))
      seen["mid_credit_without_bands_points"] = .init(choice.map { TickGrid.points($0.midCredit) })
    }
    return seen
  }
}
