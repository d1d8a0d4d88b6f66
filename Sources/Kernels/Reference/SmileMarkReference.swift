/// The plain definition of `smileMarks`, point by point.
public enum SmileMarkReference {
  /// One mark, units of 1/10,000; `missing` for a NaN.
  public static func mark(
    strike: Double, logStrike: Double, sign: Double, forward: Double, logForward: Double, stdDev: Double,
    smile: TanhQuartic, missing: Int32
  ) -> Int32 {
    let own = stdDev > 0 ? stdDev * smile.ratio(z: (logStrike - logForward) / stdDev) : stdDev
    let price = Black76Reference.price(forward: forward, strike: strike, stdDev: own, sign: sign)
    return units(price, missing: missing)
  }

  /// A price on the grid: steps of 0.05 below 3, of 0.10 from there, to the nearest, halves away from zero.
  public static func units(_ price: Double, missing: Int32) -> Int32 {
    guard price == price else { return missing }
    if price < 3 { return price <= 0 ? 0 : Int32((price * 20).rounded(.toNearestOrAwayFromZero)) * 500 }
    return Int32(min(price * 10, 2_000_000).rounded(.toNearestOrAwayFromZero)) * 1_000
  }
}
