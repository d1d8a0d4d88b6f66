import ConfigFormats
import Pricing
import Strategies

/// Reads the instrument of a layer of VIX calls.
enum VIXCallReader {
  /// The rule under `instrument`, of a layer that lives as long as said.
  static func rule(
    _ instrument: ConfigReader, _ horizon: HedgeLayer.Horizon
  ) throws(ConfigError) -> VIXCallRule {
    guard let node = try instrument.map("vix_call") else { throw instrument.missing("vix_call") }
    guard let days = try node.int("days", in: 1...300, unit: "calendar days") else {
      throw node.missing("days")
    }
    for key in ["roll", "budget"] where horizon == .condor && node.has(key) {
      throw node.refused(
        key,
        allowed: "only layers with horizon: standing; what a trade opens is sold by its condor's settlement")
    }
    var rule = VIXCallRule(days: days, roll: horizon == .condor ? nil : try roll(node))
    if case .held(let held) = rule.roll, held >= days {
      throw node.refused("roll", allowed: "held_days below days, \(days): a call is sold before it expires")
    }
    if case .residual(let left) = rule.roll, left >= days {
      throw node.refused(
        "roll", allowed: "at_days below days, \(days): a call has more life when it is bought")
    }
    if let delta = try node.double("delta", in: 0.01...0.99, unit: "delta") { rule.delta = delta }
    if let budget = try node.map("budget") { rule.budget = try Self.budget(budget) }
    if let pricing = try node.map("pricing") { rule.pricing = try parameters(pricing) }
    if let spread = try node.map("half_spread") {
      if let n = try spread.decimalThousandths("points", in: 0...5_000) { rule.spread.floor = 10 * Int32(n) }
      if let n = try spread.decimalThousandths("share", in: 0...500) { rule.spread.thousandths = Int32(n) }
    }
    return rule
  }

  private static func roll(_ node: ConfigReader) throws(ConfigError) -> VIXCallRoll {
    let allowed = "settlement, {held_days: 30} or {at_days: 2}"
    if case .string(let name)? = node.node("roll")?.value {
      guard name == "settlement" else { throw node.refused("roll", allowed: allowed) }
      return .settlement
    }
    guard let roll = try node.map("roll") else { throw node.missing("roll") }
    let held = try roll.int("held_days", in: 1...300, unit: "calendar days")
    let left = try roll.int("at_days", in: 0...300, unit: "calendar days")
    switch (held, left) {
    case (let days?, nil): return .held(days: days)
    case (nil, let days?): return .residual(days: days)
    default:
      throw node.refused("roll", allowed: allowed)
    }
  }

  private static func budget(_ node: ConfigReader) throws(ConfigError) -> VIXCallBudget {
    guard let dollars = try node.int("account_dollars", in: 1...1_000_000_000, unit: "dollars") else {
      throw node.missing("account_dollars")
    }
    var budget = VIXCallBudget(accountCents: 100 * Int64(dollars), steps: [])
    guard let steps = try node.maps("steps"), !steps.isEmpty else { throw node.missing("steps") }
    for step in steps {
      guard let vx = try step.decimalThousandths("above_vx", in: 0...200_000) else {
        throw step.missing("above_vx")
      }
      guard let share = try step.decimalThousandths("share", in: 0...1_000) else {
        throw step.missing("share")
      }
      if let last = budget.steps.last, last.aboveVX >= Int32(vx) {
        throw step.refused("above_vx", allowed: "steps in ascending order")
      }
      budget.steps.append(PremiumStep(aboveVX: Int32(vx), shareThousandths: Int32(share)))
    }
    return budget
  }

  private static func parameters(_ node: ConfigReader) throws(ConfigError) -> VIXCallParameters {
    let standard = VIXCallParameters.standard
    let share = try node.double("at_the_money_share") ?? standard.atTheMoneyShare
    let reversion = try node.double("mean_reversion") ?? standard.meanReversion
    let far = try node.double("far_share") ?? standard.farShare
    let skew = try node.double("skew") ?? standard.skew
    let cap = try node.double("cap") ?? standard.cap
    let scale = try node.double("volatility_scale") ?? standard.volatilityScale
    do throws(VIXCallError) {
      return try VIXCallParameters(
        atTheMoneyShare: share, meanReversion: reversion, farShare: far, skew: skew, cap: cap,
        volatilityScale: scale)
    } catch {
      switch error {
      case .outOfBounds(let key, _, let allowed): throw node.refused(key, allowed: allowed)
      }
    }
  }
}

/// Writes what ``VIXCallReader`` reads.
enum VIXCallWriter {
  /// The map under `vix_call`.
  static func node(_ rule: VIXCallRule) -> ConfigNode {
    func decimal(_ x: Double) -> ConfigNode { StrategyWriter.decimal(x) }
    func thousandths(_ n: Int32) -> ConfigNode { StrategyWriter.thousandths(n) }
    let roll: ConfigNode? =
      switch rule.roll {
      case nil: nil
      case .held(let days): StrategyWriter.map([("held_days", StrategyWriter.int(days))])
      case .residual(let days): StrategyWriter.map([("at_days", StrategyWriter.int(days))])
      case .settlement: StrategyWriter.text("settlement")
      }
    let p = rule.pricing
    return StrategyWriter.map([
      ("days", StrategyWriter.int(rule.days)), ("delta", decimal(rule.delta)), ("roll", roll),
      ("budget", rule.budget.map(budget)),
      (
        "pricing",
        StrategyWriter.map([
          ("at_the_money_share", decimal(p.atTheMoneyShare)), ("mean_reversion", decimal(p.meanReversion)),
          ("far_share", decimal(p.farShare)), ("skew", decimal(p.skew)), ("cap", decimal(p.cap)),
          ("volatility_scale", decimal(p.volatilityScale)),
        ])
      ),
      (
        "half_spread",
        StrategyWriter.map([
          ("points", decimal(Double(rule.spread.floor) / 10_000)),
          ("share", thousandths(rule.spread.thousandths)),
        ])
      ),
    ])
  }

  private static func budget(_ budget: VIXCallBudget) -> ConfigNode {
    StrategyWriter.map([
      ("account_dollars", StrategyWriter.int(Int(budget.accountCents / 100))),
      (
        "steps",
        StrategyWriter.list(
          budget.steps.map {
            StrategyWriter.map([
              ("above_vx", StrategyWriter.thousandths($0.aboveVX)),
              ("share", StrategyWriter.thousandths($0.shareThousandths)),
            ])
          })
      ),
    ])
  }
}
