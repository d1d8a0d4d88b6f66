import Kernels
import MarketData
import Pricing
import Strategies
import Testing

@testable import Backtesting

/// Exits, margin and half days through the whole engine, on hand-made markets.
@Suite("Exits through the engine")
struct ExitEngineTests {
  /// Ten wide at about 15 delta, no slippage and no fees unless set.
  static func strategy(_ exit: ExitRule = ExitRule(), minute: Int = 945) -> Strategy {
    Strategy(
      name: "test", entry: EntryRule(minute: minute, expirations: .everySession),
      condor: CondorRule(
        putWidth: 10, callWidth: 10,
        strikes: StrikeRule(target: .delta(put: 0.15, call: 0.15, notAbove: false))),
      exit: exit,
      costs: CostRule(
        entry: Slippage(halfSpreadThousandths: 0, ticks: 0),
        exit: Slippage(halfSpreadThousandths: 0, ticks: 0),
        fees: [FeeRow(from: SessionDate(ordinal: 0), spxwCents: 100, vxCents: 0)]))
  }
  /// 3,000, and from 11:00 of session 2 on `level`, until `until`.
  static func shock(_ level: Double, until: Int = 961) throws -> MarketHistory {
    try Markets.tiny(sessions: 4) { session, minute in
      session == 2 && minute >= 660 && minute < until ? level : 3_000
    }
  }

  @Test(
    "By side: the put is stopped, the call lives on to its own settlement",
    arguments: ExitRule.Reference.allCases)
  func otherSideLivesOn(reference: ExitRule.Reference) throws {
    let rule = ExitRule(stop: .lossMultiple(thousandths: 1000), basis: .side, reference: reference)
    let trade = try #require(
      Markets.evaluate(Self.strategy(rule), try Self.shock(2_960), entry: 1).trade)
    #expect(trade.fills.map(\.part) == [.put, .call])
    #expect(trade.fills.map(\.reason) == [.stop, .settlement])
    #expect(trade.fills[0].session == 2 && trade.fills[0].minute == 661)
    #expect(trade.fills[1].minute == 960 && trade.fills[1].cost == 0)
    #expect(trade.fills[0].credit + trade.fills[1].credit == trade.first.credit)
    #expect(trade.fills.map(\.feesCents) == [400, 200])  // two legs each way, and two legs in
    #expect(trade.fills[1].shadowNetCents == trade.fills[1].netCents)
    // Without its stop the put would have settled 2,960 against its strikes.
    let owed = trade.first.strikes.putSettlement(close: 29_600_000)
    #expect(trade.fills[0].shadowNetCents == trade.fills[0].credit - owed - 200)
  }

  @Test("A whipsaw: stopped at a loss, the shadow settles at a gain")
  func whipsaw() throws {
    let rule = ExitRule(stop: .lossMultiple(thousandths: 1000))
    let trade = try #require(
      Markets.evaluate(Self.strategy(rule), try Self.shock(2_960, until: 700), entry: 1).trade)
    #expect(trade.stopped && trade.condorNetCents < 0)
    #expect(trade.shadowNetCents == Int64(trade.first.credit) - 400)
    let held = try #require(
      Markets.evaluate(Self.strategy(), try Self.shock(2_960, until: 700), entry: 1).trade)
    #expect(held.condorNetCents == trade.shadowNetCents && held.fills[0].reason == .settlement)
    // Closed early at the money it forfeits extrinsic value, never more than it paid.
    #expect(trade.fills[0].extrinsic >= 0 && trade.fills[0].extrinsic <= trade.fills[0].cost)
  }

  @Test("A stop above the width never fires and says that it can't be reached", arguments: 0..<6)
  func unreachableStop(seed: Int) throws {
    let history = try SyntheticMarket.history(sessions: 70, seed: UInt64(seed))
    func strategy(_ stop: StopRule) -> Strategy {
      var made = Self.strategy(ExitRule(stop: stop))
      made.condor = CondorRule(strikes: StrikeRule(target: .delta(put: 0.2, call: 0.2, notAbove: false)))
      return made
    }
    let hold = strategy(.none)
    let above = strategy(.costPoints(units: 50_001))
    let double = strategy(.lossMultiple(thousandths: 2000))
    let context = try Markets.context(history, [hold])
    func run(_ s: Strategy) -> [Trade] { Backtester(context).run(s, period: 1...69).trades }
    let held = run(hold)
    #expect(held.count > 40)
    #expect(held.allSatisfy { !$0.first.stopReachable })
    for trade in run(above) { #expect(!trade.stopped && !trade.first.stopReachable) }
    for (trade, plain) in zip(run(double), held) {
      #expect(trade.first.stopReachable == (trade.first.credit * 3 <= 50_000))
      if !trade.first.stopReachable { #expect(trade.condorNetCents == plain.condorNetCents) }
    }
  }

  @Test("Mid costs stay between 0 and the width", arguments: 0..<4)
  func costsAreBounded(seed: Int) throws {
    let history = try SyntheticMarket.history(sessions: 40, seed: UInt64(40 + seed))
    let strategy = Self.strategy()
    let context = try Markets.context(history, [strategy])
    let engine = ReferenceEngine(strategy, context: context)
    for entry in 1..<39 {
      guard let priced = engine.pricedSurface(SessionDesk(context, entry: entry)) else { continue }
      let atTheMoney = Int(priced.surface.forward[0] / 5) * 5
      for distance in [0, 10, 30] {
        let path = priced.path(
          CondorStrikes(
            longPut: atTheMoney - distance - 5, shortPut: atTheMoney - distance,
            shortCall: atTheMoney + distance, longCall: atTheMoney + distance + 5))
        for part in [ClosingFill.Part.put, .call, .condor] {
          #expect(path.cost(part).allSatisfy { $0 == TickGrid.missing || (0...50_000).contains($0) })
        }
      }
    }
  }

  @Test("Half days: too late an entry is refused, an early one runs to 13:00, a trade over one ends at 13:00")
  func halfDays() throws {
    // 2019-07-01, 02, 03 (13:00), 05, 08
    let history = try Markets.tiny(sessions: 5, start: "2019-07-01") { session, minute in
      session == 2 && minute >= 778 ? 2_950 : 3_000
    }
    #expect(history.sessions.map(\.closeMinute) == [960, 960, 780, 960, 960])
    #expect(try Markets.evaluate(Self.strategy(minute: 945), history, entry: 2).code == .earlyClose)
    #expect(try Markets.evaluate(Self.strategy(minute: 780), history, entry: 2).code == .earlyClose)
    #expect(try Markets.evaluate(Self.strategy(minute: 975), history, entry: 2).code == .earlyClose)
    let last = try #require(Markets.evaluate(Self.strategy(minute: 779), history, entry: 2).trade)
    #expect(last.first.filledAt.minute == 780)
    // Into the half day: stopped at its last minute but one, it fills at 13:00; at 13:00 it settles.
    let over = try #require(
      Markets.evaluate(Self.strategy(ExitRule(stop: .lossMultiple(thousandths: 1000))), history, entry: 1)
        .trade)
    #expect(over.fills[0].reason == .stop && over.fills[0].minute == 779)
    let confirmed = try #require(
      Markets.evaluate(
        Self.strategy(ExitRule(stop: .lossMultiple(thousandths: 1000), confirm: 3)), history, entry: 1
      ).trade)
    #expect(confirmed.fills[0].reason == .settlement && confirmed.fills[0].minute == 780)
    let timed = try #require(
      Markets.evaluate(Self.strategy(ExitRule(timeStop: 900)), history, entry: 1).trade)
    #expect(timed.fills[0].reason == .settlement)
  }

  @Test(
    "Fifteen missing minutes are borne, sixteen are a data hole; so are the fill minute and the official close"
  )
  func missingMinutes() throws {
    func history(_ missing: Range<Int>, session: Int = 2, close: [Int: Double] = [:]) throws -> MarketHistory
    {
      try Markets.tiny(sessions: 4, close: close) { s, minute in
        s == session && missing.contains(minute) ? .nan : 3_000
      }
    }
    func code(_ history: MarketHistory) throws -> OutcomeCode {
      try Markets.evaluate(Self.strategy(), history, entry: 1).code
    }
    #expect(try code(history(600..<615)) == .traded)
    #expect(try code(history(600..<616)) == .dataHole)
    #expect(try code(history(945..<946, session: 1)) == .dataHole)
    #expect(try code(history(946..<947, session: 1)) == .dataHole)
    #expect(try code(history(900..<945, session: 1)) == .traded)  // before the decision nothing is needed
    #expect(try code(history(0..<0, close: [2: .nan])) == .dataHole)
    #expect(try code(history(0..<0, close: [0: .nan])) == .dataHole)
    #expect(try code(history(0..<0, close: [1: .nan])) == .traded)
  }

  @Test("A credit that slippage eats up, and a side without credit")
  func zeroCredit() throws {
    var strategy = Self.strategy()
    strategy.costs.entry = Slippage(halfSpreadThousandths: 0, ticks: 1_000)
    let flat = try Markets.tiny(sessions: 4) { _, _ in 3_000 }
    #expect(try Markets.evaluate(strategy, flat, entry: 1).code == .creditUnreachable)
    // To the letter: a side sold for nothing has lost its multiple of nothing at once; of the total it hasn't.
    func level(_ reference: ExitRule.Reference) -> Int32? {
      PositionWatch(
        part: .put, credit: 0, totalCredit: 5_000,
        rule: ExitRule(stop: .lossMultiple(thousandths: 1000), basis: .side, reference: reference)
      ).stopLevel
    }
    #expect(level(.total) == 5_000 && level(.side) == 0)
  }

  @Test("Two condors overlap: the second is refused where both margins exceed the account")
  func overlappingMargin() throws {
    let flat = try Markets.tiny(sessions: 6) { _, _ in 3_000 }
    var strategy = Self.strategy()
    func codes(_ account: Int64) throws -> [OutcomeCode] {
      strategy.accountCents = account
      let context = try Markets.context(flat, [strategy])
      return Backtester(context).run(strategy, period: 1...5).records.map(\.code)
    }
    let one = try #require(Markets.evaluate(strategy, flat, entry: 1).trade).marginCents
    let credit = try #require(Markets.evaluate(strategy, flat, entry: 1).trade).first.credit
    #expect(one == 100_000 - Int64(credit))
    #expect(try codes(10 * one) == [.traded, .traded, .traded, .traded, .periodEnds])
    #expect(try codes(3 * one / 2) == [.traded, .margin, .traded, .margin, .periodEnds])
    #expect(try codes(one / 2) == [.margin, .margin, .margin, .margin, .periodEnds])
    // Closed before the next entry, the first leaves room for the second.
    strategy.exit = ExitRule(timeStop: 600)
    #expect(try codes(3 * one / 2) == [.traded, .traded, .traded, .traded, .periodEnds])
    strategy.exit = ExitRule(timeStop: 945)  // filled at 15:46, in the minute of the new fill
    #expect(try codes(3 * one / 2) == [.traded, .traded, .traded, .traded, .periodEnds])
    strategy.exit = ExitRule(timeStop: 946)
    #expect(try codes(3 * one / 2) == [.traded, .margin, .traded, .margin, .periodEnds])
  }

  @Test("Fees are those of their dates, settlement is free")
  func datedFees() throws {
    let history = try Self.shock(2_960)
    var strategy = Self.strategy(ExitRule(stop: .lossMultiple(thousandths: 1000)))
    strategy.costs.fees = [
      FeeRow(from: SessionDate(ordinal: 0), spxwCents: 100, vxCents: 0),
      FeeRow(from: history.sessions[2].date, spxwCents: 150, vxCents: 0),
    ]
    let stopped = try #require(Markets.evaluate(strategy, history, entry: 1).trade)
    #expect(stopped.feesCents == 4 * 100 + 4 * 150)
    let owed = Int64(stopped.first.strikes.putSettlement(close: 29_600_000))
    #expect(stopped.shadowNetCents == Int64(stopped.first.credit) - 4 * 100 - owed)
  }

  @Test("A period outside the history is refused, one that touches it is cut to its sessions")
  func periods() throws {
    let flat = try Markets.tiny(sessions: 6) { session, _ in session == 0 ? .nan : 3_000 }
    func period(_ from: String?, _ to: String?) throws -> ClosedRange<Int> {
      try Backtester.period(
        of: flat, from: from.flatMap { SessionDate(iso: $0) }, to: to.flatMap { SessionDate(iso: $0) })
    }
    #expect(try period(nil, nil) == 1...5)  // the first session has no marks
    #expect(try period("2019-03-01", "2019-03-06") == 0...2)
    #expect(try period("2019-03-09", "2019-12-31") == 5...5)  // Saturday to Monday
    #expect(throws: BacktestError.self) { try period("2019-03-12", nil) }
    #expect(throws: BacktestError.self) { try period(nil, "2019-03-01") }
    #expect(throws: BacktestError.self) { try period("2019-03-09", "2019-03-10") }
  }
}
