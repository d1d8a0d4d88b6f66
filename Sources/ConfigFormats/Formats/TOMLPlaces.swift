/// Where each key and value of a TOML text stands.
///
/// TOMLKit checks the text and gives the values, but sorted by key and without lines. This walks a text that is
/// already known to be valid and notes places only; no value is taken from it but the spelling of numbers,
/// dates and times.
struct TOMLPlaces {
  /// The place of one key or list entry.
  struct Place {
    var order: Int
    var keyLine: Int
    var line: Int
    var column: Int
    /// The unquoted spelling of a number, date or time.
    var spelling: String?
  }

  /// Places by path; list entries are `#0`, `#1` and so on.
  private(set) var places: [[String]: Place] = [:]

  private let text: [Unicode.Scalar]
  private var at = 0
  private var line = 1
  private var lineStart = 0
  private var tableCounts: [[String]: Int] = [:]

  init(_ source: String) {
    text = Array(source.unicodeScalars)
    var table: [String] = []
    while true {
      skipBlank(newlines: true)
      guard let next = peek else { break }
      if next == "[" {
        table = header()
      } else {
        assignment(in: table)
      }
    }
  }

  private var peek: Unicode.Scalar? { at < text.count ? text[at] : nil }

  private func peek(_ word: String) -> Bool {
    text[at...].starts(with: word.unicodeScalars)
  }

  @discardableResult private mutating func take() -> Unicode.Scalar? {
    guard let next = peek else { return nil }
    at += 1
    if next == "\n" { (line, lineStart) = (line + 1, at) }
    return next
  }

  private mutating func skipBlank(newlines: Bool) {
    while let next = peek {
      if next == "#" {
        while let inComment = peek, inComment != "\n" { take() }
      } else if next == " " || next == "\t" || (newlines && (next == "\n" || next == "\r")) {
        take()
      } else {
        return
      }
    }
  }

  private mutating func note(_ path: [String], keyLine: Int, spelling: String? = nil) {
    guard places[path] == nil else { return }
    places[path] = Place(
      order: places.count, keyLine: keyLine, line: line, column: at - lineStart + 1, spelling: spelling)
  }

  /// `[a.b]` or `[[a.b]]`; returns the path of the table that the following keys belong to.
  private mutating func header() -> [String] {
    let start = (at, line, lineStart)
    take()
    let isList = peek == "["
    if isList { take() }
    let keys = dottedKey()
    while let next = peek, next != "\n" { if next == "#" { break } else { take() } }
    let end = (at, line, lineStart)
    (at, line, lineStart) = start
    var path: [String] = []
    for (index, key) in keys.enumerated() {
      path.append(key)
      note(path, keyLine: line)
      if isList && index == keys.count - 1 {
        let count = tableCounts[path, default: 0]
        tableCounts[path] = count + 1
        path.append("#\(count)")
        note(path, keyLine: line)
      } else if let count = tableCounts[path] {
        path.append("#\(count - 1)")
      }
    }
    (at, line, lineStart) = end
    skipBlank(newlines: true)
    return path
  }

  /// `a.b = value`.
  private mutating func assignment(in table: [String]) {
    let start = (at, line, lineStart)
    let keys = dottedKey()
    guard !keys.isEmpty else {  // can't be in a valid text; step on, so that the walk ends
      take()
      return
    }
    let after = (at, line, lineStart)
    (at, line, lineStart) = start
    var path = table
    for key in keys.dropLast() {
      path.append(key)
      note(path, keyLine: line)
    }
    let keyLine = line
    (at, line, lineStart) = after
    skipBlank(newlines: false)
    if peek == "=" { take() }
    skipBlank(newlines: false)
    value(at: path + keys.suffix(1), keyLine: keyLine)
  }

  private mutating func value(at path: [String], keyLine: Int) {
    switch peek {
    case "[":
      note(path, keyLine: keyLine)
      take()
      var count = 0
      while true {
        skipBlank(newlines: true)
        guard let next = peek else { return }
        if next == "]" || next == "," {
          take()
          if next == "]" { return }
        } else {
          value(at: path + ["#\(count)"], keyLine: line)
          count += 1
        }
      }
    case "{":
      note(path, keyLine: keyLine)
      take()
      while true {
        skipBlank(newlines: true)
        guard let next = peek else { return }
        if next == "}" || next == "," {
          take()
          if next == "}" { return }
        } else {
          assignment(in: path)
        }
      }
    case "\"", "'":
      note(path, keyLine: keyLine)
      skipString()
    default:
      var end = at
      while end < text.count, !",]}#\n\r".unicodeScalars.contains(text[end]) { end += 1 }
      var spelling = String(String.UnicodeScalarView(text[at..<end]))
      while spelling.last == " " || spelling.last == "\t" { spelling.removeLast() }
      note(path, keyLine: keyLine, spelling: spelling)
      if end == at { take() }
      while at < end { take() }
    }
  }

  /// Steps over any of the four kinds of string.
  private mutating func skipString() {
    guard let quote = peek else { return }
    let mark = String(Character(quote))
    let triple = mark + mark + mark
    let isLong = peek(triple)
    for _ in 0..<(isLong ? 3 : 1) { take() }
    while let next = peek {
      if next == "\\" && quote == "\"" {
        take()
        take()
      } else if isLong ? peek(triple) : next == quote {
        for _ in 0..<(isLong ? 3 : 1) { take() }
        while isLong && peek == quote { take() }  // up to two quotes may stand before the closing three
        return
      } else {
        take()
      }
    }
  }

  private mutating func dottedKey() -> [String] {
    var keys: [String] = []
    while true {
      skipBlank(newlines: false)
      guard let next = peek else { return keys }
      if next == "\"" || next == "'" {
        let start = at
        skipString()
        let inside = Array(text[(start + 1)..<max(start + 1, at - 1)])
        keys.append(next == "'" ? String(String.UnicodeScalarView(inside)) : Self.unescaped(inside))
      } else {
        let start = at
        while let letter = peek, !" \t.=]\n\r".unicodeScalars.contains(letter) { take() }
        if at > start { keys.append(String(String.UnicodeScalarView(text[start..<at]))) }
      }
      skipBlank(newlines: false)
      guard peek == "." else { return keys }
      take()
    }
  }

  private static func unescaped(_ source: [Unicode.Scalar]) -> String {
    let plain: [Unicode.Scalar: Unicode.Scalar] = [
      "b": "\u{8}", "t": "\t", "n": "\n", "f": "\u{C}", "r": "\r", "e": "\u{1B}",
    ]
    var out = String.UnicodeScalarView()
    var index = 0
    while index < source.count {
      let scalar = source[index]
      index += 1
      guard scalar == "\\", index < source.count else {
        out.append(scalar)
        continue
      }
      let kind = source[index]
      index += 1
      guard kind == "u" || kind == "U" || kind == "x" else {
        out.append(plain[kind] ?? kind)
        continue
      }
      let end = min(source.count, index + (kind == "u" ? 4 : kind == "U" ? 8 : 2))
      let digits = String(String.UnicodeScalarView(source[index..<end]))
      if let code = UInt32(digits, radix: 16), let found = Unicode.Scalar(code) { out.append(found) }
      index = end
    }
    return String(out)
  }
}
