import Backtesting
import MarketData

/// Rows that anyone can re-make in a spreadsheet: dollars with two decimals, times in New York.
enum Money {
  /// Cents as dollars with two decimals.
  static func text(_ cents: Int64) -> String {
    let a = abs(cents)
    return (cents < 0 ? "-" : "") + "\(a / 100)." + (a % 100 < 10 ? "0" : "") + "\(a % 100)"
  }
  /// Units of 1/10,000 point as points with two decimals (fills are multiples of 0.05).
  static func points(_ units: Int32) -> String {
    let a = abs(Int(units))
    let whole = a / 10_000
    let rest = (a % 10_000) / 100
    let tail = a % 100
    let base = "\(whole)." + (rest < 10 ? "0" : "") + "\(rest)"
    return (units < 0 ? "-" : "") + (tail == 0 ? base : base + (tail < 10 ? "0" : "") + "\(tail)")
  }
}

/// One row a closing fill.
public enum TradeTable {
  /// Columns of the file.
  public static let header =
    "trade_id,session,expiry,condor,quantity,side,entry_time,long_put,short_put,short_call,long_call,credit,exit_reason,exit_time,"
    + "exit_cost,fees,net,shadow_net,spx_entry,spx_settle,margin"

  /// The whole file. `trade_id` is the entry session; `condor` counts those that re-entry sold one after the other,
  /// `quantity` those sold at once. Credit and exit_cost are points, the rest of the money dollars of one condor; margin
  /// stands on the first row of a trade. What a shift sold follows its trade's condors, with `condor` 0, the expiry of its
  /// own, the index at its sale and at that expiry's close, and the reason `back` where the shift bought it back.
  public static func csv(_ result: BacktestResult, history: MarketHistory) -> String {
    var lines = [header]
    for trade in result.trades {
      let entry = history.sessions[trade.entrySession].date
      let expiry = history.sessions[trade.expirySession]
      let quantity = result.records[trade.entrySession - result.period.lowerBound].quantity
      for (number, condor) in trade.condors.enumerated() {
        let s = condor.strikes
        for (k, fill) in condor.fills.enumerated() {
          let put = fill.part != .call
          let call = fill.part != .put
          lines.append(
            [
              entry.description, entry.description, expiry.date.description, "\(number + 1)", "\(quantity)",
              fill.part.rawValue, time(condor.filledAt, history), put ? "\(s.longPut)" : "",
              put ? "\(s.shortPut)" : "", call ? "\(s.shortCall)" : "", call ? "\(s.longCall)" : "",
              Money.points(fill.credit), fill.reason.rawValue,
              time(TradeMinute(session: fill.session, minute: fill.minute), history),
              Money.points(fill.cost), Money.text(Int64(fill.feesCents)), Money.text(Int64(fill.netCents)),
              Money.text(Int64(fill.shadowNetCents)), decimals(condor.spotAtFill),
              decimals(expiry.official.close),
              number == 0 && k == 0 ? Money.text(trade.marginCents) : "",
            ].joined(separator: ","))
        }
      }
      lines += trade.shifted.map { shifted($0, entry, quantity, history) }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func shifted(
    _ spread: ShiftedSpread, _ entry: SessionDate, _ quantity: Int32, _ history: MarketHistory
  ) -> String {
    let expiry = history.sessions[spread.expirySession]
    let put = spread.part == .put
    let strikes =
      put ? ["\(spread.long)", "\(spread.short)", "", ""] : ["", "", "\(spread.short)", "\(spread.long)"]
    let sold = history.sessions[spread.filledAt.session].spot(at: spread.filledAt.minute)
    let first = [
      entry.description, entry.description, expiry.date.description, "0", "\(quantity)", spread.part.rawValue,
      time(spread.filledAt, history),
    ]
    let last = [
      Money.points(spread.credit), spread.reason?.rawValue ?? "back", time(spread.endedAt, history),
      Money.points(spread.cost), Money.text(Int64(spread.feesCents)), Money.text(Int64(spread.netCents)),
      Money.text(Int64(spread.netCents)), decimals(sold), decimals(expiry.official.close), "",
    ]
    return (first + strikes + last).joined(separator: ",")
  }

  private static func time(_ time: TradeMinute, _ history: MarketHistory) -> String {
    "\(history.sessions[time.session].date) \(MinuteOfDay.text(time.minute))"
  }

  private static func decimals(_ points: Double) -> String {
    Money.text(Int64((points * 100).rounded(.toNearestOrAwayFromZero)))
  }
}

/// One row a session.
public enum SessionTable {
  /// Columns of the file.
  public static let header = "session,outcome,trades,condor_net,hedge_net,standing_net,net,shadow_net"

  /// The whole file, dollars of all condors sold: `outcome` is of the entry decided in the session, trades and money are
  /// of the trade that expires in it; `condor_net` holds rolled spreads in the session in which they end. `shadow_net` is
  /// what the condor had made without a stop.
  public static func csv(_ result: BacktestResult, history: MarketHistory) -> String {
    var lines = [header]
    let condor = result.condorBySession
    let hedge = result.hedgeBySession
    let net = result.netBySession
    for (k, i) in result.period.enumerated() {
      let before = k > 0 ? result.records[k - 1] : SessionRecord(code: .periodEnds)
      let expired = before.code == .traded ? 1 : 0
      lines.append(
        [
          history.sessions[i].date.description, result.records[k].code.rawValue, "\(expired)",
          Money.text(condor[k]), Money.text(hedge[k]), Money.text(result.standing[k]), Money.text(net[k]),
          Money.text(Int64(before.quantity) * Int64(before.shadowNet)),
        ].joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
