import Backtesting
import Strategies

/// How often a setting can be had at all, and what the market pays where it can't.
public struct CreditReach: Sendable, Codable {
  /// Sessions whose next session has an expiry and that are not half days or holes: where it could be tried.
  public var eligibleSessions: Int
  /// Those on which a condor was sold.
  public var soldSessions: Int
  /// `soldSessions` ÷ `eligibleSessions`.
  @Nullable public var share: Double?
  /// Mid credits at the decision with the same strikes rule and no credit band, points; `nil` without a band.
  public var withoutBand: Credits?

  /// Mid credits of the trades of a period, points.
  public struct Credits: Sendable, Codable {
    /// Sessions with such a condor.
    public var sessions: Int
    /// Mean mid credit.
    public var mean: Double
    /// Lowest.
    public var lowest: Double
    /// Highest.
    public var highest: Double
  }

  /// Codes that say the session could not be tried, whatever the setting.
  private static let untried: Set<OutcomeCode> = [
    .noListedExpiry, .periodEnds, .earlyClose, .dataHole, .weekday,
  ]

  /// Counts, and runs the strategy once more without its credit band if it has one.
  public init(_ evaluation: Evaluation, context: MarketContext, period: ClosedRange<Int>) {
    let eligible = evaluation.records.count { !Self.untried.contains($0.code) }
    eligibleSessions = eligible
    soldSessions = evaluation.figures.trades
    share = eligible > 0 ? Double(soldSessions) / Double(eligible) : nil
    var free = evaluation.strategy
    guard free.condor.strikes.creditBand != nil else { return }
    free.condor.strikes.creditBand = nil
    // A credit target is the band's own wish: what the strikes' deltas pay is asked for.
    if case .credit = free.condor.strikes.target, let put = free.condor.strikes.putBand,
      let call = free.condor.strikes.callBand
    {
      free.condor.strikes.target = .delta(
        put: (put.low + put.high) / 2, call: (call.low + call.high) / 2, notAbove: false)
    }
    let credits = Backtester(context).run(free, period: period).trades.map {
      Double($0.first.midCredit) / 10_000
    }
    guard let low = credits.min(), let high = credits.max() else { return }
    withoutBand = Credits(
      sessions: credits.count, mean: credits.reduce(0, +) / Double(credits.count), lowest: low, highest: high)
  }
}
