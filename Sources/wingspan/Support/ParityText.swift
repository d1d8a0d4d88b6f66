import Foundation
import Studies

/// The text of `wingspan parity`.
enum ParityText {
  static func text(_ r: ParityReport) -> String {
    var table = TextTable([
      "quotes", "expiry", "index", "forward", "disagree", "pairs", "stale", "strikes", "conversions",
      "best", "reversals", "best", "best box",
    ])
    for c in r.chains {
      table.add([
        c.quoteDate, c.expiry, Text.number(c.index), Text.number(c.forward), Text.number(c.disagreement, 3),
        "\(c.pairs)", "\(c.staleStrikes)", "\(c.strikes)", "\(c.conversions)", Text.number(c.bestConversion),
        "\(c.reversals)", Text.number(c.bestReversal),
        Text.number(c.bestBox) + (c.isBoxViolated ? " !" : ""),
      ])
    }
    let total =
      "\(r.chains.count) chains, \(r.strikes) strikes within \(Text.brief(r.windowPoints)) points of the forward and "
      + "\(r.days) days of the expiry: \(r.violations) conversions and reversals lock in more than "
      + "\(Text.number(r.costPoints, 3)) points, \(r.boxes) chains have a box that does"
    let m = r.modelled
    let modelled =
      "Modelled marks keep parity by construction; on \(m.history), \(m.sessions) sessions, \(m.strikes) strikes, "
      + String(format: "C - P - (F - K) is at most %.1e points unrounded", m.largestGap)
      + " and \(Text.number(m.largestGapOnGrid, 3)) on the tick grid"
    return
      ([table.text, Text.wrap(total)]
      + (r.withoutForward > 0 ? ["\(r.withoutForward) expiries without a pair that has bids: left out"] : [])
      + [Text.wrap(modelled)]).joined(separator: "\n\n")
  }
}
