import Validation

/// What picking on some days and holding on others earned, in plain words.
struct PickingText {
  let text: String

  init(_ report: PickingReport) {
    let lines =
      ["What would picking have earned on days that it was not done on?"] + Self.paths(report)
      + Self.walk(report)
    text = lines.joined(separator: "\n")
  }

  private static func paths(_ report: PickingReport) -> [String] {
    guard let p = report.paths else { return report.pathsMissing.map { ["  (no paths: \($0))"] } ?? [] }
    return [
      "  \(p.sharpes.count) paths over all days, picked anew without the \(p.testGroups) of \(p.groups) groups of days that are "
        + "held (\(gap(p.purge, p.embargo))):",
      "  Sharpe ratio \(yearly(p.lowest)) to \(yearly(p.highest)) a year, in the middle \(yearly(p.median)); "
        + "\(Text.percent(p.shareLosing)) of them lose",
    ]
  }

  private static func walk(_ report: PickingReport) -> [String] {
    guard let w = report.walk, let first = w.windows.first else {
      return report.walkMissing.map { ["  (no walk: \($0))"] } ?? []
    }
    let span = w.isAnchored ? "all days so far, from \(first.train.count) on" : "\(first.train.count) days"
    let unit = w.score == .sharpe ? "Sharpe ratio a day" : "P&L a day"
    let efficiency = w.efficiency.map { "; efficiency \(Text.percent($0))" } ?? ""
    return [
      "  a walk of \(w.windows.count) windows: picked on \(span), held for the next \(first.test.count) after \(w.gap) left out; "
        + "\(w.picked) different picks",
      "  \(unit) \(Text.number(w.inSampleScore, 4)) where picked, \(Text.number(w.outOfSampleScore, 4)) where held\(efficiency)",
    ]
  }

  private static func gap(_ purge: Int, _ embargo: Int) -> String {
    "\(purge) left out beside them" + (embargo > 0 ? ", \(embargo) more behind" : "")
  }
  private static func yearly(_ ratio: Double) -> String { Text.number(ratio * 252.0.squareRoot()) }
}
