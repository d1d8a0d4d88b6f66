import Kernels

/// Newey and West's estimate of how much a sum of dependent terms varies.
public enum LongRunVariance {
  /// Automatic number of lags ⌊4·(n/100)^(2/9)⌋, below n.
  ///
  /// - Source: W. Newey and K. West, Review of Economic Studies 61 (1994).
  public static func automaticLag(_ n: Int) -> Int {
    guard n > 1 else { return 0 }
    return min(Int(4 * Elementary.pow(Double(n) / 100, 2.0 / 9)), n - 1)
  }

  /// Σψ² + 2·Σ_l (1 − l/(L + 1))·Σ_t ψ_t·ψ_{t−l}: the variance of Σψ under Bartlett's kernel, ≥ 0.
  ///
  /// - Complexity: O(n·L).
  public static func ofSum(_ psi: [Double], lag: Int) -> Double {
    var total = 0.0
    for x in psi { total += x * x }
    for l in stride(from: 1, through: min(lag, psi.count - 1), by: 1) {
      var cross = 0.0
      for t in l..<psi.count { cross += psi[t] * psi[t - l] }
      total += 2 * (1 - Double(l) / Double(lag + 1)) * cross
    }
    return max(total, 0)
  }
}
