import Backtesting
import MarketData
import Pricing
import Strategies

/// How well real chains keep to put–call parity after their spreads, and that modelled marks do.
public struct ParityReport: Sendable, Codable {
  /// One expiry of one snapshot.
  public struct Chain: Sendable, Codable {
    /// The file.
    public var file: String
    /// The session of the quotes.
    public var quoteDate: String
    /// When they expire.
    public var expiry: String
    /// The index as the file has it; `nil` where it hasn't.
    @Nullable public var index: Double?
    /// By put–call parity, mean of the tightest pairs near the money, points.
    public var forward: Double
    /// Standard deviation of those pairs' forwards.
    public var disagreement: Double
    /// Pairs.
    public var pairs: Int
    /// Strikes anywhere that contradict the forward by more than their spread: stale quotes.
    public var staleStrikes: Int
    /// Strikes looked at.
    public var strikes: Int
    /// Of them, conversions that lock in more than the costs.
    public var conversions: Int
    /// Reversals.
    public var reversals: Int
    /// The best conversion after the spread, before costs, points; negative where there is nothing to earn.
    @Nullable public var bestConversion: Double?
    /// Its strike.
    @Nullable public var conversionStrike: Double?
    /// The best reversal.
    @Nullable public var bestReversal: Double?
    /// Its strike.
    @Nullable public var reversalStrike: Double?
    /// The best box of two strikes, bids and asks alone.
    @Nullable public var bestBox: Double?
    /// Whether the box locks in more than the costs.
    public var isBoxViolated: Bool
  }
  /// What modelled marks say: one Black-76 a strike prices both sides, so parity holds by construction.
  public struct Modelled: Sendable, Codable {
    /// Name of the history.
    public var history: String
    /// Sessions looked at, spread over the history.
    public var sessions: Int
    /// Strikes of their chains.
    public var strikes: Int
    /// Largest |C − P − (F − K)| of unrounded mids, points: rounding errors of doubles.
    public var largestGap: Double
    /// The same of marks on the tick grid: half a step of each side, so at most 0.1.
    public var largestGapOnGrid: Double
  }

  /// Points that a trade must lock in more than to be counted.
  public var costPoints: Double
  /// How far from the forward strikes may be, points.
  public var windowPoints: Double
  /// Calendar days from the quotes to the expiry, at most.
  public var days: Int
  /// In the order of the files.
  public var chains: [Chain]
  /// Expiries within the days on which no strike has bids on both sides.
  public var withoutForward: Int
  /// Strikes looked at in all chains.
  public var strikes: Int
  /// Conversions and reversals that lock in more than the costs.
  public var violations: Int
  /// Boxes that do.
  public var boxes: Int
  /// The check of the marks.
  public var modelled: Modelled

  /// Two contracts at the strike and two of the forward's, at the default fee a contract-side, points.
  public static let defaultCosts = 4 * 1.35 / 100

  /// Reads chains; expiries on the quote date itself, whose quotes may be dead, are left out.
  ///
  /// - Throws: `ChainError` with file, line, value and remedy.
  /// - Complexity: O(content), and O(strikes) of some sixty sessions for the marks.
  public init(
    paths: [String], market: Market, costPoints: Double = defaultCosts, windowPoints: Double = 100,
    days: Int = 7
  ) throws {
    self.costPoints = costPoints
    self.windowPoints = windowPoints
    self.days = days
    chains = []
    withoutForward = 0
    for path in paths {
      for snapshot in try ChainReader.snapshots(path: path) {
        for quotes in snapshot.expiries where (1...days).contains(quotes.expiry - snapshot.quoteDate) {
          guard let check = ParityCheck(quotes, costs: costPoints, window: windowPoints) else {
            withoutForward += 1
            continue
          }
          chains.append(Self.chain(check, snapshot, quotes.expiry, costs: costPoints))
        }
      }
    }
    strikes = chains.reduce(0) { $0 + $1.strikes }
    violations = chains.reduce(0) { $0 + $1.conversions + $1.reversals }
    boxes = chains.count { $0.isBoxViolated }
    modelled = Self.modelled(market)
  }

  private static func chain(
    _ check: ParityCheck, _ snapshot: ChainSnapshot, _ expiry: SessionDate, costs: Double
  ) -> Chain {
    Chain(
      file: snapshot.source, quoteDate: snapshot.quoteDate.description, expiry: expiry.description,
      index: snapshot.underlyingLast.isFinite ? snapshot.underlyingLast : nil,
      forward: check.parity.forward, disagreement: check.parity.disagreement, pairs: check.parity.pairs,
      staleStrikes: check.parity.staleStrikes.count, strikes: check.strikes, conversions: check.conversions,
      reversals: check.reversals, bestConversion: check.bestConversion?.points,
      conversionStrike: check.bestConversion?.strikes[0], bestReversal: check.bestReversal?.points,
      reversalStrike: check.bestReversal?.strikes[0], bestBox: check.bestBox?.points,
      isBoxViolated: (check.bestBox?.points ?? -.infinity) > costs + 1e-9)
  }

  /// Every strike of the chains of some sixty sessions at 15:45.
  private static func modelled(_ market: Market) -> Modelled {
    let history = market.history
    let model = MarkModel(
      parameters: market.parameters, settings: MarkSettings(), calendar: history.calendar,
      events: history.events)
    var made = Modelled(history: history.name, sessions: 0, strikes: 0, largestGap: 0, largestGapOnGrid: 0)
    for i in stride(from: 1, to: history.sessions.count - 1, by: max(1, history.sessions.count / 60)) {
      guard
        let surface = model.surface(
          history, entry: i, decisionMinute: EntryRule().minute, expiry: i + 1),
        let priced = PricedSurface(surface)
      else { continue }
      made.sessions += 1
      let forward = surface.forward[0]
      for (k, strike) in priced.chain.strikes.enumerated() {
        made.strikes += 1
        let parity = forward - Double(strike)
        let call = surface.mid(strike: Double(strike), isCall: true, at: 0)
        let put = surface.mid(strike: Double(strike), isCall: false, at: 0)
        made.largestGap = max(made.largestGap, abs(call - put - parity))
        let onGrid = TickGrid.points(priced.chain.call[k] - priced.chain.put[k])
        made.largestGapOnGrid = max(made.largestGapOnGrid, abs(onGrid - parity))
      }
    }
    return made
  }
}
