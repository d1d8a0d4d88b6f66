import Kernels
import Strategies

/// What closes a position at market: where it is decided, and why.
struct MarketOrder {
  let point: Int
  let reason: ExitReason
}

/// Where the rule of an exit holds.
struct RuledPoints {
  /// Points of the surface.
  let points: PointSet
  /// Whether it can be told at the entry's fill.
  let isTold: Bool
  /// Roughly what it takes.
  var bytes: Int { points.words.count * 8 + 80 }

  init(_ column: RuleBatch.Column) {
    points = PointSet(column.values.span, from: 1, through: 1)
    isTold = column.isTold
  }
}

extension CompiledDay {
  /// Where the rule of a row's exit holds for a condor sold; `nil` without a rule. O(1) once worked out.
  func ruled(_ sold: Sold, _ row: CompiledPlan.Row) -> RuledPoints? {
    guard let number = row.rule else { return nil }
    let rule = plan.exitRules[number]
    return rule.seesCondor
      ? sold.condor.ruled(number, setting.rule(rule), context, credit: sold.credit, mark: row.exit.mark)
      : sold.table.ruled(number, setting.rule(rule), context)
  }

  /// The time stop or the rule of a row, whichever comes first; at one point the time stop.
  func order(_ sold: Sold, _ row: CompiledPlan.Row) -> MarketOrder? {
    let time = sold.table.timePoint(row.exit.timeStop, filled: sold.filled)
    let ruled = ruled(sold, row).flatMap { sold.table.first(of: $0.points, filled: sold.filled) }
    if let ruled, ruled < time ?? Int.max { return MarketOrder(point: ruled, reason: .rule) }
    return time.map { MarketOrder(point: $0, reason: .time) }
  }

  /// What layers see of the condors of a row; `nil` where none was sold.
  ///
  /// - Parameter known: by row, those made before.
  func condorRules(ofRow number: Int, _ known: inout [Int: CondorRules]) -> CondorRules? {
    if let known = known[number] { return known }
    let row = plan.rows[number]
    guard case .success(let first) = sold(row.sale) else { return nil }
    var held: [CondorSight.Held] = []
    var (record, closing) = (SessionRecord(code: .traded), Closing())
    closeInTurn(first, row, &record, &closing) { sold, mine, own in
      let end = mine.settled ? Int.max : own.lastPoint
      held.append(sold.condor.held(credit: sold.credit, until: end, mark: row.exit.mark))
    }
    let made = CondorRules(CondorSight(held, first.table.surface))
    known[number] = made
    return made
  }
}
