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
  func ratios(_ z: ck_d8) -> ck_d8 {
    let cap = ck_d8(repeating: cap)
    let t = cap * ElementaryLanes.tanh(z / cap)
    let inner = ck_d8(repeating: p[2]) + t * ck_d8(repeating: p[3])
    let middle = ck_d8(repeating: p[1]) + t * inner
    let outer = ck_d8(repeating: p[0]) + t * middle
    let v = ck_d8(repeating: 1) + t * outer
    return ck_min(ck_max(v, ck_d8(repeating: lowest)), ck_d8(repeating: highest))
  }
}

/// Marks of one option along a path of the forward: Black-76 with the strike's own volatility, on a tick grid.
///
/// At each point the strike's √w is s·ratio((ln K − ln F)/s), the price ``black76Prices(forward:strike:stdDev:sign:into:)``
/// of it, and the mark that price on the grid: the nearest multiple of 0.05 below 3, of 0.10 from there (halves away
/// from zero), in units of 1/10,000.
///
/// - Parameters:
///   - strike: K, index points, > 0.
///   - logStrike: ln K.
///   - sign: +1 for a call, −1 for a put.
///   - forward: F, index points; NaN where there is none; shape `[n]`.
///   - logForward: ln F; shape `[n]`.
///   - stdDev: s at the money, ≥ 0; 0 gives the intrinsic value; shape `[n]`.
///   - smile: σ(z)/σ(0).
///   - missing: the mark of a point without a price.
///   - marks: the result; shape `[n]`.
/// - Precondition: equal shapes.
/// - Complexity: O(n), no allocation; the same bits wherever a point stands. The reference is
///   ``SmileMarkReference``.
public func smileMarks(
  strike: Double, logStrike: Double, sign: Double, forward: Span<Double>, logForward: Span<Double>,
  stdDev: Span<Double>, smile: TanhQuartic, missing: Int32, into marks: inout MutableSpan<Int32>
) {
  let n = marks.count
  precondition(
    forward.count == n && logForward.count == n && stdDev.count == n,
    "smileMarks: arguments of different lengths")
  let k = ck_d8(repeating: strike)
  let logK = ck_d8(repeating: logStrike)
  let phi = ck_d8(repeating: sign)
  unsafe forward.withUnsafeBufferPointer { forward in
    unsafe logForward.withUnsafeBufferPointer { logForward in
      unsafe stdDev.withUnsafeBufferPointer { stdDev in
        unsafe marks.withUnsafeMutableBufferPointer { marks in
          @inline(__always)
          func eight(_ f: ck_d8, _ logF: ck_d8, _ s: ck_d8) -> ck_i8 {
            let w = s * smile.ratios((logK - logF) / s)
            // no ratio at s = 0, where z is infinite or NaN
            let own = ck_selectLess(ck_d8(repeating: 0), s, w, s)
            return TickLanes.units(eightPrices(f, k, own, phi), missing: missing)
          }
          var i = 0
          while i + 8 <= n {
            let made = unsafe eight(load8(forward, i), load8(logForward, i), load8(stdDev, i))
            unsafe UnsafeMutableRawPointer(marks.start + i).storeBytes(of: made, as: ck_i8.self)
            i += 8
          }
          guard i < n else { return }
          var f = ck_d8(repeating: 1)
          var logF = ck_d8(repeating: 0)
          var s = ck_d8(repeating: 1)
          for lane in 0..<(n - i) {
            f[lane] = unsafe forward[i + lane]
            logF[lane] = unsafe logForward[i + lane]
            s[lane] = unsafe stdDev[i + lane]
          }
          // the padding is an ordinary option: at the money with the strike's own level
          for lane in (n - i)..<8 {
            f[lane] = strike
            logF[lane] = logStrike
          }
          let made = eight(f, logF, s)
          for lane in 0..<(n - i) { unsafe marks[i + lane] = made[lane] }
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
