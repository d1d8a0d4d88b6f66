import MarketData
import Pricing
import Testing

@testable import Backtesting

@Suite("Market of VIX calls")
struct VIXCallMarketTests {
  static func market(_ change: (inout MarketHistory) -> Void = { _ in }) throws -> (
    MarketHistory, VIXCallMarket, VXMarket
  ) {
    var history = try Markets.tiny(sessions: 6) { i, minute in
      2_800 - Double(i) * 10 - Double(minute - 570) / 100
    }
    history.volatility[.vvix] = [80, 90, 100, 110, 120, 130]
    for i in history.futures.indices {
      history.futures[i] = history.futures[i].enumerated().map {
        FuturesSettle(expiry: $1.expiry, settle: 15 + 0.2 * Double(i) + 0.4 * Double($0))
      }
    }
    change(&history)
    let vx = VXMarket(history, clock: ClockParameters())
    return (history, VIXCallMarket(history, vx: vx), vx)
  }

  @Test("A settlement takes its own VX and VVIX; a minute the VVIX before and the VX it is given")
  func views() throws {
    let (history, market, vx) = try Self.market()
    let expiry = history.futures[0][1].expiry
    let call = VIXCall(expiry: expiry, strike: 16_000)
    func expected(vx: Int32, vvix: Double, session: Int, minute: Int) throws -> Int32 {
      let years = VIXCallModel.years(from: history.sessions[session].date, minute: minute, to: expiry)
      return try #require(VIXCallModel().smile(vx: vx, vvix: vvix, years: years)).mark(strike: 16_000)
    }
    #expect(
      try market.mark(call, .settled(session: 3)).get()
        == expected(vx: 16_000, vvix: 110, session: 3, minute: 975))
    let time = TradeMinute(session: 3, minute: 700)
    #expect(
      try market.mark(call, .traded(time, vx: 21_000)).get()
        == expected(vx: 21_000, vvix: 100, session: 3, minute: 700))
    let seen = try #require(vx.indicative(expiry, session: 3, minute: 700))
    #expect(market.mark(call, .indicative(time)) == market.mark(call, .traded(time, vx: seen)))
    #expect(market.future(expiry, .indicative(time)) == seen)
  }

  @Test(
    "The month nearest the aim among those that live long enough, the later of two; the strike nearest the delta"
  )
  func choice() throws {
    let (history, market, _) = try Self.market()
    let months = history.futures[0].map(\.expiry)  // 2019-03-19, 04-17, 05-22, …
    let today = history.sessions[1].date  // 03-05: 14, 43, 78 days
    func chosen(days: Int, life: Int = 0) throws -> SessionDate {
      try market.call(on: today, seen: .settled(session: 0), days: days, leastLife: life, delta: 0.5).get()
        .expiry
    }
    #expect(months.prefix(3).map { $0 - today } == [14, 43, 78])
    #expect(try chosen(days: 14) == months[0] && chosen(days: 28) == months[0])
    #expect(
      try chosen(days: 29) == months[1] && chosen(days: 60) == months[1] && chosen(days: 61) == months[2])
    #expect(try chosen(days: 14, life: 13) == months[0] && chosen(days: 14, life: 14) == months[1])
    let (_, even, _) = try Self.market { history in
      for i in history.futures.indices {
        history.futures[i] = [13, 33].map { FuturesSettle(expiry: today.adding(days: $0), settle: 15) }
      }
    }
    let tie = try even.call(on: today, seen: .settled(session: 0), days: 23, leastLife: 0, delta: 0.5).get()
    #expect(tie.expiry - today == 33)
    let call = try market.call(on: today, seen: .settled(session: 0), days: 30, leastLife: 0, delta: 0.3)
      .get()
    let years = VIXCallModel.years(from: history.sessions[0].date, minute: 975, to: call.expiry)
    let smile = try #require(VIXCallModel().smile(vx: 15_400, vvix: 80, years: years))
    #expect(call.strike == smile.strike(delta: 0.3))
  }

  @Test("Every gap has its name")
  func gaps() throws {
    let (history, market, _) = try Self.market {
      $0.volatility[.vvix]?[2] = .nan
      $0.futures[3] = []
    }
    let expiry = history.futures[0][0].expiry
    let call = VIXCall(expiry: expiry, strike: 15_000)
    #expect(market.mark(call, .settled(session: 2)) == .failure(.noVVIX))
    #expect(market.mark(call, .settled(session: 3)) == .failure(.noVX))
    #expect(
      market.mark(call, .traded(TradeMinute(session: 0, minute: 600), vx: 15_000)) == .failure(.noHistory))
    let stranger = VIXCall(expiry: expiry.adding(days: 1), strike: 15_000)
    #expect(market.mark(stranger, .settled(session: 1)) == .failure(.noVX))
    let today = history.sessions[1].date
    func choice(_ session: Int, life: Int) -> Result<VIXCall, VIXCallMarket.Gap> {
      market.call(on: today, seen: .settled(session: session), days: 30, leastLife: life, delta: 0.5)
    }
    #expect(choice(-1, life: 0) == .failure(.noHistory) && choice(3, life: 0) == .failure(.noVX))
    #expect(choice(0, life: 999) == .failure(.noMonth) && choice(2, life: 0) == .failure(.noVVIX))
    #expect(market.payoff(call) == nil, "beyond the history")
  }
}
