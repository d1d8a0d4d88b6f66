/// A calendar of releases for a synthetic market: the rhythm of the real one, no date of it.
enum SyntheticEvents {
  /// Eight decisions a year (third Wednesdays, 14:00), and each month employment on the first Friday, consumer
  /// prices on the session after the 11th and producer prices on the session before it, all 08:30. A date
  /// without a session moves to the next one.
  static func calendar(over range: ClosedRange<SessionDate>, calendar: TradingCalendar) -> EventCalendar {
    var events: [EconomicEvent] = []
    func add(_ date: SessionDate, _ kind: EconomicEvent.Kind, _ minute: Int) {
      guard let day = calendar.isSession(date) ? date : calendar.next(after: date) else { return }
      if range.contains(day) { events.append(EconomicEvent(date: day, kind: kind, minute: minute)) }
    }
    for year in range.lowerBound.year...range.upperBound.year {
      for month in 1...12 {
        guard let first = SessionDate(year: year, month: month, day: 1) else { continue }
        let friday = first.adding(days: (5 - first.weekday + 7) % 7)
        add(friday, .nfp, 510)
        if [1, 3, 5, 6, 7, 9, 11, 12].contains(month) {
          add(first.adding(days: (3 - first.weekday + 7) % 7 + 14), .fomc, 840)
        }
        guard let prices = calendar.next(after: first.adding(days: 10)) else { continue }
        add(prices, .cpi, 510)
        if let before = calendar.previous(before: prices) { add(before, .ppi, 510) }
      }
    }
    return EventCalendar(events: events, coverage: range)
  }
}
