/// Final settlement dates of the monthly VIX futures (and options), which settle to the opening quotation (SOQ).
///
/// The Wednesday 30 days before the third Friday of the following month. Where that Friday or that Wednesday
/// is a holiday, the session before that Wednesday.
///
/// - Source: CFE rule 1202(b), VX contract specifications.
public struct VXExpiries: Sendable {
  private let calendar: TradingCalendar

  /// Expiries over the sessions of `calendar`.
  public init(calendar: TradingCalendar) {
    self.calendar = calendar
  }

  /// Final settlement date of the contract named for `month` (1…12) of `year`. Where the calendar doesn't reach,
  /// every weekday counts as a session. O(1).
  public func monthly(year: Int, month: Int) -> SessionDate {
    let following = month == 12 ? (year + 1, 1) : (year, month + 1)
    let friday = Self.thirdFriday(year: following.0, month: following.1)
    let wednesday = friday.adding(days: -30)
    if isSession(friday) && isSession(wednesday) { return wednesday }
    return calendar.previous(before: wednesday) ?? wednesday.adding(days: -1)
  }

  /// The first `count` settlement dates after `date`, ascending.
  public func next(after date: SessionDate, count: Int) -> [SessionDate] {
    var result: [SessionDate] = []
    var (year, month) = (date.year, date.month)
    while result.count < count {
      let expiry = monthly(year: year, month: month)
      if expiry > date { result.append(expiry) }
      (year, month) = month == 12 ? (year + 1, 1) : (year, month + 1)
    }
    return result
  }

  private func isSession(_ date: SessionDate) -> Bool {
    calendar.coverage.contains(date) ? calendar.isSession(date) : date.weekday <= 5
  }

  /// The third Friday of a month: the only Friday from the 15th to the 21st.
  static func thirdFriday(year: Int, month: Int) -> SessionDate {
    precondition((1...12).contains(month), "VXExpiries: month \(month)")
    let fifteenth = SessionDate(year: year, month: month, day: 15) ?? SessionDate(ordinal: 0)
    return fifteenth.adding(days: (5 - fifteenth.weekday + 7) % 7)
  }
}
