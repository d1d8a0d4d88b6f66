/// Refuses what toml++ doesn't survive or doesn't pass on: a bracket closed by the wrong sign (`a = [}`) and a
/// header that doesn't start with a name (`[=]`), a date whose time doesn't start with two digits, on all of
/// which it asserts, and NUL characters, at which its strings end.
enum TOMLGuard {
  /// Walks the text outside comments and strings.
  ///
  /// - Throws: ``ConfigError``, with line and column. Anything else that is wrong is left to toml++.
  static func check(_ source: String, file: String) throws(ConfigError) {
    let text = Array(source.unicodeScalars)
    var (at, line, lineStart) = (0, 1, 0)
    var open: [Unicode.Scalar] = []
    var isFresh = true  // nothing but blanks so far on this line
    func starts(_ word: String) -> Bool { text[at...].starts(with: word.unicodeScalars) }
    while at < text.count {
      let next = text[at]
      let column = at - lineStart + 1
      if next == "[" && isFresh && open.isEmpty {
        var name = at + (starts("[[") ? 2 : 1)
        while name < text.count, text[name] == " " || text[name] == "\t" { name += 1 }
        guard name >= text.count || canStartName(text[name]) else {
          throw .syntax(
            file: file, line: line, column: name - lineStart + 1,
            message: "a table's name is expected after '['")
        }
      }
      isFresh = next == "\n" || (isFresh && (next == " " || next == "\t"))
      switch next {
      case "\n": (line, lineStart) = (line + 1, at + 1)
      case "#": while at + 1 < text.count, text[at + 1] != "\n" { at += 1 }
      case "[", "{": open.append(next)
      case "]", "}":
        guard open.popLast() == (next == "]" ? "[" : "{") else {
          throw .syntax(file: file, line: line, column: column, message: "'\(next)' closes nothing open here")
        }
      case "\0":
        throw .syntax(
          file: file, line: line, column: column, message: "a NUL character; is this a text file?")
      case "\"", "'":
        let triple = String(repeating: Character(next), count: 3)
        let isLong = starts(triple)
        at += isLong ? 3 : 1
        while at < text.count, !(isLong ? starts(triple) : text[at] == next) {
          if text[at] == "\n" {
            if !isLong { return }  // not closed: toml++ says so
            (line, lineStart) = (line + 1, at + 1)
          }
          if text[at] == "\\" && next == "\"" {
            if starts("\\u0000") || starts("\\U00000000") || starts("\\x00") {
              throw .notAllowed(
                file: file, line: line, column: column, message: "a text with a NUL character; remove it")
            }
            if at + 1 < text.count, text[at + 1] != "\n" { at += 1 }
          }
          at += 1
        }
        at += isLong ? 2 : 0  // now on the last closing quote
        while isLong, at + 1 < text.count, text[at + 1] == next { at += 1 }
      default:
        guard !hasBrokenTime(text, at) else {
          throw .syntax(
            file: file, line: line, column: column,
            message: "a date with a broken time; write 2018-02-05T15:45:00")
        }
      }
      at += 1
    }
  }

  /// Whether a date starts here, with a time announced that doesn't start with two digits.
  private static func hasBrokenTime(_ text: [Unicode.Scalar], _ at: Int) -> Bool {
    func isDigit(_ place: Int) -> Bool { place < text.count && ("0"..."9").contains(text[place]) }
    guard isDigit(at), at + 10 < text.count, text[at + 4] == "-", text[at + 7] == "-" else { return false }
    for place in [1, 2, 3, 5, 6, 8, 9] where !isDigit(at + place) { return false }
    let hasTime = text[at + 10] == "T" || text[at + 10] == "t" || (text[at + 10] == " " && isDigit(at + 11))
    return hasTime && !(isDigit(at + 11) && isDigit(at + 12))
  }

  /// Whether a header may go on with this: a key, or what toml++ refuses by itself.
  private static func canStartName(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "_", "-", "\"", "'", "]": true
    default: scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
    }
  }
}
