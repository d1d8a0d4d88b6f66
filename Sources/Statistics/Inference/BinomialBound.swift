import Kernels

/// What a share may be at most, after some of a sample were counted: Clopper and Pearson's exact bound.
public enum BinomialBound {
  /// The largest share at which so few successes are no rarer than `tail`.
  ///
  /// - Parameters:
  ///   - successes: 0…trials.
  ///   - trials: independent draws, ≥ 1.
  ///   - tail: probability that the bound lies below the true share, inside (0, 1).
  /// - Returns: 1 where all were successes; absolute error below 1e-12.
  /// - Complexity: O(successes).
  /// - Source: C. Clopper and E. Pearson, Biometrika 26 (1934).
  public static func upper(successes: Int, of trials: Int, tail: Double = 0.05) -> Double {
    precondition(trials >= 1 && (0...trials).contains(successes), "BinomialBound: successes of trials")
    precondition(tail > 0 && tail < 1, "BinomialBound: the tail must lie inside (0, 1)")
    guard successes < trials else { return 1 }
    var (low, high) = (0.0, 1.0)
    for _ in 0..<60 {
      let middle = (low + high) / 2
      if atMost(successes, of: trials, share: middle) > tail { low = middle } else { high = middle }
    }
    return high
  }

  /// Probability of at most so many successes.
  private static func atMost(_ successes: Int, of trials: Int, share p: Double) -> Double {
    let odds = Elementary.log(p) - Elementary.log(1 - p)
    var term = Double(trials) * Elementary.log(1 - p)
    var sum = Elementary.exp(term)
    for k in 0..<successes {
      term += Elementary.log(Double(trials - k) / Double(k + 1)) + odds
      sum += Elementary.exp(term)
    }
    return sum
  }
}
