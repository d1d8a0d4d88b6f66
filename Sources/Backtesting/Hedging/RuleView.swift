import MarketData
import Pricing
import Rules

/// What the rules of a trade see: the market's signals, and what hangs on the entry's fill.
///
/// Values by session are those known at the open of the session that the minute lies in, so that the evening of the entry
/// doesn't see the closes of its own day before the next open. Bars before the fill have no move.
struct RuleView {
  let desk: SessionDesk
  let surface: MarkSurface

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
    RuleSignals.isOfMarket(signal)
      ? desk.minutes(signal, session: session)[minute]
      : Self.move(signal, surface, session: session, minute: minute)
  }

  /// The move since the fill on a side, sd, at minute 09:30 + `minute` of one of the trade's sessions; NaN before the fill
  /// and in holes.
  private static func move(
    _ signal: SignalInstance, _ surface: MarkSurface, session: Int, minute: Int
  ) -> Double {
    let point =
      session == surface.expiry
      ? surface.expiryStart + minute : 1 + minute + MinuteOfDay.open - surface.minutes[1]
    guard point >= 1, session == surface.expiry || point < surface.expiryStart,
      let move = HedgeView.moveInSd(surface, at: point)
    else { return .nan }
    return onSide(signal, move)
  }

  /// A move as its signal's side counts it.
  static func onSide(_ signal: SignalInstance, _ move: Double) -> Double {
    switch signal.arguments.first {
    case .word("up"): move
    case .word("down"): -move
    default: abs(move)
    }
  }

  /// Whether the market has told what a rule needs at the fill: enough sessions, and no market signal that keeps its value
  /// from being had. What is missing later doesn't fire; what is missing then is told before the entry.
  static func isTold(_ rule: CheckedRule, entry: Int, atFill value: RuleValue) -> Bool {
    guard entry + 1 >= rule.lookBackSessions else { return false }
    if case .missing(.signal(let signal)) = value { return !RuleSignals.isOfMarket(signal) }
    return true
  }
}
