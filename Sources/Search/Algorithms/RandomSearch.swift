import Kernels

/// Points drawn evenly and independently, none twice.
///
/// Every parameter is drawn uniformly (log parameters in log scale) before inactive ones are put to rest. Where a
/// finite space is nearly used up, the points left are listed and taken in random order.
///
/// - Source: J. Bergstra and Y. Bengio, "Random search for hyper-parameter optimization", JMLR 13 (2012): the
///   yardstick that a method that learns has to beat.
public struct RandomSearch: SearchAlgorithm {
  private let seed: UInt64
  private let block: Int
  private var fresh: FreshPoints
  private var count = 0

  /// At its start.
  ///
  /// - Parameters:
  ///   - space: any.
  ///   - seed: any value.
  ///   - block: points an ask, ≥ 1.
  public init(space: SearchSpace, seed: UInt64, block: Int = 256) throws(SearchError) {
    try checkBlock(block)
    self.seed = seed
    self.block = block
    fresh = FreshPoints(space)
  }

  /// The next points, at most a block. O(parameters) each, and as often again as draws are in vain.
  public mutating func ask() -> [SearchPoint] {
    var points: [SearchPoint] = []
    while points.count < block {
      var random = Philox(seed: seed, stream: SearchStream.number(generation: 0, candidate: count))
      count += 1
      guard let drawn = fresh.draw(using: &random) else { break }
      points.append(drawn.point)
    }
    return points
  }

  /// Nothing is learnt.
  public mutating func tell(_ results: [Evaluation]) {}
}
