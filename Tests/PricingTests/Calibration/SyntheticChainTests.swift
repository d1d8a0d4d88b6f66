import Kernels
import MarketData
import Testing

@testable import Pricing

/// Chains made from a known smile: what was put in must come out.
@Suite struct SyntheticChainTests {
  static func snapshot(
    stdDev: Double, forward: Double, smile: SmileParameters, date: SessionDate, expiry: SessionDate,
    minute: Int?, years: Double, vendorForwardGap: Double = 0
  ) -> ChainSnapshot {
    let curve = VolatilitySmile(smile)
    let strikes = stride(from: 2800.0, through: 3000, by: 5).map { k -> StrikeQuotes in
      let s = stdDev * curve.ratio(z: Elementary.log(k / forward) / stdDev)
      func quote(_ sign: Double) -> OptionQuote {
        let price = Black76Reference.price(forward: forward, strike: k, stdDev: s, sign: sign)
        let vendor = impliedStdDev(price: price, forward: forward + vendorForwardGap, strike: k, sign: sign)
        return OptionQuote(
          bid: max(0, price - 0.05), ask: price + 0.05,
          vendorVolatility: vendor.map { $0 / years.squareRoot() } ?? 0)
      }
      return StrikeQuotes(strike: k, call: quote(1), put: quote(-1))
    }
    return ChainSnapshot(
      source: "synthetic", quoteDate: date, minute: minute, underlyingLast: forward,
      expiries: [ExpiryQuotes(expiry: expiry, strikes: strikes)])
  }

  static func thursday() throws -> (date: SessionDate, next: SessionDate) {
    let date = try #require(SessionDate(iso: "2019-08-22"))
    return (date, date.adding(days: 1))
  }

  @Test(arguments: [571, 600, 750, 824, 923, 945, 959])
  func timeIsRecoveredToTheMinute(minute: Int) throws {
    let (date, next) = try Self.thursday()
    let years = (1 + (16.5 * 60 - Double(minute)) / 1440) / 365
    for gap in [0.0, 0.3, -0.3] {
      let chain = Self.snapshot(
        stdDev: 0.009, forward: 2901.3, smile: SmileParameters(), date: date, expiry: next, minute: nil,
        years: years, vendorForwardGap: gap)
      let time = try #require(RecoveredTime(chain))
      #expect(time.minute >= minute - 1 && time.minute <= minute + 1, "\(time)")
      #expect((time.forwardGap - gap).magnitude < 0.05)
    }
  }

  @Test(arguments: [2.5, -2.0, 3.7])
  func aVendorForwardFarFromParityMeansAfterTheClose(gap: Double) throws {
    let (date, next) = try Self.thursday()
    let chain = Self.snapshot(
      stdDev: 0.009, forward: 2901.3, smile: SmileParameters(), date: date, expiry: next, minute: nil,
      years: 1.1 / 365, vendorForwardGap: gap)
    #expect(try #require(RecoveredTime(chain)).isAfterClose)
  }

  @Test(arguments: UInt64(1)...40)
  func levelAndShapeAreRecovered(seed: UInt64) throws {
    var random = Philox(seed: seed)
    var smile = SmileParameters()
    smile.p = [-0.2, 0.0, 0.005, 0.006].map { $0 + random.uniform() * 0.05 * ($0 < 0 ? 2 : 0.2) }
    let s = 0.006 + 0.010 * random.uniform()
    let (date, next) = try Self.thursday()
    let snapshot = Self.snapshot(
      stdDev: s, forward: 2895 + 10 * random.uniform(), smile: smile, date: date, expiry: next, minute: 930,
      years: 1 / 365)
    let calendar = try TradingCalendar.newYork()
    let clock = VarianceClock(
      parameters: ClockParameters(), calendar: calendar, events: try EventCalendar.bundled())
    let chain = try OneDayChain(snapshot, minute: nil, clock: clock, calendar: calendar)
    let fit = SmileFit.day(chain, startingFrom: SmileParameters())
    #expect((fit.stdDev / s - 1).magnitude < 2e-3)
    for (a, b) in zip(fit.smile.p, smile.p) { #expect((a - b).magnitude < 0.01) }
    #expect((SmileFit.level(chain, smile: smile) / s - 1).magnitude < 1e-3)
  }

  @Test func parityFindsTheForwardAndTheStaleQuote() throws {
    let (date, next) = try Self.thursday()
    var quotes = Self.snapshot(
      stdDev: 0.009, forward: 2901.3, smile: SmileParameters(), date: date, expiry: next, minute: 930,
      years: 1 / 365
    ).expiries[0]
    let clean = try #require(ParityForward(quotes))
    #expect((clean.forward - 2901.3).magnitude < 1e-9 && clean.disagreement < 1e-9 && clean.pairs == 10)
    #expect(clean.staleStrikes.isEmpty)
    let i = try #require(quotes.strikes.firstIndex { $0.strike == 2880 })
    quotes.strikes[i].put?.bid += 3
    quotes.strikes[i].put?.ask += 3.2
    #expect(try #require(ParityForward(quotes)).staleStrikes == [2880])
    #expect(ParityForward(ExpiryQuotes(expiry: next, strikes: [])) == nil)
  }

  @Test func chainsThatCannotBeUsedSayWhy() throws {
    let (date, next) = try Self.thursday()
    let calendar = try TradingCalendar.newYork()
    let clock = VarianceClock(
      parameters: ClockParameters(), calendar: calendar, events: try EventCalendar.bundled())
    func skip(date: SessionDate, expiry: SessionDate, years: Double = 1 / 365) throws -> OneDayChain.Skip? {
      let snapshot = Self.snapshot(
        stdDev: 0.009, forward: 2900, smile: SmileParameters(), date: date, expiry: expiry, minute: nil,
        years: years)
      do throws(OneDayChain.Skip) {
        _ = try OneDayChain(snapshot, minute: nil, clock: clock, calendar: calendar)
        return nil
      } catch { return error }
    }
    #expect(try skip(date: date, expiry: next) == nil)
    #expect(try skip(date: date, expiry: next.adding(days: 3)) == .noExpiry)
    #expect(try skip(date: next.adding(days: 1), expiry: next.adding(days: 3)) == .notASession)
    #expect(try skip(date: date, expiry: next, years: 1e6) == .noTime)
  }
}
