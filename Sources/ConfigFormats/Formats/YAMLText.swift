import Yams

/// YAML ⇄ tree, by libyaml through Yams; scalars by the rules of YAML 1.2 that JSON and TOML share.
enum YAMLText {
  /// Anchors a file may define, so that nested aliases can't build a tree larger than memory.
  static let anchorLimit = 32
  /// Values a file may hold after its aliases are resolved.
  static let nodeLimit = 500_000
  /// Maps and lists inside each other.
  static let depthLimit = 64

  static func tree(_ text: String, file: String) throws(ConfigError) -> ConfigNode {
    try checkAnchors(text, file: file)
    return try compose(text, file: file)
  }

  /// Composes without the anchor check, which JSON (whose strings may look like anchors) doesn't need.
  static func compose(_ text: String, file: String) throws(ConfigError) -> ConfigNode {
    // libyaml keeps a pointer into the text, and Swift holds short texts in registers: a trailing comment
    // makes every text long enough to live in memory.
    let padded = text.utf8.count < 32 ? text + "\n#" + String(repeating: " ", count: 32) : text
    let root: Node?
    do {
      root = try Parser(yaml: padded, resolver: .basic, encoding: .utf8).singleRoot()
    } catch let error as YamlError {
      throw configError(error, text: text, file: file)
    } catch {
      throw .unreadable(file: file, reason: "\(error)")
    }
    guard let root else {
      throw .unreadable(file: file, reason: "empty; a configuration needs at least one key")
    }
    var composer = Composer(file: file)
    return try composer.convert(root, depth: 0)
  }

  private static func checkAnchors(_ text: String, file: String) throws(ConfigError) {
    var (count, line, column) = (0, 1, 0)
    var previous: Unicode.Scalar = " "
    for scalar in text.unicodeScalars {
      column += 1
      if scalar == "&" && (previous.properties.isWhitespace || "[{,-:".unicodeScalars.contains(previous)) {
        count += 1
        if count > anchorLimit {
          throw .notAllowed(
            file: file, line: line, column: column,
            message: "more than \(anchorLimit) anchors; write the values out")
        }
      }
      if scalar == "\n" { (line, column) = (line + 1, 0) }
      previous = scalar
    }
  }

  private static func configError(_ error: YamlError, text: String, file: String) -> ConfigError {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
    func syntax(_ context: YamlError.Context?, _ problem: String, _ mark: Mark) -> ConfigError {
      let told = (context.map { $0.text + ": " } ?? "") + problem
      let line = min(mark.line, lines)
      return .syntax(file: file, line: line, column: line < mark.line ? 1 : mark.column, message: told)
    }
    switch error {
    case .scanner(let context, let problem, let mark, _), .parser(let context, let problem, let mark, _):
      return syntax(context, problem, mark)
    case .composer(_, let problem, let mark, _):
      return syntax(nil, problem, mark)
    case .reader(let problem, let offset, _, let yaml):
      let before = yaml.prefix(offset ?? 0).unicodeScalars
      let line = before.count { $0 == "\n" } + 1
      let column = before.reversed().prefix { $0 != "\n" }.count + 1
      return .syntax(
        file: file, line: line, column: column, message: "\(problem); remove the invisible character")
    case .duplicatedKeysInMapping(let keys, let context):
      return .duplicateKey(file: file, line: context.mark.line, key: keys.first ?? "")
    default: return .unreadable(file: file, reason: error.description)
    }
  }

  /// Turns Yams nodes into ours, counting them.
  private struct Composer {
    let file: String
    var count = 0

    mutating func convert(_ node: Node, depth: Int) throws(ConfigError) -> ConfigNode {
      count += 1
      let mark = (line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
      guard count <= nodeLimit else { throw refuse(mark, "more than \(nodeLimit) values; split the file") }
      guard depth <= depthLimit else { throw refuse(mark, "nested deeper than \(depthLimit) levels") }
      let value: ConfigValue
      switch node {
      case .scalar(let scalar): value = try self.scalar(scalar, mark)
      case .sequence(let sequence):
        try checkTag(sequence.tag, "tag:yaml.org,2002:seq", mark)
        var nodes: [ConfigNode] = []
        for element in sequence {
          let converted = try convert(element, depth: depth + 1)
          if case .null = converted.value {
            throw .notAllowed(
              file: file, line: converted.line, column: converted.column,
              message: "an empty list entry; give it a value or remove it")
          }
          nodes.append(converted)
        }
        value = .list(nodes)
      case .mapping(let mapping):
        try checkTag(mapping.tag, "tag:yaml.org,2002:map", mark)
        var entries: [ConfigEntry] = []
        for (key, element) in mapping {
          let (name, line) = try self.key(key)
          entries.append(
            ConfigEntry(key: name, keyLine: line, node: try convert(element, depth: depth + 1)))
        }
        value = .map(entries)
      case .alias: throw refuse(mark, "an alias without its anchor; write the value out")
      }
      // the text itself starts behind its quote
      var quote = 0
      if case .scalar(let scalar) = node, [.singleQuoted, .doubleQuoted].contains(scalar.style) { quote = 1 }
      return ConfigNode(value, line: mark.line, column: mark.column + quote)
    }

    private func key(_ node: Node) throws(ConfigError) -> (name: String, line: Int) {
      let mark = (line: node.mark?.line ?? 0, column: node.mark?.column ?? 0)
      guard case .scalar(let scalar) = node, !scalar.string.isEmpty else {
        throw refuse(mark, "a key must be a word")
      }
      if scalar.string == "<<" && scalar.style == .plain {
        throw refuse(mark, "merge keys (<<) are not taken; write the keys out")
      }
      return (scalar.string, mark.line)
    }

    private func scalar(_ scalar: Node.Scalar, _ mark: (line: Int, column: Int)) throws(ConfigError)
      -> ConfigValue
    {
      guard !scalar.string.unicodeScalars.contains("\0") else {
        throw refuse(mark, "a text with a NUL character; remove it")
      }
      let tag = scalar.tag.rawValue
      if scalar.style != .plain || tag == "tag:yaml.org,2002:str" || tag == "!" {
        if scalar.style == .plain || !tag.isEmpty {
          try checkTag(scalar.tag, "tag:yaml.org,2002:str", mark)
        }
        return .string(scalar.string)
      }
      try checkTag(scalar.tag, "", mark)
      return YAMLText.plain(scalar.string)
    }

    private func checkTag(_ tag: Tag, _ own: String, _ mark: (line: Int, column: Int)) throws(ConfigError) {
      let name = tag.rawValue
      guard name.isEmpty || name == "!" || name == own else {
        throw refuse(mark, "the tag '\(name)' is not taken; write the plain value")
      }
    }

    private func refuse(_ mark: (line: Int, column: Int), _ message: String) -> ConfigError {
      .notAllowed(file: file, line: mark.line, column: mark.column, message: message)
    }
  }

  /// What an unquoted scalar means: YAML 1.2's null and booleans, decimal numbers, otherwise text.
  static func plain(_ text: String) -> ConfigValue {
    switch text {
    case "", "~", "null", "Null", "NULL": .null
    case "true", "True", "TRUE": .bool(true)
    case "false", "False", "FALSE": .bool(false)
    default: DecimalText.number(text) ?? .string(text)
    }
  }

  /// Block style; lists of scalars on one line. Texts that any YAML reader could take for something else
  /// are quoted.
  static func render(_ root: ConfigNode) -> String {
    do {
      return try Yams.serialize(node: node(root), width: -1, allowUnicode: true, sortKeys: false)
    } catch {
      preconditionFailure("YAMLText.render: libyaml can't write a plain tree: \(error)")
    }
  }

  private static func node(_ tree: ConfigNode) -> Node {
    switch tree.value {
    case .null: Node("null", .implicit, .plain)
    case .bool(let flag): Node(flag ? "true" : "false", .implicit, .plain)
    case .int(let number): Node("\(number)", .implicit, .plain)
    case .decimal(_, let text): Node(text, .implicit, .plain)
    case .string(let text): scalar(text)
    case .list(let nodes):
      Node(nodes.map(node), Tag(.seq), nodes.allSatisfy(isScalar) ? .flow : .block)
    case .map(let entries):
      Node(entries.map { (scalar($0.key), node($0.node)) }, Tag(.map), entries.isEmpty ? .flow : .block)
    }
  }

  private static func isScalar(_ node: ConfigNode) -> Bool {
    switch node.value {
    case .list, .map: false
    default: true
    }
  }

  private static func scalar(_ text: String) -> Node {
    Node(text, Tag(.str), isPlainWord(text) ? .plain : .doubleQuoted)
  }

  /// Whether every YAML reader, 1.1 or 1.2, takes the unquoted text for this text.
  private static func isPlainWord(_ text: String) -> Bool {
    guard let first = text.unicodeScalars.first, isLetter(first) else { return false }
    guard
      text.unicodeScalars.allSatisfy({ isLetter($0) || isDigit($0) || "_-./ ".unicodeScalars.contains($0) })
    else { return false }
    guard text.last != " " else { return false }
    let words = ["null", "true", "false", "yes", "no", "on", "off", "y", "n", "inf", "nan"]
    return !words.contains(text.lowercased())
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar)
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}
