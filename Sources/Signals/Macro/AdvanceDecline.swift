import MarketData

/// Breadth of the New York Stock Exchange: (advances − declines)/(advances + declines) of each day on which both were
/// counted, in −1…1. A session sees that of the session before, or nothing.
struct Breadth: Sendable {
  /// Ascending; `value` is the ratio.
  let days: SlowSeries
  /// Σ of the ratios up to each day.
  let sums: [Double]
  private let calendar: TradingCalendar

  init(advancers: SlowSeries, decliners: SlowSeries, calendar: TradingCalendar) {
    var down: [SessionDate: KnownSeries.Value] = [:]
    for value in decliners.values { down[value.observed] = value }
    let days = SlowSeries(
      advancers.values.compactMap { up in
        guard let down = down[up.observed], up.value + down.value > 0 else { return nil }
        return .init(
          observed: up.observed, known: max(up.known, down.known),
          value: (up.value - down.value) / (up.value + down.value))
      })
    var sum = 0.0
    sums = days.values.map {
      sum += $0.value
      return sum
    }
    self.days = days
    self.calendar = calendar
  }

  /// `result` of the position of the day before a session's.
  func reading(on date: SessionDate, _ result: (Int) -> Double?) -> SignalReading {
    if let position = days.newest(on: date).position,
      days.values[position].observed != calendar.previous(before: date)
    {
      return .missing(position == days.values.count - 1 ? .beyondCoverage : .noValue)
    }
    return days.reading(on: date, result)
  }
}

/// The advance/decline line: the sum of the breadth ratios since the first day that the history holds, so its level is
/// arbitrary and only its changes mean something.
struct AdvanceDeclineLine: SlowFormula {
  private let breadth: Breadth
  init(_ breadth: Breadth) { self.breadth = breadth }
  func reading(on date: SessionDate) -> SignalReading {
    breadth.reading(on: date) { breadth.sums[$0] }
  }
}

/// Its slope a session over n counted days: the mean of their ratios.
struct AdvanceDeclineSlope: SlowFormula {
  private let breadth: Breadth
  private let sessions: Int
  init(_ breadth: Breadth, sessions: Int) {
    self.breadth = breadth
    self.sessions = sessions
  }
  func reading(on date: SessionDate) -> SignalReading {
    breadth.reading(on: date) { last in
      guard last >= sessions - 1 else { return nil }
      return breadth.days.values[(last - sessions + 1)...last].reduce(0) { $0 + $1.value } / Double(sessions)
    }
  }
}
