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
    "trade_id,session,expiry,side,entry_time,long_put,short_put,short_call,long_call,credit,exit_reason,exit_time,"
    + "exit_cost,fees,net,shadow_net,spx_entry,spx_settle,margin"

  /// The whole file. `trade_id` is the entry session; credit and exit_cost are points, the rest of the money
  /// dollars of one condor; margin stands on the first row of a trade.
  public static func csv(_ result: BacktestResult, history: MarketHistory) -> String {
    var lines = [header]
    for trade in result.trades {
      let entry = history.sessions[trade.entrySession].date
      let expiry = history.sessions[trade.expirySession]
      let s = trade.strikes
      for (k, fill) in trade.fills.enumerated() {
        let put = fill.part != .call
        let call = fill.part != .put
        lines.append(
          [
            entry.description, entry.description, expiry.date.description, fill.part.rawValue,
            "\(entry) \(MinuteOfDay.text(trade.fillMinute))", put ? "\(s.longPut)" : "",
            put ? "\(s.shortPut)" : "",
            call ? "\(s.shortCall)" : "", call ? "\(s.longCall)" : "", Money.points(fill.credit),
            fill.reason.rawValue,
            "\(history.sessions[fill.session].date) \(MinuteOfDay.text(fill.minute))",
            Money.points(fill.cost), Money.text(Int64(fill.feesCents)), Money.text(Int64(fill.netCents)),
            Money.text(Int64(fill.shadowNetCents)), decimals(trade.spotAtFill),
            decimals(expiry.official.close),
            k == 0 ? Money.text(trade.marginCents) : "",
          ].joined(separator: ","))
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private static func decimals(_ points: Double) -> String {
    Money.text(Int64((points * 100).rounded(.toNearestOrAwayFromZero)))
  }
}

/// One row a session.
public enum SessionTable {
  /// Columns of the file.
  public static let header = "session,outcome,trades,condor_net,hedge_net,standing_net,net"

  /// The whole file, dollars: `outcome` is of the entry decided in the session, trades and money are of the trade
  /// that expires in it.
  public static func csv(_ result: BacktestResult, history: MarketHistory) -> String {
    var lines = [header]
    let condor = result.condorBySession
    let hedge = result.hedgeBySession
    let net = result.netBySession
    for (k, i) in result.period.enumerated() {
      let expired = k > 0 && result.records[k - 1].code == .traded ? 1 : 0
      lines.append(
        [
          history.sessions[i].date.description, result.records[k].code.rawValue, "\(expired)",
          Money.text(condor[k]), Money.text(hedge[k]), Money.text(result.standing[k]), Money.text(net[k]),
        ].joined(separator: ","))
    }
    return lines.joined(separator: "\n") + "\n"
  }
}
