import MarketData
import TestSupport
import Testing

/// Twelve CPI, PPI and employment releases a year and eight decisions; only 2020 has seven, since the meeting of
/// mid-March was replaced by an unscheduled one.
@Test(arguments: 2009...2020)
func eventsOfAYearAreComplete(year: Int) throws {
  let events = try EventCalendar.bundled().events.filter { $0.date.year == year }
  for kind in EconomicEvent.Kind.allCases {
    let expected = kind == .fomc ? (year == 2020 ? 7 : 8) : 12
    #expect(events.count { $0.kind == kind } == expected, "\(kind) \(year)")
  }
}

/// Every event is on a weekday, once; releases at 08:30, and decisions on a session at the Board's hour of that time.
@Test func eventsAreAtTheirHours() throws {
  let calendar = try TradingCalendar.newYork()
  let events = try EventCalendar.bundled()
  #expect(Set(events.events.map { "\($0.date) \($0.kind)" }).count == events.events.count)
  for event in events.events {
    #expect(event.date.weekday <= 5, "\(event)")
    if event.kind == .fomc {
      #expect(calendar.isSession(event.date), "\(event)")
      #expect([750, 840, 855].contains(event.minute), "\(event)")
      #expect((event.minute == 840) == (event.date >= calendarDay("2013-03-20")), "\(event)")
    } else {
      #expect(event.minute == 510, "\(event)")
    }
  }
  #expect(events.kinds(on: calendarDay("2018-03-21")) == [.fomc])
  #expect(events.kinds(on: calendarDay("2018-06-13")) == [.fomc, .ppi])
  #expect(events.kinds(on: calendarDay("2018-06-14")) == [])
  #expect(events.kinds(on: calendarDay("2021-01-27")) == nil)
}

/// The same days as the economic calendar of the data folder. Its hours differ on nine decisions of 2011–2013,
/// where it gives the later habit; the Board's announcements give 12:30 and 14:15.
@Test(.enabled(if: SharedData.isPresent))
func eventsMatchEconomicCalendar() throws {
  let kinds = ["fomc_decision": "FOMC", "cpi": "CPI", "ppi": "PPI", "nfp": "NFP"]
  var listed: [String: Int] = [:]
  for row in try calendarSharedLines("macro/economic-calendar-2009-2020.csv") {
    let fields = row.split(separator: ",", omittingEmptySubsequences: false)
    guard let kind = kinds[String(fields[1])] else { continue }
    let time = try #require(fields.compactMap { MinuteOfDay.parse($0) }.last, "\(row)")
    listed["\(fields[0]) \(kind)"] = time
  }
  var own: [String: Int] = [:]
  for event in try EventCalendar.bundled().events {
    own["\(event.date) \(event.kind.rawValue)"] = event.minute
  }
  #expect(own.count == 12 * 44 - 1)
  #expect(Set(own.keys) == Set(listed.keys))
  #expect(
    own.filter { listed[$0.key] != $0.value }.keys.sorted() == [
      "2011-04-27 FOMC", "2011-06-22 FOMC", "2011-11-02 FOMC", "2012-01-25 FOMC", "2012-04-25 FOMC",
      "2012-06-20 FOMC", "2012-09-13 FOMC", "2012-12-12 FOMC", "2013-01-30 FOMC",
    ])
}
