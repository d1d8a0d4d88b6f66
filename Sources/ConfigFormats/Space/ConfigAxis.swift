/// One searched parameter of a space: where it is, and the values it takes in order.
public struct ConfigAxis: Sendable, Hashable {
  /// Where it is: `condor.short_delta`, `hedge.layers[0].size`.
  public let path: String
  /// The line of the list or range that spells it.
  public let line: Int
  /// The values, in the order of the file; at least one, no two alike.
  public let values: [ConfigNode]
  /// The way from the root, by place: keys and list entries are both counted from 0.
  let steps: [Int]
}

/// Turns lists and ranges into the values of an axis.
struct AxisReader {
  let file: String
  let listKeys: Set<String>

  /// What a node is to a search.
  enum Role {
    /// A value, or a map or list to look into.
    case plain
    /// The entries of a list, or of `{choices: […]}`.
    case choices([ConfigNode])
    /// A map of from, to and, but for reals, step.
    case range([ConfigEntry])
    /// `{same_as: PATH}`: no axis, but the value that stands elsewhere.
    case tied([ConfigEntry])
  }
  /// Keys of `{choices: […]}`.
  static let choiceKeys = ["choices", "when", "else"]
  /// Keys of `{from: …, to: …}`.
  static let rangeKeys = ["from", "to", "step", "log", "decimals", "when", "else"]

  /// The role of the value of a key, which decides for lists whether their entries are choices.
  func role(of node: ConfigNode, key: String) -> Role {
    switch node.value {
    case .list(let nodes): return listKeys.contains(key) ? .plain : .choices(nodes)
    case .map(let entries):
      let keys = entries.map(\.key)
      if case .list(let nodes)? = node["choices"]?.value { return .choices(nodes) }
      if keys.contains("same_as") { return .tied(entries) }
      guard let from = node["from"]?.value, let to = node["to"]?.value else { return .plain }
      if keys.contains("step") { return .range(entries) }
      // Without a step, {from, to} is a search range only if it spells numbers: dates and times bound a period.
      let isNumeric = ExactDecimal(from) != nil && ExactDecimal(to) != nil
      return isNumeric && keys.allSatisfy { Self.rangeKeys.contains($0) } ? .range(entries) : .plain
    default: return .plain
    }
  }

  /// The values of a node that is searched, or nil if it is not. Choices that hold further lists or ranges
  /// stand for every setting of those.
  func values(_ node: ConfigNode, key: String, path: String) throws(ConfigError) -> [ConfigNode]? {
    switch role(of: node, key: key) {
    case .plain, .tied: return nil
    case .range(let entries):
      try refuseConditions(entries, path: path)
      return try range(node, entries, path: path)
    case .choices(let nodes):
      if case .map(let entries) = node.value {
        try checkKeys(entries, Self.choiceKeys, path: path)
        try refuseConditions(entries, path: path)
      }
      guard !nodes.isEmpty else {
        throw .badAxis(
          file: file, line: node.line, path: path,
          message: "an empty list makes an empty space; give it at least one value or remove the key")
      }
      var values: [ConfigNode] = []
      for (index, choice) in nodes.enumerated() {
        values += try settings(choice, path: "\(path)[\(index)]")
        try checkCount(values.count, node, path)
      }
      try checkDistinct(values, node, path)
      return values
    }
  }

  /// Every setting of a choice: itself, or one for each combination of the lists and ranges inside it.
  private func settings(_ node: ConfigNode, path: String) throws(ConfigError) -> [ConfigNode] {
    var made: [ConfigNode] = [node]
    switch node.value {
    case .map(let entries):
      if let searched = try values(node, key: "", path: path) { return searched }
      for (index, entry) in entries.enumerated() {
        let inner = path + "." + entry.key
        let options: [ConfigNode]
        if let searched = try values(entry.node, key: entry.key, path: inner) {
          options = searched
        } else {
          options = try settings(entry.node, path: inner)
        }
        guard options != [entry.node] else { continue }
        // before they are made: two long axes would fill the memory
        try checkCount(made.count * options.count, node, path)
        made = made.flatMap { base in options.map { base.replacing([index], with: $0) } }
      }
    case .list(let nodes):
      for (index, element) in nodes.enumerated() {
        let options = try settings(element, path: path + "[\(index)]")
        guard options != [element] else { continue }
        // before they are made: two long axes would fill the memory
        try checkCount(made.count * options.count, node, path)
        made = made.flatMap { base in options.map { base.replacing([index], with: $0) } }
      }
    default: break
    }
    return made
  }

  private func checkCount(_ count: Int, _ node: ConfigNode, _ path: String) throws(ConfigError) {
    if count > ConfigSpace.limit {
      throw .badAxis(
        file: file, line: node.line, path: path, message: "more than \(ConfigSpace.limit) values; take fewer")
    }
  }

  /// Refuses keys that the map of a searched value doesn't take.
  func checkKeys(_ entries: [ConfigEntry], _ known: [String], path: String) throws(ConfigError) {
    for entry in entries where !known.contains(entry.key) {
      throw .unknownKey(
        file: file, line: entry.keyLine, path: path, key: entry.key,
        nearest: NearestNames.of(entry.key, in: known))
    }
  }

  /// A flat grid multiplies axis by axis, whatever the others hold.
  private func refuseConditions(_ entries: [ConfigEntry], path: String) throws(ConfigError) {
    for entry in entries where entry.key == "when" || entry.key == "else" {
      throw .badAxis(
        file: file, line: entry.keyLine, path: path, message: "a flat grid has no '\(entry.key)'")
    }
  }

  func checkDistinct(
    _ values: [ConfigNode], _ node: ConfigNode, _ path: String
  ) throws(ConfigError) {
    var seen: Set<ConfigNode> = []
    for value in values where !seen.insert(value.comparable).inserted {
      throw .badAxis(
        file: file, line: value.line == 0 ? node.line : value.line, path: path,
        message: "\(value.brief) stands twice; keep one")
    }
  }

  // MARK: Ranges

  /// The values of a range with a step.
  func range(
    _ node: ConfigNode, _ entries: [ConfigEntry], path: String
  ) throws(ConfigError) -> [ConfigNode] {
    try checkKeys(entries, Self.rangeKeys, path: path)
    guard let from = node["from"], let to = node["to"] else {
      throw .missing(file: file, line: node.line, path: path, key: "from")
    }
    guard let step = node["step"], node["log"] == nil else {
      throw .badAxis(
        file: file, line: node.line, path: path,
        message:
          "a grid needs a step: write {from: \(from.brief), to: \(to.brief), step: …} or a list of values")
    }
    if let decimals = node["decimals"] {
      throw bad(decimals, path, "decimals are for ranges without a step, whose values are real; remove one")
    }
    let isClock = isText(from) && isText(to)
    let low = try bound(from, path + ".from", isClock: isClock)
    let high = try bound(to, path + ".to", isClock: isClock)
    guard let size = ExactDecimal(step.value) else {
      throw .wrongType(
        file: file, line: step.line, path: path + ".step", expected: "a number", met: step.value.kind)
    }
    let places = max(low.scale, high.scale, size.scale)
    guard let first = low.units(places: places), let last = high.units(places: places),
      let stride = size.units(places: places), first.magnitude < 1 << 60, last.magnitude < 1 << 60
    else { throw bad(node, path, "its numbers have too many digits; 18 are enough") }
    guard stride > 0 else {
      throw .outOfRange(
        file: file, line: step.line, path: path + ".step", value: step.brief, allowed: "a number above 0")
    }
    guard first <= last else {
      throw bad(node, path, "from \(from.brief) is above to \(to.brief); swap them")
    }
    guard (last - first).isMultiple(of: stride) else {
      let better = Self.divisor(of: last - first, near: stride)
      let end = last - (last - first) % stride
      let shown = { (units: Int) in
        isClock ? ClockText.text(units) : ExactDecimal.text(units: units, places: places)
      }
      var remedy = "let it end at \(shown(end))"
      if let better {
        remedy = "take the step \(ExactDecimal.text(units: better, places: places)) or " + remedy
      }
      throw bad(node, path, "steps of \(step.brief) from \(from.brief) miss \(to.brief); \(remedy)")
    }
    let count = (last - first) / stride + 1
    try checkCount(count, node, path)
    return (0..<count).map { index in
      let units = first + index * stride
      let value =
        isClock ? ConfigValue.string(ClockText.text(units)) : ExactDecimal.value(units: units, places: places)
      return ConfigNode(value, line: node.line, column: node.column)
    }
  }

  private func isText(_ node: ConfigNode) -> Bool {
    if case .string = node.value { true } else { false }
  }

  private func bound(_ node: ConfigNode, _ path: String, isClock: Bool) throws(ConfigError) -> ExactDecimal {
    if isClock, case .string(let text) = node.value, let minute = ClockText.minute(text),
      let exact = ExactDecimal(.int(minute))
    {
      return exact
    }
    if let exact = ExactDecimal(node.value) { return exact }
    throw .wrongType(
      file: file, line: node.line, path: path, expected: "a number, or on both ends a time such as 15:45",
      met: node.value.kind)
  }

  func bad(_ node: ConfigNode, _ path: String, _ message: String) -> ConfigError {
    .badAxis(file: file, line: node.line, path: path, message: message)
  }

  /// The divisor of `range` nearest to `step`, the smaller of two equally near; nil if none is within a
  /// million of it.
  static func divisor(of range: Int, near step: Int) -> Int? {
    for offset in 1...1_000_000 {
      if step > offset && range.isMultiple(of: step - offset) { return step - offset }
      if step + offset <= range && range.isMultiple(of: step + offset) { return step + offset }
      if step <= offset && step + offset > range { return nil }
    }
    return nil
  }
}

extension ConfigNode {
  /// The tree with the node at a place replaced.
  func replacing(_ steps: ArraySlice<Int>, with node: ConfigNode) -> ConfigNode {
    guard let step = steps.first else { return node }
    var copy = self
    switch value {
    case .list(var nodes):
      nodes[step] = nodes[step].replacing(steps.dropFirst(), with: node)
      copy.value = .list(nodes)
    case .map(var entries):
      entries[step].node = entries[step].node.replacing(steps.dropFirst(), with: node)
      copy.value = .map(entries)
    default: break
    }
    return copy
  }

  /// The tree without places and with numbers as values, so that 1 and 1.0 are alike.
  var comparable: ConfigNode {
    switch value {
    case .int(let number): ConfigNode(.decimal(Double(number), text: ""))
    case .decimal(let number, _): ConfigNode(.decimal(number, text: ""))
    case .list(let nodes): ConfigNode(.list(nodes.map(\.comparable)))
    case .map(let entries):
      ConfigNode(.map(entries.map { ConfigEntry(key: $0.key, node: $0.node.comparable) }))
    default: ConfigNode(value)
    }
  }
}
