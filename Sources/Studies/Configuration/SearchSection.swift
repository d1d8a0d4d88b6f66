import ConfigFormats

/// What a space file's `search` asks for.
public struct SearchSection: Hashable, Sendable {
  /// How points are chosen.
  public enum Method: String, CaseIterable, Hashable, Sendable {
    /// Every point.
    case grid
    /// Independent points.
    case random
    /// Points of a Sobol sequence.
    case sobol
    /// Generations by non-dominated sorting, for one or more objectives.
    case nsga2
    /// Generations by covariance matrix adaptation, for one objective.
    case cmaes
  }
  /// When a search ends, whichever comes first; without any, the method's own end.
  public struct Budget: Hashable, Sendable {
    /// Points evaluated.
    public var evaluations: Int?
    /// Wall-clock seconds.
    public var seconds: Double?
    /// Generations without a better point.
    public var stagnationGenerations: Int?

    /// No end.
    public init() {}
  }

  /// When configurations that are clearly worse than the best are given up on the way.
  public struct Racing: Hashable, Sendable {
    /// Probability, at most, with which one that is as good as the best is given up, as the test sees it.
    public var risk = 0.05
    /// Parts that the period is gone through in.
    public var looks = 10
    /// Given-up trials that are worked out whole at the end, at most, to see how many were wrongly dropped.
    public var audit = 20

    /// The defaults.
    public init() {}
    /// Of its parts.
    public init(risk: Double, looks: Int, audit: Int) {
      self.risk = risk
      self.looks = looks
      self.audit = audit
    }
  }

  /// How points are chosen.
  public var method = Method.grid
  /// Seed of what the method draws.
  public var seed: UInt64 = 1
  /// When it ends.
  public var budget = Budget()
  /// Points a generation; the method's own choice without.
  public var population: Int?
  /// What is sought, at least one; the first is the one that `best` means.
  public var objectives = [SearchObjective(metric: .sharpe)]
  /// Bounds that results must keep.
  public var constraints: [MetricConstraint] = []
  /// Whether, and when, trials are given up; nil for never.
  public var racing: Racing?

  /// A grid by the Sharpe ratio.
  public init() {}
}

/// A figure to make as high or as low as can be: over the whole period, or the worst, median or mean of its parts.
public struct SearchObjective: Hashable, Sendable {
  /// How figures of parts become one.
  public enum Word: String, CaseIterable, Hashable, Sendable {
    /// That of the part where it is worst.
    case worst
    /// The middle one.
    case median
    /// The average.
    case mean
  }
  /// The parts of a period.
  public enum Segment: String, CaseIterable, Hashable, Sendable {
    /// Calendar years.
    case year
    /// Parts of equal length in sessions, one after the other.
    case fold
    /// Sessions by the level of VIX.
    case vix
  }
  /// A figure by parts.
  public struct Aggregate: Hashable, Sendable {
    /// How they become one.
    public var word: Word
    /// Which parts.
    public var segment: Segment
    /// How many parts there are, for folds.
    public var folds: Int?

    /// Of its parts.
    public init(word: Word, segment: Segment, folds: Int? = nil) {
      self.word = word
      self.segment = segment
      self.folds = folds
    }
  }

  /// The figure.
  public var metric: Metric
  /// Over parts of the period; nil for the whole.
  public var aggregate: Aggregate?
  /// Whether less is sought.
  public var isMinimised: Bool

  /// Of its parts; without a direction, the metric's own.
  public init(metric: Metric, aggregate: Aggregate? = nil, isMinimised: Bool? = nil) {
    self.metric = metric
    self.aggregate = aggregate
    self.isMinimised = isMinimised ?? metric.lowerIsBetter
  }

  /// As a file writes it: `sharpe worst year`.
  public var text: String {
    metric.rawValue + (aggregate.map { " \($0.word.rawValue) \($0.segment.rawValue)" } ?? "")
  }
}

/// A bound that a result must keep, such as `trades >= 150`.
public struct MetricConstraint: Hashable, Sendable {
  /// What is bound.
  public let metric: Metric
  /// How it must relate to the bound.
  public let relation: Relation
  /// The bound, in the metric's unit.
  public let bound: Double

  /// Of its parts.
  public init(metric: Metric, relation: Relation, bound: Double) {
    self.metric = metric
    self.relation = relation
    self.bound = bound
  }

  /// As a file writes it: `trades >= 150.0`.
  public var text: String { "\(metric.rawValue) \(relation.rawValue) \(bound)" }

  /// By how much a value breaks the bound, in shares of max(1, |bound|): ≤ 0 is kept.
  ///
  /// - Parameter value: nil or NaN, for a figure that isn't defined, breaks it without limit.
  public func violation(of value: Double?) -> Double {
    guard let value, !value.isNaN else { return .infinity }
    let excess = (value - bound) / max(1, bound.magnitude)
    return switch relation {
    case .lessOrEqual: excess
    case .greaterOrEqual: -excess
    // at the bound itself it is broken by the least there is
    case .less: value == bound ? .ulpOfOne : excess
    case .greater: value == bound ? .ulpOfOne : -excess
    case .equal: excess.magnitude
    case .unequal: value == bound ? .ulpOfOne : -excess.magnitude
    }
  }
}
