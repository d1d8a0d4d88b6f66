import Search
import Strategies

/// What a search came to, and the settings that it chose.
struct SearchChoice: Sendable {
  /// Of several objectives the knee of the front, of one the best; `nil` where nothing trades and keeps the constraints.
  let strategy: Strategy?
  /// Searched values, by path.
  let assignments: [String: String]
  /// Points evaluated, those that keep every constraint, and why it ended.
  let evaluations: Int
  let feasible: Int
  let end: SearchEnd
}

extension SearchStudy {
  /// The search over a period, before its first generation.
  ///
  /// - Throws: ``SearchError`` where the method can't work on the space.
  func searchRun(over axis: PeriodAxis) throws -> SearchRun {
    SearchRun(
      subject: subject, scale: GoalScale(goals: goals, limits: limits, axis: axis), budget: budget,
      algorithm: try method.make(
        space: subject.space, objectives: goals.count, seed: seed, settings: settings),
      race: racing.map { DayRace($0, sessions: period.count, seed: seed) })
  }

  /// Searches without storing anything and chooses; `nil` if cancelled.
  ///
  /// - Parameter evaluator: of the study's market and period; what it remembers may come from other searches.
  func choice(
    _ evaluator: inout CandidateEvaluator, isCancelled: @escaping @Sendable () -> Bool
  ) throws -> SearchChoice? {
    let run = try searchRun(over: evaluator.axis)
    let found = try run.run(evaluator: &evaluator, isCancelled: isCancelled) { _ in }
    guard found.end != .interrupted else { return nil }
    let front = found.progress.front
    let point = KneePoint.of(front.map(\.evaluation.objectives)).map { front[$0].point }
    return SearchChoice(
      strategy: try point.map(subject.strategy), assignments: point.map(subject.assignments) ?? [:],
      evaluations: found.progress.evaluations, feasible: found.progress.feasible, end: found.end)
  }
}
