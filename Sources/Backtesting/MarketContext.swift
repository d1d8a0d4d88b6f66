import MarketData
import Pricing
import Rules
import Signals
import Strategies

/// A history with everything that is derived from it once and shared by every strategy and thread. An object that never
/// changes: the hot path hands it on without copying a record of a dozen tables.
public final class MarketContext: Sendable {
  /// The whole record.
  public let history: MarketHistory
  /// Mark parameters in force.
  public let parameters: MarkParameters
  /// Dates on which a PM-settled SPXW series expires.
  public let listedExpiries: Set<SessionDate>
  /// VIX futures.
  public let vx: VXMarket
  private let derived: Derived

  /// What strategies ask for.
  private struct Derived {
    var rsi: [RelativeStrengthIndex.Key: RelativeStrengthIndex] = [:]
    var signals = RuleSignals()
    var margins: [HedgeInstrument: InstrumentMargin] = [:]

    mutating func add(
      _ strategies: some Sequence<Strategy>, _ history: MarketHistory, _ parameters: MarkParameters,
      _ vx: VXMarket
    ) {
      for strategy in strategies {
        for (length, bars) in strategy.hedge.flatMap(\.trigger.rsiKeys) {
          let key = RelativeStrengthIndex.Key(length: length, barMinutes: bars)
          if rsi[key] == nil { rsi[key] = RelativeStrengthIndex(key, history: history) }
        }
        for rule in strategy.rules {
          for signal in rule.rule.signals { signals.add(signal, history, parameters) }
        }
        for layer in strategy.hedge where layer.horizon == .condor && margins[layer.instrument] == nil {
          margins[layer.instrument] = InstrumentMargin(layer.instrument, history, vx)
        }
      }
    }
  }

  /// Derives VX betas and the indicators that `strategies` ask for. O(sessions × (contracts + bars)).
  public init(
    history: MarketHistory, parameters: MarkParameters, listedExpiries: Set<SessionDate>,
    strategies: some Sequence<Strategy>, vxPath: VXPathModel = VXPathModel()
  ) {
    self.history = history
    self.parameters = parameters
    self.listedExpiries = listedExpiries
    vx = VXMarket(history, clock: parameters.clock, model: vxPath)
    var derived = Derived()
    derived.add(strategies, history, parameters, vx)
    self.derived = derived
  }

  private init(_ other: MarketContext, _ derived: Derived) {
    (history, parameters, listedExpiries, vx) = (
      other.history, other.parameters, other.listedExpiries, other.vx
    )
    self.derived = derived
  }

  /// The same with the indicators that more strategies ask for. O(new indicators × bars).
  public func including(_ strategies: some Sequence<Strategy>) -> MarketContext {
    var more = derived
    more.add(strategies, history, parameters, vx)
    return MarketContext(self, more)
  }

  /// A signal by session as known at each session's open, or from 16:15 on, shape `[sessions]`; NaN where there is no value.
  func sessions(_ signal: SignalInstance, view: SessionView = .open) -> [Double] {
    derived.signals.sessions(signal, view: view, count: history.sessions.count)
  }

  /// A signal by minute at every mark of a session, shape `[marks]`; NaN where there is no value, and everywhere for what
  /// hangs on the entry's fill.
  func minutes(_ signal: SignalInstance, session: Int, expiry: Int) -> [Double] {
    derived.signals.minutes(
      signal, session: session, expiry: expiry, count: history.sessions[session].spot.count)
  }

  /// Refuses strategies whose rules and VIX calls look at what the history doesn't have, or further back than it reaches.
  ///
  /// - Throws: ``SignalError`` or ``RuleError``, the first.
  public func requireSignals(of strategies: some Sequence<Strategy>) throws {
    let context = including(strategies)
    for rule in strategies.flatMap(\.rules) {
      try rule.rule.requireSessions(history.sessions.count)
      for signal in rule.rule.signals { try context.derived.signals.require(signal) }
    }
    for layer in strategies.flatMap(\.hedge) where layer.instrument.isVIXCall {
      for (isThere, needs) in [
        (history.volatility[.vvix]?.contains { $0 > 0 } ?? false, "daily closes of VVIX"),
        (history.futures.contains { !$0.isEmpty }, "VX settlements by contract"),
      ] where !isThere {
        throw SignalError.lacking(
          history: history.name, signal: "the VIX calls of hedge \(layer.name)", needs: needs)
      }
    }
  }

  /// What an instrument binds by entry session.
  func margin(of instrument: HedgeInstrument) -> InstrumentMargin {
    derived.margins[instrument] ?? InstrumentMargin(instrument, history, vx)
  }

  /// RSI as seen at a minute; NaN where it isn't known yet.
  /// - Precondition: the context was made with a strategy that uses this length and bar.
  public func rsi(length: Int, barMinutes: Int, session: Int, minute: Int) -> Double {
    rsi(length: length, barMinutes: barMinutes).value(session: session, minute: minute)
  }

  /// The whole series of an RSI.
  /// - Precondition: the context was made with a strategy that uses this length and bar.
  func rsi(length: Int, barMinutes: Int) -> RelativeStrengthIndex {
    guard let series = derived.rsi[RelativeStrengthIndex.Key(length: length, barMinutes: barMinutes)] else {
      preconditionFailure("MarketContext.rsi: no series of length \(length) on \(barMinutes)-minute bars")
    }
    return series
  }
}

/// What one thread has priced for one entry session; strategies that pick the same strikes share it.
public final class SessionDesk {
  private struct Key: Hashable {
    let decisionMinute: Int
    let settings: MarkSettings
  }
  /// The market that everything runs on.
  public let context: MarketContext
  /// Position of the entry session; it expires at the next one.
  public let entry: Int
  /// VX paths of this session and the next.
  public let vxPaths: VXPaths
  private var surfaces: [Key: PricedSurface?] = [:]
  private var columns: [SignalColumn: [Double]] = [:]
  private struct SignalColumn: Hashable {
    let signal: SignalInstance
    let session: Int
  }

  /// - Precondition: the history has a session after `entry`.
  public init(_ context: MarketContext, entry: Int) {
    precondition(
      context.history.sessions.indices.contains(entry + 1), "SessionDesk: no session after the entry")
    self.context = context
    self.entry = entry
    vxPaths = VXPaths(context.vx)
  }

  /// ``MarketContext/minutes(_:session:expiry:)`` of this entry's sessions, worked out once.
  func minutes(_ signal: SignalInstance, session: Int) -> [Double] {
    let key = SignalColumn(signal: signal, session: session)
    if let known = columns[key] { return known }
    let made = context.minutes(signal, session: session, expiry: entry + 1)
    columns[key] = made
    return made
  }

  /// The marks of an entry decided at a minute; `nil` if no volatility level is known by then or there is no index
  /// mark at that minute.
  public func surface(decisionMinute: Int, model: MarkModel) -> PricedSurface? {
    let key = Key(decisionMinute: decisionMinute, settings: model.settings)
    if let known = surfaces[key] { return known }
    let made = model.surface(
      context.history, entry: entry, decisionMinute: decisionMinute, expiry: entry + 1
    ).flatMap(PricedSurface.init)
    surfaces[key] = .some(made)
    return made
  }
}
