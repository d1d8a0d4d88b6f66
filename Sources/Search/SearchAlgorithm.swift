/// What became of a point.
public struct Evaluation: Sendable, Hashable {
  /// To be minimised; one an objective of the study. NaN counts as failed.
  public var objectives: [Double]
  /// By how much each constraint is broken; ≤ 0 is kept. NaN counts as failed.
  public var violations: [Double]
  /// Whether there is no result at all: worse than anything that has one.
  public var isFailed: Bool
  /// How many of its instances were worked out before it was given up; nil where all were. What was given up is never
  /// feasible, and its violations say how far it lay behind.
  public var droppedAfter: Int?

  /// Of its parts.
  public init(
    objectives: [Double], violations: [Double] = [], isFailed: Bool = false, droppedAfter: Int? = nil
  ) {
    self.objectives = objectives
    self.violations = violations
    self.droppedAfter = droppedAfter
    self.isFailed = isFailed || objectives.contains { $0.isNaN } || violations.contains { $0.isNaN }
  }

  /// Σ of what is broken; 0 where all constraints are kept, infinite where the point failed.
  public var violation: Double {
    isFailed ? .infinity : violations.reduce(0) { $0 + max(0, $1) }
  }
  /// Whether it has a whole result and keeps every constraint.
  public var isFeasible: Bool { violation == 0 && droppedAfter == nil }
}

/// A search in generations: it asks for points, is told what became of them, and asks again.
///
/// What it asks depends on its seed and on what it was told, on nothing else: the same answers give the same search on
/// any machine, at any number of threads, and after any interruption when it is told the old answers again.
public protocol SearchAlgorithm: Sendable {
  /// The next points, canonical and valid, none asked before where the space has others left; empty when there is
  /// nothing more to ask.
  mutating func ask() -> [SearchPoint]
  /// Results of the points last asked, in their order. Fewer only at the end of a budget, which nothing follows.
  mutating func tell(_ results: [Evaluation])
}
