import Search
import Strategies

/// A study's whole choice repeated on other draws of its market: whether it picks the same again.
public struct RepeatedChoice: Sendable, Codable, Hashable {
  /// One seed's choice.
  public struct Row: Sendable, Codable, Hashable {
    /// Added to the seeds as given; 0 is the study itself.
    public var offset: Int
    /// Settings tried.
    public var evaluations: Int
    /// The choice, by path; null where nothing trades and keeps the limits.
    @Nullable public var settings: [String: String]?
    /// Its objective.
    @Nullable public var objective: Double?
    /// The pick's, by the same seed.
    @Nullable public var pickObjective: Double?
    /// Mean a session of the choice less the pick's: what choosing anew would have shown more.
    @Nullable public var leadDollars: Double?
  }
  /// By seed, the study itself first.
  public var rows: [Row]
  /// Seeds besides the study's own that choose the pick.
  public var samePick: Int
  /// How far choices wander from seed to seed, the study's own among them.
  public var drift: WalkDrift
  /// How the lead over the pick spreads of what the seeds besides the study's own choose.
  public var leadDollars: FigureSpread

  /// Settings tried for all seeds together, at most.
  public static let limit = 200_000

  /// The choice of one seed, before it is summed up.
  struct Choice: Sendable {
    let evaluations: Int
    let settings: [String: String]?
    let result: ContenderResult?
    let pick: ContenderResult
  }

  /// Of the choices by seed, the study's own first.
  init(_ choices: [Choice], of searched: StabilityPick.Searched) {
    let pick = searched.subject.assignments(searched.point)
    rows = choices.enumerated().map { offset, choice in
      Row(
        offset: offset, evaluations: choice.evaluations, settings: choice.settings,
        objective: choice.result?.figures.objective, pickObjective: choice.pick.figures.objective,
        leadDollars: choice.result.map { $0.figures.meanDollars - choice.pick.figures.meanDollars })
    }
    samePick = choices.dropFirst().count { $0.settings == pick }
    drift = WalkDrift(searched.space, choices: choices.map(\.settings))
    leadDollars = FigureSpread(rows.dropFirst().map(\.leadDollars))
  }
}

/// Repeats the choice of a study.
struct ChoiceRepeater: Sendable {
  private let study: SearchStudy
  private let section: SearchSection
  /// Settings that one choice tries at most.
  let trials: Int

  /// - Throws: ``StudyError/notRepeatable(path:reason:)`` for a choice that hangs on the clock, or is too large.
  init(_ pick: StabilityPick, _ searched: StabilityPick.Searched, _ market: StabilityMarket, seeds: Int)
    throws
  {
    let space = searched.space
    section = space.section
    guard section.budget.seconds == nil else {
      throw StudyError.notRepeatable(
        path: pick.name,
        reason: "its budget is a time, so that a choice hangs on the machine; give evaluations")
    }
    let base = try SearchStudy(space, market: market.market, period: market.period)
    study = SearchStudy(
      file: base.file, subject: searched.subject, goals: base.goals, limits: base.limits, method: base.method,
      settings: base.settings, seed: base.seed, budget: base.budget, market: base.market, period: base.period)
    trials = min(base.budget.evaluations, space.points.isFinite ? Int(min(space.points, 1e12)) : .max)
    guard trials <= RepeatedChoice.limit / seeds else {
      throw StudyError.notRepeatable(
        path: pick.name,
        reason:
          "\(seeds) seeds of up to \(trials) settings are more than \(RepeatedChoice.limit); give fewer --seeds, "
          + "or search less")
    }
  }

  /// What a study's `best` is under a change: of several objectives by the first.
  struct Found: Sendable {
    var evaluations = 0
    /// `nil` where nothing trades and keeps the limits.
    var strategy: Strategy?
    /// Its searched values, by path.
    var settings: [String: String]?
  }

  /// The choice under a change; `nil` if cancelled.
  ///
  /// - Parameter bench: its threads work, and it is told of settings and asked whether to go on.
  func choice(under change: Perturbation, _ bench: ContenderBench) throws -> Found? {
    var changed = SearchStudy(
      file: study.file, subject: study.subject.under(change), goals: study.goals, limits: study.limits,
      method: study.method, settings: study.settings, seed: study.seed, budget: study.budget,
      market: change.market(study.market), period: study.period)
    changed.racing = section.racing
    var evaluator = CandidateEvaluator(
      market: changed.market, period: changed.period, threads: bench.threads, memoryBytes: changed.memoryBytes
    )
    var made = Found()
    var best: (score: Double, point: SearchPoint)?
    let found = try changed.searchRun(over: evaluator.axis).run(
      evaluator: &evaluator, isCancelled: bench.isCancelled
    ) { generation in
      for outcome in generation.outcomes where outcome.evaluation.isFeasible {
        let score = outcome.evaluation.objectives[0]
        if score < best?.score ?? .infinity { best = (score, outcome.point) }
      }
      made.evaluations += generation.outcomes.count
      bench.onBlock(generation.outcomes.count)
    }
    guard found.end != .interrupted else { return nil }
    made.strategy = try best.map { try changed.subject.strategy($0.point) }
    made.settings = best.map { changed.subject.assignments($0.point) }
    return made
  }
}
