/// Checks that a text is JSON and nothing more, and says where it is not.
///
/// The values are read by libyaml, of whose language JSON is a part; but that takes comments, bare words and
/// trailing commas too. Foundation's reader takes trailing commas as well and tells no line. On the way,
/// ``yaml`` gathers the same text with what JSON allows raw but YAML folds or refuses made an escape, and a
/// pair of surrogate escapes made the character it stands for.
struct JSONCheck {
  /// The text as libyaml reads it alike.
  private(set) var yaml = String.UnicodeScalarView()

  private let text: [Unicode.Scalar]
  private let file: String
  private var at = 0
  private var line = 1
  private var lineStart = 0

  /// Runs the check.
  ///
  /// - Throws: ``ConfigError/syntax(file:line:column:message:)`` at the first scalar that is wrong.
  init(_ source: String, file: String) throws(ConfigError) {
    text = Array(source.unicodeScalars)
    self.file = file
    skipBlank()
    try value(depth: 0)
    skipBlank()
    if at < text.count { throw wrong("nothing may follow the value") }
  }

  private var peek: Unicode.Scalar? { at < text.count ? text[at] : nil }

  private func wrong(_ message: String) -> ConfigError {
    let what = at < text.count ? message : "the text ends too early; " + message
    return .syntax(file: file, line: line, column: at - lineStart + 1, message: "not JSON: \(what)")
  }

  private mutating func take() {
    yaml.append(text[at])
    at += 1
    if text[at - 1] == "\n" { (line, lineStart) = (line + 1, at) }
  }

  private mutating func skipBlank() {
    while let next = peek, " \t\n\r".unicodeScalars.contains(next) { take() }
  }

  private mutating func value(depth: Int) throws(ConfigError) {
    guard depth <= YAMLText.depthLimit else {
      throw wrong("nested deeper than \(YAMLText.depthLimit) levels")
    }
    switch peek {
    case "{": try sequence(until: "}", depth: depth, withKeys: true)
    case "[": try sequence(until: "]", depth: depth, withKeys: false)
    case "\"": try string()
    case let sign? where sign == "-" || ("0"..."9").contains(sign): try number()
    default:
      for word in ["true", "false", "null"] where text[at...].starts(with: word.unicodeScalars) {
        for _ in word { take() }
        return
      }
      throw wrong("a value is expected: a number, a text in double quotes, true, false, null, [ or {")
    }
  }

  private mutating func sequence(
    until end: Unicode.Scalar, depth: Int, withKeys: Bool
  ) throws(ConfigError) {
    take()
    skipBlank()
    if peek == end { return take() }
    while true {
      if withKeys {
        guard peek == "\"" else { throw wrong("a key in double quotes is expected") }
        try string()
        skipBlank()
        guard peek == ":" else { throw wrong("':' is expected after a key") }
        take()
        skipBlank()
      }
      try value(depth: depth + 1)
      skipBlank()
      if peek == end { return take() }
      guard peek == "," else { throw wrong("',' or '\(end)' is expected") }
      take()
      skipBlank()
      if peek == end { throw wrong("no comma may stand before '\(end)'") }
    }
  }

  private mutating func number() throws(ConfigError) {
    if peek == "-" { take() }
    if peek == "0" {
      take()
      if let next = peek, ("0"..."9").contains(next) { throw wrong("a number may not start with 0") }
    } else {
      try digits()
    }
    if peek == "." {
      take()
      try digits()
    }
    if peek == "e" || peek == "E" {
      take()
      if peek == "+" || peek == "-" { take() }
      try digits()
    }
  }

  private mutating func digits() throws(ConfigError) {
    guard let first = peek, ("0"..."9").contains(first) else { throw wrong("a digit is expected") }
    while let next = peek, ("0"..."9").contains(next) { take() }
  }

  private mutating func string() throws(ConfigError) {
    take()
    while let next = peek {
      switch next {
      case "\"": return take()
      case "\\": try escape()
      default:
        guard next.value >= 0x20 else { throw wrong("a control character in a text; escape it") }
        guard JSONText.needsEscape(next) else {
          take()
          continue
        }
        yaml.append(contentsOf: JSONText.escape(next).unicodeScalars)
        at += 1
      }
    }
    throw wrong("the closing quote is missing")
  }

  private mutating func escape() throws(ConfigError) {
    guard at + 1 < text.count, "\"\\/bfnrtu".unicodeScalars.contains(text[at + 1]) else {
      throw wrong("an unknown escape")
    }
    guard text[at + 1] == "u" else {
      take()
      return take()
    }
    let first = try unit()
    var code = first
    if (0xD800..<0xE000).contains(first) {
      let low = first < 0xDC00 && text[at...].starts(with: "\\u".unicodeScalars) ? try unit() : 0
      guard (0xDC00..<0xE000).contains(low) else { throw wrong("half of a surrogate pair") }
      code = 0x10000 + ((first & 0x3FF) << 10) + (low & 0x3FF)
    }
    guard let scalar = Unicode.Scalar(code) else { throw wrong("no character has this code") }
    if code > 0xFFFF {
      yaml.append(scalar)
    } else {
      yaml.append(contentsOf: JSONText.escape(scalar).unicodeScalars)
    }
  }

  /// The number of one `\u` with its four hexadecimal digits, stepping over it without copying it.
  private mutating func unit() throws(ConfigError) -> UInt32 {
    var code: UInt32 = 0
    for place in at + 2..<at + 6 {
      guard place < text.count, text[place].isASCII, let digit = Character(text[place]).hexDigitValue else {
        throw wrong("four hexadecimal digits are expected after \\u")
      }
      code = code << 4 | UInt32(digit)
    }
    at += 6
    return code
  }
}
