/// A configuration in which some values are searched, seen as parameters that hang on one another.
///
/// The same document as a ``ConfigSpace`` reads, whose flat axes it doesn't flatten: what is searched inside a choice is a
/// parameter of its own, active under that choice only. Beyond what a flat grid takes it knows
/// - `{from, to}` and `{from, to, log: true}`, real numbers kept to `decimals`;
/// - `when: {PATH: VALUE or [VALUES]}` and `else: VALUE` in any searched map: unless every path has one of its values, the
///   key takes the other value, or is left out;
/// - `search: {constraints: […]}` between parameters, such as `condor.put_width_points <= condor.call_width_points`.
///
/// `{same_as: PATH}` is known to both: no parameter, but whatever stands at the path.
public struct ParameterTree: Sendable {
  /// The name that messages use.
  public let file: String
  /// The searched parameters in the order of the file, but parents before what hangs on them.
  public let parameters: [TreeParameter]
  /// Paths that take the value of another path.
  public let ties: [(path: String, target: String)]
  /// Constraints between parameters, as written.
  public var constraintTexts: [String] { constraints.map(\.text) }
  /// Constraints on results, for the caller to judge.
  public let resultConstraints: [ResultConstraint]
  /// Whether a flat grid can't spell it: it has conditions, constraints between parameters, reals, or ties to one choice
  /// among several.
  public let needsTree: Bool

  let root: TreeTemplate
  /// A parameter: the templates of its positions, its reals, what stands where it doesn't matter.
  let options: [[TreeTemplate]]
  let ranges: [RealRange?]
  let otherwise: [ConfigNode?]
  let tied: [TreeTie]
  let constraints: [ParameterConstraint]

  /// Finds parameters, ties and constraints of a document. The root's `search` is no part of its configurations.
  ///
  /// - Parameters:
  ///   - listKeys: keys whose value is truly a list and no set of choices.
  ///   - metrics: names that constraints may set bounds to.
  ///   - decimals: the most decimals that the reader of a path takes, nil for any; entries of lists are all written `[]`,
  ///     `hedge.layers[].size.gross_risk`.
  ///   - resolution: steps that a real range without `decimals` has at least, as far as `decimals` goes.
  /// - Throws: ``ConfigError`` with the line of what can't be searched, and the nearest path to a mistyped one.
  public init(
    _ document: ConfigDocument, listKeys: Set<String>, metrics: [String] = [],
    decimals: @escaping (String) -> Int? = { _ in nil }, resolution: Double = 1e6
  ) throws(ConfigError) {
    try self.init(
      document, listKeys: listKeys, metrics: metrics, decimals: decimals, resolution: resolution,
      readsConstraints: true)
  }

  /// Without its constraints, if they are read elsewhere.
  init(
    _ document: ConfigDocument, listKeys: Set<String>, metrics: [String] = [],
    decimals: @escaping (String) -> Int? = { _ in nil }, resolution: Double = 1e6, readsConstraints: Bool
  ) throws(ConfigError) {
    file = document.file
    var body = document.root
    if case .map(let entries) = body.value { body.value = .map(entries.filter { $0.key != "search" }) }
    var builder = TreeBuilder(
      reader: AxisReader(file: document.file, listKeys: listKeys), decimals: decimals, resolution: resolution)
    let drafted = try builder.plain(body, .init())
    let wiring = try TreeWiring(file: document.file, drafts: builder.drafts, root: drafted)
    let needs = try wiring.needs()
    let order = try wiring.order(needs)
    try wiring.checkReachable(needs, order: order)
    let wiredTies = try wiring.wired(builder.ties)

    var numbers = Array(repeating: 0, count: order.count)
    for (number, draft) in order.enumerated() { numbers[draft] = number }
    func placed(_ place: TreePlace) -> TreePlace {
      TreePlace(
        template: place.template.renumbered(numbers),
        guards: place.guards.map { TreeGuard(parameter: numbers[$0.parameter], position: $0.position) },
        countsChoices: place.countsChoices)
    }
    parameters = order.map { p in
      let draft = builder.drafts[p]
      let domain: TreeParameter.Domain
      if let range = draft.range {
        domain = .real(
          from: Double(range.from) / range.scale, to: Double(range.to) / range.scale, isLog: range.isLog,
          decimals: range.decimals)
      } else {
        domain =
          draft.isOrdered ? .steps(count: draft.choices.count) : .categories(count: draft.choices.count)
      }
      return TreeParameter(
        path: wiring.names[p], line: draft.line, domain: domain,
        conditions: needs[p].map { .init(parent: numbers[$0.parent], positions: $0.positions) },
        choices: draft.choices)
    }
    root = drafted.renumbered(numbers)
    options = order.map { builder.drafts[$0].options.map { $0.renumbered(numbers) } }
    ranges = order.map { builder.drafts[$0].range }
    otherwise = order.map { builder.drafts[$0].otherwise }
    tied = wiredTies.map { tie in
      var made = tie
      made.places = tie.places.map(placed)
      return made
    }
    ties = wiredTies.map { ($0.path, $0.target) }

    let reader = ConstraintReader(
      file: document.file, metrics: metrics, knownPaths: { wiring.knownPaths },
      places: { wiring.places($0).map(placed) })
    var between: [ParameterConstraint] = []
    var results: [ResultConstraint] = []
    for node in readsConstraints ? try Self.constraintNodes(document) : [] {
      switch try reader.read(node) {
      case .between(let constraint): between.append(constraint)
      case .result(let constraint): results.append(constraint)
      }
    }
    constraints = between
    resultConstraints = results
    needsTree =
      !between.isEmpty || builder.drafts.contains { $0.when != nil || $0.range != nil }
      || wiredTies.contains { $0.places.contains(where: \.countsChoices) }
    for constraint in between {
      guard constraint.operands.allSatisfy({ $0.contains { mayBeNumber($0.template) } }) else {
        throw .badConstraint(
          file: document.file, line: constraint.line, column: constraint.column, text: constraint.text,
          message: "one of its paths never holds a number or a time")
      }
    }
  }

  private static func constraintNodes(_ document: ConfigDocument) throws(ConfigError) -> [ConfigNode] {
    guard let node = document.root["search"]?["constraints"] else { return [] }
    switch node.value {
    case .null: return []
    case .string: return [node]
    case .list(let nodes): return nodes
    default:
      throw .wrongType(
        file: document.file, line: node.line, path: "search.constraints",
        expected: "a list of texts such as 'trades >= 150'", met: node.value.kind)
    }
  }

  // MARK: Points

  /// Which parameters matter at a point.
  ///
  /// - Parameter values: a position or a real a parameter.
  /// - Complexity: O(parameters).
  public func activity(of values: [Double]) -> [Bool] {
    precondition(values.count == parameters.count, "ParameterTree: a value a parameter")
    var active = Array(repeating: true, count: values.count)
    for (p, parameter) in parameters.enumerated() where !parameter.conditions.isEmpty {
      active[p] = parameter.conditions.allSatisfy {
        active[$0.parent] && $0.positions.contains(Int(values[$0.parent]))
      }
    }
    return active
  }

  /// The configuration of a point, without any search syntax in it.
  ///
  /// - Parameter values: a position or a real a parameter; reals are rounded to their decimals and kept in bounds, what
  ///   inactive ones hold doesn't matter.
  /// - Precondition: the positions of active parameters exist.
  /// - Complexity: O(nodes of the maps and lists on the way to a searched value); the others are shared.
  public func configuration(of values: [Double]) -> ConfigDocument {
    let point = TreePoint(tree: self, values: values)
    return ConfigDocument(file: file, root: point.node(root) ?? ConfigNode(.map([])))
  }

  /// The searched values of a point, in the order of ``parameters``: paths, and values on one line, nil where inactive.
  public func assignments(of values: [Double]) -> [(path: String, text: String?)] {
    let point = TreePoint(tree: self, values: values)
    return parameters.indices.map { p in
      (parameters[p].path, point.active[p] ? point.node(.parameter(p))?.brief : nil)
    }
  }

  /// The number that a real parameter has at a point, as its configuration holds it.
  ///
  /// - Precondition: the parameter is a real.
  public func number(of parameter: Int, at values: [Double]) -> ConfigNode {
    guard let range = ranges[parameter] else {
      preconditionFailure("ParameterTree.number: \(parameters[parameter].path) is no real")
    }
    return ConfigNode(range.value(values[parameter]))
  }

  /// Whether a point keeps the constraints between parameters. One with an inactive side, or a side that is no number,
  /// is kept.
  public func isValid(_ values: [Double]) -> Bool {
    if constraints.isEmpty { return true }
    let point = TreePoint(tree: self, values: values)
    return constraints.allSatisfy { $0.holds(at: point) }
  }

  private func mayBeNumber(_ template: TreeTemplate) -> Bool {
    switch template {
    case .fixed(let node): node.number != nil
    case .map, .list: false
    case .parameter(let p): ranges[p] != nil || options[p].contains(where: mayBeNumber)
    case .tied(let t): tied[t].places.contains { mayBeNumber($0.template) }
    }
  }
}

/// A point with what is active at it.
struct TreePoint {
  let tree: ParameterTree
  let values: [Double]
  let active: [Bool]

  init(tree: ParameterTree, values: [Double]) {
    self.tree = tree
    self.values = values
    active = tree.activity(of: values)
  }

  /// The place that a path leads to here, if any.
  func place(_ places: [TreePlace]) -> TreeTemplate? {
    places.first { place in
      place.guards.allSatisfy { active[$0.parameter] && Int(values[$0.parameter]) == $0.position }
    }?.template
  }

  /// What stands in a template here; nil for what is left out.
  func node(_ template: TreeTemplate) -> ConfigNode? {
    switch template {
    case .fixed(let node): return node
    case .map(let entries, let line, let column):
      var made: [ConfigEntry] = []
      made.reserveCapacity(entries.count)
      for entry in entries {
        guard let inner = node(entry.value) else { continue }
        made.append(ConfigEntry(key: entry.key, keyLine: entry.keyLine, node: inner))
      }
      return ConfigNode(.map(made), line: line, column: column)
    case .list(let list, let line, let column):
      return ConfigNode(.list(list.compactMap { node($0) }), line: line, column: column)
    case .parameter(let p):
      guard active[p] else { return tree.otherwise[p] }
      guard let range = tree.ranges[p] else { return node(tree.options[p][Int(values[p])]) }
      return ConfigNode(range.value(values[p]), line: tree.parameters[p].line)
    case .tied(let t): return place(tree.tied[t].places).flatMap { node($0) }
    }
  }

  /// The number that stands in a template here; nil where it is inactive or none.
  func number(_ template: TreeTemplate) -> Double? {
    switch template {
    case .fixed(let node): return node.number
    case .map, .list: return nil
    case .parameter(let p):
      guard active[p] else { return nil }
      if let range = tree.ranges[p] { return range.number(values[p]) }
      return number(tree.options[p][Int(values[p])])
    case .tied(let t): return place(tree.tied[t].places).flatMap { number($0) }
    }
  }
}
