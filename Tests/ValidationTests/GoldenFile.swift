import Foundation
import Statistics

/// A golden file: where its numbers come from, and the cases.
struct GoldenFile<Case: Decodable>: Decodable {
  var source: String
  var cases: [Case]

  init(_ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Golden/validation/\(name)"))
    self = try JSONDecoder().decode(Self.self, from: data)
  }
}

/// One table as arch sees it.
struct SnoopingCase: Decodable {
  var name: String
  var days, settings, resamples: Int
  var block: Double
  var widening: Double
  var values, benchmark, widths, deviations, statistics: [Double]
  var lower, consistent, upper, realityCheck: Double
  var superior: [Int]
  var mcsR, mcsmax: [Double]

  var matrix: OutcomeMatrix {
    get throws {
      let table = try OutcomeMatrix(values: values, settings: settings, source: name)
      return benchmark.isEmpty ? table : try table.above(OutcomeMatrix(values: benchmark, settings: 1))
    }
  }
  /// The same of every setting.
  var widenings: [Double] { Array(repeating: widening, count: settings) }
  func bootstrap(seed: UInt64 = 1) -> StationaryBootstrap {
    StationaryBootstrap(count: days, blockLength: block, seed: seed)
  }
  /// Four standard errors of a difference of two shares, of which the other is of `others` resamples.
  static func noise(_ p: Double, _ mine: Int, _ others: Int) -> Double {
    let share = min(max(p, 1 / Double(others)), 1 - 1 / Double(others))
    return 4 * (share * (1 - share) * (1 / Double(mine) + 1 / Double(others))).squareRoot() + 1 / Double(mine)
  }
}
