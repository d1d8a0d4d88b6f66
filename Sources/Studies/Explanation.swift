import Backtesting
import MarketData
import Pricing
import Strategies

/// One session of one strategy, minute by minute: what was seen, what was decided, and why.
public struct Explanation: Sendable, Codable {
  /// One minute with a condor open.
  public struct Minute: Sendable, Codable {
    /// The session.
    public var date: String
    /// New York, HH:MM.
    public var time: String
    /// The index at this minute, points; `nil` in a hole.
    @Nullable public var index: Double?
    /// ln(F/F at the fill) in sd of the holding period.
    @Nullable public var moveSd: Double?
    /// Mid cost to close the condor sold last, points; `nil` in a hole.
    @Nullable public var costPoints: Double?
    /// Cost − credit, points; positive is a loss.
    @Nullable public var lossPoints: Double?
    /// RSI by `length/bar minutes`, as known at this minute.
    public var rsi: [String: Double]
    /// What was decided at this minute, with the values seen, and what was filled.
    public var events: [String]
  }
  /// The configuration.
  public var strategy: String
  /// The entry session.
  public var session: String
  /// The session it expires in.
  @Nullable public var expiry: String?
  /// Its outcome code.
  public var outcome: String
  /// The decision in sentences, in order.
  public var decision: [String]
  /// Every minute from the opening fill to the expiry's close; empty without a trade.
  public var minutes: [Minute]
  /// Result of one condor and what was sold after it, without the hedge, after fees, dollars; `nil` where nothing was sold.
  @Nullable public var netDollars: Double?
  /// Result of its trade-opened hedge layers after costs, dollars; `nil` where nothing was sold.
  @Nullable public var hedgeDollars: Double?
  /// What the prices are, in one sentence.
  public var disclosure: String

  /// Re-runs one session with its reasons, and the period that its account comes from.
  ///
  /// - Parameter period: sessions of the backtest that it is a part of; `nil` for the whole history.
  /// - Throws: `StudyError.noSuchSession` for a date that is no session of the period.
  /// - Complexity: a backtest of the period.
  public init(
    _ strategy: Strategy, date: SessionDate, market: Market, period asked: ClosedRange<Int>? = nil
  ) throws(StudyError) {
    let history = market.history
    let i = history.firstIndex(onOrAfter: date)
    let whole = 0..<history.sessions.count
    let period = asked.map { whole.clamped(to: Range($0)) } ?? whole
    guard period.contains(i), history.sessions[i].date == date else {
      throw .noSuchSession(
        date: date.description,
        first: period.first.map { history.sessions[$0].date.description } ?? "nothing",
        last: period.last.map { history.sessions[$0].date.description } ?? "nothing")
    }
    self.strategy = strategy.name
    session = date.description
    disclosure = market.disclosure
    decision = []
    minutes = []
    guard i + 1 < period.upperBound else {
      outcome = OutcomeCode.periodEnds.rawValue
      decision = [
        "the \(period == whole ? "history" : "period") ends with this session: there is none after it for the condor to expire in"
      ]
      return
    }
    let context = market.context(for: [strategy])
    let desk = SessionDesk(context, entry: i)
    let engine = ReferenceEngine(strategy, context: context)
    let evaluation = engine.evaluate(desk)
    outcome = evaluation.code.rawValue
    expiry = history.sessions[i + 1].date.description
    decision = Self.entryReasons(engine, i, market: market, code: evaluation.code)
    let priced = engine.pricedSurface(desk)
    if let surface = priced?.surface {
      decision.append(
        "level: \(surface.levelIndex.rawValue) \(Self.text(surface.levelValue, 2)) gives one sd to expiry of "
          + "\(Self.text(100 * surface.entryStdDev, 3)) % "
          + "(\(Self.text(surface.entryStdDev * surface.forward[0], 1)) points)")
    }
    guard case .trade(let trade) = evaluation, let priced else {
      decision += NoTradeReasons(engine: engine, desk: desk, priced: priced).lines(evaluation.code)
      return
    }
    netDollars = Double(trade.condorNetCents + trade.shiftNetCents) / 100
    hedgeDollars = Double(trade.hedge.netCents) / 100
    decision += Self.saleReasons(trade, strategy) + Self.shiftReasons(trade, history)
    decision += Self.droppedLayers(trade, strategy, priced, desk)
    let record = Backtester(context).run(strategy, period: period.lowerBound...(period.upperBound - 1))
      .records[i - period.lowerBound]
    decision.append(Self.accountReason(record, strategy, from: history.sessions[period.lowerBound].date))
    outcome = record.code.rawValue
    if record.code != .traded { (netDollars, hedgeDollars) = (nil, nil) }
    minutes = MinuteReasons(trade: trade, strategy: strategy, priced: priced, context: context).minutes()
  }

  // MARK: Reasons

  /// What the account made of an entry that a condor was found for.
  private static func accountReason(
    _ record: SessionRecord, _ strategy: Strategy, from first: SessionDate
  ) -> String {
    let account = "the account of \(Money.text(strategy.accountCents)) $ at \(first)"
    let refused = "nothing was sold, and the minutes below are what one condor would have seen"
    switch record.code {
    case .margin:
      return
        "\(account) had no room left for the margin of the condor and its hedge beside what was held: \(refused)"
    case .periodEnds: return "something of it would end after the period: \(refused)"
    default: break
    }
    let wish =
      switch strategy.sizing {
      case .one: "one condor at a time"
      case .equityFraction(let share, let most):
        "sized by equity, \(shortest(Double(share) / 10)) % of it in margin and \(most) condors at most"
      case .hedgeGains(let share, let most):
        "one, and more by hedge gains, \(shortest(Double(share) / 10)) % of them in margin and \(most) condors at most"
      }
    return "\(wish): \(account) sold \(record.quantity); the minutes below are of one"
  }

  /// Layers that the limit of break-evens keeps from opening.
  private static func droppedLayers(
    _ trade: Trade, _ strategy: Strategy, _ priced: PricedSurface, _ desk: SessionDesk
  ) -> [String] {
    guard let limit = strategy.ties.breakEvenLimitThousandths else { return [] }
    let kept = ExpectedPayoff.keptLayers(
      of: strategy, trade.first.strikes, credit: trade.first.credit, surface: priced.surface, desk: desk)
    return zip(strategy.hedge.filter { $0.horizon == .condor }, kept).filter { !$0.1 }.map { layer, _ in
      "hedge \(layer.name): not opened, it is expected to move a break-even by more than "
        + "\(shortest(Double(limit) / 1000)) points"
    }
  }

  private static func entryReasons(
    _ engine: ReferenceEngine, _ i: Int, market: Market, code: OutcomeCode
  ) -> [String] {
    let history = market.history
    let next = history.sessions[i + 1].date
    var lines: [String] = []
    let listed = market.listedExpiries.contains(next)
    lines.append(
      "expiry: the next session is \(next); a PM-settled SPXW series \(listed ? "expires" : "does not expire") then"
    )
    for gate in engine.strategy.entry.gates { lines.append(gateReason(gate, engine, i, history)) }
    if let condition = engine.strategy.entry.condition {
      let desk = SessionDesk(market.context(for: [engine.strategy]), entry: i)
      let sight = RuleSight.words(
        condition, minute: engine.strategy.entry.minute, desk: desk,
        view: engine.knownClose(entry: i) == i ? .evening : .open)
      lines.append("entry only when \(condition.rule.canonical): \(sight)")
    }
    for event in history.events.events(in: history.sessions[i].date...next) {
      lines.append("scheduled: \(event.kind.rawValue) on \(event.date) at \(MinuteOfDay.text(event.minute))")
    }
    lines.append("outcome: \(code.rawValue)" + (code == .traded ? "" : ", " + words(code)))
    return lines
  }

  /// A gate with the value it saw, the date of that value and its bounds.
  private static func gateReason(
    _ gate: Gate, _ engine: ReferenceEngine, _ i: Int, _ history: MarketHistory
  ) -> String {
    let known = engine.knownClose(entry: i)
    let name = gate.index.rawValue + (gate.over.map { "/" + $0.rawValue } ?? "")
    guard known >= 0 else { return "gate on \(name): no value known, the history has no session before" }
    let parts = ([gate.index] + (gate.over.map { [$0] } ?? [])).map {
      (index: $0, close: history.close($0, known))
    }
    let day = "at the close of \(history.sessions[known].date)"
    if let missing = parts.first(where: { $0.close != $0.close }) {
      return "gate on \(name): no value known, \(missing.index.rawValue) has none \(day)"
    }
    let seen = parts.map { text($0.close, 2) }.joined(separator: "/")
    let value = parts.count == 2 ? " = \(text(parts[0].close / parts[1].close, 4))" : ""
    let bounds = [
      gate.atLeast.map { "at least \(shortest($0))" }, gate.atMost.map { "at most \(shortest($0))" },
    ].compactMap { $0 }.joined(separator: " and ")
    let ahead =
      known == i && engine.strategy.entry.minute < MinuteOfDay.afterClose
      ? " (assume_close_known: a look-ahead, it is published at 16:15)" : ""
    let open = gate.isOpen(history, closeOf: known).map { $0 ? "open" : "closed" } ?? "no value known"
    return "gate on \(name): \(seen)\(value) \(day)\(ahead), \(bounds) wanted: \(open)"
  }

  private static func words(_ code: OutcomeCode) -> String {
    switch code {
    case .traded: "a condor was sold"
    case .weekday: "the rule does not enter on this weekday"
    case .noListedExpiry: "no SPXW series expires at the next session's close"
    case .periodEnds: "the expiry, or that of a shift, lies beyond the history"
    case .earlyClose: "the decision minute comes after this half day's close"
    case .dataHole: "prices are missing where the trade, or the spread it may be rolled to, would need them"
    case .signalMissing: "a value that a rule asks for is not known yet or not in the history"
    case .event: "a scheduled release falls into the holding window"
    case .gate: "a gate is closed"
    case .noStrikeInBand: "no 5-point strike has a delta within the band on at least one side"
    case .creditUnreachable: "the credit is outside the band, or slippage eats it"
    case .margin: "open and new margin exceed the account"
    }
  }

  private static func saleReasons(_ trade: Trade, _ strategy: Strategy) -> [String] {
    let condor = trade.first
    let s = condor.strikes
    var lines = [
      "\(MinuteOfDay.text(condor.decidedAt.minute)) decided: \(strikes(condor))",
      "\(MinuteOfDay.text(condor.filledAt.minute)) sold at \(Money.points(condor.credit)) points after slippage; "
        + "margin $\(Money.text(trade.marginCents))"
        + (trade.reservesMargin ? ", held to the expiry for what may yet be sold" : ""),
    ]
    if let level = strategy.exit.stop.level(credit: condor.credit, reference: condor.credit),
      strategy.exit.basis == .condor
    {
      lines.append(
        "stop when closing costs \(Money.points(level)) points or more; "
          + (condor.stopReachable
            ? "within reach" : "out of reach: a \(s.width)-point condor costs at most \(s.width)"))
    }
    if let condition = strategy.exit.condition {
      lines.append("closed at market when \(condition.rule.canonical)")
    }
    if let rule = strategy.exit.reentry {
      let after = rule.after == .any ? "stop or target" : rule.after.rawValue
      lines.append(
        "re-entry: \(rule.waitMinutes) trading minutes after a \(after), at most \(rule.atMost), until "
          + "\(MinuteOfDay.text(rule.until)) of the expiry session; sold anew: \(trade.condors.count - 1)")
    }
    return lines
  }

  /// What a shift sold, with how each spread ended.
  private static func shiftReasons(_ trade: Trade, _ history: MarketHistory) -> [String] {
    func when(_ time: TradeMinute) -> String {
      "\(history.sessions[time.session].date) \(MinuteOfDay.text(time.minute))"
    }
    return trade.shifted.map { spread in
      "\(spread.part.rawValue) bought back at \(Money.points(spread.buyBack)); decided \(when(spread.decidedAt)): "
        + "\(spread.short)/\(spread.long) of \(history.sessions[spread.expirySession].date), sold at "
        + "\(Money.points(spread.credit)) \(when(spread.filledAt)); ended \(when(spread.endedAt)) by "
        + "\(spread.reason?.rawValue ?? "its way back") at \(Money.points(spread.cost)), "
        + "net $\(Money.text(Int64(spread.netCents)))"
    }
  }

  /// Strikes with the deltas of the shorts, and the credit they promised.
  static func strikes(_ condor: SoldCondor) -> String {
    let s = condor.strikes
    return "put \(s.longPut)/\(s.shortPut) (delta \(text(condor.shortPutDelta, 3))), call "
      + "\(s.shortCall)/\(s.longCall) (delta \(text(condor.shortCallDelta, 3))), mid credit "
      + "\(Money.points(condor.midCredit)) points"
  }

  /// A bound as it was written: no digits beyond its own.
  static func shortest(_ x: Double) -> String { x == x.rounded() && abs(x) < 1e15 ? text(x, 0) : "\(x)" }

  /// A number with so many decimals, halves away from zero.
  static func text(_ x: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { s, _ in s * 10 }
    let n = Int64((abs(x) * scale).rounded(.toNearestOrAwayFromZero))
    let whole = n / Int64(scale)
    let rest = String(n % Int64(scale))
    return (x < 0 ? "-" : "") + "\(whole)"
      + (digits == 0 ? "" : "." + String(repeating: "0", count: digits - rest.count) + rest)
  }
}
