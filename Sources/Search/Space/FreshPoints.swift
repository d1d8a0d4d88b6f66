import Kernels

/// What was asked already, and what is left: the promise of ``SearchAlgorithm`` that no point is asked twice.
///
/// Membership in a set is all that is ever read from it, so no hash order gets into a result.
struct FreshPoints: Sendable {
  /// A point with what it was made from: values of inactive parameters included.
  struct Drawn: Sendable {
    var genes: SearchPoint
    var point: SearchPoint
  }

  /// Draws in vain before the points left are listed, if the space is finite and small.
  private static let drawsBeforeListing = 100
  /// Draws in vain after which a space too large to list counts as used up.
  private static let mostDraws = 20_000
  /// Most points that are listed; beyond, a space is treated as if it were infinite.
  private static let mostListed = 1 << 20

  let space: SearchSpace
  /// Points asked, and points that were refused as invalid.
  private var asked: Set<SearchPoint> = []
  private let canList: Bool
  /// What is left in random order, the next one last; nil until needed.
  private var left: [SearchPoint]?

  /// Nothing asked yet.
  init(_ space: SearchSpace) {
    self.space = space
    canList = GridWalk(space).map { $0.count(mostSteps: Self.mostListed) <= Self.mostListed } ?? false
  }

  /// Whether the points left are few enough to be listed, and were: proposals are then mostly in vain.
  var isListed: Bool { left != nil }

  /// Whether the canonical point was asked, or is known to be invalid.
  func contains(_ point: SearchPoint) -> Bool { asked.contains(point) }

  /// The canonical point, marked as asked; nil if it is invalid or was asked before.
  mutating func take(_ genes: SearchPoint) -> SearchPoint? {
    let point = space.canonical(genes)
    guard asked.insert(point).inserted, space.isValid(point) else { return nil }
    return point
  }

  /// A random point not asked before, marked as asked; nil if none is left, or, where the space can't be listed,
  /// if 20,000 draws found none.
  mutating func draw(using random: inout Philox) -> Drawn? {
    if left == nil {
      for _ in 0..<(canList ? Self.drawsBeforeListing : Self.mostDraws) {
        let genes = space.draw(using: &random)
        if let point = take(genes) { return Drawn(genes: genes, point: point) }
      }
      guard canList else { return nil }
      list(using: &random)
    }
    while let point = left?.popLast() {
      if asked.insert(point).inserted { return Drawn(genes: point, point: point) }
    }
    return nil
  }

  private mutating func list(using random: inout Philox) {
    var points: [SearchPoint] = []
    var walk = GridWalk(space)
    while let point = walk?.step() {
      if !asked.contains(point), space.isValid(point) { points.append(point) }
    }
    random.shuffle(&points)
    left = points
  }
}

/// Random streams of a search: one for each candidate of each generation, so that nothing hangs on the order of work.
enum SearchStream {
  /// The stream of a candidate, or of a generation's own draws for `candidate` from ``shared`` on.
  static func number(generation: Int, candidate: Int) -> UInt64 {
    UInt64(truncatingIfNeeded: generation) << 32 | UInt64(truncatingIfNeeded: candidate) & 0xFFFF_FFFF
  }
  /// The first number that no candidate has.
  static let shared = 0x8000_0000
}
