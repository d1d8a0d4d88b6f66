/// One searched parameter, by the numbers that an algorithm works on.
public struct SearchParameter: Sendable, Hashable {
  /// What values there are.
  public enum Domain: Sendable, Hashable {
    /// Any number from one to another, both included, from < to. With `isLog` equal ratios are equally likely, from > 0.
    case real(from: Double, to: Double, isLog: Bool)
    /// Ordered levels; a value is a position, 0 ..< count, count ≥ 1.
    case steps(count: Int)
    /// Choices without order; a value is a position, 0 ..< count, count ≥ 1.
    case categories(count: Int)
  }
  /// An earlier parameter that must have one of some positions.
  public struct Condition: Sendable, Hashable {
    /// Which parameter: before the one that hangs on it, and itself of steps or categories.
    public let parent: Int
    /// Positions that make the parameter active, ascending.
    public let positions: [Int]

    /// Of its parts.
    public init(parent: Int, positions: [Int]) {
      self.parent = parent
      self.positions = positions
    }
  }
  /// Its name, unique in a space.
  public let name: String
  /// Its values.
  public let domain: Domain
  /// When it matters at all: all must hold, and the parents be active themselves. Empty for always.
  public let conditions: [Condition]

  /// Of its parts.
  public init(name: String, domain: Domain, conditions: [Condition] = []) {
    self.name = name
    self.domain = domain
    self.conditions = conditions
  }
}

/// A point of a space: a number a parameter, a position or a real value. Inactive ones hold ``SearchSpace/resting(_:)``, so
/// that points that mean the same are equal.
public struct SearchPoint: Sendable, Hashable {
  /// In the order of the space's parameters.
  public var values: [Double]
  /// Of its values.
  public init(_ values: [Double]) { self.values = values }
  /// One word folded of all values is hashed: searches ask for millions of points whether they were seen.
  public func hash(into hasher: inout Hasher) {
    var word: UInt64 = 0x9E37_79B9_7F4A_7C15
    for value in values {
      // 0 and −0 are equal
      word = (word ^ (value + 0).bitPattern) &* 0xFF51_AFD7_ED55_8CCD
      word ^= word >> 32
    }
    hasher.combine(word)
  }
}

/// Parameters and what holds between them. Knows nothing of what they mean.
public struct SearchSpace: Sendable {
  /// Parents before those that hang on them.
  public let parameters: [SearchParameter]
  /// Whether a canonical point keeps the constraints between parameters.
  public let isValid: @Sendable (SearchPoint) -> Bool
  /// Parameters that hang on others, ascending.
  private let conditional: [Int]

  /// Of its parts.
  ///
  /// - Precondition: names differ, domains hold something, parents come first and are no reals.
  public init(
    _ parameters: [SearchParameter], isValid: @escaping @Sendable (SearchPoint) -> Bool = { _ in true }
  ) {
    precondition(
      Set(parameters.map(\.name)).count == parameters.count, "SearchSpace: a name stands twice")
    for (i, parameter) in parameters.enumerated() {
      switch parameter.domain {
      case .real(let from, let to, let isLog):
        precondition(
          from.isFinite && to.isFinite && from < to && (!isLog || from > 0), "SearchSpace: bounds")
      case .steps(let count), .categories(let count): precondition(count >= 1, "SearchSpace: no values")
      }
      for condition in parameter.conditions {
        precondition((0..<i).contains(condition.parent), "SearchSpace: a parent comes first")
        if case .real = parameters[condition.parent].domain {
          preconditionFailure("SearchSpace: a parent has positions")
        }
      }
    }
    self.parameters = parameters
    self.isValid = isValid
    conditional = parameters.indices.filter { !parameters[$0].conditions.isEmpty }
  }

  /// What an inactive parameter holds: its lowest value.
  public func resting(_ parameter: Int) -> Double {
    if case .real(let from, _, _) = parameters[parameter].domain { from } else { 0 }
  }

  /// Which parameters matter at a point. O(parameters).
  public func activity(_ point: SearchPoint) -> [Bool] {
    var active = Array(repeating: true, count: parameters.count)
    for i in conditional {
      active[i] = parameters[i].conditions.allSatisfy {
        active[$0.parent] && $0.positions.contains(Int(point.values[$0.parent]))
      }
    }
    return active
  }

  /// The point with inactive parameters at rest. O(parameters).
  public func canonical(_ point: SearchPoint) -> SearchPoint {
    guard !conditional.isEmpty else { return point }
    let active = activity(point)
    var made = point
    for i in conditional where !active[i] { made.values[i] = resting(i) }
    return made
  }
}
