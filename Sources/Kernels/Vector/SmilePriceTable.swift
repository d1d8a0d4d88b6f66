import CKernelShims
import Foundation

/// Prices of one smile from a table of polynomials: marks as ``smileMarks(_:along:smile:missing:into:)`` gives them, bit for
/// bit, in about a third of its time.
///
/// **The series.** With m = ln(F/K)/w, an out-of-the-money option of √w = w costs
/// √(FK)·∫₀ʷ φ(m·w/u)·e^(−u²/8) du (its vega integrated; a call for m ≤ 0, a put for m ≥ 0). Substituting u = w·t gives
/// √(FK)·Σₖ (−1)ᵏ·w²ᵏ⁺¹/(8ᵏ·k!)·Iₖ(m), Iₖ(m) = ∫₀¹ φ(m/t)·t²ᵏ dt, an alternating series: its error is less than the first
/// term left out. Under a smile w = s·v(z) and |m| = |z|/v(z), so that every coefficient of an odd power of s is a function
/// of z alone. The table holds those of s, s³ and s⁵ as polynomials over steps of 1/64 in z. What the option is worth
/// in the money is added.
///
/// **Why marks are exact.** Each row is compared with the series, s⁷ included, when it is made, at both ends of the range
/// of s; a row that misses by more than 1e-9·s·√(FK), as one where the smile is clamped, is taken out. With s·√(FK) ≤
/// 200 prices are therefore within 3e-7 points, and a mark is decided only if the price lies more than 1e-6 points from
/// where the grid's rounding turns. Any other point (there, out of range, at expiry, in a hole, with an index above
/// 100,000) is priced in full, together with its seven neighbours.
///
/// Source: F. Black, J. Financial Economics 3 (1976); the rest is calculus.
public final class SmilePriceTable: Sendable {
  /// The smile.
  public let smile: TanhQuartic
  /// Eight coefficients a step: of s (four), s³ (three) and s⁵ (one), divided by s.
  private let rows: [SIMD8<Double>]
  /// Whether an option beyond the table is worth less than 1e-9·s·√(FK) out of the money, so that the last row serves.
  private let endsAtZero: Bool

  /// |z| that the table reaches.
  static let reach = 24.0
  /// Steps of one unit of z.
  static let steps = 64.0
  /// Greatest s.
  static let mostStdDev = 0.05
  /// Greatest s·√(FK), points.
  static let mostScale = 200.0
  /// How far a price stays from where rounding turns, points.
  static let margin = 1e-6
  /// Error of a row, in units of s·√(FK).
  private static let tolerance = 1e-9

  /// The table of a smile, made the first time it is asked for; a process keeps the last few.
  public static func shared(_ smile: TanhQuartic) -> SmilePriceTable {
    lock.withLock {
      if let table = known[smile] { return table }
      if known.count >= 16 { known.removeAll() }
      let made = SmilePriceTable(smile)
      known[smile] = made
      return made
    }
  }
  /// A lock that the thread sanitizer knows, unlike `Mutex`, whose code it doesn't see.
  private static let lock = NSLock()
  /// Touched under the lock alone.
  nonisolated(unsafe) private static var known: [TanhQuartic: SmilePriceTable] = [:]

  /// Makes the rows. A few milliseconds.
  public init(_ smile: TanhQuartic) {
    self.smile = smile
    let count = Int(2 * Self.reach * Self.steps)
    rows = (0..<count).map { i in Self.row(from: Double(i) / Self.steps - Self.reach, smile) }
    // More volatility is worth more, and more distance less: no option beyond is worth more than this.
    let m = Self.reach / smile.highest
    endsAtZero = smile.highest * (normalDensity(m) - m * normalCDF(-m)) < Self.tolerance
  }

  /// Rows that can't be used: where the smile has kinks, or is too steep for the step.
  public var missingRows: Int { rows.count { $0[0] != $0[0] } }

  /// The marks of an option; what ``smileMarks(_:along:smile:missing:into:)`` says of its arguments holds here.
  public func marks(
    _ option: PathOption, along path: SmilePath, missing: Int32, into marks: inout MutableSpan<Int32>
  ) {
    let exact = SmileMarkLanes(option, smile: smile, missing: missing)
    // Beyond a table that doesn't end at 0 nothing is sure.
    let widest = endsAtZero ? Self.mostScale : -1
    let rootK = ck_d8(repeating: option.rootStrike)
    let steps = ck_d8(repeating: Self.steps)
    let middle = ck_d8(repeating: Self.reach * Self.steps)
    let last = ck_d8(repeating: Double(rows.count) - 0x1p-20)
    let zero = ck_d8(repeating: 0)
    let three = ck_d8(repeating: 3)
    let ten = ck_d8(repeating: 10)
    let twenty = ck_d8(repeating: 20)
    let fine = ck_d8(repeating: 500)
    let coarse = ck_d8(repeating: 1_000)
    let half = ck_d8(repeating: 0.5)
    unsafe rows.withUnsafeBytes { bytes in
      let table = unsafe bytes.baseAddress.unsafelyUnwrapped.assumingMemoryBound(to: Double.self)
      markEights(along: path, into: &marks, padding: option) { f, logF, s, inverse, scale in
        let z = (exact.logK - logF) * inverse
        // a NaN becomes 0 here: a maximum takes the number
        let at = ck_min(ck_max(ck_fma(z, steps, middle), zero), last)
        let row = ck_floor(at)
        let width = scale * rootK
        let series = unsafe ck_rowSeries(table, ck_whole(row), at - row, s * s)
        let price = ck_fma(width, series, ck_max((f - exact.k) * exact.phi, zero))
        let step = ck_selectLess(price, three, twenty, ten)
        let unit = ck_selectLess(price, three, fine, coarse)
        let number = ck_fma(price, step, half)
        let whole = ck_floor(number)
        // where rounding turns, `number` is whole
        let fromEdge = number - whole
        let sure = ck_areSure(
          half - ck_abs(fromEdge - half), 20 * Self.margin, s, Self.mostStdDev, width, widest, f, 100_000)
        if sure != 0 { return ck_whole(whole * unit) }
        return exact.units(f, logF, s, inverse)
      }
    }
  }

  // MARK: Rows

  /// What multiplies s·√(FK), s²·s·√(FK) and so on at one z.
  private struct Terms {
    let first: Double
    let third: Double
    let fifth: Double
    let seventh: Double

    init(z: Double, _ smile: TanhQuartic) {
      let v = smile.ratio(z: z)
      let m = abs(z) / v
      let density = normalDensity(m)
      // Iₖ by parts: (2k + 1)·Iₖ = φ(m) − m²·Iₖ₋₁
      let i0 = max(0, density - m * normalCDF(-m))
      let i1 = max(0, (density - m * m * i0) / 3)
      let i2 = max(0, (density - m * m * i1) / 5)
      let i3 = max(0, (density - m * m * i2) / 7)
      let v2 = v * v
      first = v * i0
      third = -v * v2 * i1 / 8
      fifth = v * v2 * v2 * i2 / 128
      seventh = -v * v2 * v2 * v2 * i3 / 3_072
    }
    /// The sum at q = s².
    func sum(_ q: Double) -> Double { first + q * (third + q * (fifth + q * seventh)) }
  }

  private static func row(from z: Double, _ smile: TanhQuartic) -> SIMD8<Double> {
    // kinks, at z = 0 as well, lie between rows or take their row out
    func terms(_ f: Double) -> Terms { Terms(z: z + min(max(f, 1e-9), 1 - 1e-9) / steps, smile) }
    let four = chebyshev(4)
    let three = chebyshev(3)
    let a = polynomial(four, four.map { terms($0).first })
    let c = polynomial(three, three.map { terms($0).third })
    let e = terms(0.5).fifth
    let row = SIMD8(a[0], a[1], a[2], a[3], c[0], c[1], c[2], e)
    for j in 0...12 {
      let f = Double(j) / 12
      let exact = terms(f)
      for q in [0, mostStdDev * mostStdDev] {
        let cubic = a[0] + f * (a[1] + f * (a[2] + f * a[3]))
        let sum = cubic + q * (c[0] + f * (c[1] + f * c[2]) + q * e)
        if !(abs(sum - exact.sum(q)) <= tolerance) { return SIMD8(repeating: .nan) }
      }
    }
    return row
  }

  /// The points of [0, 1] at which a polynomial of n coefficients is fitted best.
  private static func chebyshev(_ n: Int) -> [Double] {
    n == 4
      ? [0.038_060_233_744_356_6, 0.308_658_283_817_455_1, 0.691_341_716_182_544_9, 0.961_939_766_255_643_4]
      : [0.066_987_298_107_780_7, 0.5, 0.933_012_701_892_219_3]
  }

  /// Coefficients of the polynomial through some points, by Newton's divided differences.
  private static func polynomial(_ x: [Double], _ y: [Double]) -> [Double] {
    let n = x.count
    var divided = y
    for k in 1..<n {
      for i in stride(from: n - 1, through: k, by: -1) {
        divided[i] = (divided[i] - divided[i - 1]) / (x[i] - x[i - k])
      }
    }
    var coefficients = Array(repeating: 0.0, count: n)
    coefficients[0] = divided[n - 1]
    for k in stride(from: n - 2, through: 0, by: -1) {
      for j in stride(from: n - 1, through: 1, by: -1) {
        coefficients[j] = coefficients[j - 1] - x[k] * coefficients[j]
      }
      coefficients[0] = divided[k] - x[k] * coefficients[0]
    }
    return coefficients
  }
}
