import Foundation
import Statistics
import Testing
import Validation

@Suite struct LuckReportTests {
  @Test func theReportCountsAndNames() throws {
    let one = try market(days: 60, settings: 2, means: [80], seed: 1)
    var values: [Double] = []
    for d in 0..<60 { values += [0, one.values[2 * d], 7, one.values[2 * d + 1]] }
    let matrix = try OutcomeMatrix(values: values, settings: 4, names: ["a", "b", "c", "d"])
    let report = try LuckReport(matrix, seed: 3, resamples: 500)
    #expect(report.table.constantSettings == 2 && report.table.zeroSettings == 1)
    #expect(report.table.settings == 4 && report.table.testedSettings == 2)
    #expect(
      report.best.name == "b" && report.best.setting == 1 && report.stepm == [1] && report.stepmNames == ["b"]
    )
    #expect(report.blockLengthIsEstimated && report.blockLength >= 1)
    #expect(report.mcs?.pValues.map { $0 == nil } == [true, false, true, false])
    let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
    #expect(
      !json.lowercased().contains("nan") && json.contains("\"realityCheck\"")
        && json.contains("\"consistent\""))
  }

  @Test func whatCannotBeAskedIsRefused() throws {
    let flat = try OutcomeMatrix(values: Array(repeating: 3, count: 100), settings: 2, source: "f.csv")
    #expect(throws: LuckError.noSpread(source: "f.csv", settings: 2)) { try LuckReport(flat, seed: 1) }
    let short = try market(days: 15, settings: 3, seed: 1)
    #expect(throws: LuckError.noBlockLength(source: "matrix", days: 15)) { try LuckReport(short, seed: 1) }
    #expect(throws: LuckError.blockTooLong(source: "matrix", block: 8, days: 15)) {
      try LuckReport(short, seed: 1, blockLength: 8)
    }
    #expect(try LuckReport(short, seed: 1, resamples: 200, blockLength: 7).blockLengthIsEstimated == false)
  }

  /// One setting and two days: the least there can be.
  @Test func theSmallestTableHasAnAnswer() throws {
    let report = try LuckReport(
      OutcomeMatrix(values: [1, 2], settings: 1), seed: 1, resamples: 100, blockLength: 1)
    #expect(report.spa.consistent > 0 && report.spa.consistent <= 1 && report.mcs?.members == [0])
  }
}
