/// Plain twins of ``BlockMoments`` and ``ScoreRanking``.
public enum BlockMomentsReference {
  /// The score of one column over some rows, by blocks of them; 0 for a Sharpe ratio without spread.
  ///
  /// - Parameter blocks: the column's values, block by block, in the order in which blocks are added.
  public static func score(_ blocks: [[Double]], as score: ColumnScore) -> Double {
    var sum = 0.0
    var squares = 0.0
    var rows = 0
    for block in blocks {
      sum += block.reduce(0, +)
      squares += block.reduce(0) { $0 + $1 * $1 }
      rows += block.count
    }
    switch score {
    case .mean: return sum / Double(rows)
    case .sharpe: return sharpe(rows: rows, sum: sum, squares: squares)
    }
  }

  /// Mean ÷ sample standard deviation of some rows, of their number ≥ 2, Σx and Σx²; 0 without spread. O(1).
  public static func sharpe(rows: Int, sum: Double, squares: Double) -> Double {
    let n = Double(rows)
    let whole = n * squares
    let spread = whole - sum * sum
    guard BlockMoments.leastSpread * whole < spread else { return 0 }
    return sum * ((n - 1) / n).squareRoot() / spread.squareRoot()
  }

  /// The first column whose score ties with the highest; nil where there is no score.
  public static func best(_ row: [Double]) -> Int? {
    guard let highest = row.filter({ !$0.isNaN }).max() else { return nil }
    return row.firstIndex { $0 >= highest - ScoreRanking.tie * highest.magnitude }
  }

  /// Where a score stands in its row.
  public static func standing(of score: Double, in row: [Double]) -> ScoreStanding {
    let reach = ScoreRanking.tie * score.magnitude
    var sums = Array(repeating: 0.0, count: 8)
    for (i, x) in row.enumerated() where !x.isNaN { sums[i % 8] += x }
    return ScoreStanding(
      below: row.count { $0 < score - reach }, ties: row.count { $0 >= score - reach && $0 <= score + reach },
      sum: sums.reduce(0, +))
  }
}
