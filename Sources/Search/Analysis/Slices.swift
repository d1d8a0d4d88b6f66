/// What the points with one value, or two, came to.
public struct Slice: Sendable, Hashable {
  /// Cell of the parameter; its count for points where the parameter doesn't matter.
  public let cell: Int
  /// Points in it.
  public let count: Int
  /// Mean score.
  public let mean: Double
  /// Median score, of an even number the mean of the two in the middle.
  public let median: Double
  /// Best score, and the point that has it first.
  public let best: Double
  /// That point, counted among those with a score.
  public let bestPoint: Int
}

extension TrialTable {
  /// The points by the cells of one parameter, empty cells left out. O(n log n).
  public func slices(_ parameter: Int, parts: Int = 10) -> [Slice] {
    let inactive = cellCount(parameter, parts: parts)
    return Self.slices(points.indices.map { cell($0, parameter, parts: parts) ?? inactive }, scores)
  }

  /// The points by the cells of two parameters, empty ones left out; the cell is first × (count of the second + 1) +
  /// second. O(n log n).
  public func heat(_ first: Int, _ second: Int, parts: Int = 10) -> [Slice] {
    let width = cellCount(second, parts: parts) + 1
    let inactive = (cellCount(first, parts: parts), width - 1)
    return Self.slices(
      points.indices.map { i in
        (cell(i, first, parts: parts) ?? inactive.0) * width + (cell(i, second, parts: parts) ?? inactive.1)
      }, scores)
  }

  private static func slices(_ cells: [Int], _ scores: [Double]) -> [Slice] {
    let order = cells.indices.sorted { (cells[$0], scores[$0], $0) < (cells[$1], scores[$1], $1) }
    var made: [Slice] = []
    var start = 0
    while start < order.count {
      var end = start
      while end < order.count, cells[order[end]] == cells[order[start]] { end += 1 }
      let own = order[start..<end]
      let middle = start + (end - start) / 2
      let median =
        (end - start).isMultiple(of: 2)
        ? (scores[order[middle - 1]] + scores[order[middle]]) / 2 : scores[order[middle]]
      made.append(
        Slice(
          cell: cells[order[start]], count: own.count,
          mean: own.reduce(0) { $0 + scores[$1] } / Double(own.count), median: median,
          best: scores[order[start]], bestPoint: order[start]))
      start = end
    }
    return made
  }
}

/// A parameter whose best value lies at the end of what was searched: what lies beyond is unknown.
public struct EdgeWarning: Sendable, Hashable {
  /// Which parameter.
  public let parameter: Int
  /// Whether it is the upper end.
  public let isUpper: Bool
}

extension TrialTable {
  /// Ordered parameters that a point has at an end of their range, those of one or two steps left out: they have only ends.
  ///
  /// - Parameter nearness: of a real's range, what counts as its end.
  public func edges(ofPoint point: Int, nearness: Double = 0.01) -> [EdgeWarning] {
    space.parameters.indices.compactMap { p in
      guard activity[point][p] else { return nil }
      let value = points[point].values[p]
      switch space.parameters[p].domain {
      case .categories: return nil
      case .steps(let count):
        guard count > 2, value == 0 || Int(value) == count - 1 else { return nil }
        return EdgeWarning(parameter: p, isUpper: value > 0)
      case .real(let from, let to, let isLog):
        let share = isLog ? logRatio(value, from) / logRatio(to, from) : (value - from) / (to - from)
        guard share <= nearness || share >= 1 - nearness else { return nil }
        return EdgeWarning(parameter: p, isUpper: share > 0.5)
      }
    }
  }
}

/// How the neighbours of a point do.
public struct Plateau: Sendable, Hashable {
  /// Neighbours that were tried.
  public let neighbours: Int
  /// Their mean score and their worst.
  public let mean: Double
  /// The worst of them.
  public let worst: Double
  /// 1 where the neighbours' mean is as good as the point, 0 where it is no better than the median of all points; below 0
  /// where it is worse than that. `nil` where the point is the median itself.
  public let score: Double?
}

extension TrialTable {
  /// The neighbours within one step: ordered parameters at most one step away (a real within `nearness` of its range),
  /// categories the same, the same ones active.
  ///
  /// - Returns: `nil` where none was tried.
  /// - Complexity: O(n × parameters).
  public func plateau(ofPoint point: Int, nearness: Double = 0.05) -> Plateau? {
    let neighbours = points.indices.filter { $0 != point && isNeighbour($0, point, nearness) }
    guard !neighbours.isEmpty else { return nil }
    let own = neighbours.map { scores[$0] }
    let mean = own.reduce(0, +) / Double(own.count)
    let sorted = scores.sorted()
    let middle = sorted.count / 2
    let median =
      sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
    let reach = median - scores[point]
    return Plateau(
      neighbours: own.count, mean: mean, worst: own.max() ?? mean,
      score: reach > 0 ? (median - mean) / reach : nil)
  }

  private func isNeighbour(_ a: Int, _ b: Int, _ nearness: Double) -> Bool {
    guard activity[a] == activity[b] else { return false }
    return space.parameters.indices.allSatisfy { p in
      let (x, y) = (points[a].values[p], points[b].values[p])
      switch space.parameters[p].domain {
      case .categories: return x == y
      case .steps: return abs(x - y) <= 1
      case .real(let from, let to, let isLog):
        let gap = isLog ? logRatio(max(x, y), min(x, y)) / logRatio(to, from) : abs(x - y) / (to - from)
        return gap <= nearness
      }
    }
  }
}
