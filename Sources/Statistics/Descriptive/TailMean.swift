/// CVaR: the mean P&L of the worst k = (1 − α)·n sessions. Negative is a loss.
public struct TailMean: Hashable, Sendable {
  /// Cents per session: (sum of the ⌊k⌋ worst + fraction of the next) ÷ k; the worst session where k < 1.
  public let value: Double
  /// k, sessions; may hold a fraction.
  public let tailSessions: Double
  /// Whether k < 1, that is: there are too few sessions for this α and the worst one stands in.
  public let isWorstOnly: Bool

  /// The tail of a series.
  ///
  /// - Parameters:
  ///   - cents: P&L per session, any order, |x| < 2⁴⁰.
  ///   - perTenThousand: 10,000·(1 − α), 1…10,000: 500 for CVaR 95. A whole number, so that k is exact.
  /// - Returns: nil without sessions.
  /// - Complexity: O(n·log n).
  public init?(cents: [Int64], perTenThousand: Int) {
    self.init(sorted: cents.sorted(), perTenThousand: perTenThousand)
  }

  /// The same of a series in ascending order. O(k).
  init?(sorted: [Int64], perTenThousand share: Int) {
    precondition(share >= 1 && share <= 10_000, "TailMean: the tail must be 1 to 10,000 per 10,000")
    guard let worst = sorted.first else { return nil }
    let scaled = sorted.count * share  // 10,000·k
    tailSessions = Double(scaled) / 10_000
    isWorstOnly = scaled < 10_000
    if scaled < 10_000 {
      value = Double(worst)
      return
    }
    let (whole, rest) = (scaled / 10_000, scaled % 10_000)
    var sum: Int128 = 0
    for i in 0..<whole { sum += Int128(sorted[i]) }
    sum *= 10_000
    if rest > 0 { sum += Int128(rest) * Int128(sorted[whole]) }
    value = nearest(sum) / Double(scaled)
  }
}
