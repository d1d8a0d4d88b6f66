import MarketData
import Strategies
import Testing

@testable import Backtesting

/// Trade-opened layers: when they open, what they hold, when parts are sold.
@Suite("Hedge layers")
struct HedgeRunTests {
  /// 3,000; from 11:00 of session 2 on 2,940, two percent lower.
  static func fall(settle: Double = 16) throws -> MarketHistory {
    var history = try Markets.tiny(sessions: 4) { session, minute in
      session == 2 && minute >= 660 ? 2_940 : 3_000
    }
    history.futures[2] = history.futures[2].map { FuturesSettle(expiry: $0.expiry, settle: settle) }
    return history
  }
  static func strategy(_ layers: [HedgeLayer], minute: Int = 945) -> Strategy {
    Strategy(
      name: "h", entry: EntryRule(minute: minute, expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .delta(put: 0.2, call: 0.2, notAbove: false))),
      hedge: layers)
  }
  static func layer(_ trigger: Trigger, _ size: HedgeSize, gains: [Int32] = []) -> HedgeLayer {
    HedgeLayer(
      name: "l", trigger: trigger, size: size,
      monetise: gains.map { MonetiseStep(gainThousandths: $0, shareThousandths: 400) })
  }

  @Test("Opened a minute after its trigger, sold by its ladder, closed at the expiry's settlement")
  func timeline() throws {
    let one = HedgeSize(base: .contracts, amount: 1)
    let layers = [
      Self.layer(.always, one, gains: [50, 80]), Self.layer(.move(side: .down, atLeastSd: 0.5), one),
      Self.layer(.move(side: .up, atLeastSd: 0.5), one),
    ]
    let trade = try #require(Markets.evaluate(Self.strategy(layers), try Self.fall(), entry: 1).trade)
    let orders = trade.hedge.fills.map {
      "\($0.layer) \($0.action) \($0.session) \($0.minute) \($0.shareThousandths)"
    }
    // Two percent down lift the indicative price by about 1.4 points, 9 % of 16.
    #expect(
      orders == [
        "0 open 1 947 1000", "0 monetise 2 661 400", "0 monetise 2 661 400", "0 close 2 975 200",
        "1 open 2 661 1000", "1 close 2 975 1000",
      ])
    #expect(trade.hedge.fills.allSatisfy { $0.centsPerPoint == 100_000 })
    #expect(trade.hedge.fills.last?.price == 16_000)
  }

  @Test(
    "Unwound with the condor: sold in the minute of its last closing fill, and nothing opens from there on")
  func unwound() throws {
    let one = HedgeSize(base: .contracts, amount: 1)
    let layers = [
      Self.layer(.always, one, gains: [50]), Self.layer(.move(side: .down, atLeastSd: 0.5), one),
    ]
    var strategy = Self.strategy(layers)
    strategy.exit = ExitRule(stop: .lossMultiple(thousandths: 500))
    strategy.ties.unwinds = true
    let trade = try #require(Markets.evaluate(strategy, try Self.fall(), entry: 1).trade)
    // The fall is seen at 11:00; the stop, the ladder and the second layer would all fill at 11:01.
    #expect(trade.fills.map(\.minute) == [661] && trade.fills[0].reason == .stop)
    let orders = trade.hedge.fills.map {
      "\($0.layer) \($0.action) \($0.session) \($0.minute) \($0.shareThousandths)"
    }
    #expect(orders == ["0 open 1 947 1000", "0 close 2 661 1000"])
    #expect(trade.hedge.fills[1].decidedAt == TradeMinute(session: 2, minute: 660))

    strategy.exit = ExitRule()
    let held = try #require(Markets.evaluate(strategy, try Self.fall(), entry: 1).trade)
    #expect(held.hedge.fills.last?.minute == 975, "a condor that settles leaves the hedge to settle")
  }

  @Test("After the close a layer opens at the next open")
  func afterTheClose() throws {
    let layer = Self.layer(.always, HedgeSize(base: .contracts, amount: 1))
    let trade = try #require(
      Markets.evaluate(Self.strategy([layer], minute: 975), try Self.fall(), entry: 1).trade)
    #expect(
      trade.hedge.fills.map(\.minute) == [570, 975] && trade.hedge.fills.allSatisfy { $0.session == 2 })
  }

  @Test("Sizes by hand: VX indicative at 16")
  func sizes() throws {
    func cents(_ size: HedgeSize) throws -> (Int64, HedgeResult.Part) {
      let history = try Markets.tiny(sessions: 4) { _, _ in 3_000 }
      let trade = try #require(
        Markets.evaluate(Self.strategy([Self.layer(.always, size)]), history, entry: 1).trade)
      #expect(trade.hedge.parts.count == 1)
      if size.base == .credit { #expect(trade.hedge.parts[0].units == Int64(trade.first.credit / 500)) }
      return (trade.hedge.fills[0].centsPerPoint, trade.hedge.parts[0])
    }
    let risk = try cents(HedgeSize(base: .grossRisk, amount: 0.16))  // 0.16 × $100 a point of width ÷ 16 = $1
    #expect(risk.0 == 100 && risk.1.units == 5 && risk.1.base == .grossRisk)
    #expect(try cents(HedgeSize(base: .credit, amount: 0.32)).0 == 10)  // 0.32 × $5 a tick ÷ 16 = $0.10
    #expect(try cents(HedgeSize(base: .notional, amount: 0.016)).0 == 30_000)  // 0.016 × $300,000 ÷ 16
    #expect(try cents(HedgeSize(base: .contracts, amount: 0.03)).0 == 3_000)
  }

  @Test("That day's settlement moves fills, never sizes or minutes")
  func settlementIsUnseen() throws {
    let layers = [
      Self.layer(.move(side: .down, atLeastSd: 0.3), HedgeSize(base: .grossRisk, amount: 3), gains: [10, 20])
    ]
    func fills(_ settle: Double) throws -> [HedgeFill] {
      try #require(Markets.evaluate(Self.strategy(layers), try Self.fall(settle: settle), entry: 1).trade)
        .hedge.fills
    }
    let low = try fills(12)
    let high = try fills(30)
    #expect(low.count == high.count && low.count >= 2)
    #expect(zip(low, high).allSatisfy { $0.minute == $1.minute && $0.centsPerPoint == $1.centsPerPoint })
    #expect(low[0].price != high[0].price)
  }

  @Test("The hedge never changes the condor, and the condor's exit never changes the hedge")
  func independence() throws {
    let layers = [Self.layer(.always, HedgeSize(base: .grossRisk, amount: 0.5), gains: [20])]
    let history = try Self.fall()
    let hedged = try #require(Markets.evaluate(Self.strategy(layers), history, entry: 1).trade)
    let bare = try #require(Markets.evaluate(Self.strategy([]), history, entry: 1).trade)
    #expect(hedged.fills == bare.fills && bare.hedge == .none)
    var stopped = Self.strategy(layers)
    stopped.exit = ExitRule(stop: .lossMultiple(thousandths: 500))
    let out = try #require(Markets.evaluate(stopped, history, entry: 1).trade)
    #expect(out.stopped && out.hedge == hedged.hedge)
  }

  @Test("A hundred times the notional is a number, not a trap")
  func hugeSizes() throws {
    let layer = Self.layer(.always, HedgeSize(base: .notional, amount: 100), gains: [20])
    let trade = try #require(Markets.evaluate(Self.strategy([layer]), try Self.fall(), entry: 1).trade)
    #expect(trade.hedge.fills[0].centsPerPoint == 187_500_000)
    #expect(abs(trade.hedge.netCents) > 10_000_000)
  }
}
