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
  /// Decimals that a real value is kept to, 0 … 15: values that round to one number are one. Nil for all there are.
  public let decimals: Int?

  /// Of its parts.
  public init(name: String, domain: Domain, conditions: [Condition] = [], decimals: Int? = nil) {
    self.name = name
    self.domain = domain
    self.conditions = conditions
    self.decimals = decimals
  }
}

/// A point of a space: a number a parameter, a position or a real value. Inactive ones hold ``SearchSpace/resting(_:)``, and
/// reals are kept to their decimals, so that points that mean the same are equal.
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
  /// Real parameters that are kept to some decimals.
  private let kept: [Kept]

  private struct Kept: Sendable {
    let parameter: Int
    /// 10 to the power of the decimals, exact.
    let scale: Double
    let from: Double
    let to: Double
  }

  /// Of its parts.
  ///
  /// - Precondition: names differ, domains hold something, parents come first and are no reals; decimals are 0 … 15.
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
    kept = parameters.indices.compactMap { i in
      guard let decimals = parameters[i].decimals, case .real(let from, let to, _) = parameters[i].domain
      else { return nil }
      precondition((0...15).contains(decimals), "SearchSpace: decimals")
      let scale = (0..<decimals).reduce(1.0) { made, _ in made * 10 }
      return Kept(parameter: i, scale: scale, from: from, to: to)
    }
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

  /// The point with reals kept to their decimals and inactive parameters at rest. O(parameters).
  public func canonical(_ point: SearchPoint) -> SearchPoint {
    var made = point
    for k in kept {
      // the division of two exact numbers is the decimal's own double
      let rounded = (point.values[k.parameter] * k.scale).rounded() / k.scale
      made.values[k.parameter] = min(k.to, max(k.from, rounded))
    }
    guard !conditional.isEmpty else { return made }
    let active = activity(point)
    for i in conditional where !active[i] { made.values[i] = resting(i) }
    return made
  }
}
