import MarketData
import Rules
import Strategies
import Testing

@testable import Backtesting

/// Triggers in the language of rules, in both engines.
@Suite("Rules as triggers")
struct TriggerRuleTests {
  private static func rule(_ text: String) throws -> Trigger {
    .rule(try StrategyRule(text, Rulebook(catalogue: .standard)))
  }
  private static func strategy(_ trigger: Trigger, minute: Int = 700) -> Strategy {
    Strategy(
      name: "any", entry: EntryRule(minute: minute, expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .delta(put: 0.2, call: 0.2, notAbove: false))),
      hedge: [
        HedgeLayer(
          name: "layer", trigger: trigger, size: HedgeSize(base: .grossRisk, amount: 0.5),
          monetise: [MonetiseStep(gainThousandths: 5, shareThousandths: 500)])
      ])
  }

  /// What the language and the maps of conditions both say is the same to the cent, minute for minute.
  @Test(arguments: [
    ("move(down) >= 0.3 sd", Trigger.move(side: .down, atLeastSd: 0.3)),
    ("move(up) >= 0.2 sd", .move(side: .up, atLeastSd: 0.2)),
    ("move >= 0.25 sd", .move(side: .either, atLeastSd: 0.25)),
    ("rsi(14, 5 min) <= 40", .rsi(length: 14, barMinutes: 5, atLeast: nil, atMost: 40)),
    (
      "move(down) >= 0.1 sd and (rsi(14) >= 55 or rsi(14) <= 45)",
      .all([
        .move(side: .down, atLeastSd: 0.1),
        .any([
          .rsi(length: 14, barMinutes: 5, atLeast: 55, atMost: nil),
          .rsi(length: 14, barMinutes: 5, atLeast: nil, atMost: 45),
        ]),
      ])
    ),
    ("rsi(3, 1 session) >= 50", .rsi(length: 3, barMinutes: 0, atLeast: 50, atMost: nil)),
  ])
  func sameAsTheMaps(text: String, map: Trigger) throws {
    let history = try SyntheticMarket.history(sessions: 40, seed: 21)
    let pair = [Self.strategy(try Self.rule(text)), Self.strategy(map)]
    let context = try Markets.context(history, pair)
    var opened = 0
    var plan = CompiledPlan()
    let pairs = pair.map { plan.addPair($0) }
    let day = CompiledDay(context, plan: plan)
    for entry in 3..<39 {
      let desk = SessionDesk(context, entry: entry)
      let made = pair.map { SessionRecord(ReferenceEngine($0, context: context).evaluate(desk)) }
      #expect(made[0] == made[1])
      day.move(to: entry)
      let compiled = day.records(ofPairs: pairs)
      #expect(compiled == made)
      if made[0].hedgeFills > 0 { opened += 1 }
    }
    #expect(opened > 3 && opened < 36 || map == .move(side: .either, atLeastSd: 0.25), "\(opened)")
  }

  /// An entry's condition sees the closes that its gates and prices see: the session's own from 16:15 on.
  @Test(arguments: [700, 945, 974, 975])
  func anEntryConditionIsAGate(minute: Int) throws {
    let history = try SyntheticMarket.history(sessions: 60, seed: 12)
    let closes = history.sessions.indices.map { history.close(.vix, $0) }.sorted()
    let level = (closes[30] * 100).rounded() / 100
    var ruled = Self.strategy(.always, minute: minute)
    ruled.hedge = []
    var gated = ruled
    ruled.entry.condition = try StrategyRule(
      "vix >= \(level)", as: .market, Rulebook(catalogue: .standard))
    gated.entry.gates = [Gate(index: .vix, atLeast: level)]
    let context = try Markets.context(history, [ruled, gated])
    for assumes in [false, true] {
      ruled.marks.assumeCloseKnown = assumes
      gated.marks.assumeCloseKnown = assumes
      let codes = [ruled, gated].map { strategy in
        (3..<59).map {
          ReferenceEngine(strategy, context: context).evaluate(SessionDesk(context, entry: $0)).code
        }
      }
      #expect(codes[0] == codes[1])
      #expect(codes[0].contains(.gate) && codes[0].contains(.traded))
    }
  }

  /// A scale without a value at the fill is a missing signal, in both engines; one beyond ten is ten.
  @Test func aScaleIsToldAtTheFillAndBounded() throws {
    let history = try SyntheticMarket.history(sessions: 30, seed: 4)
    let rulebook = try Rulebook(catalogue: .standard)
    let strategies = try ["1 / (vix / vix - 1)", "10", "1e9"].map { text in
      var made = Self.strategy(.always)
      made.hedge[0].scale = try StrategyRule(text, as: .scale, rulebook)
      return made
    }
    let context = try Markets.context(history, strategies)
    var plan = CompiledPlan()
    let pairs = strategies.map { plan.addPair($0) }
    let day = CompiledDay(context, plan: plan)
    day.move(to: 20)
    let records = day.records(ofPairs: pairs)
    let reference = strategies.map {
      SessionRecord(
        ReferenceEngine($0, context: context).evaluate(SessionDesk(context, entry: 20)))
    }
    #expect(records == reference)
    #expect(records[0].code == .signalMissing && records[1].hedgeNet != 0)
    #expect(records[1] == records[2])
  }

  /// Random scales and releases on layers that open often: both engines agree on every field.
  @Test(arguments: 0..<8 as Range<UInt64>)
  func bothEnginesAgreeOnScalesAndReleases(seed: UInt64) throws {
    var history = try SyntheticMarket.history(sessions: 32, seed: 700 + seed)
    if seed.isMultiple(of: 2) { history = Markets.holey(history, seed: seed) }
    var rules = RandomTriggerRule(seed: 50 + seed)
    let strategies = (0..<50).map { k in
      var strategy = Self.strategy(
        k % 3 == 0 ? .always : .move(side: .either, atLeastSd: 0.1), minute: [600, 700, 945, 960][k % 4])
      strategy.hedge[0].scale = k % 2 == 0 ? rules.next(as: .scale) : nil
      strategy.hedge[0].release = k % 5 == 0 ? nil : rules.next(as: .release)
      if k % 7 == 0 { strategy.hedge.append(strategy.hedge[0]) }
      strategy.ties.unwinds = k % 6 == 0
      if strategy.ties.unwinds { strategy.exit.stop = .lossMultiple(thousandths: 500) }
      return strategy
    }
    let context = try Markets.context(history, strategies)
    var plan = CompiledPlan()
    let pairs = strategies.map { plan.addPair($0) }
    let day = CompiledDay(context, plan: plan)
    var (scaled, released, unopened) = (0, 0, 0)
    for entry in history.sessions.indices.dropLast() {
      day.move(to: entry)
      let compiled = day.records(ofPairs: pairs)
      let whole = day.outcome()
      let desk = SessionDesk(context, entry: entry)
      for (k, strategy) in strategies.enumerated() {
        let evaluation = ReferenceEngine(strategy, context: context).evaluate(desk)
        let reference = SessionRecord(evaluation)
        guard compiled[k] == reference else {
          Issue.record(
            "session \(entry), \(strategy.hedge[0].rules.map(\.rule.canonical)): \(compiled[k]), \(reference)"
          )
          return
        }
        guard let trade = evaluation.trade, let spec = pairs[k].spec, !strategy.isCoupled else { continue }
        // the sum over layers that many specs share, against the one of a pair
        let offset = plan.book(ofRow: pairs[k].row) * plan.centsWidth + plan.centsOffset(ofSpec: spec)
        #expect(Int64(whole.cents[offset]) == trade.hedge.parts[0].centsPerUnit)
        if trade.hedge.fills.contains(where: { $0.action == .release }) { released += 1 }
        if strategy.hedge[0].scale != nil {
          if trade.hedge.fills.isEmpty { unopened += 1 } else { scaled += 1 }
        }
      }
    }
    #expect(scaled > 100 && released > 100 && unopened > 0, "\(scaled), \(released), \(unopened)")
  }

  /// Random rules alone, so that every one decides: both engines agree on every field.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func bothEnginesAgree(seed: UInt64) throws {
    var history = try SyntheticMarket.history(sessions: 42, seed: 300 + seed)
    if seed.isMultiple(of: 2) { history = Markets.holey(history, seed: seed) }
    var rules = RandomTriggerRule(seed: seed)
    let strategies = (0..<60).map { k in
      Self.strategy(.rule(rules.next()), minute: [600, 700, 945, 960, 975][k % 5])
    }
    let context = try Markets.context(history, strategies)
    var plan = CompiledPlan()
    let pairs = strategies.map { plan.addPair($0) }
    let day = CompiledDay(context, plan: plan)
    var (opened, told, missing) = (0, 0, 0)
    for entry in history.sessions.indices.dropLast() {
      day.move(to: entry)
      let compiled = day.records(ofPairs: pairs)
      let desk = SessionDesk(context, entry: entry)
      for (k, strategy) in strategies.enumerated() {
        let reference = SessionRecord(ReferenceEngine(strategy, context: context).evaluate(desk))
        guard compiled[k] == reference else {
          Issue.record("session \(entry), \(strategy.hedge[0].trigger.rules[0].rule.canonical)")
          return
        }
        if reference.code == .traded { told += 1 }
        if reference.code == .signalMissing { missing += 1 }
        if reference.hedgeFills > 0 { opened += 1 }
      }
    }
    #expect(opened > 200 && opened < told - 200 && missing > 20, "\(opened) of \(told), \(missing) missing")
  }

  /// A signal that the history lacks is refused where strategies are taken, and keeps sessions from being told.
  @Test func whatTheHistoryLacksIsNamed() throws {
    var history = try SyntheticMarket.history(sessions: 30, seed: 2)
    history.volatility[.vvix] = nil
    let lacking = Self.strategy(try Self.rule("vvix > 90"))
    let context = try Markets.context(history, [lacking])
    #expect {
      try context.requireSignals(of: [lacking])
    } throws: {
      "\($0)".contains("has nothing to compute vvix of; import daily closes of VVIX")
    }
    let far = Self.strategy(try Self.rule("vix > mean(vix, 31)"))
    #expect {
      try context.requireSignals(of: [far])
    } throws: {
      "\($0)".contains("looks back over 31 sessions, but the history has 30")
    }
    try context.requireSignals(of: [Self.strategy(try Self.rule("vix > 10 and move >= 0.5 sd"))])
    let record = SessionRecord(
      ReferenceEngine(lacking, context: context).evaluate(SessionDesk(context, entry: 20)))
    #expect(record.code == .signalMissing)
  }

  @Test(arguments: [
    ("hedge_gain > 10 %", "has a value once a layer is open"),
    ("vix", "is a number, not a condition"),
  ])
  func whatATriggerCanNotSeeIsRefused(text: String, told: String) throws {
    #expect {
      _ = try Self.rule(text)
    } throws: {
      "\($0)".contains(told)
    }
  }
}
