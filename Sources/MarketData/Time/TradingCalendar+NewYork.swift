extension TradingCalendar {
  /// The New York calendar 1990-01-01…2027-12-31: holidays, early closes with their own minute, and the days
  /// the exchange was shut unannounced.
  ///
  /// It is the stock exchange's calendar, which the regular session of Cboe's index options shares. Not in it:
  /// late openings (2002-09-11 at noon) and halts within a day (2005-06-01, the last four minutes).
  ///
  /// - Throws: `MarketDataError.resource` if the table that ships with the package is missing or damaged.
  /// - Complexity: one small file is read and split, a few milliseconds; keep the value.
  /// - Source: `Resources/nyse-closures.csv`, each row with its source.
  public static func newYork() throws(MarketDataError) -> TradingCalendar {
    let table = try BundledTable("nyse-closures.csv", header: "date,kind,close,reason,source")
    guard let first = SessionDate(year: 1990, month: 1, day: 1),
      let last = SessionDate(year: 2027, month: 12, day: 31)
    else { throw .resource(name: table.name, reason: "its coverage is no range of dates") }
    var closed: [SessionDate] = []
    var early: [(date: SessionDate, minute: Int)] = []
    for row in table.rows {
      let date = try table.date(row, 0)
      guard first <= date, date <= last, date.weekday <= 5 else {
        throw table.damaged(row, field: "date", value: row.fields[0])
      }
      switch row.fields[1] {
      case "holiday", "unscheduled": closed.append(date)
      case "early_close":
        guard let minute = MinuteOfDay.parse(row.fields[2]),
          minute > MinuteOfDay.open, minute < MinuteOfDay.close
        else { throw table.damaged(row, field: "close", value: row.fields[2]) }
        early.append((date, minute))
      default: throw table.damaged(row, field: "kind", value: row.fields[1])
      }
    }
    return TradingCalendar(coverage: first...last, closed: closed, early: early)
  }
}
