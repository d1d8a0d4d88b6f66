/// Refuses the two things in a text that toml++ doesn't survive or doesn't pass on: a bracket closed by the wrong
/// sign, on which it asserts (`a = [}`), and NUL characters, at which its strings end.
enum TOMLBrackets {
  /// Walks the text outside comments and strings.
  ///
  /// - Throws: ``ConfigError``, with line and column. Anything else that is wrong is left to toml++.
  static func check(_ source: String, file: String) throws(ConfigError) {
    let text = Array(source.unicodeScalars)
    var (at, line, lineStart) = (0, 1, 0)
    var open: [Unicode.Scalar] = []
    func starts(_ word: String) -> Bool { text[at...].starts(with: word.unicodeScalars) }
    while at < text.count {
      let next = text[at]
      let column = at - lineStart + 1
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
      default: break
      }
      at += 1
    }
  }
}
