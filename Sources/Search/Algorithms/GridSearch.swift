/// Every valid canonical point of a finite space once, in mixed-radix order, the last parameter fastest.
///
/// Inactive parameters rest, so points that mean the same come once. Nothing is learnt, and there is no randomness.
public struct GridSearch: SearchAlgorithm {
  private let space: SearchSpace
  private let block: Int
  private var walk: GridWalk

  /// At the first point.
  ///
  /// - Parameters:
  ///   - space: of steps and categories only.
  ///   - block: points an ask, ≥ 1.
  ///   - limit: the most canonical points, valid or not, that are accepted.
  public init(space: SearchSpace, block: Int = 256, limit: Int = 10_000_000) throws(SearchError) {
    try checkBlock(block)
    guard let walk = GridWalk(space) else {
      let real = space.parameters.indices.first { space.valueCount($0) == nil } ?? 0
      throw .gridOverReal(parameter: space.parameters[real].name)
    }
    let points = walk.count(mostSteps: limit)
    guard points <= limit else { throw .gridTooLarge(points: points, limit: limit) }
    self.space = space
    self.block = block
    self.walk = walk
  }

  /// The next points, at most a block. O(parameters) each, invalid ones passed over included.
  public mutating func ask() -> [SearchPoint] {
    var points: [SearchPoint] = []
    while points.count < block, let point = walk.step() {
      if space.isValid(point) { points.append(point) }
    }
    return points
  }

  /// Nothing is learnt.
  public mutating func tell(_ results: [Evaluation]) {}
}

/// Refuses a block without points.
func checkBlock(_ block: Int) throws(SearchError) {
  guard block >= 1 else { throw .setting(name: "block", value: "\(block)", bounds: "at least 1") }
}
