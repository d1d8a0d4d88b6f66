/// The five years that ship with the program, so that it runs with nothing else on the machine.
public enum BundledHistory {
  /// What every output that stands on this history says.
  public static let disclosure = "simulated minutes, modelled prices and VX: a demonstration, no evidence"

  /// The name of the history.
  public static let name = "bundled-2014-2018"

  private static let table = "spx-vix-2014-2018.csv"
  static let header = "date,open,high,low,close,vix"

  /// The 1,257 sessions from 2014-01-03 to 2018-12-31.
  ///
  /// Real: official daily bars, VIX closes, calendar and events. Simulated from `seed`: the minutes, see
  /// ``MinuteBridge``, on days with a Federal Reserve decision with most of their variance after 14:00.
  /// Modelled: eight monthly VX settlements a day, see ``VXMap``.
  ///
  /// - Parameter seed: any value; the same one gives the same bits.
  /// - Throws: `MarketDataError.resource` if a table is missing or damaged, or a session of the calendar is not
  ///   in it.
  /// - Complexity: some 0.2 s.
  public static func load(seed: UInt64) throws(MarketDataError) -> MarketHistory {
    let calendar = try TradingCalendar.newYork()
    let events = try EventCalendar.bundled()
    let map = try VXMap.bundled()
    let days = try days(calendar: calendar)
    var sessions: [Session] = []
    sessions.reserveCapacity(days.count)
    for i in 1..<days.count {
      let day = days[i]
      let decision = events.kinds(on: day.date)?.contains(.fomc) ?? false
      let spot = MinuteBridge.session(
        previousClose: days[i - 1].bar.close, official: day.bar, closeMinute: day.closeMinute, seed: seed,
        date: day.date, profile: decision ? .decisionDay : .plain)
      sessions.append(Session(date: day.date, closeMinute: day.closeMinute, spot: spot, official: day.bar))
    }
    let dates = sessions.map(\.date)
    let vix = days.dropFirst().map(\.vix)
    let expiries = VXExpiries(calendar: calendar)
    let futures = map.history(vix: vix, dates: dates) { expiries.next(after: $0, count: 8) }
    var history = MarketHistory(
      name: name, sessions: sessions, volatility: [.vix: vix], futures: futures, events: events,
      calendar: calendar,
      provenance: Provenance(
        minutes: .simulated, futures: .modelled, seed: seed,
        sources: [
          "S&P 500 daily bars and VIX closes 2014-2018: Python package arch 8.0.0, NCSA licence",
          "minutes: simulated within each day's high, low and close",
          "VX: \(map.name), fitted on settlements of 2007-2020",
        ]),
      digest: "")
    history.digest = ContentFingerprint.of(history)
    return history
  }

  /// One row of the table.
  struct Day {
    var date: SessionDate
    var closeMinute: Int
    var bar: DailyBar
    /// NaN in the first row only.
    var vix: Double
  }

  /// The rows, checked: every session of the calendar, in order, prices possible. The first one serves for its
  /// close alone.
  static func days(calendar: TradingCalendar) throws(MarketDataError) -> [Day] {
    try days(BundledTable(table, header: header), calendar: calendar)
  }

  static func days(_ file: BundledTable, calendar: TradingCalendar) throws(MarketDataError) -> [Day] {
    var days: [Day] = []
    days.reserveCapacity(file.rows.count)
    for row in file.rows {
      let date = try file.date(row, 0)
      guard let closeMinute = calendar.closeMinute(date) else {
        throw file.damaged(row, field: "date (no session)", value: row.fields[0])
      }
      if let last = days.last, calendar.next(after: last.date) != date {
        throw file.damaged(row, field: "date (not the next session)", value: row.fields[0])
      }
      var prices: [Double] = []
      for (column, field) in ["open", "high", "low", "close"].enumerated() {
        guard let price = Double(row.fields[column + 1]), price > 0, price.isFinite else {
          throw file.damaged(row, field: field, value: row.fields[column + 1])
        }
        prices.append(price)
      }
      let bar = DailyBar(open: prices[0], high: prices[1], low: prices[2], close: prices[3])
      guard bar.high > bar.low, bar.low <= bar.close, bar.close <= bar.high else {
        throw file.damaged(row, field: "high", value: row.fields[2])
      }
      let vix = Double(row.fields[5]) ?? .nan
      guard vix > 0 || days.isEmpty else { throw file.damaged(row, field: "vix", value: row.fields[5]) }
      days.append(Day(date: date, closeMinute: closeMinute, bar: bar, vix: vix))
    }
    guard days.count > 1 else { throw .resource(name: table, reason: "it has \(days.count) days") }
    return days
  }
}
