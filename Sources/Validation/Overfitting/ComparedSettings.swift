import Kernels
import Statistics

/// The settings of a table that a rule may pick from: those whose P&L is not the same every day but for rounding.
struct ComparedSettings {
  /// Magnitudes of the largest P&L whose squares, summed over any table, stay inside Double's range.
  private static let range = 1e-140...1e140

  private let matrix: OutcomeMatrix
  /// Their columns, ascending; ≥ 2.
  let used: [Int]

  init(_ matrix: OutcomeMatrix) throws(OverfittingError) {
    let most = matrix.values.reduce(0) { max($0, $1.magnitude) }
    guard most == 0 || Self.range.contains(most) else { throw .badUnit(source: matrix.source, value: most) }
    var isConstant = Array(repeating: false, count: matrix.settings)
    for j in matrix.constant { isConstant[j] = true }
    used = (0..<matrix.settings).filter { !isConstant[$0] }
    guard used.count > 1 else {
      throw .tooFewSettings(source: matrix.source, varying: used.count, settings: matrix.settings)
    }
    self.matrix = matrix
  }

  /// Sums of them over blocks of days between cuts.
  func moments(cuts: [Int]) -> BlockMoments {
    BlockMoments(matrix: matrix.values.span, width: matrix.settings, used: used, cuts: cuts)
  }

  /// The best of them over each of some unions of blocks.
  ///
  /// - Returns: per union the column of the first that ties with the best, and its score.
  /// - Complexity: O(unions × blocks × settings), memory of sixteen rows of scores.
  func best(
    over unions: [[Int]], of moments: BlockMoments, by score: ColumnScore
  ) -> [(setting: Int, score: Double)] {
    var picks: [(setting: Int, score: Double)] = []
    let stride = moments.stride
    for first in Swift.stride(from: 0, to: unions.count, by: 16) {
      let batch = Array(unions[first..<min(first + 16, unions.count)])
      let scores = moments.scores(of: batch, as: score).values
      for r in batch.indices {
        let row = scores.span.extracting(r * stride..<(r + 1) * stride)
        guard let j = ScoreRanking.best(row) else {
          preconditionFailure("ComparedSettings: settings without a score")
        }
        picks.append((used[j], row[j]))
      }
    }
    return picks
  }
}
