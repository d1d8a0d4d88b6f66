import Kernels
import Statistics

/// Combinatorially symmetric cross-validation (CSCV): the days in S blocks, every half of them once as the sample that a
/// setting is picked from and once as the one it is judged on.
///
/// Half of S blocks can be chosen in C(S, S/2) ways, 12,870 for 16. Scores of both halves come from sums and sums of squares
/// by block, so the table of P&L is read once; splits go in pairs, a half and its mirror, tile by tile. Tiles are
/// independent: give them to any threads, and their outcomes back in order. Blocks are added in the order of time by exactly
/// rounded operations, so outcomes are the same bits on any processor.
///
/// - Source: D. Bailey, J. Borwein, M. López de Prado, Q. Zhu, "The probability of backtest overfitting", J. Computational
///   Finance 20 (2017), section 2.
public struct SymmetricCrossValidation: Sendable {
  /// Most blocks: 184,756 splits.
  public static let mostBlocks = 20
  /// Pairs of splits that share a pass over the blocks' sums.
  private static let pairsATile = 8

  /// How it was cut.
  public let layout: SymmetricLayout
  private let settings: [Int]
  private let moments: BlockMoments
  /// Halves that hold block 0, in lexicographic order; the mirror of each is the other half.
  private let halves: [[Int]]

  /// Cuts a table.
  ///
  /// - Parameters:
  ///   - matrix: P&L, higher is better. Settings that earn the same every day are left out and counted.
  ///   - blocks: S, even, 4 … ``mostBlocks``. Where days don't divide by S, the first of them are dropped, days mod S.
  ///   - score: what picks and judges. A setting without spread in a half has a Sharpe of 0 there.
  /// - Throws: ``OverfittingError`` for odd or too many blocks, blocks of less than two days, and fewer than two settings
  ///   that vary.
  /// - Complexity: O(days × settings) time, 16·S·settings bytes.
  public init(
    _ matrix: OutcomeMatrix, blocks: Int = 16, score: ColumnScore = .sharpe
  ) throws(OverfittingError) {
    guard blocks % 2 == 0, (4...Self.mostBlocks).contains(blocks) else { throw .badBlocks(blocks: blocks) }
    let compared = try ComparedSettings(matrix)
    let length = matrix.days / blocks
    guard length > 1 else { throw .tooFewDays(source: matrix.source, days: matrix.days, blocks: blocks) }
    let dropped = matrix.days % blocks
    moments = compared.moments(cuts: (0...blocks).map { dropped + $0 * length })
    settings = compared.used
    halves = Combinations.all(of: blocks - 1, choose: blocks / 2 - 1).map { [0] + $0.map { $0 + 1 } }
    layout = SymmetricLayout(
      score: score, blocks: blocks, daysPerBlock: length, daysDropped: dropped, splits: 2 * halves.count,
      settings: compared.used.count, settingsLeftOut: matrix.settings - compared.used.count)
  }

  /// Independent pieces of work.
  public var tiles: Int { (halves.count + Self.pairsATile - 1) / Self.pairsATile }

  /// What the splits of one tile came to.
  ///
  /// - Parameter tile: inside 0 ..< ``tiles``.
  /// - Complexity: O(16 × S × settings) time, 128·settings bytes.
  public func outcomes(tile: Int) -> SplitTile {
    let first = tile * Self.pairsATile
    let mine = halves[first..<min(first + Self.pairsATile, halves.count)]
    let unions = mine.flatMap { half in [half, (0..<layout.blocks).filter { !half.contains($0) }] }
    let stride = moments.stride
    let (scores, flat) = moments.scores(of: unions, as: layout.score)
    func split(picked: Int, judged: Int) -> SplitOutcome {
      let inSample = scores.span.extracting(picked * stride..<(picked + 1) * stride)
      let outOfSample = scores.span.extracting(judged * stride..<(judged + 1) * stride)
      guard let best = ScoreRanking.best(inSample) else {
        preconditionFailure("SymmetricCrossValidation: settings without a score")
      }
      let standing = ScoreRanking.standing(of: outOfSample[best], in: outOfSample)
      return SplitOutcome(
        setting: settings[best], inSample: inSample[best], outOfSample: outOfSample[best],
        twiceRank: standing.twiceRank, meanOutOfSample: standing.sum / Double(settings.count))
    }
    let pairs = (0..<mine.count).map { k in
      SplitPair(
        half: split(picked: 2 * k, judged: 2 * k + 1), mirror: split(picked: 2 * k + 1, judged: 2 * k))
    }
    return SplitTile(pairs: pairs, flatScores: flat)
  }
}

/// How days and settings were cut for a symmetric cross-validation.
public struct SymmetricLayout: Hashable, Sendable, Encodable {
  /// What picks and judges.
  public let score: ColumnScore
  /// S.
  public let blocks: Int
  /// Days of each block.
  public let daysPerBlock: Int
  /// First days of the table that are in no block, so that all have the same length.
  public let daysDropped: Int
  /// C(S, S/2).
  public let splits: Int
  /// Settings compared, N ≥ 2.
  public let settings: Int
  /// Settings that earn the same every day.
  public let settingsLeftOut: Int
}

/// What one split came to.
public struct SplitOutcome: Hashable, Sendable {
  /// The setting that was best in sample: of those that tie, the first column.
  public let setting: Int
  /// Its score there.
  public let inSample: Double
  /// Its score out of sample.
  public let outOfSample: Double
  /// Twice its rank out of sample, 2 for the worst of N settings … 2·N for the best; ties share the mean of their ranks.
  public let twiceRank: Int
  /// Mean of all settings' scores out of sample: what picking blindly earns.
  public let meanOutOfSample: Double
}

/// A split and its mirror, in which the halves change places.
public struct SplitPair: Hashable, Sendable {
  /// Picked on the half that holds the first block.
  public let half: SplitOutcome
  /// Picked on the other.
  public let mirror: SplitOutcome
}

/// Pairs of splits that were worked out together.
public struct SplitTile: Hashable, Sendable {
  /// In lexicographic order of the halves that hold the first block.
  public let pairs: [SplitPair]
  /// Scores among them that count as 0 for want of spread.
  public let flatScores: Int
}
