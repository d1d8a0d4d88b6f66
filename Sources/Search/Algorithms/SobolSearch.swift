import Kernels

/// Points spread evenly over the space by a scrambled Sobol sequence: random search without its gaps and clusters.
///
/// A number of the sequence a parameter, before inactive ones are put to rest. Points that are invalid or were asked
/// before are passed over; after 1,024 in a row a random point takes the place.
public struct SobolSearch: SearchAlgorithm {
  /// Points of the sequence passed over before a random one is taken.
  private static let mostPassed = 1_024

  private let sequence: SobolSequence
  private let seed: UInt64
  private let block: Int
  private var fresh: FreshPoints
  private var index = 0

  /// At its start.
  ///
  /// - Parameters:
  ///   - space: of at most ``SobolSequence/mostDimensions`` parameters.
  ///   - seed: any value; scrambles the sequence.
  ///   - block: points an ask, ≥ 1; the spread is best at powers of two.
  public init(space: SearchSpace, seed: UInt64, block: Int = 256) throws(SearchError) {
    try checkBlock(block)
    let count = space.parameters.count
    guard count <= SobolSequence.mostDimensions else {
      throw .tooManyParameters(count, limit: SobolSequence.mostDimensions)
    }
    // a space without parameters has one point, whatever the sequence says
    sequence = SobolSequence(dimensions: max(1, count), scrambledBy: seed)
    self.seed = seed
    self.block = block
    fresh = FreshPoints(space)
  }

  /// The next points, at most a block. O(parameters · log index) each, and as often again as points are passed over.
  public mutating func ask() -> [SearchPoint] {
    var points: [SearchPoint] = []
    while points.count < block, let point = next() { points.append(point) }
    return points
  }

  /// Nothing is learnt.
  public mutating func tell(_ results: [Evaluation]) {}

  private mutating func next() -> SearchPoint? {
    if !fresh.isListed {
      for _ in 0..<Self.mostPassed {
        let places = sequence.point(index)
        index += 1
        let genes = fresh.space.parameters.indices.map { fresh.space.value($0, at: places[$0]) }
        if let point = fresh.take(SearchPoint(genes)) { return point }
      }
    }
    var random = Philox(
      seed: seed, stream: SearchStream.number(generation: index, candidate: SearchStream.shared))
    return fresh.draw(using: &random)?.point
  }
}
