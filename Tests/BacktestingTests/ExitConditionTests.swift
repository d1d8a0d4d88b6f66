import MarketData
import Rules
import Strategies
import Testing

@testable import Backtesting

/// Condors that are closed by a rule, in both engines.
@Suite("Exits by a rule")
struct ExitConditionTests {
  static func rule(_ text: String) throws -> StrategyRule {
    try StrategyRule(text, as: .exit, Rulebook(catalogue: .standard))
  }
  private static func exit(
    _ text: String, stop: StopRule = .none, basis: ExitRule.Basis = .condor, mark: ExitRule.Mark = .mid,
    target: Int32? = nil, timeStop: Int? = nil, reentry: ReentryRule? = nil
  ) throws -> ExitRule {
    ExitRule(
      stop: stop, basis: basis, mark: mark, targetThousandths: target, timeStop: timeStop,
      condition: try rule(text), reentry: reentry)
  }

  /// What both engines say of some sessions, by strategy.
  static func evaluated(
    _ strategies: [Strategy], _ history: MarketHistory, entries: Range<Int>
  ) throws -> [[SessionEvaluation]] {
    let context = try Markets.context(history, strategies)
    var plan = CompiledPlan()
    let pairs = strategies.map { plan.addPair($0) }
    let day = CompiledDay(context, plan: plan)
    var made = strategies.map { _ in [SessionEvaluation]() }
    for entry in entries {
      day.move(to: entry)
      let compiled = day.records(ofPairs: pairs)
      let desk = SessionDesk(context, entry: entry)
      for (k, strategy) in strategies.enumerated() {
        let evaluation = ReferenceEngine(strategy, context: context).evaluate(desk)
        let rules = strategy.rules.map(\.rule.canonical)
        try #require(compiled[k] == SessionRecord(evaluation), "session \(entry), \(rules), \(strategy.exit)")
        made[k].append(evaluation)
      }
    }
    return made
  }
  /// The closing fills of hand-made sessions, the entry being session 1.
  private func fills(_ exit: ExitRule, on history: MarketHistory) throws -> [ClosingFill] {
    let made = try Self.evaluated([ExitEngineTests.strategy(exit)], history, entries: 1..<2)
    return try #require(made[0][0].trade).fills
  }

  /// A rule that says what a stop says closes at the same minutes for the same money.
  @Test(arguments: [
    ("loss >= 1 * credit", StopRule.lossMultiple(thousandths: 1000), ExitRule.Mark.mid),
    ("loss >= 1 * credit", .lossMultiple(thousandths: 1000), .natural),
    ("cost / credit >= 2", .costMultiple(thousandths: 2000), .mid),
    ("cost >= 3 points", .costPoints(units: 30_000), .natural),
    ("loss >= 0.5 points", .lossPoints(units: 5_000), .mid),
    ("strike_distance <= 0 points", .shortStrikeTouched, .mid),
    ("strike_distance(put) <= 0 points or strike_distance(call) <= 0 points", .shortStrikeTouched, .mid),
    // credit cancels out
    (
      "break_even_distance(put) <= credit or credit >= break_even_distance(call)", .shortStrikeTouched, .mid
    ),
  ])
  func sameAsAStop(text: String, stop: StopRule, mark: ExitRule.Mark) throws {
    let history = try SyntheticMarket.history(sessions: 60, seed: 31)
    let pair = [
      ExitEngineTests.strategy(try Self.exit(text, mark: mark), minute: 700),
      ExitEngineTests.strategy(ExitRule(stop: stop, mark: mark), minute: 700),
    ]
    let made = try Self.evaluated(pair, history, entries: 2..<59)
    var closed = 0
    for (a, b) in zip(made[0], made[1]) {
      let (a, b) = (a.trade?.fills ?? [], b.trade?.fills ?? [])
      #expect(a.map(\.reason) == b.map { $0.reason == .stop ? .rule : $0.reason })
      func told(_ f: ClosingFill) -> [Int?] {
        [f.session, f.minute, f.decidedAt?.minute, Int(f.cost), Int(f.feesCents), Int(f.extrinsic)]
      }
      #expect(a.map(told) == b.map(told))
      // what a rule closes is in the shadow too
      #expect(a.allSatisfy { $0.shadowNetCents == $0.netCents })
      closed += a.count { $0.reason == .rule }
    }
    #expect(closed > 5 && closed < 52, "\(closed)")
  }

  @Test("Decided on the first minute at which it holds, from the one after the fill; filled a minute later")
  func firstMinute() throws {
    let fall = try ExitEngineTests.shock(2_960)
    let fill = try fills(Self.exit("move(down) >= 0.5 sd"), on: fall)[0]
    #expect(fill.reason == .rule && fill.decidedAt == TradeMinute(session: 2, minute: 660))
    #expect(fill.session == 2 && fill.minute == 661)
    // sold at 15:46: asked from 15:47 on
    let flat = try Markets.tiny(sessions: 4) { _, _ in 3_000 }
    let first = try fills(Self.exit("vix > 10"), on: flat)[0]
    #expect(first.decidedAt == TradeMinute(session: 1, minute: 947) && first.minute == 948)
    // nobody is left to trade with after the last mark
    let late = try fills(Self.exit("minutes_to_close <= 0 min and rsi(2, 1 min) >= 0"), on: flat)
    #expect(late[0].reason == .rule && late[0].decidedAt == TradeMinute(session: 1, minute: 960))
    #expect(late[0].session == 2 && late[0].minute == 570)
  }

  @Test("At one minute a stop comes first, then a target, then a time stop, then the rule")
  func order() throws {
    let fall = try ExitEngineTests.shock(2_960)
    let held = "move(down) >= 0.5 sd"
    #expect(try fills(Self.exit(held, stop: .lossMultiple(thousandths: 500)), on: fall)[0].reason == .stop)
    #expect(try fills(Self.exit(held, timeStop: 660), on: fall)[0].reason == .time)
    #expect(try fills(Self.exit(held, timeStop: 661), on: fall)[0].reason == .rule)
    // the morning after, nearly all of the credit is earned
    let flat = try Markets.tiny(sessions: 4) { _, _ in 3_000 }
    let both = try fills(
      Self.exit("cost <= 0.5 * credit", target: 500), on: flat)
    #expect(both[0].reason == .target)
    #expect(try fills(Self.exit("cost <= 0.5 * credit"), on: flat)[0].minute == both[0].minute)
  }

  @Test("By side: the rule sees the condor as sold and closes what is open; nothing is sold anew after it")
  func bothSides() throws {
    let fall = try ExitEngineTests.shock(2_960, until: 700)
    let exit = try Self.exit(
      "loss < 0.5 * credit and minutes_to_close < 300 min and minutes_to_close > 60 min",
      stop: .lossMultiple(thousandths: 1000), basis: .side, reentry: ReentryRule(after: .any))
    let parts = try fills(exit, on: fall)
    #expect(parts.map(\.part) == [.put, .call] && parts.map(\.reason) == [.stop, .rule])
    // at 2,960 the four legs have lost more; from 11:40 on they haven't, though the put's loss is taken
    #expect(parts[0].minute == 661 && parts[1].decidedAt?.minute == 700 && parts[1].minute == 701)
    // without its stop the put would have been closed by the rule, as the call was
    #expect(parts[0].shadowNetCents > parts[0].netCents)
    #expect(parts[1].shadowNetCents == parts[1].netCents)
  }

  @Test(
    "What the market can't tell at the fill is a missing signal, unless the condor decides; later it waits")
  func missing() throws {
    var history = try SyntheticMarket.history(sessions: 30, seed: 9)
    history.volatility[.vix3m]?[19] = .nan
    let strategies = try [
      "vix3m < 90", "vix3m < 90 or cost > 0 points", "vix3m < 90 and cost < 0 points",
      "vix3m > mean(vix3m, 25)", "loss > lag(loss, 30 min) + 100 points",
    ].map { ExitEngineTests.strategy(try Self.exit($0), minute: 700) }
    let made = try Self.evaluated(strategies, history, entries: 18..<21)
    func codes(_ k: Int) -> [OutcomeCode] { made[k].map(\.code) }
    // what is known at the open of session 20 is the close of 19
    #expect(codes(0) == [.traded, .traded, .signalMissing])
    #expect(codes(1) == [.traded, .traded, .traded] && codes(2) == [.traded, .traded, .traded])
    #expect(codes(3).allSatisfy { $0 == .signalMissing } && codes(4).allSatisfy { $0 == .traded })
    #expect(made[1][2].trade?.fills[0].reason == .rule)
    // known at the fill of 19, and true: closed at once; missing for all of session 20
    #expect(made[0][1].trade?.fills[0].session == 19)
  }

  /// Random rules alone, so that most decide: both engines agree on every field.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func bothEnginesAgree(seed: UInt64) throws {
    var history = try SyntheticMarket.history(sessions: 32, seed: 500 + seed)
    if seed.isMultiple(of: 2) { history = Markets.holey(history, seed: seed) }
    var rules = RandomTriggerRule(seed: 900 + seed)
    let strategies = (0..<50).map { k in
      var exit = ExitRule(
        stop: k % 3 == 0 ? .lossMultiple(thousandths: 600) : .none, basis: k % 4 == 0 ? .side : .condor,
        mark: k % 5 == 0 ? .natural : .mid, targetThousandths: k % 7 == 0 ? 500 : nil,
        condition: rules.next(as: .exit))
      if k % 6 == 0 { exit.reentry = ReentryRule(after: .any, waitMinutes: 10, atMost: 4) }
      return ExitEngineTests.strategy(exit, minute: [600, 700, 945, 960, 975][k % 5])
    }
    let made = try Self.evaluated(strategies, history, entries: 0..<31).flatMap { $0 }
    let fills = made.flatMap { $0.trade?.fills ?? [] }
    let ruled = fills.count { $0.reason == .rule }
    #expect(ruled > 200 && ruled < fills.count - 100, "\(ruled) of \(fills.count)")
    #expect(made.contains { $0.code == .signalMissing })
  }

  @Test(arguments: [
    ("hedge_gain > 10 %", "has a value once a layer is open"), ("loss", "is a number, not a condition"),
    ("loss > 1", "points"),
  ])
  func whatAnExitCanNotSeeIsRefused(text: String, told: String) throws {
    #expect {
      _ = try Self.rule(text)
    } throws: {
      "\($0)".contains(told)
    }
  }
}
