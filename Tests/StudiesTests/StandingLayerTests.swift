import Backtesting
import MarketData
import Strategies
import Testing

@testable import Studies

/// Standing layers without prices are told of wherever configurations are summed up.
@Suite struct StandingLayerTests {
  static let text = """
    version: 1
    name: calls
    condor: {short_delta: SHORT}
    hedge:
      layers:
        - {name: c, horizon: standing, instrument: {vix_call: {days: 60, roll: {held_days: 20}}}, size: {contracts: 1}}
        - {name: vx, horizon: standing, size: {contracts: 0.002}}

    """
  private static func layers(_ strategy: Strategy, _ period: ClosedRange<Int>) -> [StandingBook.Layer] {
    let context = ProductSweepTests.holey.context(for: [strategy])
    return StandingBook(strategy, context: context, range: period).layers
  }

  @Test func comparisonsAndSweepsTellOfThem() throws {
    let market = ProductSweepTests.holey
    let period = 2...(market.history.sessions.count - 1)
    let strategies = try [
      Fixture.strategy("version: 1\ncondor: {short_delta: 0.2}\n"),
      Fixture.strategy(Self.text.replacing("SHORT", with: "0.15")),
    ]
    let expected = Self.layers(strategies[1], period)
    #expect(expected.allSatisfy { $0.unpricedSessions > 2 } && expected[0].netCents != expected[1].netCents)
    let rows = Comparison(strategies, market: market, period: period, threads: 2).rows
    #expect(rows[0].standing.isEmpty && rows[1].standing.map(\.name) == ["c", "vx"])
    let space = try SweepSpace(Fixture.document(Self.text.replacing("SHORT", with: "[0.1, 0.15]"), "s.yaml"))
    let summary = try Sweep(space: space, market: market, period: period).run(threads: 2, store: nil)
    let best = try #require(summary.best)
    for told in [rows[1].standing, best.standing] {
      for (layer, own) in zip(told, expected) {
        #expect(layer.unpricedSessions == own.unpricedSessions)
        #expect(layer.estimatedSettlements == own.estimatedSettlements)
        #expect(layer.netDollars == Double(own.netCents.reduce(0, +)) / 100)
      }
    }
  }

  /// The premium of calls is bound by either rule, over the sessions after the one it was paid on.
  @Test func capitalCountsPremiumsPaid() throws {
    let market = ProductSweepTests.holey
    let period = 2...(market.history.sessions.count - 1)
    let strategy = try Fixture.strategy(Self.text.replacing("SHORT", with: "0.15"))
    let expected = Self.layers(strategy, period).map { $0.heldCents.reduce(0, +) }
    let part = try #require(
      CapitalReport([strategy], market: market, period: period, threads: 2).rows[0].parts
        .first { $0.book == .hedge })
    #expect(expected.allSatisfy { $0 > 0 })
    #expect(part.regT.marginDays == Double(expected[0] + expected[1]) / 100)
    let calls = Double(expected[0]) / 100
    #expect(
      part.portfolio.marginDays > calls && part.portfolio.marginDays < calls + Double(expected[1]) / 100)
  }
}
