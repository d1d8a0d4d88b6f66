import Kernels
import MarketData
import Pricing
import Strategies
import Testing

@testable import Backtesting

/// Tested sides rolled to a later expiry, on hand-made markets. Entry on session 1, expiry on session 2, a Wednesday; the
/// put is stopped by a touch.
@Suite("Theta time shift")
struct ShiftTests {
  /// 3,000; from 11:00 of session 2 on what is given, by session and minute.
  private static func market(
    sessions: Int = 12, close: [Int: Double] = [:], _ later: @escaping (Int, Int) -> Double
  ) throws -> MarketHistory {
    try Markets.tiny(sessions: sessions, close: close) { session, minute in
      session < 2 || session == 2 && minute < 660 ? 3_000 : later(session, minute)
    }
  }
  private static func strategy(_ shift: ShiftRule?, stop: StopRule = .shortStrikeTouched) -> Strategy {
    ExitEngineTests.strategy(ExitRule(stop: stop, basis: .side, shift: shift))
  }
  private static func trade(_ shift: ShiftRule, on history: MarketHistory) throws -> Trade {
    try #require(Markets.evaluate(strategy(shift), history, entry: 1).trade)
  }

  /// A spread by the formulas of SPEC and the calibration notes alone: level from VIX, moved by the index since the close
  /// before, variance clock, smile, each leg on its grid.
  private static func mid(
    _ history: MarketHistory, short: Int, long: Int, session: Int, minute: Int, expiry: Int
  ) -> Int32 {
    let p = MarkParameters.builtIn
    let clock = VarianceClock(parameters: p.clock, calendar: history.calendar, events: history.events)
    let (day, end) = (history.sessions[session], history.sessions[expiry].date)
    let vix = history.close(.vix, session - 1)
    let sigma = p.levels.vix.base * Elementary.pow(vix / p.levels.vix.pivot, p.levels.vix.below)
    let atOpen =
      sigma * (clock.sessions(from: day.date, minute: MinuteOfDay.open, to: end) / 252).squareRoot()
    let spot = day.spot(at: minute)
    let move = Elementary.log(spot / history.sessions[session - 1].official.close)
    let moved = Elementary.exp(p.spotVol.factor * p.smile.p[0] / atOpen * move)
    let s = sigma * moved * (clock.sessions(from: day.date, minute: minute, to: end) / 252).squareRoot()
    let smile = VolatilitySmile(p.smile)
    let legs = [short, long].map { strike in
      TickGrid.legMark(
        points: Black76Reference.price(
          forward: spot, strike: Double(strike),
          stdDev: s * smile.ratio(z: Elementary.log(Double(strike) / spot) / s), sign: -1))
    }
    return legs[0] - legs[1]
  }

  @Test(
    "The put is rolled at its strikes with the stop's fill, and settles two sessions later",
    arguments: [1, 2, 5])
  func forward(sessions: Int) throws {
    let history = try Self.market { _, _ in 2_960 }
    let trade = try Self.trade(ShiftRule(sessions: sessions), on: history)
    let strikes = trade.first.strikes
    #expect(trade.fills.map(\.reason) == [.stop, .settlement] && trade.shifted.count == 1)
    let rolled = trade.shifted[0]
    #expect(rolled.part == .put && rolled.expirySession == 2 + sessions)
    #expect((rolled.short, rolled.long) == (strikes.shortPut, strikes.longPut))
    #expect(rolled.decidedAt == TradeMinute(session: 2, minute: 660))
    #expect(rolled.filledAt == TradeMinute(session: 2, minute: 661))
    #expect(rolled.buyBack == trade.fills[0].cost)
    let mid = Self.mid(
      history, short: rolled.short, long: rolled.long, session: 2, minute: 661, expiry: 2 + sessions)
    #expect(rolled.credit == mid && mid > 40_000)
    // at 2,960 the whole width is owed; two contracts are opened at a dollar each and none closed
    #expect(rolled.reason == .settlement && rolled.endedAt == TradeMinute(session: 2 + sessions, minute: 960))
    #expect(rolled.cost == Int32(strikes.shortPut - strikes.longPut) * 10_000)
    #expect(rolled.feesCents == 200 && rolled.netCents == rolled.credit - rolled.cost - 200)
    #expect(trade.lastSession == 2 + sessions && trade.outliving == rolled)
  }

  @Test("Slippage is taken at the sale and at the end: ticks, and a share of the legs' half-spreads")
  func slippage() throws {
    let history = try Self.market { session, minute in session > 2 || minute >= 780 ? 3_000 : 2_960 }
    func rolled(_ slippage: Slippage) throws -> ShiftedSpread {
      var strategy = Self.strategy(ShiftRule(sessions: 1, backPoints: 0))
      (strategy.costs.entry, strategy.costs.exit) = (slippage, slippage)
      return try #require(Markets.evaluate(strategy, history, entry: 1).trade?.shifted.first)
    }
    let free = try rolled(Slippage(halfSpreadThousandths: 0, ticks: 0))
    let ticks = try rolled(Slippage(halfSpreadThousandths: 0, ticks: 3))
    #expect(ticks.credit == free.credit - 1_500 && ticks.cost == free.cost + 1_500)
    // legs of 15 to 20 points here: 0.031 + 0.0282 · mid^0.713, about 0.25 each, and each on the grid
    let spreads = try rolled(Slippage(halfSpreadThousandths: 1000, ticks: 0))
    #expect((4_000...6_000).contains(free.credit - spreads.credit) && spreads.credit % 500 == 0)
  }

  @Test("What ends later counts in the session of its end, and the books say so to the cent")
  func realisedLater() throws {
    let history = try Self.market { _, _ in 2_960 }
    let strategy = Self.strategy(ShiftRule(sessions: 3))
    let context = try Markets.context(history, [strategy])
    let result = Backtester(context).run(strategy, period: 1...6)
    let trade = try #require(result.trades.first)
    let rolled = try #require(trade.outliving)
    #expect(result.netBySession[1] == trade.condorNetCents)
    let second = result.records[3]
    #expect(result.netBySession[4] == Int64(rolled.netCents) + second.netAtExpiry)
    let desk = SessionDesk(context, entry: 1)
    let priced = try #require(ReferenceEngine(strategy, context: context).pricedSurface(desk))
    let ledger = Ledger(trade, strategy: strategy, priced: priced, desk: desk)
    #expect(ledger.isBalanced && ledger.steps.last?.session == 5)
    #expect(ledger.netCents == trade.condorNetCents + Int64(rolled.netCents))
    // open after the condor's settlement, closed only by its own
    #expect(ledger.steps.filter { $0.session == 4 }.allSatisfy { $0.openValue < 0 })
  }

  @Test("Bought back a minute after the index has come back, and sold again at the condor's expiry")
  func back() throws {
    // back at 3,000 from 13:00 of the expiry session on
    let history = try Self.market { session, minute in session > 2 || minute >= 780 ? 3_000 : 2_960 }
    let trade = try Self.trade(ShiftRule(sessions: 3, backPoints: 10, reopens: true), on: history)
    try #require(trade.shifted.count == 2)
    let (rolled, home) = (trade.shifted[0], trade.shifted[1])
    #expect(rolled.reason == nil && rolled.endDecidedAt == TradeMinute(session: 2, minute: 780))
    #expect(rolled.endedAt == TradeMinute(session: 2, minute: 781) && rolled.feesCents == 400)
    let mid = Self.mid(history, short: rolled.short, long: rolled.long, session: 2, minute: 781, expiry: 5)
    #expect(rolled.cost == mid && mid > 5_000)
    #expect(home.expirySession == 2 && home.filledAt == rolled.endedAt && home.buyBack == rolled.cost)
    #expect((home.short, home.long) == (rolled.short, rolled.long))
    // the close is above the strike: nothing owed, all of the credit kept but the fees of two contracts
    #expect(home.reason == .settlement && home.cost == 0 && home.netCents == home.credit - 200)
    #expect(trade.outliving == nil && trade.shiftNetCents == Int64(rolled.netCents) + Int64(home.netCents))

    let end = try Self.trade(ShiftRule(sessions: 3, backPoints: 10), on: history)
    #expect(end.shifted == [rolled])
    // 3,000 is less than 200 points above the strike
    let far = try Self.trade(ShiftRule(sessions: 3, backPoints: 200, reopens: true), on: history)
    #expect(far.shifted.map(\.reason) == [.settlement] && far.shifted[0].cost == 0)
  }

  @Test("A side is rolled as often as it may be, and one spread is out at a time")
  func rolls() throws {
    // down at 11:00, 12:00 and 13:00, up half an hour later each time
    let history = try Self.market { session, minute in
      session == 2 && minute < 840 && minute % 60 < 30 ? 2_960 : 3_000
    }
    func rolled(_ most: Int) throws -> Int {
      let rule = ShiftRule(sessions: 1, backPoints: 0, reopens: true, atMost: most)
      return try Self.trade(rule, on: history).shifted.count { $0.expirySession == 3 }
    }
    #expect(try [1, 2, 3, 9].map(rolled) == [1, 2, 3, 3])
    // both sides are stopped, the call while the put's spread is out
    let wild = try Self.market { session, minute in session == 2 && minute >= 720 ? 3_060 : 2_960 }
    #expect(try Self.trade(ShiftRule(sessions: 1, atMost: 5), on: wild).shifted.map(\.part) == [.put])
    let quick = ShiftRule(sessions: 1, backPoints: 0, atMost: 5)
    let turned = try Markets.tiny(sessions: 12) { session, minute in
      session == 2 ? (minute < 660 ? 3_000 : minute < 720 ? 2_960 : minute < 780 ? 3_000 : 3_060) : 3_000
    }
    #expect(try Self.trade(quick, on: turned).shifted.map(\.part) == [.put, .call])
  }

  @Test("Strikes by delta and by cost are the nearest of the later chain at the decision")
  func strikes() throws {
    let history = try Self.market { _, _ in 2_960 }
    let byDelta = try Self.trade(ShiftRule(sessions: 4, strikes: .delta), on: history)
    let far = byDelta.shifted[0]
    // the delta of the entry lies lower at 2,960, and the wing keeps its distance
    #expect(far.short < byDelta.first.strikes.shortPut - 40)
    #expect(far.short - far.long == byDelta.first.strikes.shortPut - byDelta.first.strikes.longPut)
    let byCost = try Self.trade(ShiftRule(sessions: 4, strikes: .cost), on: history)
    let even = byCost.shifted[0]
    let wing = even.long - even.short
    let context = try Markets.context(history, [])
    let priced = try #require(
      ReferenceEngine(Self.strategy(nil), context: context).pricedSurface(SessionDesk(context, entry: 1)))
    let point = try #require(priced.surface.point(even.decidedAt))
    let paid = priced.path(byCost.first.strikes).putCost[point]
    func off(_ short: Int) throws -> Int32 {
      abs(Self.mid(history, short: short, long: short + wing, session: 2, minute: 660, expiry: 6) - paid)
    }
    let best = try off(even.short)
    for short in stride(from: even.short - 60, through: even.short + 60, by: 5) {
      #expect(try off(short) >= best)
    }
  }

  @Test("Only listed expiries are sold where only listed ones are entered")
  func listed() throws {
    let history = try Self.market { _, _ in 2_960 }
    var strategy = Self.strategy(ShiftRule(sessions: 1))
    strategy.entry.expirations = .listed
    // sessions 1 and 2 are Tuesday and Wednesday; of 2019 Monday, Wednesday and Friday are listed
    let trade = try #require(Markets.evaluate(strategy, history, entry: 1).trade)
    #expect(history.sessions[trade.shifted[0].expirySession].date.weekday == 5)
  }

  @Test("A rule that never fires gives the records of the condor without it, but for what is reserved")
  func neverFiring() throws {
    let history = try SyntheticMarket.history(sessions: 60, seed: 5)
    var plain = Self.strategy(nil, stop: .lossPoints(units: 4_000_000))
    plain.exit.targetThousandths = 600
    var shifting = plain
    shifting.exit.shift = ShiftRule(sessions: 7, backPoints: 0, reopens: true)
    let context = try Markets.context(history, [plain])
    let a = Backtester(context).run(plain, period: 5...59)
    let b = Backtester(context).run(shifting, period: 5...59)
    #expect(b.records.suffix(8).allSatisfy { $0.code == .periodEnds } && b.trades.count > 30)
    for (var x, y) in zip(a.records, b.records) where y.code != .periodEnds {
      (x.marginCents, x.reservesMargin, x.lastSession) = (y.marginCents, y.reservesMargin, y.lastSession)
      #expect(x == y)
    }
  }

  @Test("A hole in the later sessions is a data hole, whether or not the side is tested")
  func holes() throws {
    for level in [2_960.0, 3_000] {
      let whole = try Self.market { _, _ in level }
      var lacking = [whole, whole, whole]
      lacking[0].sessions[4].official.close = .nan
      for k in 100..<116 { lacking[1].sessions[4].spot[k] = .nan }
      lacking[2].volatility[.vix]?[3] = .nan
      for history in lacking {
        let shifting = Self.strategy(ShiftRule(sessions: 3))
        #expect(try Markets.evaluate(shifting, history, entry: 1).code == .dataHole)
        #expect(try Markets.evaluate(Self.strategy(nil), history, entry: 1).code == .traded)
        #expect(
          try Markets.evaluate(Self.strategy(ShiftRule(sessions: 1)), history, entry: 1).code == .traded)
      }
      #expect(try Markets.evaluate(Self.strategy(ShiftRule(sessions: 3)), whole, entry: 1).code == .traded)
      #expect(
        try Markets.evaluate(Self.strategy(ShiftRule(sessions: 7)), whole, entry: 5).code == .periodEnds)
    }
  }

  @Test("The margin of a rolled spread is held until it ends, and refuses entries till then")
  func margin() throws {
    let history = try Self.market { session, _ in session < 5 ? 2_960 : 3_000 }
    var strategy = Self.strategy(ShiftRule(sessions: 4))
    strategy.accountCents = 100_000_000
    let context = try Markets.context(history, [strategy])
    let rich = Backtester(context).run(strategy, period: 1...11)
    let rolled = try #require(rich.trades.first?.outliving)
    #expect(rolled.endedAt.session == 6 && rolled.marginCents == 100_000 - rolled.credit)
    #expect(rich.records[0].marginCents == 200_000 - rich.records[0].credit)
    // session 2 is the condor's expiry, whose reserve covers the roll; on session 3 it is held besides
    let needed = rich.records[1...2].reduce(Int64(rolled.marginCents)) { $0 + Int64($1.marginCents) }
    strategy.accountCents = needed
    #expect(Backtester(context).run(strategy, period: 1...11).records[2].code == .traded)
    strategy.accountCents = needed - 1
    let codes = Backtester(context).run(strategy, period: 1...11).records.map(\.code)
    #expect(codes[0] == .traded && codes[1] == .traded && codes[2] == .margin)
  }

  @Test("The compiled engine gives every field of the reference", arguments: 0..<4 as Range<UInt64>)
  func compiled(seed: UInt64) throws {
    var history = try SyntheticMarket.history(sessions: 40, seed: 300 + seed)
    if seed % 2 == 1 { history = Markets.holey(history, seed: seed) }
    var random = RandomStrategy(seed: 60 + seed)
    let strategies = (0..<60).map { _ in
      let drawn = random.next()
      return random.shifted(drawn)
    }
    let context = try Markets.context(history, strategies)
    var plan = CompiledPlan()
    let pairs = strategies.map { plan.addPair($0) }
    let day = CompiledDay(context, plan: plan)
    var (rolls, outlived, home) = (0, 0, 0)
    for entry in history.sessions.indices.dropLast() {
      day.move(to: entry)
      let compiled = day.records(ofPairs: pairs)
      let desk = SessionDesk(context, entry: entry)
      for (k, strategy) in strategies.enumerated() {
        let evaluation = ReferenceEngine(strategy, context: context).evaluate(desk)
        let reference = SessionRecord(evaluation)
        rolls += Int(reference.rolls)
        outlived += reference.laterSessions > 0 ? 1 : 0
        home += evaluation.trade?.shifted.count { $0.expirySession == entry + 1 } ?? 0
        #expect(compiled[k] == reference, "session \(entry), strategy \(k)")
      }
    }
    #expect(rolls > 100 && outlived > 50 && home > 5)
  }

  @Test("Other data after a cut changes no decision before it", arguments: 0..<3)
  func noLookAhead(part: Int) throws {
    let history = try SyntheticMarket.history(sessions: 60, seed: UInt64(40 + part))
    let donor = try SyntheticMarket.history(sessions: 60, seed: UInt64(140 + part))
    let later = LaterData(history, donor: donor, scale: 1.02)
    var random = Philox(seed: UInt64(part), stream: 9)
    var generator = RandomStrategy(seed: UInt64(700 + part))
    var shifts = 0
    for _ in 0..<12 {
      let cut = Cut(
        session: 25 + random.integer(below: 15),
        minute: random.uniform() < 0.3 ? 975 : 570 + random.integer(below: 391))
      let strategies = (0..<4).map { _ in
        let drawn = generator.next()
        return generator.shifted(drawn)
      }
      let replaced = later.replaced(after: cut)
      let (before, after) = (
        try Markets.context(history, strategies), try Markets.context(replaced, strategies)
      )
      for strategy in strategies {
        let period = (cut.session - 9)...(cut.session + 12)
        let a = Decisions(Backtester(before).run(strategy, period: period), by: cut, history: history)
        let b = Decisions(Backtester(after).run(strategy, period: period), by: cut, history: history)
        #expect(a.lines == b.lines, "cut at \(cut)")
        shifts += a.shifts
      }
    }
    #expect(shifts > 40)
  }
}
