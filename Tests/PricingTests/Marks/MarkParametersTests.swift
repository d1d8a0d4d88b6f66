import Foundation
import Testing

@testable import Pricing

@Suite struct MarkParametersTests {
  /// What ships is the default as printed, plus the measured stress exponent and errors.
  @Test func shippedIsThePrintedDefaultWithItsErrors() throws {
    let shipped = try MarkParameters.shipped()
    #expect(shipped.clock == MarkParameters.builtIn.clock)
    #expect(shipped.levels == MarkParameters.builtIn.levels)
    #expect(shipped.smile == MarkParameters.builtIn.smile)
    #expect(shipped.spotVol == MarkParameters.builtIn.spotVol)
    for level in KnownLevel.allCases {
      for sample in ["in-sample", "held-out"] {
        let row = try #require(shipped.errors.first { $0.level == level.rawValue && $0.sample == sample })
        #expect(
          row.chains == 21 && row.strikes == 426 && row.creditMeanAbs.count == 4 && row.creditBias.count == 4)
      }
    }
  }

  @Test func aFileComesBackAsItWas() throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "marks-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    var parameters = try MarkParameters.shipped()
    parameters.smile.p = [-0.1, 0.1 + 0.2, 1 / 3, 0.01]
    try parameters.save(path: path)
    #expect(try MarkParameters.load(path: path) == parameters)
  }

  @Test(arguments: [
    ("\"schema\" : 1", "\"schema\" : 9", "schema"), ("\"cap\" : 3.5", "\"cap\" : 0", "smile.cap"),
    ("\"overnightShare\" : 0.35", "\"overnightShare\" : 1", "clock.overnightShare"),
    ("\"knee\" : 22", "\"knee\" : -22", "levels.vix9d"),
    ("\"minimumStdDev\" : 0.006", "\"minimumStdDev\" : 0", "spotVol"),
    ("\"schema\"", "\"scheme\"", "'schema' is missing"),
    ("\"cap\" : 3.5", "\"cap\" : \"x\"", "smile.cap: wrong type"),
    ("{", "", "no JSON"),
  ])
  func aDamagedFileIsRefusedByKey(change: (from: String, to: String, said: String)) throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "marks-\(UUID().uuidString).json").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    let text = String(decoding: try MarkParameters.builtIn.jsonData(), as: UTF8.self)
    let damaged = text.replacing(change.from, with: change.to, maxReplacements: 1)
    #expect(damaged != text)
    try damaged.write(toFile: path, atomically: true, encoding: .utf8)
    #expect {
      try MarkParameters.load(path: path)
    } throws: { "\($0)".contains(path) && "\($0)".contains(change.said) }
    #expect(throws: MarkParametersError.unreadable(file: "/nowhere.json", reason: "no such file")) {
      try MarkParameters.load(path: "/nowhere.json")
    }
  }
}
