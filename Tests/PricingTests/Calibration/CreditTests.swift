import TestSupport
import Testing

@testable import Pricing

@Suite("Credits that the market paid", .enabled(if: SharedData.isPresent))
struct CreditTests {
  /// Mean, lowest and highest mid credit and mean natural credit of the 5-wide condor, 21 days.
  @Test(arguments: [
    (5, 0.31, 0.13, 0.48, 0.09), (8, 0.58, 0.33, 0.80, 0.35), (10, 0.72, 0.40, 0.95, 0.48),
    (12, 0.92, 0.72, 1.27, 0.66), (15, 1.21, 0.90, 1.43, 0.92), (18, 1.43, 0.90, 1.82, 1.09),
    (20, 1.66, 1.35, 1.95, 1.28), (25, 2.10, 1.65, 2.40, 1.67), (30, 2.57, 1.97, 3.05, 2.05),
  ])
  func creditByDelta(row: (delta: Int, mean: Double, low: Double, high: Double, natural: Double)) throws {
    let chains = try RealChains.all.get().map(\.chain)
    let condors = try chains.map { try #require($0.condor(delta: Double(row.delta) / 100)) }
    let mids = zip(chains, condors).map { $0.midCredit($1) }
    let naturals = zip(chains, condors).map { $0.naturalCredit($1) }
    // The table is rounded to a cent; half a cent beside a half-cent value goes either way.
    #expect((mids.reduce(0, +) / 21 - row.mean).magnitude < 0.0101)
    #expect((try #require(mids.min()) - row.low).magnitude < 0.0051)
    #expect((try #require(mids.max()) - row.high).magnitude < 0.0051)
    #expect((naturals.reduce(0, +) / 21 - row.natural).magnitude < 0.0101)
  }

  /// The advertised setting, 15–20 delta shorts for 0.40–0.60, cannot be had at mid on any of the days.
  @Test func literalSettingAvailability() throws {
    let chains = try RealChains.all.get().map(\.chain)
    let mid = chains.map { $0.literalCondors(delta: 0.15...0.20, credit: 0.40...0.60) }
    #expect(mid.filter { ($0 ?? 0) > 0 }.isEmpty)
    // No strike on one side: four days, and 3 May, whose nearest call has 0.2003.
    #expect(mid.filter { $0 == nil }.count == 5)
    #expect(chains.filter { $0.literalCondors(delta: 0.15...0.2005, credit: 0.40...0.60) == nil }.count == 4)
    let natural = chains.filter {
      ($0.literalCondors(delta: 0.15...0.20, credit: 0.40...0.60, natural: true) ?? 0) > 0
    }
    #expect(natural.map(\.quoteDate.description) == ["2019-05-09"])
  }
}
