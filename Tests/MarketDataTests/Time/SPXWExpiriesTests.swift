import MarketData
import Testing

/// The dates of the Cboe notices that the rules are read from.
@Test func publishedSPXWExpiriesAreListed() throws {
  let expiries = try SPXWExpiries(calendar: .newYork())
  for text in ["2016-03-02", "2016-03-09", "2016-08-22", "2016-08-29", "2016-09-06", "2016-09-07"] {
    let date = try #require(SessionDate(iso: text))
    #expect(expiries.isListed(date), "\(date)")
  }
  for year in 2011...2027 { print("1DTE entries", year, expiries.oneDayEntries(year: year)) }
}
