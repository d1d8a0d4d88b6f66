import Foundation
import Testing

@testable import MarketData

/// The synthetic market: what it must look like, and that it is the same everywhere.
struct SyntheticMarketTests {
  @Test func bitsAreThoseOfTheGoldenRun() throws {
    let a = try SyntheticMarket.history(sessions: 60, seed: 9)
    #expect(a.digest == "fnv1a128:57953f2367f2dfdee7695675c9f38f3a")
    #expect(try SyntheticMarket.history(sessions: 60, seed: 9).digest == a.digest)
    #expect(try SyntheticMarket.history(sessions: 60, seed: 10).digest != a.digest)
  }

  @Test func aShortHistoryIsTheBeginningOfALongOne() throws {
    let short = try SyntheticMarket.history(sessions: 40, seed: 5)
    let long = try SyntheticMarket.history(years: 1, seed: 5)
    for i in 0..<40 {
      #expect(short.sessions[i].spot == long.sessions[i].spot)
      #expect(short.futures[i] == long.futures[i])
      #expect(short.close(.vix, i) == long.close(.vix, i))
      #expect(short.events.kinds(on: short.sessions[i].date) == long.events.kinds(on: short.sessions[i].date))
    }
  }

  /// Four seeds of twenty years each.
  @Test(arguments: [1, 2, 3, 4] as [UInt64])
  func twentyYearsLookLikeAMarket(seed: UInt64) throws {
    let history = try SyntheticMarket.history(years: 20, seed: seed)
    let closes = history.sessions.map(\.official.close)
    let returns = (1..<closes.count).map { Foundation.log(closes[$0] / closes[$0 - 1]) }
    let n = Double(returns.count)
    let mean = returns.reduce(0, +) / n
    let variance = returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / n
    let volatility = (variance * 252).squareRoot()
    #expect((0.12...0.20).contains(volatility), "\(volatility)")
    let kurtosis =
      returns.reduce(0) { $0 + ($1 - mean) * ($1 - mean) * ($1 - mean) * ($1 - mean) } / n / variance
      / variance
    #expect((4.5...15).contains(kurtosis), "\(kurtosis)")
    let vix = try #require(history.volatility[.vix])
    let meanVIX = vix.reduce(0, +) / Double(vix.count)
    #expect((15...25).contains(meanVIX), "\(meanVIX)")
    let vixMoves = (1..<vix.count).map { Foundation.log(vix[$0] / vix[$0 - 1]) }
    let correlation = regression(returns, vixMoves).correlation
    #expect((-0.85...(-0.60)).contains(correlation), "\(correlation)")
    // Realised variance of the 21 sessions after each VIX.
    var paid = 0.0
    var realised = 0.0
    for i in 0..<(returns.count - 21) {
      paid += vix[i] * vix[i] / 1e4
      realised += returns[i..<(i + 21)].reduce(0) { $0 + $1 * $1 } * 12
    }
    #expect((0.60...0.92).contains(realised / paid), "\(realised / paid)")
    let share = PathStatistics(history.pathDays).overnightShare
    #expect((0.30...0.42).contains(share), "\(share)")
    let vix3m = try #require(history.volatility[.vix3m])
    let inverted = Double(zip(vix, vix3m).count { $0 > $1 }) / Double(vix.count)
    #expect((0.10...0.40).contains(inverted), "\(inverted)")
    let advances = try #require(history.series["A/D"]).values.map(\.value)
    #expect(
      regression(Array(returns.prefix(advances.count - 1)), Array(advances.dropFirst())).correlation > 0.6)
  }

  @Test func sessionsAreWhole() throws {
    let history = try SyntheticMarket.history(years: 2, seed: 3)
    #expect(history.sessions.contains { $0.closeMinute == 780 })
    for (i, session) in history.sessions.enumerated() {
      #expect(history.calendar.closeMinute(session.date) == session.closeMinute)
      #expect(session.spot.allSatisfy { $0 > 0 && $0.isFinite })
      #expect(session.spot.max() == session.official.high && session.spot.min() == session.official.low)
      #expect(session.spot.last == session.official.close && session.spot.first == session.official.open)
      #expect(history.futures[i].count == 8)
    }
    #expect(history.provenance.minutes == .synthetic)
    for kind in EconomicEvent.Kind.allCases {
      #expect(history.events.events.count { $0.kind == kind } == (kind == .fomc ? 16 : 24))
    }
    let advances = try #require(history.series["A/D"]).values
    #expect(advances.allSatisfy { $0.known > $0.observed && history.calendar.isSession($0.known) })
  }

  @Test func yearsBeyondTheCalendarAreRefused() throws {
    #expect(throws: MarketDataError.self) { try SyntheticMarket.history(years: 24, seed: 1) }
    #expect(throws: MarketDataError.self) { try SyntheticMarket.history(years: 0, seed: 1) }
    #expect(throws: MarketDataError.self) { try SyntheticMarket.history(sessions: 0, seed: 1) }
    let start = try #require(SessionDate(iso: "2027-12-01"))
    #expect(throws: MarketDataError.self) {
      try SyntheticMarket.history(sessions: 100, seed: 1, start: start)
    }
    #expect(SyntheticMarket.defaultStart.description == "2005-01-03")
  }
}
