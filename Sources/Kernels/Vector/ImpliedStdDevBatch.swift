import CKernelShims

/// The total standard deviations s = σ·√T at which Black-76 gives `n` undiscounted prices, eight at a time.
///
/// The twin of ``impliedStdDev(price:forward:strike:sign:)``. The time value is solved on the out-of-the-money
/// side, divided by √(F·K): from the deviation under the normal model (a rational function fitted here, with a
/// first lognormal correction; 0.12 % off up to s = 0.3, 0.3 % up to 1, 8 % up to 2.5) two steps of Householder's
/// fourth-order method on the logarithm of the price. A step that is still long hands the lane to the twin, whose
/// bracket holds whatever comes.
///
/// - Parameters:
///   - price: undiscounted, index points; shape `[n]`.
///   - forward: F, index points, > 0; shape `[n]`.
///   - strike: K, index points, > 0; shape `[n]`.
///   - sign: φ, +1 for a call, −1 for a put; shape `[n]`.
///   - stdDev: the result, no unit, > 0; shape `[n]`. NaN where there is none: the price is at or below
///     intrinsic or at or above its bound (F for a call, K for a put), an argument is out of its bounds or NaN.
/// - Precondition: equal shapes; never a trap.
/// - Accuracy: the price of the result is within 1e-15·(F + K) of `price`. In s that is 1e-15·(F + K)/(F·n(d₁)·s)
///   relative, what the last bits of a price allow; for out-of-the-money prices above 1e-6·F, 8e-12.
/// - Complexity: O(n), no allocation; the same bits wherever an option stands in the batch. A lane that the two
///   steps don't settle (s above about 2.5, F/K outside 1/16…16, a time value below 1e-15 of |F − K|) costs a
///   scalar call, thirty times as much.
/// - Source: P. Jäckel, "By implication", Wilmott (2006) and "Let's be rational", Wilmott (2015) for the
///   normalised price and its derivatives; A. S. Householder (1970) for the step.
public func impliedStdDevs(
  price: Span<Double>, forward: Span<Double>, strike: Span<Double>, sign: Span<Double>,
  into stdDev: inout MutableSpan<Double>
) {
  let n = stdDev.count
  precondition(
    price.count == n && forward.count == n && strike.count == n && sign.count == n,
    "impliedStdDevs: arguments of different lengths")
  // The three stages run over a block each, not one after the other over eight lanes: every stage is a long
  // chain of operations that wait for each other, and the processor fills the waits with the next eight.
  var block = ImpliedBlock()
  var first = 0
  while first < n {
    let groups = min(ImpliedBlock.groups, (n - first + 7) / 8)
    for j in 0..<groups {
      let i = first + 8 * j
      if i + 8 <= n {
        block.start(j, eight(price, i), eight(forward, i), eight(strike, i), eight(sign, i))
      } else {  // half of F = K = 1: an ordinary option
        block.start(j, last(price, i, padding: 0.5), last(forward, i), last(strike, i), last(sign, i))
      }
    }
    for j in 0..<groups { block.s[j] = ImpliedLanes.step(block.s[j], block.target[j]).s }
    for j in 0..<groups {
      let i = first + 8 * j
      let (next, change) = ImpliedLanes.step(block.s[j], block.target[j])
      let s = ImpliedLanes.settled(next, change)
      let count = min(8, n - i)
      if count == 8 {
        store(s, &stdDev, i)
      } else {
        for lane in 0..<count { stdDev[i + lane] = s[lane] }
      }
      if ck_allWithin(s, 0, .infinity) != 0 { continue }
      for lane in i..<(i + count) where stdDev[lane].isNaN {
        stdDev[lane] = exceptional(price[lane], forward[lane], strike[lane], sign[lane])
      }
    }
    first += 8 * ImpliedBlock.groups
  }
}

/// The twin for a lane that the steps left as NaN.
@inline(never)
private func exceptional(_ price: Double, _ forward: Double, _ strike: Double, _ sign: Double) -> Double {
  impliedStdDev(price: price, forward: forward, strike: strike, sign: sign) ?? .nan
}

/// What is known of 64 options between the stages.
private struct ImpliedBlock {
  static var groups: Int { 8 }
  var s = InlineArray<8, ck_d8>(repeating: ck_d8(repeating: 0))
  var target = InlineArray<8, ImpliedLanes.Target>(repeating: .none)

  @inline(__always)
  mutating func start(_ j: Int, _ price: ck_d8, _ f: ck_d8, _ k: ck_d8, _ sign: ck_d8) {
    let (s, target) = ImpliedLanes.begin(price, f, k, sign)
    self.s[j] = s
    self.target[j] = target
  }
}

/// The arithmetic of eight implied deviations at a time, one operation a line.
enum ImpliedLanes {
  typealias D8 = ck_d8

  /// What stays the same from step to step.
  struct Target {
    /// |ln(F/K)|.
    let m: D8
    /// Out-of-the-money price over √(F·K).
    let beta: D8
    /// The bound of such a price, e^(−m/2).
    let bound: D8

    static var none: Target { Target(m: c(0), beta: c(0), bound: c(0)) }
  }

  /// The first guess of the deviation, NaN where there is none or the lanes' range ends.
  @inline(__always)
  static func begin(_ price: D8, _ f: D8, _ k: D8, _ sign: D8) -> (s: D8, target: Target) {
    let large = ck_max(f, k)
    let small = -ck_max(-f, -k)
    let inverse = c(1) / ck_sqrt(f * k)
    let timeValue = price - ck_max(sign * (f - k), c(0))
    let ratio = large * inverse
    let target = Target(
      m: logOfQuotient(large, small, ratio * ratio), beta: timeValue * inverse, bound: small * inverse)

    let (guess, depth) = start(target)

    let nan = c(.nan)
    var s = ck_selectWithin(depth, 0, 36, guess, nan)
    s = ck_selectWithin(ratio, 0.9, 4, s, nan)  // rounding may put 1 below 1
    s = ck_selectWithin(timeValue, 1e-100, 1e100, s, nan)
    s = ck_selectWithin(small - timeValue, 0, 1e100, s, nan)
    s = ck_selectWithin(small, 1e-100, 1e100, s, nan)
    s = ck_selectWithin(sign * sign, 1, 1, s, nan)
    return (s, target)
  }

  /// The deviation after the second step, or NaN where another may be needed.
  @inline(__always)
  static func settled(_ s: D8, _ change: D8) -> D8 {
    let small = ck_selectWithin(ck_abs(change), 0, 1e-4, s, c(.nan))
    return ck_selectWithin(small, 1e-8, 4, small, c(.nan))
  }

  /// ln(large/small), `ratio` being the quotient to a few bits.
  @inline(__always)
  static func logOfQuotient(_ large: D8, _ small: D8, _ ratio: D8) -> D8 {
    let n = ck_exponent(ratio)
    let scaled = ck_scaleByPowerOfTwo(small, n + c(0x1.8p52))
    let difference = large - scaled  // exact: within a factor of two
    let t = difference / (large + scaled)
    return ck_fma(n, c(0.6931471805599453), t * Black76Lanes.twiceArtanh(t * t))
  }

  /// The first guess, and its depth out of the money ln(1 + m/β).
  ///
  /// In the normal model s/(m + β) is a function of the depth alone, fitted in its root to 1.2e-3 up to 48.
  /// The lognormal price is an integral of e^(−u²/8) times the normal one: to first order s grows by
  /// s²/8/(3 + (m/s)²).
  @inline(__always)
  static func start(_ target: Target) -> (s: D8, depth: D8) {
    let y = target.m / target.beta + c(1)
    let n = ck_exponent(y)
    let fraction = ck_scaleByPowerOfTwo(y, c(0x1.8p52) - n)
    let t = (fraction - c(1)) / (fraction + c(1))
    let t2 = t * t
    let series = ck_fma(ck_fma(t2, c(0.4), c(0.6666666666666666)), t2, c(2))
    let depth = ck_fma(n, c(0.6931471805599453), t * series)
    let x = ck_sqrt(depth)
    let x2 = x * x
    let p0 = ck_fma(c(-0.53820543), x, c(2.50619994))
    let p1 = ck_fma(c(0.0979524), x, c(0.15169286))
    let p = ck_fma(p1, x2, p0)
    let q0 = ck_fma(c(-0.22165514), x, c(1))
    let q1 = ck_fma(c(-0.14575954), x, c(0.60154328))
    let q2 = ck_fma(c(0.15974197), x2, q1)
    let q = ck_fma(q2, x2, q0)
    let s = (target.m + target.beta) * p / q
    let s2 = s * s
    let m2 = target.m * target.m
    let correction = s2 * s2 / (c(8) * ck_fma(s2, c(3), m2))
    return (ck_fma(s, correction, s), depth)
  }

  /// One step of Householder's method of order four on f(s) = ln b(s) − ln β, and its relative length.
  ///
  /// With h = m/s the normalised price is b = e·(R(h − s/2) − R(h + s/2)), R being Mills' ratio N(−x)/e^(−x²/2)
  /// and e = e^(−(h² + s²/4)/2); b′ = e/√(2π), b″/b′ = h²/s − s/4. Where h < s/2, R(−x) = e^(x²/2) − R(x).
  @inline(__always)
  static func step(_ s: D8, _ target: Target) -> (s: D8, change: D8) {
    let reciprocal = c(1) / s
    let h = target.m * reciprocal
    let quarter = s * s * c(0.25)
    let inward = ck_fma(s, c(-0.5), h)
    let outward = ck_fma(s, c(0.5), h)
    let e = Black76Lanes.expOfNegative(ck_fma(h, h, quarter) * c(-0.5))
    let (p1, q1) = Black76Lanes.millsRatio(ck_abs(inward))
    let (p2, q2) = Black76Lanes.millsRatio(outward)
    let d = q1 * q2
    let far = p2 * q1
    let near = p1 * q2
    let constant = ck_selectNegative(inward, target.bound * d, c(0))
    let signed = ck_selectNegative(inward, -near, near)
    let b = ck_fma(e, signed - far, constant)  // price times d
    let wanted = target.beta * d
    // one division for (b − β)/(b + β) and b/b′
    let sum = b + wanted
    let slope = d * e
    let inverse = c(1) / (sum * slope)
    let t = (b - wanted) * slope * inverse
    let log = t * Black76Lanes.twiceArtanh(t * t)  // ln(b/β)
    let newton = -log * b * sum * inverse * c(2.5066282746310002)
    let curvature = ck_fma(h, h, -quarter) * reciprocal  // b″/b′
    let a = ck_fma(curvature, newton, log)  // f″/f′ times the step
    let hOverS = h * reciprocal
    let bend = ck_fma(hOverS * hOverS, c(-3), c(-0.25))  // the derivative of b″/b′
    let third = ck_fma(bend * newton, newton, a * (a + log))  // f‴/f′ times the step squared
    let numerator = newton * ck_fma(a, c(0.5), c(1))
    let denominator = ck_fma(third, c(0.16666666666666666), c(1) + a)
    let change = numerator / denominator
    return (s + change, change * reciprocal)
  }

  @inline(__always)
  static func c(_ value: Double) -> D8 { D8(repeating: value) }
}
