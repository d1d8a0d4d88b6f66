import Kernels
import Statistics

/// A walk forward through a table: the best setting of a window of days is held through the days after it, window by window, and
/// what it earned there is stitched to one out-of-sample curve.
///
/// - Source: R. Pardo, "The evaluation and optimization of trading strategies" (2008), chapter 11, for the efficiency.
public struct MatrixWalk: Hashable, Sendable, Encodable {
  /// One step of the walk. JSON has ranges of days as [first, last + 1], counted from 0.
  public struct Window: Hashable, Sendable, Encodable {
    /// Days that the setting is picked on.
    public let train: Range<Int>
    /// Days that it is held.
    public let test: Range<Int>
    /// The setting picked: of those that tie, the first column.
    public let setting: Int
    /// Its name, or its column counted from 1.
    public let name: String
    /// Its score over `train`.
    public let inSample: Double
    /// Its mean P&L a day over `train`.
    public let inSampleMean: Double
  }

  /// What picks a setting.
  public let score: ColumnScore
  /// Days between train and test that are neither.
  public let gap: Int
  /// Whether every window starts with the first day.
  public let isAnchored: Bool
  /// In order of time; test windows follow one another without gap or overlap.
  public let windows: [Window]
  /// P&L by day from the first test day to the last day of the table.
  public let outOfSample: [Double]
  /// Score of that curve; a Sharpe of 0 without spread.
  public let outOfSampleScore: Double
  /// Mean of the windows' in-sample scores, weighed by their test days.
  public let inSampleScore: Double
  /// Mean P&L a day out of sample ÷ the same of the picks in sample; nil where the picks did not earn in sample.
  public let efficiency: Double?

  /// How much of the score was lost: in sample minus out of sample.
  public var decay: Double { inSampleScore - outOfSampleScore }
  /// How many different settings were picked.
  public var picked: Int { Set(windows.map(\.setting)).count }

  /// Walks.
  ///
  /// - Parameters:
  ///   - matrix: P&L, higher is better. Settings that earn the same every day are left out.
  ///   - train: days of the first window, ≥ 2.
  ///   - test: days that a pick is held, ≥ 1; the last window takes what is left, if it is less.
  ///   - purge: days between them that are neither; 1 for condors that live for two sessions.
  ///   - embargo: days on top of that, for dependence that outlives a trade.
  ///   - anchored: whether every window starts with the first day, else they roll on, all as long as the first.
  ///   - score: what picks.
  /// - Throws: ``OverfittingError`` for windows that don't fit, fewer than two days to hold a pick on, and fewer than two settings that vary.
  /// - Complexity: O(days × settings + windows × train/test × settings).
  public init(
    _ matrix: OutcomeMatrix, train: Int, test: Int, purge: Int = 1, embargo: Int = 0, anchored: Bool = false,
    score: ColumnScore = .sharpe
  ) throws(OverfittingError) {
    guard train > 1, test > 0, purge >= 0, embargo >= 0 else {
      throw .badWindow(train: train, test: test, purge: purge, embargo: embargo)
    }
    let gap = purge + embargo
    guard train + gap + 2 <= matrix.days else {
      throw .windowTooLong(source: matrix.source, days: matrix.days, train: train, gap: gap, test: test)
    }
    let compared = try ComparedSettings(matrix)
    let starts = Array(stride(from: train + gap, to: matrix.days, by: test))
    let trains = starts.enumerated().map { i, start in
      (anchored ? 0 : i * test)..<(start - gap)
    }
    let cuts = Set(trains.flatMap { [$0.lowerBound, $0.upperBound] }).sorted()
    let moments = compared.moments(cuts: cuts)
    let unions = trains.map { range in
      cuts.indices.dropLast().filter { range.lowerBound <= cuts[$0] && cuts[$0 + 1] <= range.upperBound }
    }
    let picks = compared.best(over: unions, of: moments, by: score)
    func values(_ setting: Int, _ days: Range<Int>) -> [Double] {
      days.map { matrix.values[$0 * matrix.settings + setting] }
    }
    let windows = starts.indices.map { i in
      let pick = picks[i]
      let earned = values(pick.setting, trains[i]).reduce(0, +)
      return Window(
        train: trains[i], test: starts[i]..<min(starts[i] + test, matrix.days), setting: pick.setting,
        name: matrix.name(pick.setting), inSample: pick.score, inSampleMean: earned / Double(trains[i].count))
    }
    let outOfSample = windows.flatMap { values($0.setting, $0.test) }
    let days = Double(outOfSample.count)
    func weighed(_ figure: (Window) -> Double) -> Double {
      windows.reduce(0) { $0 + figure($1) * Double($1.test.count) } / days
    }
    let inSampleMean = weighed(\.inSampleMean)
    self.score = score
    self.gap = gap
    isAnchored = anchored
    self.windows = windows
    self.outOfSample = outOfSample
    inSampleScore = weighed(\.inSample)
    outOfSampleScore = BlockMomentsReference.score([outOfSample], as: score)
    efficiency = inSampleMean > 0 ? outOfSample.reduce(0, +) / days / inSampleMean : nil
  }
}
