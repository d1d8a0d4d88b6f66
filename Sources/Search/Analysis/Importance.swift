import Kernels

/// ln(a ÷ b).
func logRatio(_ a: Double, _ b: Double) -> Double { Elementary.log(a / b) }

/// How much each parameter matters, two ways.
public enum Importance {
  /// Cells that a real parameter's range is cut into.
  static let parts = 20

  /// PED-ANOVA: how far the values of the best points are from those of all, by the Pearson divergence of the two
  /// distributions over the parameter's cells. It says what matters for being among the best, not what moves the bad.
  ///
  /// Σ p₀(x)·(p_γ(x)/p₀(x) − 1)² over the cells, each share with half a count added, inactive points in a cell of their own;
  /// the shares of all parameters are scaled to sum to 1, all 0 where there is nothing to tell.
  /// - Parameter best: share of the points that count as the best, at least two points.
  /// - Returns: a value a parameter, ≥ 0.
  /// - Complexity: O(n log n + n × parameters).
  /// - Source: Watanabe, Bansal, Hutter, "PED-ANOVA: Efficiently Quantifying Hyperparameter Importance in Arbitrary
  ///   Subspaces", IJCAI 2023, eq. 15, with histograms for the densities.
  public static func amongBest(_ table: TrialTable, best: Double = 0.1) -> [Double] {
    let n = table.points.count
    guard n > 1 else { return table.space.parameters.map { _ in 0 } }
    let order = (0..<n).sorted { (table.scores[$0], $0) < (table.scores[$1], $1) }
    let count = min(n, max(2, Int((best * Double(n)).rounded(.up))))
    // points as good as the last of the best are as good as best
    let bound = table.scores[order[count - 1]]
    let chosen = order.filter { table.scores[$0] <= bound }
    guard chosen.count < n else { return table.space.parameters.map { _ in 0 } }
    let raw = table.space.parameters.indices.map { p -> Double in
      let all = shares(table, p, of: Array(0..<n))
      let top = shares(table, p, of: chosen)
      return zip(all, top).reduce(0) { $0 + $1.0 * ($1.1 / $1.0 - 1) * ($1.1 / $1.0 - 1) }
    }
    let sum = raw.reduce(0, +)
    return sum > 0 ? raw.map { $0 / sum } : raw
  }

  /// Share of the score's variance that each parameter explains alone: the variance between the means of its cells over
  /// the variance of all. On a whole grid these are the main effects of functional ANOVA; what they leave over are
  /// interactions, and on other designs also what parameters share.
  ///
  /// - Returns: a value a parameter, 0…1.
  /// - Complexity: O(n × parameters).
  /// - Source: Hutter, Hoos, Leyton-Brown, "An Efficient Approach for Assessing Hyperparameter Importance", ICML 2014.
  public static func ofVariance(_ table: TrialTable) -> [Double] {
    let n = table.points.count
    let mean = table.scores.reduce(0, +) / Double(max(1, n))
    let total = table.scores.reduce(0) { $0 + ($1 - mean) * ($1 - mean) }
    guard total > 0 else { return table.space.parameters.map { _ in 0 } }
    return table.space.parameters.indices.map { p in
      let cells = table.cellCount(p, parts: parts) + 1
      var (sums, counts) = (Array(repeating: 0.0, count: cells), Array(repeating: 0, count: cells))
      for i in 0..<n {
        let cell = table.cell(i, p, parts: parts) ?? cells - 1
        sums[cell] += table.scores[i]
        counts[cell] += 1
      }
      var between = 0.0
      for c in 0..<cells where counts[c] > 0 {
        let gap = sums[c] / Double(counts[c]) - mean
        between += Double(counts[c]) * gap * gap
      }
      return min(1, between / total)
    }
  }

  /// Share of some points in each cell, the last cell for those where the parameter doesn't matter.
  private static func shares(_ table: TrialTable, _ p: Int, of points: [Int]) -> [Double] {
    let cells = table.cellCount(p, parts: parts) + 1
    var counts = Array(repeating: 0.5, count: cells)
    for i in points { counts[table.cell(i, p, parts: parts) ?? cells - 1] += 1 }
    let sum = counts.reduce(0, +)
    return counts.map { $0 / sum }
  }
}
