import Pricing
import Studies

/// What `wingspan backtest` says of rolled sides.
enum ShiftText {
  static func report(_ report: ShiftReport, parameters: MarkParameters) -> String {
    var table = TextTable([
      "sessions on", "rolls", "came back", "sold again", "bought back $", "received $", "rolled net $",
      "again net $", "trades, rolled $", "stopped and left $", "held $",
    ])
    for h in report.horizons {
      table.add(
        ["\(h.sessions)", "\(h.rolls)", "\(h.broughtBack)", "\(h.reopened)"]
          + [
            h.boughtBackDollars, h.receivedDollars, h.rolledNetDollars, h.reopenedNetDollars,
            h.withRollDollars,
            h.withoutRollDollars, h.heldDollars,
          ].map { Text.dollars($0) })
    }
    return "Sides rolled to a later expiry\n" + table.text + "\n" + marks(parameters)
  }

  /// How far the marks of later expiries can be trusted.
  private static func marks(_ parameters: MarkParameters) -> String {
    let errors = HorizonError.shipped.filter { $0.sessions > 1 }
    guard parameters.name == MarkParameters.builtIn.name, let first = errors.first, let last = errors.last
    else { return "prices of later expiries: not measured for these marks" }
    let rows = errors.map { e in
      "\(e.sessions): \(signed(100 * e.logVolBias)) ± \(Text.number(100 * e.logVolRmse, 0)) % of volatility, "
        + "\(Text.number(e.spreadMeanAbs, 2)) points (\(e.chains) chains)"
    }
    return Text.wrap(
      "prices of \(first.sessions)-\(last.sessions) session spreads use the next session's level; against real chains of one "
        + "quiet quarter, mean and rms level error and mean error of a 5-wide spread by sessions: "
        + rows.joined(separator: "; "))
  }

  private static func signed(_ x: Double) -> String { (x < 0 ? "" : "+") + Text.number(x, 0) }
}
