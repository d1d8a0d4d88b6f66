import MarketData
import Pricing
import Strategies
import Testing

@testable import Backtesting

/// VIX calls that a trade opens: by hand, each price again from the model, and what they must never do.
@Suite("VIX calls of a trade")
struct TradeCallTests {
  /// 3,000; from 11:00 of session 2 on 2,940. VX 16, of April at −0.66 a percent: 17.32 from then on, which is where it
  /// settles. At a VVIX of 1 calls are worth what they would pay.
  static func fall(settle: Double = 17.32, _ change: (inout MarketHistory) -> Void = { _ in }) throws
    -> MarketHistory
  {
    var history = try HedgeRunTests.fall(settle: settle)
    history.volatility[.vvix] = Array(repeating: 1, count: 4)
    change(&history)
    return history
  }

  static func layer(
    _ trigger: Trigger, _ size: HedgeSize, delta: Double = 0.4, gains: [Int32] = [],
    pricing: VIXCallParameters = .standard
  ) -> HedgeLayer {
    HedgeLayer(
      name: "l", trigger: trigger,
      instrument: .vixCall(VIXCallRule(days: 43, delta: delta, pricing: pricing)),
      size: size, monetise: gains.map { MonetiseStep(gainThousandths: $0, shareThousandths: 400) })
  }

  /// On VX paths without noise.
  static func evaluate(_ layers: [HedgeLayer], _ history: MarketHistory, hasNoise: Bool = false) throws
    -> SessionEvaluation
  {
    let strategy = HedgeRunTests.strategy(layers)
    let context = MarketContext(
      history: history, parameters: .builtIn, listedExpiries: [], strategies: [strategy],
      vxPath: VXPathModel(hasNoise: hasNoise))
    return ReferenceEngine(strategy, context: context).evaluate(SessionDesk(context, entry: 1))
  }

  /// By hand, dollars a contract, fees $1.35 each way:
  /// Layer 0 buys 2 of April 16 at 15:47, worth 0, ask 0.05. At 11:00 they are worth 1.30, 26 times the price, less than the
  /// 27 that the second step asks for: at 11:01 two fifths are sold at 1.30 − 0.065, down to 1.20, the rest at the settlement.
  /// Layer 1 sees the fall at 11:00 at VX 17.32 and buys 2 of April 18, ask 0.05, which nobody bids for at the settlement.
  @Test("Bought a minute after the trigger at half a spread, sold by the ladder and at the settlement")
  func byHand() throws {
    let two = HedgeSize(base: .contracts, amount: 2)
    let layers = [
      Self.layer(.always, two, gains: [25_000, 26_000]),
      Self.layer(.move(side: .down, atLeastSd: 0.5), two), Self.layer(.move(side: .up, atLeastSd: 0.5), two),
    ]
    let hedge = try #require(Self.evaluate(layers, try Self.fall()).trade).hedge
    let orders = hedge.fills.map {
      "\($0.layer) \($0.action) \($0.session) \($0.minute) \($0.shareThousandths) at \($0.price) of \($0.holding)"
    }
    let (low, high) = ("VIX call 2019-04-17 at 16.0", "VIX call 2019-04-17 at 18.0")
    #expect(
      orders == [
        "0 open 1 947 1000 at 50 of \(low)", "0 monetise 2 661 400 at 1200 of \(low)",
        "0 close 2 975 600 at 1200 of \(low)", "1 open 2 661 1000 at 50 of \(high)",
        "1 close 2 975 1000 at 0 of \(high)",
      ])
    #expect(hedge.fills.allSatisfy { $0.centsPerPoint == 20_000 })
    // 2 × (−5 + 120) − 4 × 1.35, and 2 × −5 − 4 × 1.35
    #expect(hedge.parts == [HedgeResult.Part(base: .contracts, centsPerUnit: 22_460 - 1_540, units: 1)])
  }

  @Test("Sizes by hand: at an ask of 0.05")
  func sizes() throws {
    func cents(_ size: HedgeSize) throws -> Int64 {
      try #require(Self.evaluate([Self.layer(.always, size)], try Self.fall()).trade).hedge.fills[0]
        .centsPerPoint
    }
    // 0.1 × $100 a point of width ÷ $5 a contract: 2 contracts, $200 a point
    #expect(try cents(HedgeSize(base: .grossRisk, amount: 0.1)) == 20_000)
    // 0.03 × $5 a tick ÷ $5: 0.03 contracts; $30 ÷ $5: 6
    #expect(try cents(HedgeSize(base: .credit, amount: 0.03)) == 300)
    #expect(try cents(HedgeSize(base: .notional, amount: 0.0001)) == 60_000)
    #expect(try cents(HedgeSize(base: .contracts, amount: 3)) == 30_000)
  }

  @Test("That day's settlement and VVIX move fills, never strikes, sizes or minutes")
  func settlementIsUnseen() throws {
    let layers = [
      Self.layer(
        .move(side: .down, atLeastSd: 0.3), HedgeSize(base: .grossRisk, amount: 3), delta: 0.6, gains: [10])
    ]
    func fills(_ settle: Double, _ vvix: Double) throws -> [HedgeFill] {
      let history = try Self.fall(settle: settle) { $0.volatility[.vvix] = [90, 90, vvix, 90] }
      return try #require(Self.evaluate(layers, history, hasNoise: true).trade).hedge.fills
    }
    let low = try fills(12, 60)
    let high = try fills(30, 150)
    #expect(low.count == high.count && low.count >= 2)
    #expect(
      zip(low, high).allSatisfy {
        $0.minute == $1.minute && $0.centsPerPoint == $1.centsPerPoint && $0.holding == $1.holding
      })
    #expect(low[0].price != high[0].price)
  }

  @Test("The higher VX and VVIX settle, the more is earned; a wider spread earns less")
  func monotone() throws {
    func net(settle: Double = 18, vvix: Double = 90, spread: Int32 = 500) throws -> Int64 {
      let rule = VIXCallRule(days: 43, delta: 0.4, spread: VIXCallSpread(floor: spread, thousandths: 0))
      let layer = HedgeLayer(
        name: "l", trigger: .always, instrument: .vixCall(rule), size: HedgeSize(base: .contracts, amount: 1))
      let history = try Self.fall(settle: settle) { $0.volatility[.vvix] = [90, 90, vvix, 90] }
      return try #require(Self.evaluate([layer], history).trade).hedge.netCents
    }
    func rises(_ values: [Int64]) -> Bool { zip(values, values.dropFirst()).allSatisfy { $0 < $1 } }
    #expect(rises(try [12, 16, 18, 20, 25, 40].map { try net(settle: $0) }))
    #expect(rises(try [60, 80, 100, 140].map { try net(vvix: $0) }))
    #expect(rises(try [3_000, 1_000, 500, 0].map { try net(spread: $0) }))
  }

  @Test("No VVIX, no month, no settlement: a hole, whether or not the trigger would fire")
  func holes() throws {
    let never = [Self.layer(.move(side: .up, atLeastSd: 5), HedgeSize(base: .contracts, amount: 1))]
    func missing(_ change: (inout MarketHistory) -> Void) throws -> [MissingFuture] {
      let history = try Self.fall(change)
      let strategy = HedgeRunTests.strategy(never)
      let context = try Markets.context(history, [strategy])
      let desk = SessionDesk(context, entry: 1)
      let engine = ReferenceEngine(strategy, context: context)
      let priced = try #require(engine.pricedSurface(desk))
      let found = priced.missingFutures(never[0], strategy, desk: desk)
      let evaluation = engine.evaluate(desk)
      #expect((evaluation.trade == nil) == !found.isEmpty)
      #expect(found.isEmpty || SessionRecord(evaluation).code == .dataHole)
      return found
    }
    #expect(try missing { _ in } == [])
    for session in 0...2 {
      #expect(try missing { $0.volatility[.vvix]?[session] = .nan } == [.vvix(session: session)])
    }
    #expect(try missing { $0.volatility[.vvix]?[3] = .nan } == [])
    #expect(try missing { $0.futures[0] = [] }.contains(.curve(session: 0)))
    let april = try #require(SessionDate(iso: "2019-04-17"))
    #expect(
      try missing { $0.futures[2].removeAll { $0.expiry == april } } == [.path(april, session: 2)])
    for (session, on) in [(0, 1), (1, 2), (2, 2)] {
      #expect(try missing { $0.volatility[.vvix]?[session] = 2_000 } == [.model(april, session: on)])
    }
  }

  /// Chosen, sized, bought and sold anew from the model, the VX paths and the spread, for random layers.
  @Test(arguments: 0..<4 as Range<UInt64>)
  func everyFillAgain(seed: UInt64) throws {
    let history = Markets.withVVIX(
      Markets.holey(try SyntheticMarket.history(sessions: 45, seed: 60 + seed), seed: seed), seed: seed)
    var random = RandomStrategy(seed: 7_000 + seed, calls: true)
    let strategies = (0..<60).map { _ in random.next() }.filter {
      $0.hedge.contains(where: \.instrument.isVIXCall)
    }
    let context = try Markets.context(history, strategies)
    var counts = (opened: 0, sold: 0)
    for strategy in strategies {
      for trade in Backtester(context).run(strategy, period: 1...44).trades {
        for fill in trade.hedge.fills {
          guard case .vixCall(let rule) = strategy.hedge[fill.layer].instrument,
            case .call(let call) = fill.holding
          else { continue }
          let before = fill.minute == MinuteOfDay.afterClose ? fill.session : fill.session - 1
          func smile(_ vx: Int32, session: Int, minute: Int, vvix: Int) throws -> VIXSmile {
            try #require(
              VIXCallModel(rule.pricing).smile(
                vx: vx, vvix: history.volatility[.vvix]?[vvix] ?? .nan,
                years: VIXCallModel.years(
                  from: history.sessions[session].date, minute: minute, to: call.expiry)))
          }
          let path = context.vx.path(call.expiry, session: fill.session, seed: strategy.vxPathSeed)
          let vx =
            fill.minute == MinuteOfDay.afterClose
            ? context.vx.settle(call.expiry, session: fill.session) : path?[fill.minute - MinuteOfDay.open]
          let mark = try smile(
            try #require(vx), session: fill.session, minute: fill.minute, vvix: before
          ).mark(strike: call.strike)
          let price = fill.action == .open ? rule.spread.ask(mark: mark) : rule.spread.bid(mark: mark)
          #expect(10 * fill.price == price)
          #expect(call.expiry > history.sessions[trade.expirySession].date)
          guard fill.action == .open, let decided = fill.decidedAt else {
            counts.sold += 1
            continue
          }
          counts.opened += 1
          let seen = try #require(
            context.vx.indicative(call.expiry, session: decided.session, minute: decided.minute))
          let chosen = try smile(
            seen, session: decided.session, minute: decided.minute, vvix: decided.session - 1)
          let nearest = VIXCall.strikes.map { abs(chosen.deltaAndVega(strike: $0).delta - rule.delta) }.min()
          #expect(abs(chosen.deltaAndVega(strike: call.strike).delta - rule.delta) == nearest)
        }
      }
    }
    #expect(counts.opened > 50 && counts.sold >= counts.opened)
  }
}
