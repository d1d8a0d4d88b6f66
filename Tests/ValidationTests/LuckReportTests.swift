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
    #expect(report.table.sureNames == ["c"])
    #expect(report.table.settings == 4 && report.table.testedSettings == 2)
    #expect(
      report.best.name == "b" && report.best.setting == 1 && report.stepm == [1] && report.stepmNames == ["b"]
    )
    #expect(report.blockLengthIsEstimated && report.blockLength >= 1)
    #expect(report.mcs?.pValues?.map { $0 == nil } == [true, false, true, false])
    let json = String(decoding: try JSONEncoder().encode(report), as: UTF8.self)
    #expect(
      !json.lowercased().contains("nan") && json.contains("\"realityCheck\"")
        && json.contains("\"consistent\""))
  }

  /// Every statistic leaves out the same settings: those whose P&L varies by rounding alone.
  @Test func roundingIsNoSettingAnywhere() throws {
    let some = try market(days: 100, settings: 3, seed: 2)
    let rounding = (0..<100).map { (Double($0) / 7 + 0.1) - Double($0) / 7 }
    #expect(Set(rounding).count > 4)
    var values: [Double] = []
    for d in 0..<100 { values += Array(some.values[3 * d..<3 * d + 3]) + [rounding[d], -2] }
    let matrix = try OutcomeMatrix(values: values, settings: 5)
    let luck = try LuckReport(matrix, seed: 1, resamples: 200)
    #expect(
      luck.table.testedSettings == 3 && luck.table.constantSettings == 2
        && luck.table.sureNames == ["column 4"])
    #expect(luck.mcs?.pValues?.map { $0 == nil } == [false, false, false, true, true])
    let overfitting = try OverfittingReport(matrix)
    #expect(overfitting.crossValidation?.layout.settings == 3 && overfitting.psr?.setting ?? 9 < 3)
    #expect(overfitting.effectiveTrials?.settings == 3)
    #expect(SharpeEstimate(rounding) == nil && SharpeEstimate(rounding.map { $0 * 1e200 }) == nil)
    let told = SharpeEstimate((0..<100).map { 1 + 1e-5 * Double($0 % 2) })
    #expect(try abs(#require(told).sharpe - 1.000_005 / (5e-6 * (100.0 / 99).squareRoot())) < 1)
  }

  @Test func whatCannotBeAskedIsRefused() throws {
    let flat = try OutcomeMatrix(values: Array(repeating: 3, count: 100), settings: 2, source: "f.csv")
    #expect(throws: LuckError.noSpread(source: "f.csv", settings: 2)) { try LuckReport(flat, seed: 1) }
    let short = try market(days: 59, settings: 3, seed: 1)
    for block in [nil, 1.0] {
      #expect(throws: LuckError.tooFewDays(source: "matrix", days: 59, least: 60)) {
        try LuckReport(short, seed: 1, blockLength: block)
      }
    }
    let enough = try market(days: 61, settings: 3, seed: 1)
    #expect(throws: LuckError.blockTooLong(source: "matrix", block: 31, days: 61)) {
      try LuckReport(enough, seed: 1, blockLength: 31)
    }
    #expect(try LuckReport(enough, seed: 1, resamples: 200, blockLength: 30).blockLengthIsEstimated == false)
  }

  /// One setting and sixty days: the least there can be.
  @Test func theSmallestTableHasAnAnswer() throws {
    let report = try LuckReport(market(days: 60, settings: 1, seed: 1), seed: 1, resamples: 100)
    #expect(report.spa.consistent > 0 && report.spa.consistent <= 1 && report.mcs?.members == [0])
    let without = try LuckReport(
      market(days: 60, settings: 1, seed: 1), seed: 1, resamples: 100, confidenceSet: false)
    #expect(without.mcs == nil)
  }

  /// P&L whose squares leave Double's range, above or below: the same blocks, and the same verdict but for the widening.
  @Test(arguments: [1e-300, 1e200]) func theUnitDoesntMatter(unit: Double) throws {
    let matrix = try market(days: 60, settings: 3, means: [40], seed: 4)
    let plain = try LuckReport(matrix, seed: 1, resamples: 200)
    let scaled = try LuckReport(
      OutcomeMatrix(values: matrix.values.map { $0 * unit }, settings: 3), seed: 1, resamples: 200)
    #expect(abs(scaled.blockLength - plain.blockLength) < 1e-9 && scaled.widening.most == 1)
    #expect(scaled.best.setting == plain.best.setting && scaled.spa.consistent.isFinite)
  }

  /// Above the settings whose p-values can be had there is a set without them.
  @Test func veryManySettingsHaveASetWithoutProbabilities() throws {
    let matrix = try market(days: 60, settings: 5_001, means: [-600], seed: 1)
    let report = try LuckReport(matrix, seed: 1, resamples: 1_000, blockLength: 1)
    let mcs = try #require(report.mcs)
    #expect(!mcs.members.contains(0) && mcs.members.count > 4_500)
    #expect(mcs.pValues == nil && mcs.method == .maximum && mcs.resamples == 1_000)
  }
}
