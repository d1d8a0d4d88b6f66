import Kernels
import Rules
import Strategies

/// Random conditions over the market's signals, the move since the fill and the condor, as text.
struct RandomTriggerRule {
  private var random: Philox
  private static let rulebook = madeRulebook()
  private static func madeRulebook() -> Rulebook {
    do {
      return try Rulebook(named, catalogue: .standard)
    } catch {
      preconditionFailure("\(error)")
    }
  }
  private static let named = [
    RuleDefinition("nerves", "clamp(zscore(vix, 5) / 2, -1, 1)"),
    RuleDefinition("fall", "move(down) >= 0.3 sd or change(spx, 5 min) < -2 points"),
  ]

  init(seed: UInt64) { random = Philox(seed: seed, stream: 4_242) }

  /// The next that makes sense.
  mutating func next() -> StrategyRule {
    while true {
      let text = condition(1 + random.integer(below: 3))
      if let rule = try? StrategyRule(text, Self.rulebook) { return rule }
    }
  }

  /// The next for another role: a scale, which is at times negative, or a release, which often looks at the layer.
  mutating func next(as role: StrategyRule.Role) -> StrategyRule {
    while true {
      let text =
        switch role {
        case .scale: scale()
        case .release: release()
        case .exit: exit()
        case .market, .trigger: condition(1 + random.integer(below: 2))
        }
      if let rule = try? StrategyRule(text, as: role, Self.rulebook) { return rule }
    }
  }

  private mutating func scale() -> String {
    switch random.integer(below: 6) {
    case 0: "clamp(\(pick(["loss", "cost", "strike_distance"])) / credit, \(real(-0.5...1)), 3)"
    case 1: "clamp(exp(\(real(-1...1)) * zscore(\(pick(["vix", "vix3m", "spx_close"])), 5)), 0.5, 2)"
    case 2: "vix / vix3m"
    case 3: "\(real(-2...1)) + nerves"
    case 4: "rsi(14) / 50"
    default: "spx / spx_close * \(real(0.2...3))"
    }
  }
  private mutating func release() -> String {
    let own =
      switch random.integer(below: 4) {
      case 0: "vix_giveback >= \(real(0...0.9))"
      case 1: "hedge_gain \(relation()) \(real(-3...3)) %"
      case 2: "hedge_gain < highest(hedge_gain, \(2 + random.integer(below: 30)) min) - \(real(0...1)) %"
      default: "vix_giveback > 0.2 for 3 min"
      }
    switch random.integer(below: 4) {
    case 0: return condition(1)
    case 1: return own
    case 2: return "(\(own)) or (\(condition(1)))"
    default: return "(\(own)) and (\(condition(1)))"
    }
  }

  private mutating func exit() -> String {
    switch random.integer(below: 5) {
    case 0: condition(1)
    case 1: "(\(ofCondor())) or (\(condition(0)))"
    case 2: "(\(ofCondor())) and (\(condition(0)))"
    case 3: "(\(ofCondor())) for \(2 + random.integer(below: 4)) min"
    default: ofCondor()
    }
  }
  private mutating func ofCondor() -> String {
    let side = pick(["", "(put)", "(call)"])
    return switch random.integer(below: 8) {
    case 0, 1: "loss \(relation()) \(real(-0.8...1.5)) * credit"
    case 2: "cost / credit \(relation()) \(real(0.2...2.5))"
    case 3: "strike_distance\(side) \(relation()) \(real(-5...30)) points"
    case 4: "break_even_distance\(side) \(relation()) \(real(-5...30)) points"
    case 5: "loss > lag(loss, 5 min) + \(real(0...0.5)) points"
    case 6: "loss crosses \(pick(["above", "below"])) \(real(-0.5...0.5)) points"
    default: "loss < highest(loss, 60 min) - \(real(0...0.4)) points"
    }
  }

  private mutating func pick<T>(_ list: [T]) -> T { list[random.integer(below: list.count)] }
  private mutating func real(_ range: ClosedRange<Double>) -> String {
    let value = range.lowerBound + random.uniform() * (range.upperBound - range.lowerBound)
    return "\((value * 100).rounded() / 100)"
  }

  private mutating func relation() -> String { pick(["<", "<=", ">", ">="]) }

  /// A number by minute or session, and a bound in its unit that it often crosses.
  private mutating func number() -> (text: String, bound: String, isSession: Bool) {
    switch random.integer(below: 14) {
    case 0: (pick(["vix", "vix9d", "vix3m", "vx1", "vx2"]), real(12...24), true)
    case 1: ("vix / vix3m", real(0.8...1.1), true)
    case 2, 3: (pick(["move", "move(down)", "move(up)"]), real(0...0.8) + " sd", false)
    case 4, 5: (pick(["rsi(14)", "rsi(5, 1 min)", "rsi(9, 15 min)"]), real(30...70), false)
    case 6: (pick(["rsi(3, 1 session)", "rsi(14, 1 session)"]), real(30...70), true)
    case 7:
      ("macd(3, 8, 4, \(pick(["line", "signal", "histogram"])), 5 min)", real(-3...3) + " points", false)
    case 8: (pick(["roll_yield", "nerves"]), real(-0.1...0.1), true)
    case 9: (pick(["realised_vol(5)", "realised_vol(20)"]), real(8...25), true)
    case 10: ("spx / spx_close - 1", real(-1...1) + " %", false)
    case 11: ("minutes_to_close", real(20...380) + " min", false)
    case 12: (pick(["variance_ratio(5)", "pin(25)"]), real(0...1.5), false)
    default: (pick(["vx_now(30)", "vx_now(60)"]), real(12...24), false)
    }
  }

  private mutating func condition(_ depth: Int) -> String {
    let n = 2 + random.integer(below: 4)
    guard depth > 0 else {
      switch random.integer(below: 9) {
      case 8: return ofCondor()
      case 0: return pick(["backwardation", "event(FOMC, CPI, PPI, NFP) within 1 session", "fall"])
      case 1:
        let x = number()
        let length = x.isSession ? "\(n) sessions" : "\(n) min"
        let window = pick(["mean", "highest", "lowest", "lag"])
        return "\(x.text) \(relation()) \(window)(\(x.text), \(length))"
      case 2:
        let x = number()
        return "\(x.text) crosses \(pick(["above", "below"])) \(x.bound)"
      default:
        let x = number()
        return "\(x.text) \(relation()) \(x.bound)"
      }
    }
    switch random.integer(below: 6) {
    case 0: return "not (\(condition(depth - 1)))"
    case 1, 2: return "(\(condition(depth - 1))) and (\(condition(depth - 1)))"
    case 3, 4: return "(\(condition(depth - 1))) or (\(condition(depth - 1)))"
    default: return "(\(condition(depth - 1))) for \(n) \(pick(["min", "sessions"]))"
    }
  }
}
