import Backtesting
import ConfigFormats
import Search

/// What a search would do, from its first generation. The JSON of `wingspan plan` for a space that is searched by points.
public struct SearchPlan: Sendable, Codable {
  /// The space file.
  public let space: String
  /// The algorithm.
  public let method: String
  /// What is searched for, and what results must keep.
  public let objectives: [String]
  /// Bounds to results.
  public let constraints: [String]
  /// Metrics of objectives and constraints that aren't streamed: they are worked out on demand of each point's sessions.
  public let onDemand: [String]
  /// What they and goals over parts of the period cost a point, microseconds of one thread, measured on the pilot.
  public let onDemandMicroseconds: Double
  /// Name of the history.
  public let history: String
  /// First session.
  public let from: String
  /// Last session.
  public let to: String
  /// Sessions of the period.
  public let sessions: Int
  /// Points of the space, constraints between parameters aside; nil with real values.
  @Nullable public var points: Double?
  /// Share of points that keep those constraints: counted, or of a sample.
  public let validShare: Double
  /// Whether the share was counted and not drawn.
  public let isCounted: Bool
  /// Points that the budget allows, at most.
  public let evaluations: Int
  /// Points of the first generation, which was run.
  public let pilot: Int
  /// Distinct condors and hedges (by entry minute and costs) among them.
  public let distinctCondors: Int
  /// Distinct hedges, each by entry minute and costs.
  public let distinctHedges: Int
  /// Points of the pilot that went through one by one: their hedge hangs on the condor's fate, or their size on earlier
  /// results.
  public let generalPath: Int
  /// Threads that the time is for.
  public let threads: Int
  /// Wall-clock seconds of the whole search, if later generations are as new as the first: an estimate from above, and
  /// no more than the budget's.
  public let estimatedSeconds: Double

  /// Points that figures on demand are timed on, at most.
  private static let timed = 100

  /// Plans a search. Runs its first generation.
  ///
  /// - Throws: ``SearchError`` where the method can't work on the space.
  public init(_ study: SearchStudy, space: SweepSpace, threads: Int) throws {
    self.space = study.file
    method = study.method.rawValue
    objectives = study.goals.map(\.text)
    constraints = study.limits.map(\.text) + space.tree.constraintTexts
    let history = study.market.history
    self.history = history.name
    from = history.sessions[study.period.lowerBound].date.description
    to = history.sessions[study.period.upperBound].date.description
    sessions = study.period.count
    self.threads = threads
    let count = space.tree.validCount()
    switch count {
    case .exactly(let valid):
      validShare = Double(valid) / max(1, space.points)
      isCounted = true
    case .sampled(let valid, let drawn):
      validShare = Double(valid) / Double(max(1, drawn))
      isCounted = false
    }
    let all = space.points * validShare
    evaluations = all < Double(study.budget.evaluations) ? Int(all.rounded(.up)) : study.budget.evaluations
    var algorithm = try study.method.make(
      space: study.subject.space, objectives: study.goals.count, seed: study.seed, settings: study.settings)
    let asked = algorithm.ask()
    var evaluator = CandidateEvaluator(
      market: study.market, period: study.period, threads: threads, memoryBytes: study.memoryBytes)
    var pairs: [(condor: Int, hedge: Int)] = []
    for point in asked {
      if let strategy = try? study.subject.strategy(point) { pairs.append(evaluator.numbers(of: strategy)) }
    }
    let clock = ContinuousClock()
    let start = clock.now
    let scale = GoalScale(goals: study.goals, limits: study.limits, axis: evaluator.axis)
    let scored = evaluator.evaluate(pairs, onDemand: scale.onDemand, withBooks: true) ?? []
    let seconds = (clock.now - start) / .seconds(1)
    onDemand = scale.onDemand.map(\.rawValue)
    let isFree = scale.onDemand.isEmpty && !scale.needsBooks
    let apart = Stopwatch()
    for point in isFree ? [] : scored.prefix(Self.timed) {
      apart.time {
        _ = point.book?.values(scale.onDemand)
        _ = scale.values(point)
      }
    }
    onDemandMicroseconds = 1e6 * apart.seconds / Double(max(1, min(scored.count, Self.timed)))
    pilot = asked.count
    distinctCondors = evaluator.builtRows
    distinctHedges = evaluator.builtColumns
    generalPath = evaluator.generalPath
    estimatedSeconds = min(
      seconds * Double(evaluations) / Double(max(1, asked.count)), study.budget.seconds ?? .infinity)
    points = space.points.isFinite ? space.points : nil
  }
}
