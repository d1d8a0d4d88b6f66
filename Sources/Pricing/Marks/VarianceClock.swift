import MarketData

/// Variance time between an instant and the close of an expiry session, in sessions.
///
/// A plain session is 1: `overnightShare` between the last close and the open, the rest over the day with the
/// U shape of ``ClockParameters/halfHourPercent``. Weekends, holidays, NFP, CPI and PPI add to the night,
/// FOMC decisions to the hours after 14:00. On a half day the same shape is run through in 210 minutes.
public struct VarianceClock: Sendable {
  private let parameters: ClockParameters
  private let calendar: TradingCalendar
  private let events: EventCalendar
  /// remaining[i]: share of a 390-minute session's variance after minute 570 + i.
  private let remaining: [Double]

  /// Builds the table of remaining shares. O(390).
  /// - Precondition: thirteen half hours, two last five-minute shares.
  public init(parameters: ClockParameters, calendar: TradingCalendar, events: EventCalendar) {
    precondition(parameters.halfHourPercent.count == 13 && parameters.lastFiveMinutesPercent.count == 2)
    self.parameters = parameters
    self.calendar = calendar
    self.events = events
    let half = parameters.halfHourPercent
    let last = parameters.lastFiveMinutesPercent
    let total = half.reduce(0, +)
    var shares: [Double] = []
    for i in 0..<12 { shares += Array(repeating: half[i] / 30, count: 30) }
    shares += Array(repeating: (half[12] - last[0] - last[1]) / 20, count: 20)
    shares += Array(repeating: last[0] / 5, count: 5) + Array(repeating: last[1] / 5, count: 5)
    var remaining = Array(repeating: 0.0, count: 391)
    for i in stride(from: 389, through: 0, by: -1) { remaining[i] = remaining[i + 1] + shares[i] / total }
    remaining[0] = 1
    self.remaining = remaining
  }

  /// Share of the regular session's variance still to come at `minute`: 1 at the open, 0 from the close.
  public func remainingShare(minute: Int, closeMinute: Int) -> Double {
    if minute <= MinuteOfDay.open { return 1 }
    if minute >= closeMinute { return 0 }
    let elapsed = minute - MinuteOfDay.open
    if closeMinute == MinuteOfDay.close { return remaining[elapsed] }
    let length = closeMinute - MinuteOfDay.open
    let scaled = elapsed * 390
    let i = scaled / length
    let fraction = Double(scaled - i * length) / Double(length)
    return remaining[i] + (remaining[i + 1] - remaining[i]) * fraction
  }

  /// Share of the variance after 14:00 still to come; 1 before 14:00.
  private func remainingAfterFOMC(minute: Int, closeMinute: Int) -> Double {
    let start = min(840, closeMinute)
    let whole = remainingShare(minute: start, closeMinute: closeMinute)
    guard whole > 0 else { return 0 }
    return min(1, remainingShare(minute: minute, closeMinute: closeMinute) / whole)
  }

  /// What remains of the day part of session `date` at `minute`, in sessions.
  public func day(_ date: SessionDate, from minute: Int) -> Double {
    guard let close = calendar.closeMinute(date) else { return 0 }
    return day(from: minute, close: close, hasDecision: hasDecision(date))
  }

  /// The same at every minute from the open to the close of a session. O(minutes), two look-ups.
  public func dayProfile(_ date: SessionDate) -> [Double] {
    guard let close = calendar.closeMinute(date) else { return [] }
    let decision = hasDecision(date)
    return (MinuteOfDay.open...close).map { day(from: $0, close: close, hasDecision: decision) }
  }

  private func hasDecision(_ date: SessionDate) -> Bool { events.kinds(on: date)?.contains(.fomc) == true }

  private func day(from minute: Int, close: Int, hasDecision: Bool) -> Double {
    var c = (1 - parameters.overnightShare) * remainingShare(minute: minute, closeMinute: close)
    if hasDecision { c += parameters.fomc * remainingAfterFOMC(minute: minute, closeMinute: close) }
    return c
  }

  /// The night before session `date`, from the close of the session before it, in sessions.
  public func night(before date: SessionDate) -> Double {
    var c = parameters.overnightShare
    if let previous = calendar.previous(before: date) {
      var d = previous.adding(days: 1)
      var weekend = false
      var holiday = false
      while d < date {
        if d.weekday >= 6 { weekend = true } else { holiday = true }
        d = d.adding(days: 1)
      }
      if holiday { c += parameters.holiday } else if weekend { c += parameters.weekend }
    }
    for kind in events.kinds(on: date) ?? [] {
      switch kind {
      case .nfp: c += parameters.nfp
      case .cpi: c += parameters.cpi
      case .ppi: c += parameters.ppi
      case .fomc: break
      }
    }
    return c
  }

  /// Sessions of variance from `minute` of `date` to the close of `expiry`; 0 from that close on.
  /// O(sessions between).
  public func sessions(from date: SessionDate, minute: Int, to expiry: SessionDate) -> Double {
    guard date <= expiry else { return 0 }
    var c = day(date, from: minute)
    var d = date
    while d < expiry, let next = calendar.next(after: d) {
      d = next
      if d > expiry { break }
      c += night(before: d) + day(d, from: MinuteOfDay.open)
    }
    return c
  }
}
