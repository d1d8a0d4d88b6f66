import MarketData
import Pricing
import Strategies

extension ReferenceEngine {
  /// Adds what a shift makes of a trade. O(minutes that a rolled spread is out).
  ///
  /// - Returns: why the session can't be traded with the shift, whether or not a side was tested; `nil` if it can.
  func shift(
    _ rule: ShiftRule, _ trade: inout Trade, priced: PricedSurface, desk: SessionDesk
  ) -> OutcomeCode? {
    switch laterMarks(rule, desk) {
    case .failure(.code(let code)): return code
    case .success(let later):
      let (surface, condor) = (priced.surface, trade.first)
      let path = priced.path(condor.strikes)
      let run = ShiftRun(
        rule: rule, costs: strategy.costs, surface: surface, strikes: condor.strikes, later: later,
        cost: { path.cost($0)[$1] },
        reopen: { part, point in
          reopened(part, at: point, condor, path, surface, close: later.history)
        })
      trade.shifted = run.run(
        condor.fills.filter { $0.reason == .stop && $0.part != .condor }.map { fill in
          let point = surface.point(TradeMinute(session: fill.session, minute: fill.minute)) ?? 0
          let exit = PositionExit(
            reason: .stop, decided: fill.decidedAt.flatMap(surface.point), point: point, cost: fill.cost)
          return ShiftRun.Stop(part: fill.part, exit: exit)
        })
      trade.lastSession = later.expiry
      return nil
    }
  }

  /// The marks of the later expiry of a desk's session.
  func laterMarks(_ rule: ShiftRule, _ desk: SessionDesk) -> Result<LaterMarks, OutcomeReason> {
    LaterMarks.marks(
      rule, strategy.entry.expirations, entry: desk.entry, context: desk.context, model: model,
      tolerated: toleratedMissing)
  }

  /// A side of a condor sold again at a point, watched to its end under the condor's exit.
  private func reopened(
    _ part: ClosingFill.Part, at point: Int, _ condor: SoldCondor, _ path: CondorPath,
    _ surface: MarkSurface, close history: MarketHistory
  ) -> ShiftRun.Reopened? {
    let (rule, mid) = (strategy.exit, path.cost(part))
    let slippage = strategy.costs.entry.units(halfSpread: path.halfSpread(part, at: point))
    let credit = TickGrid.floorToNickel(mid[point] - slippage)
    guard credit > 0 else { return nil }
    let close = TickGrid.units(points: history.sessions[surface.expiry].official.close)
    let owed =
      part == .put ? path.strikes.putSettlement(close: close) : path.strikes.callSettlement(close: close)
    let watch = PositionWatch(part: part, credit: credit, totalCredit: condor.credit, rule: rule)
    let exit = watch.run(
      rule, from: point, withStop: true, trigger: rule.mark == .mid ? mid : path.naturalCost(part), mid: mid,
      path: path, surface: surface, slippage: strategy.costs.exit, settlement: owed)
    return ShiftRun.Reopened(credit: credit, exit: exit)
  }
}
