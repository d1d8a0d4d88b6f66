import MarketData
import Search

/// One objective of a search: a metric over the whole period, or the worst, median or mean of its values over parts of it.
public struct Goal: Sendable, Hashable {
  /// How the parts' values are put together.
  public enum Aggregate: String, Sendable, Hashable, CaseIterable, Codable {
    case worst
    case median
    case mean
  }
  /// What the period is cut into.
  public enum Parts: Sendable, Hashable {
    case years
    case folds(Int)
    /// By the VIX close of the session before.
    case vix
  }
  /// What is measured.
  public let metric: Metric
  /// Whether more is better.
  public let isMaximised: Bool
  /// Over which parts; `nil` for the whole period.
  public let over: Over?

  /// Values over parts, put together.
  public struct Over: Sendable, Hashable {
    /// How.
    public let aggregate: Aggregate
    /// Of what.
    public let parts: Parts
    /// Of its parts.
    public init(_ aggregate: Aggregate, _ parts: Parts) {
      self.aggregate = aggregate
      self.parts = parts
    }
  }

  /// Of its parts.
  ///
  /// - Precondition: parts only of a metric that is ``Metric/isOfSeries``.
  public init(_ metric: Metric, isMaximised: Bool, over: Over? = nil) {
    precondition(over == nil || metric.isOfSeries, "Goal: \(metric.rawValue) can't be had of parts")
    self.metric = metric
    self.isMaximised = isMaximised
    self.over = over
  }

  /// A metric in its better direction.
  public init(_ metric: Metric) { self.init(metric, isMaximised: !metric.lowerIsBetter) }

  /// As a search file spells it: `sharpe`, `net_dollars worst year`.
  public var name: String {
    guard let over else { return metric.rawValue }
    let parts =
      switch over.parts {
      case .years: "year"
      case .folds(let count): "fold of \(count)"
      case .vix: "vix"
      }
    return "\(metric.rawValue) \(over.aggregate.rawValue) \(parts)"
  }
}

/// What a result must keep: a metric on one side of a bound.
public struct Limit: Sendable, Hashable {
  /// What is measured.
  public let metric: Metric
  /// How it must stand to the bound.
  public let relation: Relation
  /// The bound, in the metric's unit.
  public let bound: Double

  /// A comparison.
  public enum Relation: String, Sendable, Hashable, CaseIterable, Codable {
    case atLeast = ">="
    case atMost = "<="
    case above = ">"
    case below = "<"
    case equal = "=="
  }

  /// Of its parts.
  public init(_ metric: Metric, _ relation: Relation, _ bound: Double) {
    self.metric = metric
    self.relation = relation
    self.bound = bound
  }

  /// By how much a value breaks it, in parts of the bound or of 1 where that is smaller; ≤ 0 where it is kept, infinite
  /// for a value that isn't defined.
  public func violation(of value: Double?) -> Double {
    guard let value, value.isFinite else { return .infinity }
    let gap: Double =
      switch relation {
      case .atLeast: bound - value
      case .atMost: value - bound
      // at the bound itself it is broken, by next to nothing
      case .above: value == bound ? Double.leastNonzeroMagnitude * max(1, abs(bound)) : bound - value
      case .below: value == bound ? Double.leastNonzeroMagnitude * max(1, abs(bound)) : value - bound
      case .equal: abs(value - bound)
      }
    return gap / max(1, abs(bound))
  }

  /// `trades >= 150`.
  public var name: String { "\(metric.rawValue) \(relation.rawValue) \(bound)" }
}

/// Turns figures into what an algorithm is told.
struct GoalScale: Sendable {
  let goals: [Goal]
  let limits: [Limit]
  private let sessions: Int
  /// The parts of each goal that has any.
  private let segments: [SessionSegments?]

  init(goals: [Goal], limits: [Limit], axis: PeriodAxis) {
    self.goals = goals
    self.limits = limits
    sessions = axis.dates.count
    segments = goals.map { goal in
      switch goal.over?.parts {
      case nil: nil
      case .years: SessionSegments(years: axis)
      case .folds(let count): SessionSegments(folds: count, of: axis)
      case .vix: SessionSegments(vix: axis)
      }
    }
  }

  /// Whether results a session are asked for.
  var needsSeries: Bool { segments.contains { $0 != nil } }

  /// The value of each goal, `nil` where it isn't defined.
  func values(_ scored: ScoredConfiguration) -> [Double?] {
    zip(goals, segments).map { goal, segments in
      guard let segments, let over = goal.over else { return scored.value(goal.metric, sessions: sessions) }
      let parts = segments.values(of: goal.metric, series: scored.series ?? []).compactMap { $0 }
      guard parts.count == segments.parts.count, !parts.isEmpty else { return nil }
      switch over.aggregate {
      case .worst: return goal.isMaximised ? parts.min() : parts.max()
      case .mean: return parts.reduce(0, +) / Double(parts.count)
      case .median:
        let sorted = parts.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
      }
    }
  }

  /// Objectives to be minimised, and by how much each limit is broken. What never traded has failed: it would win every
  /// objective that is best at 0.
  func evaluation(_ scored: ScoredConfiguration) -> PointEvaluation {
    var isDefined = scored.trades > 0
    let objectives = zip(goals, values(scored)).map { goal, value -> Double in
      guard let value, value.isFinite else {
        isDefined = false
        return .infinity
      }
      return goal.isMaximised ? -value : value
    }
    return PointEvaluation(
      objectives: isDefined ? objectives : objectives.map { _ in .infinity },
      violations: limits.map { $0.violation(of: scored.value($0.metric, sessions: sessions)) },
      isFailed: !isDefined)
  }
}

/// What a search is told of a point; ``Evaluation`` is a configuration's.
typealias PointEvaluation = Search.Evaluation
