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
  /// The searched parameters, in order.
  public var axes: [AxisRecord]

  /// All the facts of a study.
  public init(
    name: String, spaceText: String, spaceFormat: String, historyName: String, historyDigest: String,
    provenance: String, codeVersion: String, seed: UInt64, from: String, to: String, configurations: Int,
    marksName: String, axes: [AxisRecord]
  ) {
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
    self.axes = axes
  }
}

/// One searched parameter of a grid: a trial takes the value (trial ÷ stride) mod the number of values.
public struct AxisRecord: Sendable, Codable, Hashable {
  /// The parameter's dotted path.
  public var path: String
  /// How many trials apart the next value is; ≥ 1.
  public var stride: Int
  /// The values as text, in order; at least one.
  public var values: [String]

  /// An axis of a grid.
  ///
  /// - Precondition: stride ≥ 1 and at least one value.
  public init(path: String, stride: Int, values: [String]) {
    precondition(stride >= 1 && !values.isEmpty, "AxisRecord: \(path) has no stride or no values")
    self.path = path
    self.stride = stride
    self.values = values
  }
}

/// One configuration with its result, as read.
public struct TrialRecord: Sendable, Codable, Hashable {
  /// The configuration's index in the space, from 0; unique within the study.
  public var index: Int
  /// The searched values as text, in the order of ``StudyRecord/axes``.
  public var assignments: [String]
  /// `done`, or `no_trades`.
  public var status: String
  /// Why nothing was traded; nil where something was.
  public var reason: String?
  /// Net profit and loss over the period, cents.
  public var netCents: Int64
  /// The layout's metrics in their order; nil for one that can't be had.
  public var metrics: [MetricValue]
  /// How many sessions ended in each outcome, by code.
  public var outcomes: [OutcomeCount]
  /// Net cents a session, where the study keeps them.
  public var dailyCents: [Int64]?

  /// A trial's facts.
  public init(
    index: Int, assignments: [String], status: String, reason: String? = nil, netCents: Int64,
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
