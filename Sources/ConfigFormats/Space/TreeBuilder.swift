/// A parameter while its document is read; parents may come later.
struct TreeDraft {
  /// The path with keys and the places of list entries only, as a reader would ask for it.
  var plain: String
  /// The path that also counts the choices taken on the way.
  var counted: String
  var line: Int
  /// The innermost choice it stands in.
  var inside: TreeGuard?
  var choices: [ConfigNode] = []
  var options: [TreeTemplate] = []
  var isOrdered = false
  var range: RealRange?
  var when: ConfigNode?
  var otherwise: ConfigNode?
}

/// `{same_as: PATH}` while its document is read.
struct TreeTie {
  let path: String
  let line: Int
  let target: String
  var places: [TreePlace] = []
}

/// Reads a document into a template, its parameters and its ties.
struct TreeBuilder {
  let reader: AxisReader
  /// The most decimals that the reader of a path takes; list entries are written `layers[]`.
  let decimals: (String) -> Int?
  /// Steps that a real range without `decimals` has at least.
  let resolution: Double
  var drafts: [TreeDraft] = []
  var ties: [TreeTie] = []

  /// Where a node stands.
  struct Spot {
    var key = ""
    var plain = ""
    var counted = ""
    var inside: TreeGuard?

    func entered(_ key: String) -> Spot {
      func joined(_ path: String) -> String { path.isEmpty ? key : path + "." + key }
      return Spot(key: key, plain: joined(plain), counted: joined(counted), inside: inside)
    }
    func element(_ index: Int) -> Spot {
      Spot(key: key, plain: plain + "[\(index)]", counted: counted + "[\(index)]", inside: inside)
    }
  }

  /// The template of the value of a key, of a list's entry, or of a choice that is no list.
  mutating func value(_ node: ConfigNode, _ spot: Spot) throws(ConfigError) -> TreeTemplate {
    switch reader.role(of: node, key: spot.key) {
    case .plain: return try plain(node, spot)
    case .tied(let entries): return try tie(entries, spot)
    case .choices(let nodes): return try choices(nodes, node, spot)
    case .range(let entries): return try range(entries, node, spot)
    }
  }

  /// The template of a map or list that is what it is, whatever is searched in it.
  mutating func plain(_ node: ConfigNode, _ spot: Spot) throws(ConfigError) -> TreeTemplate {
    switch node.value {
    case .map(let entries):
      var made: [TreeTemplate.Entry] = []
      var isFixed = true
      for entry in entries {
        let inner = try value(entry.node, spot.entered(entry.key))
        if inner.node == nil { isFixed = false }
        made.append(.init(key: entry.key, keyLine: entry.keyLine, value: inner))
      }
      return isFixed ? .fixed(node) : .map(made, line: node.line, column: node.column)
    case .list(let nodes):
      var made: [TreeTemplate] = []
      var isFixed = true
      for (index, element) in nodes.enumerated() {
        let inner: TreeTemplate
        if case .list = element.value {
          // a list in a list is a value of it; only among choices is it looked into
          inner = spot.inside == nil ? .fixed(element) : try plain(element, spot.element(index))
        } else {
          inner = try value(element, spot.element(index))
        }
        if inner.node == nil { isFixed = false }
        made.append(inner)
      }
      return isFixed ? .fixed(node) : .list(made, line: node.line, column: node.column)
    default: return .fixed(node)
    }
  }

  private mutating func tie(_ entries: [ConfigEntry], _ spot: Spot) throws(ConfigError) -> TreeTemplate {
    try reader.checkKeys(entries, ["same_as"], path: spot.plain)
    guard let entry = entries.first else { return .fixed(ConfigNode(.null)) }
    guard case .string(let target) = entry.node.value else {
      throw .wrongType(
        file: reader.file, line: entry.node.line, path: spot.plain + ".same_as",
        expected: "the path of another value, such as condor.short_delta", met: entry.node.value.kind)
    }
    ties.append(TreeTie(path: spot.plain, line: entry.node.line, target: target))
    return .tied(ties.count - 1)
  }

  private mutating func choices(
    _ nodes: [ConfigNode], _ node: ConfigNode, _ spot: Spot
  ) throws(ConfigError) -> TreeTemplate {
    guard !nodes.isEmpty else {
      throw reader.bad(
        node, spot.plain, "an empty list makes an empty space; give it at least one value or remove the key")
    }
    try reader.checkDistinct(nodes, node, spot.plain)
    var draft = TreeDraft(plain: spot.plain, counted: spot.counted, line: node.line, inside: spot.inside)
    draft.choices = nodes
    draft.isOrdered = Self.isOrdered(nodes)
    try readCondition(node, AxisReader.choiceKeys, spot, &draft)
    let number = drafts.count
    drafts.append(draft)
    var options: [TreeTemplate] = []
    for (index, choice) in nodes.enumerated() {
      let guardian = TreeGuard(parameter: number, position: index)
      let counted = spot.counted + "[\(index)]"
      if case .list = choice.value {
        // entries of the choices would share their paths, so these count the choice too
        options.append(try plain(choice, Spot(plain: counted, counted: counted, inside: guardian)))
      } else {
        options.append(try value(choice, Spot(plain: spot.plain, counted: counted, inside: guardian)))
      }
    }
    drafts[number].options = options
    return .parameter(number)
  }

  private mutating func range(
    _ entries: [ConfigEntry], _ node: ConfigNode, _ spot: Spot
  ) throws(ConfigError) -> TreeTemplate {
    var draft = TreeDraft(plain: spot.plain, counted: spot.counted, line: node.line, inside: spot.inside)
    try readCondition(node, AxisReader.rangeKeys, spot, &draft)
    if node["step"] != nil {
      if let log = node["log"] {
        throw reader.bad(log, spot.plain, "log is for ranges without a step; write a list, or remove one")
      }
      draft.choices = try reader.range(node, entries, path: spot.plain)
      draft.options = draft.choices.map { .fixed($0) }
      draft.isOrdered = true
    } else {
      draft.range = try real(node, spot)
    }
    drafts.append(draft)
    return .parameter(drafts.count - 1)
  }

  /// `when` and `else` of a searched map.
  private func readCondition(
    _ node: ConfigNode, _ known: [String], _ spot: Spot, _ draft: inout TreeDraft
  ) throws(ConfigError) {
    guard case .map(let entries) = node.value else { return }
    try reader.checkKeys(entries, known, path: spot.plain)
    draft.when = node["when"]
    guard let otherwise = node["else"] else { return }
    guard draft.when != nil else {
      throw reader.bad(otherwise, spot.plain, "an 'else' without a 'when'; add the condition or remove it")
    }
    var inner = TreeBuilder(reader: reader, decimals: decimals, resolution: resolution)
    guard case .fixed(let fixed) = try inner.value(otherwise, spot), inner.drafts.isEmpty else {
      throw reader.bad(otherwise, spot.plain, "'else' takes one value, nothing searched or tied")
    }
    draft.otherwise = fixed
  }

  /// Whether all are numbers, or all are times, in ascending or descending order.
  static func isOrdered(_ nodes: [ConfigNode]) -> Bool {
    let texts = nodes.count { if case .string = $0.value { true } else { false } }
    guard texts == 0 || texts == nodes.count else { return false }
    let numbers = nodes.compactMap(\.number)
    guard numbers.count == nodes.count else { return false }
    let pairs = zip(numbers, numbers.dropFirst())
    return pairs.allSatisfy { $0 < $1 } || pairs.allSatisfy { $0 > $1 }
  }

  // MARK: Reals

  private func real(_ node: ConfigNode, _ spot: Spot) throws(ConfigError) -> RealRange {
    let path = spot.plain
    guard let from = node["from"], let to = node["to"], let low = ExactDecimal(from.value),
      let high = ExactDecimal(to.value)
    else { throw .missing(file: reader.file, line: node.line, path: path, key: "from") }
    var isLog = false
    if let log = node["log"] {
      guard case .bool(let flag) = log.value else {
        throw .wrongType(
          file: reader.file, line: log.line, path: path + ".log", expected: "true or false",
          met: log.value.kind)
      }
      isLog = flag
    }
    if isLog && low.units <= 0 {
      throw .outOfRange(
        file: reader.file, line: from.line, path: path + ".from", value: from.brief,
        allowed: "a number above 0 on a log scale")
    }
    let places = try places(node, low, high, isLog: isLog, path: path)
    guard let first = low.units(places: places), let last = high.units(places: places),
      max(first.magnitude, last.magnitude) < 1 << 53
    else { throw reader.bad(node, path, "its numbers have too many digits; 15 are enough") }
    guard first < last else {
      throw reader.bad(
        node, path,
        first == last
          ? "from and to are the same; write the value"
          : "from \(from.brief) is above to \(to.brief); swap them")
    }
    return RealRange(from: first, to: last, decimals: places, isLog: isLog)
  }

  /// Decimals of a range's values: as given, or so many that it has the steps it should, if its reader takes that.
  private func places(
    _ node: ConfigNode, _ low: ExactDecimal, _ high: ExactDecimal, isLog: Bool, path: String
  ) throws(ConfigError) -> Int {
    let most = decimals(Self.withoutPlaces(path)) ?? RealRange.decimalLimit
    let least = max(low.scale, high.scale)
    guard least <= most else {
      throw .outOfRange(
        file: reader.file, line: node.line, path: path, value: node.brief, allowed: "at most \(most) decimals"
      )
    }
    if let given = node["decimals"] {
      guard case .int(let places) = given.value, (least...most).contains(places) else {
        throw .outOfRange(
          file: reader.file, line: given.line, path: path + ".decimals", value: given.brief,
          allowed: least == most
            ? "\(least), what its bounds have and its key takes"
            : "\(least), what its bounds have, to \(most), what its key takes")
      }
      return places
    }
    func number(_ exact: ExactDecimal) -> Double {
      Double(exact.units) / (0..<exact.scale).reduce(1.0) { made, _ in made * 10 }
    }
    var places = least
    var scale = (0..<places).reduce(1.0) { made, _ in made * 10 }
    // on a log scale the low end, too, keeps its first four digits
    while places < most,
      (number(high) - number(low)) * scale < resolution || (isLog && number(low) * scale < 1e4),
      number(high).magnitude * scale < 1e14
    {
      (places, scale) = (places + 1, scale * 10)
    }
    return places
  }

  /// `hedge.layers[0].size` as `hedge.layers[].size`.
  static func withoutPlaces(_ path: String) -> String {
    var made = ""
    var isInside = false
    for letter in path {
      if letter == "]" { isInside = false }
      if !isInside { made.append(letter) }
      if letter == "[" { isInside = true }
    }
    return made
  }
}
