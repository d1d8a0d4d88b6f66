import Kernels
import MarketData
import Pricing
import Rules
import Signals
import Synchronization

/// What hedges are worked out with: a plan's layers and the market.
final class HedgeSetting: Sendable {
  let plan: HedgePlan
  let context: MarketContext
  /// Rules among the plan's leaves from a position on, compiled once.
  private let batches = Mutex<[Int: RuleBatch]>([:])
  private let hasRules: Bool

  init(plan: HedgePlan, context: MarketContext) {
    self.plan = plan
    self.context = context
    hasRules = plan.leaves.contains { if case .rule = $0 { true } else { false } }
  }

  /// The rules among the plan's leaves from a position on; `nil` for none.
  func rules(from leaf: Int) -> RuleBatch? {
    guard hasRules else { return nil }
    return batches.withLock { known in
      if let made = known[leaf] { return made }
      let rules = plan.leaves[leaf...].compactMap { if case .rule(let rule) = $0 { rule.rule } else { nil } }
      let made = RuleBatch(rules, context)
      known[leaf] = made
      return made
    }
  }
}

/// Some rules compiled into one program, what they see by session worked out for the whole history.
final class RuleBatch: Sendable {
  private let rules: [CheckedRule]
  private let program: RuleProgram
  private let sessions: RuleSessions

  init(_ rules: [CheckedRule], _ context: MarketContext) {
    self.rules = rules
    program = RuleProgram(rules)
    sessions = program.sessions(
      count: context.history.sessions.count, columns: program.sessionSignals.map { context.sessions($0) })
  }

  /// The points of a surface at which each rule holds, `nil` for one that can't be told at the fill: the compiled twin of
  /// ``RuleView``. O(steps × minutes).
  func sets(_ surface: MarkSurface, _ indicators: IndicatorTables, _ context: MarketContext) -> [PointSet?] {
    guard !rules.isEmpty else { return [] }
    let moves = HedgeView.movesInSd(surface)
    let marks = [surface.entry, surface.expiry].map { context.history.sessions[$0].spot.count }
    var workspace = program.workspace(minutes: max(marks[0], marks[1]))
    var held = rules.map { _ in Array(repeating: 0.0, count: surface.minutes.count) }
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
        var column = Array(repeating: Double.nan, count: count)
        if isEntry {
          for i in 1..<surface.expiryStart where surface.minutes[i] - MinuteOfDay.open < count {
            column[surface.minutes[i] - MinuteOfDay.open] = RuleView.onSide(signal, moves[i])
          }
        } else {
          for k in 0..<count { column[k] = RuleView.onSide(signal, moves[surface.expiryStart + k]) }
        }
        workspace.load(number, from: column.span)
      }
      program.evaluate(session: session, of: sessions, in: &workspace)
      let points = isEntry ? 1..<surface.expiryStart : surface.expiryStart..<surface.minutes.count
      for r in rules.indices {
        for i in points {
          let value = workspace.value(
            of: r, minute: RuleView.bar(ofMinute: surface.minutes[i], marks: count))
          if value.truth == true { held[r][i] = 1 }
          if i == 1 { isTold[r] = RuleView.isTold(rules[r], entry: surface.entry, atFill: value) }
        }
      }
    }
    return zip(held, isTold).map { column, isTold in
      isTold ? PointSet(column.span, from: 1, through: 1) : nil
    }
  }
}
