import MarketData

/// The index at each mark, points: the S&P 500 as the history has it.
struct IndexLevel: MinuteSignal {
  private let history: MarketHistory
  init(_ history: MarketHistory) { self.history = history }
  func readings(session: Int) -> [SignalReading] {
    history.sessions[session].readings { _, spot in spot }
  }
}

/// Minutes to the session's close, known ahead from the trading calendar.
struct MinutesToClose: MinuteSignal {
  private let history: MarketHistory
  init(_ history: MarketHistory) { self.history = history }
  func readings(session: Int) -> [SignalReading] {
    let day = history.sessions[session]
    return (MinuteOfDay.open...day.closeMinute).map {
      .finite(Double(day.closeMinute - $0), at: SignalTime(day.date, $0))
    }
  }
}

extension Session {
  /// `result` of minute and index at each mark; missing where there is no mark. O(marks).
  func readings(_ result: (Int, Double) -> Double) -> [SignalReading] {
    spot.enumerated().map { k, mark in
      let minute = MinuteOfDay.open + k
      return mark.isFinite
        ? .finite(result(minute, mark), at: SignalTime(date, minute)) : .missing(.noValue)
    }
  }
}
