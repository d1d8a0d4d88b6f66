import MarketData
import Strategies
import Testing

@testable import Backtesting

/// Condors sold anew after an early end, on hand-made markets.
@Suite("Re-entry")
struct ReentryTests {
  /// 3,000; 2,960 from 11:00 to 11:29 of session 2.
  static func dip() throws -> MarketHistory {
    try Markets.tiny(sessions: 4) { session, minute in
      session == 2 && (660..<690).contains(minute) ? 2_960 : 3_000
    }
  }
  private func trade(
    _ rule: ReentryRule?, stop: StopRule = .lossMultiple(thousandths: 1000), target: Int32? = nil,
    timeStop: Int? = nil, basis: ExitRule.Basis = .condor, on history: MarketHistory? = nil
  ) throws -> Trade {
    let exit = ExitRule(
      stop: stop, basis: basis, targetThousandths: target, timeStop: timeStop, reentry: rule)
    return try #require(
      Markets.evaluate(ExitEngineTests.strategy(exit), try history ?? Self.dip(), entry: 1).trade)
  }

  @Test("After a stop: decided when the wait is over, filled a minute later, on the strikes of that minute")
  func afterAStop() throws {
    let trade = try trade(ReentryRule(after: .stop, waitMinutes: 15))
    #expect(trade.condors.count == 2)
    let (first, second) = (trade.condors[0], trade.condors[1])
    #expect(first.fills.map(\.reason) == [.stop] && first.fills[0].minute == 661)
    #expect(second.decidedAt == TradeMinute(session: 2, minute: 676))
    #expect(second.filledAt == TradeMinute(session: 2, minute: 677))
    // the index stands at 2,960: the new strikes lie around it
    #expect(second.strikes.shortPut < 2_960 && second.strikes.shortCall < first.strikes.shortCall)
    #expect(abs(second.shortPutDelta - 0.15) < 0.06 && second.spotAtFill == 2_960)
    // opening fees of the day of the fill, whatever becomes of it
    #expect(second.fills[0].feesCents >= 400)
    #expect(trade.condorNetCents == first.netCents + second.netCents)
    // the whole width is set aside until the expiry
    #expect(trade.marginCents == 100_000 && trade.reservesMargin)
    #expect(trade.condors.allSatisfy { $0.marginCents < trade.marginCents })
  }

  @Test("The shadow is the trade without its stop: then nothing is sold anew")
  func shadow() throws {
    let trade = try trade(ReentryRule(after: .stop, waitMinutes: 15))
    let held = try self.trade(nil, stop: .none)
    #expect(trade.stopped && trade.shadowNetCents == held.condorNetCents && held.condors.count == 1)
  }

  @Test("The wait may end in the session before: at 15:58 of the entry session, filled 15:59")
  func inTheEntrySession() throws {
    let history = try Markets.tiny(sessions: 4) { session, minute in
      session == 1 && minute >= 950 || session > 1 ? 2_985 : 3_000
    }
    let trade = try trade(
      ReentryRule(after: .stop, waitMinutes: 7), stop: .lossMultiple(thousandths: 100), on: history)
    #expect(trade.first.fills[0].session == 1 && trade.first.fills[0].minute == 951)
    #expect(trade.condors.count > 1 && trade.condors[1].decidedAt == TradeMinute(session: 1, minute: 958))
    // the night is no waiting time: three minutes of it are left for the next morning
    let late = try self.trade(
      ReentryRule(after: .stop, waitMinutes: 12), stop: .lossMultiple(thousandths: 100), on: history)
    #expect(late.condors.count > 1 && late.condors[1].decidedAt == TradeMinute(session: 2, minute: 572))
  }

  @Test("Not after a time stop, not past `until`, not more than `at_most`, not after the other reason")
  func limits() throws {
    let stopTime = 676
    func count(_ rule: ReentryRule) throws -> Int { try trade(rule).condors.count }
    #expect(try count(ReentryRule(after: .stop, until: stopTime)) == 2)
    #expect(try count(ReentryRule(after: .stop, until: stopTime - 1)) == 1)
    #expect(try count(ReentryRule(after: .target)) == 1)
    #expect(try count(ReentryRule(after: .any)) == 2)
    let timed = try trade(ReentryRule(after: .any, waitMinutes: 1), stop: .none, timeStop: 600)
    #expect(timed.fills.map(\.reason) == [.time])
    // a condor held to the settlement is followed by nothing
    #expect(try trade(ReentryRule(after: .any), stop: .none).condors.count == 1)
    // the new condor's own time stop is past already: it closes at the next minute, and that is the end
    let past = try trade(ReentryRule(after: .stop, waitMinutes: 15), timeStop: 640)
    #expect(past.fills.map(\.reason) == [.time])
    for most in 1...3 {
      let churned = try trade(
        ReentryRule(after: .target, waitMinutes: 1, atMost: most), stop: .none, target: 100)
      #expect(churned.condors.count == most + 1)
      #expect(churned.condors.dropLast().allSatisfy { $0.fills[0].reason == .target })
      for (a, b) in zip(churned.condors, churned.condors.dropFirst()) {
        #expect(b.decidedAt.minute == a.fills[0].minute + 1 || b.decidedAt.session > a.fills[0].session)
      }
    }
  }

  @Test("By side: both sides must be closed early")
  func bySide() throws {
    // the put is stopped, the call lives to its settlement
    let trade = try trade(ReentryRule(after: .stop), basis: .side)
    #expect(trade.condors.count == 1 && trade.fills.map(\.reason) == [.stop, .settlement])
  }

  @Test("A mark that is missing is waited for; without a later one there is no new condor")
  func holes() throws {
    let history = try Markets.tiny(sessions: 4) { session, minute in
      if session == 2, (676..<680).contains(minute) { return .nan }
      return session == 2 && (660..<690).contains(minute) ? 2_960 : 3_000
    }
    let trade = try trade(ReentryRule(after: .stop, waitMinutes: 15), on: history)
    #expect(trade.condors.count == 2 && trade.condors[1].decidedAt.minute == 680)
  }

  @Test("A hedge that is unwound with its condor goes with the one sold at the entry")
  func unwinding() throws {
    var strategy = ExitEngineTests.strategy(
      ExitRule(
        stop: .lossMultiple(thousandths: 1000), reentry: ReentryRule(after: .stop, waitMinutes: 15)))
    strategy.hedge = [
      HedgeLayer(name: "a", trigger: .always, size: HedgeSize(base: .contracts, amount: 0.1))
    ]
    strategy.ties.unwinds = true
    let trade = try #require(Markets.evaluate(strategy, try Self.dip(), entry: 1).trade)
    #expect(trade.condors.count == 2)
    #expect(trade.hedge.fills.last?.action == .close && trade.hedge.fills.last?.minute == 661)
  }

  @Test("Margin: the next entry finds the whole width taken, whatever is closed by then")
  func margin() throws {
    let history = try Markets.tiny(sessions: 6) { _, _ in 3_000 }
    var strategy = ExitEngineTests.strategy(ExitRule(timeStop: 600))
    func codes() throws -> [OutcomeCode] {
      let context = try Markets.context(history, [strategy])
      return Backtester(context).run(strategy, period: 1...5).records.map(\.code)
    }
    strategy.accountCents = 150_000
    #expect(try codes() == [.traded, .traded, .traded, .traded, .periodEnds])
    strategy.exit.reentry = ReentryRule(after: .stop)
    #expect(try codes() == [.traded, .margin, .traded, .margin, .periodEnds])
  }
}
