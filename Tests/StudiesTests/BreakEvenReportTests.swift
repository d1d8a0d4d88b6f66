import Backtesting
import Foundation
import MarketData
import Strategies
import Testing

@testable import Studies

@Suite struct BreakEvenReportTests {
  static let text = """
    version: 1
    name: layers
    condor: {short_delta: 0.15}
    hedge:
      layers:
        - {name: small, trigger: {move: {side: down, at_least_sd: 0.5}}, size: {gross_risk: 0.2}}
        - {name: never, trigger: {move: {side: down, at_least_sd: 0.5}}, size: {gross_risk: 0}}
        - {name: large, trigger: always, size: {contracts: 0.05}}
    """
  static func report(limit: Double = 1, threads: Int = 2) throws -> BreakEvenReport {
    BreakEvenReport(
      [try Fixture.strategy(text)], market: Fixture.market, period: Fixture.period, limitPoints: limit,
      threads: threads)
  }

  @Test func distancesAreThoseOfTheTrades() throws {
    let strategy = try Fixture.strategy(Self.text)
    let context = Fixture.market.context(for: [strategy])
    let trades = Backtester(context).run(strategy, period: Fixture.period).trades.map(\.first)
    let row = try Self.report().rows[0]
    #expect(row.trades == trades.count && row.unpriced == 0 && row.neverEarning == 0)
    func sorted(_ distance: (SoldCondor, Double) -> Double) -> [Double] {
      trades.map { distance($0, Double($0.credit) / 10_000 - 0.054) }.sorted()
    }
    let down = sorted { $0.spotAtFill - Double($0.strikes.shortPut) + $1 }
    let up = sorted { Double($0.strikes.shortCall) + $1 - $0.spotAtFill }
    func median(_ x: [Double]) -> Double { (x[(x.count - 1) / 2] + x[x.count / 2]) / 2 }
    #expect(abs(try #require(row.lowerDistance.median) - median(down)) < 1e-9)
    #expect(abs(try #require(row.upperDistance.median) - median(up)) < 1e-9)
    #expect(abs(try #require(row.upperDistance.largest) - (up.last ?? 0)) < 1e-9)
    #expect(row.lowerDistance.sessions == trades.count)
  }

  @Test func layersAreAddedInTurnAndFlagged() throws {
    let row = try Self.report().rows[0]
    #expect(row.shifts.map(\.layer) == ["small", "never", "large", "all layers"])
    let (small, never, large, all) = (row.shifts[0], row.shifts[1], row.shifts[2], row.shifts[3])
    #expect(!small.isFlagged && small.beyondLimit == 0 && small.opens == row.trades)
    #expect(try #require(small.lower.high) < 0 && small.upper.largest == 0)
    #expect(never.lower.largest == 0 && never.upper.largest == 0)
    // $50 a VX point from the fill on: the index's falls are hedged, its rises cost
    #expect(large.isFlagged && large.beyondLimit > 0)
    #expect(try #require(large.upper.median) < 0)
    #expect(all.opens == row.trades && all.assumed == 0)
    // 2 points of VX for 1 % at $50 are less than a condor of 5 points: nothing is lost or won altogether but by much
    #expect(large.lower.sessions + large.appearing >= row.trades)
    let wide = try Self.report(limit: 1e6).rows[0]
    #expect(wide.shifts.allSatisfy { $0.beyondLimit == 0 })
    #expect(wide.shifts.allSatisfy { $0.isFlagged == ($0.appearing > 0) })
  }

  @Test func threadsDoNotChangeTheReport() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(Self.report(threads: 1)) == encoder.encode(Self.report(threads: 3)))
  }
}
