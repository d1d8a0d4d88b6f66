import MarketData
import Pricing
import Rules
import Signals
import Testing

@testable import Backtesting

/// The signals of rules are the numbers that the engines decide by.
@Suite("Signals and engines agree")
struct IndicativeSignalTests {
  @Test("vx_now is what a hedge layer sees of the pair around its tenor", arguments: [30, 60, 110])
  func indicativeVX(days: Int) throws {
    let history = try SyntheticMarket.history(sessions: 60, seed: 8)
    let signal = try Rulebook(catalogue: .standard).signal("vx_now(\(days))")
    let feed = try SignalFeed([signal], history: history, parameters: .builtIn)
    let vx = VXMarket(history, clock: ClockParameters())
    var compared = 0
    for i in 1..<60 {
      let day = history.sessions[i]
      let listed = history.futures[i - 1].map(\.expiry).filter { $0 > day.date }
      // engines take the contracts listed on the day itself; the signal those that settled on the day before
      guard listed == history.futures[i].map(\.expiry).filter({ $0 > day.date }) else { continue }
      let pair = try #require(vx.contracts(session: i, tenorDays: days, expiringAfter: day.date))
      for (k, reading) in feed.minutes(signal, session: i).enumerated() {
        let seen = vx.indicative(pair, at: TradeMinute(session: i, minute: MinuteOfDay.open + k))
        #expect(seen.map { Double($0) / 1000 } == reading.number)
        compared += 1
      }
    }
    #expect(compared > 15_000)
  }
}
