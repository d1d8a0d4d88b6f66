import Kernels
import Statistics

/// Combinatorial purged cross-validation: the days in N groups, every k of them once as the test, and the tests stitched to
/// paths over the whole period.
///
/// On each split the best setting of the other groups' days is picked and held through the test groups. Every group is tested
/// in C(N − 1, k − 1) splits, so there are φ = k/N·C(N, k) whole paths, path j taking for each group the j-th split, in
/// lexicographic order, that tests it. Training days next to a test group are purged: `purge` on either side, and `embargo`
/// more after it.
///
/// - Source: M. López de Prado, "Advances in financial machine learning" (2018), sections 7.4 and 12.3 to 12.4.
public struct CombinatorialPurged: Hashable, Sendable {
  /// Most splits.
  public static let mostSplits = 100_000
  /// Most groups in all splits together, splits × groups.
  public static let mostGroupsOfSplits = 2_000_000

  /// One split.
  public struct Split: Hashable, Sendable {
    /// Groups that are tested, ascending.
    public let test: [Int]
    /// Days that are trained on, ascending and apart.
    public let train: [Range<Int>]
    /// The setting picked there: of those that tie, the first column.
    public let setting: Int
    /// Its score there.
    public let inSample: Double
  }

  /// What picks a setting.
  public let score: ColumnScore
  /// Days of each group; the first (days mod N) have one more than the rest.
  public let groups: [Range<Int>]
  /// Splits in lexicographic order of their test groups.
  public let splits: [Split]
  /// The setting that each path holds in each group; shape `[φ, N]`.
  public let paths: [[Int]]
  /// What each path earned over all days.
  public let totals: [Double]
  /// Sharpe ratio a day of each path; 0 for one without spread.
  public let sharpes: [Double]

  /// Picks, and stitches.
  ///
  /// - Parameters:
  ///   - matrix: P&L, higher is better. Settings that earn the same every day are left out.
  ///   - groups: N ≥ 2.
  ///   - testGroups: k, 1 ..< N.
  ///   - purge: training days left out on either side of a test group; 1 for condors that live for two sessions.
  ///   - embargo: training days left out after that, behind a test group.
  ///   - score: what picks.
  /// - Throws: ``OverfittingError`` for groups that can't be chosen so, splits that leave fewer than two days to train on, and
  ///   fewer than two settings that vary.
  /// - Complexity: O(days × settings + splits × N × settings) time; O(splits × N + N × settings) memory besides the matrix.
  public init(
    _ matrix: OutcomeMatrix, groups count: Int = 10, testGroups: Int = 2, purge: Int = 1, embargo: Int = 0,
    score: ColumnScore = .sharpe
  ) throws(OverfittingError) {
    guard count > 1, testGroups > 0, testGroups < count,
      let ways = Combinations.count(of: count, choose: testGroups), ways <= Self.mostSplits,
      ways * count <= Self.mostGroupsOfSplits
    else { throw .badGroups(groups: count, test: testGroups) }
    let tooShort = OverfittingError.groupTooShort(
      source: matrix.source, days: matrix.days, groups: count, purge: purge, embargo: embargo)
    guard purge >= 0, embargo >= 0, 2 * purge + embargo < matrix.days / count else { throw tooShort }
    let compared = try ComparedSettings(matrix)
    let groups = Self.groups(days: matrix.days, count: count)
    // each group in a head that a test before it purges, a body, and a tail that a test behind it purges
    let starts = groups.flatMap { [$0.lowerBound, $0.lowerBound + purge + embargo, $0.upperBound - purge] }
    let cuts = starts + [matrix.days]
    let moments = compared.moments(cuts: cuts)
    let tests = Combinations.all(of: count, choose: testGroups)
    let unions = tests.map { Self.trained(test: $0, groups: count) }
    guard unions.allSatisfy({ $0.reduce(0) { $0 + moments.rows[$1] } > 1 }) else { throw tooShort }
    let picks = compared.best(over: unions, of: moments, by: score)
    splits = tests.indices.map { s in
      Split(
        test: tests[s], train: Self.joined(unions[s].map { cuts[$0]..<cuts[$0 + 1] }),
        setting: picks[s].setting, inSample: picks[s].score)
    }
    let pathCount = ways * testGroups / count
    var paths = Array(repeating: Array(repeating: 0, count: count), count: pathCount)
    var tested = Array(repeating: 0, count: count)
    for split in splits {
      for g in split.test {
        paths[tested[g]][g] = split.setting
        tested[g] += 1
      }
    }
    var totals = Array(repeating: 0.0, count: pathCount)
    var squares = totals
    for (g, days) in groups.enumerated() {
      // paths hold few settings in a group, and each of them many times
      var known: [Int: (sum: Double, squares: Double)] = [:]
      for j in paths.indices {
        let setting = paths[j][g]
        let held = known[setting] ?? Self.sums(of: setting, over: days, in: matrix)
        known[setting] = held
        totals[j] += held.sum
        squares[j] += held.squares
      }
    }
    self.score = score
    self.groups = groups
    self.paths = paths
    self.totals = totals
    sharpes = zip(totals, squares).map {
      BlockMomentsReference.sharpe(rows: matrix.days, sum: $0, squares: $1)
    }
  }

  /// Σx and Σx² of one setting over some days.
  private static func sums(
    of setting: Int, over days: Range<Int>, in matrix: OutcomeMatrix
  ) -> (sum: Double, squares: Double) {
    days.reduce(into: (0, 0)) { sums, d in
      let x = matrix.values[d * matrix.settings + setting]
      sums.0 += x
      sums.1 += x * x
    }
  }

  /// Days in groups whose lengths differ by at most one, the longer first.
  private static func groups(days: Int, count: Int) -> [Range<Int>] {
    let (length, longer) = days.quotientAndRemainder(dividingBy: count)
    return (0..<count).map { g in
      let start = g * length + min(g, longer)
      return start..<start + length + (g < longer ? 1 : 0)
    }
  }

  /// Pieces of the groups that are trained on: three a group, without what a test beside it purges.
  private static func trained(test: [Int], groups: Int) -> [Int] {
    var pieces: [Int] = []
    for g in 0..<groups where !test.contains(g) {
      if !test.contains(g - 1) { pieces.append(3 * g) }
      pieces.append(3 * g + 1)
      if !test.contains(g + 1) { pieces.append(3 * g + 2) }
    }
    return pieces
  }

  /// Ranges that touch, as one; empty ones go.
  private static func joined(_ ranges: [Range<Int>]) -> [Range<Int>] {
    var all: [Range<Int>] = []
    for range in ranges where !range.isEmpty {
      if let last = all.last, last.upperBound == range.lowerBound {
        all[all.count - 1] = last.lowerBound..<range.upperBound
      } else {
        all.append(range)
      }
    }
    return all
  }
}
