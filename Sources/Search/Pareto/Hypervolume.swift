/// The volume that points dominate below a reference point: one number for how good a front is. Exact.
///
/// - Source: E. Zitzler and L. Thiele, "Multiobjective evolutionary algorithms: a comparative case study", IEEE
///   Trans. Evol. Comp. 3 (1999), for the measure; N. Beume, C. Fonseca, M. López-Ibáñez, L. Paquete, J. Vahrenhold,
///   "On the complexity of computing the hypervolume indicator", ibid. 13 (2009), for the sweep in three dimensions;
///   L. While, L. Bradstreet, L. Barone, "A fast way of calculating exact hypervolumes", ibid. 16 (2012), WFG, for
///   more.
public enum Hypervolume {
  /// The volume between the points and the reference.
  ///
  /// - Parameters:
  ///   - points: objectives to minimise. Those not better than the reference in all add nothing; NaN is not better.
  ///   - reference: the worst corner, one number an objective, at least one.
  /// - Returns: ≥ 0, in the product of the objectives' units; infinite with an objective of −∞.
  /// - Complexity: O(n log n) for two objectives; for three O(n log n) and moving the staircase's tail at each point;
  ///   exponential in the objectives at worst beyond, where a thousand points of five still take seconds at most.
  public static func of(_ points: [[Double]], reference: [Double]) -> Double {
    precondition(!reference.isEmpty, "Hypervolume.of: no objectives")
    precondition(points.allSatisfy { $0.count == reference.count }, "Hypervolume.of: shape")
    let better = points.filter { zip($0, reference).allSatisfy { $0 < $1 } }
    return volume(better, reference)
  }

  /// Of points that all are better than the reference.
  private static func volume(_ points: [[Double]], _ reference: [Double]) -> Double {
    guard !points.isEmpty else { return 0 }
    switch reference.count {
    case 1: return reference[0] - points.reduce(.infinity) { min($0, $1[0]) }
    case 2: return area(points, reference)
    case 3: return sweep(points, reference)
    default: return slices(points, reference)
    }
  }

  private static func area(_ points: [[Double]], _ reference: [Double]) -> Double {
    var area = 0.0
    var top = reference[1]
    for point in points.sorted(by: { ($0[0], $0[1]) < ($1[0], $1[1]) }) where point[1] < top {
      area += (reference[0] - point[0]) * (top - point[1])
      top = point[1]
    }
    return area
  }

  /// Upwards in the third objective; the area below it grows point by point.
  private static func sweep(_ points: [[Double]], _ reference: [Double]) -> Double {
    var stairs = Stairs()
    var area = 0.0
    var volume = 0.0
    var level = -Double.infinity
    for point in points.sorted(by: { $0[2] < $1[2] }) where !stairs.covers(point[0], point[1]) {
      if area > 0 { volume += area * (point[2] - level) }
      level = point[2]
      area += stairs.gain(point[0], point[1], below: (reference[0], reference[1]))
      stairs.insert(point[0], point[1])
    }
    return volume + area * (reference[2] - level)
  }

  /// WFG: what each point adds to those after it, from the worst in the last objective to the best. What they have in
  /// common with it has its last objective, so the volume is an area of one dimension less times a height.
  private static func slices(_ points: [[Double]], _ reference: [Double]) -> Double {
    let last = reference.count - 1
    let base = Array(reference.dropLast())
    let sorted = points.sorted { $0[last] > $1[last] }
    var volume = 0.0
    for (i, point) in sorted.enumerated() {
      let corner = Array(point.dropLast())
      var own = 1.0
      for k in 0..<last { own *= base[k] - corner[k] }
      let common = sorted[(i + 1)...].map { other in (0..<last).map { max(corner[$0], other[$0]) } }
      volume += (own - self.volume(leastOnly(common), base)) * (reference[last] - point[last])
    }
    return volume
  }

  /// The points that none of the others dominates, of equal ones one.
  private static func leastOnly(_ points: [[Double]]) -> [[Double]] {
    guard let width = points.first?.count else { return [] }
    let ranks = NonDominatedSort.ranks(points.flatMap { $0 }, width: width)
    let front = points.indices.filter { ranks[$0] == 0 }.map { points[$0] }
    let sorted = front.sorted { $0.lexicographicallyPrecedes($1) }
    return sorted.indices.filter { $0 == 0 || sorted[$0] != sorted[$0 - 1] }.map { sorted[$0] }
  }
}

extension Stairs {
  /// The area that a point not covered would add below a corner. O(log n + steps that it covers).
  fileprivate func gain(_ newY: Double, _ newZ: Double, below corner: (y: Double, z: Double)) -> Double {
    var place = self.place(newY)
    var top = place > 0 ? z[place - 1] : corner.z
    var from = newY
    var gain = 0.0
    while place < y.count, z[place] >= newZ {
      gain += (y[place] - from) * (top - newZ)
      from = y[place]
      top = z[place]
      place += 1
    }
    let end = place < y.count ? y[place] : corner.y
    return gain + (end - from) * (top - newZ)
  }
}
