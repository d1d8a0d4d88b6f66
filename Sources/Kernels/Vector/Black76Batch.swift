import CKernelShims

/// Prices `n` European options under Black-76, eight at a time, undiscounted.
///
/// `price = φ·(F·N(φ·d₁) − K·N(φ·d₂))` with `d₁ = ln(F/K)/s + s/2` and `d₂ = d₁ − s`.
///
/// - Parameters:
///   - forward: F, index points, > 0; shape `[n]`.
///   - strike: K, index points, > 0; shape `[n]`.
///   - stdDev: s = σ·√T, no unit, ≥ 0; shape `[n]`. 0 gives the intrinsic value.
///   - sign: φ, +1 for a call, −1 for a put; shape `[n]`.
///   - price: the result, index points, ≥ 0; shape `[n]`.
/// - Precondition: equal shapes. A lane with NaN or outside its bounds gives NaN, never a trap.
/// - Accuracy: within 2e-15·F of ``Black76Reference``; out-of-the-money prices above 0.001 to 1e-10 relative.
/// - Complexity: O(n), no allocation; the same bits wherever an option stands in the batch. A lane with F/K
///   outside 0.7…1.43 or s outside 1e-8…100 costs a scalar call (about ten times as much).
/// - Source: F. Black, "The pricing of commodity contracts", J. Financial Economics 3 (1976).
public func black76Prices(
  forward: Span<Double>, strike: Span<Double>, stdDev: Span<Double>, sign: Span<Double>,
  into price: inout MutableSpan<Double>
) {
  let n = price.count
  precondition(
    forward.count == n && strike.count == n && stdDev.count == n && sign.count == n,
    "black76Prices: arguments of different lengths")
  var i = 0
  while i + 8 <= n {
    let p = eightPrices(
      eight(forward, i), eight(strike, i), eight(stdDev, i), eight(sign, i))
    for lane in 0..<8 { price[i + lane] = p[lane] }
    i += 8
  }
  guard i < n else { return }
  var f = ck_d8(repeating: 1)
  var k = f
  var s = f
  var phi = f
  for lane in 0..<(n - i) {
    f[lane] = forward[i + lane]
    k[lane] = strike[i + lane]
    s[lane] = stdDev[i + lane]
    phi[lane] = sign[i + lane]
  }
  let p = eightPrices(f, k, s, phi)
  for lane in 0..<(n - i) { price[i + lane] = p[lane] }
}

/// Eight neighbours as lanes.
@inline(__always)
private func eight(_ x: Span<Double>, _ i: Int) -> ck_d8 {
  ck_d8(x[i], x[i + 1], x[i + 2], x[i + 3], x[i + 4], x[i + 5], x[i + 6], x[i + 7])
}

/// The lanes, and the reference for each lane that lies outside the range of the lanes' polynomials.
@inline(__always)
func eightPrices(_ f: ck_d8, _ k: ck_d8, _ s: ck_d8, _ sign: ck_d8) -> ck_d8 {
  let p = Lanes.price(f, k, s, sign)
  if Lanes.areOrdinary(f, k, s, sign) { return p }
  return exceptional(p, f, k, s, sign)
}

@inline(never)
private func exceptional(_ p: ck_d8, _ f: ck_d8, _ k: ck_d8, _ s: ck_d8, _ sign: ck_d8) -> ck_d8 {
  var out = p
  for lane in 0..<8 {
    let one = ck_d8(repeating: f[lane])
    let two = ck_d8(repeating: k[lane])
    let three = ck_d8(repeating: s[lane])
    let four = ck_d8(repeating: sign[lane])
    if !Lanes.areOrdinary(one, two, three, four) {
      out[lane] = Black76Reference.price(
        forward: f[lane], strike: k[lane], stdDev: s[lane], sign: sign[lane])
    }
  }
  return out
}

/// The arithmetic of eight options at a time. One operation a line, Estrin's scheme for the polynomials (the
/// loop is bound by latency), one exponential for both N's since F·φ(d₁) = K·φ(d₂), one division for both.
enum Lanes {
  typealias D8 = ck_d8

  /// Whether every lane is where ``price`` is accurate; decided by each lane's own values alone.
  @inline(__always)
  static func areOrdinary(_ f: D8, _ k: D8, _ s: D8, _ sign: D8) -> Bool {
    let wide = ck_fma(f, c(-0.7), k)  // K ≥ 0.7 F
    let tall = ck_fma(f, c(1.428), -k)  // K ≤ 1.428 F
    let square = sign * sign
    return ck_allWithin(s, 1e-8, 100) != 0 && ck_allWithin(f, 1e-100, 1e100) != 0
      && ck_allWithin(wide, 0, .infinity) != 0 && ck_allWithin(tall, 0, .infinity) != 0
      && ck_allWithin(square, 1, 1) != 0
  }

  @inline(__always)
  static func price(_ f: D8, _ k: D8, _ s: D8, _ sign: D8) -> D8 {
    let m = logRatio(f, k, s)
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

  /// ln(F/K)/s for 0.7 ≤ F/K ≤ 1.43: 2·artanh((F − K)/(F + K)), its series refitted (error 4e-18).
  @inline(__always)
  static func logRatio(_ f: D8, _ k: D8, _ s: D8) -> D8 {
    let difference = f - k
    let inverse = c(1) / ((f + k) * s)
    let t = difference * s * inverse
    let v = t * t
    let v2 = v * v
    let v4 = v2 * v2
    let p0 = ck_fma(c(0.6666666666666815), v, c(2))
    let p1 = ck_fma(c(0.2857142882608408), v, c(0.39999999999004693))
    let p2 = ck_fma(c(0.1818398972662207), v, c(0.22222190272939316))
    let p3 = ck_fma(c(0.14904212250774232), v, c(0.15303220942916634))
    let low = ck_fma(p1, v2, p0)
    let high = ck_fma(p3, v2, p2)
    return difference * inverse * ck_fma(high, v4, low)
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
