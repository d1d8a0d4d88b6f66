import Foundation
import MarketData
import TestSupport
import Testing

/// Dates that the exchange published, with the holiday that moved them.
@Test(arguments: [
  (2004, 5, "2004-05-19"), (2018, 8, "2018-08-22"),
  (2008, 2, "2008-02-19"), (2014, 3, "2014-03-18"), (2019, 3, "2019-03-19"),  // Good Friday a month on
  (2022, 3, "2022-03-15"), (2025, 3, "2025-03-18"),
  (2024, 6, "2024-06-18"),  // Juneteenth on the Wednesday
  (2026, 5, "2026-05-19"),  // Juneteenth on the Friday
])
func vxSettlesOnPublishedDate(year: Int, month: Int, date: String) throws {
  let expiries = VXExpiries(calendar: try .newYork())
  #expect(expiries.monthly(year: year, month: month) == calendarDay(date))
}

/// 288 dates 2004–2027: ascending, sessions, a Wednesday or the Tuesday before it, from the 15th to the 22nd
/// (from the 13th in February, a short month before the Friday).
@Test func vxExpiriesAreSessionsInOrder() throws {
  let calendar = try TradingCalendar.newYork()
  let expiries = VXExpiries(calendar: calendar)
  let all = expiries.next(after: calendarDay("2003-12-31"), count: 288)
  #expect(all.count == 288 && all.last?.year == 2027 && all.last?.month == 12)
  #expect(zip(all, all.dropFirst()).allSatisfy { $0 < $1 })
  for date in all {
    #expect(calendar.isSession(date) && (date.weekday == 3 || date.weekday == 2), "\(date)")
    #expect(((date.month == 2 ? 13 : 15)...22).contains(date.day), "\(date)")
  }
  #expect(expiries.next(after: all[5], count: 2) == [all[6], all[7]])
}

/// All 144 `vix_expiry` dates of the economic calendar 2009–2020, and no others.
@Test(.enabled(if: SharedData.isPresent))
func vxExpiriesMatchEconomicCalendar() throws {
  let listed = try calendarSharedLines("macro/economic-calendar-2009-2020.csv").map {
    $0.split(separator: ",")
  }
  .filter { $0[1] == "vix_expiry" }.map { calendarDay($0[0]) }
  let expiries = VXExpiries(calendar: try .newYork())
  #expect(listed.count == 144)
  #expect(expiries.next(after: calendarDay("2008-12-31"), count: 144) == listed)
}

/// The last row of each exchange file is the settlement day; contracts still alive when it was saved end on
/// 2015-04-01.
@Test(.enabled(if: SharedData.isPresent))
func vxExpiriesMatchContractFiles() throws {
  let expiries = VXExpiries(calendar: try .newYork())
  var settled = 0
  for year in 14...15 {
    for (index, letter) in "FGHJKMNQUVXZ".enumerated() {
      let row = try #require(try calendarSharedLines("futures/cfe/CFE_\(letter)\(year)_VX.csv").last)
      let parts = try #require(row.split(separator: ",").first).split(separator: "/")
      let last = calendarDay("\(parts[2])-\(parts[0])-\(parts[1])")
      let expiry = expiries.monthly(year: 2000 + year, month: index + 1)
      if expiry <= calendarDay("2015-04-01") {
        #expect(expiry == last, "\(letter)\(year)")
        settled += 1
      } else {
        #expect(last == calendarDay("2015-04-01"), "\(letter)\(year)")
      }
    }
  }
  #expect(settled == 15)
}

/// `days_to_expiration` counts the sessions up to the day before settlement, on 4,197 of 4,222 days. The other 25 are
/// one contract: the file takes VX August 2018 to settle on 2018-08-15, but its own prices roll on 08-22.
@Test(.enabled(if: SharedData.isPresent))
func vxExpiriesMatchDaysToExpiration() throws {
  let calendar = try TradingCalendar.newYork()
  let expiries = VXExpiries(calendar: calendar)
  var agreed = 0
  var others: [SessionDate] = []
  for row in try calendarSharedLines("futures/vx-m1-m7-settle-2004-2020.csv").dropFirst() {
    let fields = row.split(separator: ",", omittingEmptySubsequences: false)
    let date = calendarDay(fields[0])
    let days = try #require(fields.last.flatMap { Double($0) }, "\(row)")
    let expiry = try #require(expiries.next(after: date, count: 1).first)
    let sessions = calendar.sessions(in: date.adding(days: 1)...expiry).count
    if Int(days) == sessions - 1 { agreed += 1 } else { others.append(date) }
  }
  #expect(agreed == 4197)
  #expect(
    others.count == 25 && others.first == calendarDay("2018-07-18")
      && others.last == calendarDay("2018-08-21"))
}
