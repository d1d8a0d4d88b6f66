import Backtesting
import Kernels
import MarketData
import Pricing
import Strategies

/// Histories and contexts for the tests of the engine.
enum Markets {
  /// Everything shared by `strategies`; every session is an expiry unless a strategy asks for listed ones.
  static func context(_ history: MarketHistory, _ strategies: [Strategy]) throws -> MarketContext {
    let listed = try SPXWExpiries(calendar: history.calendar)
    return MarketContext(
      history: history, parameters: .builtIn,
      listedExpiries: Set(history.sessions.map(\.date).filter(listed.isListed)), strategies: strategies)
  }

  /// A synthetic history with holes of every kind: minutes, official bars, volatility closes and settlements.
  static func holey(_ history: MarketHistory, seed: UInt64) -> MarketHistory {
    var random = Philox(seed: seed, stream: 77)
    var history = history
    for i in history.sessions.indices {
      switch random.integer(below: 24) {
      case 0:
        let start = random.integer(below: 380)
        for k in start..<min(start + 1 + random.integer(below: 20), history.sessions[i].spot.count) {
          history.sessions[i].spot[k] = .nan
        }
      case 1: history.sessions[i].official.close = .nan
      case 2: for index in [VolatilityIndex.vix9d, .vix] { history.volatility[index]?[i] = .nan }
      case 3: history.volatility[.vix9d]?[i] = .nan
      case 4: history.futures[i] = []
      case 5: if !history.futures[i].isEmpty { history.futures[i].removeFirst() }
      default: break
      }
    }
    return history
  }

  /// A history with closes of VVIX beside those of VIX, missing where they are.
  static func withVVIX(_ history: MarketHistory, seed: UInt64) -> MarketHistory {
    var random = Philox(seed: seed, stream: 78)
    var history = history
    history.volatility[.vvix] = history.volatility[.vix]?.map { vix in
      (100 * (60 + 2 * vix + 15 * random.uniform())).rounded() / 100
    }
    return history
  }

  /// A hand-made history: consecutive sessions from `start`, a spot a minute, flat volatility, a flat VX curve.
  ///
  /// - Parameter spot: the index by session and minute; NaN is a hole.
  static func tiny(
    sessions: Int, start: String = "2019-03-04", vix: Double = 15, events: [EconomicEvent] = [],
    close: [Int: Double] = [:], spot: (Int, Int) -> Double
  ) throws -> MarketHistory {
    let calendar = try TradingCalendar.newYork()
    var dates: [SessionDate] = []
    var day: SessionDate? = SessionDate(iso: start)
    while let date = day, dates.count < sessions {
      if calendar.isSession(date) { dates.append(date) }
      day = date.adding(days: 1)
    }
    let expiries = VXExpiries(calendar: calendar)
    var made: [Session] = []
    for (i, date) in dates.enumerated() {
      let closeMinute = calendar.closeMinute(date) ?? MinuteOfDay.close
      let path = (MinuteOfDay.open...closeMinute).map { spot(i, $0) }
      let seen = path.filter { $0 > 0 }
      made.append(
        Session(
          date: date, closeMinute: closeMinute, spot: path,
          official: DailyBar(
            open: seen.first ?? .nan, high: seen.max() ?? .nan, low: seen.min() ?? .nan,
            close: close[i] ?? seen.last ?? .nan)))
    }
    let flat = Array(repeating: vix, count: dates.count)
    return MarketHistory(
      name: "tiny", sessions: made, volatility: [.vix: flat],
      futures: dates.map { date in
        expiries.next(after: date, count: 8).map { FuturesSettle(expiry: $0, settle: 16) }
      },
      events: EventCalendar(events: events, coverage: dates[0]...dates[dates.count - 1]), calendar: calendar,
      provenance: Provenance(minutes: .synthetic, futures: .modelled, seed: 0, sources: []), digest: "")
  }

  /// The outcome of one entry session.
  static func evaluate(_ strategy: Strategy, _ history: MarketHistory, entry: Int) throws -> SessionEvaluation
  {
    let context = try context(history, [strategy])
    return ReferenceEngine(strategy, context: context).evaluate(SessionDesk(context, entry: entry))
  }
}

extension SessionEvaluation {
  /// The trade, if there is one.
  var trade: Trade? {
    if case .trade(let trade) = self { trade } else { nil }
  }
}

/// Strategies drawn at random over every rule.
struct RandomStrategy {
  var random: Philox
  /// Whether some layers hold VIX calls.
  let hasCalls: Bool

  init(seed: UInt64, calls: Bool = false) {
    random = Philox(seed: seed, stream: 4242)
    hasCalls = calls
  }

  private mutating func pick<T>(_ values: [T]) -> T { values[random.integer(below: values.count)] }
  private mutating func chance(_ share: Double) -> Bool { random.uniform() < share }

  /// The next one. Its account holds two condors unless `tightAccount` comes up.
  mutating func next() -> Strategy {
    var strategy = Strategy(name: "random", entry: entry(), condor: condor(), exit: exit(), costs: costs())
    let layers = random.integer(below: 4)
    strategy.hedge = (0..<layers).map { layer($0) }
    strategy.marks.reanchor = pick([.none, .close])
    strategy.marks.levelScale = pick([0.88, 1, 1.12])
    strategy.marks.stressSpreads = chance(0.7)
    strategy.accountCents = chance(0.2) ? 60_000 : 1_000_000
    strategy.vxPathSeed = random.next() % 5
    strategy.ties.unwinds = chance(0.3)
    if chance(0.2) { strategy.ties.breakEvenLimitThousandths = pick([0, 20, 200, 2_000]) }
    if chance(0.1) { strategy.entry.condition = rule(as: .market) }
    if chance(0.3) { strategy.exit.reentry = reentry() }
    if chance(0.1) {
      strategy.sizing = .hedgeGains(thousandths: pick([100, 400, 1000]), atMost: pick([3, 50]))
    }
    if chance(0.15) {
      strategy.sizing = .equityFraction(thousandths: pick([100, 400, 1000]), atMost: pick([3, 50]))
    }
    if chance(0.2) { strategy = shifted(strategy) }
    return strategy
  }

  /// The same with stopped sides that are rolled on.
  mutating func shifted(_ strategy: Strategy) -> Strategy {
    var strategy = strategy
    (strategy.exit.basis, strategy.exit.fill, strategy.exit.reentry) = (.side, .next, nil)
    strategy.exit.shift = ShiftRule(
      sessions: pick([1, 1, 2, 3, 7]), strikes: pick(ShiftRule.Strikes.allCases),
      backPoints: pick([nil, 0, 5, 20]), reopens: chance(0.6), atMost: pick([1, 2, 5]))
    return strategy
  }

  private mutating func reentry() -> ReentryRule {
    ReentryRule(
      after: pick(ReentryRule.After.allCases), waitMinutes: pick([1, 2, 15, 90]), atMost: pick([1, 2, 6]),
      until: pick([575, 700, 900, 959]))
  }

  private mutating func entry() -> EntryRule {
    var rule = EntryRule(minute: pick([575, 640, 778, 900, 945, 958, 959, 975]), expirations: .everySession)
    if chance(0.2) { rule.weekdays = [1, 2, 3, 4] }
    if chance(0.2) { rule.expirations = .listed }
    if chance(0.2) { rule.skipEvents = [pick([.fomc, .cpi, .nfp])] }
    if chance(0.3) { rule.gates.append(Gate(index: .vix, atLeast: 11, atMost: 35)) }
    if chance(0.2) { rule.gates.append(Gate(index: .vix, over: .vix3m, atMost: 1.05)) }
    return rule
  }

  private mutating func condor() -> CondorRule {
    let delta = 0.05 + 0.25 * random.uniform()
    let target: StrikeRule.Target =
      switch random.integer(below: 3) {
      case 0: .delta(put: delta, call: pick([delta, 0.6 * delta]), notAbove: chance(0.3))
      case 1: .credit(units: Int32(2_000 + 500 * random.integer(below: 30)))
      default: .expectedRange(put: 0.5 + random.uniform(), call: 0.5 + random.uniform())
      }
    var strikes = StrikeRule(target: target)
    if chance(0.3) { strikes.putBand = DeltaBand(low: 0.03, high: 0.35) }
    if chance(0.3) { strikes.callBand = DeltaBand(low: 0.03, high: 0.35) }
    if chance(0.2) { strikes.creditBand = 3_000...25_000 }
    return CondorRule(putWidth: pick([5, 10, 25]), callWidth: pick([5, 10]), strikes: strikes)
  }

  private mutating func exit() -> ExitRule {
    let multiple = Int32(200 + 100 * random.integer(below: 28))
    var rule = ExitRule()
    rule.stop =
      switch random.integer(below: 6) {
      case 0: .none
      case 1: .lossMultiple(thousandths: multiple)
      case 2: .costMultiple(thousandths: 800 + multiple)
      case 3: .lossPoints(units: multiple * 10)
      case 4: .costPoints(units: multiple * 15)
      default: .shortStrikeTouched
      }
    rule.basis = pick([.condor, .condor, .side])
    rule.reference = pick([.total, .side])
    rule.mark = pick([.mid, .natural])
    rule.fill = chance(0.1) ? .trigger : .next
    rule.confirm = pick([1, 1, 2, 5])
    if chance(0.5) { rule.targetThousandths = Int32(100 * (1 + random.integer(below: 9))) }
    if chance(0.3) { rule.timeStop = pick([575, 700, 900, 959]) }
    if chance(0.25) { rule.condition = self.rule(as: .exit) }
    return rule
  }

  private mutating func costs() -> CostRule {
    CostRule(
      entry: Slippage(halfSpreadThousandths: Int32(random.integer(below: 1001)), ticks: 0),
      exit: Slippage(halfSpreadThousandths: Int32(random.integer(below: 1501)), ticks: pick([0, 1, 2])))
  }

  private mutating func layer(_ index: Int) -> HedgeLayer {
    if chance(0.15) {
      return HedgeLayer(
        name: "standing", horizon: .standing, trigger: chance(0.5) ? .always : .rule(rule(as: .market)),
        tenorDays: pick([20, 30, 90]),
        size: HedgeSize(base: .contracts, amount: 0.01 * random.uniform()))
    }
    let size: HedgeSize =
      switch random.integer(below: 4) {
      case 0: HedgeSize(base: .grossRisk, amount: 0.4 * random.uniform())
      case 1: HedgeSize(base: .credit, amount: 2 * random.uniform())
      case 2: HedgeSize(base: .notional, amount: 0.01 * random.uniform())
      default: HedgeSize(base: .contracts, amount: 0.05 * random.uniform())
      }
    let ladders: [[MonetiseStep]] = [
      [], [MonetiseStep(gainThousandths: 10, shareThousandths: 500)],
      [
        MonetiseStep(gainThousandths: 2, shareThousandths: 333),
        MonetiseStep(gainThousandths: 20, shareThousandths: 667),
      ],
      [MonetiseStep(gainThousandths: 5, shareThousandths: 1000)],
    ]
    let instrument: HedgeInstrument =
      hasCalls && chance(0.4) ? .vixCall(calls()) : .vx(tenorDays: pick([5, 20, 30, 60, 110]))
    return HedgeLayer(
      name: "layer \(index)", trigger: trigger(depth: 0), instrument: instrument, size: size,
      scale: chance(0.3) ? rule(as: .scale) : nil, monetise: pick(ladders),
      release: chance(0.3) ? rule(as: .release) : nil)
  }

  private mutating func calls() -> VIXCallRule {
    var rule = VIXCallRule(days: pick([10, 30, 60, 150]), delta: pick([0.2, 0.3, 0.5]))
    if chance(0.3), let pricing = try? VIXCallParameters(volatilityScale: pick([0.8, 1.2])) {
      rule.pricing = pricing
    }
    if chance(0.3) { rule.spread = VIXCallSpread(floor: pick([0, 130, 2_000]), thousandths: pick([0, 20])) }
    return rule
  }

  private mutating func rule(as role: StrategyRule.Role = .trigger) -> StrategyRule {
    var rules = RandomTriggerRule(seed: random.next())
    return rules.next(as: role)
  }

  private mutating func trigger(depth: Int) -> Trigger {
    switch random.integer(below: depth < 2 ? 9 : 5) {
    case 0: .always
    case 1, 2: .move(side: pick([.down, .up, .either]), atLeastSd: 0.1 + 0.7 * random.uniform())
    case 3:
      pick([
        .rsi(length: 14, barMinutes: 5, atLeast: 60, atMost: nil),
        .rsi(length: 14, barMinutes: 5, atLeast: nil, atMost: 35),
        .rsi(length: 3, barMinutes: 0, atLeast: 40, atMost: 95),
      ])
    case 4: .event(kinds: [.fomc, .cpi, .ppi, .nfp], withinSessions: 1)
    case 5, 6: .rule(rule())
    case 7: .all([trigger(depth: depth + 1), trigger(depth: depth + 1)])
    default: .any([trigger(depth: depth + 1), trigger(depth: depth + 1)])
    }
  }
}
