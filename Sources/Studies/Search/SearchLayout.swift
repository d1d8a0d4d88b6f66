import RunStore
import Search

/// Where the store keeps the trials of a search: the columns of a grid's, figures that goals and limits ask for, and what
/// the search was told of each.
struct SearchLayout: Sendable {
  private let base: TrialLayout
  private let space: SearchSpace
  private let goals: [SearchObjective]
  private let limits: [MetricConstraint]
  private let sessions: Int
  /// Whether trials may be given up.
  private let races: Bool

  init(_ study: SearchStudy, _ axis: PeriodAxis) {
    base = TrialLayout(
      axis,
      onDemand: study.keep == nil
        ? GoalScale.onDemand(goals: study.goals, limits: study.limits) : Metric.onDemand)
    space = study.subject.space
    goals = study.goals
    limits = study.limits
    sessions = axis.dates.count
    races = study.racing != nil
  }

  private var objectives: [String] { goals.indices.map { "objective_\($0 + 1)" } }
  private var constraints: [String] { limits.indices.map { "constraint_\($0 + 1)" } }
  /// Where trials may be given up: sessions gone through by then, 0 for those that weren't, and how far behind.
  private let raced = (sessions: "dropped_after_sessions", deficit: "dropped_behind_dollars")

  /// The tables' columns, and each metric's place in them. An objective is as it was told, to be minimised; a constraint
  /// is by how much it is broken, ≤ 0 where it is kept; both are NULL for trials that were given up.
  var store: StoreLayout {
    let own = base.store
    let told = objectives + constraints
    // goals over parts of the period are no metric of their own: they are shown as they are spelt
    let parts = goals.indices.filter { goals[$0].aggregate != nil }.map {
      (goals[$0].text, (goals[$0].isMinimised ? "" : "-") + "t.\(objectives[$0])")
    }
    var withoutResult = [(status: "invalid", condition: "s.reason LIKE 'invalid:%'")]
    if races { withoutResult.append(("dropped", "t.\(raced.deficit) IS NOT NULL")) }
    let race = races ? [raced.sessions, raced.deficit] : []
    return StoreLayout(
      groupColumns: own.groupColumns,
      trialColumns: own.trialColumns + [.init("generation", .integer), .init("feasible", .integer)]
        + told.map { .init($0, .real) }
        + (races ? [.init(raced.sessions, .integer), .init(raced.deficit, .real)] : []),
      metrics: own.metrics.map {
        ($0.name, StoreLayout.ifThereIsAResult($0.expression, withoutResult: withoutResult))
      } + [("generation", "t.generation"), ("feasible", "t.feasible")]
        + (told + race).map { ($0, "t.\($0)") } + parts, withoutResult: withoutResult, facts: own.facts)
  }

  /// Appends a generation: its trials, their points, and the journal's line, in one transaction.
  func append(_ generation: SearchRun.Generation, to store: RunStore, withDaily: Bool) throws {
    try append(
      generation.outcomes.enumerated().map { .init(trial: generation.first + $0, outcome: $1) },
      of: line(generation),
      onDemand: generation.outcomes.map { outcome in
        base.onDemand.map { outcome.fate.scored?.onDemand[$0] }
      }, to: store, withDaily: withDaily)
  }

  /// The journal's line of a generation.
  func line(_ generation: SearchRun.Generation) -> GenerationRecord {
    GenerationRecord(
      generation: generation.number, firstTrial: generation.first, trials: generation.outcomes.count,
      evaluationsBefore: generation.first, hypervolume: generation.hypervolume,
      best: generation.best.map { goals[0].isMinimised ? $0 : -$0 })
  }

  /// Appends some trials of a generation and its line.
  ///
  /// - Parameter onDemand: figures by trial, in the order of the layout.
  func append(
    _ members: [KeptOutcomes.Member], of line: GenerationRecord, onDemand: [[Double?]], to store: RunStore,
    withDaily: Bool
  ) throws {
    let outcomes = members.map(\.outcome)
    var columns = TrialColumns(base)
    var settings: [SettingRecord] = []
    for (k, (trial, outcome)) in zip(members.map(\.trial), outcomes).enumerated() {
      guard let scored = outcome.fate.scored else {
        settings.append(base.failed(k, reason: outcome.fate.reason ?? ""))
        columns.append(trial, setting: k, PairFigures(), byYear: base.years.map { _ in 0 }[...], net: nil)
        continue
      }
      let net = withDaily ? scored.book?.net : nil
      switch scored.setting {
      case .facts(let facts): settings.append(TrialLayout.setting(k, facts))
      case .figures(let figures): settings.append(TrialLayout.setting(k, figures))
      }
      switch scored.content {
      case .pair(let figures, let byYear):
        columns.append(trial, setting: k, figures, byYear: byYear[...], net: net)
      case .figures(let figures): columns.append(trial, setting: k, figures, net: net)
      }
    }
    var block = columns.block(onDemand: onDemand)
    let evaluations = outcomes.map(\.evaluation)
    block.columns.append(.integers(evaluations.map { _ in Int64(line.generation) }))
    block.columns.append(.integers(evaluations.map { $0.isFeasible ? 1 : 0 }))
    func told(_ value: (PointEvaluation) -> Double) -> TrialColumn {
      .reals(evaluations.map { $0.droppedAfter == nil ? value($0) : .nan })
    }
    for k in goals.indices { block.columns.append(told { $0.objectives[k] }) }
    for k in limits.indices { block.columns.append(told { $0.violations[k] }) }
    if races {
      let drops = outcomes.map(\.fate.drop)
      block.columns.append(.integers(drops.map { Int64($0?.sessions ?? 0) }))
      block.columns.append(.reals(drops.map { $0?.deficit ?? .nan }))
    }
    let activity = outcomes.map { space.activity($0.point) }
    block.points = space.parameters.indices.map { p in
      outcomes.indices.map { activity[$0][p] ? outcomes[$0].point.values[p] : .nan }
    }
    try store.append(block, settings: settings, generation: line)
  }

  /// What the search was told of every generation that a store holds.
  func known(_ store: RunStore) throws -> [[PointEvaluation]] {
    let names = objectives + constraints + (races ? [raced.sessions, raced.deficit] : [])
    return try store.generations().map { generation in
      try store.values(
        of: names, trials: generation.firstTrial..<generation.firstTrial + generation.trials
      ).map { _, values in
        let numbers = values.map { $0 ?? .nan }
        if races, numbers[names.count - 2] > 0 {
          return DayRace.evaluation(
            DayRace.Drop(sessions: Int(numbers[names.count - 2]), deficit: numbers[names.count - 1]))
        }
        // what is undefined was told as infinite, so that it comes back as it was
        let told = numbers.prefix(goals.count)
        return PointEvaluation(
          objectives: Array(told), violations: Array(numbers[goals.count..<goals.count + limits.count]),
          isFailed: told.contains { !$0.isFinite })
      }
    }
  }
}

extension TrialLayout {
  /// The shared part of a trial that is no strategy.
  func failed(_ id: Int, reason: String) -> SettingRecord {
    SettingRecord(
      id: id, reason: reason, integers: store.groupColumns.filter { $0.kind == .integer }.map { _ in 0 },
      reals: store.groupColumns.filter { $0.kind == .real }.map { _ in .nan })
  }
}
