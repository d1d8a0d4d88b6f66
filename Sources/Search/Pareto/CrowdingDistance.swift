/// How much room points have on their front: what to keep when a front is too large.
///
/// Objectives count in units of their range on the front. Points at an end of an objective have infinite room, and of
/// equal points all but the first have none. An objective without a finite range above 0 doesn't count.
public enum CrowdingDistance {
  /// The mean over the objectives of the gap between a point's two neighbours.
  ///
  /// - Parameters:
  ///   - objectives: point after point; shape `[n × width]`, no NaN.
  ///   - width: objectives a point, m ≥ 1.
  /// - Returns: Σ over objectives of (next − previous)/range/m; shape `[n]`.
  /// - Complexity: O(m·n log n).
  /// - Source: Deb et al. (2002), section III-B.
  public static func distances(_ objectives: [Double], width: Int) -> [Double] {
    let front = Front(objectives, width: width)
    var distances = Array(repeating: 0.0, count: front.count)
    for k in front.scales.indices {
      let order = front.order(by: k)
      for (place, i) in order.enumerated() {
        guard place > 0, place < order.count - 1 else {
          distances[i] = .infinity
          continue
        }
        let gap = front.value(order[place + 1], k) - front.value(order[place - 1], k)
        distances[i] += gap / Double(width)
      }
    }
    if front.scales.isEmpty, let first = front.distinct.first { distances[first] = .infinity }
    return distances
  }

  /// The points to keep of a front, and the room that each has among the kept ones.
  ///
  /// Points go one by one, each time the most crowded of those left. With two objectives room is the crowding
  /// distance. With more, neighbours in one objective may be far apart in the others, and room is the product of the
  /// distances to the m nearest points.
  ///
  /// - Parameters:
  ///   - objectives: shape `[n × width]`, no NaN.
  ///   - width: m ≥ 1.
  ///   - keep: how many stay, 0 ... n.
  /// - Returns: the places of those kept, ascending, and their room.
  /// - Complexity: O(m·n log n + n·removed) for two objectives, O((m + n)·n²) at worst for more.
  /// - Source: S. Kukkonen and K. Deb, "Improved pruning of non-dominated solutions based on crowding distance for
  ///   bi-objective optimization problems", CEC 2006; the same, "A fast and effective method for pruning of
  ///   non-dominated solutions in many-objective problems", PPSN IX (2006), M-NN.
  public static func prune(
    _ objectives: [Double], width: Int, keep: Int
  ) -> (kept: [Int], room: [Double]) {
    let front = Front(objectives, width: width)
    precondition((0...front.count).contains(keep), "CrowdingDistance.prune: keep")
    var room: [Double]
    if width <= 2 {
      var linked = LinkedFront(front)
      room = linked.prune(keep: keep)
    } else {
      var nearest = NearestFront(front)
      room = nearest.prune(keep: keep)
    }
    // equal points after the first have no room and go first; where too many are asked for, the earliest come back
    var missing = keep - room.count { !$0.isNaN }
    for i in room.indices where missing > 0 && room[i].isNaN {
      room[i] = 0
      missing -= 1
    }
    let kept = room.indices.filter { !room[$0].isNaN }
    return (kept, kept.map { room[$0] })
  }
}

/// A front in units of its ranges.
struct Front: Sendable {
  let count: Int
  let width: Int
  /// Per objective that counts.
  let scales: [(objective: Int, range: Double)]
  /// The first of each group of equal points, ascending.
  let distinct: [Int]
  private let objectives: [Double]

  init(_ objectives: [Double], width: Int) {
    precondition(width >= 1 && objectives.count % width == 0, "CrowdingDistance: shape")
    self.objectives = objectives
    self.width = width
    count = objectives.count / width
    scales = (0..<width).compactMap { k in
      var low = Double.infinity
      var high = -Double.infinity
      for at in stride(from: k, to: objectives.count, by: width) {
        low = min(low, objectives[at])
        high = max(high, objectives[at])
      }
      let range = high - low
      return range > 0 && range.isFinite ? (k, range) : nil
    }
    let order = NonDominatedSort.lexicographicOrder(objectives, width: width)
    func isSame(_ a: Int, _ b: Int) -> Bool {
      (0..<width).allSatisfy { objectives[a * width + $0] == objectives[b * width + $0] }
    }
    distinct = order.indices.filter { $0 == 0 || !isSame(order[$0 - 1], order[$0]) }.map { order[$0] }
      .sorted()
  }

  /// An objective of a point in units of the range.
  func value(_ point: Int, _ scale: Int) -> Double {
    objectives[point * width + scales[scale].objective] / scales[scale].range
  }

  /// The distinct points, ascending in an objective that counts; ties in order.
  func order(by scale: Int) -> [Int] {
    let (k, _) = scales[scale]
    return ascendingOrder(distinct.map { objectives[$0 * width + k] }).map { distinct[$0] }
  }
}

/// Points linked to their neighbours in each objective, so that a removal changes only those.
private struct LinkedFront {
  let front: Front
  /// Per objective that counts: the neighbours of each point, −1 beyond an end.
  var before: [[Int]] = []
  var after: [[Int]] = []

  init(_ front: Front) {
    self.front = front
    for k in front.scales.indices {
      let order = front.order(by: k)
      var before = Array(repeating: -1, count: front.count)
      var after = before
      for (a, b) in zip(order, order.dropFirst()) {
        after[a] = b
        before[b] = a
      }
      self.before.append(before)
      self.after.append(after)
    }
  }

  private func room(_ i: Int) -> Double {
    guard !before.isEmpty else { return i == front.distinct.first ? .infinity : 0 }
    var sum = 0.0
    for k in before.indices {
      guard before[k][i] >= 0, after[k][i] >= 0 else { return .infinity }
      sum += (front.value(after[k][i], k) - front.value(before[k][i], k)) / Double(front.width)
    }
    return sum
  }

  /// The room of each point kept, NaN for those that went.
  mutating func prune(keep: Int) -> [Double] {
    var room = Array(repeating: Double.nan, count: front.count)
    var left = front.distinct
    for i in left { room[i] = self.room(i) }
    while left.count > keep {
      var least = 0
      for place in left.indices where room[left[place]] < room[left[least]] { least = place }
      let gone = left.remove(at: least)
      room[gone] = .nan
      for k in before.indices {
        let (a, b) = (before[k][gone], after[k][gone])
        if a >= 0 { after[k][a] = b }
        if b >= 0 { before[k][b] = a }
      }
      // after the links of all objectives are right
      for k in before.indices {
        for i in [before[k][gone], after[k][gone]] where i >= 0 { room[i] = self.room(i) }
      }
    }
    return room
  }
}

/// Points with their nearest ones left.
private struct NearestFront {
  let front: Front
  private var isLeft: [Bool]
  /// Per point: its nearest ones left, nearest first, at most as many as there are objectives.
  private var nearest: [[(distance: Double, point: Int)]]

  init(_ front: Front) {
    self.front = front
    isLeft = Array(repeating: false, count: front.count)
    for i in front.distinct { isLeft[i] = true }
    nearest = Array(repeating: [], count: front.count)
    for i in front.distinct { nearest[i] = neighbours(of: i) }
  }

  /// By squares of Euclidean distances: products rank the same.
  private func neighbours(of i: Int) -> [(distance: Double, point: Int)] {
    var found: [(distance: Double, point: Int)] = []
    for j in front.distinct where j != i && isLeft[j] {
      var square = 0.0
      for k in front.scales.indices {
        let difference = front.value(i, k) - front.value(j, k)
        square += difference * difference
      }
      if found.count == front.width {
        guard square < found[found.count - 1].distance else { continue }
        found.removeLast()
      }
      let place = found.firstIndex { $0.distance > square } ?? found.count
      found.insert((square, j), at: place)
    }
    return found
  }

  /// The room of each point kept, NaN for those that went.
  mutating func prune(keep: Int) -> [Double] {
    var room = Array(repeating: Double.nan, count: front.count)
    var isEnd = Array(repeating: front.scales.isEmpty, count: front.count)
    for k in front.scales.indices {
      let order = front.order(by: k)
      for i in [order.first, order.last] { if let i { isEnd[i] = true } }
    }
    func value(_ i: Int) -> Double {
      isEnd[i] ? .infinity : nearest[i].reduce(1) { $0 * $1.distance }
    }
    var left = front.distinct
    for i in left { room[i] = value(i) }
    while left.count > keep {
      var least = 0
      for place in left.indices where room[left[place]] < room[left[least]] { least = place }
      let gone = left.remove(at: least)
      room[gone] = .nan
      isLeft[gone] = false
      for i in left where nearest[i].contains(where: { $0.point == gone }) {
        nearest[i] = neighbours(of: i)
        room[i] = value(i)
      }
    }
    return room
  }
}
