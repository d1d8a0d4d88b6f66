/// One search: what was searched, over which history, by which code. Enough to run it again.
public struct StudyRecord: Sendable, Codable, Hashable {
  /// The study's name, as in its file.
  public var name: String
  /// The parameter space, as text.
  public var spaceText: String
  /// The language of that text: `yaml`, `json` or `toml`.
  public var spaceFormat: String
  /// The history the trials ran on.
  public var historyName: String
  /// A digest of that history's content.
  public var historyDigest: String
  /// What the history is, in words for a report: which part is real, which modelled.
  public var provenance: String
  /// The version of the code that ran it.
  public var codeVersion: String
  /// The seed of everything random.
  public var seed: UInt64
  /// First session, `yyyy-mm-dd`.
  public var from: String
  /// Last session, `yyyy-mm-dd`.
  public var to: String
  /// How many configurations the space holds; the store may hold fewer trials if the run was cut short.
  public var configurations: Int
  /// The name of the marks: what prices were made with.
  public var marksName: String
  /// How the space is searched: `grid`, `random`, `sobol`, `nsga2` or `cmaes`.
  public var method: String
  /// The method's settings as JSON; `{}` where it has none.
  public var settings: String
  /// The best so many trials are stored and no others; nil where all are.
  public var kept: Int?
  /// Which part of the configurations this store is for; nil for all of them.
  public var shard: ShardRecord?
  /// The searched parameters, in order.
  public var axes: [AxisRecord]

  /// All the facts of a study.
  ///
  /// - Precondition: of the axes all have a stride, or none has: a grid's trials stand in no table of points.
  public init(
    name: String, spaceText: String, spaceFormat: String, historyName: String, historyDigest: String,
    provenance: String, codeVersion: String, seed: UInt64, from: String, to: String, configurations: Int,
    marksName: String, method: String = "grid", settings: String = "{}", kept: Int? = nil,
    shard: ShardRecord? = nil, axes: [AxisRecord]
  ) {
    precondition(
      Set(axes.map { $0.stride == nil }).count <= 1, "StudyRecord: some axes have a stride and some have none"
    )
    self.name = name
    self.spaceText = spaceText
    self.spaceFormat = spaceFormat
    self.historyName = historyName
    self.historyDigest = historyDigest
    self.provenance = provenance
    self.codeVersion = codeVersion
    self.seed = seed
    self.from = from
    self.to = to
    self.configurations = configurations
    self.marksName = marksName
    self.method = method
    self.settings = settings
    self.kept = kept
    self.shard = shard
    self.axes = axes
  }
}

/// One part of a study that was cut into several: a run of trials without a gap.
public struct ShardRecord: Sendable, Codable, Hashable {
  /// Which part, from 0.
  public var index: Int
  /// Parts in all.
  public var count: Int

  /// Part `index` of `count`.
  ///
  /// - Precondition: 0 ≤ index < count.
  public init(index: Int, count: Int) {
    precondition((0..<max(count, 0)).contains(index), "ShardRecord: part \(index) of \(count)")
    self.index = index
    self.count = count
  }

  /// The trials of this part: from `index·N/count` up to the next part's first, in whole numbers.
  ///
  /// - Parameter configurations: N, trials of the whole study.
  public func trials(of configurations: Int) -> Range<Int> {
    // Without the product, which could be too large.
    func first(_ k: Int) -> Int { configurations / count * k + configurations % count * k / count }
    return first(index)..<first(index + 1)
  }
}

/// One searched parameter.
///
/// In a grid a trial takes the value (trial ÷ stride) mod the number of values. Where each trial has a point of its
/// own there is no stride, and an axis without listed values takes real numbers.
public struct AxisRecord: Sendable, Codable, Hashable {
  /// The parameter's dotted path.
  public var path: String
  /// How many trials apart the next value of a grid is, ≥ 1; nil where trials have points.
  public var stride: Int?
  /// The values as text, in order; none for a real axis.
  public var values: [String]
  /// Whether it takes real numbers instead of listed values.
  public var isReal: Bool { values.isEmpty }

  /// An axis of a grid.
  ///
  /// - Precondition: stride ≥ 1 and at least one value.
  public init(path: String, stride: Int, values: [String]) {
    precondition(stride >= 1 && !values.isEmpty, "AxisRecord: \(path) has no stride or no values")
    self.path = path
    self.stride = stride
    self.values = values
  }

  /// An axis of a study whose trials have points.
  ///
  /// - Parameter values: the listed values as text; empty for a real axis.
  public init(path: String, values: [String]) {
    self.path = path
    self.values = values
  }
}

extension [AxisRecord] {
  /// Whether each trial has a point of its own.
  var hasPoints: Bool { contains { $0.stride == nil } }
}

/// One generation of a search: the line of its journal.
public struct GenerationRecord: Sendable, Codable, Hashable {
  /// Its number, ascending.
  public var generation: Int
  /// Its first trial.
  public var firstTrial: Int
  /// How many trials it has.
  public var trials: Int
  /// Evaluations of the study before it.
  public var evaluationsBefore: Int
  /// Hypervolume of the front after it; nil where there is none.
  public var hypervolume: Double?
  /// The best objective after it; nil where there is none.
  public var best: Double?
  /// What else is to be said of it: a restart, for one.
  public var note: String?

  /// A generation's facts.
  public init(
    generation: Int, firstTrial: Int, trials: Int, evaluationsBefore: Int, hypervolume: Double? = nil,
    best: Double? = nil, note: String? = nil
  ) {
    self.generation = generation
    self.firstTrial = firstTrial
    self.trials = trials
    self.evaluationsBefore = evaluationsBefore
    self.hypervolume = hypervolume
    self.best = best
    self.note = note
  }
}

/// One configuration with its result, as read.
public struct TrialRecord: Sendable, Codable, Hashable {
  /// The configuration's index in the space, from 0; unique within the study.
  public var index: Int
  /// The searched values as text, in the order of ``StudyRecord/axes``; nil where a parameter is inactive.
  public var assignments: [String?]
  /// `done`, `no_trades`, or one of the layout's ``StoreLayout/withoutResult``.
  public var status: String
  /// Why nothing was traded, or why there is no result; nil where there is one.
  public var reason: String?
  /// Net profit and loss over the period, cents; nil without a result.
  public var netCents: Int64?
  /// The layout's metrics in their order; nil for one that can't be had.
  public var metrics: [MetricValue]
  /// How many sessions ended in each outcome, by code.
  public var outcomes: [OutcomeCount]
  /// Net cents a session, where the study keeps them.
  public var dailyCents: [Int64]?

  /// A trial's facts.
  public init(
    index: Int, assignments: [String?], status: String, reason: String? = nil, netCents: Int64?,
    metrics: [MetricValue] = [], outcomes: [OutcomeCount] = [], dailyCents: [Int64]? = nil
  ) {
    self.index = index
    self.assignments = assignments
    self.status = status
    self.reason = reason
    self.netCents = netCents
    self.metrics = metrics
    self.outcomes = outcomes
    self.dailyCents = dailyCents
  }

  /// The value of a metric; nil if the trial doesn't have it.
  public func metric(_ name: String) -> Double? { metrics.first { $0.name == name }?.value }
}

/// One named figure of a trial.
public struct MetricValue: Sendable, Codable, Hashable {
  /// The metric's name, with its unit: `net_dollars`.
  public var name: String
  /// Its value; nil if it can't be had.
  public var value: Double?

  /// A name with its value.
  public init(_ name: String, _ value: Double?) {
    self.name = name
    self.value = value
  }
}

/// How many sessions of a setting ended in one outcome.
public struct OutcomeCount: Sendable, Codable, Hashable {
  /// The outcome's code.
  public var code: String
  /// Sessions.
  public var count: Int

  /// A code with its count.
  public init(_ code: String, _ count: Int) {
    self.code = code
    self.count = count
  }
}
