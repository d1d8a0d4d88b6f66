import Foundation
import Kernels
import Statistics
import Testing
import Validation

@Suite struct PickingReportTests {
  /// The report's figures are those of its parts, asked as it was asked.
  @Test func figuresComeFromTheParts() throws {
    let matrix = try noise(days: 200, settings: 9, seed: 31, edge: 0.2)
    var question = PickingQuestion()
    (question.groups, question.testGroups, question.purge, question.embargo) = (6, 3, 2, 4)
    (question.inSample, question.outOfSample, question.isAnchored) = (70, 11, true)
    question.score = .mean
    let report = try PickingReport(matrix, question)
    #expect(report.pathsMissing == nil && report.walkMissing == nil)
    let purged = try CombinatorialPurged(
      matrix, groups: 6, testGroups: 3, purge: 2, embargo: 4, score: .mean)
    let paths = try #require(report.paths)
    #expect(paths.sharpes == purged.sharpes && paths.splits == 20 && paths.sharpes.count == 10)
    let sorted = purged.sharpes.sorted()
    #expect(paths.lowest == sorted[0] && paths.highest == sorted[9])
    #expect(paths.median == (sorted[4] + sorted[5]) / 2)
    #expect(close(paths.meanInSample, purged.splits.map(\.inSample).reduce(0, +) / 20))
    #expect(paths.shareLosing == Double(purged.totals.count { $0 < 0 }) / 10)
    let walk = try MatrixWalk(
      matrix, train: 70, test: 11, purge: 2, embargo: 4, anchored: true, score: .mean)
    #expect(report.walk == walk && walk.gap == 6 && walk.isAnchored)
    #expect(walk.picked == Set(walk.windows.map(\.setting)).count)
    #expect(walk.windows.allSatisfy { $0.name == "column \($0.setting + 1)" })
  }

  /// A year and a quarter where there are two years, half of the days and an eighth where there aren't.
  @Test(arguments: [(600, 252, 63), (504, 252, 63), (101, 50, 12), (7, 3, 1)])
  func windowsFollowTheDays(days: Int, train: Int, test: Int) throws {
    let walk = try #require(try PickingReport(noise(days: days, settings: 3, seed: 2)).walk)
    #expect(walk.windows[0].train == 0..<train)
    #expect(walk.windows[0].test == train + 1..<train + 1 + test)
  }

  /// Picking among settings without an edge earns nothing on other days; with an edge it does. In sample both look good.
  @Test func whatIsHeldOwesNothingToLuck() throws {
    var (none, some) = ((walk: 0.0, paths: 0.0, inSample: 0.0), (walk: 0.0, paths: 0.0))
    let seeds = 80
    for seed in 0..<seeds {
      let plain = try PickingReport(noise(days: 300, settings: 15, seed: UInt64(seed)))
      let edge = try PickingReport(noise(days: 300, settings: 15, seed: UInt64(seed), edge: 0.3))
      none.walk += try #require(plain.walk).outOfSampleScore / Double(seeds)
      none.paths += try #require(plain.paths).median / Double(seeds)
      none.inSample += try #require(plain.paths).meanInSample / Double(seeds)
      some.walk += try #require(edge.walk).outOfSampleScore / Double(seeds)
      some.paths += try #require(edge.paths).median / Double(seeds)
    }
    // a ratio over 150 days has a standard error of 0.08, the mean of 80 of them 0.009
    #expect(abs(none.walk) < 0.036 && abs(none.paths) < 0.036 && none.inSample > 0.08, "\(none)")
    #expect(some.walk > 0.2 && some.paths > 0.2, "\(some)")
  }

  /// A short or narrow table goes without and says why; no number in the JSON is missing or NaN.
  @Test func whatCannotBeHadIsSaid() throws {
    let one = try PickingReport(noise(days: 90, settings: 1, seed: 1))
    #expect(one.paths == nil && one.walk == nil)
    #expect(one.pathsMissing?.hasPrefix("matrix: 1 of 1 settings earn something else") == true)
    #expect(one.walkMissing == one.pathsMissing)
    let short = try PickingReport(noise(days: 20, settings: 4, seed: 3))
    #expect(
      short.pathsMissing?.contains("10 groups of 2 days leave less than two to pick on between purges of 1")
        == true)
    #expect(short.walk != nil)
    let two = try PickingReport(OutcomeMatrix(values: [1, 2, 3, -4], settings: 2))
    #expect(two.walkMissing?.contains("2 days don't hold a window of 2 + 1 + 1") == true)
    let flat = try PickingReport(OutcomeMatrix(values: Array(repeating: 0, count: 60), settings: 2))
    #expect(flat.paths == nil && flat.walk == nil)
    for report in [one, short, two, flat] { _ = try JSONEncoder().encode(report) }
    var question = PickingQuestion()
    question.testGroups = 10
    #expect(throws: OverfittingError.badGroups(groups: 10, test: 10)) {
      try PickingReport(noise(days: 90, settings: 3, seed: 1), question)
    }
  }
}
