import CKernelShims

/// Natural logarithms of an array, eight at a time: bit for bit those of ``Elementary/log(_:)``.
///
/// - Parameters:
///   - x: any numbers; shape `[n]`.
///   - result: shape `[n]`.
/// - Precondition: equal shapes.
/// - Complexity: O(n), no allocation. A lane that is no normal positive number costs a scalar call.
public func elementaryLogs(_ x: Span<Double>, into result: inout MutableSpan<Double>) {
  precondition(x.count == result.count, "elementaryLogs: arguments of different lengths")
  eightAtATime(x, into: &result, padding: 1) { x in
    if ck_allWithin(x, 0x1p-1022, 0x1.fffffffffffffp1023) != 0 { return ElementaryLanes.log(x) }
    return lanewise(x, Elementary.log)
  }
}

/// Exponentials of an array, eight at a time: bit for bit those of ``Elementary/exp(_:)``.
///
/// - Parameters:
///   - x: any numbers; shape `[n]`.
///   - result: shape `[n]`.
/// - Precondition: equal shapes.
/// - Complexity: O(n), no allocation. A lane outside ±700 costs a scalar call.
public func elementaryExps(_ x: Span<Double>, into result: inout MutableSpan<Double>) {
  precondition(x.count == result.count, "elementaryExps: arguments of different lengths")
  eightAtATime(x, into: &result, padding: 0) { x in
    if ck_allWithin(x, -700, 700) != 0 { return ElementaryLanes.exp(x) }
    return lanewise(x, Elementary.exp)
  }
}

/// Hyperbolic tangents of an array, eight at a time: bit for bit those of ``Elementary/tanh(_:)``.
///
/// - Parameters:
///   - x: any numbers; shape `[n]`.
///   - result: shape `[n]`.
/// - Precondition: equal shapes.
/// - Complexity: O(n), no allocation.
public func elementaryTanhs(_ x: Span<Double>, into result: inout MutableSpan<Double>) {
  precondition(x.count == result.count, "elementaryTanhs: arguments of different lengths")
  eightAtATime(x, into: &result, padding: 0) { ElementaryLanes.tanh($0) }
}

/// Runs `body` over whole lanes; the tail goes through the same lanes, padded.
@inline(__always)
func eightAtATime(
  _ x: Span<Double>, into result: inout MutableSpan<Double>, padding: Double, _ body: (ck_d8) -> ck_d8
) {
  let n = result.count
  unsafe x.withUnsafeBufferPointer { x in
    unsafe result.withUnsafeMutableBufferPointer { result in
      var i = 0
      while i + 8 <= n {
        unsafe store8(body(load8(x, i)), result, i)
        i += 8
      }
      guard i < n else { return }
      var tail = ck_d8(repeating: padding)
      for lane in 0..<(n - i) { tail[lane] = unsafe x[i + lane] }
      let y = body(tail)
      for lane in 0..<(n - i) { unsafe result[i + lane] = y[lane] }
    }
  }
}

/// Eight neighbours as lanes. The caller has checked i + 8 ≤ count.
@inline(__always)
func load8(_ x: UnsafeBufferPointer<Double>, _ i: Int) -> ck_d8 {
  unsafe UnsafeRawPointer(x.start + i).loadUnaligned(as: ck_d8.self)
}
@inline(__always)
func store8(_ value: ck_d8, _ x: UnsafeMutableBufferPointer<Double>, _ i: Int) {
  unsafe UnsafeMutableRawPointer(x.start + i).storeBytes(of: value, as: ck_d8.self)
}

@inline(never)
private func lanewise(_ x: ck_d8, _ body: (Double) -> Double) -> ck_d8 {
  var y = x
  for lane in 0..<8 { y[lane] = body(x[lane]) }
  return y
}

/// ``Elementary``, operation for operation, on eight lanes.
enum ElementaryLanes {
  typealias D8 = ck_d8

  /// ln x of normal x > 0.
  @inline(__always)
  static func log(_ x: D8) -> D8 {
    let k = ck_exponentMagic(x) - c(0x1.8p52)
    let m = ck_mantissa(x)
    let f = m - c(1)
    let d = m + c(1)
    let dLow = m - (d - c(1))
    let s = f / d
    let sLow = ck_fma(-s, dLow, ck_fma(-s, d, f)) / d
    let z = s * s
    let z2 = z * z
    let z4 = z2 * z2
    let a0 = ck_fma(c(1.0 / 9), z, c(1.0 / 7))
    let a = ck_fma(a0, z2, ck_fma(c(1.0 / 5), z, c(1.0 / 3)))
    let b0 = ck_fma(c(1.0 / 17), z, c(1.0 / 15))
    let b = ck_fma(b0, z2, ck_fma(c(1.0 / 13), z, c(1.0 / 11)))
    let c0 = ck_fma(c(1.0 / 25), z, c(1.0 / 23))
    let c1 = ck_fma(c0, z2, ck_fma(c(1.0 / 21), z, c(1.0 / 19)))
    let tail = ck_fma(ck_fma(c1, z4, b), z4, a) * z
    let h = c(2) * s
    let l = ck_fma(h, tail, c(2) * sLow)
    let kHigh = k * c(0x1.62e42fefa3800p-1)
    let sum = kHigh + h
    // where k is 0, sum is h and h − (sum − 0) is 0, as the scalar code says in words
    let error = h - (sum - kHigh)
    let rest = ck_fma(k, c(0x1.ef35793c76730p-45), l + error)
    let high = sum + rest
    return high + (rest - (high - sum))
  }

  /// e^x for |x| ≤ 700.
  @inline(__always)
  static func exp(_ x: D8) -> D8 {
    let (p, magic) = reduced(x)
    return ck_scaleByPowerOfTwo(c(1) + p, magic)
  }

  /// tanh x, any x.
  @inline(__always)
  static func tanh(_ x: D8) -> D8 {
    let y = ck_abs(x)
    let (p, magic) = reduced(ck_min(y + y, c(44)))
    let scale = ck_scaleByPowerOfTwo(c(1), magic)
    let t = ck_fma(scale, p, scale - c(1))
    let ratio = t / (t + c(2))
    let small = ck_selectLess(y, c(0x1p-30), y, ratio)
    let bounded = ck_selectLess(y, c(22), small, c(1))
    return ck_keepNaN(x, ck_withSign(bounded, x))
  }

  /// p = e^r − 1 and n + 1.5·2⁵² with x = n·ln 2 + r.
  @inline(__always)
  private static func reduced(_ x: D8) -> (p: D8, magic: D8) {
    let magic = ck_fma(x, c(0x1.71547652b82fep0), c(0x1.8p52))
    let n = magic - c(0x1.8p52)
    let high = ck_fma(n, c(-0x1.62e42fefa3800p-1), x)
    let rest = ck_fma(n, c(-0x1.ef35793c76730p-45), c(0))
    let r = high + rest
    let rLow = rest - (r - high)
    let r2 = r * r
    let r4 = r2 * r2
    let a0 = ck_fma(c(1.0 / 120), r, c(1.0 / 24))
    let a = ck_fma(a0, r2, ck_fma(c(1.0 / 6), r, c(0.5)))
    let b0 = ck_fma(c(1.0 / 362_880), r, c(1.0 / 40_320))
    let b = ck_fma(b0, r2, ck_fma(c(1.0 / 5_040), r, c(1.0 / 720)))
    let c0 = ck_fma(c(1.0 / 6_227_020_800), r, c(1.0 / 479_001_600))
    let c1 = ck_fma(c0, r2, ck_fma(c(1.0 / 39_916_800), r, c(1.0 / 3_628_800)))
    let q = ck_fma(ck_fma(c1, r4, b), r4, a)
    return (r + ck_fma(r2, q, rLow), magic)
  }

  @inline(__always)
  static func c(_ value: Double) -> D8 { D8(repeating: value) }
}

// A buffer of a span that isn't empty has a start.
extension UnsafeBufferPointer {
  @inline(__always)
  var start: UnsafePointer<Element> { unsafe baseAddress.unsafelyUnwrapped }
}
extension UnsafeMutableBufferPointer {
  @inline(__always)
  var start: UnsafeMutablePointer<Element> { unsafe baseAddress.unsafelyUnwrapped }
}
