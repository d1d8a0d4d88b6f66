import Foundation
import TestSupport
import Testing

@testable import ConfigFormats

@Suite struct CanonicalJSONTests {
  @Test func numbersAreThoseOfTheStandard() throws {
    let golden = SharedData.root.appending(path: "Tests/Golden/governance/rfc8785-numbers.csv")
    let rows = try String(contentsOf: golden, encoding: .utf8).split(separator: "\n").filter {
      !$0.hasPrefix("#")
    }
    #expect(rows.count == 24)
    for row in rows {
      let cells = row.split(separator: ",").map(String.init)
      let bits = try #require(UInt64(cells[0], radix: 16))
      #expect(CanonicalJSON.text(Double(bitPattern: bits)) == cells[1])
    }
  }

  /// RFC 8785, 3.2.3: keys by UTF-16 code units, which isn't the order of Unicode scalars.
  @Test func keysAreSortedByCodeUnits() throws {
    let text = """
      {"\\u20ac": "Euro Sign", "\\r": "Carriage Return", "\\ufb33": "Hebrew Letter Dalet With Dagesh", "1": "One",
       "\\ud83d\\ude00": "Emoji: Grinning Face", "\\u0080": "Control", "\\u00f6": "Latin Small Letter O With Diaeresis"}
      """
    let tree = try ConfigDocument.parse(text, format: .json, file: "t").root
    #expect(
      tree.canonicalJSON
        == "{\"\\r\":\"Carriage Return\",\"1\":\"One\",\"\u{80}\":\"Control\",\"ö\":\"Latin Small Letter O With Diaeresis\","
        + "\"€\":\"Euro Sign\",\"😀\":\"Emoji: Grinning Face\",\"\u{FB33}\":\"Hebrew Letter Dalet With Dagesh\"}"
    )
  }

  /// RFC 8785, 3.2.2, and what else a configuration may hold.
  @Test func scalarsAndGaps() throws {
    let text = """
      {"numbers": [333333333.33333329, 1E30, 4.50, 2e-3, 0.000000000000000000000000001, 9007199254740993, -0.0],
       "string": "\\u20ac$\\u000F\\u000aA'\\u0042\\u0022\\u005c\\\\\\"\\/", "none": null, "literals": [true, false]}
      """
    let tree = try ConfigDocument.parse(text, format: .json, file: "t").root
    #expect(
      tree.canonicalJSON
        == "{\"literals\":[true,false],\"numbers\":[333333333.3333333,1e+30,4.5,0.002,1e-27,9007199254740993,0],"
        + "\"string\":\"€$\\u000f\\nA'B\\\"\\\\\\\\\\\"/\"}")
  }

  /// Any tree has one canonical text, the same through all three languages, and it is JSON that reads back as that content.
  @Test(arguments: 0..<200) func oneTextForOneContent(seed: UInt64) throws {
    var random = TreeRandom(state: seed)
    let document = ConfigDocument(file: "t", root: RandomTree.map(&random))
    let text = document.root.canonicalJSON
    for format in ConfigFormat.allCases {
      let back = try ConfigDocument.parse(document.render(format), format: format, file: "t")
      #expect(back.root.canonicalJSON == text, "\(format)")
    }
    #expect(try ConfigDocument.parse(text, format: .json, file: "t").root.canonicalJSON == text)
  }
}
