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

  @Test func timesAreRecovered() throws {
    for snapshot in try RealChains.snapshots.get() {
      let time = try #require(RecoveredTime(snapshot))
      let listed = RealChains.listedMinute(snapshot.quoteDate)
      print("TIME", snapshot.quoteDate, MinuteOfDay.text(time.minute), time.standardError, time.forwardGap, MinuteOfDay.text(listed))
      #expect(time.isAfterClose == (listed == 975))
    }
  }
}
