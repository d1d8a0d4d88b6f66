import Kernels

/// First and second derivatives of a position's value by the index's move m and by the volatility move v, both shares; cents.
struct StressGreeks: Sendable, Hashable {
  /// ∂/∂m.
  var delta = 0.0
  /// ∂²/∂m².
  var gamma = 0.0
  /// ∂/∂v.
  var vega = 0.0
  /// ∂²/∂m∂v.
  var vanna = 0.0
  /// ∂²/∂v².
  var volga = 0.0

  /// Coefficients of m, m², v, m·v, v² in the second-order Taylor series.
  var row: [Double] { [delta, gamma / 2, vega, vanna, volga / 2] }

  /// The same of so many.
  func scaled(_ factor: Double) -> StressGreeks {
    StressGreeks(
      delta: factor * delta, gamma: factor * gamma, vega: factor * vega, vanna: factor * vanna,
      volga: factor * volga)
  }
  static func + (a: StressGreeks, b: StressGreeks) -> StressGreeks {
    StressGreeks(
      delta: a.delta + b.delta, gamma: a.gamma + b.gamma, vega: a.vega + b.vega, vanna: a.vanna + b.vanna,
      volga: a.volga + b.volga)
  }
  static func - (a: StressGreeks, b: StressGreeks) -> StressGreeks { a + b.scaled(-1) }

  /// What positions gain in each scenario by their Taylor series, cents; shape `[positions × scenarios]`, by rows. One matrix
  /// product, positions × 5 by 5 × scenarios, on one thread whatever the threads around it.
  ///
  /// - Accuracy: 1e-15 of the summands; last bits may vary by processor, so round before comparing.
  /// - Complexity: O(positions × scenarios).
  static func gains(_ positions: [StressGreeks], _ scenarios: [StressScenario]) -> [Double] {
    let left = positions.flatMap(\.row)
    let columns = scenarios.map(\.column)
    let right = (0..<5).flatMap { term in columns.map { $0[term] } }
    var result = Array(repeating: 0.0, count: positions.count * scenarios.count)
    var out = result.mutableSpan
    OpenBLAS.useOneThread()
    OpenBLAS.addProducts(left: left.span, right: right.span, terms: 5, range: 0..<5, into: &out)
    return result
  }
}
