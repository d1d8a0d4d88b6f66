/// The slope of a P&L series on the moves of an index over the same sessions: CAPM's β without a risk-free rate, in money.
///
/// Least squares with an intercept: (n·Σxr − Σx·Σr)/(n·Σr² − (Σr)²), numerator and denominator exact in 128 bits.
public struct IndexSlope: Hashable, Sendable {
  private let sessions: Int
  private let sum: Int64
  /// n·Σr² − (Σr)², ≥ 0.
  private let denominator: Int128

  /// The moves that series are set against.
  ///
  /// - Parameter moves: r, parts per million of the index, one a session; shape `[n]`.
  /// - Precondition: fewer than 2²⁰ sessions.
  /// - Complexity: O(n).
  public init(moves: [Int32]) {
    precondition(moves.count < 1 << 20, "IndexSlope: more than 2²⁰ sessions")
    sessions = moves.count
    sum = moves.reduce(0) { $0 + Int64($1) }
    let squares = moves.reduce(Int128(0)) { $0 + Int128($1) * Int128($1) }
    denominator = Int128(moves.count) * squares - Int128(sum) * Int128(sum)
  }

  /// Dollars a session for +1 % of the index; `nil` where the index never moved.
  ///
  /// - Parameters:
  ///   - net: Σx, cents.
  ///   - products: Σx·r.
  public func dollarsPerPercent(net: Int64, products: Int128) -> Double? {
    guard denominator > 0 else { return nil }
    let numerator = Int128(sessions) * products - Int128(net) * Int128(sum)
    // cents for a millionth, to dollars for a hundredth
    return nearest(numerator) / nearest(denominator) * 100
  }

  /// The same of sums that are known within bounds.
  public func dollarsPerPercent(
    net: (low: Double, high: Double), products: (low: Double, high: Double)
  ) -> (low: Double, high: Double)? {
    guard denominator > 0 else { return nil }
    let scale = 100 / nearest(denominator)
    let moves = Double(sum)
    let (a, b) = (net.low * moves, net.high * moves)
    let n = Double(sessions)
    // a difference of sums may lose digits: each part carries its own rounding
    let slack =
      1e-15 * (n * max(products.low.magnitude, products.high.magnitude) + max(a.magnitude, b.magnitude))
    return (
      (n * products.low - max(a, b) - slack) * scale, (n * products.high - min(a, b) + slack) * scale
    )
  }
}
