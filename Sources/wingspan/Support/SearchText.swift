import Foundation
import Studies

/// What a search found, as text.
enum SearchText {
  /// Trials of the front that are printed.
  private static let shown = 12

  private static func race(_ r: SearchSummary.Racing, sessions: Int) -> String {
    guard let mean = r.meanSessions else { return "racing gave nothing up" }
    var text = String(
      format: "racing gave up %d trials, after %.0f of %d sessions on average", r.dropped, mean, sessions)
    guard let bound = r.wrongShareBound else { return text + "; none was worked out whole to check that" }
    text += String(
      format: "; of %d of them worked out whole %d %@ better than what it lost to", r.audited, r.wrong,
      r.wrong == 1 ? "is" : "are")
    if r.audited < r.dropped {
      text += String(format: " (of all, at 95 %%, at most %.1f %%)", 100 * bound)
    }
    return text
      + ".\nnote: racing compares days by rank. A setting that loses a little on most days and wins much on a few is what it "
      + "gives up wrongly; a search without `racing` is the check"
  }

  static func summary(_ s: SearchSummary, out: String?) -> String {
    var text =
      "\(s.space): \(s.evaluations) trials by \(s.method) on \(s.history), \(s.from) to \(s.to), \(s.sessions) sessions\n"
      + "\(s.disclosure)\n"
    for caveat in s.caveats { text += "note: \(caveat)\n" }
    text += String(
      format: "%d generations in %.2f s with %d threads; ended by %@; %d feasible, %d without a result\n",
      s.generations, s.seconds, s.threads, s.ended.rawValue, s.feasible, s.failed)
    if s.resumed > 0 { text += "\(s.resumed) of them from an earlier run\n" }
    text +=
      "\(s.distinctCondors) condors and \(s.distinctHedges) hedges worked out, \(s.generalPath) trials one by one\n"
    if let racing = s.racing { text += race(racing, sessions: s.sessions) + "\n" }
    if s.verified > 0 { text += "\(s.verified) trials are the same by the reference engine\n" }
    if s.kept < s.evaluations { text += "kept the best \(s.kept) of them\n" }
    if !s.constraints.isEmpty { text += "kept to \(s.constraints.joined(separator: ", "))\n" }
    guard !s.front.isEmpty else {
      return text + "\nno trial keeps every constraint and has every objective: nothing to recommend"
    }
    text += "\n"
    if s.objectives.count > 1 {
      text += "the front: \(s.front.count) trials that no other beats in every objective"
      if let volume = s.progress.last?.hypervolume {
        text += String(format: ", hypervolume %.6g", volume)
      }
      text += "\n"
    }
    var table = TextTable(["trial"] + s.objectives + [""], wordsLast: true)
    let order = s.front.sorted { ($0.objectives.first ?? 0) > ($1.objectives.first ?? 0) }
    let step = max(1, (order.count + shown - 1) / shown)
    for (k, pick) in order.enumerated() where k % step == 0 || pick.trial == s.knee {
      table.add(
        ["\(pick.trial)"] + pick.objectives.map { String(format: "%.4f", $0) }
          + [pick.trial == s.knee ? "knee" : ""])
    }
    text += table.text + "\n"
    if order.count > shown { text += "[\(order.count) in all: `wingspan trials` lists them]\n" }
    let named = s.front.first { $0.trial == s.knee } ?? order[0]
    text += "\ntrial \(named.trial)\(named.trial == s.knee ? ", the knee" : ", the best"):\n"
    for key in named.assignments.keys.sorted() {
      text +=
        "  \(key) = \(named.assignments[key] ?? "")"
        + (named.edges[key].map { "   <- at the \($0) end of its range: search further" } ?? "") + "\n"
    }
    text +=
      "The best of \(s.evaluations) on the same sessions flatters: it says what fitted, not what will pay."
    if let out {
      text += "\n\nstored in \(out)/study.sqlite; `wingspan export \(out)` writes the best as a file"
    }
    return text
  }
}
