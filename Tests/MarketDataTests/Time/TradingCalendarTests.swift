import MarketData
import Testing

/// Every day 1990–2027, session or not and its close, against two libraries; where they differ from each other or
/// from the table, the day is named here with the side taken.
@Test(arguments: ["xnys", "pmc"])
func calendarMatchesLibraryEveryDay(library: String) throws {
  let calendar = try TradingCalendar.newYork()
  // Snow closed the exchange early twice, the circuit breaker once: facts that xnys leaves out. On 1999-12-31 the
  // exchange closed at 13:00 as announced (volume was a third): pmc leaves it out. On 2005-06-01 a failure stopped
  // the last four minutes on the floor, which was no early close of the options.
  let known: [String: [String: Int]] = [
    "xnys": ["1994-02-11": 870, "1996-01-08": 840, "1997-10-27": 930],
    "pmc": ["1999-12-31": 780, "2005-06-01": 960],
  ]
  var expected: [SessionDate: Int] = [:]
  var years: Set<Int> = []
  for line in try calendarGoldenLines("nyse-sessions.txt") where line[0] == library {
    years.insert(try #require(Int(line[1])))
    for word in line.dropFirst(2) {
      let parts = word.split(separator: "=")
      expected[calendarDay("\(line[1])-\(parts[0])")] = parts.count == 2 ? try #require(Int(parts[1])) : 0
    }
  }
  #expect(years == Set(1990...2027))
  for (text, minute) in try #require(known[library]) {
    #expect(expected[calendarDay(text)] != minute, "\(text) is no exception any more")
    expected[calendarDay(text)] = minute
  }
  var date = calendarDay("1990-01-01")
  let last = calendarDay("2027-12-31")
  #expect(calendar.coverage == date...last)
  while date <= last {
    let minute = date.weekday > 5 ? 0 : expected[date] ?? MinuteOfDay.close
    #expect(calendar.closeMinute(date) == (minute == 0 ? nil : minute), "\(date)")
    #expect(calendar.isSession(date) == (minute != 0), "\(date)")
    date = date.adding(days: 1)
  }
}

/// `next` and `previous` walk exactly the sessions that `sessions(in:)` lists, from any day.
@Test func steppingVisitsEverySession() throws {
  let calendar = try TradingCalendar.newYork()
  let sessions = calendar.sessions(in: calendar.coverage)
  #expect(sessions.count { $0.year == 2018 } == 251)
  for (a, b) in zip(sessions, sessions.dropFirst()) {
    #expect(calendar.next(after: a) == b)
    #expect(calendar.previous(before: b) == a)
    #expect(calendar.next(after: b.adding(days: -1)) == b)
  }
  #expect(calendar.previous(before: calendarDay("1990-01-02")) == nil)
  #expect(calendar.next(after: calendarDay("2027-12-31")) == nil)
  #expect(calendar.next(after: calendarDay("1980-01-01")) == calendarDay("1990-01-02"))
  #expect(calendar.previous(before: calendarDay("2040-01-01")) == calendarDay("2027-12-31"))
}

/// Loading is cheap enough to be done by every command: the best of ten loads takes under 5 ms.
@Test func calendarLoadsFast() throws {
  let clock = ContinuousClock()
  var best = Duration.seconds(1)
  for _ in 0..<10 {
    best = min(best, try clock.measure { _ = try TradingCalendar.newYork() })
  }
  print("calendar loads in \(best)")
  #expect(best < .milliseconds(5))
}

/// A closed day that is also listed as early is closed; a weekend can't be made a session.
@Test func closedWinsOverEarly() throws {
  let range = calendarDay("2018-12-01")...calendarDay("2018-12-31")
  let christmas = calendarDay("2018-12-25")
  let calendar = TradingCalendar(
    coverage: range, closed: [christmas],
    early: [christmas, calendarDay("2018-12-24"), calendarDay("2018-12-29")])
  #expect(calendar.closeMinute(christmas) == nil)
  #expect(calendar.closeMinute(calendarDay("2018-12-24")) == 780)
  #expect(calendar.closeMinute(calendarDay("2018-12-29")) == nil)
  #expect(calendar.closeMinute(calendarDay("2019-01-02")) == nil)
}
