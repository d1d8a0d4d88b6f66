import MarketData
import Rules
import Strategies
import Testing

@testable import Backtesting

/// Layers whose rules look at the condor that they accompany, in both engines.
@Suite("Layers that see the condor")
struct CoupledRuleTests {
  private static func layer(
    _ trigger: String, scale: String? = nil, release: String? = nil, base: HedgeSize.Base = .contracts
  ) throws -> HedgeLayer {
    let rulebook = try Rulebook(catalogue: .standard)
    return HedgeLayer(
      name: "l", trigger: .rule(try StrategyRule(trigger, rulebook)),
      size: HedgeSize(base: base, amount: 1),
      scale: try scale.map { try StrategyRule($0, as: .scale, rulebook) },
      release: try release.map { try StrategyRule($0, as: .release, rulebook) })
  }
  private static func strategy(_ layers: [HedgeLayer], _ exit: ExitRule = ExitRule()) -> Strategy {
    var made = ExitEngineTests.strategy(exit)
    made.hedge = layers
    return made
  }
  /// The orders of hand-made sessions, the entry being session 1.
  private func orders(
    _ layers: [HedgeLayer], _ exit: ExitRule = ExitRule(), on history: MarketHistory
  ) throws -> [String] {
    let made = try ExitConditionTests.evaluated([Self.strategy(layers, exit)], history, entries: 1..<2)
    return try #require(made[0][0].trade).hedge.fills.map {
      "\($0.layer) \($0.action) \($0.session) \($0.minute)"
    }
  }
  private static let stop = ExitRule(stop: .lossMultiple(thousandths: 1000))

  @Test(
    "Opened a minute after the loss that its trigger asks for, whether or not the condor is stopped at it")
  func opensOnTheLoss() throws {
    let fall = try ExitEngineTests.shock(2_960)
    let layers = [
      try Self.layer("loss >= 1 * credit"), try Self.layer("strike_distance(put) <= 0 points"),
      try Self.layer("strike_distance(call) <= 0 points"),
      try Self.layer("break_even_distance(put) < 0 points"),
    ]
    let seen = [
      "0 open 2 661", "0 close 2 975", "1 open 2 661", "1 close 2 975", "3 open 2 661", "3 close 2 975",
    ]
    #expect(try orders(layers, on: fall) == seen)
    #expect(try orders(layers, Self.stop, on: fall) == seen)
  }

  @Test("From its last closing fill on there is no condor to see")
  func nothingAfterTheCondor() throws {
    let fall = try ExitEngineTests.shock(2_960)
    let lasting = try Self.layer("loss >= 1 * credit for 2 min")
    #expect(try orders([lasting], on: fall) == ["0 open 2 662", "0 close 2 975"])
    // stopped at 11:00, closed at 11:01: the second minute is not seen
    #expect(try orders([lasting], Self.stop, on: fall) == [])
    // from 11:40 on the loss is gone; nobody sees it who has no condor
    let rebound = try ExitEngineTests.shock(2_960, until: 700)
    let released = try Self.layer("loss >= 1 * credit", release: "loss < 0.5 * credit")
    #expect(try orders([released], on: rebound) == ["0 open 2 661", "0 release 2 701"])
    #expect(try orders([released], Self.stop, on: rebound) == ["0 open 2 661", "0 close 2 975"])
    // with one side closed, the four legs are still what is seen
    let bySide = ExitRule(stop: .lossMultiple(thousandths: 1000), basis: .side)
    #expect(try orders([released], bySide, on: rebound) == ["0 open 2 661", "0 release 2 701"])
    // not told is not true, and what the market says alone still holds
    let waiting = try Self.layer(
      "minutes_to_close < 250 min and minutes_to_close > 30 min and not (loss < 0 points)")
    #expect(try orders([waiting], on: fall) == ["0 open 2 712", "0 close 2 975"])
    #expect(try orders([waiting], Self.stop, on: fall) == [])
  }

  @Test("The condor that re-entry sells is seen from its own fill on, against its own credit")
  func seesTheNextCondor() throws {
    // 3,000; 2,960 from 11:00 on, 2,930 from 12:00 on
    let history = try Markets.tiny(sessions: 4) { session, minute in
      session < 2 || minute < 660 ? 3_000 : minute < 720 ? 2_960 : 2_930
    }
    let exit = ExitRule(
      stop: .lossMultiple(thousandths: 1000), reentry: ReentryRule(after: .stop, waitMinutes: 15))
    let strategy = Self.strategy([try Self.layer("loss >= 1 * credit for 2 min")], exit)
    let trade = try #require(
      ExitConditionTests.evaluated([strategy], history, entries: 1..<2)[0][0].trade)
    #expect(trade.condors.count == 2 && trade.condors[1].fills[0].minute == 721)
    let context = try Markets.context(history, [strategy])
    let priced = try #require(
      ReferenceEngine(strategy, context: context).pricedSurface(SessionDesk(context, entry: 1)))
    let sight = CondorSight(trade.condors, priced, mark: .mid)
    func seen(_ quantity: CondorSight.Quantity, _ minute: Int) throws -> Double {
      sight.value(quantity, at: try #require(priced.surface.point(TradeMinute(session: 2, minute: minute))))
    }
    let (first, second) = (trade.condors[0], trade.condors[1])
    let before = try [seen(.credit, 660), seen(.strikeDistance(.put), 660)]
    #expect(before == [Double(first.credit) / 10_000, Double(2_960 - first.strikes.shortPut)])
    let between = try [seen(.credit, 661), seen(.loss, 676)]
    #expect(between[0].isNaN && between[1].isNaN)
    let (put, call) = (Double(2_960 - second.strikes.shortPut), Double(second.strikes.shortCall - 2_960))
    let later = try [
      seen(.credit, 677), seen(.strikeDistance(.nearer), 700), seen(.breakEvenDistance(.put), 700),
    ]
    let credit = Double(second.credit) / 10_000
    #expect(later == [credit, min(put, call), put + credit])
    let last = try [seen(.cost, 720), seen(.loss, 720), seen(.cost, 721)]
    #expect(last[0] >= 2 * credit && abs(last[0] - last[1] - credit) < 1e-9 && last[2].isNaN)
  }

  @Test("A scale is told where the opening is decided: twice the size at twice the credit")
  func scales() throws {
    let fall = try ExitEngineTests.shock(2_960)
    let layers = [
      try Self.layer("loss >= 1 * credit", scale: "clamp(cost / credit, 1, 2)"),
      try Self.layer("loss >= 1 * credit"),
    ]
    let made = try ExitConditionTests.evaluated([Self.strategy(layers)], fall, entries: 1..<2)
    let fills = try #require(made[0][0].trade).hedge.fills.filter { $0.action == .open }
    #expect(fills.map(\.centsPerPoint) == [200_000, 100_000])
  }

  @Test("A limit of break-evens takes a trigger on the condor as untold, not as a move")
  func underALimit() throws {
    let history = try SyntheticMarket.history(sessions: 30, seed: 6)
    let strategies = try ["loss >= 0.1 * credit", "strike_distance <= 30 points"].map { trigger in
      var made = Self.strategy([
        try Self.layer(trigger, scale: "clamp(cost / credit, 0.5, 2)", base: .grossRisk),
        try Self.layer("move >= 0.1 sd"),
      ])
      made.ties.breakEvenLimitThousandths = 1_000
      return made
    }
    let made = try ExitConditionTests.evaluated(strategies, history, entries: 2..<29)
    #expect(made.flatMap { $0 }.contains { $0.trade?.hedge.fills.isEmpty == false })
  }

  /// Random rules on layers and exits, with stops, sides and re-entries: both engines agree on every field.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func bothEnginesAgree(seed: UInt64) throws {
    var history = try SyntheticMarket.history(sessions: 30, seed: 1_300 + seed)
    if seed.isMultiple(of: 2) { history = Markets.holey(history, seed: seed) }
    var rules = RandomTriggerRule(seed: 70 + seed)
    func coupled(_ role: StrategyRule.Role) -> StrategyRule {
      while true {
        let rule = rules.next(as: role)
        if rule.seesCondor { return rule }
      }
    }
    let strategies = (0..<40).map { k in
      var exit = ExitRule(
        stop: k % 3 == 0 ? .none : .lossMultiple(thousandths: 500), basis: k % 4 == 0 ? .side : .condor,
        mark: k % 5 == 0 ? .natural : .mid, targetThousandths: k % 6 == 0 ? 500 : nil)
      if k % 2 == 0 { exit.reentry = ReentryRule(after: .any, waitMinutes: 4, atMost: 5) }
      if k % 8 == 0 { exit.condition = rules.next(as: .exit) }
      var layers = (0..<(1 + k % 2)).map { n in
        HedgeLayer(
          name: "\(n)", trigger: k % 5 == 1 ? .always : .rule(coupled(.trigger)),
          size: HedgeSize(base: n == 0 ? .grossRisk : .credit, amount: 0.5),
          monetise: [MonetiseStep(gainThousandths: 5, shareThousandths: 500)])
      }
      if k % 5 == 2 { layers[0].trigger = .any([layers[0].trigger, .move(side: .up, atLeastSd: 0.3)]) }
      if k % 2 == 1 { layers[0].scale = coupled(.scale) }
      if k % 3 == 1 { layers[0].release = rules.next(as: .release) }
      var made = Self.strategy(layers, exit)
      made.entry.minute = [600, 700, 945, 960, 975][k % 5]
      made.ties.unwinds = k % 7 == 0
      return made
    }
    let made = try ExitConditionTests.evaluated(strategies, history, entries: 0..<29).flatMap { $0 }
    let trades = made.compactMap(\.trade)
    let opened = trades.count { !$0.hedge.fills.isEmpty }
    #expect(opened > 100 && opened < trades.count - 10, "\(opened) of \(trades.count)")
    #expect(trades.contains { $0.hedge.fills.contains { $0.action == .release } })
  }
}
