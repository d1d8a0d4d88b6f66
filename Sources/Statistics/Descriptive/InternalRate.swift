import Kernels

/// The internal rate of return of dated payments.
public enum InternalRate {
  /// One payment.
  public struct Payment: Hashable, Sendable {
    /// Calendar day, by any count of days.
    public let day: Int
    /// Received (positive) or paid in, cents.
    public let cents: Int64

    /// Of its parts.
    public init(day: Int, cents: Int64) {
      self.day = day
      self.cents = cents
    }
  }

  /// The yearly rate r at which Σ cents·(1 + r)^(−days/365) = 0, as a share: 0.12 is 12 % a year.
  ///
  /// Payments that change their sign often may have several such rates, one of which may even be of the other sign
  /// than what was earned. This is the one nearest to 0 on the side of the sum: above 0 where more was received than
  /// paid in, below where less, 0 where as much. So its sign is always that of the result.
  ///
  /// With z = |ln(1 + r)| and times counted from the end that makes every term decay in z, the value g(z) has
  /// |g″(z + h)| ≤ Σ|c|·τ²·e^(−zτ) for every h ≥ 0. A step to the root of g + g′·h − ½·Σ|c|·τ²·e^(−zτ)·h² then never
  /// passes a root of g, and near a simple one it is Newton's: the first root is found, and none skipped.
  ///
  /// - Parameter payments: in any order; those of one day count as one.
  /// - Returns: nil where all are of one sign, and where no rate up to e^700 balances them: where the loss is whole.
  /// - Complexity: O(n·log n), then about 20 passes of n exponentials.
  /// - Accuracy: 1e-12 of 1 + r (checked against SciPy and pyxirr).
  /// - Source: days and basis of the `XIRR` of spreadsheets (ACT/365 fixed). On several roots: C. Norstrøm, J. Financial
  ///   and Quantitative Analysis 7 (1972); G. Hazen, The Engineering Economist 48 (2003).
  public static func annual(_ payments: [Payment]) -> Double? {
    var days: [Payment] = []
    for payment in payments.sorted(by: { $0.day < $1.day }) {
      if let last = days.last, last.day == payment.day {
        days[days.count - 1] = Payment(day: last.day, cents: last.cents + payment.cents)
      } else {
        days.append(payment)
      }
    }
    days.removeAll { $0.cents == 0 }
    guard let first = days.first, let last = days.last, days.contains(where: { $0.cents < 0 }),
      days.contains(where: { $0.cents > 0 })
    else { return nil }
    let sum = days.reduce(0) { $0 + $1.cents }
    guard sum != 0 else { return 0 }
    let isGain = sum > 0
    let terms = days.map { payment in
      (
        cents: Double(isGain ? payment.cents : -payment.cents),
        years: Double(isGain ? payment.day - first.day : last.day - payment.day) / 365
      )
    }
    return firstRoot(terms).map { Elementary.expm1(isGain ? $0 : -$0) }
  }

  /// The least z > 0 at which Σ c·e^(−zτ) is 0, for a sum that is positive at 0.
  private static func firstRoot(_ terms: [(cents: Double, years: Double)]) -> Double? {
    var z = 0.0
    for _ in 0..<1_000 {
      var (value, slope, curvature) = (0.0, 0.0, 0.0)
      for (cents, years) in terms {
        let term = cents * Elementary.exp(-z * years)
        value += term
        slope -= years * term
        curvature += years * years * term.magnitude
      }
      guard value > 0 else { return z }
      let root = (slope * slope + 2 * curvature * value).squareRoot()
      let step = slope < 0 ? 2 * value / (root - slope) : (root + slope) / curvature
      // NaN or beyond where nothing is left that could still balance the rest
      guard z + step <= 700 else { return nil }
      z += step
      if step <= 1e-16 * z { return z }
    }
    return nil
  }
}
