import Kernels
import Search
import Statistics

extension SearchRun {
  /// Works out some of the given-up trials whole, drawn without bias.
  ///
  /// - Returns: what was given up, and how many of those worked out are better than what they lost to; none where
  ///   cancelled.
  /// - Complexity: O(trials audited × sessions).
  func audit(
    _ found: Found, _ rules: SearchSection.Racing, seed: UInt64, _ evaluator: inout CandidateEvaluator,
    sessions: Int, isCancelled: @Sendable () -> Bool
  ) -> SearchSummary.Racing {
    let drops = found.drops
    let gone = drops.reduce(0) { $0 + $1.sessions }
    var report = SearchSummary.Racing(
      risk: rules.risk, looks: min(rules.looks, sessions), dropped: drops.count,
      meanSessions: drops.isEmpty ? nil : Double(gone) / Double(drops.count), audited: 0, wrong: 0,
      wrongShareBound: nil)
    var random = Philox(seed: seed, stream: Self.auditStream)
    var order = Array(drops.indices)
    random.shuffle(&order)
    let drawn = order.prefix(rules.audit).sorted().map { drops[$0] }
    let strategies = drawn.compactMap { try? subject.strategy($0.point) }
    guard found.end != .interrupted, !drawn.isEmpty,
      let scored = evaluator.evaluate(
        strategies.map { evaluator.numbers(of: $0) }, onDemand: scale.onDemand, withBooks: scale.needsBooks,
        isCancelled: isCancelled)
    else { return report }
    report.audited = scored.count
    report.wrong = zip(drawn, scored).count { drop, made in
      let told = scale.evaluation(made)
      return told.isFeasible && told.objectives[0] < drop.best
    }
    report.wrongShareBound =
      scored.count == drops.count
      ? Double(report.wrong) / Double(drops.count)
      : BinomialBound.upper(successes: report.wrong, of: scored.count)
    return report
  }
  /// Of the generator, apart from those of the methods and of the race.
  private static let auditStream = UInt64.max - 1
}
