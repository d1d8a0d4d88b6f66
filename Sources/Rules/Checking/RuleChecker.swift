import ConfigFormats

/// Gives every part of an expression its type, unit, resolution and dependence, and refuses what has none.
struct RuleChecker {
  /// Most levels of nesting, named rules looked into.
  static let depthLimit = 128
  /// Longest window, bars.
  static let lengthLimit = 5_000

  let catalogue: SignalCatalogue
  /// Named rules by name, looked up only.
  let rules: [String: Expression]
  /// Names in the order of the file.
  let names: [String]
  private(set) var nodes: [RuleNode] = []
  private(set) var signals: [SignalInstance] = []
  /// The whole of each named rule that was checked.
  private(set) var roots: [String: Int] = [:]
  /// Named rules being checked, outermost first.
  private var underway: [String] = []

  init(catalogue: SignalCatalogue, rules: [(name: String, expression: Expression)]) {
    self.catalogue = catalogue
    self.rules = Dictionary(rules.map { ($0.name, $0.expression) }) { first, _ in first }
    names = rules.map(\.name)
  }

  /// Checks a whole expression and returns its node.
  mutating func check(_ expression: Expression, depth: Int = 0) throws(RuleError) -> Int {
    try check(expression.nodes.count - 1, Source(expression), depth: depth)
  }

  /// Checks a named rule, unless another one's check did, and returns its node.
  mutating func define(_ name: String, _ rule: Expression, depth: Int = 0) throws(RuleError) -> Int {
    if let root = roots[name] { return root }
    underway.append(name)
    let root = try check(rule, depth: depth)
    underway.removeLast()
    roots[name] = root
    return root
  }

  /// An expression with the text of its parts, for messages.
  struct Source {
    let expression: Expression
    let texts: [RuleText]
    init(_ expression: Expression) {
      self.expression = expression
      texts = expression.canonicalNodes
    }
    subscript(node: Int) -> Expression.Node { expression.nodes[node] }
    func text(_ node: Int) -> String { texts[node].text }
    func error(_ node: Int, _ fault: RuleFault) -> RuleError { expression.error(node, fault) }
  }

  // MARK: Nodes

  private mutating func check(_ at: Int, _ source: Source, depth: Int) throws(RuleError) -> Int {
    guard depth < Self.depthLimit else { throw source.error(at, .tooDeep(Self.depthLimit)) }
    let node = source[at]
    switch node.operation {
    case .quantity(let quantity):
      guard case .number(let written) = quantity.amount else {
        preconditionFailure("RuleChecker: parameters are bound before a check")
      }
      return try add(
        .constant(quantity.unit.value(written)), type: .number(quantity.unit.unit), text: source.texts[at],
        at,
        source)
    case .truth(let value):
      return try add(.constant(value ? 1 : 0), type: .condition, text: source.texts[at], at, source)
    case .call(let name, let hasWithin):
      return try call(name, hasWithin: hasWithin, at, source, depth: depth)
    case .negate:
      let operand = try number(node.operands[0], source, depth: depth)
      return try add(.negate, [operand], type: nodes[operand].type, text: .negate, at, source)
    case .arithmetic(let sign): return try arithmetic(sign, at, source, depth: depth)
    case .compare(let relation): return try comparison(relation, at, source, depth: depth)
    case .not:
      let operand = try condition(node.operands[0], source, depth: depth)
      return try add(.not, [operand], type: .condition, text: .not, at, source)
    case .and, .or:
      var operands: [Int] = []
      for part in node.operands { operands.append(try condition(part, source, depth: depth)) }
      return try add(
        node.operation == .and ? .and : .or, operands, type: .condition, text: node.operation, at, source)
    case .hold:
      let operand = try condition(node.operands[0], source, depth: depth)
      let length = try length(node.operands[1], of: operand, text: node.operands[0], source, fewest: 1)
      return try add(
        .hold(length.bars), [operand], type: .condition,
        text: RuleText(.hold, [nodes[operand].text, length.text]), at, source)
    }
  }

  private mutating func number(_ at: Int, _ source: Source, depth: Int) throws(RuleError) -> Int {
    let node = try check(at, source, depth: depth + 1)
    guard case .number = nodes[node].type else { throw source.error(at, .notNumber(source.text(at))) }
    return node
  }
  private mutating func condition(_ at: Int, _ source: Source, depth: Int) throws(RuleError) -> Int {
    let node = try check(at, source, depth: depth + 1)
    guard nodes[node].type == .condition else { throw source.error(at, .notCondition(source.text(at))) }
    return node
  }
  private func unit(_ node: Int) -> RuleUnit {
    guard case .number(let unit) = nodes[node].type else { preconditionFailure("RuleChecker: not a number") }
    return unit
  }

  /// The common unit of two numbers; the second is to blame if there is none.
  private func joined(
    _ a: Int, _ aAt: Int, _ b: Int, _ bAt: Int, _ source: Source
  ) throws(RuleError) -> RuleUnit {
    let (left, right) = (unit(a), unit(b))
    if nodes[a].isZero { return right }
    if nodes[b].isZero { return left }
    guard let joined = RuleUnit.joined(left, right) else {
      throw source.error(bAt, .wrongUnits(source.text(aAt), left, source.text(bAt), right))
    }
    return joined
  }

  private mutating func arithmetic(
    _ sign: Expression.Arithmetic, _ at: Int, _ source: Source, depth: Int
  ) throws(RuleError) -> Int {
    let (leftAt, rightAt) = (source[at].operands[0], source[at].operands[1])
    let left = try number(leftAt, source, depth: depth)
    let right = try number(rightAt, source, depth: depth)
    let made: RuleUnit?
    let operation: RuleOperation
    switch sign {
    case .add, .subtract:
      operation = sign == .add ? .add : .subtract
      made = try joined(left, leftAt, right, rightAt, source)
    case .multiply: (operation, made) = (.multiply, RuleUnit.product(unit(left), unit(right)))
    case .divide:
      guard nodes[right].constant != 0 else { throw source.error(rightAt, .divisionByZero) }
      (operation, made) = (.divide, RuleUnit.quotient(unit(left), unit(right)))
    }
    guard let made else {
      throw source.error(
        rightAt, .noUnit(source.text(leftAt), unit(left), source.text(rightAt), unit(right)))
    }
    return try add(
      operation, [left, right], type: .number(made), text: source[at].operation, at, source)
  }

  private mutating func comparison(
    _ relation: Expression.Comparison, _ at: Int, _ source: Source, depth: Int
  ) throws(RuleError) -> Int {
    let (leftAt, rightAt) = (source[at].operands[0], source[at].operands[1])
    let left = try number(leftAt, source, depth: depth)
    let right = try number(rightAt, source, depth: depth)
    _ = try joined(left, leftAt, right, rightAt, source)
    for (measured, bound, boundAt, isRight) in [(left, right, rightAt, true), (right, left, leftAt, false)] {
      guard let range = nodes[measured].range, let value = nodes[bound].constant, !range.contains(value)
      else {
        continue
      }
      let isAbove = value > range.upperBound
      let asksLess = relation == .less || relation == .atMost
      let crosses = relation == .crossesAbove || relation == .crossesBelow
      let text = { NumberText.shortest($0) }
      throw source.error(
        boundAt,
        .decided(
          source.text(at),
          range: "\(nodes[measured].text.text) lies in \(text(range.lowerBound))…\(text(range.upperBound))",
          always: !crosses && (isAbove == asksLess) == isRight))
    }
    return try add(
      .compare(relation), [left, right], type: .condition, text: source[at].operation, at, source)
  }

  // MARK: Calls

  private mutating func call(
    _ name: String, hasWithin: Bool, _ at: Int, _ source: Source, depth: Int
  ) throws(RuleError) -> Int {
    if let declaration = catalogue[name] {
      let instance = try SignalArguments(declaration, at, source).instance()
      let position = signals.firstIndex(of: instance) ?? signals.count
      if position == signals.count { signals.append(instance) }
      return try add(
        .signal(position), type: instance.type, range: declaration.range, resolution: instance.resolution,
        dependence: instance.dependence, lookBack: instance.lookBackSessions,
        text: RuleText(primary: instance.text), at, source)
    }
    guard !hasWithin else { throw source.error(at, .takesNoWithin(source.text(at))) }
    if let function = RuleFunction(rawValue: name) {
      return try apply(function, at, source, depth: depth)
    }
    guard let rule = rules[name] else {
      let known = catalogue.declarations.map(\.name) + RuleFunction.allCases.map(\.rawValue) + names
      throw source.error(at, .unknownName(name, nearest: NearestNames.of(name, in: known)))
    }
    guard source[at].operands.isEmpty else {
      throw source.error(
        at, .argumentCount(name, allowed: "no argument, being a named rule", met: source[at].operands.count))
    }
    if let first = underway.firstIndex(of: name) {
      throw source.error(at, .cycle(Array(underway[first...]) + [name]))
    }
    let root = try define(name, rule, depth: depth + 1)
    return try add(
      .named(name), [root], type: nodes[root].type, range: nodes[root].range,
      text: RuleText(primary: name), at, source)
  }

  private mutating func apply(
    _ function: RuleFunction, _ at: Int, _ source: Source, depth: Int
  ) throws(RuleError) -> Int {
    let arguments = source[at].operands
    let (allowed, words) =
      switch function {
      case .min, .max: (2...Expression.lengthLimit, "two or more values")
      case .abs, .exp, .ln: (1...1, "one value")
      case .clamp: (3...3, "a value, a lower and an upper bound")
      case .mean, .sd, .highest, .lowest, .zscore, .percentile, .change, .lag: (2...2, "a value and a length")
      }
    guard allowed.contains(arguments.count) else {
      throw source.error(at, .argumentCount(function.rawValue, allowed: words, met: arguments.count))
    }
    let first = try number(arguments[0], source, depth: depth)
    if let window = function.window {
      return try self.window(window, of: first, at, source)
    }
    var operands = [first]
    // the operand that settles the unit: zeros and bare numbers give way to what has one
    var (leader, leaderAt) = (first, arguments[0])
    for argument in arguments.dropFirst() {
      let next = try number(argument, source, depth: depth)
      if try joined(leader, leaderAt, next, argument, source) != unit(leader) {
        (leader, leaderAt) = (next, argument)
      }
      operands.append(next)
    }
    let type = nodes[leader].type
    switch function {
    case .min, .max:
      return try add(
        function == .min ? .minimum : .maximum, operands, type: type, text: source[at].operation, at, source)
    case .clamp:
      if let low = nodes[operands[1]].constant, let high = nodes[operands[2]].constant, low > high {
        throw source.error(arguments[1], .emptyClamp(source.text(at)))
      }
      return try add(.clamp, operands, type: type, text: source[at].operation, at, source)
    case .abs:
      return try add(.absolute, operands, type: type, text: source[at].operation, at, source)
    default:
      guard unit(first).isPure else {
        throw source.error(
          arguments[0],
          .wrongUnit(
            source.text(arguments[0]), unit(first), allowed: "a ratio, such as a quotient of two like values,"
          ))
      }
      return try add(
        function == .exp ? .exponential : .logarithm, operands, type: .number(.ratio),
        text: source[at].operation, at, source)
    }
  }

  private mutating func window(
    _ window: RuleWindow, of operand: Int, _ at: Int, _ source: Source
  ) throws(RuleError) -> Int {
    let arguments = source[at].operands
    let length = try length(arguments[1], of: operand, text: arguments[0], source, fewest: window.fewest)
    let isPure = window == .zscore || window == .percentile
    return try add(
      .window(window, length.bars), [operand], type: isPure ? .number(.ratio) : nodes[operand].type,
      range: window == .percentile ? 0...1 : nil,
      text: RuleText(source[at].operation, [nodes[operand].text, length.text]), at, source)
  }

  /// A window's length in bars of what it looks at, with its spelling. A bare number counts sessions.
  private func length(
    _ at: Int, of operand: Int, text: Int, _ source: Source, fewest: Int
  ) throws(RuleError) -> (bars: Int, text: RuleText) {
    let limit = nodes[operand].resolution == .session ? Self.lengthLimit : 389
    guard case .quantity(let quantity) = source[at].operation, case .number(let value) = quantity.amount,
      [.none, .sessions, .minutes].contains(quantity.unit), let bars = Int(exactly: value),
      fewest...Self.lengthLimit ~= bars
    else {
      let unit = limit == Self.lengthLimit ? "sessions" : "min"
      throw source.error(at, .badLength(source.text(at), allowed: "\(fewest) to \(limit) \(unit)"))
    }
    let isMinutes = quantity.unit == .minutes
    switch (isMinutes, nodes[operand].resolution) {
    case (false, .minute): throw source.error(at, .sessionsOfMinutes(source.text(text)))
    case (true, .session): throw source.error(at, .minutesOfSessions(source.text(text)))
    default: break
    }
    guard bars <= limit else {
      throw source.error(at, .badLength(source.text(at), allowed: "\(fewest) to \(limit) min"))
    }
    let argument: SignalArgument = isMinutes ? .minutes(bars) : .sessions(bars)
    return (bars, RuleText(primary: argument.text))
  }

  // MARK: Adding

  private mutating func add(
    _ operation: RuleOperation, _ operands: [Int], type: RuleType, range: ClosedRange<Double>? = nil,
    text: Expression.Operation, _ at: Int, _ source: Source
  ) throws(RuleError) -> Int {
    try add(
      operation, operands, type: type, range: range,
      text: RuleText(text, operands.map { nodes[$0].text }), at, source)
  }

  private mutating func add(
    _ operation: RuleOperation, _ operands: [Int] = [], type: RuleType, range: ClosedRange<Double>? = nil,
    resolution: RuleResolution = .session, dependence: RuleDependence = .market, lookBack: Int = 0,
    text: RuleText, _ at: Int, _ source: Source
  ) throws(RuleError) -> Int {
    let parts = operands.map { nodes[$0] }
    let resolution = parts.map(\.resolution).max() ?? resolution
    let constants = parts.compactMap(\.constant)
    var constant: Double?
    if case .constant(let value) = operation {
      constant = value
    } else if !parts.isEmpty, constants.count == parts.count, operation.isScalar {
      guard case .value(let value) = RuleArithmetic.apply(operation, constants.map { .value($0) }) else {
        throw source.error(at, .notFinite(text.text))
      }
      constant = value
    }
    let depth = 1 + (parts.map(\.depth).max() ?? 0)
    guard depth <= Self.depthLimit else { throw source.error(at, .tooDeep(Self.depthLimit)) }
    nodes.append(
      RuleNode(
        operation: operation, operands: operands, type: type, resolution: resolution,
        dependence: parts.map(\.dependence).max() ?? dependence,
        lookBack: (parts.map(\.lookBack).max() ?? lookBack)
          + (resolution == .session ? operation.barsBefore : 0),
        constant: constant, range: range, depth: depth, text: text))
    return nodes.count - 1
  }
}

extension RuleOperation {
  /// Whether its value at a bar needs its operands at that bar only.
  var isScalar: Bool {
    switch self {
    case .hold, .window, .signal, .compare(.crossesAbove), .compare(.crossesBelow): false
    default: true
    }
  }
  /// Bars before the present one that it reads.
  var barsBefore: Int {
    switch self {
    case .hold(let length): length - 1
    case .window(let window, let length): window.reach(length)
    case .compare(.crossesAbove), .compare(.crossesBelow): 1
    default: 0
    }
  }
}
