/// Value at risk and expected shortfall of a P&L series, as it was. Both are P&L: negative is a loss.
///
/// The tail is the worst k = (1 − α)·n days. Expected shortfall is their mean, the fraction of the next day counted
/// as such a fraction; value at risk is the best of them. Where k < 1 the worst day stands in for both.
///
/// - Source: R. Rockafellar and S. Uryasev, "Optimization of conditional value-at-risk", J. Risk 2 (2000); C. Acerbi
///   and D. Tasche, J. Banking & Finance 26 (2002).
public struct TailRisk: Hashable, Sendable, Codable {
  /// The ⌈k⌉-th worst P&L, in the unit of the series.
  public let valueAtRisk: Double
  /// The mean of the worst k.
  public let expectedShortfall: Double
  /// k.
  public let tailDays: Double
  /// Whether k < 1: too few days for this α.
  public let isWorstOnly: Bool

  /// Of a series.
  ///
  /// - Parameters:
  ///   - pnl: P&L a day, any order, finite.
  ///   - perTenThousand: 10,000·(1 − α), 1…10,000: 500 for 95 %.
  /// - Returns: `nil` without days.
  /// - Complexity: O(n·log n).
  public init?(_ pnl: [Double], perTenThousand share: Int) {
    self.init(pnl, tail: Self.tailWeights(pnl, perTenThousand: share), perTenThousand: share)
  }

  /// The same with its ``tailWeights(_:perTenThousand:)`` at hand.
  init?(_ pnl: [Double], tail: [(day: Int, weight: Double)], perTenThousand share: Int) {
    guard let last = tail.last else { return nil }
    valueAtRisk = pnl[last.day]
    expectedShortfall = tail.reduce(0) { $0 + $1.weight * pnl[$1.day] }
    tailDays = Double(pnl.count * share) / 10_000
    isWorstOnly = pnl.count * share < 10_000
  }

  private init(_ other: TailRisk, _ change: (Double) -> Double) {
    valueAtRisk = change(other.valueAtRisk)
    expectedShortfall = change(other.expectedShortfall)
    (tailDays, isWorstOnly) = (other.tailDays, other.isWorstOnly)
  }
  /// With nine significant digits.
  var rounded: TailRisk { TailRisk(self, significant) }

  /// The days of the tail from the worst on, each with its weight: 1/k, the last one the rest. They sum to 1.
  ///
  /// Of equal days the earlier comes first. Σ weight·x is the expected shortfall; with the P&L of a part instead of x
  /// it is that part's contribution (Euler's), and contributions sum to it.
  ///
  /// - Source: D. Tasche, "Risk contributions and performance measurement" (1999).
  public static func tailWeights(_ pnl: [Double], perTenThousand share: Int) -> [(day: Int, weight: Double)] {
    precondition((1...10_000).contains(share), "TailRisk: the tail must be 1 to 10,000 per 10,000")
    let order = pnl.indices.sorted { (pnl[$0], $0) < (pnl[$1], $1) }
    let scaled = pnl.count * share  // 10,000·k
    guard scaled >= 10_000 else { return order.prefix(1).map { ($0, 1) } }
    let (whole, rest) = (scaled / 10_000, scaled % 10_000)
    var tail = order.prefix(whole).map { (day: $0, weight: 10_000 / Double(scaled)) }
    if rest > 0 { tail.append((order[whole], Double(rest) / Double(scaled))) }
    return tail
  }

  /// The same, but days that nearly tie with the value at risk share its part of the tail equally: which of them are in it is
  /// rounding where a mix was chosen for its shortfall, since the best one has many days at its value at risk.
  ///
  /// - Parameter reach: how far from the value at risk a day ties with it, ≥ 0.
  static func tailWeights(
    _ pnl: [Double], perTenThousand share: Int, tiesWithin reach: Double
  ) -> [(day: Int, weight: Double)] {
    let tail = tailWeights(pnl, perTenThousand: share)
    guard let last = tail.last else { return tail }
    let level = pnl[last.day]
    let below = tail.filter { pnl[$0.day] < level - reach }
    let ties = pnl.indices.filter { (pnl[$0] - level).magnitude <= reach }
    let left = 1 - below.reduce(0) { $0 + $1.weight }
    return below + ties.map { ($0, left / Double(ties.count)) }
  }
}
