/// JSON ⇄ tree. ``JSONCheck`` makes sure that the text is JSON and nothing more; since JSON is a part of YAML,
/// the YAML reader then gives the values with their lines.
enum JSONText {
  static func tree(_ text: String, file: String) throws(ConfigError) -> ConfigNode {
    guard text.unicodeScalars.contains(where: { !" \t\n\r".unicodeScalars.contains($0) }) else {
      throw .unreadable(file: file, reason: "empty; a configuration needs at least one key")
    }
    return try YAMLText.compose(String(JSONCheck(text, file: file).yaml), file: file)
  }

  /// Characters that YAML takes for line breaks or doesn't print.
  static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x7F...0x9F, 0x2028, 0x2029, 0xFEFF, 0xFFFE, 0xFFFF: true
    default: false
    }
  }

  /// Two spaces a level; lists of scalars on one line; ends in a line break.
  static func render(_ root: ConfigNode) -> String {
    var out = ""
    write(root, indent: 0, to: &out)
    return out + "\n"
  }

  /// The tree on one line, with a space after each colon and comma.
  static func line(_ node: ConfigNode) -> String {
    switch node.value {
    case .list(let nodes): "[" + nodes.map(line).joined(separator: ", ") + "]"
    case .map(let entries):
      "{" + entries.map { quoted($0.key) + ": " + line($0.node) }.joined(separator: ", ") + "}"
    default: scalar(node.value)
    }
  }

  private static func write(_ node: ConfigNode, indent: Int, to out: inout String) {
    let inner = String(repeating: " ", count: indent + 2)
    switch node.value {
    case .list(let nodes) where nodes.contains(where: isNested):
      out += "[\n"
      for (index, element) in nodes.enumerated() {
        out += inner
        write(element, indent: indent + 2, to: &out)
        out += index + 1 < nodes.count ? ",\n" : "\n"
      }
      out += String(repeating: " ", count: indent) + "]"
    case .map(let entries) where !entries.isEmpty:
      out += "{\n"
      for (index, entry) in entries.enumerated() {
        out += inner + quoted(entry.key) + ": "
        write(entry.node, indent: indent + 2, to: &out)
        out += index + 1 < entries.count ? ",\n" : "\n"
      }
      out += String(repeating: " ", count: indent) + "}"
    default: out += line(node)
    }
  }

  private static func isNested(_ node: ConfigNode) -> Bool {
    switch node.value {
    case .list, .map: true
    default: false
    }
  }

  private static func scalar(_ value: ConfigValue) -> String {
    switch value {
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): "\(number)"
    case .decimal(_, let text): text
    case .string(let text): quoted(text)
    case .null, .list, .map: "null"
    }
  }

  /// `\u` and four hexadecimal digits for a scalar of the basic plane.
  static func escape(_ scalar: Unicode.Scalar) -> String {
    let digits = String(scalar.value, radix: 16)
    return "\\u" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
  }

  /// A JSON string, which is also a TOML basic string.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\n": out += "\\n"
      case "\r": out += "\\r"
      case "\t": out += "\\t"
      default:
        if scalar.value < 0x20 || needsEscape(scalar) {
          out += escape(scalar)
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out + "\""
  }
}
