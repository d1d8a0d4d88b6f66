/// Sessions of the New York Stock Exchange and the Cboe index options, as data with sources.
public struct TradingCalendar: Sendable {
  /// Dates for which the calendar answers.
  public let coverage: ClosedRange<SessionDate>
  /// Minute of the close by day since the start of the coverage; 0 where there is no session.
  private let closes: [Int16]

  /// A calendar of weekdays without `closed`, ending at 13:00 on `early`.
  public init(coverage: ClosedRange<SessionDate>, closed: Set<SessionDate>, early: Set<SessionDate>) {
    self.init(
      coverage: coverage, closed: Array(closed), early: early.map { ($0, MinuteOfDay.earlyClose) })
  }

  /// A calendar of weekdays without `closed`, each of `early` ending at its own minute. Dates outside the
  /// coverage are ignored. O(days covered).
  public init(
    coverage: ClosedRange<SessionDate>, closed: [SessionDate], early: [(date: SessionDate, minute: Int)]
  ) {
    let first = coverage.lowerBound
    var closes = [Int16](repeating: 0, count: coverage.upperBound - first + 1)
    for i in closes.indices where first.adding(days: i).weekday <= 5 { closes[i] = Int16(MinuteOfDay.close) }
    for (date, minute) in early where coverage.contains(date) && closes[date - first] != 0 {
      precondition(
        (1...MinuteOfDay.close).contains(minute), "TradingCalendar.init: close \(minute) on \(date)")
      closes[date - first] = Int16(minute)
    }
    for date in closed where coverage.contains(date) { closes[date - first] = 0 }
    self.coverage = coverage
    self.closes = closes
  }

  /// Whether there is a regular session on `date`. O(1).
  public func isSession(_ date: SessionDate) -> Bool {
    coverage.contains(date) && closes[date - coverage.lowerBound] != 0
  }
  /// 960, less on a half day (780 since 1993), `nil` where there is no session. O(1).
  public func closeMinute(_ date: SessionDate) -> Int? {
    guard isSession(date) else { return nil }
    return Int(closes[date - coverage.lowerBound])
  }
  /// The first session after `date`, or `nil` beyond the coverage.
  public func next(after date: SessionDate) -> SessionDate? {
    var d = max(date.adding(days: 1), coverage.lowerBound)
    while d <= coverage.upperBound {
      if isSession(d) { return d }
      d = d.adding(days: 1)
    }
    return nil
  }
  /// The last session before `date`, or `nil` beyond the coverage.
  public func previous(before date: SessionDate) -> SessionDate? {
    var d = min(date.adding(days: -1), coverage.upperBound)
    while d >= coverage.lowerBound {
      if isSession(d) { return d }
      d = d.adding(days: -1)
    }
    return nil
  }
  /// Every session of the range, ascending. O(days in the range).
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
