/// A parameter whose best value lies at the end of what was searched: what lies beyond is unknown.
public struct EdgeWarning: Sendable, Hashable {
  /// Which parameter.
  public let parameter: Int
  /// Whether it is the upper end.
  public let isUpper: Bool
}

extension SearchSpace {
  /// Ordered parameters that a point has at an end of their range, those of one or two steps left out: they have only ends.
  ///
  /// - Parameters:
  ///   - point: canonical.
  ///   - nearness: of a real's range, what counts as its end.
  /// - Complexity: O(parameters).
  public func edges(of point: SearchPoint, nearness: Double = 0.01) -> [EdgeWarning] {
    let active = activity(point)
    return parameters.indices.compactMap { p in
      guard active[p] else { return nil }
      let value = point.values[p]
      switch parameters[p].domain {
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
  /// Of a real's range, how far neighbours lie apart.
  public static let nearness = 0.05

  /// Neighbours that were tried.
  public let neighbours: Int
  /// Their mean score and their worst.
  public let mean: Double
  /// The worst of them.
  public let worst: Double
  /// 1 where the neighbours' mean is as good as the point, 0 where it is no better than the median of all points; below 0
  /// where it is worse than that. `nil` where the point is no better than the median itself, or there is none.
  public let score: Double?

  /// Of scores to be minimised.
  ///
  /// - Parameters:
  ///   - own: the point's; finite, as the others.
  ///   - neighbours: its neighbours'.
  ///   - middle: the median of all points; `nil` where it isn't known.
  /// - Returns: `nil` without neighbours.
  public init?(of own: Double, neighbours: [Double], middle: Double?) {
    guard let worst = neighbours.max() else { return nil }
    let mean = neighbours.reduce(0, +) / Double(neighbours.count)
    self.neighbours = neighbours.count
    self.mean = mean
    self.worst = worst
    score = middle.flatMap { $0 > own ? ($0 - mean) / ($0 - own) : nil }
  }

  /// The median of some scores, of an even number the mean of the two in the middle; `nil` of none. O(n·log n).
  public static func middle(of scores: [Double]) -> Double? {
    guard !scores.isEmpty else { return nil }
    let sorted = scores.sorted()
    let middle = sorted.count / 2
    return sorted.count.isMultiple(of: 2) ? (sorted[middle - 1] + sorted[middle]) / 2 : sorted[middle]
  }
}

extension TrialTable {
  /// The neighbours within one step: ordered parameters at most one step away (a real within ``Plateau/nearness`` of its
  /// range), categories the same, the same ones active.
  ///
  /// - Returns: `nil` where none was tried.
  /// - Complexity: O(n × parameters).
  public func plateau(ofPoint point: Int) -> Plateau? {
    let neighbours = points.indices.filter { $0 != point && isNeighbour($0, point) }
    return Plateau(
      of: scores[point], neighbours: neighbours.map { scores[$0] }, middle: Plateau.middle(of: scores))
  }

  private func isNeighbour(_ a: Int, _ b: Int) -> Bool {
    guard activity[a] == activity[b] else { return false }
    return space.parameters.indices.allSatisfy { p in
      let (x, y) = (points[a].values[p], points[b].values[p])
      switch space.parameters[p].domain {
      case .categories: return x == y
      case .steps: return abs(x - y) <= 1
      case .real(let from, let to, let isLog):
        let gap = isLog ? logRatio(max(x, y), min(x, y)) / logRatio(to, from) : abs(x - y) / (to - from)
        return gap <= Plateau.nearness
      }
    }
  }
}
