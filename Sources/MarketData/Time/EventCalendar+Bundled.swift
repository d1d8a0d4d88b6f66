extension EventCalendar {
  /// FOMC decisions and the CPI, PPI and employment releases of 2009-01-01…2020-12-31, with their minute.
  ///
  /// Scheduled events only: what was decided between meetings (March 2020) could not be planned around.
  ///
  /// - Throws: `MarketDataError.resource` if the table that ships with the package is missing or damaged.
  /// - Source: `Resources/events-us-2009-2020.csv`, which names the publishers.
  public static func bundled() throws(MarketDataError) -> EventCalendar {
    let table = try BundledTable("events-us-2009-2020.csv", header: "date,kind,time_et")
    guard let first = SessionDate(year: 2009, month: 1, day: 1),
      let last = SessionDate(year: 2020, month: 12, day: 31)
    else { throw .resource(name: table.name, reason: "its coverage is no range of dates") }
    var events: [EconomicEvent] = []
    events.reserveCapacity(table.rows.count)
    for row in table.rows {
      let date = try table.date(row, 0)
      guard first <= date, date <= last else { throw table.damaged(row, field: "date", value: row.fields[0]) }
      guard let kind = EconomicEvent.Kind(rawValue: String(row.fields[1])) else {
        throw table.damaged(row, field: "kind", value: row.fields[1])
      }
      guard let minute = MinuteOfDay.parse(row.fields[2]) else {
        throw table.damaged(row, field: "time_et", value: row.fields[2])
      }
      events.append(EconomicEvent(date: date, kind: kind, minute: minute))
    }
    return EventCalendar(events: events, coverage: first...last)
  }
}
