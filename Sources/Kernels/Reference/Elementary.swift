import CKernelShims

/// Elementary functions with the same bits on every machine, in debug and in release.
///
/// Only operations that IEEE 754 rounds exactly are used: + − × ÷ and fused multiply-add. The system's libm
/// differs in its last bits from one version to the next, so nothing that steers a result may call it.
/// Coefficients are Taylor's, written as the fractions they are; the intervals are small enough for that.
public enum Elementary {
  /// Natural logarithm.
  ///
  /// - Parameter x: any number. 0 gives −∞, +∞ gives +∞, a negative number or NaN gives NaN.
  /// - Accuracy: 1 ulp, subnormal arguments included.
  public static func log(_ x: Double) -> Double {
    guard x > 0, x < .infinity else { return x == 0 ? -.infinity : (x > 0 ? x : .nan) }
    let (high, low) = logParts(x)
    return high + low
  }

  /// e to the power x.
  ///
  /// - Parameter x: any number. −∞ gives 0, NaN gives NaN; +∞ from 709.79 on, 0 below −745.14.
  /// - Accuracy: 1 ulp; results below 2⁻¹⁰²² are right to one unit of the subnormal spacing.
  public static func exp(_ x: Double) -> Double {
    guard x == x else { return .nan }
    return exp(x, 0)
  }

  /// e to the power x, minus 1, without losing digits near 0.
  ///
  /// - Accuracy: 2 ulp.
  public static func expm1(_ x: Double) -> Double {
    guard x > -40 else { return x == x ? -1 : .nan }
    guard x < 709 else { return exp(x) - 1 }
    let (p, n) = reduced(x, 0)
    if n == 0 { return p }
    let scale = powerOfTwo(n)
    return ck_fma1(scale, p, scale - 1)
  }

  /// Hyperbolic tangent; odd, the sign of a zero is kept.
  ///
  /// - Parameter x: any number. ±∞ gives ±1, NaN gives NaN.
  /// - Accuracy: 4 ulp.
  public static func tanh(_ x: Double) -> Double {
    guard x == x else { return .nan }
    let y = x.magnitude
    guard y < 22 else { return x < 0 ? -1 : 1 }
    let t = expm1(2 * y)
    let result = y < 0x1p-30 ? y : t / (t + 2)
    return x.sign == .minus ? -result : result
  }

  /// x to the power y, for x ≥ 0.
  ///
  /// - Parameters:
  ///   - x: the base. Negative gives NaN, whole exponents included (the use here is fitted power laws).
  ///   - y: the exponent, any number; 0 gives 1 for every base that is not NaN or negative. 0^y and ∞^y as in C.
  /// - Accuracy: 4e-15 relative for results between 1e-300 and 1e300 (the logarithm carries 11 extra bits).
  public static func pow(_ x: Double, _ y: Double) -> Double {
    guard x >= 0, y == y else { return .nan }
    if y == 0 || x == 1 { return 1 }
    if x == 0 { return y > 0 ? 0 : .infinity }
    if x == .infinity { return y > 0 ? .infinity : 0 }
    if y.magnitude == .infinity { return (x > 1) == (y > 0) ? .infinity : 0 }
    let (high, low) = logParts(x)
    let product = y * high
    guard product.magnitude < 800 else { return product > 0 ? .infinity : 0 }
    return exp(product, ck_fma1(y, low, ck_fma1(y, high, -product)))
  }

  /// ε with a/b = quotient·(1 + ε), where `quotient` is a/b rounded.
  static func quotientError(_ a: Double, _ b: Double, _ quotient: Double) -> Double {
    ck_fma1(-quotient, b, a) / a
  }

  // MARK: parts

  /// ln x for finite x > 0 as an unevaluated sum, relative error about 2⁻⁶².
  ///
  /// x = 2ᵏ·m with m in [√½, √2); ln m = 2·artanh(s), s = (m − 1)/(m + 1), |s| ≤ 0.172. The quotient's own
  /// rounding error is recovered by fma, so that the leading term is good to twice the precision.
  static func logParts(_ x: Double) -> (high: Double, low: Double) {
    var bits = x.bitPattern
    var k = 0.0
    if bits < 0x0010_0000_0000_0000 {  // subnormal
      bits = (x * 0x1p54).bitPattern
      k = -54
    }
    // √½'s pattern as the origin puts m in [√½, √2).
    let shifted = bits &- 0x3FE6_A09E_667F_3BCD
    k += Double(Int64(bitPattern: shifted) >> 52)
    let m = Double(bitPattern: (shifted & 0x000F_FFFF_FFFF_FFFF) &+ 0x3FE6_A09E_667F_3BCD)

    let f = m - 1  // exact
    let d = m + 1
    let dLow = m - (d - 1)
    let s = f / d
    let sLow = ck_fma1(-s, dLow, ck_fma1(-s, d, f)) / d
    let z = s * s
    let z2 = z * z
    let z4 = z2 * z2
    // artanh(s)/s − 1 = z/3 + z²/5 + … + z¹²/25, by Estrin's scheme
    let a = ck_fma1(ck_fma1(1.0 / 9, z, 1.0 / 7), z2, ck_fma1(1.0 / 5, z, 1.0 / 3))
    let b = ck_fma1(ck_fma1(1.0 / 17, z, 1.0 / 15), z2, ck_fma1(1.0 / 13, z, 1.0 / 11))
    let c = ck_fma1(ck_fma1(1.0 / 25, z, 1.0 / 23), z2, ck_fma1(1.0 / 21, z, 1.0 / 19))
    let tail = ck_fma1(ck_fma1(c, z4, b), z4, a) * z

    let h = 2 * s
    let l = ck_fma1(h, tail, 2 * sLow)
    // ln 2 in two parts, the first with 11 trailing zeros so that k·ln2High is exact
    let kHigh = k * 0x1.62e42fefa3800p-1
    let sum = kHigh + h
    let error = k == 0 ? 0 : h - (sum - kHigh)
    let rest = ck_fma1(k, 0x1.ef35793c76730p-45, l + error)
    let high = sum + rest
    return (high, rest - (high - sum))
  }

  /// e^(x + low) for |low| ≪ 1.
  private static func exp(_ x: Double, _ low: Double) -> Double {
    guard x < 709.8 else { return .infinity }
    guard x > -745.2 else { return 0 }
    let (p, n) = reduced(x, low)
    let half = n / 2  // two steps: 2ⁿ alone would overflow or lose bits at the ends
    return (1 + p) * powerOfTwo(half) * powerOfTwo(n - half)
  }

  /// p = e^r − 1 and n with x + low = n·ln 2 + r, |r| ≤ 0.35; |x| < 746.
  private static func reduced(_ x: Double, _ low: Double) -> (p: Double, n: Int) {
    let n = ck_fma1(x, 0x1.71547652b82fep0, 0x1.8p52) - 0x1.8p52
    let high = ck_fma1(n, -0x1.62e42fefa3800p-1, x)
    let rest = ck_fma1(n, -0x1.ef35793c76730p-45, low)
    let r = high + rest
    let rLow = rest - (r - high)
    let r2 = r * r
    let r4 = r2 * r2
    // (e^r − 1 − r)/r² = 1/2! + r/3! + … + r¹¹/13!
    let a = ck_fma1(ck_fma1(1.0 / 120, r, 1.0 / 24), r2, ck_fma1(1.0 / 6, r, 0.5))
    let b = ck_fma1(
      ck_fma1(1.0 / 362_880, r, 1.0 / 40_320), r2, ck_fma1(1.0 / 5_040, r, 1.0 / 720))
    let c = ck_fma1(
      ck_fma1(1.0 / 6_227_020_800, r, 1.0 / 479_001_600), r2,
      ck_fma1(1.0 / 39_916_800, r, 1.0 / 3_628_800))
    let q = ck_fma1(ck_fma1(c, r4, b), r4, a)
    return (r + ck_fma1(r2, q, rLow), Int(n))
  }

  /// 2ⁿ, −1022 ≤ n ≤ 1023.
  private static func powerOfTwo(_ n: Int) -> Double { Double(bitPattern: UInt64(n + 1023) << 52) }
}
