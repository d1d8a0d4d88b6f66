import Backtesting
import MarketData
import Pricing

extension TradeAudit {
  /// Sales and ends of the spreads that a shift sold.
  func shifts() -> [Entry] { trade.shifted.flatMap { [sale(of: $0), end(of: $0)] } }

  private func isRolled(_ spread: ShiftedSpread) -> Bool { spread.expirySession > trade.expirySession }

  private func sale(of spread: ShiftedSpread) -> Entry {
    let date = history.sessions[spread.expirySession].date
    let seen: [String: AuditLine.Value] = [
      "index_points": .init(index(spread.decidedAt)),
      "bought_back_points": .init(TickGrid.points(spread.buyBack)),
    ]
    let action = AuditLine.Action(
      text: "sell \(spread.part.rawValue) \(strikes(spread)) of \(date)",
      filledAt: history.iso(spread.filledAt), points: TickGrid.points(spread.credit),
      quantity: Int(quantity), feesCents: 0, cents: Int64(quantity) * Int64(spread.credit))
    let kind: AuditLine.Kind = isRolled(spread) ? .rolled : .reopened
    return line(kind, spread.decidedAt, rule: rules.text("exit.shift"), seen, action)
  }

  private func end(of spread: ShiftedSpread) -> Entry {
    if !isRolled(spread), let reason = spread.reason {
      // under the condor's own exit
      let fill = ClosingFill(
        part: spread.part, reason: reason, session: spread.endedAt.session, minute: spread.endedAt.minute,
        decidedAt: spread.endDecidedAt, credit: spread.credit, cost: spread.cost, feesCents: spread.feesCents,
        shadowNetCents: spread.netCents, extrinsic: 0)
      return exit(fill, of: trade.first)
    }
    let time = spread.endDecidedAt ?? spread.endedAt
    let isSettled = spread.reason == .settlement
    let action = AuditLine.Action(
      text: "\(isSettled ? "settle" : "buy back") \(spread.part.rawValue) \(strikes(spread))",
      filledAt: history.iso(spread.endedAt), points: TickGrid.points(spread.cost), quantity: Int(quantity),
      feesCents: Int64(quantity) * Int64(spread.feesCents),
      cents: Int64(quantity) * (Int64(spread.netCents) - Int64(spread.credit)))
    guard isSettled else {
      return line(
        .rolledBack, time, rule: rules.text("exit.shift"), ["index_points": .init(index(time))], action)
    }
    let close = history.sessions[spread.endedAt.session].official.close
    return line(
      .settled, time, rule: "what is open settles on the official close",
      ["official_close_points": .init(close)], action)
  }

  private func strikes(_ spread: ShiftedSpread) -> String {
    "\(min(spread.short, spread.long))/\(max(spread.short, spread.long))"
  }

  private func index(_ time: TradeMinute) -> Double { history.sessions[time.session].spot(at: time.minute) }
}
