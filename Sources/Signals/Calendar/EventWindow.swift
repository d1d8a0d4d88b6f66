import MarketData

/// Scheduled releases around a trade. Dates are known long ahead, so there is no as-of rule but coverage.
public enum EventWindow {
  /// Whether one of `kinds` falls on a session from `session` to `withinSessions` later; `nil` where the event
  /// calendar or the history's sessions end before that. O(sessions × kinds).
  public static func contains(
    _ kinds: [EconomicEvent.Kind], from session: Int, withinSessions: Int, history: MarketHistory
  ) -> Bool? {
    var date = history.sessions[session].date
    var found = false
    for step in 0...withinSessions {
      if step > 0 {
        guard let next = history.calendar.next(after: date) else { return nil }
        date = next
      }
      guard let today = history.events.kinds(on: date) else { return nil }
      if today.contains(where: kinds.contains) { found = true }
    }
    return found
  }

  /// Whether one of `kinds` is published after `minute` of session `entry` and by the close of session `expiry`.
  public static func insideHolding(
    _ kinds: [EconomicEvent.Kind], entry: Int, minute: Int, expiry: Int, history: MarketHistory
  ) -> Bool? {
    let from = history.sessions[entry].date
    let to = history.sessions[expiry].date
    guard history.events.kinds(on: from) != nil, history.events.kinds(on: to) != nil else { return nil }
    return history.events.events(in: from...to).contains { event in
      kinds.contains(event.kind) && (event.date > from || event.minute > minute)
        && (event.date < to || event.minute <= history.sessions[expiry].closeMinute)
    }
  }
}
