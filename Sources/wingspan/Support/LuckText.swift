import Foundation
import Validation

/// A report on luck in plain words.
struct LuckText {
  let text: String

  init(_ r: LuckReport, benchmark: String?) {
    let rival = benchmark ?? "doing nothing"
    let t = r.table
    var lines = [
      "\(t.settings) settings over \(t.days) days"
        + (benchmark.map { "; all figures are of what is earned above \($0)" } ?? "")
    ]
    if t.testedSettings < t.settings {
      lines.append(
        "\(t.settings - t.testedSettings) left out: they earn the same every day, to a millionth, \(t.zeroSettings) of them nothing"
      )
    }
    let sure = t.sureNames
    if !sure.isEmpty {
      lines.append(
        "\(sure.count) of those left out \(sure.count == 1 ? "beats" : "beat") \(rival) by the same every day, for sure: "
          + Self.listed(sure))
    }
    let share = Text.brief(100 * r.size) + " %"
    let verb = r.best.mean > 0 ? "beats \(rival) by" : "does not beat \(rival): it stays behind by"
    lines += [
      "The best of \(t.testedSettings), \(r.best.name), \(verb) "
        + "\(Text.number(abs(r.best.mean), 2)) a day (\(Text.number(r.best.statistic, 2)) standard errors).",
      "", "Would the best of as many settings without any edge look as good?",
      "  Hansen's SPA      p = \(Text.probability(r.spa.consistent))   (between \(Text.probability(r.spa.lower)) and \(Text.probability(r.spa.upper)))",
      "  White's check     p = \(Text.probability(r.realityCheck))",
      r.spa.consistent <= r.size
        ? "  Rarely: luck in choosing alone hardly explains it."
        : "  Easily: luck in choosing is enough to explain it.",
      "",
    ]
    if r.stepm.isEmpty {
      let which = sure.isEmpty ? "No setting" : "No other setting"
      lines.append("\(which) can be said to beat \(rival) with at most \(share) risk of a false claim.")
    } else {
      lines.append(
        "\(r.stepm.count) can be said to beat \(rival), with at most \(share) risk that any of them doesn't:"
      )
      lines.append("  " + Self.listed(r.stepmNames))
    }
    if let mcs = r.mcs {
      lines.append(
        "\(mcs.members.count) of \(t.testedSettings) can't be told from the best (confidence set of "
          + "\(Text.brief(100 - 100 * r.size)) %, T_\(mcs.method.rawValue)\(mcs.pValues == nil ? " in steps" : ""), \(mcs.resamples) resamples)."
      )
    }
    let kind = r.blockLengthIsEstimated ? "told by the days themselves" : "as given"
    lines += [
      "",
      "\(r.resamples) resamples, seed \(r.seed), blocks of \(Text.number(r.blockLength, 1)) days (\(kind)), each setting's "
        + "widened by its own dependence: \(Text.number(r.widening.median, 2)) times in the middle, "
        + "\(Text.number(r.widening.most, 2)) at most.",
    ]
    text = lines.joined(separator: "\n")
  }

  /// The first twenty, and how many more there are.
  private static func listed(_ names: [String]) -> String {
    names.prefix(20).joined(separator: ", ") + (names.count > 20 ? ", and \(names.count - 20) more" : "")
  }
}
