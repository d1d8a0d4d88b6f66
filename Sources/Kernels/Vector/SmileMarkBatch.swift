import CKernelShims

/// One option whose marks along a path of the forward are asked for.
public struct PathOption: Sendable, Hashable {
  /// K, index points, > 0.
  public let strike: Double
  /// ln K.
  public let logStrike: Double
  /// √K.
  public let rootStrike: Double
  /// +1 for a call, −1 for a put.
  public let sign: Double

  /// A call or a put.
  ///
  /// - Precondition: strike > 0.
  public init(strike: Double, isCall: Bool) {
    precondition(strike > 0, "PathOption: a strike above 0")
    self.strike = strike
    logStrike = Elementary.log(strike)
    rootStrike = strike.squareRoot()
    sign = isCall ? 1 : -1
  }
}

/// What the marks of every option along one path need of its points. All arrays have shape `[n]`.
public struct SmilePath: Sendable {
  /// F, index points; NaN where there is none.
  public let forward: [Double]
  /// ln F.
  public let logForward: [Double]
  /// s: √w at the money, ≥ 0.
  public let stdDev: [Double]
  /// 1/s.
  public let inverseStdDev: [Double]
  /// s·√F.
  public let scale: [Double]

  /// - Precondition: equal shapes.
  /// - Complexity: O(n).
  public init(forward: [Double], logForward: [Double], stdDev: [Double]) {
    precondition(
      logForward.count == forward.count && stdDev.count == forward.count,
      "SmilePath: arguments of different lengths")
    self.forward = forward
    self.logForward = logForward
    self.stdDev = stdDev
    inverseStdDev = stdDev.map { 1 / $0 }
    scale = forward.indices.map { stdDev[$0] * forward[$0].squareRoot() }
  }
}

/// Marks of an option along a path of the forward: Black-76 with the strike's own volatility, on a tick grid.
///
/// At each point z = (ln K − ln F)/s, the strike's √w is w = s·ratio(z), the price that of Black-76 with ln(F/K)/w =
/// −z/ratio(z), and the mark that price on the grid: the nearest multiple of 0.05 below 3, of 0.10 from there (halves away
/// from zero), in units of 1/10,000.
///
/// - Parameters:
///   - smile: σ(z)/σ(0).
///   - missing: the mark of a point without a price.
///   - marks: the result; shape `[n]`.
/// - Precondition: equal shapes.
/// - Accuracy: prices within 3e-15·F of ``SmileMarkReference``, so marks are its but for prices as near to half a step.
/// - Complexity: O(n), no allocation; the same bits wherever a point stands. Three divisions a price.
public func smileMarks(
  _ option: PathOption, along path: SmilePath, smile: TanhQuartic, missing: Int32,
  into marks: inout MutableSpan<Int32>
) {
  let exact = SmileMarkLanes(option, smile: smile, missing: missing)
  markEights(along: path, into: &marks, padding: option) { f, logF, s, inverse, _ in
    exact.units(f, logF, s, inverse)
  }
}

/// The arithmetic of ``smileMarks(_:along:smile:missing:into:)``, eight points at a time.
struct SmileMarkLanes {
  let k: ck_d8
  let logK: ck_d8
  let phi: ck_d8
  let inverseCap: ck_d8
  let smile: TanhQuartic
  let missing: Int32

  init(_ option: PathOption, smile: TanhQuartic, missing: Int32) {
    k = ck_d8(repeating: option.strike)
    logK = ck_d8(repeating: option.logStrike)
    phi = ck_d8(repeating: option.sign)
    inverseCap = ck_d8(repeating: 1 / smile.cap)
    self.smile = smile
    self.missing = missing
  }

  @inline(__always)
  func units(_ f: ck_d8, _ logF: ck_d8, _ s: ck_d8, _ inverse: ck_d8) -> ck_i8 {
    let z = (logK - logF) * inverse
    let ratio = smile.ratios(scaled: z * inverseCap)
    // no ratio at s = 0, where z is infinite or NaN
    let own = ck_selectLess(ck_d8(repeating: 0), s, s * ratio, s)
    let price = Black76Lanes.price(f, k, own, phi, standardised: -z / ratio)
    if ck_ordinaryOptions(f, k, own) != 0 { return TickLanes.units(price, missing: missing) }
    return TickLanes.units(exceptional(price, f, k, own, phi), missing: missing)
  }
}

/// Eight points of a path at a time: F, ln F, s, 1/s and s·√F. The last ones are filled up with ordinary points, at the
/// money.
@inline(__always)
func markEights(
  along path: SmilePath, into marks: inout MutableSpan<Int32>, padding: PathOption,
  _ eight: (ck_d8, ck_d8, ck_d8, ck_d8, ck_d8) -> ck_i8
) {
  let n = marks.count
  precondition(path.forward.count == n, "smileMarks: arguments of different lengths")
  unsafe path.forward.withUnsafeBufferPointer { forward in
    unsafe path.logForward.withUnsafeBufferPointer { logForward in
      unsafe path.stdDev.withUnsafeBufferPointer { stdDev in
        unsafe path.inverseStdDev.withUnsafeBufferPointer { inverse in
          unsafe path.scale.withUnsafeBufferPointer { scale in
            unsafe marks.withUnsafeMutableBufferPointer { marks in
              var i = 0
              while i + 8 <= n {
                let made = unsafe eight(
                  load8(forward, i), load8(logForward, i), load8(stdDev, i), load8(inverse, i),
                  load8(scale, i))
                unsafe UnsafeMutableRawPointer(marks.start + i).storeBytes(of: made, as: ck_i8.self)
                i += 8
              }
              guard i < n else { return }
              var f = ck_d8(repeating: padding.strike)
              var logF = ck_d8(repeating: padding.logStrike)
              var s = ck_d8(repeating: 0.01)
              var inverted = ck_d8(repeating: 100)
              var scaled = ck_d8(repeating: 0.01 * padding.rootStrike)
              for lane in 0..<(n - i) {
                f[lane] = unsafe forward[i + lane]
                logF[lane] = unsafe logForward[i + lane]
                s[lane] = unsafe stdDev[i + lane]
                inverted[lane] = unsafe inverse[i + lane]
                scaled[lane] = unsafe scale[i + lane]
              }
              let made = eight(f, logF, s, inverted, scaled)
              for lane in 0..<(n - i) { unsafe marks[i + lane] = made[lane] }
            }
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
