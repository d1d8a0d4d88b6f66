import CKernelShims

/// A smile over standardised log-moneyness z = ln(K/F)/s: σ(z)/σ(0) = clamp(1 + t·(p₁ + t·(p₂ + t·(p₃ + t·p₄)))),
/// t = cap·tanh(z/cap).
public struct TanhQuartic: Sendable, Hashable {
  /// p₁ … p₄.
  public var p: SIMD4<Double>
  /// Where t levels off, standard deviations, > 0.
  public var cap: Double
  /// Least ratio.
  public var lowest: Double
  /// Greatest ratio.
  public var highest: Double
  /// Of its parts.
  public init(p: SIMD4<Double>, cap: Double, lowest: Double, highest: Double) {
    self.p = p
    self.cap = cap
    self.lowest = lowest
    self.highest = highest
  }

  /// The ratio at one z. The definition; the lanes do the same operations in the same order.
  public func ratio(z: Double) -> Double {
    let t = cap * Elementary.tanh(z / cap)
    let v = 1 + t * (p[0] + t * (p[1] + t * (p[2] + t * p[3])))
    return min(max(v, lowest), highest)
  }

  /// ``ratio(z:)`` on eight lanes.
  @inline(__always)
  func ratios(_ z: ck_d8) -> ck_d8 { ratios(scaled: z / ck_d8(repeating: cap)) }

  /// The same of z/cap.
  @inline(__always)
  func ratios(scaled u: ck_d8) -> ck_d8 {
    let t = ck_d8(repeating: cap) * ElementaryLanes.tanh(u)
    let inner = ck_d8(repeating: p[2]) + t * ck_d8(repeating: p[3])
    let middle = ck_d8(repeating: p[1]) + t * inner
    let outer = ck_d8(repeating: p[0]) + t * middle
    let v = ck_d8(repeating: 1) + t * outer
    return ck_min(ck_max(v, ck_d8(repeating: lowest)), ck_d8(repeating: highest))
  }
}

/// √w of each strike's own volatility at one point: s·ratio((ln K − ln F)/s).
///
/// - Parameters:
///   - logStrike: ln K; shape `[n]`.
///   - logForward: ln F.
///   - stdDev: s at the money, > 0.
///   - result: shape `[n]`.
/// - Precondition: equal shapes.
/// - Complexity: O(n), no allocation; bit for bit ``TanhQuartic/ratio(z:)``.
public func smileStdDevs(
  logStrike: Span<Double>, logForward: Double, stdDev: Double, smile: TanhQuartic,
  into result: inout MutableSpan<Double>
) {
  precondition(logStrike.count == result.count, "smileStdDevs: arguments of different lengths")
  let logF = ck_d8(repeating: logForward)
  let s = ck_d8(repeating: stdDev)
  eightAtATime(logStrike, into: &result, padding: logForward) { s * smile.ratios(($0 - logF) / s) }
}

/// Marks of one option along a path of the forward: Black-76 with the strike's own volatility, on a tick grid.
///
/// At each point z = (ln K − ln F)/s, the strike's √w is w = s·ratio(z), the price that of Black-76 with ln(F/K)/w =
/// −z/ratio(z), and the mark that price on the grid: the nearest multiple of 0.05 below 3, of 0.10 from there (halves away
/// from zero), in units of 1/10,000.
///
/// - Parameters:
///   - strike: K, index points, > 0.
///   - logStrike: ln K.
///   - sign: +1 for a call, −1 for a put.
///   - forward: F, index points; NaN where there is none; shape `[n]`.
///   - logForward: ln F; shape `[n]`.
///   - stdDev: s at the money, ≥ 0; 0 gives the intrinsic value; shape `[n]`.
///   - inverseStdDev: 1/s, which every strike of a surface needs; shape `[n]`.
///   - smile: σ(z)/σ(0).
///   - missing: the mark of a point without a price.
///   - marks: the result; shape `[n]`.
/// - Precondition: equal shapes.
/// - Accuracy: prices within 3e-15·F of ``SmileMarkReference``, so marks are its but for prices as near to half a step.
/// - Complexity: O(n), no allocation; the same bits wherever a point stands. Three divisions a price.
public func smileMarks(
  strike: Double, logStrike: Double, sign: Double, forward: Span<Double>, logForward: Span<Double>,
  stdDev: Span<Double>, inverseStdDev: Span<Double>, smile: TanhQuartic, missing: Int32,
  into marks: inout MutableSpan<Int32>
) {
  let n = marks.count
  precondition(
    forward.count == n && logForward.count == n && stdDev.count == n && inverseStdDev.count == n,
    "smileMarks: arguments of different lengths")
  precondition(sign * sign == 1, "smileMarks: the sign is 1 or -1")
  let k = ck_d8(repeating: strike)
  let logK = ck_d8(repeating: logStrike)
  let phi = ck_d8(repeating: sign)
  let inverseCap = ck_d8(repeating: 1 / smile.cap)
  @inline(__always)
  func eight(_ f: ck_d8, _ logF: ck_d8, _ s: ck_d8, _ inverse: ck_d8) -> ck_i8 {
    let z = (logK - logF) * inverse
    let ratio = smile.ratios(scaled: z * inverseCap)
    // no ratio at s = 0, where z is infinite or NaN
    let own = ck_selectLess(ck_d8(repeating: 0), s, s * ratio, s)
    let price = Black76Lanes.price(f, k, own, phi, standardised: -z / ratio)
    if ck_ordinaryOptions(f, k, own) != 0 { return TickLanes.units(price, missing: missing) }
    return TickLanes.units(exceptional(price, f, k, own, phi), missing: missing)
  }
  unsafe forward.withUnsafeBufferPointer { forward in
    unsafe logForward.withUnsafeBufferPointer { logForward in
      unsafe stdDev.withUnsafeBufferPointer { stdDev in
        unsafe inverseStdDev.withUnsafeBufferPointer { inverse in
          unsafe marks.withUnsafeMutableBufferPointer { marks in
            var i = 0
            while i + 8 <= n {
              let made = unsafe eight(
                load8(forward, i), load8(logForward, i), load8(stdDev, i), load8(inverse, i))
              unsafe UnsafeMutableRawPointer(marks.start + i).storeBytes(of: made, as: ck_i8.self)
              i += 8
            }
            guard i < n else { return }
            // the padding is an ordinary option: at the money with the strike's own level
            var f = k
            var logF = logK
            var s = ck_d8(repeating: 1)
            var inverted = s
            for lane in 0..<(n - i) {
              f[lane] = unsafe forward[i + lane]
              logF[lane] = unsafe logForward[i + lane]
              s[lane] = unsafe stdDev[i + lane]
              inverted[lane] = unsafe inverse[i + lane]
            }
            let made = eight(f, logF, s, inverted)
            for lane in 0..<(n - i) { unsafe marks[i + lane] = made[lane] }
          }
        }
      }
    }
  }
}

/// Prices on the tick grid, eight at a time.
enum TickLanes {
  /// Units of 1/10,000: steps of 0.05 below 3, of 0.10 from there, to the nearest, halves away from zero; at most
  /// 200,000 points.
  @inline(__always)
  static func units(_ price: ck_d8, missing: Int32) -> ck_i8 {
    let fine = nearest(price * ck_d8(repeating: 20)) * ck_d8(repeating: 500)
    let coarse = nearest(ck_min(price * ck_d8(repeating: 10), ck_d8(repeating: 2_000_000)))
    let units = ck_selectLess(
      price, ck_d8(repeating: 3), fine, coarse * ck_d8(repeating: 1_000))
    return ck_toInt(ck_keepNaN(price, units), missing)
  }

  /// x ≥ 0 to the nearest whole number, halves up. x + ½ would round before the floor does.
  @inline(__always)
  private static func nearest(_ x: ck_d8) -> ck_d8 {
    let whole = ck_floor(x)
    return whole + ck_selectLess(x - whole, ck_d8(repeating: 0.5), ck_d8(repeating: 0), ck_d8(repeating: 1))
  }
}
