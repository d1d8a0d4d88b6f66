import Backtesting
import MarketData
import Statistics
import Strategies

/// Where condors begin to lose at the settlement, and how far each hedge layer is expected to move that.
public struct BreakEvenReport: Sendable, Codable {
  /// A value over sessions.
  public struct Spread: Sendable, Codable, Hashable {
    /// Sessions that have it.
    public var sessions: Int
    /// Index points, as the others; `nil` without sessions.
    @Nullable public var median: Double?
    /// 5 % of the sessions have less.
    @Nullable public var low: Double?
    /// 5 % have more.
    @Nullable public var high: Double?
    /// The one farthest from 0.
    @Nullable public var largest: Double?

    init(_ values: [Double]) {
      let quantiles = SampleQuantiles(values)
      sessions = values.count
      median = quantiles[0.5]
      low = quantiles[0.05]
      high = quantiles[0.95]
      largest = values.max { $0.magnitude < $1.magnitude }
    }
  }
  /// How far break-evens move where a layer, or all of them, are added.
  public struct Shift: Sendable, Codable {
    /// Name of the layer; `all layers` for all.
    public var layer: String
    /// Sessions in which it opens on the way down, on the way up, or at the fill.
    public var opens: Int
    /// Of them, where it does so only if conditions hold that the index's level doesn't tell.
    public var assumed: Int
    /// Of the lower break-even, index points; below 0 is wider.
    public var lower: Spread
    /// Of the upper one; above 0 is wider.
    public var upper: Spread
    /// Sessions in which a break-even is there only without it, or only with it: lost or won altogether.
    public var appearing: Int
    /// Sessions in which one of the two moves by more than the limit.
    public var beyondLimit: Int
    /// Whether that happens at all.
    public var isFlagged: Bool
  }
  /// One configuration.
  public struct Row: Sendable, Codable {
    /// Name of the configuration.
    public var name: String
    /// What must be known of its settings.
    public var caveats: [String]
    /// Entries that sold.
    public var trades: Int
    /// Trades whose hedge can't be priced beforehand, left out.
    public var unpriced: Int
    /// Trades whose credit is less than the opening fees: without a break-even.
    public var neverEarning: Int
    /// The index at the fill less the condor's lower break-even, points.
    public var lowerDistance: Spread
    /// The condor's upper break-even less the index at the fill.
    public var upperDistance: Spread
    /// Each layer added to those before it, and then all of them to the condor.
    public var shifts: [Shift]
  }

  /// Name of the history.
  public var history: String
  /// What the prices are, in one sentence.
  public var disclosure: String
  /// First session.
  public var from: String
  /// Last session.
  public var to: String
  /// Sessions of the period.
  public var sessions: Int
  /// Beyond which a shift is flagged, index points.
  public var limitPoints: Double
  /// One a configuration.
  public var rows: [Row]

  /// Runs the configurations over a period; of re-entries only the condor sold at the entry counts.
  ///
  /// - Parameter limitPoints: ≥ 0.
  /// - Complexity: O(strategies × sessions × minutes).
  public init(
    _ strategies: [Strategy], market: Market, period: ClosedRange<Int>, limitPoints: Double, threads: Int
  ) {
    let axis = PeriodAxis(market.history, period: period)
    history = market.history.name
    disclosure = market.disclosure
    from = axis.dates.first?.description ?? ""
    to = axis.dates.last?.description ?? ""
    sessions = period.count
    self.limitPoints = limitPoints
    let scan = TradeScan(
      strategies, context: market.context(for: strategies), period: period, threads: threads
    ) { trade, strategy, priced, desk in
      ExpectedPayoff(
        trade.first.strikes, credit: trade.first.credit, strategy: strategy, surface: priced.surface,
        desk: desk)
    }
    rows = zip(scan.evaluations, scan.values).map { evaluation, values in
      let payoffs = values.compactMap { $0 }.compactMap { $0 }
      let count = evaluation.strategy.hedge.count
      let steps = (0...count).map { k in payoffs.map { $0.breakEvens(layers: k) } }
      let calls = evaluation.strategy.hedge.filter(\.isOfCalls)
      var shifts = evaluation.strategy.hedge.enumerated().compactMap { k, layer -> Shift? in
        calls.contains(layer)
          ? nil
          : Self.shift(
            layer.name, steps[k], steps[k + 1], limit: limitPoints, layers: payoffs.map { [$0.layers[k]] })
      }
      if count > 1 {
        shifts.append(
          Self.shift(
            "all layers", steps[0], steps[count], limit: limitPoints, layers: payoffs.map(\.layers)))
      }
      let alone = zip(payoffs, steps[0])
      return Row(
        name: evaluation.strategy.name,
        caveats: evaluation.strategy.caveats
          + calls.map { "not modelled here: the VIX calls of \($0.name), which outlive the condor" },
        trades: evaluation.figures.trades, unpriced: evaluation.figures.trades - payoffs.count,
        neverEarning: steps[0].count { $0 == nil },
        lowerDistance: Spread(alone.compactMap { payoff, at in at?.lower.map { payoff.spot - $0 } }),
        upperDistance: Spread(alone.compactMap { payoff, at in at?.upper.map { $0 - payoff.spot } }),
        shifts: shifts)
    }
  }

  private static func shift(
    _ name: String, _ before: [ExpectedPayoff.BreakEvens?], _ after: [ExpectedPayoff.BreakEvens?],
    limit: Double, layers: [[ExpectedPayoff.Layer]]
  ) -> Shift {
    var lower: [Double] = []
    var upper: [Double] = []
    var appearing = 0
    var beyond = 0
    for (a, b) in zip(before, after) {
      let pairs = [(a?.lower, b?.lower), (a?.upper, b?.upper)]
      if pairs.contains(where: { ($0 == nil) != ($1 == nil) }) { appearing += 1 }
      let moves = pairs.map { from, to in from.flatMap { from in to.map { $0 - from } } }
      if let move = moves[0] { lower.append(move) }
      if let move = moves[1] { upper.append(move) }
      if moves.contains(where: { ($0?.magnitude ?? 0) > limit }) { beyond += 1 }
    }
    return Shift(
      layer: name, opens: layers.count { $0.contains { !$0.legs.isEmpty } },
      assumed: layers.count { $0.contains { $0.isAssumed } }, lower: Spread(lower), upper: Spread(upper),
      appearing: appearing, beyondLimit: beyond, isFlagged: beyond > 0 || appearing > 0)
  }
}
