import Backtesting
import Foundation
import MarketData
import Strategies
import Testing

@testable import Studies

/// What a comparison says of the sessions it can't trade, and of the seeds of its minutes.
@Suite struct DataHoleTests {
  /// The fixture's market with the first hour of one session taken out.
  static func holed(_ session: Int) throws -> Market {
    var history = Fixture.market.history
    for k in 0..<60 { history.sessions[session].spot[k] = .nan }
    return try Market(history: history, parameters: Fixture.market.parameters)
  }

  @Test func aLostHourIsListedAndAHeldCondorSettlesWithoutIt() throws {
    let hold = try Fixture.strategy(ComparisonTests.hold)
    let whole = Backtester(Fixture.market.context(for: [hold])).run(hold, period: Fixture.period)
    let trade = try #require(whole.trades.dropFirst().first)
    let market = try Self.holed(trade.expirySession)
    let c = Comparison([hold], market: market, period: Fixture.period, threads: 2)
    let date = market.history.sessions[trade.entrySession].date.description
    #expect(c.holes.sessions.contains(date))
    #expect(c.holes.byVIX.values.reduce(0, +) == c.holes.sessions.count)
    // The session that is short of an hour can be no entry's expiry, but its own entry is late in the day.
    #expect(c.holes.sessions.count == 1)
    #expect(c.holes.heldNetDollars == ["hold": Double(trade.condorNetCents) / 100])
    #expect(c.rows[0].figures.trades == whole.trades.count - 1)
  }

  @Test func withoutHolesNothingIsListed() throws {
    let c = try ComparisonTests.comparison([ComparisonTests.hold])
    #expect(c.holes.sessions.isEmpty && c.holes.heldNetDollars == ["hold": 0])
  }

  @Test func otherSeedsOfTheMinutesAreComparisonsOfTheirOwn() throws {
    let strategies = try [ComparisonTests.stop, ComparisonTests.hedge].map(Fixture.strategy)
    let period = 20...80
    let markets = try [UInt64(1), 2].map { try Market.open(history: nil, marks: nil, seed: $0) }
    let c = Comparison(strategies, market: markets[0], reseeded: [markets[1]], period: period, threads: 2)
    let other = Comparison(strategies, market: markets[1], period: period, threads: 2)
    let headline = try #require(c.headlines.first)
    #expect(headline.minuteSeedMeans == [try #require(other.headlines.first).difference.meanDollars])
    #expect(headline.minuteSeedMeans != [headline.difference.meanDollars], "other minutes, other stops")
  }

  @Test func anUndefinedFigureIsNullAndItsKeyStays() throws {
    let c = try ComparisonTests.comparison([ComparisonTests.hold])
    let json = try JSONSerialization.jsonObject(with: JSONEncoder().encode(c.rows[0].figures))
    let figures = try #require(json as? [String: Any])
    #expect(figures["stopReachable"] is NSNull && figures["hedgeOffset"] is NSNull)
    #expect(figures["sharpe"] is Double)
    let back = try JSONDecoder().decode(Figures.self, from: JSONEncoder().encode(c.rows[0].figures))
    #expect(back == c.rows[0].figures)
  }
}
