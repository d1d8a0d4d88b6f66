import Kernels
import MarketData
import Pricing
import Strategies
import Testing

@testable import Backtesting

/// Strike rules against a twin that tries every pair of strikes, and one outcome code for each way to fail.
@Suite("Strike selection")
struct StrikeSelectionTests {
  /// The definition, by exhaustion: all pairs of shorts, filtered by the bands and ranked by the target.
  static func bruteForce(_ rule: CondorRule, _ chain: DecisionChain, forward: Double, stdDev: Double)
    -> Result<StrikeChoice, OutcomeReason>
  {
    struct Pair {
      var put: Int
      var call: Int
      var rank: [Double]
    }
    let k = chain.strikes
    func inside(_ band: DeltaBand?, _ delta: Double, open: Bool) -> Bool {
      if band == nil && open { return true }
      let low = band?.low ?? 0.01
      let high = band?.high ?? 0.50
      return abs(delta) >= low && abs(delta) <= high
    }
    var open = false
    if case .expectedRange = rule.strikes.target { open = true }
    var pairs: [Pair] = []
    for p in k.indices where inside(rule.strikes.putBand, chain.putDelta[p], open: open) {
      for c in k.indices where inside(rule.strikes.callBand, chain.callDelta[c], open: open) {
        let dp = abs(chain.putDelta[p])
        let dc = abs(chain.callDelta[c])
        // Lower is better, place by place; the last places prefer strikes farther from the money.
        let far = [Double(k[p]), -Double(k[c])]
        switch rule.strikes.target {
        case .delta(let tp, let tc, let notAbove):
          if notAbove && (dp > tp || dc > tc) { continue }
          pairs.append(Pair(put: p, call: c, rank: [abs(dp - tp), far[0], abs(dc - tc), far[1]]))
        case .credit(let target):
          // Only the call most like this put counts.
          let best =
            k.indices.filter { inside(rule.strikes.callBand, chain.callDelta[$0], open: false) }
            .map { abs(abs(chain.callDelta[$0]) - dp) }.min() ?? 0
          let tied = k.indices.last {
            inside(rule.strikes.callBand, chain.callDelta[$0], open: false)
              && abs(abs(chain.callDelta[$0]) - dp) == best
          }
          guard c == tied, k[p] < k[c],
            let lp = chain.index(of: k[p] - rule.putWidth), let lc = chain.index(of: k[c] + rule.callWidth)
          else { continue }
          let credit = chain.put[p] - chain.put[lp] + chain.call[c] - chain.call[lc]
          pairs.append(Pair(put: p, call: c, rank: [Double(abs(credit - target)), far[0]]))
        case .expectedRange(let mp, let mc):
          // The first strikes at least so far out.
          guard Double(k[p]) <= forward - mp * stdDev * forward,
            Double(k[p] + 5) > forward - mp * stdDev * forward,
            Double(k[c]) >= forward + mc * stdDev * forward,
            Double(k[c] - 5) < forward + mc * stdDev * forward
          else { continue }
          pairs.append(Pair(put: p, call: c, rank: []))
        }
      }
    }
    let chosen = pairs.min { $0.rank.lexicographicallyPrecedes($1.rank) }
    guard let chosen, k[chosen.put] < k[chosen.call] else { return .failure(.code(.noStrikeInBand)) }
    guard let lp = chain.index(of: k[chosen.put] - rule.putWidth),
      let lc = chain.index(of: k[chosen.call] + rule.callWidth)
    else { return .failure(.code(.noStrikeInBand)) }
    let credit = chain.put[chosen.put] - chain.put[lp] + chain.call[chosen.call] - chain.call[lc]
    if let band = rule.strikes.creditBand, !band.contains(credit) {
      return .failure(.code(.creditUnreachable))
    }
    return .success(
      StrikeChoice(
        strikes: CondorStrikes(
          longPut: k[lp], shortPut: k[chosen.put], shortCall: k[chosen.call], longCall: k[lc]),
        midCredit: credit, putDelta: -chain.putDelta[chosen.put], callDelta: chain.callDelta[chosen.call]))
  }

  static let history = Result { try SyntheticMarket.history(sessions: 60, seed: 12) }

  @Test("Every rule picks what exhaustion picks", arguments: 0..<8)
  func agreesWithBruteForce(block: Int) throws {
    let history = try Self.history.get()
    var random = Philox(seed: UInt64(block), stream: 8)
    var strategy = Strategy(
      name: "s", entry: EntryRule(expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .credit(units: 1))))
    let context = try Markets.context(history, [strategy])
    var found: [OutcomeCode: Int] = [:]
    for _ in 0..<6 {
      strategy.entry.minute = [600, 800, 945, 975][random.integer(below: 4)]
      let desk = SessionDesk(context, entry: 1 + random.integer(below: 58))
      let priced = try #require(ReferenceEngine(strategy, context: context).pricedSurface(desk))
      for _ in 0..<4 {
        let rule = Self.randomRule(&random)
        let expected = Self.bruteForce(
          rule, priced.chain, forward: priced.surface.forward[0], stdDev: priced.surface.stdDev[0])
        let got = StrikeSelection.choose(rule, chain: priced.chain, surface: priced.surface)
        switch (got, expected) {
        case (.success(let a), .success(let b)):
          found[.traded, default: 0] += 1
          #expect(a.strikes == b.strikes && a.midCredit == b.midCredit, "\(rule)")
          #expect(a.putDelta == b.putDelta && a.callDelta == b.callDelta)
        case (.failure(.code(let a)), .failure(.code(let b))):
          found[a, default: 0] += 1
          #expect(a == b, "\(rule)")
        default: Issue.record("\(rule): \(got), by exhaustion \(expected)")
        }
      }
    }
    #expect((found[.traded] ?? 0) >= 5)
  }

  static func randomRule(_ random: inout Philox) -> CondorRule {
    let a = 0.04 + 0.4 * random.uniform()
    let b = 0.04 + 0.4 * random.uniform()
    let target: StrikeRule.Target =
      switch random.integer(below: 4) {
      case 0: .delta(put: a, call: b, notAbove: false)
      case 1: .delta(put: a, call: b, notAbove: true)
      case 2: .credit(units: Int32(random.integer(below: 60)) * 500)
      default: .expectedRange(put: 3 * a, call: 3 * b)
      }
    var rule = StrikeRule(target: target)
    if random.uniform() < 0.5 { rule.putBand = DeltaBand(low: 0.5 * a, high: 1.3 * a) }
    if random.uniform() < 0.5 { rule.callBand = DeltaBand(low: 0.9 * b, high: 1.1 * b) }
    if random.uniform() < 0.3 { rule.creditBand = 5_000...15_000 }
    return CondorRule(
      putWidth: 5 * (1 + random.integer(below: 5)), callWidth: 5 * (1 + random.integer(below: 3)),
      strikes: rule)
  }

  @Test("Between two strikes equally near in credit the farther pair is taken")
  func tieGoesOutward() throws {
    let strategy = Strategy(
      name: "s", entry: EntryRule(expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .credit(units: 1))))
    let context = try Markets.context(try Markets.tiny(sessions: 3) { _, _ in 3_000 }, [strategy])
    let priced = try #require(
      ReferenceEngine(strategy, context: context).pricedSurface(SessionDesk(context, entry: 1)))
    func choose(_ units: Int32) throws -> StrikeChoice {
      try StrikeSelection.choose(
        CondorRule(strikes: StrikeRule(target: .credit(units: units))), chain: priced.chain,
        surface: priced.surface
      ).get()
    }
    // Every target between the credits of two neighbouring steps of the walk: at the middle, the farther.
    var ties = 0
    var last = try choose(30_000)
    for units in stride(from: Int32(29_750), through: 1_000, by: -250) {
      let next = try choose(units)
      #expect(next.strikes.shortPut <= last.strikes.shortPut)
      #expect(abs(next.midCredit - units) <= abs(last.midCredit - units))
      if abs(next.midCredit - units) == abs(last.midCredit - units), next.strikes != last.strikes {
        ties += 1
      }
      last = next
    }
    #expect(ties >= 3)
  }

  @Test("Between two strikes equally near in delta the farther from the money is taken")
  func deltaTieGoesOutward() throws {
    let strategy = Strategy(
      name: "s", entry: EntryRule(expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .credit(units: 1))))
    let context = try Markets.context(try Markets.tiny(sessions: 3) { _, _ in 3_000 }, [strategy])
    let priced = try #require(
      ReferenceEngine(strategy, context: context).pricedSurface(SessionDesk(context, entry: 1)))
    let chain = priced.chain
    var ties = 0
    for i in chain.strikes.indices.dropFirst(2).dropLast(2) {
      func halfway(_ delta: [Double], _ k: Int) -> Double? {
        let a = abs(delta[k])
        let b = abs(delta[k + 1])
        let middle = (a + b) / 2
        return min(a, b) > 0.02 && max(a, b) < 0.48 && abs(a - middle) == abs(b - middle) ? middle : nil
      }
      func choose(put: Double, call: Double) throws -> CondorStrikes {
        try StrikeSelection.choose(
          CondorRule(strikes: StrikeRule(target: .delta(put: put, call: call, notAbove: false))),
          chain: chain,
          surface: priced.surface
        ).get().strikes
      }
      if let put = halfway(chain.putDelta, i) {
        ties += 1
        #expect(try choose(put: put, call: 0.2).shortPut == chain.strikes[i])
      }
      if let call = halfway(chain.callDelta, i) {
        ties += 1
        #expect(try choose(put: 0.2, call: call).shortCall == chain.strikes[i + 1])
      }
    }
    #expect(ties >= 5)
  }

  @Test("Bands test the mid at the decision; a fill outside the band is traded and counted")
  func fillOutsideTheBand() throws {
    // The index falls 20 points between 15:45 and 15:46.
    let history = try Markets.tiny(sessions: 3) { session, minute in
      session == 1 && minute >= 946 ? 2_980 : 3_000
    }
    var strategy = Strategy(
      name: "s", entry: EntryRule(expirations: .everySession),
      condor: CondorRule(
        strikes: StrikeRule(
          target: .delta(put: 0.2, call: 0.2, notAbove: false), creditBand: 10_000...20_000)))
    let moved = try #require(Markets.evaluate(strategy, history, entry: 1).trade)
    #expect((10_000...20_000).contains(moved.first.midCredit) && moved.first.fillOutsideBand)
    let flat = try Markets.tiny(sessions: 3) { _, _ in 3_000 }
    #expect(try #require(Markets.evaluate(strategy, flat, entry: 1).trade).first.fillOutsideBand == false)
    strategy.condor.strikes.creditBand = nil
    #expect(try #require(Markets.evaluate(strategy, history, entry: 1).trade).first.fillOutsideBand == false)
  }

  @Test("Each refusal has its code")
  func refusals() throws {
    let events = [
      EconomicEvent(date: try #require(SessionDate(iso: "2019-03-06")), kind: .cpi, minute: 510),
      EconomicEvent(date: try #require(SessionDate(iso: "2019-03-05")), kind: .fomc, minute: 840),
    ]
    let flat = try Markets.tiny(sessions: 4, events: events) { _, _ in 3_000 }
    let plain = Strategy(
      name: "s", entry: EntryRule(expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .delta(put: 0.2, call: 0.2, notAbove: false))))
    func code(
      _ change: (inout Strategy) -> Void, market: (inout MarketHistory) -> Void = { _ in }
    ) throws -> OutcomeCode {
      var strategy = plain
      change(&strategy)
      var history = flat
      market(&history)
      return try Markets.evaluate(strategy, history, entry: 1).code  // Tuesday 2019-03-05
    }
    #expect(try code { _ in } == .traded)
    #expect(try code { $0.entry.weekdays = [1, 3] } == .weekday)
    #expect(try code { $0.entry.weekdays = [2] } == .traded)
    #expect(try code { $0.entry.expirations = .listed } == .traded)  // a Wednesday expiry
    #expect(
      try Markets.evaluate(
        {
          var s = plain; s.entry.expirations = .listed; return s
        }(), flat, entry: 2
      ).code == .noListedExpiry)
    #expect(try code { $0.entry.skipEvents = [.cpi] } == .event)
    #expect(try code { $0.entry.skipEvents = [.nfp] } == .traded)
    #expect(try code { $0.entry.skipEvents = [.fomc] } == .traded)  // 14:00 is over by 15:45
    #expect(
      try code {
        $0.entry.skipEvents = [.fomc]; $0.entry.minute = 839
      } == .event)
    #expect(try code { $0.entry.gates = [Gate(index: .vix, atMost: 14)] } == .gate)
    #expect(try code { $0.entry.gates = [Gate(index: .vix, atLeast: 15, atMost: 15)] } == .traded)
    #expect(try code { $0.entry.gates = [Gate(index: .vix3m, atMost: 99)] } == .signalMissing)
    #expect(
      try code({ $0.entry.skipEvents = [.cpi] }) { $0.events = EventCalendar(events: [], coverage: nil) }
        == .signalMissing)
    // Before 16:15 the level and the gates stand on the prior session's close, from then on on today's.
    func vix(_ day: Int, _ value: Double) -> (inout MarketHistory) -> Void {
      { $0.volatility[.vix]?[day] = value }
    }
    let gate = Gate(index: .vix, atMost: 20)
    #expect(try code({ $0.entry.gates = [gate] }, market: vix(1, 30)) == .traded)
    #expect(try code({ $0.entry.gates = [gate] }, market: vix(0, 30)) == .gate)
    #expect(
      try code(
        {
          $0.entry.gates = [gate]; $0.entry.minute = 975
        }, market: vix(1, 30)) == .gate)
    #expect(
      try code(
        {
          $0.entry.gates = [gate]; $0.entry.minute = 975
        }, market: vix(0, 30)) == .traded)
    #expect(
      try code(
        {
          $0.entry.gates = [gate]; $0.entry.minute = 974
        }, market: vix(0, 30)) == .gate)
    #expect(try code({ _ in }, market: vix(0, .nan)) == .signalMissing)
    #expect(try code({ _ in }, market: vix(1, .nan)) == .traded)
    #expect(try code { $0.condor.strikes.putBand = DeltaBand(low: 0.2, high: 0.2001) } == .noStrikeInBand)
    #expect(try code { $0.condor.strikes.creditBand = 1_000...2_000 } == .creditUnreachable)
    // Hedges: futures that might be needed, an indicator that isn't warm.
    let layer = HedgeLayer(
      name: "h", trigger: .move(side: .down, atLeastSd: 9), size: HedgeSize(base: .contracts, amount: 0.01))
    #expect(try code { $0.hedge = [layer] } == .traded)
    #expect(try code({ $0.hedge = [layer] }) { $0.futures[2] = [] } == .dataHole)
    #expect(try code({ $0.hedge = [layer] }) { $0.futures[0] = [] } == .dataHole)
    #expect(try code({ $0.hedge = [layer] }) { $0.futures[3] = [] } == .traded)
    var indicator = layer
    indicator.trigger = .rsi(length: 14, barMinutes: 0, atLeast: 50, atMost: nil)
    #expect(try code { $0.hedge = [indicator] } == .signalMissing)
    indicator.trigger = .event(kinds: [.cpi], withinSessions: 9)
    #expect(try code { $0.hedge = [indicator] } == .signalMissing)  // beyond the list's coverage
  }
}
