import Kernels
import MarketData
import Rules
import Strategies
import Testing

@testable import Backtesting

/// The proof that no decision sees later data: at random instants all of it is replaced, and nothing changes.
@Suite("No look-ahead")
struct NoLookAheadTests {
  /// Strategies that between them use every rule and every signal.
  static let strategies: [Strategy] = {
    func strategy(
      _ name: String, minute: Int = 900, _ target: StrikeRule.Target, _ exit: ExitRule,
      _ hedge: [HedgeLayer] = [],
      _ change: (inout Strategy) -> Void = { _ in }
    ) -> Strategy {
      var made = Strategy(
        name: name, entry: EntryRule(minute: minute, expirations: .everySession),
        condor: CondorRule(strikes: StrikeRule(target: target)), exit: exit, hedge: hedge)
      change(&made)
      return made
    }
    func layer(_ trigger: Trigger, _ base: HedgeSize.Base, tenor: Int = 30, gains: [Int32] = [3, 20])
      -> HedgeLayer
    {
      HedgeLayer(
        name: "layer", trigger: trigger, tenorDays: tenor, size: HedgeSize(base: base, amount: 0.3),
        monetise: gains.map { MonetiseStep(gainThousandths: $0, shareThousandths: 400) })
    }
    func when(_ text: String, as role: StrategyRule.Role = .exit) -> StrategyRule? {
      try? StrategyRule(text, as: role, Rulebook(catalogue: .standard))
    }
    func beside(_ trigger: String, scale: String, release: String) -> HedgeLayer {
      var made = layer(when(trigger).map { .rule($0) } ?? .always, .credit, gains: [20])
      made.scale = when(scale, as: .scale)
      made.release = when(release, as: .release)
      return made
    }
    func calls(_ trigger: Trigger, _ base: HedgeSize.Base, delta: Double) -> HedgeLayer {
      HedgeLayer(
        name: "calls", trigger: trigger, instrument: .vixCall(VIXCallRule(days: 30, delta: delta)),
        size: HedgeSize(base: base, amount: 2),
        monetise: [20, 200].map { MonetiseStep(gainThousandths: $0, shareThousandths: 400) })
    }
    let wide = StrikeRule.Target.delta(put: 0.25, call: 0.25, notAbove: false)
    let near = StrikeRule.Target.delta(put: 0.35, call: 0.3, notAbove: true)
    return [
      strategy(
        "loss multiple, ladder", near, ExitRule(stop: .lossMultiple(thousandths: 300)),
        [layer(.always, .grossRisk), layer(.move(side: .down, atLeastSd: 0.3), .credit)]),
      strategy(
        "cost multiple by side", wide,
        ExitRule(
          stop: .costMultiple(thousandths: 1200), basis: .side, reference: .side, targetThousandths: 400),
        [layer(.move(side: .up, atLeastSd: 0.2), .notional)]),
      strategy(
        "side, total credit", minute: 600, wide,
        ExitRule(stop: .lossMultiple(thousandths: 400), basis: .side, reference: .total, confirm: 2),
        [layer(.rsi(length: 14, barMinutes: 5, atLeast: 55, atMost: nil), .contracts)]),
      strategy(
        "loss points, natural", .credit(units: 12_000),
        ExitRule(stop: .lossPoints(units: 6_000), mark: .natural, timeStop: 700),
        [layer(.rsi(length: 5, barMinutes: 0, atLeast: nil, atMost: 70), .grossRisk, tenor: 110)]
      ) { $0.marks.reanchor = .close },
      strategy(
        "cost points, time", .credit(units: 9_000),
        ExitRule(stop: .costPoints(units: 15_000), confirm: 3, targetThousandths: 500, timeStop: 610)
      ) {
        $0.entry.gates = [Gate(index: .vix, atMost: 22), Gate(index: .vix, over: .vix3m, atMost: 1)]
        $0.condor.strikes.creditBand = 7_000...11_000
      },
      strategy(
        "touch", minute: 590, .expectedRange(put: 0.8, call: 0.6), ExitRule(stop: .shortStrikeTouched),
        [layer(.event(kinds: [.fomc, .cpi, .ppi, .nfp], withinSessions: 1), .grossRisk)]
      ) { $0.entry.skipEvents = [.fomc] },
      strategy(
        "after the close", minute: 975, near,
        ExitRule(stop: .lossMultiple(thousandths: 250), targetThousandths: 300),
        [
          layer(
            .any([
              .move(side: .either, atLeastSd: 0.25),
              .all([.always, .rsi(length: 14, barMinutes: 5, atLeast: nil, atMost: 45)]),
            ]), .grossRisk)
        ]
      ) {
        $0.entry.gates = [Gate(index: .vix, atLeast: 12)]
        $0.marks.reanchor = .close
      },
      strategy(
        "trigger fills, tight account", minute: 620, near,
        ExitRule(stop: .costMultiple(thousandths: 1300), fill: .trigger, targetThousandths: 200),
        [layer(.move(side: .either, atLeastSd: 0.1), .grossRisk, gains: [1, 2])]
      ) {
        $0.accountCents = 60_000
        $0.condor.strikes.putBand = DeltaBand(low: 0.1, high: 0.4)
      },
      strategy(
        "re-entry, sized by equity", minute: 640, near,
        ExitRule(
          stop: .lossMultiple(thousandths: 250), targetThousandths: 150,
          reentry: ReentryRule(after: .any, waitMinutes: 5, atMost: 8, until: 930)),
        [layer(.move(side: .either, atLeastSd: 0.1), .credit)]
      ) {
        $0.accountCents = 500_000
        $0.sizing = .equityFraction(thousandths: 400, atMost: 30)
        $0.ties.unwinds = true
      },
      strategy(
        "closed by a rule", minute: 620, near,
        ExitRule(
          stop: .lossMultiple(thousandths: 900), mark: .natural,
          condition: when(
            "loss >= 0.3 * credit and vix/vix3m > 0.8 or strike_distance <= 2 points for 2 min or rsi(14) > 75"
          )),
        [layer(.move(side: .either, atLeastSd: 0.1), .grossRisk)]
      ) { $0.ties.unwinds = true },
      strategy(
        "each side closed by a rule", wide,
        ExitRule(
          stop: .lossMultiple(thousandths: 500), basis: .side, targetThousandths: 700,
          condition: when("loss < highest(loss, 30 min) - 0.2 points or break_even_distance(put) < 8 points"))
      ),
      strategy(
        "layers that see the condor", minute: 640, near,
        ExitRule(
          stop: .lossMultiple(thousandths: 700), reentry: ReentryRule(after: .stop, waitMinutes: 3, atMost: 3)
        ),
        [
          beside(
            "loss >= 0.2 * credit", scale: "clamp(cost / credit, 0.5, 2)",
            release: "loss < 0.1 * credit or hedge_gain > 2 %"),
          beside(
            "break_even_distance(put) < 10 points for 2 min", scale: "1",
            release: "strike_distance(put) > 12 points"),
        ]),
      strategy(
        "VIX calls", minute: 640, near, ExitRule(stop: .lossMultiple(thousandths: 250)),
        [
          calls(.move(side: .either, atLeastSd: 0.1), .grossRisk, delta: 0.3),
          calls(.always, .contracts, delta: 0.5),
        ]
      ) { $0.ties.unwinds = true },
    ]
  }()

  /// How much was compared, so that an empty proof is seen.
  struct Coverage {
    var cuts = 0
    var lines = 0
    var exits = 0
    var hedges = 0
    var again = 0
    var different: [String] = []
  }

  /// Compares decisions at random cuts. O(cuts × strategies).
  static func compare(
    _ history: MarketHistory, donor: MarketHistory, cuts: Int, seed: UInt64,
    strategies: (Int) -> [Strategy]
  ) throws -> Coverage {
    var random = Philox(seed: seed, stream: 5)
    var coverage = Coverage()
    let sources = [0.8, 1.02, 1.3].map { LaterData(history, donor: donor, scale: $0) }
    for k in 0..<cuts {
      let cut = Cut(
        session: 18 + random.integer(below: history.sessions.count - 21),
        minute: random.uniform() < 0.2 ? 975 + random.integer(below: 2) : 570 + random.integer(below: 391))
      let list = strategies(k)
      let replaced = sources[random.integer(below: 3)].replaced(after: cut)
      let before = Backtester(try Markets.context(history, list))
      let after = Backtester(try Markets.context(replaced, list))
      coverage.cuts += 1
      for strategy in list {
        let period = (cut.session - 2)...(cut.session + 1)
        let a = Decisions(before.run(strategy, period: period), by: cut, history: history)
        let b = Decisions(after.run(strategy, period: period), by: cut, history: history)
        coverage.lines += a.lines.count
        coverage.exits += a.exits
        coverage.hedges += a.hedges
        coverage.again += a.again
        if a.lines != b.lines {
          let lost = a.lines.filter { !b.lines.contains($0) }
          let new = b.lines.filter { !a.lines.contains($0) }
          coverage.different.append("\(strategy.name) at \(cut): \(lost) became \(new)")
        }
      }
    }
    return coverage
  }

  /// Three of the list and a random one at each cut.
  static func rotation(_ k: Int) -> [Strategy] {
    var generator = RandomStrategy(seed: UInt64(10_000 + k), calls: true)
    return (0..<3).map { strategies[(k * 3 + $0) % strategies.count] } + [generator.next(), generator.next()]
  }

  @Test("Synthetic history with holes: 240 cuts", arguments: 0..<6)
  func syntheticDecisionsStay(part: Int) throws {
    // From September on: Thanksgiving and Christmas have half days.
    let start = SessionDate(ordinal: 13_030)
    let base = try SyntheticMarket.history(sessions: 85, seed: UInt64(100 + part), start: start)
    let donor = try SyntheticMarket.history(sessions: 85, seed: UInt64(900 + part), start: start)
    let coverage = try Self.compare(
      Markets.withVVIX(Markets.holey(base, seed: UInt64(part)), seed: UInt64(part)), donor: donor, cuts: 40,
      seed: UInt64(part)
    ) { Self.rotation(part * 40 + $0) }
    #expect(coverage.different == [])
    #expect(coverage.cuts == 40 && coverage.lines > 800 && coverage.exits > 100 && coverage.hedges > 200)
    #expect(coverage.again > 20)
  }

  @Test("Bundled history: 40 cuts")
  func bundledDecisionsStay() throws {
    let whole = try BundledHistory.load(seed: 1)
    var short = whole
    short.sessions = Array(whole.sessions.prefix(90))
    short.futures = Array(whole.futures.prefix(90))
    short.volatility = whole.volatility.mapValues { Array($0.prefix(90)) }
    let donor = try SyntheticMarket.history(sessions: 90, seed: 8, start: short.sessions[0].date)
    let coverage = try Self.compare(Markets.withVVIX(short, seed: 1), donor: donor, cuts: 40, seed: 6) {
      Self.rotation($0)
    }
    #expect(coverage.different == [])
    #expect(coverage.lines > 800 && coverage.exits > 100 && coverage.hedges > 200)
    #expect(coverage.again > 20)
  }

  @Test("The proof finds an engine that looks ahead: today's closes before 16:15")
  func lookAheadIsFound() throws {
    let base = Markets.withVVIX(try SyntheticMarket.history(sessions: 40, seed: 3), seed: 3)
    let donor = try SyntheticMarket.history(sessions: 40, seed: 4)
    let peeking = Self.strategies.map { strategy in
      var strategy = strategy
      strategy.marks.assumeCloseKnown = true
      return strategy
    }
    let coverage = try Self.compare(base, donor: donor, cuts: 12, seed: 1) { [peeking[$0 % peeking.count]] }
    #expect(coverage.different.count >= 4)
  }
}
