import Kernels

/// Points that were tried with one score each: what the analyses of a finished search work on.
public struct TrialTable: Sendable {
  /// The space that the points are of.
  public let space: SearchSpace
  /// Points with a score.
  public let points: [SearchPoint]
  /// To be minimised; finite.
  public let scores: [Double]
  /// Positions of the points with a score among all that were given.
  public let trials: [Int]
  /// Which parameters matter at each point.
  let activity: [[Bool]]

  /// Leaves out points without a score. O(points × parameters).
  ///
  /// - Parameters:
  ///   - points: canonical.
  ///   - scores: as many; NaN or infinite for none.
  /// - Precondition: as many scores as points.
  public init(_ space: SearchSpace, points: [SearchPoint], scores: [Double]) {
    precondition(points.count == scores.count, "TrialTable: a score a point")
    self.space = space
    let kept = points.indices.filter { scores[$0].isFinite }
    self.points = kept.map { points[$0] }
    self.scores = kept.map { scores[$0] }
    trials = kept
    activity = kept.map { space.activity(points[$0]) }
  }

  /// Cells that a parameter's values are sorted into: its positions, or so many equal parts of a real's range.
  ///
  /// - Parameter parts: of a real parameter; on a log scale equal ratios.
  public func cellCount(_ parameter: Int, parts: Int) -> Int {
    switch space.parameters[parameter].domain {
    case .real: parts
    case .steps(let count), .categories(let count): count
    }
  }

  /// Where the k-th of so many cells of a real parameter begins.
  public func edge(_ k: Int, of parts: Int, from: Double, to: Double, isLog: Bool) -> Double {
    let share = Double(k) / Double(parts)
    return isLog ? from * Elementary.exp(share * logRatio(to, from)) : from + share * (to - from)
  }

  /// The cell of a point's value; `nil` where the parameter doesn't matter.
  public func cell(_ point: Int, _ parameter: Int, parts: Int) -> Int? {
    guard activity[point][parameter] else { return nil }
    let value = points[point].values[parameter]
    switch space.parameters[parameter].domain {
    case .steps, .categories: return Int(value)
    case .real(let from, let to, let isLog):
      let share = isLog ? logRatio(value, from) / logRatio(to, from) : (value - from) / (to - from)
      return min(parts - 1, max(0, Int(share * Double(parts))))
    }
  }
}
