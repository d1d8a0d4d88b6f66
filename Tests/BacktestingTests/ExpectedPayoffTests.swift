import Foundation
import MarketData
import Pricing
import Rules
import Strategies
import Testing

@testable import Backtesting

/// Where condor and hedge are expected to begin to lose, as it can be told at the fill.
@Suite("Expected payoff and break-evens")
struct ExpectedPayoffTests {
  /// Payoffs of every trade of a strategy, with the trade.
  private static func each(
    _ strategy: Strategy, _ history: MarketHistory,
    _ body: (Trade, ExpectedPayoff, PricedSurface, SessionDesk) throws -> Void
  ) throws {
    let context = try Markets.context(history, [strategy])
    let engine = ReferenceEngine(strategy, context: context)
    for i in 1..<history.sessions.count - 1 {
      let desk = SessionDesk(context, entry: i)
      guard case .trade(let trade) = engine.evaluate(desk), let priced = engine.pricedSurface(desk) else {
        continue
      }
      let payoff = try #require(
        ExpectedPayoff(
          trade.first.strikes, credit: trade.first.credit, strategy: strategy, surface: priced.surface,
          desk: desk))
      try body(trade, payoff, priced, desk)
    }
  }

  @Test("Each root is where the result turns, and nothing between the fill and it loses", arguments: 0..<40)
  func rootsByScanning(seed: UInt64) throws {
    var random = RandomStrategy(seed: 900 + seed)
    var strategy = random.next()
    while strategy.hedge.count < 2 { strategy = random.next() }
    let history = try SyntheticMarket.history(sessions: 12, seed: seed)
    try Self.each(strategy, history) { trade, payoff, _, _ in
      #expect(payoff.layers.count == strategy.hedge.count)
      for count in 0...strategy.hedge.count {
        let start = min(
          max(payoff.spot, Double(payoff.strikes.shortPut)), Double(payoff.strikes.shortCall))
        func loses(_ s: Double) -> Bool { payoff.cents(at: s, layers: count) < -1e-6 }
        guard let found = payoff.breakEvens(layers: count) else {
          #expect(payoff.cents(at: start, layers: count) < 0)
          continue
        }
        for (root, way) in [(found.lower, -1.0), (found.upper, 1.0)] {
          let end = root ?? payoff.spot * (1 + 0.3 * way)
          if root != nil {
            #expect(loses(end + way * 1e-4), "\(count) layers, \(end): it loses beyond")
            #expect(!loses(end - way * 1e-4) || abs(end - start) < 1e-3, "\(count) layers, \(end)")
          }
          var s = start
          while (end - s) * way > 0.05 {
            if loses(s) { Issue.record("\(count) layers: loses at \(s), before \(end)") }
            s += way * 0.05
          }
        }
      }
    }
  }

  @Test("The condor alone: short strikes moved out by the credit less four fees")
  func condorAlone() throws {
    let strategy = HedgeRunTests.strategy([])
    let history = try SyntheticMarket.history(sessions: 20, seed: 4)
    var trades = 0
    try Self.each(strategy, history) { trade, payoff, _, _ in
      trades += 1
      let strikes = trade.first.strikes
      let kept = Double(trade.first.credit) / 10_000 - 4 * 1.35 / 100
      let found = try #require(payoff.breakEvens(layers: 0))
      #expect(abs(try #require(found.lower) - (Double(strikes.shortPut) - kept)) < 1e-9)
      #expect(abs(try #require(found.upper) - (Double(strikes.shortCall) + kept)) < 1e-9)
      // what the settlement really was is paid by the ledger's own sums
      if trade.fills[0].reason == .settlement {
        let close = history.sessions[trade.expirySession].official.close
        #expect(abs(payoff.cents(at: close, layers: 0) - Double(trade.condorNetCents)) < 1)
      }
    }
    #expect(trades > 15)
  }

  @Test("A layer by hand: $10 a point from half an sd below the fill")
  func layerByHand() throws {
    let layer = HedgeRunTests.layer(
      .move(side: .down, atLeastSd: 0.5), HedgeSize(base: .contracts, amount: 0.01), gains: [20])
    let strategy = HedgeRunTests.strategy([layer])
    let history = try Markets.tiny(sessions: 4) { _, _ in 3_000 }
    var trades = 0
    try Self.each(strategy, history) { trade, payoff, priced, desk in
      trades += 1
      let leg = try #require(payoff.layers[0].legs.first)
      #expect(payoff.layers[0].legs.count == 1 && leg.way == .down && !payoff.layers[0].isAssumed)
      #expect(abs(leg.level - 3_000 * exp(-0.5 * priced.surface.entryStdDev)) < 1e-6)
      // an index that never moved leaves every β where it starts: 0.95 and 0.66 points a percent for the first two months
      let live = history.futures[trade.entrySession - 1].map(\.expiry)
      let contracts = try #require(
        desk.context.vx.contracts(
          session: trade.entrySession - 1, tenorDays: 30,
          expiringAfter: history.sessions[trade.expirySession].date))
      let beta = try contracts.reduce(0) { sum, contract in
        let rank = try #require(live.firstIndex(of: contract.expiry))
        return sum + [-0.95, -0.66, -0.50, -0.42][rank] * Double(contract.thousandths) / 1000
      }
      let fall = 100 * (3_000 - leg.level) / 3_000
      #expect(abs(leg.price - (16 - beta * fall)) < 1e-9)
      #expect(leg.centsPerPoint == 1_000)
      func hedge(_ s: Double) -> Double { payoff.cents(at: s, layers: 1) - payoff.cents(at: s, layers: 0) }
      #expect(hedge(leg.level + 0.001) == 0 && hedge(3_100) == 0)
      // half a tick and $2.50 a contract, twice
      let cost = 2 * 1_000 * (0.025 + 0.0025)
      #expect(abs(hedge(leg.level - 3) - (1_000 * -beta * 0.1 - cost)) < 1e-6)
      // one percent further 40 % of it is gone at +2 %
      let points = 0.4 * 0.02 * leg.price + 0.6 * -beta
      #expect(-beta > 0.02 * leg.price && abs(hedge(leg.level - 30) - (1_000 * points - cost)) < 1e-6)
      // −0.8 % is not a whole price of VX; the break-even moves down by what the layer earns there
      let (alone, both) = (payoff.breakEvens(layers: 0), payoff.breakEvens(layers: 1))
      #expect(alone?.upper == both?.upper)
      let moved = try (#require(alone?.lower), #require(both?.lower))
      #expect(moved.1 < moved.0)
      #expect(abs(hedge(moved.1) - 10_000 * (moved.0 - moved.1)) < 1e-6)
    }
    #expect(trades == 2)
  }

  /// At a VVIX of 1: 16.30 or so where it opens, so of April 17 is bought, worth nothing, at 0.05.
  @Test("A layer of calls by hand: what it would pay, less half a spread, what was paid and two fees")
  func callsByHand() throws {
    let one = HedgeSize(base: .contracts, amount: 1)
    for (gains, paid) in [([], 0.27), ([3_000], 0.6 * 0.27 + 0.4 * 0.15)] as [([Int32], Double)] {
      let layer = TradeCallTests.layer(.move(side: .down, atLeastSd: 0.5), one, gains: gains)
      var history = try Markets.tiny(sessions: 3) { _, _ in 3_000 }
      history.volatility[.vvix] = [1, 1, 1]
      var trades = 0
      try Self.each(HedgeRunTests.strategy([layer]), history) { _, payoff, _, _ in
        trades += 1
        let leg = try #require(payoff.layers[0].legs.first)
        #expect(payoff.layers[0].legs.count == 1 && leg.way == .down && leg.price == 0.05)
        func hedge(_ s: Double) -> Double { payoff.cents(at: s, layers: 1) - payoff.cents(at: s, layers: 0) }
        #expect(hedge(leg.level + 0.001) == 0 && hedge(3_100) == 0)
        // two percent down VX is 17.32; one percent, 16.66
        #expect(abs(hedge(2_940) - (10_000 * (paid - 0.05) - 270)) < 1e-6)
        #expect(abs(hedge(2_970) - (-500 - 270)) < 1e-6)
        // between samples on the line between them, and past the last of them as there
        #expect(abs(hedge(2_955) - (hedge(2_940) + hedge(2_970)) / 2) < 1e-6)
        let moved = try (
          #require(payoff.breakEvens(layers: 0)?.lower), #require(payoff.breakEvens(layers: 1)?.lower)
        )
        #expect(abs(hedge(moved.1) - 10_000 * (moved.0 - moved.1)) < 1e-6 && moved.0 != moved.1)
      }
      #expect(trades == 1)
    }
  }

  @Test("The engine opens layers where it was expected, at the size that was")
  func opensWhereTheEngineDoes() throws {
    let size = HedgeSize(base: .grossRisk, amount: 0.5)
    let strategy = HedgeRunTests.strategy(
      [
        HedgeRunTests.layer(.move(side: .down, atLeastSd: 0.3), size),
        HedgeRunTests.layer(.move(side: .up, atLeastSd: 0.3), size),
      ], minute: 700)
    var opened = [0, 0]
    try Self.each(strategy, try SyntheticMarket.history(sessions: 120, seed: 8)) {
      trade, payoff, priced, desk in
      for fill in trade.hedge.fills where fill.action == .open {
        let leg = try #require(payoff.layers[fill.layer].legs.first)
        let way = fill.layer == 0 ? -1.0 : 1.0
        let decided = try #require(fill.decidedAt.flatMap(priced.surface.point))
        #expect((priced.surface.forward[decided] - leg.level) * way >= -1e-6)
        for p in 1..<decided where priced.surface.forward[p] > 0 {
          #expect((priced.surface.forward[p] - leg.level) * way < 1e-6)
        }
        opened[fill.layer] += 1
        if fill.session == trade.entrySession {
          // a share of gross risk is dollars of VX: the size times what VX is seen at, wherever between the marks that was
          let seen = try #require(
            desk.context.vx.indicative(
              fill.contracts, at: TradeMinute(session: fill.session, minute: fill.minute)))
          let engine = Double(fill.centsPerPoint) * Double(seen) / 1000 * Double(trade.first.strikes.width)
          #expect(abs(engine / (leg.centsPerPoint * leg.price) - 1) < 0.005)
        }
      }
    }
    #expect(opened.allSatisfy { $0 > 20 }, "\(opened)")
  }

  @Test("What the level doesn't tell counts as false where a layer opens without it, else as true")
  func assumptions() throws {
    let low = Trigger.rsi(length: 14, barMinutes: 5, atLeast: nil, atMost: 30)
    let down = Trigger.move(side: .down, atLeastSd: 0.5)
    func rule(_ text: String) throws -> Trigger {
      .rule(try StrategyRule(text, Rulebook(catalogue: .standard)))
    }
    let triggers: [(Trigger, ways: [ExpectedPayoff.Leg.Way], sd: Double, assumed: Bool)] = [
      (.always, [.either], 0, false), (down, [.down], -0.5, false), (.all([down, low]), [.down], -0.5, true),
      (.any([down, low]), [.down], -0.5, false), (low, [.either], 0, true),
      (.move(side: .either, atLeastSd: 0.5), [.down, .up], 0.5, false),
      (.event(kinds: [.fomc], withinSessions: 1), [], 0, false),
      (.all([.event(kinds: [.fomc], withinSessions: 1), low]), [], 0, false),
      (try rule("move(down) >= 0.5 sd for 5 min and rsi(14) <= 30"), [.down], -0.5, true),
      (try rule("move(down) >= 0.5 sd and vix > 12"), [.down], -0.5, false),
      (try rule("move(up) >= 0.5 sd and vix > 20"), [], 0, false),
      (try rule("move(down) >= 9 sd"), [], 0, false),
    ]
    let size = HedgeSize(base: .notional, amount: 0.001)
    let strategy = HedgeRunTests.strategy(triggers.map { HedgeRunTests.layer($0.0, size) })
    let history = try Markets.tiny(sessions: 8) { i, k in 3_000 + Double((i * 7 + k) % 5) }
    var trades = 0
    try Self.each(strategy, history) { _, payoff, priced, _ in
      trades += 1
      for (layer, wanted) in zip(payoff.layers, triggers) {
        #expect(layer.legs.map(\.way) == wanted.ways && layer.isAssumed == wanted.assumed, "\(wanted)")
        for leg in layer.legs {
          let sd = log(leg.level / payoff.spot) / priced.surface.entryStdDev
          #expect(abs(abs(sd) - abs(wanted.sd)) < 1e-9, "\(wanted): \(sd)")
        }
      }
    }
    #expect(trades > 2)
  }

  /// A limit keeps exactly the layers that move no break-even by more, each beside those kept before it; both engines.
  @Test func theLimitDropsWhatMovesABreakEven() throws {
    let history = try SyntheticMarket.history(sessions: 40, seed: 77)
    func layer(_ name: String, _ sd: Double, _ amount: Double) -> HedgeLayer {
      HedgeLayer(
        name: name, trigger: .move(side: .down, atLeastSd: sd),
        size: HedgeSize(base: .grossRisk, amount: amount))
    }
    var strategy = Strategy(
      name: "any", entry: EntryRule(minute: 700, expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .delta(put: 0.2, call: 0.2, notAbove: false))),
      hedge: [
        layer("small", 0.1, 0.05), layer("large", 0.1, 8),
        HedgeLayer(
          name: "standing", horizon: .standing, trigger: .always,
          size: HedgeSize(base: .contracts, amount: 0.01)), layer("late", 0.3, 0.3),
      ])
    strategy.ties.breakEvenLimitThousandths = 300
    let context = try Markets.context(history, [strategy])
    var plan = CompiledPlan()
    let pair = plan.addPair(strategy)
    let day = CompiledDay(context, plan: plan)
    var opened: [Int: Int] = [:]
    for entry in 3..<39 {
      let desk = SessionDesk(context, entry: entry)
      let engine = ReferenceEngine(strategy, context: context)
      let evaluation = engine.evaluate(desk)
      day.move(to: entry)
      #expect(day.records(ofPairs: [pair]) == [SessionRecord(evaluation)])
      guard let trade = evaluation.trade, let priced = engine.pricedSurface(desk) else { continue }
      var own = strategy
      own.hedge = []
      for k in [0, 1, 3] {
        own.hedge.append(strategy.hedge[k])
        let payoff = try #require(
          ExpectedPayoff(
            trade.first.strikes, credit: trade.first.credit, strategy: own, surface: priced.surface,
            desk: desk))
        let before = try #require(payoff.breakEvens(layers: own.hedge.count - 1))
        let after = payoff.breakEvens(layers: own.hedge.count)
        let moved = [(before.lower, after?.lower), (before.upper, after?.upper)].map { a, b in
          if let a, let b { abs(a - b) } else { a == nil && b == nil ? 0 : Double.infinity }
        }
        let hasOrders = trade.hedge.fills.contains { $0.layer == k }
        if moved.allSatisfy({ $0 <= 0.3 }) {
          if hasOrders { opened[k, default: 0] += 1 }
        } else {
          own.hedge.removeLast()
          #expect(!hasOrders, "session \(entry), layer \(k)")
          opened[10 + k, default: 0] += 1
        }
      }
    }
    #expect(opened[0] ?? 0 > 5 && opened[1] == nil && opened[11] ?? 0 > 20, "\(opened)")
  }
}
