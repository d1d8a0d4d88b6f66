import Kernels
import Statistics

/// How days are told apart into those that a setting is picked on and those that it is held.
public struct PickingQuestion: Hashable, Sendable {
  /// What picks.
  public var score = ColumnScore.sharpe
  /// Days left out between the two; 1 for condors that live for two sessions. ≥ 0.
  public var purge = 1
  /// Days left out on top of that, where days that were picked on follow days that are held, and on a walk. ≥ 0.
  public var embargo = 0
  /// Groups of days that paths are made of, ≥ 2.
  public var groups = 10
  /// How many of them are held out at a time.
  public var testGroups = 2
  /// Days that a walk picks on, ≥ 2; nil for 252, or half of all days if that is less.
  public var inSample: Int?
  /// Days that its pick is held, ≥ 1; nil for a quarter of those.
  public var outOfSample: Int?
  /// Whether the walk picks on all days from the first on.
  public var isAnchored = false

  /// The usual.
  public init() {}
}

/// What `wingspan luck` says of picking the best setting on some days and holding it on others: over every path of a
/// combinatorial cross-validation, and in the order of time, as a walk.
public struct PickingReport: Hashable, Sendable, Encodable {
  /// What picking earned along whole paths over the period.
  public struct Paths: Hashable, Sendable, Encodable {
    /// Groups of days.
    public let groups: Int
    /// Groups held out at a time.
    public let testGroups: Int
    /// Days left out on either side of a group that is held out.
    public let purge: Int
    /// Days left out on top of that behind it.
    public let embargo: Int
    /// What picked.
    public let score: ColumnScore
    /// Ways to hold groups out.
    public let splits: Int
    /// Mean over the splits of the pick's score on the days it was picked on.
    public let meanInSample: Double
    /// Sharpe ratio a day of each path; 0 for one without spread.
    public let sharpes: [Double]
    /// The lowest of them.
    public let lowest: Double
    /// Their median.
    public let median: Double
    /// The highest.
    public let highest: Double
    /// Share of paths that lost.
    public let shareLosing: Double
  }

  /// The paths; nil as the next says.
  public let paths: Paths?
  /// Why there are no paths.
  public let pathsMissing: String?
  /// The walk; nil as the next says.
  public let walk: MatrixWalk?
  /// Why there is no walk.
  public let walkMissing: String?

  /// Picks and holds.
  ///
  /// - Parameter matrix: P&L above the benchmark, higher is better.
  /// - Throws: ``OverfittingError`` for groups and windows that make no sense, and P&L too large or too small to square. Tables too short
  ///   or too narrow go without, and the reason stands beside.
  /// - Complexity: that of ``CombinatorialPurged`` and ``MatrixWalk``.
  public init(
    _ matrix: OutcomeMatrix, _ question: PickingQuestion = PickingQuestion()
  ) throws(OverfittingError) {
    do {
      let found = try CombinatorialPurged(
        matrix, groups: question.groups, testGroups: question.testGroups, purge: question.purge,
        embargo: question.embargo, score: question.score)
      (paths, pathsMissing) = (Paths(found, question), nil)
    } catch {
      (paths, pathsMissing) = (nil, try Self.reason(error))
    }
    let inSample = question.inSample ?? max(2, min(252, matrix.days / 2))
    do {
      let found = try MatrixWalk(
        matrix, train: inSample, test: question.outOfSample ?? max(1, inSample / 4), purge: question.purge,
        embargo: question.embargo, anchored: question.isAnchored, score: question.score)
      (walk, walkMissing) = (found, nil)
    } catch {
      (walk, walkMissing) = (nil, try Self.reason(error))
    }
  }

  /// What a table lacks; rethrows what the question lacks.
  private static func reason(_ error: OverfittingError) throws(OverfittingError) -> String {
    switch error {
    case .tooFewSettings, .groupTooShort, .windowTooLong: "\(error)"
    default: throw error
    }
  }
}

extension PickingReport.Paths {
  fileprivate init(_ found: CombinatorialPurged, _ question: PickingQuestion) {
    groups = found.groups.count
    testGroups = question.testGroups
    purge = question.purge
    embargo = question.embargo
    score = found.score
    splits = found.splits.count
    meanInSample = found.splits.reduce(0) { $0 + $1.inSample } / Double(found.splits.count)
    sharpes = found.sharpes
    let sorted = found.sharpes.sorted()
    lowest = sorted[0]
    median = quantile(sorted: sorted, 0.5)
    highest = sorted[sorted.count - 1]
    shareLosing = Double(found.totals.count { $0 < 0 }) / Double(found.totals.count)
  }
}
