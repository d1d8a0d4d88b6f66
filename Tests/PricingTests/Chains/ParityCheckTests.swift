import MarketData
import TestSupport
import Testing

@testable import Pricing

@Suite struct ParityCheckTests {
  /// Forward 3,000: mids that keep parity to the cent, quoted 0.10 either side.
  static func quotes(_ change: (inout [StrikeQuotes]) -> Void = { _ in }) -> ExpiryQuotes {
    var strikes = stride(from: 2_900.0, through: 3_100, by: 5).map { strike in
      let put = max(0, strike - 3_000) + 8
      let call = put + 3_000 - strike
      return StrikeQuotes(
        strike: strike, call: OptionQuote(bid: call - 0.1, ask: call + 0.1),
        put: OptionQuote(bid: put - 0.1, ask: put + 0.1))
    }
    change(&strikes)
    return ExpiryQuotes(expiry: SessionDate(ordinal: 18_000), strikes: strikes)
  }
  static func check(
    _ quotes: ExpiryQuotes, costs: Double = 0.05, window: Double = 50
  ) throws -> ParityCheck { try #require(ParityCheck(quotes, costs: costs, window: window)) }

  @Test func fairQuotesCostTheirSpread() throws {
    let check = try Self.check(Self.quotes())
    #expect(abs(check.parity.forward - 3_000) < 1e-9)
    // 2,950 to 3,050, both ends within
    #expect(check.strikes == 21 && check.conversions == 0 && check.reversals == 0)
    // both quotes' halves are lost, of a box those of both strikes
    #expect(abs(try #require(check.bestConversion).points + 0.2) < 1e-9)
    #expect(abs(try #require(check.bestReversal).points + 0.2) < 1e-9)
    #expect(abs(try #require(check.bestBox).points + 0.4) < 1e-9)
  }

  /// By hand: the call at 3,035 is bid 0.60 too high, the put at 2,965 0.50; spreads take 0.21 and 0.20 of it. The forward stands
  /// on the ten tightest pairs, nearer the money.
  @Test func whatStandsOutIsFoundWithItsStrike() throws {
    let quotes = Self.quotes { strikes in
      for k in strikes.indices {
        if strikes[k].strike == 3_035 {
          strikes[k].call?.bid += 0.6
          strikes[k].call?.ask += 0.6
        }
        if strikes[k].strike == 2_965 {
          strikes[k].put?.bid += 0.5
          strikes[k].put?.ask += 0.7
        }
        // the pairs that the forward is made of are tighter than these
        if abs(strikes[k].strike - 3_000) > 25 { strikes[k].put?.ask += 0.01 }
      }
    }
    var check = try Self.check(quotes)
    let (conversion, reversal) = try (#require(check.bestConversion), #require(check.bestReversal))
    #expect(conversion.strikes == [3_035] && abs(conversion.points - 0.39) < 1e-9)
    #expect(reversal.strikes == [2_965] && abs(reversal.points - 0.3) < 1e-9)
    #expect(check.conversions == 1 && check.reversals == 1)
    let box = try #require(check.bestBox)
    #expect(box.strikes == [3_035, 2_965])
    // of which the forward is no part
    #expect(abs(box.points - 0.69) < 1e-9)
    check = try Self.check(quotes, costs: 0.6)
    #expect(check.conversions == 0 && check.reversals == 0)
    check = try Self.check(quotes, window: 15)
    #expect(check.strikes == 7 && check.conversions == 0 && check.reversals == 0)
  }

  /// Nobody pays for what has no bid.
  @Test func withoutABidNothingIsSold() throws {
    let quotes = Self.quotes { strikes in
      for k in strikes.indices where strikes[k].strike != 3_000 {
        strikes[k].call?.bid = 0
        if strikes[k].strike != 3_005 { strikes[k].put?.bid = 0 }
      }
    }
    let check = try Self.check(quotes)
    #expect(check.bestConversion?.strikes == [3_000])
    #expect(check.strikes == 21 && check.parity.pairs == 1)
    let none = Self.quotes { strikes in for k in strikes.indices { strikes[k].put?.bid = 0 } }
    #expect(ParityCheck(none, costs: 0, window: 50) == nil)
  }

  /// In 34 snapshots, four in and around the turmoil of May 2019, nothing could be locked in.
  @Test(.enabled(if: SharedData.isPresent)) func realChainsLeaveNothingToBeEarned() throws {
    var strikes = 0
    for snapshot in try RealChains.snapshots.get() {
      for quotes in snapshot.expiries where (1...7).contains(quotes.expiry - snapshot.quoteDate) {
        let check = try Self.check(quotes, costs: 0, window: 100)
        strikes += check.strikes
        #expect(check.conversions == 0 && check.reversals == 0)
        #expect(try #require(check.bestBox).points < 0)
        #expect(check.parity.staleStrikes.isEmpty)
      }
    }
    #expect(strikes > 3_500)
  }
}
