/// The point of a front from which every way costs much and gains little: the one to look at first.
public enum KneePoint {
  /// Where a front bulges most towards its ideal point.
  ///
  /// Each objective is put to 0 at its least and 1 at its greatest value on the front, and the knee is the point
  /// farthest below the plane through the ends of the axes, Σ = 1: the one with the least sum. With two objectives the
  /// plane is the line through the front's two ends, of Das's definition; a straight or hollow front has its knee at
  /// an end. Objectives all points share don't count.
  ///
  /// - Parameter front: objectives to minimise of points that don't dominate each other; all finite.
  /// - Returns: the place of the knee, the first of equals; nil for an empty front.
  /// - Complexity: O(m·n).
  /// - Source: I. Das, "On characterizing the knee of the Pareto curve based on normal-boundary intersection",
  ///   Structural Optimization 18 (1999).
  public static func of(_ front: [[Double]]) -> Int? {
    guard let width = front.first?.count else { return nil }
    precondition(front.allSatisfy { $0.count == width }, "KneePoint.of: numbers of objectives differ")
    var sums = Array(repeating: 0.0, count: front.count)
    for k in 0..<width {
      let low = front.reduce(.infinity) { min($0, $1[k]) }
      let high = front.reduce(-.infinity) { max($0, $1[k]) }
      guard high > low else { continue }
      for i in front.indices { sums[i] += (front[i][k] - low) / (high - low) }
    }
    var best = 0
    for i in sums.indices where sums[i] < sums[best] { best = i }
    return best
  }
}
