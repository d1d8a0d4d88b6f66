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
