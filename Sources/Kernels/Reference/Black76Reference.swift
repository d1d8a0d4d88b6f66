/// Black-76 in plain scalar code, in the order of the formula: the definition that the batch is tested against.
///
/// Undiscounted: multiply by the discount factor where there is one.
public enum Black76Reference {
  /// Price φ·(F·N(φ·d₁) − K·N(φ·d₂)) with d₁ = ln(F/K)/s + s/2 and d₂ = d₁ − s.
  ///
  /// - Parameters:
  ///   - forward: F, index points, > 0.
  ///   - strike: K, index points, > 0.
  ///   - stdDev: s = σ·√T, no unit, ≥ 0; 0 gives the intrinsic value max(φ·(F − K), 0).
  ///   - sign: φ, +1 for a call, −1 for a put.
  /// - Returns: index points, ≥ 0. NaN where an argument is NaN or out of its bounds.
  /// - Accuracy: 2e-15·F absolute.
  /// - Source: F. Black, "The pricing of commodity contracts", J. Financial Economics 3 (1976).
  public static func price(forward: Double, strike: Double, stdDev: Double, sign: Double) -> Double {
    guard let d = arguments(forward, strike, stdDev, sign) else { return .nan }
    if stdDev == 0 { return max(sign * (forward - strike), 0) }
    if stdDev == .infinity { return sign > 0 ? forward : strike }
    return max(sign * (forward * normalCDF(sign * d.one) - strike * normalCDF(sign * d.two)), 0)
  }

  /// Price and greeks of an option with volatility `volatility` and `years` to expiry.
  ///
  /// - Parameters:
  ///   - forward: F, index points, > 0.
  ///   - strike: K, index points, > 0.
  ///   - volatility: σ, per √year, > 0.
  ///   - years: T, years, > 0.
  ///   - sign: φ, +1 for a call, −1 for a put.
  /// - Returns: NaN in every field where an argument is out of its bounds.
  public static func greeks(
    forward: Double, strike: Double, volatility: Double, years: Double, sign: Double
  ) -> Black76Greeks {
    let root = years.squareRoot()
    let s = volatility * root
    guard volatility > 0, years > 0, s < .infinity, let d = arguments(forward, strike, s, sign) else {
      return Black76Greeks(
        price: .nan, delta: .nan, gamma: .nan, vega: .nan, theta: .nan, vanna: .nan, volga: .nan)
    }
    let density = normalDensity(d.one)
    let vega = forward * density * root
    return Black76Greeks(
      price: price(forward: forward, strike: strike, stdDev: s, sign: sign),
      delta: sign * normalCDF(sign * d.one), gamma: density / (forward * s), vega: vega,
      theta: -forward * density * volatility / (2 * root), vanna: -density * d.two / volatility,
      volga: vega * d.one * d.two / volatility)
  }

  /// Delta and vega from the total deviation, as in ``greeks(forward:strike:volatility:years:sign:)``.
  ///
  /// - Parameters:
  ///   - forward: F, index points, > 0.
  ///   - strike: K, index points, > 0.
  ///   - stdDev: s = σ·√T, no unit, > 0 and finite.
  ///   - rootYears: √T, > 0 and finite.
  ///   - sign: φ, +1 for a call, −1 for a put.
  /// - Returns: φ·N(φ·d₁) and F·n(d₁)·√T; NaN in both where an argument is out of its bounds.
  /// - Accuracy: delta 2e-15 absolute, vega 2e-15·F·√T absolute.
  public static func deltaAndVega(
    forward: Double, strike: Double, stdDev: Double, rootYears: Double, sign: Double
  ) -> (delta: Double, vega: Double) {
    guard stdDev > 0, stdDev < .infinity, rootYears > 0, rootYears < .infinity,
      let d = arguments(forward, strike, stdDev, sign)
    else { return (.nan, .nan) }
    return (sign * normalCDF(sign * d.one), forward * normalDensity(d.one) * rootYears)
  }

  /// d₁ and d₂, or nil where an argument is out of its bounds. At s = 0 they are not finite.
  private static func arguments(
    _ forward: Double, _ strike: Double, _ s: Double, _ sign: Double
  ) -> (one: Double, two: Double)? {
    guard forward > 0, forward < .infinity, strike > 0, strike < .infinity, s >= 0, sign == 1 || sign == -1
    else { return nil }
    let m = forward == strike ? 0 : logRatio(forward, strike) / s
    return (m + 0.5 * s, m - 0.5 * s)
  }

  /// ln(F/K), with its digits kept when F and K are close.
  static func logRatio(_ forward: Double, _ strike: Double) -> Double {
    let ratio = forward / strike
    guard ratio > 0.5, ratio < 2 else { return Elementary.log(forward) - Elementary.log(strike) }
    // F = K·ratio·(1 + ε): the quotient's rounding error matters near 1, where ln is as small as it
    let (high, low) = Elementary.logParts(ratio)
    return high + (low + Elementary.quotientError(forward, strike, ratio))
  }
}

/// Undiscounted price and its derivatives in units of their own variable; nobody rescales.
public struct Black76Greeks: Hashable, Sendable {
  /// Index points.
  public var price: Double
  /// ∂price/∂F: index points per point; 0…1 for a call, −1…0 for a put.
  public var delta: Double
  /// ∂²price/∂F²: per index point.
  public var gamma: Double
  /// ∂price/∂σ: index points per 1.00 of volatility (divide by 100 for one volatility point).
  public var vega: Double
  /// −∂price/∂T: index points per year passing, ≤ 0 (divide by 252 or 365 for a day).
  public var theta: Double
  /// ∂²price/∂F∂σ: index points per point and per 1.00 of volatility.
  public var vanna: Double
  /// ∂²price/∂σ²: index points per 1.00 of volatility, squared.
  public var volga: Double
}
