/// How many points of a space keep its constraints.
public enum ValidCount: Sendable, Hashable {
  /// Every point was tried.
  case exactly(Int)
  /// So many of those drawn, of a space too large to try every point, or with reals.
  case sampled(valid: Int, drawn: Int)

  /// Whether none was found.
  public var isNone: Bool {
    switch self {
    case .exactly(let count): count == 0
    case .sampled(let valid, _): valid == 0
    }
  }
}

extension ParameterTree {
  /// How many different points there are, constraints aside: exact below 2^53, `.infinity` with reals.
  ///
  /// Parameters that hang on each other are counted together by the positions of the parents, all others multiply. Above a
  /// million settings of such parents it is an upper bound.
  public var rawCount: Double {
    var total = 1.0
    for group in groups { total *= count(group) }
    return total
  }

  /// How many points keep the constraints.
  ///
  /// - Parameter limit: try every point of a space up to this size, and draw up to 100,000, but no more than this, of a
  ///   larger one.
  public func validCount(limit: Int = 1_000_000) -> ValidCount {
    let raw = rawCount
    guard raw > Double(limit) else {
      if constraints.isEmpty { return .exactly(Int(raw)) }
      var valid = 0
      forEachPoint { point in
        if isValid(point) { valid += 1 }
        return true
      }
      return .exactly(valid)
    }
    let drawn = min(limit, 100_000)
    if constraints.isEmpty { return .sampled(valid: drawn, drawn: drawn) }
    return .sampled(valid: (0..<drawn).count { isValid(drawnPoint($0)) }, drawn: drawn)
  }

  /// Calls for every point, constraints aside, the last parameter fastest and inactive ones at 0, until told to stop.
  ///
  /// - Precondition: no reals.
  public func forEachPoint(_ body: ([Double]) -> Bool) {
    precondition(!ranges.contains { $0 != nil }, "ParameterTree.forEachPoint: reals have no end")
    var point = Array(repeating: 0.0, count: parameters.count)
    var active = Array(repeating: false, count: parameters.count)
    func go(_ p: Int) -> Bool {
      guard p < parameters.count else { return body(point) }
      active[p] = parameters[p].conditions.allSatisfy {
        active[$0.parent] && $0.positions.contains(Int(point[$0.parent]))
      }
      for position in 0..<(active[p] ? options[p].count : 1) {
        point[p] = Double(position)
        guard go(p + 1) else { return false }
      }
      point[p] = 0
      return true
    }
    _ = go(0)
  }

  /// The valid points of a grid, in the order of ``forEachPoint(_:)``.
  ///
  /// - Throws: ``ConfigError`` for reals, for more than `limit` points before constraints, and if there is none.
  public func gridPoints(limit: Int = ConfigSpace.limit) throws(ConfigError) -> [[Double]] {
    try checkGridSize(limit: limit)
    var points: [[Double]] = []
    forEachPoint { point in
      if isValid(point) { points.append(point) }
      return true
    }
    guard !points.isEmpty else { throw noValidPoint(.exactly(0)) }
    return points
  }

  /// Refuses reals and more than `limit` points, which no grid goes through.
  public func checkGridSize(limit: Int = ConfigSpace.limit) throws(ConfigError) {
    if let real = parameters.first(where: { $0.count == nil }) {
      throw .badAxis(
        file: file, line: real.line, path: real.path,
        message:
          "a grid needs a step: write {from, to, step} or a list, or search by another method than grid")
    }
    let raw = rawCount
    guard raw <= Double(limit) else { throw tooMany(raw, limit: limit) }
  }

  /// Valid points for checking a space: every one of a small space; of a larger one some `limit` that are drawn, and more
  /// such that the values of every parameter are met where a valid point with them is found.
  public func probes(_ limit: Int) -> [[Double]] {
    var points: [[Double]] = []
    guard rawCount > Double(limit) else {
      forEachPoint { point in
        if isValid(point) { points.append(point) }
        return true
      }
      return points
    }
    points = (0..<limit).map(drawnPoint).filter(isValid)
    for (p, parameter) in parameters.enumerated() {
      // the ends of a real, the first positions of a long axis and its last
      let values: [Double] =
        switch parameter.domain {
        case .real(let from, let to, _, _): [from, to]
        case .steps(let count), .categories(let count):
          (0..<min(count, 100)).map { Double($0) } + [Double(count - 1)]
        }
      for value in values {
        for attempt in 0..<20 {
          var point = drawnPoint(limit + attempt)
          point[p] = value
          activate(p, in: &point)
          guard isValid(point) else { continue }
          points.append(point)
          break
        }
      }
    }
    return points
  }

  /// Gives the parents of a parameter positions that make it active.
  private func activate(_ p: Int, in point: inout [Double]) {
    for condition in parameters[p].conditions {
      if !condition.positions.contains(Int(point[condition.parent])) {
        point[condition.parent] = Double(condition.positions[0])
      }
      activate(condition.parent, in: &point)
    }
  }

  /// The error for more points than a grid may have.
  func tooMany(_ raw: Double, limit: Int) -> ConfigError {
    let lengths = parameters.map { "\($0.path) \($0.count ?? 0)" }.joined(separator: " × ")
    let told = raw < 9e18 ? "\(Int(raw))" : "more than 9·10^18"
    return .tooManyConfigurations(file: file, count: "\(told) (\(lengths))", limit: limit)
  }

  /// The error for constraints that no point keeps.
  public func noValidPoint(_ count: ValidCount) -> ConfigError {
    let first = constraints.first
    let all = constraintTexts.map { "'\($0)'" }.joined(separator: ", ")
    let tried =
      switch count {
      case .exactly: "none of the \(Int(rawCount)) points"
      case .sampled(_, let drawn): "none of \(drawn) points drawn"
      }
    return .badAxis(
      file: file, line: first?.line ?? 1, path: "search.constraints",
      message: "\(tried) keeps \(all); drop or loosen one, or tie values by {same_as: PATH}")
  }

  /// A point of a fixed sequence of pseudo-random points, for looking into spaces too large to try; uniform over positions
  /// and, by its scale, over reals.
  public func drawnPoint(_ index: Int) -> [Double] {
    parameters.indices.map { p in
      // SplitMix64's finaliser over (point, parameter)
      var z = UInt64(truncatingIfNeeded: index) &* 0x9E37_79B9_7F4A_7C15
      z ^= UInt64(truncatingIfNeeded: p + 1) &* 0xD1B5_4A32_D192_ED03
      z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
      z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
      let uniform = Double((z ^ (z >> 31)) >> 11) * 0x1p-53
      switch parameters[p].domain {
      case .steps(let count), .categories(let count):
        return Double(min(Int(uniform * Double(count)), count - 1))
      case .real(let from, let to, let isLog, _):
        // by halving in the logarithm: roots are correctly rounded anywhere
        return isLog ? Self.between(from, to, uniform) : from + uniform * (to - from)
      }
    }
  }

  private static func between(_ from: Double, _ to: Double, _ share: Double) -> Double {
    var (low, high, rest) = (from, to, share)
    for _ in 0..<40 {
      let middle = (low * high).squareRoot()
      rest *= 2
      if rest >= 1 { (low, rest) = (middle, rest - 1) } else { high = middle }
    }
    return low
  }

  // MARK: Groups

  /// Parameters that hang together, each group ascending.
  private var groups: [[Int]] {
    var of = Array(parameters.indices)
    func root(_ p: Int) -> Int {
      var p = p
      while of[p] != p { p = of[p] }
      return p
    }
    for (p, parameter) in parameters.enumerated() {
      for condition in parameter.conditions {
        let (a, b) = (root(p), root(condition.parent))
        of[max(a, b)] = min(a, b)
      }
    }
    var groups: [[Int]] = Array(repeating: [], count: parameters.count)
    for p in parameters.indices { groups[root(p)].append(p) }
    return groups.filter { !$0.isEmpty }
  }

  private func count(_ group: [Int]) -> Double {
    let parents = Set(group.flatMap { parameters[$0].conditions.map(\.parent) })
    let settings = group.reduce(1.0) { $0 * (parents.contains($1) ? Double(options[$1].count) : 1) }
    func length(_ p: Int) -> Double { ranges[p] == nil ? Double(options[p].count) : .infinity }
    guard settings <= 1e6 else { return group.reduce(1.0) { $0 * length($1) } }
    var positions = Array(repeating: 0, count: parameters.count)
    var active = Array(repeating: false, count: parameters.count)
    // the points of the group from its k-th parameter on
    func go(_ k: Int) -> Double {
      guard k < group.count else { return 1 }
      let p = group[k]
      active[p] = parameters[p].conditions.allSatisfy {
        active[$0.parent] && $0.positions.contains(positions[$0.parent])
      }
      guard active[p] else { return go(k + 1) }
      guard parents.contains(p) else { return length(p) * go(k + 1) }
      var sum = 0.0
      for position in options[p].indices {
        positions[p] = position
        sum += go(k + 1)
      }
      return sum
    }
    return go(0)
  }
}
