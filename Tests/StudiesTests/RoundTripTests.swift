import ConfigFormats
import Foundation
import Strategies
import Testing
import TestSupport

@testable import Studies

/// What is written must be read back as the same strategy, or an exported file would trade something else.
@Suite struct StrategyRoundTripTests {
  static let presets: [String] = {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.filter { name in
      guard name.hasSuffix(".yaml") else { return false }
      let text = try? String(contentsOfFile: folder + "/" + name, encoding: .utf8)
      return !(text?.contains("\nsearch:") ?? false)
    }.sorted()
  }()
  static let folder = SharedData.root.appending(path: "params").path

  @Test func presetsAreThere() {
    for name in Presets.comparisonNames + [
      "promoter-cost-2x", "literal-15-20-delta", "conservative-by-delta",
    ] {
      #expect(Self.presets.contains(name + ".yaml"), "\(name)")
    }
  }

  @Test(arguments: presets, ConfigFormat.allCases)
  func presetSurvivesWritingAndReading(name: String, format: ConfigFormat) throws {
    let read = try StrategyReader.strategy(ConfigDocument.load(path: Self.folder + "/" + name))
    #expect(read.name == String(name.dropLast(5)), "the preset is named as its file")
    #expect(!read.source.isEmpty)
    try expectSame(read, format)
  }

  @Test(arguments: (0..<200).map { UInt64($0) })
  func randomStrategySurvivesWritingAndReading(seed: UInt64) throws {
    let strategy = randomStrategy(seed: seed)
    for format in ConfigFormat.allCases { try expectSame(strategy, format) }
  }

  /// The midpoint of a band has four decimals; a file with it must be readable too.
  @Test(arguments: ConfigFormat.allCases)
  func creditBandWithAnOddMidpointSurvives(format: ConfigFormat) throws {
    let s = try Fixture.strategy("version: 1\ncondor: {credit_band: [0.401, 0.402]}\n")
    #expect(s.condor.strikes.target == .credit(units: 4015))
    try expectSame(s, format)
  }

  private func expectSame(_ strategy: Strategy, _ format: ConfigFormat) throws {
    let text = ConfigDocument(file: "made", root: StrategyWriter.node(strategy)).render(format)
    let again = try StrategyReader.strategy(ConfigDocument.parse(text, format: format, file: "again"))
    #expect(again == strategy, "\(format)\n\(text)")
  }

  @Test func aFileWithoutANameIsNamedAfterItself() throws {
    let s = try StrategyReader.strategy(
      Fixture.document("version: 1\ncondor: {short_delta: 0.1}\n", "params/my.own-1.00.yaml"))
    #expect(s.name == "my.own-1.00")
  }
}
