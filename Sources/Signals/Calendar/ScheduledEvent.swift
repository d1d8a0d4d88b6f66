import MarketData
import Rules

/// Whether a release of some kinds is due on the session or at most so many sessions later, as ``EventWindow`` has it.
/// Dates are published long ahead, so it is known at the open; beyond the calendar's end it is missing, never "no".
struct ScheduledEvent: SessionSignal {
  private let history: MarketHistory
  private let kinds: [EconomicEvent.Kind]
  private let within: Int

  init(_ signal: SignalInstance, _ history: MarketHistory) {
    guard case .words(let words) = signal.arguments[0], case .sessions(let within) = signal.arguments[1]
    else {
      preconditionFailure("ScheduledEvent: \(signal.text) names no kinds and sessions")
    }
    self.history = history
    kinds = words.compactMap(EconomicEvent.Kind.init)
    self.within = within
  }

  func reading(_ moment: SessionMoment) -> SignalReading {
    let due = EventWindow.contains(
      kinds, from: moment.session, withinSessions: within, history: history)
    guard let due else { return .missing(.beyondCoverage) }
    return .finite(
      due ? 1 : 0, at: SignalTime(history.sessions[moment.session].date, MinuteOfDay.open))
  }
}
