import Backtesting
import ConfigFormats
import MarketData
import Strategies

/// Chooses each family's settings on one half of a period and judges them on the other, both ways round, so that every
/// session is judged by settings that never saw it.
///
/// The entry of a half's last session would expire in the other half: it is purged from both. Families are searched by the
/// same method with the same seed and budget; of several objectives the knee of the front is chosen, of one the best.
struct CrossFit: Sendable {
  let families: FamilySpaces
  let market: Market
  /// The halves, positions in the history; neighbours.
  let halves: [ClosedRange<Int>]
  /// Points evaluated a family and half, at most.
  let evaluations: Int
  let seed: UInt64
  let threads: Int
  var memoryBytes = 2 << 30

  /// A family's settings as a half of the period chose them.
  struct Choice: Sendable {
    let strategy: Strategy
    /// Searched values, by path.
    let assignments: [String: String]
    /// Points evaluated, those that keep every constraint, and why it ended.
    let evaluations: Int
    let feasible: Int
    let end: SearchEnd
  }
  /// One family, by half.
  struct Member: Sendable {
    let family: Family
    /// Chosen on each half.
    var choices: [Choice] = []
    /// The choice of each half over that half itself, and over the other.
    var inSample: [FamilySeries] = []
    var outOfSample: [FamilySeries] = []
    /// By half: entries sold in the search that another family's choice can't decide, so that nobody is judged on them.
    var searchedAlone: [Int] = []

    /// Results out of sample in order of time: each half judged by the other's choice.
    var stitched: FamilySeries {
      var made = FamilySeries()
      for series in outOfSample.reversed() { made.append(series) }
      return made
    }
  }
  /// What became of a period.
  struct Fitted: Sendable {
    var members: [Member]
    /// Entry sessions that some family can't decide, by position in each half: left out for all.
    var leftOut: [[Int: [Family: OutcomeCode]]]

    func series(_ family: Family) -> FamilySeries? { members.first { $0.family == family }?.stitched }
  }

  /// Searches and judges; `nil` if cancelled.
  ///
  /// - Parameters:
  ///   - change: how the market or the settings differ from those given.
  ///   - base: without a change: families without a hedge choose the same under a change of hedges alone.
  ///   - onSearch: told after each search of a family on a half.
  /// - Throws: ``StudyError/nothingToChoose(file:from:to:)``, and what the searches throw.
  /// - Complexity: that of 2 × families searches, each of `evaluations` points over a half.
  func run(
    _ change: Perturbation, base: Fitted? = nil, isCancelled: @escaping @Sendable () -> Bool,
    onSearch: () -> Void
  ) throws -> Fitted? {
    let market = change.market(market)
    var fitted = Fitted(members: families.members.map { Member(family: $0.family) }, leftOut: [[:], [:]])
    for (h, half) in halves.enumerated() {
      var evaluator = CandidateEvaluator(
        market: market, period: half, threads: threads, memoryBytes: memoryBytes)
      for (k, family) in families.members.enumerated() {
        if let base, change.isOfHedges, !family.hasHedge {
          fitted.members[k].choices.append(base.members[k].choices[h])
          onSearch()
          continue
        }
        guard
          let choice = try choose(
            family, change, market: market, half: half, &evaluator, isCancelled: isCancelled)
        else { return nil }
        fitted.members[k].choices.append(choice)
        onSearch()
      }
    }
    for (own, other) in [(0, 1), (1, 0)] {
      let strategies = fitted.members.map { $0.choices[own].strategy }
      let context = market.context(for: strategies)
      for half in [own, other] {
        guard
          let made = Evaluator.run(
            strategies, context: context, period: halves[half], threads: threads, isCancelled: isCancelled)
        else { return nil }
        let undecided = Self.undecided(made, families: families.members.map(\.family))
        if half == other { fitted.leftOut[half] = undecided }
        for (k, evaluation) in made.enumerated() {
          let series = FamilySeries(
            evaluation, first: halves[half].lowerBound, leftOut: Set(undecided.keys))
          if half == own {
            fitted.members[k].searchedAlone.append(
              undecided.keys.count { evaluation.records[$0].code == .traded })
            fitted.members[k].inSample.append(series)
          } else {
            fitted.members[k].outOfSample.append(series)
          }
        }
      }
    }
    return fitted
  }

  /// Entry sessions whose decision some families can't make, for want of marks or of a signal.
  private static func undecided(
    _ evaluations: [Evaluation], families: [Family]
  ) -> [Int: [Family: OutcomeCode]] {
    var found: [Int: [Family: OutcomeCode]] = [:]
    for (family, evaluation) in zip(families, evaluations) {
      for (k, record) in evaluation.records.enumerated()
      where record.code.isUndecided {
        found[k, default: [:]][family] = record.code
      }
    }
    return found
  }

  /// One family's search over a half; `nil` if cancelled.
  private func choose(
    _ family: FamilySpace, _ change: Perturbation, market: Market, half: ClosedRange<Int>,
    _ evaluator: inout CandidateEvaluator, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> Choice? {
    let study = try SearchStudy(family.space, market: market, period: half)
    let changed = SearchStudy(
      file: study.file, subject: study.subject.under(change), goals: study.goals, limits: study.limits,
      method: study.method, settings: study.settings,
      seed: seed &+ change.searchSeedOffset,
      budget: SearchBudget(evaluations: evaluations, stagnation: study.budget.stagnation), market: market,
      period: half)
    guard let found = try changed.choice(&evaluator, isCancelled: isCancelled) else { return nil }
    guard let chosen = found.strategy else {
      let dates = half.map { market.history.sessions[$0].date.description }
      throw StudyError.nothingToChoose(
        file: family.space.document.file, from: dates.first ?? "", to: dates.last ?? "")
    }
    return Choice(
      strategy: chosen, assignments: found.assignments, evaluations: found.evaluations,
      feasible: found.feasible, end: found.end)
  }
}
