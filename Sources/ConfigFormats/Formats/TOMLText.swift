import TOMLKit

/// TOML ⇄ tree: checked and read by toml++ through TOMLKit, with order and lines from ``TOMLPlaces``.
enum TOMLText {
  static func tree(_ text: String, file: String) throws(ConfigError) -> ConfigNode {
    try TOMLGuard.check(text, file: file)
    let table: TOMLTable
    do {
      table = try TOMLTable(string: text)
    } catch let error as TOMLParseError {
      throw .syntax(
        file: file, line: error.source.begin.line, column: error.source.begin.column,
        message: error.description)
    } catch {
      throw .unreadable(file: file, reason: "\(error)")
    }
    guard !table.isEmpty else {
      throw .unreadable(file: file, reason: "empty; a configuration needs at least one key")
    }
    let reader = Reader(file: file, places: TOMLPlaces(text).places)
    return ConfigNode(try reader.map(table, path: []), line: 1, column: 1)
  }

  private struct Reader {
    let file: String
    let places: [[String]: TOMLPlaces.Place]

    func map(_ table: TOMLTable, path: [String]) throws(ConfigError) -> ConfigValue {
      try checkDepth(path)
      var entries: [(order: Int, entry: ConfigEntry)] = []
      for key in table.keys {
        guard let element = table[key] else { continue }
        let place = places[path + [key]]
        let node = try node(element, path: path + [key])
        let entry = ConfigEntry(key: key, keyLine: place?.keyLine ?? 0, node: node)
        entries.append((place?.order ?? Int.max, entry))
      }
      return .map(entries.sorted { $0.order < $1.order }.map(\.entry))
    }

    func node(_ element: any TOMLValueConvertible, path: [String]) throws(ConfigError) -> ConfigNode {
      let place = places[path]
      let isQuoted = element.string != nil && ["\"", "'"].contains(place?.spelling?.first)
      let (line, column) = (place?.line ?? 0, (place?.column ?? 0) + (isQuoted ? 1 : 0))
      return ConfigNode(try value(element, path: path, place: place), line: line, column: column)
    }

    private func value(
      _ element: any TOMLValueConvertible, path: [String], place: TOMLPlaces.Place?
    ) throws(ConfigError) -> ConfigValue {
      if let table = element.table { return try map(table, path: path) }
      if let list = element.array {
        try checkDepth(path)
        var nodes: [ConfigNode] = []
        for (index, inner) in list.enumerated() { nodes.append(try node(inner, path: path + ["#\(index)"])) }
        return .list(nodes)
      }
      if let text = element.string {
        return .string(text)
      }
      if let flag = element.bool { return .bool(flag) }
      if let number = element.int { return .int(number) }
      if let number = element.double {
        guard number.isFinite else {
          throw refuse(place, "\(place?.spelling ?? "\(number)") is no usable number; write a finite one")
        }
        if let spelling = place?.spelling, case .decimal(let value, let text)? = DecimalText.number(spelling)
        {
          return .decimal(value, text: text)
        }
        return DecimalText.decimal(number)
      }
      // Dates and times are text, spelled as in the file.
      return .string(place?.spelling ?? element.debugDescription)
    }

    private func checkDepth(_ path: [String]) throws(ConfigError) {
      guard path.count <= YAMLText.depthLimit else {
        throw refuse(places[path], "nested deeper than \(YAMLText.depthLimit) levels")
      }
    }

    private func refuse(_ place: TOMLPlaces.Place?, _ message: String) -> ConfigError {
      .notAllowed(file: file, line: place?.line ?? 0, column: place?.column ?? 0, message: message)
    }
  }

  /// Maps that end their parent become `[a.b]` sections, any other map an inline table, so that the order of
  /// keys is kept. Null entries are left out.
  static func render(_ root: ConfigNode) -> String {
    guard case .map(let entries) = root.value else { return inline(root) + "\n" }
    var out = ""
    section(entries, path: [], to: &out)
    return out
  }

  private static func section(_ entries: [ConfigEntry], path: [String], to out: inout String) {
    let present = entries.filter { $0.node.value != .null }
    let inlineCount = (present.lastIndex { !isMap($0.node) } ?? -1) + 1
    for entry in present[..<inlineCount] {
      out += key(entry.key) + " = " + block(entry.node) + "\n"
    }
    for entry in present[inlineCount...] {
      guard case .map(let inner) = entry.node.value else { continue }
      let innerPath = path + [key(entry.key)]
      out += (out.isEmpty ? "" : "\n") + "[" + innerPath.joined(separator: ".") + "]\n"
      section(inner, path: innerPath, to: &out)
    }
  }

  private static func isMap(_ node: ConfigNode) -> Bool {
    if case .map = node.value { true } else { false }
  }

  /// A list that holds lists or maps takes a line an entry; anything else one line.
  private static func block(_ node: ConfigNode) -> String {
    guard case .list(let nodes) = node.value, nodes.contains(where: isNested) else { return inline(node) }
    return "[\n" + nodes.map { "  " + inline($0) + ",\n" }.joined() + "]"
  }

  private static func isNested(_ node: ConfigNode) -> Bool {
    switch node.value {
    case .list, .map: true
    default: false
    }
  }

  private static func inline(_ node: ConfigNode) -> String {
    switch node.value {
    case .list(let nodes): return "[" + nodes.map(inline).joined(separator: ", ") + "]"
    case .map(let entries):
      let present = entries.filter { $0.node.value != .null }
      if present.isEmpty { return "{}" }
      return "{ " + present.map { key($0.key) + " = " + inline($0.node) }.joined(separator: ", ") + " }"
    default: return JSONText.line(node)
    }
  }

  private static func key(_ name: String) -> String {
    let isBare =
      !name.isEmpty
      && name.utf8.allSatisfy {
        (0x30...0x39).contains($0) || (0x41...0x5A).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x5F
          || $0 == 0x2D
      }
    return isBare ? name : JSONText.quoted(name)
  }
}
