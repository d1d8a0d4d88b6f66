import Kernels

/// A point a few steps from another.
public struct Neighbour: Sendable, Hashable {
  /// Where one parameter goes.
  public enum Direction: String, Sendable, Hashable, Codable {
    /// To its next lower value.
    case below
    /// To its next higher value.
    case above
    /// To another choice, which is neither.
    case other
  }
  /// One parameter that is otherwise.
  public struct Move: Sendable, Hashable {
    /// Which.
    public let parameter: Int
    /// Where it goes.
    public let direction: Direction
  }
  /// What is otherwise, by parameter.
  public let moves: [Move]
  /// Canonical and valid.
  public let point: SearchPoint
  /// Whether it is a neighbour as ``Plateau`` counts them: one step along ordered parameters, the same ones active. Else
  /// it is another choice.
  public let isStep: Bool
}

/// The points around one, tried or not.
public struct Neighbourhood: Sendable, Hashable {
  /// First all that are one move away, other choices among them; then neighbours by two moves, by three, and so on.
  public let neighbours: [Neighbour]
  /// Moves of the farthest neighbours.
  public let moves: Int
  /// Whether all neighbours are in it.
  public let isWhole: Bool
}

extension SearchSpace {
  /// The neighbourhood of a point, neighbours by one move first, by so many moves as are no more than `limit` together.
  ///
  /// A real parameter's neighbours lie ``Plateau/nearness`` of its range away, or at its end where that is nearer. What
  /// matters at a neighbour but not at the point is in the middle of its range, the lower of two; choices without order are at
  /// the first.
  ///
  /// - Parameters:
  ///   - point: canonical and valid.
  ///   - limit: neighbours by more than one move, at most; those by one move are in it always.
  /// - Complexity: O(neighbours × parameters).
  public func neighbourhood(of point: SearchPoint, limit: Int) -> Neighbourhood {
    let active = activity(point)
    var centred = point
    for p in parameters.indices where !active[p] { centred.values[p] = middle(of: p) }
    var seen: Set<SearchPoint> = [point]
    func neighbour(_ moves: [(Neighbour.Move, Double)]) -> Neighbour? {
      var made = centred
      for (move, value) in moves { made.values[move.parameter] = value }
      made = canonical(made)
      guard seen.insert(made).inserted, isValid(made) else { return nil }
      return Neighbour(
        moves: moves.map(\.0), point: made,
        isStep: moves.allSatisfy { $0.0.direction != .other } && activity(made) == active)
    }
    let single = parameters.indices.filter { active[$0] }.map { p in
      values(around: point, p).compactMap { move, value in neighbour([(move, value)]).map { ($0, value) } }
    }
    var all = single.flatMap { $0.map(\.0) }
    // further rings step along what stays comparable
    let steps = single.map { own in own.filter(\.0.isStep).map { ($0.0.moves[0], $0.1) } }.filter {
      !$0.isEmpty
    }
    let counts = Self.ringCounts(steps.map(\.count))
    var (reached, left) = (min(1, steps.count), limit)
    while reached < steps.count, counts[reached + 1] <= left {
      reached += 1
      left -= counts[reached]
      Self.combine(steps, reached) { moves in
        if let made = neighbour(moves) { all.append(made) }
      }
    }
    return Neighbourhood(neighbours: all, moves: reached, isWhole: reached == steps.count)
  }

  /// The middle of a parameter's range, of a logarithmic one by its ratio.
  private func middle(of p: Int) -> Double {
    switch parameters[p].domain {
    case .categories: 0
    case .steps(let count): Double((count - 1) / 2)
    case .real(let from, let to, let isLog):
      isLog ? from * Elementary.exp(0.5 * logRatio(to, from)) : from + 0.5 * (to - from)
    }
  }

  /// Where one parameter may go from a point, and the values it then has.
  private func values(around point: SearchPoint, _ p: Int) -> [(Neighbour.Move, Double)] {
    let value = point.values[p]
    func move(_ direction: Neighbour.Direction, _ value: Double) -> (Neighbour.Move, Double) {
      (Neighbour.Move(parameter: p, direction: direction), value)
    }
    switch parameters[p].domain {
    case .categories(let count):
      return (0..<count).map(Double.init).filter { $0 != value }.map { move(.other, $0) }
    case .steps(let count):
      return [(.below, value - 1), (.above, value + 1)].filter { $0.1 >= 0 && $0.1 < Double(count) }.map(move)
    case .real(let from, let to, let isLog):
      let ratio = isLog ? Elementary.exp(Plateau.nearness * logRatio(to, from)) : 1
      let gap = isLog ? 0 : Plateau.nearness * (to - from)
      return [move(.below, max(from, value / ratio - gap)), move(.above, min(to, value * ratio + gap))]
    }
  }

  /// How many sets of so many parameters' steps there are, by their size: elementary symmetric polynomials, cut off where
  /// they grow beyond all limits.
  private static func ringCounts(_ steps: [Int]) -> [Int] {
    var counts = [1] + steps.map { _ in 0 }
    for (done, own) in steps.enumerated() {
      for size in stride(from: done + 1, through: 1, by: -1) {
        counts[size] = min(1 << 40, counts[size] + own * counts[size - 1])
      }
    }
    return counts
  }

  /// Every set of steps of so many parameters, in the order of the parameters.
  private static func combine(
    _ steps: [[(Neighbour.Move, Double)]], _ size: Int, _ take: ([(Neighbour.Move, Double)]) -> Void
  ) {
    func extend(_ made: [(Neighbour.Move, Double)], from first: Int) {
      guard made.count < size else { return take(made) }
      for p in first..<(steps.count - (size - made.count) + 1) {
        for step in steps[p] { extend(made + [step], from: p + 1) }
      }
    }
    extend([], from: 0)
  }
}
