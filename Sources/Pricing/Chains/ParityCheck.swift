/// What put–call parity leaves to be earned at the quotes of one expiry: at each strike against the forward, and between two
/// strikes. Undiscounted: at a strike d points from the forward that is wrong by d·r·T, 0.05 points for 100 points, 2.5 % and
/// a week.
///
/// - Source: H. R. Stoll, "The relationship between put and call option prices", J. Finance 24 (1969); E. I. Ronn and A. G. Ronn,
///   "The box spread arbitrage conditions", Review of Financial Studies 2 (1989).
public struct ParityCheck: Sendable, Hashable {
  /// The most that one kind of trade locks in.
  public struct Best: Sendable, Hashable {
    /// Points after the spread, before costs; may be negative.
    public let points: Double
    /// Where: of a box first the strike whose synthetic forward is sold.
    public let strikes: [Double]
  }
  /// The forward that conversions and reversals are set against, a mid.
  public let parity: ParityForward
  /// Strikes within the window with both sides quoted.
  public let strikes: Int
  /// Those of them whose conversion (sell the call at its bid, buy the put at its ask, buy the forward) or reversal (the other
  /// way round) locks in more than the costs.
  public let conversions: Int
  /// Reversals likewise.
  public let reversals: Int
  /// `nil` where no strike has the bid that it sells at.
  public let bestConversion: Best?
  /// Likewise.
  public let bestReversal: Best?
  /// Of all pairs of strikes: a synthetic forward sold at the bids of one and bought at the asks of the other. No mid is in it.
  public let bestBox: Best?

  /// Looks at one expiry; `nil` if no strike has bids on both sides.
  ///
  /// - Parameters:
  ///   - quotes: one expiry.
  ///   - costs: of a trade, points; what a strike must lock in more than to be counted.
  ///   - window: how far from the forward strikes may be, points.
  /// - Complexity: O(n·log n).
  public init?(_ quotes: ExpiryQuotes, costs: Double, window: Double) {
    guard let parity = ParityForward(quotes) else { return nil }
    self.parity = parity
    var sold: [(strike: Double, forward: Double)] = []
    var bought = sold
    var strikes = 0
    for q in quotes.strikes where (q.strike - parity.forward).magnitude <= window {
      guard let call = q.call, let put = q.put else { continue }
      strikes += 1
      if call.bid > 0 { sold.append((q.strike, q.strike + call.bid - put.ask)) }
      if put.bid > 0 { bought.append((q.strike, q.strike + call.ask - put.bid)) }
    }
    self.strikes = strikes
    // a quote is whole cents: compared so, that a ninth digit is no violation
    func isMore(_ points: Double) -> Bool { points > costs + 1e-9 }
    conversions = sold.count { isMore($0.forward - parity.forward) }
    reversals = bought.count { isMore(parity.forward - $0.forward) }
    let high = sold.max { $0.forward < $1.forward }
    let low = bought.min { $0.forward < $1.forward }
    bestConversion = high.map { Best(points: $0.forward - parity.forward, strikes: [$0.strike]) }
    bestReversal = low.map { Best(points: parity.forward - $0.forward, strikes: [$0.strike]) }
    bestBox = high.flatMap { high in
      low.map { Best(points: high.forward - $0.forward, strikes: [high.strike, $0.strike]) }
    }
  }
}
