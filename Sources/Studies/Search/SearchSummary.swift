import Foundation
import Search

/// What a search did and found. The JSON of `wingspan sweep` for a space whose method is no grid.
public struct SearchSummary: Sendable, Codable {
  /// A trial worth naming.
  public struct Pick: Sendable, Codable {
    /// Its number.
    public var trial: Int
    /// Value of each objective, in the order of `objectives`, as the metric gives it.
    public var objectives: [Double]
    /// Value of each searched path that matters, as text.
    public var assignments: [String: String]
    /// Searched parameters whose value lies at the end of their range: path, and `low` or `high`.
    public var edges: [String: String]
  }
  /// How far the search had come after a generation.
  public struct Step: Sendable, Codable {
    /// From 0.
    public var generation: Int
    /// Trials so far.
    public var evaluations: Int
    /// Hypervolume so far, with several objectives.
    @Nullable public var hypervolume: Double?
    /// Best objective so far, as the metric gives it, with one.
    @Nullable public var best: Double?
  }
  /// What was given up on the way, and how often that was wrong.
  public struct Racing: Sendable, Codable, Hashable {
    /// Probability, at most, with which a trial as good as the best is given up, as the rank test sees it.
    public var risk: Double
    /// Parts that the period was gone through in.
    public var looks: Int
    /// Trials given up.
    public var dropped: Int
    /// Sessions that those went through, on average; nil without any.
    @Nullable public var meanSessions: Double?
    /// Of those trials, drawn without bias, so many were worked out whole.
    public var audited: Int
    /// Of these, so many are feasible and better than the trial that they lost to.
    public var wrong: Int
    /// The share of wrong ones among all given up is, at 95 %, no larger (Clopper and Pearson); nil without an audit.
    @Nullable public var wrongShareBound: Double?
  }

  /// The space file.
  public var space: String
  /// Name of the history.
  public var history: String
  /// What the prices are, in one sentence.
  public var disclosure: String
  /// What must be known of the settings of the trials named here, each once.
  public var caveats: [String]
  /// The algorithm.
  public var method: String
  /// Seed of everything random.
  public var seed: UInt64
  /// What is searched for, as the file spells it.
  public var objectives: [String]
  /// What results must keep.
  public var constraints: [String]
  /// First session.
  public var from: String
  /// Last session.
  public var to: String
  /// Sessions of the period.
  public var sessions: Int
  /// Worker threads used.
  public var threads: Int
  /// Trials.
  public var evaluations: Int
  /// Of them, those of an earlier run that this one goes on from.
  public var resumed: Int
  /// Trials stored: all, or the best of them where only those are kept.
  public var kept: Int
  /// Trials that the reference engine gave the same.
  public var verified: Int
  /// Generations.
  public var generations: Int
  /// Trials that keep every constraint.
  public var feasible: Int
  /// Trials without a result: no strategy, no trade, or an objective that isn't defined.
  public var failed: Int
  /// Why it ended: `evaluations`, `seconds`, `stagnation`, `exhausted` or `interrupted`.
  public var ended: SearchEnd
  /// The front: trials that no feasible one is better than in every objective; with one objective the best. By trial.
  public var front: [Pick]
  /// The trial of the front where giving up a little of one objective costs most of another, with several.
  @Nullable public var knee: Int? = nil
  /// What hypervolumes are measured against, as the metrics give it; empty with one objective.
  public var reference: [Double]
  /// Generation by generation.
  public var progress: [Step]
  /// Distinct condors worked out, distinct hedges by entry, and trials that went through one by one.
  public var distinctCondors: Int
  /// Distinct hedges, each by entry minute and costs.
  public var distinctHedges: Int
  /// Trials whose hedge hangs on the condor's fate, or whose size on earlier results.
  public var generalPath: Int
  /// What racing gave up; nil where it was not asked for.
  @Nullable public var racing: Racing? = nil
  /// Wall-clock seconds, from opening the history to the last trial stored.
  public var seconds: Double
  /// Of them: opening, working out condors and hedges, scoring trials, the algorithm and bookkeeping, storing.
  public var phases: Phases
  /// Largest memory that the process has had, bytes.
  public var peakMemoryBytes: Int

  /// Seconds by kind of work.
  public struct Phases: Sendable, Codable {
    /// Opening history and space.
    public var load = 0.0
    /// Working out condors and hedges.
    public var build = 0.0
    /// Scoring trials.
    public var score = 0.0
    /// Asking, telling, keeping the front.
    public var search = 0.0
    /// Reading the settings that points stand for.
    public var read = 0.0
    /// Storing, beside the rest.
    public var store = 0.0
  }
  /// Whether Ctrl-C ended it early.
  public var interrupted: Bool { ended == .interrupted }
}

extension SearchSummary {
  /// What was found, without how long it took.
  init(_ study: SearchStudy, _ found: SearchProgress, threads: Int, axis: PeriodAxis) {
    space = study.file
    history = study.market.history.name
    disclosure = study.market.disclosure
    method = study.method.rawValue
    seed = study.seed
    objectives = study.goals.map(\.text)
    constraints = study.limits.map(\.text)
    from = axis.dates.first?.description ?? ""
    to = axis.dates.last?.description ?? ""
    sessions = axis.dates.count
    self.threads = threads
    evaluations = found.evaluations
    resumed = 0
    kept = 0
    verified = 0
    generations = found.generations
    feasible = found.feasible
    failed = found.failed
    ended = .evaluations
    let signs = study.goals.map { $0.isMinimised ? 1.0 : -1 }
    front = found.front.map { member in
      let names = study.subject.space.parameters.map(\.name)
      return Pick(
        trial: member.trial, objectives: zip(member.evaluation.objectives, signs).map(*),
        assignments: study.subject.assignments(member.point),
        edges: Dictionary(
          study.subject.space.edges(of: member.point).map {
            (names[$0.parameter], $0.isUpper ? "high" : "low")
          },
          uniquingKeysWith: { $1 }))
    }
    _knee = Nullable<Int>(wrappedValue: nil)
    reference = zip(found.reference, signs).map(*)
    progress = []
    distinctCondors = 0
    distinctHedges = 0
    generalPath = 0
    seconds = 0
    phases = Phases()
    peakMemoryBytes = SweepSummary.peakMemory()
    caveats = []
    knee =
      study.goals.count > 1
      ? KneePoint.of(found.front.map(\.evaluation.objectives)).map { found.front[$0].trial } : nil
    for member in found.front {
      guard let strategy = try? study.subject.strategy(member.point) else { continue }
      for caveat in strategy.caveats where !caveats.contains(caveat) { caveats.append(caveat) }
    }
  }
}
