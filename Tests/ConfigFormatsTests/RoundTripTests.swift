import Foundation
import Testing

@testable import ConfigFormats

@Suite struct RoundTripTests {
  @Test(arguments: ConfigFormat.allCases, 0..<300)
  func everyTreeReadsBackAsItself(format: ConfigFormat, seed: Int) throws {
    var random = TreeRandom(state: UInt64(seed))
    let tree = RandomTree.map(&random)
    let text = ConfigDocument(file: "t", root: tree).render(format)
    let back = try ConfigDocument.parse(text, format: format, file: "t")
    #expect(back.root.withoutPlaces() == tree, "seed \(seed):\n\(text)")
    #expect(back.render(format) == text)
  }

  @Test(arguments: ConfigFormat.allCases, 0..<100)
  func everyValueReadHasAPlace(format: ConfigFormat, seed: Int) throws {
    var random = TreeRandom(state: UInt64(seed))
    let text = ConfigDocument(file: "t", root: RandomTree.map(&random)).render(format)
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false).count
    func check(_ node: ConfigNode) {
      #expect((1...lines).contains(node.line) && node.column >= 1, "\(node) in\n\(text)")
      if case .list(let nodes) = node.value { nodes.forEach(check) }
      if case .map(let entries) = node.value {
        for entry in entries {
          #expect((1...lines).contains(entry.keyLine), "\(entry.key) in\n\(text)")
          check(entry.node)
        }
      }
    }
    check(try ConfigDocument.parse(text, format: format, file: "t").root)
  }

  @Test func theSameConfigurationIsTheSameTreeInAllThree() throws {
    let yaml = """
      name: S&P 500   # a comment
      entry: {minute: 15:45, days: [1, 2.50, three]}
      from: 2018-02-05
      layers:
        - {size: 0.10, on: true}
        - size: 1e-3
          on: false
      empty: []
      """
    let json = """
      {"name": "S&P 500", "entry": {"minute": "15:45", "days": [1, 2.50, "three"]},\t"from":"2018-02-05",
       "layers": [{"size": 0.10, "on": true}, {"size": 1e-3, "on": false}], "empty":[]}
      """
    let toml = """
      name = "S&P 500" # a comment
      entry = {minute = "15:45", days = [1, 2.50, "three"]}
      from = 2018-02-05
      layers = [ {size = 0.10, on = true},
        {size = 1e-3, on = false}, # the last
      ]
      empty = []
      """
    let trees = try [(yaml, ConfigFormat.yaml), (json, .json), (toml, .toml)].map {
      try ConfigDocument.parse($0, format: $1, file: "t").root
    }
    #expect(trees[0].withoutPlaces() == trees[1].withoutPlaces())
    #expect(trees[0].withoutPlaces() == trees[2].withoutPlaces())
    let size = try #require(trees[2]["layers"])
    #expect(size.brief == #"[{"size": 0.10, "on": true}, {"size": 1.0e-3, "on": false}]"#)
    #expect(trees[0]["entry"]?["minute"] == ConfigNode(.string("15:45"), line: 2, column: 17))
    #expect(trees[1]["layers"]?.line == 2 && trees[1]["layers"]?.column == 12)
    #expect(trees[2]["layers"]?.line == 4 && trees[2]["layers"]?.column == 10)
  }

  @Test func tomlKeepsOrderAndLinesThroughSectionsAndDottedKeys() throws {
    let text = """
      zeta = 1
      alpha.two = 2
      alpha.one = '''raw
      "text" ]'''

      [hedge]
      name = "a \\" ] # no comment"
      [hedge.stop]
      loss = 2.0
      [[layers]]
      size = 0.5
      [layers.trigger]
      sd = 1.5
      [[layers]]
      size = 0.25
      at = 15:45:00
      """
    let root = try ConfigDocument.parse(text, format: .toml, file: "t").root
    #expect(
      root.brief == #"{"zeta": 1, "alpha": {"two": 2, "one": "raw\n\"text\" ]"}, "#
        + #""hedge": {"name": "a \" ] # no comment", "stop": {"loss": 2.0}}, "#
        + #""layers": [{"size": 0.5, "trigger": {"sd": 1.5}}, {"size": 0.25, "at": "15:45:00"}]}"#)
    #expect(root["hedge"]?["stop"]?["loss"]?.line == 9)
    guard case .list(let layers)? = root["layers"]?.value else { return #expect(Bool(false)) }
    #expect(layers.map(\.line) == [10, 14])
    #expect(layers[1]["at"] == ConfigNode(.string("15:45:00"), line: 16, column: 6))
  }

  @Test func anchorsAreResolved() throws {
    let text = "a: &size 0.5\nb: *size\nc: &m {x: 1}\nd: [*m, *m]\n"
    let root = try ConfigDocument.parse(text, format: .yaml, file: "t").root
    #expect(root.brief == #"{"a": 0.5, "b": 0.5, "c": {"x": 1}, "d": [{"x": 1}, {"x": 1}]}"#)
  }

  @Test func jsonEscapesMeanWhatTheyMeanInJSON() throws {
    let text = #"{"a": "\ud83e\udd8b \/ \\ud83e \u2028", "b": "\#u{2028}\#u{7F}", "c\n": "🦋"}"#
    let root = try ConfigDocument.parse(text, format: .json, file: "t").root
    #expect(root["a"]?.value == .string("🦋 / \\ud83e \u{2028}"))
    #expect(root["b"]?.value == .string("\u{2028}\u{7F}"))
    #expect(root["c\n"]?.value == .string("🦋"))
  }

  @Test(arguments: [
    ("1", "1"), ("-7", "-7"), ("+1", "1"), (".5", "0.5"), ("5.", "5.0"), ("1e3", "1.0e+3"), ("1.50", "1.50"),
    ("-0.0", "-0.0"), ("9223372036854775807", "9223372036854775807"),
    ("9223372036854775808", "9223372036854775808.0"), ("2E-05", "2.0e-5"),
  ])
  func numbersKeepTheirDecimalText(source: String, canonical: String) throws {
    let root = try ConfigDocument.parse("x: \(source)\n", format: .yaml, file: "t").root
    #expect(root["x"]?.brief == canonical)
  }

  @Test(arguments: [
    "007", "0x1F", "1_000", ".inf", ".nan", "1e999", "15:45", "yes", "off", "1.2.3", "١", "e5", ".",
  ])
  func whatOnlySomeReadersTakeForANumberOrBooleanStaysText(source: String) throws {
    let root = try ConfigDocument.parse("x: \(source)\n", format: .yaml, file: "t").root
    #expect(root["x"]?.value == .string(source))
  }

  @Test func filesAreReadByExtensionOrByTheirFirstSign() throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "config-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for (name, text) in [
      ("a.yml", "x: 1"), ("b.YAML", "x: 1"), ("c.json", "\u{FEFF}{\"x\": 1}"), ("d.toml", "x = 1"),
      ("e", "# c\n\n  {\"x\":1}"), ("f", "# c\nx = 1"), ("g", "x: 1 # = 2"), ("h", "[t]\nx = 1"),
    ] {
      let path = folder.appending(path: name).path
      try Data(text.utf8).write(to: URL(filePath: path))
      let root = try ConfigDocument.load(path: path).root
      #expect((root["x"] ?? root["t"]?["x"])?.value == .int(1), "\(name)")
    }
  }
}
