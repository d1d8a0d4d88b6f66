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
    /// Number of the trial in the grid.
    @Nullable public var index: Double?
    /// ln(F/F at the fill) in sd of the holding period.
    @Nullable public var moveSd: Double?
    /// Mid cost to close, points; `nil` in a hole.
    @Nullable public var costPoints: Double?
    /// Cost − credit, points; positive is a loss.
    @Nullable public var lossPoints: Double?
    /// RSI by `length/bar minutes`, as known at this minute.
    public var rsi: [String: Double]
    /// What happened at this minute.
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
  /// Minutes a trade has in the array.
  public var minutes: [Minute]
  /// Everything realised in the period.
  @Nullable public var netDollars: Double?
  /// Result of the hedge, dollars.
  @Nullable public var hedgeDollars: Double?
  /// What the prices are, in one sentence.
  public var disclosure: String

  /// Re-runs one session with its reasons.
  public init(
    _ strategy: Strategy, date: SessionDate, market: Market
  ) throws(StudyError) {
    let history = market.history
    let i = history.firstIndex(onOrAfter: date)
    guard let first = history.sessions.first, let last = history.sessions.last, i < history.sessions.count,
      history.sessions[i].date == date
    else {
      throw .noSuchSession(
        date: date.description, first: history.sessions.first?.date.description ?? "nothing",
        last: history.sessions.last?.date.description ?? "nothing")
    }
    _ = (first, last)
    self.strategy = strategy.name
    session = date.description
    disclosure = market.disclosure
    decision = []
    minutes = []
    guard i + 1 < history.sessions.count else {
      outcome = OutcomeCode.periodEnds.rawValue
      decision = ["the history ends with this session: there is no session for the condor to expire in"]
      return
    }
    let context = market.context(for: [strategy])
    let desk = SessionDesk(context, entry: i)
    let engine = ReferenceEngine(strategy, context: context)
    let evaluation = engine.evaluate(desk)
    outcome = evaluation.code.rawValue
    expiry = history.sessions[i + 1].date.description
    decision = Self.entryReasons(strategy, i, market: market, code: evaluation.code)
    guard let priced = engine.pricedSurface(desk) else { return }
    let surface = priced.surface
    decision.append(
      "level: \(surface.levelIndex.rawValue) \(Self.text(surface.levelValue, 2)) gives one sd to expiry of "
        + "\(Self.text(100 * surface.entryStdDev, 3)) % (\(Self.text(surface.entryStdDev * surface.forward[0], 1)) points)"
    )
    guard case .trade(let trade) = evaluation else { return }
    netDollars = Double(trade.condorNetCents) / 100
    hedgeDollars = Double(trade.hedge.netCents) / 100
    decision += Self.saleReasons(trade, strategy)
    minutes = Self.minutes(trade, strategy, priced: priced, context: context)
  }

  // MARK: Reasons

  private static func entryReasons(
    _ strategy: Strategy, _ i: Int, market: Market, code: OutcomeCode
  ) -> [String] {
    let history = market.history
    let next = history.sessions[i + 1].date
    var lines: [String] = []
    let listed = market.listedExpiries.contains(next)
    lines.append(
      "expiry: the next session is \(next); a PM-settled SPXW series \(listed ? "expires" : "does not expire") then"
    )
    let known = strategy.entry.minute >= MinuteOfDay.afterClose ? i : i - 1
    for gate in strategy.entry.gates {
      let open = gate.isOpen(history, closeOf: known)
      let name = gate.index.rawValue + (gate.over.map { "/" + $0.rawValue } ?? "")
      lines.append("gate on \(name): \(open.map { $0 ? "open" : "closed" } ?? "no value known")")
    }
    for event in history.events.events(in: history.sessions[i].date...next) {
      lines.append("scheduled: \(event.kind.rawValue) on \(event.date) at \(MinuteOfDay.text(event.minute))")
    }
    lines.append("outcome: \(code.rawValue)" + (code == .traded ? "" : ", " + words(code)))
    return lines
  }

  private static func words(_ code: OutcomeCode) -> String {
    switch code {
    case .traded: "a condor was sold"
    case .weekday: "the rule does not enter on this weekday"
    case .noListedExpiry: "no SPXW series expires at the next session's close"
    case .periodEnds: "the next session lies beyond the history"
    case .earlyClose: "the decision minute comes after this half day's close"
    case .dataHole: "prices are missing where the trade would need them"
    case .signalMissing: "a value that a rule asks for is not known yet or not in the history"
    case .event: "a scheduled release falls into the holding window"
    case .gate: "a gate is closed"
    case .noStrikeInBand: "no 5-point strike has a delta within the band on at least one side"
    case .creditUnreachable: "the credit is outside the band, or slippage eats it"
    case .margin: "open and new margin exceed the account"
    }
  }

  private static func saleReasons(_ trade: Trade, _ strategy: Strategy) -> [String] {
    let s = trade.strikes
    var lines = [
      "\(MinuteOfDay.text(trade.decisionMinute)) decided: put \(s.longPut)/\(s.shortPut) (delta "
        + "\(text(trade.shortPutDelta, 3))), call \(s.shortCall)/\(s.longCall) (delta "
        + "\(text(trade.shortCallDelta, 3))), mid credit \(Money.points(trade.midCredit)) points",
      "\(MinuteOfDay.text(trade.fillMinute)) sold at \(Money.points(trade.credit)) points after slippage; margin "
        + "$\(Money.text(trade.marginCents))",
    ]
    if let level = strategy.exit.stop.level(credit: trade.credit, reference: trade.credit),
      strategy.exit.basis == .condor
    {
      lines.append(
        "stop when closing costs \(Money.points(level)) points or more; "
          + (trade.stopReachable
            ? "within reach" : "out of reach: a \(s.width)-point condor costs at most \(s.width)"))
    }
    return lines
  }

  // MARK: Minutes

  private static func minutes(
    _ trade: Trade, _ strategy: Strategy, priced: PricedSurface, context: MarketContext
  ) -> [Minute] {
    let surface = priced.surface
    let history = context.history
    let cost = priced.path(trade.strikes).cost(.condor)
    var seen: [(Int, Int)] = []
    for layer in strategy.hedge {
      for (length, bars) in layer.trigger.rsiKeys where !seen.contains(where: { $0 == (length, bars) }) {
        seen.append((length, bars))
      }
    }
    var result: [Minute] = []
    for p in 1..<surface.minutes.count {
      let sessionIndex = p < surface.expiryStart ? surface.entry : surface.expiry
      let minute = surface.minutes[p]
      let f = surface.forward[p]
      let hole = cost[p] == TickGrid.missing
      var rsi: [String: Double] = [:]
      for (length, bars) in seen {
        let value = context.rsi(length: length, barMinutes: bars, session: sessionIndex, minute: minute)
        if value == value { rsi["\(length)/\(bars)"] = value }
      }
      result.append(
        Minute(
          date: history.sessions[sessionIndex].date.description, time: MinuteOfDay.text(minute),
          index: f > 0 ? f : nil, moveSd: HedgeView.moveInSd(surface, at: p),
          costPoints: hole ? nil : TickGrid.points(cost[p]),
          lossPoints: hole ? nil : TickGrid.points(cost[p] - trade.credit), rsi: rsi,
          events: events(trade, strategy, session: sessionIndex, minute: minute)))
    }
    return result
  }

  private static func events(_ trade: Trade, _ strategy: Strategy, session: Int, minute: Int) -> [String] {
    var lines: [String] = []
    if session == trade.entrySession, minute == trade.fillMinute {
      lines.append("sold at \(Money.points(trade.credit))")
    }
    for fill in trade.fills where fill.session == session && fill.minute == minute {
      lines.append(
        "\(fill.part.rawValue) closed (\(fill.reason.rawValue)) at \(Money.points(fill.cost)): net "
          + "$\(Money.text(Int64(fill.netCents)))"
          + (fill.reason == .stop ? ", without the stop $\(Money.text(Int64(fill.shadowNetCents)))" : ""))
    }
    for fill in trade.hedge.fills
    where fill.session == session
      && (fill.minute == minute || (fill.action == .close && minute == MinuteOfDay.close))
    {
      let name = strategy.hedge[fill.layer].name
      let contracts = fill.contracts.map { "VX \($0.expiry) × \($0.thousandths)/1000" }.joined(
        separator: " + ")
      lines.append(
        "hedge \(name): \(fill.action.rawValue) \(fill.shareThousandths / 10) % at \(text(Double(fill.price) / 1000, 3)) "
          + "(\(contracts))" + (fill.action == .close ? ", at the settlement" : ""))
    }
    return lines
  }

  private static func text(_ x: Double, _ digits: Int) -> String {
    let scale = (0..<digits).reduce(1.0) { s, _ in s * 10 }
    let n = Int64((abs(x) * scale).rounded(.toNearestOrAwayFromZero))
    let whole = n / Int64(scale)
    let rest = String(n % Int64(scale))
    return (x < 0 ? "-" : "") + "\(whole)"
      + (digits == 0 ? "" : "." + String(repeating: "0", count: digits - rest.count) + rest)
  }
}
