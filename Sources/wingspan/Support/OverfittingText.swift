import Validation

/// What a report says of overfitting, in plain words.
struct OverfittingText {
  let text: String

  init(_ report: OverfittingReport) {
    var lines = ["Does the best setting stay good on days that it was not picked on?"]
    if let validation = report.crossValidation { lines += Self.splits(validation) }
    if let best = report.psr, let dsr = report.dsr {
      lines += ["", "Is the best Sharpe ratio more than luck?"] + Self.ratio(best)
      lines.append(
        "  above what luck gives the best of \(Self.whole(dsr.trials)), \(Self.yearly(dsr.benchmark)) a year: "
          + Text.percent(dsr.probability)
          + (report.dsrWithLags.map { ", with dependence \(Text.percent($0.probability))" } ?? ""))
      if let pick = report.pick, let own = report.dsrOfPick {
        lines.append(
          "  \(pick.name), which has the highest mean: \(Text.number(pick.sharpeAYear)) a year, above that luck "
            + Text.percent(own.probability))
      }
      lines += Self.effective(report) + Self.lengths(report, trials: dsr.trials, days: best.estimate.days)
    }
    text = (lines + report.notes.map { "  (\($0))" }).joined(separator: "\n")
  }

  private static func splits(_ c: BacktestOverfitting) -> [String] {
    let l = c.layout
    let dropped = l.daysDropped > 0 ? ", the first \(l.daysDropped) days left out" : ""
    let verdict =
      c.pbo < 0.25
      ? "Picking carries over."
      : c.pbo < 0.5 ? "Picking carries over in part." : "Picking is no better than drawing lots."
    let score = l.score == .sharpe ? "Sharpe ratio a day" : "P&L a day"
    let dominance =
      c.dominance.firstOrder
      ? "Picking beats the mean of all settings at every level."
      : c.dominance.secondOrder
        ? "Whoever dislikes risk prefers picking to the mean of all settings."
        : "Picking does not beat the mean of all settings throughout."
    var lines = [
      "  PBO \(Text.percent(c.pbo)): in so many splits the pick of one half of the days is at or below the median on the other",
      "  (\(l.splits) splits of \(l.blocks) blocks of \(l.daysPerBlock) days\(dropped)). \(verdict)",
      "  Its mean \(score): \(Text.number(c.meanInSample, 4)) where picked, \(Text.number(c.meanOutOfSample, 4)) on the rest; "
        + "it loses there in \(Text.percent(c.probabilityOfLoss)) of the splits.",
      "  \(dominance)",
    ]
    if c.flatScores > 0 {
      lines.append("  \(c.flatScores) scores count as 0, of settings without spread in that half.")
    }
    return lines
  }

  private static func ratio(_ best: OverfittingReport.Best) -> [String] {
    let e = best.estimate
    let lags =
      best.probabilityWithLags.map { ", with dependence over \(best.lag ?? 0) days \(Text.percent($0))" }
      ?? ""
    return [
      "  \(best.name): \(Text.number(best.sharpeAYear)) a year, skew \(Text.number(e.skewness)), "
        + "kurtosis \(Text.number(e.kurtosis))",
      "  above 0, had it been the only one tried: \(Text.percent(best.probability))\(lags)",
    ]
  }

  private static func effective(_ report: OverfittingReport) -> [String] {
    guard let trials = report.effectiveTrials, let dsr = report.dsrEffective else { return [] }
    let counts =
      "\(Text.number(trials.entropy, 1)) (by entropy; \(Text.number(trials.participation, 1)) by participation)"
    return [
      "  the settings amount to \(counts) independent ones; above the best of those: \(Text.percent(dsr.probability))"
    ]
  }

  private static func lengths(_ report: OverfittingReport, trials: Double, days: Int) -> [String] {
    guard let record = report.minTrackRecord, let years = report.minBacktestYears else { return [] }
    return [
      "  days that tell it from 0 with 95 %: \(whole(record.rounded(.up))); there are \(days)",
      "  years in which the best of \(whole(trials)) reaches it by luck: \(Text.number(years, 1))",
    ]
  }

  private static func yearly(_ ratio: Double) -> String { Text.number(ratio * 252.0.squareRoot()) }
  private static func whole(_ x: Double) -> String { Text.number(x, 0) }
}
