import Foundation
import Studies

/// The text of `wingspan walkforward`.
enum WalkForwardText {
  static func text(_ r: WalkForwardReport) -> String {
    var parts = [head(r), figures(r), decay(r), windows(r)]
    for row in r.families { if let drift = row.drift { parts.append(settings(row, drift)) } }
    parts.append(differences(r))
    parts.append(verdicts(r))
    return parts.joined(separator: "\n\n")
  }

  private static func head(_ r: WalkForwardReport) -> String {
    let count = r.windowsInAll == 1 ? "1 window" : "\(r.windowsInAll) windows"
    var text =
      "\(r.families.count) families on \(r.history), \(r.from) to \(r.to), \(r.sessions) sessions: \(count), each choosing "
      + (r.isAnchored
        ? "on all sessions before it, \(r.inSample) or more" : "on the \(r.inSample) sessions before it")
      + (r.embargo > 0 ? ", \(r.embargo) left out between" : "") + ", then trading \(r.outOfSample)."
    if let last = r.windows.last, last.sessions < r.outOfSample {
      text += " The last is cut off at \(last.sessions)."
    }
    if r.interrupted { text += " Interrupted: everything here is of the first \(r.windows.count)." }
    let caveats = r.families.flatMap { row in row.caveats.map { Text.wrap("\(row.name): \($0)") } }
    return ([Text.wrap(text), Text.wrap(r.disclosure)] + caveats).joined(separator: "\n")
  }

  private static func interval(_ low: Double?, _ high: Double?) -> String {
    low == nil ? "-" : "\(Text.dollars(low)) to \(Text.dollars(high))"
  }

  private static func figures(_ r: WalkForwardReport) -> String {
    var table = TextTable(["out of sample, per condor"] + r.families.map(\.name))
    func row(_ name: String, _ value: (WalkForwardReport.Row) -> String) {
      table.add([name] + r.families.map(value))
    }
    row("sessions") { "\($0.outOfSample.sessions)" }
    row("trades") { "\($0.outOfSample.trades)" }
    row("net $") { Text.dollars($0.outOfSample.netDollars) }
    row("mean $ a session") { Text.dollars($0.mean.meanDollars) }
    row("95 % interval, Newey-West") { interval($0.mean.lowDollars, $0.mean.highDollars) }
    row("95 % interval, bootstrap") { interval($0.mean.bootstrapLowDollars, $0.mean.bootstrapHighDollars) }
    row("Sharpe") { Text.number($0.outOfSample.sharpe) }
    row("worst session $") { Text.dollars($0.outOfSample.worstDollars) }
    row("CVaR95 $") { Text.dollars($0.outOfSample.cvar95Dollars) }
    row("max drawdown $") { Text.dollars($0.outOfSample.maxDrawdownDollars) }
    row("stopped trades") { "\($0.outOfSample.stopped)" }
    row("net value of stops $") { Text.dollars($0.outOfSample.stopsNetDollars) }
    row("hedge net $") { Text.dollars($0.outOfSample.hedgeDollars) }
    row("windows above 0") { "\($0.windowsAboveZero) of \($0.windows.count)" }
    row("windows without a choice") { "\($0.windowsWithoutChoice)" }
    return table.text
  }

  private static func decay(_ r: WalkForwardReport) -> String {
    var table = TextTable(["in against out of sample"] + r.families.map(\.name))
    func row(_ name: String, _ value: (WalkDecay) -> String) {
      table.add([name] + r.families.map { $0.decay.map(value) ?? "-" })
    }
    row("mean $ in") { Text.dollars($0.inSampleMeanDollars) }
    row("mean $ out") { Text.dollars($0.outOfSampleMeanDollars) }
    row("mean $ out - in") { Text.dollars($0.meanDifferenceDollars) }
    row("efficiency, mean out / in") { Text.number($0.efficiency) }
    row("Sharpe in") { Text.number($0.inSampleSharpe) }
    row("Sharpe out") { Text.number($0.outOfSampleSharpe) }
    row("Sharpe out - in") { Text.number($0.sharpeDifference) }
    row("Sharpe out / in") { Text.number($0.sharpeRatio) }
    return table.text
  }

  private static func windows(_ r: WalkForwardReport) -> String {
    var table = TextTable([
      "chosen on", "traded from", "family", "tried", "mean $ in", "mean $ out", "efficiency", "Sharpe in",
      "Sharpe out",
    ])
    for (w, window) in r.windows.enumerated() {
      for row in r.families {
        let choice = row.windows[w]
        table.add([
          "\(window.inSampleFrom) to \(window.inSampleTo)", window.outOfSampleFrom, row.name,
          row.isFixed ? "-" : "\(choice.evaluations)",
          choice.isChosen ? Text.dollars(choice.inSample?.meanDollars) : "nothing",
          Text.dollars(choice.outOfSample.meanDollars), Text.number(choice.decay?.efficiency),
          Text.number(choice.inSample?.sharpe), Text.number(choice.outOfSample.sharpe),
        ])
      }
    }
    return table.text
  }

  private static func settings(_ row: WalkForwardReport.Row, _ drift: WalkDrift) -> String {
    var lines = [
      Text.wrap(
        "\(row.name), settings by window: \(drift.choices) choices, \(drift.different) different, the most frequent in "
          + "\(drift.mostFrequent) of them; \(drift.repeated) of \(drift.followed) the same as the window before."
      )
    ]
    for parameter in drift.parameters where parameter.different > 0 {
      let step = parameter.meanStep.map { ", mean step \(Text.percent($0)) of the range" } ?? ""
      let values = parameter.values.map { $0 ?? "-" }.joined(separator: ", ")
      lines.append(
        Text.wrap("\(parameter.path) (\(parameter.different) different\(step)): \(values)", indent: "  "))
    }
    return lines.joined(separator: "\n")
  }

  private static func differences(_ r: WalkForwardReport) -> String {
    var table = TextTable([
      "$ a session", "sessions", "mean", "Newey-West", "bootstrap", "p",
    ])
    for d in r.differences {
      table.add([
        "\(d.a) minus \(d.b)", "\(d.mean.sessions)", Text.dollars(d.mean.meanDollars),
        interval(d.mean.lowDollars, d.mean.highDollars),
        interval(d.mean.bootstrapLowDollars, d.mean.bootstrapHighDollars), Text.probability(d.mean.pValue),
      ])
    }
    let left = r.leftOut.values.reduce(0, +)
    guard left > 0 else { return table.text }
    let reasons = r.leftOut.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
    return table.text + "\n"
      + Text.wrap(
        "Left out of the differences: the trades of \(left) entries that some family can't decide (\(reasons.joined(separator: ", ")))."
      )
  }

  private static func verdicts(_ r: WalkForwardReport) -> String {
    var lines: [String] = []
    for row in r.families {
      lines.append(Text.wrap("\(row.name): \(row.verdict)."))
      if row.windowsWithoutChoice > 0 {
        lines.append(
          Text.wrap(
            "\(row.name): in \(row.windowsWithoutChoice) of \(row.windows.count) windows nothing that was tried trades and "
              + "keeps the constraints; nothing was traded then."))
      }
    }
    for d in r.differences { lines.append(Text.wrap("\(d.a) against \(d.b): \(d.verdict).")) }
    lines.append(
      Text.wrap(
        "Intervals are at 95 %, by Newey and West and by a stationary bootstrap of \(r.resamples) resamples, widened by the dependence that its blocks cut off, "
          + "paired by session, given the settings chosen and these prices; `compare --study` tries other prices."
      ))
    if r.isDemonstration { lines.append("Minutes are simulated: a demonstration, no evidence.") }
    return lines.joined(separator: "\n")
  }
}
