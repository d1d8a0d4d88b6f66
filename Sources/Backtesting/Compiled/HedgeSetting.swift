import Kernels
import MarketData
import Pricing
import Rules
import Signals
import Strategies
import Synchronization

/// What hedges are worked out with: a plan's layers and the market.
final class HedgeSetting: Sendable {
  let plan: HedgePlan
  let context: MarketContext
  /// Rules of the plan, compiled once.
  private let batches = Mutex<[BatchKey: RuleBatch]>([:])
  private let hasRules: Bool
  /// By instrument of the plan; `nil` for VX.
  private let callMarkets: [(rule: VIXCallRule, market: VIXCallMarket)?]

  private enum BatchKey: Hashable {
    case leaves(from: Int)
    case scales(from: Int)
    case rule(StrategyRule)
  }

  init(plan: HedgePlan, context: MarketContext) {
    self.plan = plan
    self.context = context
    callMarkets = plan.instruments.map {
      if case .vixCall(let rule) = $0 { (rule, context.vixCalls(rule)) } else { nil }
    }
    hasRules = plan.leaves.contains { if case .rule = $0 { true } else { false } }
  }

  /// The calls of one of the plan's instruments, with their market; `nil` for VX.
  func calls(_ instrument: Int) -> (rule: VIXCallRule, market: VIXCallMarket)? { callMarkets[instrument] }

  /// The rules among the plan's leaves from a position on that see no condor; `nil` for none.
  func rules(from leaf: Int) -> RuleBatch? {
    guard hasRules else { return nil }
    return batch(.leaves(from: leaf)) {
      plan.leaves[leaf...].compactMap {
        if case .rule(let rule) = $0, !rule.seesCondor { rule.rule } else { nil }
      }
    }
  }
  /// The plan's scales from a position on.
  func scales(from first: Int) -> RuleBatch {
    batch(.scales(from: first)) { plan.scales[first...].map(\.rule) }
  }
  /// One rule by itself.
  func rule(_ rule: StrategyRule) -> RuleBatch { batch(.rule(rule)) { [rule.rule] } }

  private func batch(_ key: BatchKey, _ rules: () -> [CheckedRule]) -> RuleBatch {
    batches.withLock { known in
      if let made = known[key] { return made }
      let made = RuleBatch(rules(), context)
      known[key] = made
      return made
    }
  }
}

/// Some rules compiled into one program, what they see by session worked out for the whole history.
final class RuleBatch: Sendable {
  /// What a rule comes to on a surface.
  struct Column {
    /// By point: 1 or 0 for a condition, NaN where it is missing.
    let values: [Double]
    /// Whether it can be told at the condor's fill.
    let isTold: Bool

    /// The points at which a condition holds; `nil` where it can't be told at the fill.
    var set: PointSet? { isTold ? PointSet(values.span, from: 1, through: 1) : nil }
  }

  private let rules: [CheckedRule]
  private let program: RuleProgram
  private let sessions: RuleSessions

  init(_ rules: [CheckedRule], _ context: MarketContext) {
    self.rules = rules
    program = RuleProgram(rules)
    sessions = program.sessions(
      count: context.history.sessions.count, columns: program.sessionSignals.map { context.sessions($0) })
  }

  /// The value of each rule at every point of a surface from the fill on: the compiled twin of ``RuleView``.
  ///
  /// - Parameters:
  ///   - layer: what rules see of the layer that they belong to.
  ///   - condor: what they see of the condor.
  /// - Complexity: O(steps × minutes).
  func columns(
    _ surface: MarkSurface, _ indicators: IndicatorTables, _ context: MarketContext,
    layer: LayerSight? = nil, condor: CondorSight? = nil
  ) -> [Column] {
    guard !rules.isEmpty else { return [] }
    let moves = HedgeView.movesInSd(surface)
    let marks = [surface.entry, surface.expiry].map { context.history.sessions[$0].spot.count }
    var workspace = program.workspace(minutes: max(marks[0], marks[1]))
    var values = rules.map { _ in Array(repeating: Double.nan, count: surface.minutes.count) }
    var isTold = rules.map { _ in true }
    for (session, count) in zip([surface.entry, surface.expiry], marks) {
      let isEntry = session == surface.entry
      workspace.begin(minutes: count)
      for (number, signal) in program.minuteSignals.enumerated() {
        if RuleSignals.isOfMarket(signal) {
          let column = indicators.minutes(signal, session: session, expiry: surface.expiry)
          workspace.load(number, from: column.span)
          continue
        }
        let ofLayer = layer?.values(of: signal)
        let isOfLayer = StrategyRule.ofOpenLayer.contains(signal.name)
        let ofCondor = CondorSight.Quantity(signal)
        func value(_ point: Int) -> Double {
          if isOfLayer { return ofLayer?[point] ?? .nan }
          if let ofCondor { return condor?.value(ofCondor, at: point) ?? .nan }
          return RuleView.onSide(signal, moves[point])
        }
        var column = Array(repeating: Double.nan, count: count)
        if isEntry {
          for i in 1..<surface.expiryStart where surface.minutes[i] - MinuteOfDay.open < count {
            column[surface.minutes[i] - MinuteOfDay.open] = value(i)
          }
        } else {
          for k in 0..<count { column[k] = value(surface.expiryStart + k) }
        }
        workspace.load(number, from: column.span)
      }
      program.evaluate(session: session, of: sessions, in: &workspace)
      let points = isEntry ? 1..<surface.expiryStart : surface.expiryStart..<surface.minutes.count
      for r in rules.indices {
        for i in points {
          let value = workspace.value(
            of: r, minute: RuleView.bar(ofMinute: surface.minutes[i], marks: count))
          if case .value(let number) = value { values[r][i] = number }
          if i == 1 { isTold[r] = RuleView.isTold(rules[r], entry: surface.entry, atFill: value) }
        }
      }
    }
    return zip(values, isTold).map { Column(values: $0, isTold: $1) }
  }
}
