import MarketData

/// One value a session, each known from 16:15 of its day.
struct DailyCloses: Sendable {
  /// NaN where there is none, shape `[sessions]`.
  let values: [Double]
  private let dates: [SessionDate]
  private let first, last: Int

  /// - Precondition: one date a value.
  init(_ values: [Double], dates: [SessionDate]) {
    precondition(values.count == dates.count, "DailyCloses: one date a value")
    self.values = values
    self.dates = dates
    first = values.firstIndex(where: \.isFinite) ?? values.count
    last = values.lastIndex(where: \.isFinite) ?? -1
  }

  /// 16:15 of a session, when its closes are known.
  func time(_ session: Int) -> SignalTime { SignalTime(dates[session], MinuteOfDay.afterClose) }

  /// Why there is no value on a session.
  func gap(_ session: Int) -> SignalGap {
    session < 0 ? .tooLittleHistory : session < first || session > last ? .beyondCoverage : .noValue
  }

  /// The value of a session.
  func reading(_ session: Int) -> SignalReading {
    guard session >= 0, values[session].isFinite else { return .missing(gap(session)) }
    return .finite(values[session], at: time(session))
  }

  /// `result` of the values of the sessions up to `last`, oldest first; missing where one of them is, with the reason of the
  /// oldest. O(count).
  func window(
    _ count: Int, upTo last: Int, _ result: (ArraySlice<Double>) -> Double
  ) -> SignalReading {
    let first = last - count + 1
    guard first >= 0 else { return .missing(.tooLittleHistory) }
    if let hole = (first...last).first(where: { !values[$0].isFinite }) { return .missing(gap(hole)) }
    return .finite(result(values[first...last]), at: time(last))
  }
}

/// The last close that is known: of the index, or of one of the volatility family.
///
/// Volatility indices are published as closes at 16:15; the official close of the index is taken as known at the same time.
struct CloseSignal: SessionSignal {
  private let closes: DailyCloses
  init(_ closes: DailyCloses) { self.closes = closes }
  func reading(_ moment: SessionMoment) -> SignalReading { closes.reading(moment.closed) }
}
