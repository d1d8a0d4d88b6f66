import MarketData
import TestSupport
import Testing

@testable import Pricing

@Suite("Real chains", .enabled(if: SharedData.isPresent))
struct RealChainTests {
  @Test func thirtyFourSnapshotsOfWhichTwentyOneHoldAOneDayExpiry() throws {
    let snapshots = try RealChains.snapshots.get()
    #expect(snapshots.count == 34)
    #expect(snapshots.allSatisfy { $0.counts.duplicates == 0 && $0.counts.crossed == 0 })
    let days = try RealChains.all.get()
    #expect(days.count == 21)
    let strikes = days.map { day in day.chain.strikes.filter { OneDayChain.judged.contains($0.delta) }.count }
    #expect(strikes.reduce(0, +) == 426)
    #expect(strikes.min() == 13 && strikes.max() == 36)
    #expect(days.allSatisfy { $0.chain.parity.staleStrikes.isEmpty })
  }

  @Test func monthliesThatSettleAtTheOpenAreLeftOut() throws {
    let snapshots = try RealChains.snapshots.get()
    #expect(snapshots.allSatisfy { $0.counts.otherRoots > 0 })
  }

  @Test func parityForwardsAgreeAcrossStrikes() throws {
    for day in try RealChains.all.get() {
      let parity = day.chain.parity
      #expect(parity.pairs == 10)
      #expect(parity.disagreement > 0.02 && parity.disagreement < 0.20, "\(day.chain.quoteDate): \(parity)")
    }
  }

  /// The times of the notes are themselves good to two minutes; a chain's own error is 3 to 9. The one from
  /// 26 June has volatilities of another make: its time is not in the notes' list of hours.
  @Test func timesAreRecovered() throws {
    var total = 0.0
    for snapshot in try RealChains.snapshots.get() {
      let time = try #require(RecoveredTime(snapshot))
      let listed = RealChains.listedMinute(snapshot.quoteDate)
      #expect(time.isAfterClose == (listed == 975))
      // "15:20–15:32" for the late ones
      let late = listed == 923
      let off = time.minute - listed
      let miss = late ? max(0, 920 - time.minute, time.minute - 932) : max(off, -off)
      total += Double(miss)
      let bar = snapshot.quoteDate.description == "2019-06-26" ? 8 : 6
      #expect(miss <= bar, "\(snapshot.quoteDate): \(MinuteOfDay.text(time.minute))")
    }
    #expect(total / 34 < 1)
  }

  /// Two independent vendors' files of one day hold the same contracts, half an hour apart.
  @Test func dataShopHoldsTheContractsOfTheScrape() throws {
    let scrape = try #require(
      try RealChains.snapshots.get().first { $0.quoteDate.description == "2019-06-26" })
    let shop = try #require(
      try ChainReader.snapshots(path: SharedData.path("chains/datashop-1545-spxw-2019-06-26.csv.gz")).first)
    #expect(shop.minute == 945)
    var compared = 0
    var near = 0
    for quotes in shop.expiries {
      guard let other = scrape.expiring(quotes.expiry) else { continue }
      for strike in quotes.strikes {
        guard let same = other.strikes.first(where: { $0.strike == strike.strike }) else { continue }
        for (a, b) in [(strike.call, same.call), (strike.put, same.put)] {
          guard let a, let b else { continue }
          compared += 1
          if a.bid <= b.ask + 12, b.bid <= a.ask + 12 { near += 1 }
        }
      }
    }
    #expect(compared == 10_384)
    // The index moved by some points between the two, and no option by more.
    #expect(near == compared, "\(near)")
  }

  @Test func dataShopWithCalcsIsRead() throws {
    let chains = try ChainReader.snapshots(path: SharedData.path("chains/datashop-eod-calcs-2016-01-04.csv"))
    #expect(chains.first?.quoteDate.description == "2016-01-04")
    #expect(chains.allSatisfy { $0.minute == 945 && $0.underlyingLast > 1900 })
  }
}
