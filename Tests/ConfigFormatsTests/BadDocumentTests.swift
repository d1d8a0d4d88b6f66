import Foundation
import Testing

@testable import ConfigFormats

/// A document that must be refused, and the beginning of what must be said.
struct BadDocument: Sendable, CustomTestStringConvertible {
  let format: ConfigFormat
  let text: String
  let told: String
  init(_ format: ConfigFormat, _ text: String, _ told: String) {
    (self.format, self.text, self.told) = (format, text, told)
  }
  var testDescription: String { told }
}

@Suite struct BadDocumentTests {
  static let documents = [
    BadDocument(.yaml, "", "f: empty"),
    BadDocument(.yaml, "# only a comment\n", "f: empty"),
    BadDocument(.yaml, "- 1\n- 2\n", "f:1: the file takes a map of keys and values, but is a list of 2"),
    BadDocument(
      .yaml, "just text", "f:1: the file takes a map of keys and values, but is the text 'just text'"),
    BadDocument(.yaml, "a: [1, 2\nb: 3\n", "f:2:2: while parsing a flow sequence"),
    BadDocument(.yaml, "a: 1\n  b: 2\n", "f:2:4: mapping values are not allowed in this context"),
    BadDocument(.yaml, "a: 1\n\tb: 2\n", "f:2:1:"),
    BadDocument(.yaml, "a: \"open\n", "f:2:1:"),
    BadDocument(.yaml, "a: {b: 1\n", "f:2:1:"),
    BadDocument(.yaml, "a: *nobody\n", "f:1:4: found undefined alias"),
    BadDocument(.yaml, "a: 1\nb: 2\na: 3\n", "f:1: the key 'a' stands more than once"),
    BadDocument(.yaml, "x:\n  a: 1\n  'a': 3\n", "f:2: the key 'a' stands more than once"),
    BadDocument(.yaml, "base: &b {x: 1}\nuse:\n  <<: *b\n", "f:3:3: merge keys (<<) are not taken"),
    BadDocument(.yaml, "a: !!binary aGk=\n", "f:1:4: the tag 'tag:yaml.org,2002:binary' is not taken"),
    BadDocument(.yaml, "a: !mine {x: 1}\n", "f:1:4: the tag '!mine' is not taken"),
    BadDocument(.yaml, "a: !!int 5\n", "f:1:4: the tag 'tag:yaml.org,2002:int' is not taken"),
    BadDocument(.yaml, "a:\n  - 1\n  -\n  - 3\n", "f:3:4: an empty list entry"),
    BadDocument(.yaml, "a: [1, null]\n", "f:1:8: an empty list entry"),
    BadDocument(.yaml, "? [a, b]\n: 1\n", "f:1:3: a key must be a word"),
    BadDocument(.yaml, "\"\": 1\n", "f:1:1: a key must be a word"),
    BadDocument(.yaml, "a: 1\n---\nb: 2\n", "f:2:1: but found another document"),
    BadDocument(.yaml, "a: ok\nb: \u{1}\n", "f:2:4: control characters are not allowed"),
    BadDocument(.yaml, "a: \"\\0\"\n", "f:1:4: a text with a NUL character"),
    BadDocument(.yaml, "a: @x\n", "f:1:4: while scanning for the next token"),
    BadDocument(
      .yaml, "a: " + String(repeating: "[", count: 100) + String(repeating: "]", count: 100), "f:1:68: nested"
    ),
    BadDocument(.yaml, "a: " + String(repeating: "[", count: 3000), "f:1:"),
    BadDocument(.yaml, (0..<40).map { "k\($0): &a\($0) 1\n" }.joined(), "f:33:6: more than 32 anchors"),
    BadDocument(.json, "", "f: empty"),
    BadDocument(.json, "{\"a\": 1,}", "f:1:9: not JSON: no comma may stand before '}'"),
    BadDocument(.json, "{\n  \"a\": 1\n  \"b\": 2\n}", "f:3:3: not JSON: ',' or '}' is expected"),
    BadDocument(.json, "{\"a\": 01}", "f:1:8: not JSON: a number may not start with 0"),
    BadDocument(.json, "{\"a\": NaN}", "f:1:7: not JSON: a value is expected"),
    BadDocument(.json, "{'a': 1}", "f:1:2: not JSON: a key in double quotes is expected"),
    BadDocument(.json, "{\"a\": 1} # no", "f:1:10: not JSON: nothing may follow the value"),
    BadDocument(.json, "{\"a\": \"\\ud800\"}", "f:1:14: not JSON: half of a surrogate pair"),
    BadDocument(.json, "{\"a\": 1,\n \"a\": 2}", "f:1: the key 'a' stands more than once"),
    BadDocument(.json, "{\"a\": [1,\n null]}", "f:2:2: an empty list entry"),
    BadDocument(.json, "[1]", "f:1: the file takes a map"),
    BadDocument(.json, String(repeating: "[", count: 5000), "f:1:66: not JSON: nested deeper than 64 levels"),
    BadDocument(.json, "{\"a\": 1", "f:1:8: not JSON: the text ends too early; ',' or '}' is expected"),
    BadDocument(.json, "{\"a\": \"x\n\"}", "f:1:9: not JSON: a control character in a text"),
    BadDocument(.json, "{\"a\": \"\\x\"}", "f:1:8: not JSON: an unknown escape"),
    BadDocument(.json, "{\"a\": 1.}", "f:1:9: not JSON: a digit is expected"),
    BadDocument(.json, "{\"a\": \"\\u00g0\"}", "f:1:8: not JSON: four hexadecimal digits"),
    BadDocument(.json, "{\"a\": [tru]}", "f:1:8: not JSON: a value is expected"),
    BadDocument(.toml, "", "f: empty"),
    BadDocument(.toml, "a = \n", "f:1:5: Error while parsing key-value pair: expected value"),
    BadDocument(
      .toml, "a = 1\na = 2\n",
      "f:2:5: Error while parsing key-value pair: cannot redefine existing integer 'a'"),
    BadDocument(.toml, "[t]\nx = 1\n[t]\n", "f:3:1: Error while parsing table header: cannot redefine"),
    BadDocument(.toml, "a = 1\nb = nan\n", "f:2:5: nan is no usable number"),
    BadDocument(.toml, "a = 99999999999999999999\n", "f:1:25: Error while parsing decimal integer"),
    BadDocument(.toml, "a = 07\n", "f:1:7: Error while parsing decimal integer: leading zeroes"),
    BadDocument(.toml, "a: 1\n", "f:1:2: Error while parsing key-value pair: expected '='"),
    BadDocument(.toml, "a = 'open\n", "f:1:10: Error while parsing literal string"),
    BadDocument(.toml, "a = 1\nb = [}\n", "f:2:6: '}' closes nothing open here"),
    BadDocument(.toml, "a = 1\n[=]\n", "f:2:2: a table's name is expected after '['"),
    BadDocument(.toml, "[[ \n]]\n", "f:1:4: a table's name is expected after '['"),
    BadDocument(.toml, "[ [a] ]\n", "f:1:3: a table's name is expected"),
    BadDocument(.toml, "a = 2018-02-05Tx\n", "f:1:5: a date with a broken time"),
    BadDocument(.toml, "a = [2018-02-05 1]\n", "f:1:6: a date with a broken time"),
    BadDocument(.toml, "a = [1, 2\nb = 3\n", "f:2:1:"),
    BadDocument(.toml, "a = [[1], {x = [2}]\n", "f:1:18: '}' closes nothing open here"),
    BadDocument(.toml, "a = 1\n\u{0}", "f:2:1: a NUL character"),
    BadDocument(.toml, "a = \"x\\u0000y\"\n", "f:1:5: a text with a NUL character"),
    BadDocument(
      .toml, "a = " + String(repeating: "[", count: 5000), "f:1:261: Error while parsing value: exceeded"),
  ]

  @Test(arguments: documents)
  func isRefusedAtItsPlace(document: BadDocument) {
    let error = #expect(throws: ConfigError.self) {
      try ConfigDocument.parse(document.text, format: document.format, file: "f")
    }
    let told = error.map { "\($0)" } ?? ""
    #expect(told.hasPrefix(document.told), "said: \(told)")
  }

  @Test func filesThatAreNoTextAreRefused() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    func told(_ name: String, _ bytes: Data?) throws -> String {
      let path = folder.appending(path: name).path
      try bytes?.write(to: URL(filePath: path))
      let error = #expect(throws: ConfigError.self) { try ConfigDocument.load(path: path) }
      return "\(error.map { "\($0)" } ?? "")".replacing(path, with: "f")
    }
    #expect(try told("a.yaml", nil) == "f: no such file; check the path")
    #expect(try told("", nil) == "f: can't be read; give a yaml, json or toml file, no folder")
    #expect(
      try told("b.yaml", Data("a: 1\nb: \u{E9}".unicodeScalars.map { UInt8($0.value) }))
        == "f: not UTF-8 from line 2 on; save it as UTF-8 text")
    #expect(
      try told("c.yaml", "a: 1".data(using: .utf16))
        == "f: not UTF-8 from line 1 on; save it as UTF-8 text")
    #expect(
      try told("d.yaml", Data(repeating: 0x23, count: ConfigDocument.byteLimit + 1))
        == "f: larger than 4 MB; that is no configuration")
    #expect(try told("e.json", Data()).hasPrefix("f: empty"))
    #expect(try told("g.toml", Data([0x00, 0x01, 0x02])).hasPrefix("f:1:1: a NUL character"))
  }

  @Test(arguments: ConfigFormat.allCases, 0..<100)
  func damagedTextIsAnErrorAndNeverATrap(format: ConfigFormat, block: Int) {
    for seed in block * 10..<block * 10 + 10 { damage(format, seed: seed) }
  }

  /// Texts as people write them, with what `render` never writes.
  private static let written: [ConfigFormat: String] = [
    .toml: """
    a = 2018-02-05T09:30:00-05:00
    b = [ 1_000, 0x1F, +1e-3, # c
      \"\"\"two
    lines\"\"\", 15:45:00.5 ]
    c.d.'e f' = { g = true, h = [ { i = inf } ] }
    [t.u]
    x = '''raw''' # end
    [[t.v]]
    "y" = "\\u00e9"
    """,
    .yaml: """
    %YAML 1.2
    --- # start
    a: &x {b: [1, 2.5], 'c': "d\\n"}
    e: *x
    f: |-
      two
      lines
    g: >
      folded
    h:
    - ? i
      : j
    ...
    """,
  ]

  private func damage(_ format: ConfigFormat, seed: Int) {
    var random = TreeRandom(state: UInt64(seed))
    let made = ConfigDocument(file: "t", root: RandomTree.map(&random)).render(format)
    let text = seed.isMultiple(of: 2) ? made : Self.written[format] ?? made
    var scalars = Array(text.unicodeScalars)
    let marks = Array("{}[]:,\"'&*!|>%@`#-?\n\t\\=.\u{0}".unicodeScalars)
    for _ in 0..<3 {
      let at = random.below(scalars.count)
      switch random.below(3) {
      case 0: scalars[at] = marks[random.below(marks.count)]
      case 1: scalars.insert(marks[random.below(marks.count)], at: at)
      default: scalars.removeSubrange(at...min(scalars.count - 1, at + random.below(4)))
      }
      if scalars.isEmpty { scalars = ["x"] }
    }
    let damaged = String(String.UnicodeScalarView(scalars))
    if let document = try? ConfigDocument.parse(damaged, format: format, file: "t") {
      let again = try? ConfigDocument.parse(document.render(format), format: format, file: "t")
      if format != .toml {
        #expect(again?.root.withoutPlaces() == document.root.withoutPlaces(), "\(damaged)")
      }
    }
  }
}
