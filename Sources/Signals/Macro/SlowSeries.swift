import MarketData

/// A series of daily to yearly values, read as of a date.
///
/// A value holds from the open of its `known` date until another one is known, at most twice the distance of the last two
/// observations and ten days: then the next one is overdue, and the series has ended or has a hole.
struct SlowSeries: Sendable {
  static let graceDays = 10
  /// Ascending in `known`, then `observed`.
  let values: [KnownSeries.Value]

  init(_ values: [KnownSeries.Value]) { self.values = KnownSeries(values).values }
  /// The series of a history under a name; `nil` where it has none.
  init?(_ name: String, _ history: MarketHistory) {
    guard let series = history.series[name], !series.values.isEmpty else { return nil }
    values = series.values
  }

  /// The position of the newest value that holds on a date, or why there is none. O(log n).
  func newest(on date: SessionDate) -> (position: Int?, gap: SignalGap) {
    let after = values.partitioningIndex { $0.known > date }
    guard after > 0 else { return (nil, .beyondCoverage) }
    let last = after - 1
    let distance = last > 0 ? values[last].observed - values[last - 1].observed : 366
    guard date - values[last].known <= 2 * distance + Self.graceDays else {
      return (nil, after == values.count ? .beyondCoverage : .noValue)
    }
    return (last, .noValue)
  }

  /// `result` of the newest value's position; missing where it is `nil`.
  func reading(
    on date: SessionDate, missing: SignalGap = .tooLittleHistory, _ result: (Int) -> Double?
  ) -> SignalReading {
    let (position, gap) = newest(on: date)
    guard let position else { return .missing(gap) }
    guard let value = result(position) else { return .missing(missing) }
    return .finite(
      value, observed: SignalTime(values[position].observed, MinuteOfDay.open),
      known: SignalTime(values[position].known, MinuteOfDay.open))
  }
  /// The newest value.
  func reading(on date: SessionDate) -> SignalReading { reading(on: date) { values[$0].value } }

  /// The value observed so many calendar months before the one at a position, as known with it. O(values between).
  func value(monthsBefore months: Int, _ position: Int) -> Double? {
    let wanted = Self.month(values[position].observed) - months
    return values[..<position].last { Self.month($0.observed) == wanted }?.value
  }
  private static func month(_ date: SessionDate) -> Int { date.year * 12 + date.month }
}

/// A signal that only hangs on the date: slow series are known from an open on, so evenings know no more.
struct SlowSignal: SessionSignal {
  private let dates: [SessionDate]
  private let formula: any SlowFormula
  init(_ formula: any SlowFormula, _ history: MarketHistory) {
    dates = history.sessions.map(\.date)
    self.formula = formula
  }
  func reading(_ moment: SessionMoment) -> SignalReading { formula.reading(on: dates[moment.session]) }
}

/// A value of slow series as of the open of a date.
protocol SlowFormula: Sendable {
  func reading(on date: SessionDate) -> SignalReading
}

extension SlowSeries: SlowFormula {}
