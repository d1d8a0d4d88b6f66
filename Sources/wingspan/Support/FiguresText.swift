import Backtesting
import Foundation
import MarketData
import Studies

/// Numbers as people read them.
enum Text {
  /// Dollars with two decimals and a sign where negative.
  static func dollars(_ x: Double?) -> String {
    guard let x else { return "-" }
    return String(format: "%.2f", x)
  }
  static func percent(_ x: Double?) -> String {
    guard let x else { return "-" }
    return String(format: "%.1f %%", 100 * x)
  }
  static func number(_ x: Double?, _ digits: Int = 2) -> String {
    guard let x else { return "-" }
    return String(format: "%.\(digits)f", x)
  }
  /// Four digits, and as many before the point as there are; whole numbers whole.
  static func brief(_ x: Double?) -> String {
    guard let x else { return "-" }
    return x == x.rounded() && x.magnitude < 1e6 ? String(format: "%.0f", x) : String(format: "%.4g", x)
  }
  /// A p-value: three decimals, and never 0.
  static func probability(_ p: Double?) -> String {
    guard let p else { return "-" }
    return p < 0.001 ? "< 0.001" : number(p, 3)
  }
  /// Words in lines of at most `width` characters.
  static func wrap(_ text: String, width: Int = 110, indent: String = "") -> String {
    var lines: [String] = []
    var line = ""
    for word in text.split(separator: " ") {
      if !line.isEmpty, line.count + word.count + 1 > width - indent.count {
        lines.append(indent + line)
        line = String(word)
      } else {
        line += (line.isEmpty ? "" : " ") + word
      }
    }
    return (lines + [indent + line]).joined(separator: "\n")
  }
}

/// The text of `wingspan backtest`.
enum FiguresText {
  static func backtest(
    _ e: Evaluation, reach: CreditReach, standing: [StandingLayerReport], shifts: ShiftReport?,
    market: Market,
    period: ClosedRange<Int>
  ) -> String {
    let f = e.figures
    let sessions = market.history.sessions
    var table = TextTable(["figure", "value"])
    table.add(["sessions", "\(f.sessions)"])
    table.add(["trades", "\(f.trades)"])
    if f.reentries > 0 { table.add(["condors sold again", "\(f.reentries)"]) }
    table.add(["net, $ a condor", Text.dollars(f.netDollars)])
    table.add(["mean, $ a session", Text.dollars(f.meanDollars)])
    table.add(["sd, $ a session", Text.dollars(f.sdDollars)])
    table.add(["Sharpe, yearly", Text.number(f.sharpe)])
    table.add(["Sortino, yearly", Text.number(f.sortino)])
    table.add(["win rate, of trades", Text.percent(f.winRate)])
    table.add(["worst session, $", Text.dollars(f.worstDollars)])
    table.add(["CVaR 95 %, $ a session", Text.dollars(f.cvar95Dollars)])
    table.add(["CVaR 99 %, $ a session", Text.dollars(f.cvar99Dollars)])
    table.add(["max drawdown, $", Text.dollars(f.maxDrawdownDollars)])
    table.add([
      "its length, sessions", "\(f.maxDrawdownSessions)" + (f.drawdownRecovered ? "" : " (not over)"),
    ])
    table.add(["credit received, $", Text.dollars(f.creditDollars)])
    table.add(["theta capture, share of credit kept", Text.percent(f.thetaCapture)])
    table.add(["stop rate, of trades", Text.percent(f.stopRate)])
    table.add(["stop reachable, of trades", Text.percent(f.stopReachable)])
    table.add(["whipsaws, stopped but would have won", "\(f.whipsaws) ($\(Text.dollars(f.whipsawDollars)))"])
    table.add(["net value of all stops, $", Text.dollars(f.stopsNetDollars)])
    table.add(["extrinsic paid by early exits, $", Text.dollars(f.extrinsicForfeitedDollars)])
    table.add(["hedge, $", Text.dollars(f.hedgeNetDollars)])
    table.add(["hedge where the condor did not lose, $", Text.dollars(f.hedgeCarryDollars)])
    table.add(["hedge offset on condor-loss sessions", Text.percent(f.hedgeOffset)])
    table.add(["sessions on which both lose", "\(f.bothLoseSessions)"])
    table.add(["for +1 % of the index, $ a session", Text.dollars(f.spxBetaDollars)])
    for metric in Metric.onDemand where !inFigures.contains(metric) {
      table.add(["\(metric.meaning) (\(metric.unit))", Text.brief(e.value(metric))])
    }
    var text =
      "\(e.strategy.name)  \(sessions[period.lowerBound].date) to \(sessions[period.upperBound].date), "
    text +=
      "history \(market.history.name)\n"
      + ([market.disclosure] + e.strategy.caveats).map { Text.wrap($0) }.joined(separator: "\n") + "\n\n"
      + table.text
    text += "\n\nEntry decisions by outcome\n" + outcomes(f)
    text += "\n" + sold(reach)
    if let shifts { text += "\n\n" + ShiftText.report(shifts, parameters: market.parameters) }
    if !standing.isEmpty { text += "\n\nStanding layers\n" + StandingText.table(standing) }
    text += "\n\nNet by year, $\n" + grouped(f.netByYear, order: f.netByYear.keys.sorted())
    text += "\n\nNet by VIX at the close before, $\n" + grouped(f.netByVIX, order: PeriodAxis.bucketNames)
    return text
  }

  /// Metrics on demand that stand among the figures already, by other words.
  private static let inFigures: [Metric] = [.hedgeCarry, .extrinsicForfeited]

  /// How often the setting can be had, and what is paid where it can't.
  private static func sold(_ reach: CreditReach) -> String {
    var text =
      "sold on \(reach.soldSessions) of \(reach.eligibleSessions) sessions that could be tried"
      + (reach.share.map { " (\(Text.percent($0)))" } ?? "")
    if let c = reach.withoutBand {
      text +=
        "; without the credit band such strikes pay \(Text.number(c.mean)) points at mid on average"
        + " (\(Text.number(c.lowest)) to \(Text.number(c.highest)), \(c.sessions) sessions)"
    }
    return Text.wrap(text)
  }

  /// Sessions and their share, most frequent first.
  static func outcomes(_ f: Figures) -> String {
    var table = TextTable(["outcome", "sessions", "share"])
    for (code, count) in f.outcomes.sorted(by: { ($1.value, $0.key) < ($0.value, $1.key) }) {
      table.add([code, "\(count)", Text.percent(Double(count) / Double(max(1, f.sessions)))])
    }
    return table.text
  }

  private static func grouped(_ values: [String: Double], order: [String]) -> String {
    var table = TextTable(["", "net"])
    for key in order { if let value = values[key] { table.add([key, Text.dollars(value)]) } }
    return table.text
  }
}

/// The JSON of `wingspan backtest`.
struct BacktestReport: Encodable {
  let name: String
  let source: String
  let history: String
  let historyDigest: String
  let disclosure: String
  let marks: String
  let from: String
  let to: String
  let figures: Figures
  /// Every metric by the name that searches have for it; null where it isn't defined.
  let metrics: [String: Double?]
  let exportedFigures: String?
  let caveats: [String]
  let reach: CreditReach
  let standingLayers: [StandingLayerReport]
  let shifts: ShiftReport?

  init(
    _ e: Evaluation, reach: CreditReach, standing: [StandingLayerReport], shifts: ShiftReport?,
    market: Market,
    period: ClosedRange<Int>, reproduction: ExportedStudy.Reproduction?
  ) {
    self.reach = reach
    self.shifts = shifts
    standingLayers = standing
    caveats = e.strategy.caveats
    name = e.strategy.name
    source = e.strategy.source
    history = market.history.name
    historyDigest = market.history.digest
    disclosure = market.disclosure
    marks = market.marksLabel
    from = market.history.sessions[period.lowerBound].date.description
    to = market.history.sessions[period.upperBound].date.description
    figures = e.figures
    metrics = Dictionary(
      Metric.allCases.map { ($0.rawValue, e.value($0)) }, uniquingKeysWith: { first, _ in first })
    exportedFigures = reproduction.map { "\($0)" }
  }
}

/// The text of `wingspan sweep`.
enum SweepText {
  static func summary(_ s: SweepSummary, out: String?) -> String {
    var text =
      "\(s.space): \(s.completed) of \(s.configurations) configurations on \(s.history), \(s.from) to \(s.to)\n"
    text += ([s.disclosure] + s.caveats).map { Text.wrap($0) }.joined(separator: "\n") + "\n"
    text += String(
      format:
        "%ld trades, %ld configuration-days in %.2f s with %ld threads: %.0f configuration-days a second\n",
      s.trades, s.configDays, s.seconds, s.threads, s.configDaysPerSecond)
    if s.resumed > 0 { text += "\(s.resumed) configurations were stored already and not worked out again\n" }
    if s.kept < s.completed {
      text +=
        "kept the best \(s.kept) by \(s.objective); \(s.rescored) were scored exactly, the others screened out\n"
    }
    if s.withoutTrades > 0 { text += "\(s.withoutTrades) configurations never traded\n" }
    var table = TextTable(
      ["best by \(s.objective)", "trial", s.objective, "trades", "net $", "worst $", "CVaR95 $", "max dd $"])
    for family in Family.allCases {
      guard let pick = s.bestByFamily[family.rawValue] else { continue }
      let f = pick.figures
      table.add([
        label(family), "\(pick.index)", Text.number(pick.objective, 3), "\(f.trades)",
        Text.dollars(f.netDollars),
        Text.dollars(f.worstDollars), Text.dollars(f.cvar95Dollars), Text.dollars(f.maxDrawdownDollars),
      ])
    }
    text += "\n" + table.text + "\n"
    let standing = Family.allCases.flatMap { s.bestByFamily[$0.rawValue]?.standing ?? [] }
    if let note = StandingText.note(standing) { text += Text.wrap(note) + "\n" }
    if let best = s.best {
      text += "\nbest of all, trial \(best.index):\n"
      for (path, value) in best.assignments.sorted(by: { $0.key < $1.key }) {
        text += "  \(path) = \(value)\n"
      }
      text +=
        Text.wrap(
          "The best of \(s.completed) on the same sessions flatters: it says what fitted, not what will pay.")
        + "\n"
    }
    if let out {
      text += "\nstored in \(out)/study.sqlite; `wingspan export \(out)` writes the best as a file"
    }
    return text
  }

  static func label(_ family: Family) -> String {
    switch family {
    case .hold: "neither stop nor hedge"
    case .stop: "stop"
    case .alvh: "hedge, no stop"
    case .both: "stop and hedge"
    }
  }
}
