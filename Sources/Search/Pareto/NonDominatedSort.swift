/// Ranks by domination: 0 for what nothing dominates, 1 for what only those do, and so on. Everything is minimised.
///
/// A point dominates another if it is no worse in any objective and better in one; equal points don't, and share a
/// rank. Two and three objectives take O(n log n) and about O(n log² n); more take O(m·n²) at worst.
///
/// - Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist multiobjective genetic algorithm:
///   NSGA-II", IEEE Trans. Evol. Comp. 6 (2002), for the ranks and constraint domination; X. Zhang, Y. Tian, R.
///   Cheng, Y. Jin, "An efficient approach to nondominated sorting", ibid. 19 (2015), for taking points in
///   lexicographic order and finding their front by bisection; H. Kung, F. Luccio, F. Preparata, "On finding the
///   maxima of a set of vectors", J. ACM 22 (1975), for the staircase that answers for a whole front at once.
public enum NonDominatedSort {
  /// Ranks of points without constraints.
  ///
  /// - Parameters:
  ///   - objectives: point after point; shape `[n × width]`, no NaN.
  ///   - width: objectives a point, m ≥ 1.
  /// - Returns: shape `[n]`.
  public static func ranks(_ objectives: [Double], width: Int) -> [Int] {
    precondition(width >= 1 && objectives.count % width == 0, "NonDominatedSort.ranks: shape")
    switch width {
    case 1: return ranksOfNumbers(objectives)
    case 2: return ranksOfPairs(objectives)
    case 3: return ranksOfTriples(objectives)
    default: return ranksOfMany(objectives, width: width)
    }
  }

  /// Ranks by constraint domination: those that keep all constraints by their objectives; behind them the others by
  /// how much they break, a rank for each amount; behind them what failed, all in one rank.
  ///
  /// - Precondition: all that didn't fail have equally many objectives, at least one.
  public static func ranks(_ evaluations: [Evaluation]) -> [Int] {
    var ranks = Array(repeating: 0, count: evaluations.count)
    let violations = evaluations.map(\.violation)
    var objectives: [Double] = []
    var feasible: [Int] = []
    var broken: [Int] = []
    for (i, evaluation) in evaluations.enumerated() where !evaluation.isFailed {
      if violations[i] == 0 {
        feasible.append(i)
        objectives += evaluation.objectives
      } else {
        broken.append(i)
      }
    }
    var next = 0
    if let first = feasible.first {
      let width = evaluations[first].objectives.count
      precondition(
        feasible.allSatisfy { evaluations[$0].objectives.count == width },
        "NonDominatedSort.ranks: numbers of objectives differ")
      for (i, rank) in zip(feasible, self.ranks(objectives, width: width)) {
        ranks[i] = rank
        next = max(next, rank + 1)
      }
    }
    broken.sort { (violations[$0], $0) < (violations[$1], $1) }
    for (place, i) in broken.enumerated() {
      if place > 0, violations[i] > violations[broken[place - 1]] { next += 1 }
      ranks[i] = next
    }
    if !broken.isEmpty { next += 1 }
    for (i, evaluation) in evaluations.enumerated() where evaluation.isFailed { ranks[i] = next }
    return ranks
  }

  /// Points of each rank, in order. O(n).
  public static func fronts(_ ranks: [Int]) -> [[Int]] {
    var fronts = Array(repeating: [Int](), count: (ranks.max() ?? -1) + 1)
    for (i, rank) in ranks.enumerated() { fronts[rank].append(i) }
    return fronts
  }

  /// The Pareto front: what keeps all constraints and is dominated by none of those. In order; empty if none keeps
  /// them. Failed points are never in it.
  public static func paretoFront(_ evaluations: [Evaluation]) -> [Int] {
    let ranks = ranks(evaluations)
    return evaluations.indices.filter { ranks[$0] == 0 && evaluations[$0].isFeasible }
  }

  // MARK: one, two, three, many objectives

  private static func ranksOfNumbers(_ values: [Double]) -> [Int] {
    let order = ascendingOrder(values)
    var ranks = Array(repeating: 0, count: values.count)
    for (previous, i) in zip(order, order.dropFirst()) {
      ranks[i] = ranks[previous] + (values[i] > values[previous] ? 1 : 0)
    }
    return ranks
  }

  /// In lexicographic order, only earlier points can dominate, and of a front the last one dominates if any does: its
  /// second objective is the front's least.
  private static func ranksOfPairs(_ objectives: [Double]) -> [Int] {
    let order = lexicographicOrder(objectives, width: 2)
    var ranks = Array(repeating: 0, count: order.count)
    var least: [Double] = []
    var previous: (x: Double, y: Double) = (.nan, .nan)
    var rank = 0
    for i in order {
      let point = (x: objectives[2 * i], y: objectives[2 * i + 1])
      if point != previous {
        rank = bisect(least.count) { least[$0] <= point.y }
        if rank == least.count { least.append(point.y) } else { least[rank] = point.y }
      }
      ranks[i] = rank
      previous = point
    }
    return ranks
  }

  /// As for pairs; what a front dominates is bounded by the staircase of its second and third objectives.
  private static func ranksOfTriples(_ objectives: [Double]) -> [Int] {
    let order = lexicographicOrder(objectives, width: 3)
    var ranks = Array(repeating: 0, count: order.count)
    var fronts: [Stairs] = []
    var previous: (x: Double, y: Double, z: Double) = (.nan, .nan, .nan)
    var rank = 0
    for i in order {
      let point = (x: objectives[3 * i], y: objectives[3 * i + 1], z: objectives[3 * i + 2])
      if point != previous {
        rank = bisect(fronts.count) { fronts[$0].covers(point.y, point.z) }
        if rank == fronts.count { fronts.append(Stairs()) }
        fronts[rank].insert(point.y, point.z)
      }
      ranks[i] = rank
      previous = point
    }
    return ranks
  }

  private static func ranksOfMany(_ objectives: [Double], width: Int) -> [Int] {
    let sorted = lexicographicOrder(objectives, width: width)
    func isSame(_ a: Int, _ b: Int) -> Bool {
      (0..<width).allSatisfy { objectives[a * width + $0] == objectives[b * width + $0] }
    }
    var ranks = Array(repeating: 0, count: sorted.count)
    var fronts: [[Int]] = []
    for (place, i) in sorted.enumerated() {
      if place > 0, isSame(sorted[place - 1], i) {
        ranks[i] = ranks[sorted[place - 1]]
        continue
      }
      // the latest of a front are the likeliest to dominate
      let rank = bisect(fronts.count) { front in
        fronts[front].reversed().contains { other in
          (1..<width).allSatisfy { objectives[other * width + $0] <= objectives[i * width + $0] }
        }
      }
      if rank == fronts.count { fronts.append([]) }
      fronts[rank].append(i)
      ranks[i] = rank
    }
    return ranks
  }

  /// Points by their first objective, equal ones by the next, and so on; equal points in order.
  static func lexicographicOrder(_ objectives: [Double], width: Int) -> [Int] {
    let first = stride(from: 0, to: objectives.count, by: width).map { objectives[$0] }
    var order = ascendingOrder(first)
    var from = 0
    while from < order.count {
      var to = from + 1
      while to < order.count, first[order[to]] == first[order[from]] { to += 1 }
      if to - from > 1 {
        order[from..<to].sort { a, b in
          for k in 1..<width {
            let (x, y) = (objectives[a * width + k], objectives[b * width + k])
            if x != y { return x < y }
          }
          return a < b
        }
      }
      from = to
    }
    return order
  }

  /// The first of 0 ..< count without a property that those before it have. Of fronts: what one dominates, each one
  /// before it does too.
  @inline(__always)
  static func bisect(_ count: Int, _ holds: (Int) -> Bool) -> Int {
    var low = 0
    var left = count
    while left > 0 {
      let half = left >> 1
      // written so that it compiles without a branch: which way it goes can't be predicted
      let isAbove = holds(low + half)
      low = isAbove ? low + half + 1 : low
      left = isAbove ? left - half - 1 : half
    }
    return low
  }
}

/// The least points of a set in the plane: ascending in y, and strictly descending in z.
struct Stairs: Sendable {
  private(set) var y: [Double] = []
  private(set) var z: [Double] = []

  /// Whether a point of the set is no worse in both. O(log n).
  func covers(_ y: Double, _ z: Double) -> Bool {
    let after = place(y)
    return after > 0 && self.z[after - 1] <= z
  }

  /// Adds a point that isn't covered; those that it covers go. O(log n), and moving what comes after it.
  mutating func insert(_ newY: Double, _ newZ: Double) {
    var from = place(newY)
    var to = from
    // one with the same y is just before, and has a greater z
    if from > 0, y[from - 1] == newY { from -= 1 }
    while to < y.count, z[to] >= newZ { to += 1 }
    if to == from + 1 {
      y[from] = newY
      z[from] = newZ
    } else {
      y.replaceSubrange(from..<to, with: CollectionOfOne(newY))
      z.replaceSubrange(from..<to, with: CollectionOfOne(newZ))
    }
  }

  /// How many steps have a y that is no greater. O(log n).
  func place(_ newY: Double) -> Int {
    NonDominatedSort.bisect(y.count) { y[$0] <= newY }
  }
}
