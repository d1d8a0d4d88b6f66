/// Sessions of the New York Stock Exchange and the Cboe index options, as data with sources.
public struct TradingCalendar: Sendable {
  /// Dates for which the calendar answers.
  public let coverage: ClosedRange<SessionDate>
  private let closed: Set<SessionDate>
  private let early: Set<SessionDate>

  /// A calendar of weekdays without `closed`, ending at 13:00 on `early`.
  public init(coverage: ClosedRange<SessionDate>, closed: Set<SessionDate>, early: Set<SessionDate>) {
    self.coverage = coverage
    self.closed = closed
    self.early = early
  }

  /// Whether there is a regular session on `date`.
  public func isSession(_ date: SessionDate) -> Bool {
    coverage.contains(date) && date.weekday <= 5 && !closed.contains(date)
  }
  /// 960, 780 on a half day, `nil` where there is no session.
  public func closeMinute(_ date: SessionDate) -> Int? {
    guard isSession(date) else { return nil }
    return early.contains(date) ? MinuteOfDay.earlyClose : MinuteOfDay.close
  }
  /// The first session after `date`, or `nil` beyond the coverage.
  public func next(after date: SessionDate) -> SessionDate? {
    var d = date.adding(days: 1)
    while d <= coverage.upperBound {
      if isSession(d) { return d }
      d = d.adding(days: 1)
    }
    return nil
  }
  /// The last session before `date`, or `nil` beyond the coverage.
  public func previous(before date: SessionDate) -> SessionDate? {
    var d = date.adding(days: -1)
    while d >= coverage.lowerBound {
      if isSession(d) { return d }
      d = d.adding(days: -1)
    }
    return nil
  }
  /// Every session of the range, ascending.
  public func sessions(in range: ClosedRange<SessionDate>) -> [SessionDate] {
    var result: [SessionDate] = []
    var d = max(range.lowerBound, coverage.lowerBound)
    while d <= min(range.upperBound, coverage.upperBound) {
      if isSession(d) { result.append(d) }
      d = d.adding(days: 1)
    }
    return result
  }
}
