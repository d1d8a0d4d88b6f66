import Kernels

/// Student's t distribution with a whole number of degrees of freedom.
public enum StudentT {
  /// Probability that |T| exceeds |t|.
  ///
  /// - Parameters:
  ///   - t: any number; NaN gives NaN.
  ///   - freedom: ν ≥ 1.
  /// - Accuracy: 2e-12 relative for ν ≤ 10⁴, 1e-11 for ν ≤ 10⁵ (checked against SciPy).
  /// - Complexity: O(ν + √ν).
  public static func twoSidedTail(_ t: Double, freedom: Int) -> Double {
    precondition(freedom >= 1, "StudentT: at least one degree of freedom")
    guard t == t else { return .nan }
    let nu = Double(freedom)
    let square = t * t
    guard square > 0 else { return 1 }
    guard square < .infinity else { return 0 }
    // x^(ν/2)·(1 − x)^½/B(ν/2, ½) with x = ν/(ν + t²)
    let x = nu / (nu + square)
    let y = square / (nu + square)
    let front = Elementary.exp(-0.5 * nu * logOnePlus(square / nu)) * y.squareRoot() * inverseBeta(freedom)
    // P(|T| > t) = I_x(ν/2, ½), by whichever of the two continued fractions converges fast
    let (a, b) = (0.5 * nu, 0.5)
    if x < (a + 1) / (a + b + 2) { return front * continuedFraction(a, b, x) / a }
    return 1 - front * continuedFraction(b, a, y) / b
  }

  /// The t that |T| exceeds with probability `tail`: 1.96 for 0.05 at large ν.
  ///
  /// - Parameters:
  ///   - tail: 0 < tail < 1.
  ///   - freedom: ν ≥ 1.
  /// - Accuracy: 1e-11 relative.
  public static func twoSidedQuantile(tail: Double, freedom: Int) -> Double {
    precondition(tail > 0 && tail < 1, "StudentT: the tail must lie inside (0, 1)")
    var low = 0.0
    var high = 1.0
    while twoSidedTail(high, freedom: freedom) > tail, high < 1e300 {
      low = high
      high *= 2
    }
    for _ in 0..<200 {
      let middle = 0.5 * (low + high)
      if middle == low || middle == high { break }
      if twoSidedTail(middle, freedom: freedom) > tail { low = middle } else { high = middle }
    }
    return 0.5 * (low + high)
  }

  /// ln(1 + z) for z ≥ 0 without losing z's digits.
  private static func logOnePlus(_ z: Double) -> Double {
    let w = 1 + z
    return w == 1 ? z : Elementary.log(w) + (z - (w - 1)) / w
  }

  /// 1/B(ν/2, ½) = Γ((ν + 1)/2)/(Γ(ν/2)·√π), by g(ν + 1) = (ν/2)/g(ν) from g(1) = 1/√π.
  private static func inverseBeta(_ freedom: Int) -> Double {
    var g = 0.564_189_583_547_756_3
    for nu in stride(from: 1, to: freedom, by: 1) { g = 0.5 * Double(nu) / g }
    return g * 0.564_189_583_547_756_3
  }

  /// The continued fraction of the incomplete beta function, by Lentz's method (DLMF 8.17.22).
  private static func continuedFraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
    let tiny = 1e-300
    func safe(_ v: Double) -> Double { v.magnitude < tiny ? tiny : v }
    var c = 1.0
    var d = 1 / safe(1 - (a + b) * x / (a + 1))
    var h = d
    for i in 1...10_000 {
      let m = Double(i)
      let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
      d = 1 / safe(1 + even * d)
      c = safe(1 + even / c)
      h *= d * c
      let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
      d = 1 / safe(1 + odd * d)
      c = safe(1 + odd / c)
      h *= d * c
      if (d * c - 1).magnitude < 1e-16 { break }
    }
    return h
  }
}
