import Foundation

/// JSON ⇄ tree. Foundation checks that the text is JSON and nothing more; since JSON is a part of YAML, the
/// YAML reader then gives the values with their lines.
enum JSONText {
  static func tree(_ text: String, file: String) throws(ConfigError) -> ConfigNode {
    do {
      _ = try JSONSerialization.jsonObject(with: Data(text.utf8), options: [.fragmentsAllowed])
    } catch {
      throw syntax(error, text: text, file: file)
    }
    return try YAMLText.compose(escaped(text), file: file)
  }

  private static func syntax(_ error: any Error, text: String, file: String) -> ConfigError {
    let told =
      (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? error.localizedDescription
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    guard let match = told.firstMatch(of: /around line (\d+), column (\d+)/),
      let line = Int(match.1), let column = Int(match.2)
    else {
      return .syntax(
        file: file, line: max(lines.count, 1), column: (lines.last?.unicodeScalars.count ?? 0) + 1,
        message: "not JSON: \(told)")
    }
    let message = told.prefix(upTo: match.range.lowerBound).trimmingCharacters(in: .whitespaces)
    return .syntax(file: file, line: line, column: column, message: "not JSON: \(message)")
  }

  /// Valid JSON that libyaml reads alike: what JSON allows raw but YAML folds or refuses becomes an escape,
  /// and a pair of surrogate escapes the character it stands for.
  private static func escaped(_ text: String) -> String {
    var result = String.UnicodeScalarView()
    var scalars = text.unicodeScalars.makeIterator()
    var pending: Unicode.Scalar?
    func hex(_ iterator: inout String.UnicodeScalarView.Iterator) -> (String, UInt32) {
      var digits = ""
      for _ in 0..<4 { if let next = iterator.next() { digits.unicodeScalars.append(next) } }
      return (digits, UInt32(digits, radix: 16) ?? 0)
    }
    while let scalar = pending ?? scalars.next() {
      pending = nil
      guard scalar == "\\" else {
        if needsEscape(scalar) {
          result.append(contentsOf: String(format: "\\u%04x", scalar.value).unicodeScalars)
        } else {
          result.append(scalar)
        }
        continue
      }
      guard let kind = scalars.next() else { break }
      guard kind == "u" else {
        result.append(contentsOf: [scalar, kind])
        continue
      }
      let (digits, high) = hex(&scalars)
      guard (0xD800..<0xDC00).contains(high) else {
        result.append(contentsOf: "\\u\(digits)".unicodeScalars)
        continue
      }
      _ = scalars.next()  // the backslash and the u of the second half: Foundation has refused lone halves
      _ = scalars.next()
      let (_, low) = hex(&scalars)
      let code = 0x10000 + ((high & 0x3FF) << 10) + (low & 0x3FF)
      if let joined = Unicode.Scalar(code) { result.append(joined) }
    }
    return String(result)
  }

  /// Characters that YAML takes for line breaks or doesn't print.
  private static func needsEscape(_ scalar: Unicode.Scalar) -> Bool {
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
          out += String(format: "\\u%04x", scalar.value)
        } else {
          out.unicodeScalars.append(scalar)
        }
      }
    }
    return out + "\""
  }
}
