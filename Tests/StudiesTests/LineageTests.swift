import ConfigFormats
import Studies
import Testing

@Suite struct LineageTests {
  private static let parent = "sha256:" + String(repeating: "0a", count: 32)

  private func lineage(_ section: String) throws -> Lineage {
    let text = "version: 1\ncondor: {short_delta: 0.1}\n\(section)\n"
    let document = try ConfigDocument.parse(text, format: .yaml, file: "c.yaml")
    _ = try StrategyReader.strategy(document)
    return try Lineage(document)
  }

  @Test func sectionsAreRead() throws {
    let first = try lineage("")
    #expect(first.revision == 1 && first.parent == nil && first.onMissing == .skip)
    let third = try lineage(
      "governance: {revision: 3, parent: '\(Self.parent)', note: n, valid_until: 2027-12-31, on_missing: halt}"
    )
    #expect(
      third.revision == 3 && third.parent == Self.parent && third.note == "n" && third.onMissing == .halt)
    #expect(third.validUntil?.description == "2027-12-31" && first.validUntil == nil)
  }

  @Test func mistakesAreNamed() throws {
    let bad = [
      ("{revision: 0}", "c.yaml:3: governance.revision is 0; allowed: 1 to "),
      ("{revision: 2}", "governance lacks the key 'parent'"),
      ("{revision: 2, parent: '\(Self.parent.dropLast())'}", "allowed: sha256: and 64 hexadecimal digits"),
      ("{revision: 2, parent: '\(Self.parent.replacing("a", with: "A"))'}", "and 64 hexadecimal digits"),
      ("{revision: 2, parent: '\(Self.parent.replacing("256", with: "512"))'}", "and 64 hexadecimal digits"),
      (
        "{revision: 1, parent: '\(Self.parent)'}",
        "governance.revision is 1; allowed: 2 or more with a parent"
      ),
      ("{valid_until: 2027-02-29}", "governance.valid_until is 2027-02-29; allowed: a date, YYYY-MM-DD"),
      ("{on_missing: guess}", "governance.on_missing is 'guess'; allowed: skip, halt"),
      ("{revison: 2}", "unknown key 'revison' in governance; did you mean 'revision'?"),
    ]
    for (section, message) in bad {
      let error = #expect(throws: ConfigError.self, "\(section)") { try lineage("governance: \(section)") }
      #expect(error.map { "\($0)".contains(message) } ?? false, "\(error as Any)")
      let space = "version: 1\ncondor: {short_delta: [0.1, 0.2]}\ngovernance: \(section)\n"
      #expect(throws: ConfigError.self, "\(section)") {
        try SweepSpace(ConfigDocument.parse(space, format: .yaml, file: "s.yaml"))
      }
    }
  }
}
