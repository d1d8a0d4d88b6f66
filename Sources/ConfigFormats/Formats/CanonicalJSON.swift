extension ConfigNode {
  /// The tree as canonical JSON: one text for one content, whatever language, order, layout or spelling of numbers it was
  /// read from. What hashes and signatures are made of.
  ///
  /// The JSON Canonicalization Scheme (RFC 8785): keys ascending by UTF-16 code units, no white space, numbers as
  /// ECMAScript writes the nearest double, the fewest escapes. Keys without a value are left out, as TOML does. Whole
  /// numbers beyond 2^53, which the scheme can't tell apart, are written in full.
  ///
  /// - Complexity: O(n log n) in the size of the tree.
  public var canonicalJSON: String {
    switch value {
    case .null: "null"
    case .bool(let flag): flag ? "true" : "false"
    case .int(let number): "\(number)"
    case .decimal(let number, _): CanonicalJSON.text(number)
    case .string(let text): CanonicalJSON.quoted(text)
    case .list(let nodes): "[" + nodes.map(\.canonicalJSON).joined(separator: ",") + "]"
    case .map(let entries):
      "{"
        + entries.filter { $0.node.value != .null }
        .sorted { $0.key.utf16.lexicographicallyPrecedes($1.key.utf16) }
        .map { CanonicalJSON.quoted($0.key) + ":" + $0.node.canonicalJSON }.joined(separator: ",")
        + "}"
    }
  }
}

/// Scalars of canonical JSON.
enum CanonicalJSON {
  /// A number as ECMAScript's `Number::toString` writes it: the shortest digits that read back as the same double, with an
  /// exponent only below 1e-6 and from 1e21 on.
  ///
  /// - Precondition: finite.
  static func text(_ number: Double) -> String {
    precondition(number.isFinite, "CanonicalJSON.text: a configuration holds finite numbers")
    guard number != 0, let parts = DecimalText.Parts("\(number.magnitude)") else { return "0" }
    let all = parts.whole + parts.fraction
    let leading = all.prefix { $0 == "0" }.count
    var digits = String(all.dropFirst(leading))
    while digits.last == "0" { digits.removeLast() }
    // the number is 0.digits × 10^point
    let point = parts.whole.count - leading + (parts.exponent ?? 0)
    func zeros(_ count: Int) -> String { String(repeating: "0", count: count) }
    let text: String
    if digits.count <= point, point <= 21 {
      text = digits + zeros(point - digits.count)
    } else if (1...21).contains(point) {
      text = digits.prefix(point) + "." + digits.dropFirst(point)
    } else if (-5...0).contains(point) {
      text = "0." + zeros(-point) + digits
    } else {
      let fraction = digits.count > 1 ? "." + digits.dropFirst() : ""
      let exponent = point - 1
      text = digits.prefix(1) + fraction + (exponent < 0 ? "e-" : "e+") + "\(exponent.magnitude)"
    }
    return (number < 0 ? "-" : "") + text
  }

  /// A string with the escapes that JSON can't do without, in their shortest form.
  static func quoted(_ text: String) -> String {
    var out = "\""
    for scalar in text.unicodeScalars {
      switch scalar {
      case "\"": out += "\\\""
      case "\\": out += "\\\\"
      case "\u{8}": out += "\\b"
      case "\t": out += "\\t"
      case "\n": out += "\\n"
      case "\u{C}": out += "\\f"
      case "\r": out += "\\r"
      case "\0"..."\u{1F}": out += JSONText.escape(scalar)
      default: out.unicodeScalars.append(scalar)
      }
    }
    return out + "\""
  }
}
