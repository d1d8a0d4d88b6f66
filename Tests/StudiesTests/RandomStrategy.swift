import Kernels
import MarketData
import Pricing
import Strategies

/// A strategy that uses every rule at some seed, with every value inside its bounds.
func randomStrategy(seed: UInt64) -> Strategy {
  var g = Philox(seed: seed, stream: 77)
  return g.strategy()
}

extension Philox {
  fileprivate mutating func pick<T>(_ values: [T]) -> T { values[integer(below: values.count)] }
  fileprivate mutating func coin() -> Bool { integer(below: 2) == 1 }
  fileprivate mutating func int(_ range: ClosedRange<Int>) -> Int {
    range.lowerBound + integer(below: range.count)
  }
  fileprivate mutating func int32(_ range: ClosedRange<Int>) -> Int32 { Int32(int(range)) }
  fileprivate mutating func real(_ range: ClosedRange<Double>) -> Double {
    range.lowerBound + uniform() * (range.upperBound - range.lowerBound)
  }
  fileprivate mutating func maybe<T>(_ make: (inout Philox) -> T) -> T? { coin() ? make(&self) : nil }

  fileprivate mutating func strategy() -> Strategy {
    let name = pick([
      "plain", "yes", "1.5", "", "né \"quoted\" \\ 'x'", "a: b # c", "line\nbreak", "2019-01-02",
    ])
    var s = Strategy(name: name, source: pick(["", "a page; unaudited", "- [x"]), condor: condor())
    s.entry = entry()
    s.exit = exit()
    s.hedge = (0..<int(0...3)).map { _ in layer() }
    s.costs = costs()
    s.marks.levelScale = real(0.2...5)
    s.marks.reanchor = pick(MarkSettings.Reanchor.allCases)
    s.marks.stressSpreads = coin()
    s.marks.assumeCloseKnown = coin()
    let least = s.exit.reentry == nil ? 100 : s.condor.width * 10_000
    s.accountCents = Int64(int(least...100_000_000_000))
    s.ties.unwinds = coin()
    s.ties.breakEvenLimitThousandths = coin() ? nil : int32(0...1_000_000)
    if coin() { s.sizing = .hedgeGains(thousandths: int32(1...1000), atMost: int32(1...10_000)) }
    if coin() { s.sizing = .equityFraction(thousandths: int32(1...1000), atMost: int32(1...10_000)) }
    s.vxPathSeed = coin() ? UInt64(int(0...9)) : UInt64(Int.max)
    if s.exit.stop != .none, coin() {
      (s.exit.basis, s.exit.fill, s.exit.reentry) = (.side, .next, nil)
      s.exit.shift = ShiftRule(
        sessions: int(1...7), strikes: pick(ShiftRule.Strikes.allCases),
        backPoints: maybe { $0.int(0...500) },
        reopens: coin(), atMost: int(1...20))
    }
    return s
  }

  private mutating func entry() -> EntryRule {
    var rule = EntryRule(minute: int(570...975), expirations: pick(EntryRule.Expirations.allCases))
    rule.weekdays = (1...5).filter { _ in coin() }
    rule.skipEvents = EconomicEvent.Kind.allCases.filter { _ in coin() }
    rule.gates = (0..<int(0...2)).map { _ in
      let low = maybe { $0.real(5...30) }
      return Gate(
        index: pick(VolatilityIndex.allCases), over: maybe { $0.pick(VolatilityIndex.allCases) },
        atLeast: low,
        atMost: low == nil ? real(5...90) : maybe { $0.real(30...90) })
    }
    return rule
  }

  private mutating func band() -> DeltaBand {
    let (a, b) = (real(0...0.5), real(0...0.5))
    return DeltaBand(low: min(a, b), high: max(a, b))
  }

  private mutating func condor() -> CondorRule {
    let target: StrikeRule.Target
    switch int(0...2) {
    case 0:
      let put = real(0.005...0.5)
      target = .delta(put: put, call: coin() ? put : real(0.005...0.5), notAbove: coin())
    case 1: target = .credit(units: int32(10...1_000_000))
    default: target = .expectedRange(put: real(0.1...5), call: real(0.1...5))
    }
    let (a, b) = (int32(0...1_000_000), int32(0...1_000_000))
    return CondorRule(
      putWidth: 5 * int(1...100), callWidth: 5 * int(1...100),
      strikes: StrikeRule(
        target: target, putBand: maybe { $0.band() }, callBand: maybe { $0.band() },
        creditBand: coin() ? nil : min(a, b)...max(a, b)))
  }

  private mutating func exit() -> ExitRule {
    let stops: [StopRule] = [
      .none, .shortStrikeTouched, .lossMultiple(thousandths: int32(1...100_000)),
      .costMultiple(thousandths: int32(1...100_000)), .lossPoints(units: 10 * int32(1...500_000)),
      .costPoints(units: 10 * int32(1...500_000)),
    ]
    return ExitRule(
      stop: pick(stops), basis: pick(ExitRule.Basis.allCases), reference: pick(ExitRule.Reference.allCases),
      mark: pick(ExitRule.Mark.allCases), fill: pick(ExitRule.Fill.allCases), confirm: int(1...390),
      targetThousandths: maybe { $0.int32(1...999) }, timeStop: maybe { $0.int(570...959) },
      reentry: maybe {
        ReentryRule(
          after: $0.pick(ReentryRule.After.allCases), waitMinutes: $0.int(1...390), atMost: $0.int(1...20),
          until: $0.int(570...959))
      })
  }

  private mutating func layer() -> HedgeLayer {
    let name = pick(["first", "second layer", "3", "ü"])
    if integer(below: 5) == 0 {
      let calls = calls()
      return HedgeLayer(name: name, calls: calls, contracts: int(0...100), monetise: ladder())
    }
    if integer(below: 4) == 0 {
      return HedgeLayer(
        name: name, horizon: .standing, trigger: .always, tenorDays: int(1...200),
        size: HedgeSize(base: .contracts, amount: real(0...100)))
    }
    var size = HedgeSize(base: pick(HedgeSize.Base.allCases), amount: real(0...100))
    var instrument = HedgeInstrument.vx(tenorDays: int(1...200))
    if integer(below: 3) == 0 {
      var rule = calls()
      (rule.roll, rule.budget) = (nil, nil)
      instrument = .vixCall(rule)
      if size.base == .contracts { size.amount.round() }
    }
    var layer = HedgeLayer(name: name, trigger: trigger(depth: 0), instrument: instrument, size: size)
    layer.monetise = ladder()
    return layer
  }

  private mutating func ladder() -> [MonetiseStep] {
    var gain: Int32 = 0
    return (0..<int(0...3)).map { _ in
      gain += int32(1...1_000)
      return MonetiseStep(gainThousandths: gain, shareThousandths: int32(1...333))
    }
  }

  private mutating func calls() -> VIXCallRule {
    let days = int(2...300)
    let rolls: [VIXCallRoll] = [
      .settlement, .held(days: int(1...days - 1)), .residual(days: int(0...days - 1)),
    ]
    var rule = VIXCallRule(days: days, delta: real(0.01...0.99), roll: pick(rolls))
    let cap = real(0.5...3)
    let scale = pick([0.8, 1, 1.2])
    rule.pricing =
      (try? VIXCallParameters(
        atTheMoneyShare: real(0.5...1.5), meanReversion: real(0.1...50), farShare: uniform(),
        skew: real(0...min(0.35, 0.9 / cap)), cap: cap, volatilityScale: scale)) ?? .standard
    rule.spread = VIXCallSpread(floor: 10 * int32(0...5_000), thousandths: int32(0...500))
    if coin() {
      let steps = (0..<int(1...3)).map {
        PremiumStep(aboveVX: Int32(15_000 * $0), shareThousandths: int32(0...1_000))
      }
      rule.budget = VIXCallBudget(accountCents: 100 * Int64(int(1...1_000_000_000)), steps: steps)
    }
    return rule
  }

  private mutating func trigger(depth: Int) -> Trigger {
    switch int(0...(depth == 0 ? 5 : depth == 1 ? 4 : 2)) {
    case 0: return .move(side: pick(Trigger.Side.allCases), atLeastSd: real(0...20))
    case 1:
      let low = maybe { $0.real(0...100) }
      return .rsi(
        length: int(2...500), barMinutes: int(0...390), atLeast: low,
        atMost: low == nil ? real(0...100) : maybe { $0.real(0...100) })
    case 2:
      let kinds = EconomicEvent.Kind.allCases.filter { _ in coin() }
      return .event(kinds: kinds.isEmpty ? [.fomc] : kinds, withinSessions: int(0...20))
    case 3: return .all((0..<int(1...3)).map { _ in trigger(depth: depth + 1) })
    case 4: return .any((0..<int(1...3)).map { _ in trigger(depth: depth + 1) })
    default: return .always
    }
  }

  private mutating func costs() -> CostRule {
    var rule = CostRule(
      entry: Slippage(halfSpreadThousandths: int32(0...10_000), ticks: int32(0...100)),
      exit: Slippage(halfSpreadThousandths: int32(0...10_000), ticks: int32(0...100)),
      vxSlippage: int32(0...5_000))
    var day = 3_000
    rule.fees = (0..<int(1...3)).map { _ in
      day += int(1...4_000)
      return FeeRow(
        from: SessionDate(ordinal: Int32(day)), spxwCents: int32(0...100_000), vxCents: int32(0...100_000),
        vixOptionCents: int32(0...100_000))
    }
    return rule
  }
}
