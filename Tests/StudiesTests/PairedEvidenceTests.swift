import Backtesting
import MarketData
import Statistics
import Testing

@testable import Studies

/// Resampled days, regimes and power of a paired difference.
@Suite struct PairedEvidenceTests {
  private static let history = Fixture.market.history

  private static func evidence(
    seed: UInt64 = 1
  ) throws -> (evidence: PairedEvidence, differences: [Double]) {
    let c = try ComparisonTests.comparison([ComparisonTests.stop, ComparisonTests.hedge], seed: seed)
    let (a, b) = try (ComparisonTests.net(ComparisonTests.stop), ComparisonTests.net(ComparisonTests.hedge))
    return (try #require(c.headlines.first).evidence, zip(a, b).map { Double($0 - $1) / 100 })
  }

  @Test(arguments: [1, 7]) func intervalAndPowerAreThoseOfTheDifferences(seed: UInt64) throws {
    let (e, differences) = try Self.evidence(seed: seed)
    let interval = try #require(BootstrapInterval(differences, resamples: 10_000, seed: seed))
    #expect(e.lowDollars == interval.low && e.highDollars == interval.high && e.resamples == 10_000)
    #expect(e.seed == seed)
    #expect(e.blockSessions == interval.blockLength && e.widening == interval.widening)
    let error = try #require(MeanInterval(differences)).standardError
    // 1.959964 + 0.841621
    let detectable = try #require(e.detectableDollars)
    #expect(abs(detectable / error - 2.801585) < 1e-6)
    let mean = differences.reduce(0, +) / Double(differences.count)
    let needed = Double(differences.count) * (detectable / mean) * (detectable / mean)
    #expect(e.sessionsNeeded == Int(needed.rounded(.up)))
  }

  /// Each way of parting sessions parts all but the first, whose results nothing was entered for.
  @Test func regimesPartTheSessions() throws {
    let (e, differences) = try Self.evidence()
    let total = differences.dropFirst().reduce(0, +)
    for regime in Set(e.regimes.map(\.regime)) {
      let rows = e.regimes.filter { $0.regime == regime }
      #expect(rows.reduce(0) { $0 + $1.sessions } == differences.count - 1, "\(regime)")
      let sum = rows.reduce(0) { $0 + $1.meanDollars * Double($1.sessions) }
      #expect(abs(sum - total) < 1e-9 * max(1, abs(total)), "\(regime)")
    }
    #expect(Set(e.regimes.map(\.regime)) == ["VIX", "VX curve", "event", "GDP", "year"])
    #expect(e.regimes.filter { $0.regime == "event" }.count >= 2)
    let told = e.regimes.filter { $0.pValue != nil }
    #expect(told.allSatisfy { $0.sessions >= 60 } && e.regimes.contains { $0.sessions < 60 })
    #expect(told.map(\.adjustedPValue) == holmAdjusted(told.compactMap(\.pValue)))
  }

  /// Two states of 80 sessions each have a p-value, and both count.
  @Test func longRegimesAreTestedTogether() throws {
    let market = try Market(
      history: SyntheticMarket.history(
        sessions: 170, seed: 3, start: #require(SessionDate(iso: "2021-09-01"))),
      parameters: .builtIn)
    let differences = (0..<161).map { Double(($0 * 37) % 11) - ($0 < 81 ? 3 : 6) }
    let e = PairedEvidence(differences, regimes: EntryRegimes(market), period: 4...164, seed: 1)
    let told = e.regimes.filter { $0.pValue != nil }
    #expect(told.count >= 2 && told.allSatisfy { $0.sessions >= 60 })
    #expect(told.map(\.adjustedPValue) == holmAdjusted(told.compactMap(\.pValue)))
    #expect(told.contains { ($0.adjustedPValue ?? 0) > ($0.pValue ?? 1) })
  }

  /// A session belongs to the state that was known before the entry whose results it holds.
  @Test func statesAreThoseOfTheEntry() throws {
    let period = 10...30
    let regimes = EntryRegimes(Fixture.market)
    let differences = period.map { Double($0) }
    let e = PairedEvidence(differences, regimes: regimes, period: period, seed: 1)
    for row in e.regimes where row.regime == "VIX" {
      let mine = period.dropFirst().filter { i in
        let close = Self.history.close(.vix, i - 2)
        let bucket = close < 15 ? "<15" : close < 20 ? "15-20" : close < 30 ? "20-30" : ">30"
        return bucket == row.state
      }
      #expect(mine.count == row.sessions && !mine.isEmpty, "\(row.state)")
      #expect(row.meanDollars == mine.reduce(0.0) { $0 + Double($1) } / Double(mine.count))
    }
  }

  @Test func nothingThatVariesIsSaid() {
    let regimes = EntryRegimes(Fixture.market)
    let e = PairedEvidence(Array(repeating: 0, count: 21), regimes: regimes, period: 10...30, seed: 1)
    #expect(e.lowDollars == nil && e.detectableDollars == nil && e.sessionsNeeded == nil)
    #expect(e.regimes.allSatisfy { $0.pValue == nil && $0.adjustedPValue == nil })
    #expect(e.verdict == "the two never differ, or always by the same")
  }
}
