import MarketData
import Pricing
import Rules
import Signals
import Strategies

/// What the rules of a trade see: the market's signals, what hangs on the entry's fill, and the condor.
///
/// Values by session are those known at the open of the session that the minute lies in, so that the evening of the entry
/// doesn't see the closes of its own day before the next open. Bars before the fill have no move.
struct RuleView {
  let desk: SessionDesk
  let surface: MarkSurface
  /// Of the layer whose rule is asked, once it is open.
  var layer: LayerSight?
  /// Of the condor, for rules that see one.
  var condor: CondorSight?

  /// The value of a rule at a point, by its definition.
  func value(_ rule: CheckedRule, at point: Int) -> RuleValue {
    let bar = bar(of: point)
    return RuleReference(
      rule, session: { desk.context.sessions($0)[$1] }, minute: { minute($0, session: $1, minute: $2) }
    ).value(session: bar.session, minute: bar.minute)
  }

  /// The value of a signal at a point; NaN where there is none.
  func value(of signal: SignalInstance, at point: Int) -> Double {
    let bar = bar(of: point)
    return signal.resolution == .session
      ? desk.context.sessions(signal)[bar.session] : minute(signal, session: bar.session, minute: bar.minute)
  }

  private func bar(of point: Int) -> (session: Int, minute: Int) {
    let session = point < surface.expiryStart ? surface.entry : surface.expiry
    let marks = desk.context.history.sessions[session].spot.count
    return (session, Self.bar(ofMinute: surface.minutes[point], marks: marks))
  }

  /// The bar that a minute sees: after the close the last one.
  static func bar(ofMinute minute: Int, marks: Int) -> Int { min(minute - MinuteOfDay.open, marks - 1) }

  private func minute(_ signal: SignalInstance, session: Int, minute: Int) -> Double {
    if RuleSignals.isOfMarket(signal) { return desk.minutes(signal, session: session)[minute] }
    guard let point = point(session: session, minute: minute) else { return .nan }
    if StrategyRule.ofOpenLayer.contains(signal.name) {
      return layer?.values(of: signal)?[point] ?? .nan
    }
    if let quantity = CondorSight.Quantity(signal) { return condor?.value(quantity, at: point) ?? .nan }
    return HedgeView.moveInSd(surface, at: point).map { Self.onSide(signal, $0) } ?? .nan
  }

  /// The point of minute 09:30 + `minute` of one of the trade's sessions; `nil` before the fill.
  private func point(session: Int, minute: Int) -> Int? {
    guard session != surface.expiry else { return surface.expiryStart + minute }
    let point = 1 + minute + MinuteOfDay.open - surface.minutes[1]
    return point >= 1 && point < surface.expiryStart ? point : nil
  }

  /// A move as its signal's side counts it.
  static func onSide(_ signal: SignalInstance, _ move: Double) -> Double {
    switch signal.arguments.first {
    case .word("up"): move
    case .word("down"): -move
    default: abs(move)
    }
  }

  /// The value of a condition on the market alone, at a minute of a session; missing where there are fewer sessions so far
  /// than its windows need.
  ///
  /// - Parameter minutes: a signal by minute at every mark of a session.
  static func market(
    _ rule: StrategyRule, session: Int, minute: Int, _ context: MarketContext, view: SessionView = .open,
    minutes: (SignalInstance, Int) -> [Double]
  ) -> RuleValue {
    guard session + 1 >= rule.rule.lookBackSessions else { return .missing(.tooFewBars) }
    return withoutActuallyEscaping(minutes) { minutes in
      RuleReference(
        rule.rule, session: { context.sessions($0, view: view)[$1] }, minute: { minutes($0, $1)[$2] }
      ).value(
        session: session, minute: bar(ofMinute: minute, marks: context.history.sessions[session].spot.count))
    }
  }
  /// The same of the session of an entry, which sees the closes of that session where its prices do.
  static func market(_ rule: StrategyRule, minute: Int, desk: SessionDesk, view: SessionView) -> RuleValue {
    market(rule, session: desk.entry, minute: minute, desk.context, view: view) {
      desk.minutes($0, session: $1)
    }
  }

  /// Whether a rule of a layer can be told at the condor's fill: ``isTold(_:entry:atFill:)``, for a release as if the layer
  /// had opened there; a scale has a value there.
  func isToldAtFill(_ rule: StrategyRule) -> Bool {
    var view = self
    if rule.seesLayer { view.layer = LayerSight(unmovedPoints: surface.minutes.count) }
    let value = view.value(rule.rule, at: 1)
    if rule.rule.type != .condition, case .missing = value { return false }
    return Self.isTold(rule.rule, entry: surface.entry, atFill: value)
  }

  /// Whether the market has told what a rule needs at the fill: enough sessions, and no market signal that keeps its value
  /// from being had. What is missing later doesn't fire; what is missing then is told before the entry.
  static func isTold(_ rule: CheckedRule, entry: Int, atFill value: RuleValue) -> Bool {
    guard entry + 1 >= rule.lookBackSessions else { return false }
    if case .missing(.signal(let signal)) = value { return !RuleSignals.isOfMarket(signal) }
    return true
  }
}
