import CKernelShims

/// Eight neighbours as lanes.
@inline(__always)
func eight(_ x: Span<Double>, _ i: Int) -> ck_d8 {
  precondition(i >= 0 && i + 8 <= x.count, "eight: out of bounds")  // one check, so that one load is left
  return unsafe ck_d8(
    x[unchecked: i], x[unchecked: i + 1], x[unchecked: i + 2], x[unchecked: i + 3], x[unchecked: i + 4],
    x[unchecked: i + 5], x[unchecked: i + 6], x[unchecked: i + 7])
}

/// Lanes as eight neighbours.
@inline(__always)
func store(_ lanes: ck_d8, _ out: inout MutableSpan<Double>, _ i: Int) {
  precondition(i >= 0 && i + 8 <= out.count, "store: out of bounds")
  for lane in 0..<8 { unsafe out[unchecked: i + lane] = lanes[lane] }
}

/// What is left from `i` on (fewer than eight), the lanes behind it filled with `padding`.
@inline(__always)
func last(_ x: Span<Double>, _ i: Int, padding: Double = 1) -> ck_d8 {
  var lanes = ck_d8(repeating: padding)
  for lane in 0..<(x.count - i) { lanes[lane] = x[i + lane] }
  return lanes
}

/// The arithmetic of eight options at a time. One operation a line, Estrin's scheme for the polynomials (the
/// loop is bound by latency), one exponential for both N's since F·φ(d₁) = K·φ(d₂), one division for both.
enum Black76Lanes {
  typealias D8 = ck_d8

  /// Whether every lane is where ``price`` is accurate; decided by each lane's own values alone.
  @inline(__always)
  static func areOrdinary(_ f: D8, _ k: D8, _ s: D8, _ sign: D8) -> Bool {
    ck_ordinaryOptions(f, k, s) != 0 && ck_allWithin(sign * sign, 1, 1) != 0
  }

  @inline(__always)
  static func price(_ f: D8, _ k: D8, _ s: D8, _ sign: D8) -> D8 {
    price(f, k, s, sign, standardised: logRatio(f, k, s))
  }

  /// The same with m = ln(F/K)/s at hand.
  @inline(__always)
  static func price(_ f: D8, _ k: D8, _ s: D8, _ sign: D8, standardised m: D8) -> D8 {
    let d1 = ck_fma(s, c(0.5), m)
    let d2 = ck_fma(s, c(-0.5), m)
    let g = f * expOfNegative(d1 * d1 * c(-0.5))
    let (p1, q1) = millsRatio(ck_abs(d1))
    let (p2, q2) = millsRatio(ck_abs(d2))
    let gi = g / (q1 * q2)
    let n1 = gi * (p1 * q2)  // F·N(−|d₁|)
    let n2 = gi * (p2 * q1)  // K·N(−|d₂|)
    let a = ck_selectNegative(d1 * sign, n1, f - n1)
    let b = ck_selectNegative(d2 * sign, n2, k - n2)
    // + 0: which zero a maximum of two gives depends on the processor
    return ck_max((a - b) * sign, c(0)) + c(0)
  }

  /// φ·N(φ·d₁) and F·n(d₁), in the range of ``price``.
  @inline(__always)
  static func deltaAndVega(_ f: D8, _ k: D8, _ s: D8, _ sign: D8) -> (delta: D8, vega: D8) {
    let m = logRatio(f, k, s)
    let d1 = ck_fma(s, c(0.5), m)
    let e = expOfNegative(d1 * d1 * c(-0.5))
    let (p, q) = millsRatio(ck_abs(d1))
    let tail = e * (p / q)  // N(−|d₁|)
    let delta = ck_selectNegative(d1 * sign, tail, c(1) - tail) * sign
    return (delta, f * e * c(0.3989422804014327))
  }

  /// ln(F/K)/s for 0.7 ≤ F/K ≤ 1.43: 2·artanh((F − K)/(F + K)).
  @inline(__always)
  static func logRatio(_ f: D8, _ k: D8, _ s: D8) -> D8 {
    let difference = f - k
    let inverse = c(1) / ((f + k) * s)
    let t = difference * s * inverse
    return difference * inverse * twiceArtanh(t * t)
  }

  /// 2·artanh(t)/t at v = t² ≤ 0.0312, the series refitted (error 4e-18).
  @inline(__always)
  static func twiceArtanh(_ v: D8) -> D8 {
    let v2 = v * v
    let v4 = v2 * v2
    let p0 = ck_fma(c(0.6666666666666815), v, c(2))
    let p1 = ck_fma(c(0.2857142882608408), v, c(0.39999999999004693))
    let p2 = ck_fma(c(0.1818398972662207), v, c(0.22222190272939316))
    let p3 = ck_fma(c(0.14904212250774232), v, c(0.15303220942916634))
    let low = ck_fma(p1, v2, p0)
    let high = ck_fma(p3, v2, p2)
    return ck_fma(high, v4, low)
  }

  /// e^y for y ≤ 0 (fit error 3e-18); below −700 as at −700.
  @inline(__always)
  static func expOfNegative(_ y0: D8) -> D8 {
    let y = ck_max(y0, c(-700))
    let magic = c(0x1.8p52)
    let t = ck_fma(y, c(1.4426950408889634), magic)
    let n = t - magic
    let r = ck_fma(n, c(-5.497923018708371e-14), ck_fma(n, c(-0.6931471805598903), y))
    let r2 = r * r
    let r4 = r2 * r2
    let a0 = ck_fma(c(0.1666666666666668), r, c(0.5000000000000019))
    let a = ck_fma(a0, r2, r + c(1))
    let b0 = ck_fma(c(0.008333333333319589), r, c(0.04166666666648795))
    let b1 = ck_fma(c(0.00019841269890076403), r, c(0.0013888888952352863))
    let b = ck_fma(b1, r2, b0)
    let c0 = ck_fma(c(2.755724088722987e-06), r, c(2.4801485441561313e-05))
    let c1 = ck_fma(c(2.5110049204818658e-08), r, c(2.763265472252779e-07))
    let high = ck_fma(c1, r2, c0)
    return ck_scaleByPowerOfTwo(ck_fma(ck_fma(high, r4, b), r4, a), t)
  }

  /// p/q = N(−x)/e^(−x²/2) for x ≥ 0. Hart, "Computer Approximations" (1968), no. 5666.
  @inline(__always)
  static func millsRatio(_ x: D8) -> (p: D8, q: D8) {
    let x2 = x * x
    let x4 = x2 * x2
    let p0 = ck_fma(c(221.213596169931), x, c(220.206867912376))
    let p1 = ck_fma(c(33.912866078383), x, c(112.079291497871))
    let p2 = ck_fma(c(0.700383064443688), x, c(6.37396220353165))
    let q0 = ck_fma(c(793.826512519948), x, c(440.413735824752))
    let q1 = ck_fma(c(296.564248779674), x, c(637.333633378831))
    let q2 = ck_fma(c(16.064177579207), x, c(86.7807322029461))
    let q3 = ck_fma(c(0.0883883476483184), x, c(1.75566716318264))
    let pHigh = ck_fma(c(0.0352624965998911), x2, p2)
    let p = ck_fma(pHigh, x4, ck_fma(p1, x2, p0))
    let q = ck_fma(ck_fma(q3, x2, q2), x4, ck_fma(q1, x2, q0))
    return (p, q)
  }

  @inline(__always)
  static func c(_ value: Double) -> D8 { D8(repeating: value) }
}
