import MarketData
import Search

/// Turns figures into what an algorithm is told.
struct GoalScale: Sendable {
  let goals: [SearchObjective]
  let limits: [MetricConstraint]
  private let sessions: Int
  /// The parts of each goal that has any.
  private let segments: [SessionSegments?]

  init(goals: [SearchObjective], limits: [MetricConstraint], axis: PeriodAxis) {
    self.goals = goals
    self.limits = limits
    sessions = axis.dates.count
    segments = goals.map { goal in
      switch goal.aggregate?.segment {
      case nil: nil
      case .year: SessionSegments(years: axis)
      case .fold: SessionSegments(folds: goal.aggregate?.folds ?? 5, of: axis)
      case .vix: SessionSegments(vix: axis)
      }
    }
  }

  /// Whether the sessions of results are asked for.
  var needsBooks: Bool { segments.contains { $0 != nil } }

  /// Figures of goals and limits that have to be asked for, each once; those of goals over parts of the period over the
  /// whole of it too.
  var onDemand: [Metric] { Self.onDemand(goals: goals, limits: limits) }
  static func onDemand(goals: [SearchObjective], limits: [MetricConstraint]) -> [Metric] {
    let named = Set(goals.map(\.metric) + limits.map(\.metric))
    return Metric.onDemand.filter(named.contains)
  }

  /// The value of each goal, `nil` where it isn't defined.
  func values(_ scored: ScoredConfiguration) -> [Double?] {
    zip(goals, segments).map { goal, segments in
      guard let segments, let over = goal.aggregate else {
        return scored.value(goal.metric, sessions: sessions)
      }
      let parts = scored.book.map { segments.values(of: goal.metric, in: $0).compactMap { $0 } } ?? []
      guard parts.count == segments.parts.count, !parts.isEmpty else { return nil }
      switch over.word {
      case .worst: return goal.isMinimised ? parts.max() : parts.min()
      case .mean: return parts.reduce(0, +) / Double(parts.count)
      case .median:
        let sorted = parts.sorted()
        let middle = sorted.count / 2
        return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
      }
    }
  }

  /// What an algorithm is told of a point. One that is no strategy has failed.
  func evaluation(_ fate: CandidateFate) -> PointEvaluation {
    switch fate {
    case .scored(let scored): evaluation(scored)
    case .dropped(let drop): DayRace.evaluation(drop)
    case .invalid:
      PointEvaluation(
        objectives: goals.map { _ in .infinity }, violations: limits.map { _ in .infinity }, isFailed: true)
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
      return goal.isMinimised ? value : -value
    }
    return PointEvaluation(
      objectives: isDefined ? objectives : objectives.map { _ in .infinity },
      violations: limits.map { $0.violation(of: scored.value($0.metric, sessions: sessions)) },
      isFailed: !isDefined)
  }
}

/// What a search is told of a point; ``Evaluation`` is a configuration's.
typealias PointEvaluation = Search.Evaluation
