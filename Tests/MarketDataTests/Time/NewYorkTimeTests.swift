import MarketData
import Testing

/// Both sides of every change of the clock 1987–2099 and 500 random instants, against Python's zoneinfo.
@Test func newYorkTimeMatchesZoneinfo() throws {
  let lines = try calendarGoldenLines("new-york-time.txt")
  #expect(lines.count == 2 + 226 * 6 + 500)
  for line in lines {
    let unix = try #require(Int64(line[0]))
    let time = try #require(NewYorkTime(unixSeconds: unix))
    #expect(
      time.date == calendarDay(line[1]) && "\(time.minute)" == line[2] && "\(time.second)" == line[3],
      "\(unix)"
    )
  }
}

/// The first bar of a TradingView export is 09:30 in New York.
@Test func exportStampIsTheOpen() throws {
  let time = try #require(NewYorkTime(unixSeconds: 1_771_425_000))
  #expect(time.date == calendarDay("2026-02-18") && time.minute == MinuteOfDay.open)
}

/// Outside the years of the two rules there is no answer rather than a wrong one.
@Test func newYorkTimeEndsWithItsRules() {
  #expect(NewYorkTime(unixSeconds: 536_475_599) == nil)
  #expect(NewYorkTime(unixSeconds: 4_102_462_800) == nil)
  #expect(NewYorkTime(unixSeconds: .min) == nil)
  #expect(NewYorkTime(unixSeconds: .max) == nil)
}
