import Kernels
import Statistics
import Testing
import Validation

private struct PurgedCase: Decodable {
  var settings, groups, test, purge, embargo: Int
  var score: ColumnScore
  var values: [Double]
  var picks: [Int]
  var trains: [[Int]]
  var paths: [[Double]]
  var sharpes: [Double]
}
private struct WalkCase: Decodable {
  var settings, train, test, purge: Int
  var anchored: Bool
  var score: ColumnScore
  var values, curve: [Double]
  var picks: [Int]
  var inSample, outOfSample: Double
  var efficiency: Double?
}

@Suite struct SplitPathsTests {
  @Test func combinatorialPathsMatchSkfolio() throws {
    let golden = try OverfittingGolden<PurgedCase>("purged.json")
    #expect(golden.cases.count == 4)
    for c in golden.cases {
      let result = try CombinatorialPurged(
        OutcomeMatrix(values: c.values, settings: c.settings), groups: c.groups, testGroups: c.test,
        purge: c.purge, embargo: c.embargo, score: c.score)
      #expect(result.splits.map { $0.train.flatMap { Array($0) } } == c.trains)
      #expect(result.splits.map(\.setting) == c.picks)
      let pnl = result.paths.map { path in
        zip(path, result.groups).flatMap { setting, days in days.map { c.values[$0 * c.settings + setting] } }
      }
      #expect(pnl == c.paths && close(result.totals, c.paths.map { $0.reduce(0, +) }))
      #expect(close(result.sharpes, c.sharpes))
    }
  }

  @Test func walksMatchSkfolio() throws {
    let golden = try OverfittingGolden<WalkCase>("walk.json")
    #expect(golden.cases.count == 4)
    for c in golden.cases {
      let walk = try MatrixWalk(
        OutcomeMatrix(values: c.values, settings: c.settings), train: c.train, test: c.test, purge: c.purge,
        anchored: c.anchored, score: c.score)
      #expect(walk.windows.map(\.setting) == c.picks)
      #expect(walk.outOfSample == c.curve)
      #expect(close(walk.inSampleScore, c.inSample) && close(walk.outOfSampleScore, c.outOfSample))
      #expect(close(walk.efficiency, c.efficiency))
      #expect(walk.decay == walk.inSampleScore - walk.outOfSampleScore)
    }
  }

  /// Ten groups, two of them tested, make nine paths; days that don't divide make the first groups longer.
  @Test func tenGroupsMakeNinePaths() throws {
    let result = try CombinatorialPurged(noise(days: 103, settings: 4, seed: 3))
    #expect(result.splits.count == 45 && result.paths.count == 9)
    #expect(result.groups.map(\.count) == [11, 11, 11] + Array(repeating: 10, count: 7))
  }

  /// As many groups as leave a split a single day to pick on are refused, whichever way it comes about.
  @Test(arguments: [(300, 100, 99, 1, 0), (300, 3, 2, 49, 1), (12, 4, 3, 1, 0)])
  func splitsWithoutDaysToPickOnAreRefused(days: Int, groups: Int, test: Int, purge: Int, embargo: Int) throws
  {
    let matrix = try noise(days: days, settings: 3, seed: 1)
    for score in ColumnScore.allCases {
      #expect(
        throws: OverfittingError.groupTooShort(
          source: "matrix", days: days, groups: groups, purge: purge, embargo: embargo)
      ) {
        try CombinatorialPurged(
          matrix, groups: groups, testGroups: test, purge: purge, embargo: embargo, score: score)
      }
    }
    #expect(throws: OverfittingError.badGroups(groups: 2_000, test: 1)) {
      try CombinatorialPurged(matrix, groups: 2_000, testGroups: 1)
    }
  }

  /// What comes later never changes an earlier pick.
  @Test func walksSeeNoFuture() throws {
    let matrix = try noise(days: 90, settings: 8, seed: 5)
    let walk = try MatrixWalk(matrix, train: 30, test: 10, purge: 2, embargo: 3)
    #expect(walk.windows.map(\.test) == [35..<45, 45..<55, 55..<65, 65..<75, 75..<85, 85..<90])
    #expect(walk.windows[1].train == 10..<40)
    for (i, window) in walk.windows.enumerated() {
      var values = matrix.values
      for k in window.train.upperBound * 8..<values.count { values[k] = -values[k] * 3 + 1 }
      let other = try MatrixWalk(
        OutcomeMatrix(values: values, settings: 8), train: 30, test: 10, purge: 2, embargo: 3)
      #expect(other.windows[...i] == walk.windows[...i])
    }
  }

  @Test func refusals() throws {
    let matrix = try noise(days: 40, settings: 3, seed: 1)
    #expect(throws: OverfittingError.badGroups(groups: 4, test: 4)) {
      try CombinatorialPurged(matrix, groups: 4, testGroups: 4)
    }
    #expect(throws: OverfittingError.badGroups(groups: 40, test: 20)) {
      try CombinatorialPurged(matrix, groups: 40, testGroups: 20)
    }
    #expect(
      throws: OverfittingError.groupTooShort(source: "matrix", days: 40, groups: 10, purge: 1, embargo: 2)
    ) { try CombinatorialPurged(matrix, groups: 10, testGroups: 2, purge: 1, embargo: 2) }
    #expect(
      throws: OverfittingError.windowTooLong(source: "matrix", days: 40, train: 38, gap: 2, test: 1)
    ) { try MatrixWalk(matrix, train: 38, test: 1, purge: 1, embargo: 1) }
    #expect(
      throws: OverfittingError.windowTooLong(source: "matrix", days: 40, train: 38, gap: 1, test: 1)
    ) { try MatrixWalk(matrix, train: 38, test: 1, purge: 1) }
    #expect(try MatrixWalk(matrix, train: 37, test: 1, purge: 1).outOfSample.count == 2)
    #expect(throws: OverfittingError.badWindow(train: 1, test: 1, purge: 0, embargo: 0)) {
      try MatrixWalk(matrix, train: 1, test: 1, purge: 0)
    }
    #expect(
      "\(OverfittingError.badGroups(groups: 4, test: 4))".contains(
        "4 of 4 groups for the test; give --test-groups from 1"))
  }
}
