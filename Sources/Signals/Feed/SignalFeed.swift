import MarketData
import Pricing
import Rules

/// The values of some signals over a history, each with the time it describes and the time it became known.
///
/// What needs a pass over the whole history is made once; minutes are worked out a session at a time, so that twenty years
/// of them need no more memory than the history itself.
public struct SignalFeed: Sendable {
  /// How a signal is asked.
  enum Source: Sendable {
    case session(any SessionSignal)
    case minute(any MinuteSignal)
    case expiry(any ExpirySignal)
  }
  /// In the order given.
  public let signals: [SignalInstance]
  /// Of the history.
  public let sessionCount: Int
  private var sources: [SignalInstance: Source] = [:]

  /// Prepares signals.
  ///
  /// - Parameters:
  ///   - signals: of the standard catalogue; dependent on the market, or on the entry as far as its expiry alone decides.
  ///   - parameters: of the variance clock and the volatility level.
  /// - Throws: ``SignalError`` for the first signal that the history lacks the data of, that belongs to a trade, or whose
  ///   arguments don't fit one another.
  /// - Complexity: O(signals × (sessions + minutes)).
  public init(
    _ signals: [SignalInstance], history: MarketHistory, parameters: MarkParameters
  ) throws(SignalError) {
    self.signals = signals
    sessionCount = history.sessions.count
    let formulas = SignalFormulas(history: history, parameters: parameters)
    for signal in signals where sources[signal] == nil {
      sources[signal] = try formulas.source(of: signal)
    }
  }

  /// A signal by session at every session, shape `[sessions]`: as known at the open, or from 16:15 on. Of market closes the
  /// evening's value is the next session's at the open; slow series are known from an open on, so theirs isn't.
  /// - Precondition: the feed was made with it, and it is by session.
  public func sessions(_ signal: SignalInstance, view: SessionView = .open) -> [SignalReading] {
    (0..<sessionCount).map { reading(signal, session: $0, view: view) }
  }

  /// The same at one session.
  public func reading(
    _ signal: SignalInstance, session: Int, view: SessionView = .open
  ) -> SignalReading {
    guard case .session(let source) = sources[signal] else {
      preconditionFailure("SignalFeed: \(signal.text) is no signal by session of this feed")
    }
    return source.reading(SessionMoment(session: session, view: view))
  }

  /// A signal by minute at every mark of a session, from the open to the close, shape `[marks]`.
  /// - Precondition: the feed was made with it, and it is by minute and of the market alone.
  public func minutes(_ signal: SignalInstance, session: Int) -> [SignalReading] {
    guard case .minute(let source) = sources[signal] else {
      preconditionFailure("SignalFeed.minutes: \(signal.text) is no signal by minute of this feed")
    }
    return source.readings(session: session)
  }

  /// A signal that hangs on the expiry, at every mark of a session on which the trade is open or might be opened.
  /// - Precondition: the feed was made with it, it depends on the entry, and session ≤ expiry.
  public func minutes(_ signal: SignalInstance, session: Int, expiry: Int) -> [SignalReading] {
    guard case .expiry(let source) = sources[signal], session <= expiry else {
      preconditionFailure("SignalFeed.minutes: \(signal.text) doesn't hang on an expiry")
    }
    return source.readings(session: session, expiry: expiry)
  }
}
