/// Least squares with a soft-L1 loss: minimises Σ 2·(√(1 + rᵢ²) − 1).
///
/// Small residuals count squared, large ones by their size, so one odd quote cannot bend a smile. Each step is
/// a reweighted Gauss–Newton step with Marquardt's damping and numeric derivatives. The same bits everywhere:
/// only exact operations, sums in index order.
/// - Source: D. Marquardt, J. SIAM 11 (1963); Triggs et al., "Bundle adjustment" (2000), section 4.3, on
///   reweighting.
public struct LevenbergMarquardt: Sendable {
  /// Most steps tried.
  public var maximumSteps = 100
  /// Ends when no parameter moves by more than this, relative to max(1, |x|).
  public var tolerance = 1e-10
  /// Step of the numeric derivative, relative to max(1, |x|).
  public var difference = 1e-7
  /// The defaults.
  public init() {}

  /// The sum of losses; infinite where a residual is not finite.
  public static func cost(_ residuals: [Double]) -> Double {
    var sum = 0.0
    for r in residuals { sum += 2 * ((1 + r * r).squareRoot() - 1) }
    return sum == sum ? sum : .infinity
  }

  /// The parameters of the smallest loss near `start`.
  ///
  /// - Parameters:
  ///   - start: first guess, n parameters.
  ///   - residuals: m residuals of given parameters; may be NaN, which counts as infinitely bad.
  /// - Complexity: O(steps · (n evaluations + m·n²)).
  public func minimise(from start: [Double], _ residuals: ([Double]) -> [Double]) -> [Double] {
    let n = start.count
    var x = start
    var r = residuals(x)
    var cost = Self.cost(r)
    var damping = 1e-3
    for _ in 0..<maximumSteps {
      let columns = (0..<n).map { j -> [Double] in
        var moved = x
        let h = difference * max(1, x[j].magnitude)
        moved[j] += h
        let shifted = residuals(moved)
        return shifted.indices.map { (shifted[$0] - r[$0]) / h }
      }
      let weight = r.map { 1 / (1 + $0 * $0).squareRoot() }
      var normal = Array(repeating: Array(repeating: 0.0, count: n), count: n)
      var gradient = Array(repeating: 0.0, count: n)
      for i in 0..<n {
        for k in r.indices where columns[i][k] != 0 { gradient[i] += columns[i][k] * weight[k] * r[k] }
        for j in 0...i {
          var sum = 0.0
          for k in r.indices { sum += columns[i][k] * weight[k] * columns[j][k] }
          normal[i][j] = sum
          normal[j][i] = sum
        }
      }
      var improved = false
      var moved = 0.0
      while damping < 1e12 {
        var damped = normal
        for i in 0..<n { damped[i][i] += damping * max(normal[i][i], 1e-12) }
        if let step = Self.solve(damped, gradient) {
          let candidate = (0..<n).map { x[$0] - step[$0] }
          let next = residuals(candidate)
          let nextCost = Self.cost(next)
          if nextCost < cost {
            moved = (0..<n).map { step[$0].magnitude / max(1, x[$0].magnitude) }.max() ?? 0
            x = candidate
            r = next
            cost = nextCost
            damping = max(damping / 10, 1e-12)
            improved = true
            break
          }
        }
        damping *= 10
      }
      if !improved || moved < tolerance { break }
    }
    return x
  }

  /// Cholesky solution of a symmetric positive system; `nil` if it isn't positive.
  static func solve(_ a: [[Double]], _ b: [Double]) -> [Double]? {
    let n = b.count
    var l = a
    var y = b
    for j in 0..<n {
      for k in 0..<j { l[j][j] -= l[j][k] * l[j][k] }
      guard l[j][j] > 0, l[j][j] < .infinity else { return nil }
      l[j][j] = l[j][j].squareRoot()
      for i in (j + 1)..<max(n, j + 1) {
        for k in 0..<j { l[i][j] -= l[i][k] * l[j][k] }
        l[i][j] /= l[j][j]
      }
    }
    for i in 0..<n {
      for k in 0..<i { y[i] -= l[i][k] * y[k] }
      y[i] /= l[i][i]
    }
    for i in stride(from: n - 1, through: 0, by: -1) {
      for k in (i + 1)..<max(n, i + 1) { y[i] -= l[k][i] * y[k] }
      y[i] /= l[i][i]
    }
    return y
  }
}
