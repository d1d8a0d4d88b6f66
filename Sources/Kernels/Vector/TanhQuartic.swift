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

  /// First and second derivative of ``ratio(z:)`` by z; 0 where it lies at a bound.
  public func slopes(z: Double) -> (first: Double, second: Double) {
    let u = Elementary.tanh(z / cap)
    let t = cap * u
    let v = 1 + t * (p[0] + t * (p[1] + t * (p[2] + t * p[3])))
    guard v > lowest, v < highest else { return (0, 0) }
    let dt = 1 - u * u
    let d2t = -2 * u * dt / cap
    let dv = p[0] + t * (2 * p[1] + t * (3 * p[2] + t * 4 * p[3]))
    let d2v = 2 * p[1] + t * (6 * p[2] + t * 12 * p[3])
    return (dv * dt, d2v * dt * dt + dv * d2t)
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
