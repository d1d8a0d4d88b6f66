/// The mix in which every setting adds the same to the standard deviation.
///
/// Spinu's convex problem, min ½·yᵀCy − Σ ln(y)/n, by cyclical coordinate descent: each step solves one coordinate's
/// quadratic equation. Its minimum is unique, and scaled to sum 1 it is the mix. Exactly rounded operations in a fixed
/// order: the same bits on every machine.
///
/// - Source: F. Spinu, "An algorithm for computing risk parity weights" (2013), SSRN 2297383; T. Griveau-Billion,
///   J.-C. Richard and T. Roncalli, "A fast algorithm for computing high-dimensional risk parity portfolios" (2013),
///   arXiv:1311.4057.
public struct RiskParity: Sendable {
  private static let mostSweeps = 2_000
  /// Shape `[n]`, > 0, sum 1.
  public let weights: [Double]
  /// √(wᵀCw).
  public let standardDeviation: Double
  /// wᵢ·(Cw)ᵢ/wᵀCw, the share of the variance; shape `[n]`, sum 1. All are 1/n to 1e-11 of it.
  public let contributions: [Double]

  /// Of a covariance.
  ///
  /// - Parameters:
  ///   - covariance: C by rows, symmetric, diagonal > 0; shape `[n × n]`. A shrunk one is always fine.
  ///   - order: n ≥ 1.
  /// - Returns: `nil` for variances too small for their squares, and where 2,000 sweeps don't do: C is singular and a mix without risk has only positive weights,
  ///   so there is no minimum.
  /// - Complexity: O(n²) a sweep, 5 to 50 of them by experience.
  public init?(_ covariance: [Double], order n: Int) {
    precondition(n >= 1 && covariance.count == n * n, "RiskParity: shape")
    // squares of P&L below 1e-154 vanish
    guard (0..<n).allSatisfy({ covariance[$0 * n + $0].isNormal }) else { return nil }
    let share = 1 / Double(n)
    var y = (0..<n).map { (share / covariance[$0 * n + $0]).squareRoot() }
    var sweeps = 0
    while true {
      // C·y anew: what the steps leave behind in rounding doesn't add up
      var product = (0..<n).map { i in
        var sum = 0.0
        for j in 0..<n { sum += covariance[i * n + j] * y[j] }
        return sum
      }
      let worst = (0..<n).reduce(0) { max($0, (y[$1] * product[$1] * Double(n) - 1).magnitude) }
      if worst <= 1e-11 { break }
      guard sweeps < Self.mostSweeps, worst.isFinite else { return nil }
      sweeps += 1
      for i in 0..<n {
        // C_ii·y² + b·y − 1/n = 0 with b what the others give; the root without cancellation
        let variance = covariance[i * n + i]
        let b = product[i] - variance * y[i]
        let root = (b * b + 4 * variance * share).squareRoot()
        let next = b > 0 ? 2 * share / (b + root) : (root - b) / (2 * variance)
        let step = next - y[i]
        y[i] = next
        for j in 0..<n { product[j] += step * covariance[i * n + j] }
      }
    }
    let sum = y.reduce(0, +)
    let w = y.map { $0 / sum }
    let marginal = (0..<n).map { i in
      var sum = 0.0
      for j in 0..<n { sum += covariance[i * n + j] * w[j] }
      return sum
    }
    let variance = zip(w, marginal).reduce(0) { $0 + $1.0 * $1.1 }
    guard variance.isNormal, variance > 0 else { return nil }
    weights = w
    standardDeviation = variance.squareRoot()
    contributions = zip(w, marginal).map { $0 * $1 / variance }
  }
}
