import MarketData
import Pricing
import Rules
import Signals

/// The signals that rules ask for, prepared once for all strategies and threads.
struct RuleSignals: Sendable {
  private var feeds: [SignalInstance: Result<SignalFeed, SignalError>] = [:]
  private var bySession: [SignalInstance: [Double]] = [:]

  /// Whether a signal is a column of the market; the others hang on the entry's fill, and the engine works them out.
  static func isOfMarket(_ signal: SignalInstance) -> Bool { signal.name != "move" }

  /// O(sessions × minutes) for a new one.
  mutating func add(_ signal: SignalInstance, _ history: MarketHistory, _ parameters: MarkParameters) {
    guard Self.isOfMarket(signal), feeds[signal] == nil else { return }
    do throws(SignalError) {
      let feed = try SignalFeed([signal], history: history, parameters: parameters)
      feeds[signal] = .success(feed)
      if signal.resolution == .session { bySession[signal] = feed.sessions(signal).map(\.number) }
    } catch {
      feeds[signal] = .failure(error)
    }
  }

  /// Refuses a signal that was added and can't be computed.
  func require(_ signal: SignalInstance) throws(SignalError) { _ = try feeds[signal]?.get() }

  func sessions(_ signal: SignalInstance, count: Int) -> [Double] {
    bySession[signal] ?? Array(repeating: .nan, count: count)
  }

  func minutes(_ signal: SignalInstance, session: Int, expiry: Int, count: Int) -> [Double] {
    guard case .success(let feed)? = feeds[signal], signal.resolution == .minute else {
      return Array(repeating: .nan, count: count)
    }
    let readings =
      signal.dependence == .market
      ? feed.minutes(signal, session: session)
      : feed.minutes(signal, session: session, expiry: expiry)
    return readings.map(\.number)
  }
}

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
