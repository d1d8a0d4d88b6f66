import MarketData
import Pricing
import Strategies

extension CompiledDay {
  /// Adds what a shift makes of a condor's stopped sides to its record.
  ///
  /// - Returns: why the session can't be traded with the shift, whether or not a side was tested; `nil` if it can.
  /// - Complexity: O(sessions × minutes) once a later expiry, then O(rolls × minutes out).
  func shift(
    _ rule: ShiftRule, _ sold: Sold, _ row: CompiledPlan.Row, _ record: inout SessionRecord
  ) -> OutcomeCode? {
    let (table, sale) = (sold.table, plan.sales[row.sale])
    let expirations = plan.entries[sale.entry].rule.expirations
    let marks = table.laterMarks(rule, expirations) {
      LaterMarks.marks(
        rule, expirations, entry: entry, context: context, model: models[sale.surface],
        tolerated: ReferenceEngine.toleratedMissingMinutes)
    }
    switch marks {
    case .failure(.code(let code)): return code
    case .success(let later):
      var spreads: [ShiftedSpread] = []
      if record.stops > 0, row.exit.basis == .side {
        let run = ShiftRun(
          rule: rule,
          costs: CostRule(entry: sale.slippage, exit: row.slippage, fees: plan.fees[row.fees]),
          surface: table.surface, strikes: sold.condor.strikes, later: later,
          cost: { sold.condor.marks.cost($0, at: $1) }, reopen: { [self] in reopened($0, at: $1, sold, row) })
        let (put, call) = sold.sideCredits
        let sides = [(ClosingFill.Part.put, put), (.call, call)]
        spreads = run.run(
          sides.compactMap { part, credit in
            let exit = exit(part, of: sold.condor, credit: credit, sold, row, order(sold, row))
            return exit.reason == .stop ? ShiftRun.Stop(part: part, exit: exit) : nil
          })
      }
      record.take(spreads, entry: entry, last: later.expiry)
      return nil
    }
  }

  /// A side of a condor sold again at a point, with its end.
  private func reopened(
    _ part: ClosingFill.Part, at point: Int, _ sold: Sold, _ row: CompiledPlan.Row
  ) -> ShiftRun.Reopened? {
    let condor = sold.table.condor(sold.condor.strikes, filled: point)
    let slippage = plan.sales[row.sale].slippage.units(halfSpread: condor.marks.halfSpread(part, at: point))
    let credit = TickGrid.floorToNickel(condor.marks.cost(part, at: point) - slippage)
    guard credit > 0 else { return nil }
    let time = sold.table.timePoint(row.exit.timeStop, filled: point)
      .map { MarketOrder(point: $0, reason: .time) }
    return ShiftRun.Reopened(
      credit: credit, exit: exit(part, of: condor, credit: credit, sold, row, time))
  }

  private func exit(
    _ part: ClosingFill.Part, of condor: CondorTable, credit: Int32, _ sold: Sold, _ row: CompiledPlan.Row,
    _ order: MarketOrder?
  ) -> PositionExit {
    condor.exit(
      part, rule: row.exit, credit: credit, totalCredit: sold.credit, slippage: row.slippage,
      order: order
    ).exit
  }
}
