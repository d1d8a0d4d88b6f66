import Backtesting
import Statistics
import Strategies

/// Families on equal terms. One that loses less may only be smaller, so each is also shown at the size at which its CVaR95 is
/// that of hold (equal risk), beside the hold condor at the size that has the family's own CVaR95; and stops and hedge are
/// shown with the hedge sized to cost what the stops cost (equal carry).
public struct EqualTerms: Sendable, Codable, Hashable {
  /// A family times a size; every figure grows with it.
  public struct Scaled: Sendable, Codable, Hashable {
    /// Condors for one of the family's own, ≥ 0; fractional, as if many were sold.
    public var condors: Double
    /// Mean a session.
    public var meanDollars: Double
    /// Mean of one hold condor − this mean.
    public var costDollars: Double
    /// Worst session.
    public var worstDollars: Double
    /// Mean of the worst 5 % of sessions.
    public var cvar95Dollars: Double
    /// Deepest fall below the running peak, positive.
    public var maxDrawdownDollars: Double

    /// - Parameter hold: mean of one hold condor, dollars a session.
    init(_ f: FamilyFigures, times size: Double, hold: Double) {
      condors = size
      meanDollars = size * f.meanDollars
      costDollars = hold - size * f.meanDollars
      worstDollars = size * f.worstDollars
      cvar95Dollars = size * f.cvar95Dollars
      maxDrawdownDollars = size * f.maxDrawdownDollars
    }
  }
  /// One family.
  public struct Row: Sendable, Codable, Hashable {
    /// The school.
    public var family: Family
    /// Whether condors are closed before their expiry by a stop (promoter), or never (steward).
    public var closesCondors: Bool
    /// Whether the hedge lives on when its condor is closed (loyalty); null without a hedge.
    @Nullable public var hedgeIsIndependent: Bool?
    /// VX contracts of $1,000 a point bought and sold a year of 252 sessions, for one condor (motion); null without a hedge,
    /// and with a standing book, whose rolling isn't told by order.
    @Nullable public var hedgeContractsAYear: Double?
    /// At hold's CVaR95; null where one of the two has no loss in its tail.
    @Nullable public var atEqualRisk: Scaled?
    /// Hold at this family's CVaR95.
    @Nullable public var holdAtItsRisk: Scaled?
  }
  /// One a family.
  public var rows: [Row]
  /// The hedge at the stops' cost.
  public var carry: EqualCarry

  /// - Parameters:
  ///   - series: results out of sample, with hold, stop and alvh among them.
  ///   - contracts: VX contracts bought and sold, by family; `nil` where not told.
  init(
    _ series: [(family: Family, series: FamilySeries)], strategies: [Family: [Strategy]],
    contracts: [Family: Double]
  ) {
    let figures = Dictionary(
      series.map { ($0.family, FamilyFigures($0.series)) }, uniquingKeysWith: { $1 })
    let hold = figures[.hold]
    rows = series.map { family, own in
      let f = FamilyFigures(own)
      let settings = strategies[family] ?? []
      let hasHedge = settings.contains { !$0.hedge.isEmpty }
      var row = Row(
        family: family, closesCondors: settings.contains { $0.exit.stopsOut },
        hedgeIsIndependent: hasHedge
          ? !settings.contains { $0.ties.unwinds || $0.hedge.contains(where: \.seesCondor) } : nil,
        hedgeContractsAYear: hasHedge
          ? contracts[family].map { $0 * 252 / Double(max(1, f.sessions)) } : nil,
        atEqualRisk: nil, holdAtItsRisk: nil)
      if let hold, hold.cvar95Dollars < 0, f.cvar95Dollars < 0 {
        let factor = hold.cvar95Dollars / f.cvar95Dollars
        row.atEqualRisk = Scaled(f, times: factor, hold: hold.meanDollars)
        row.holdAtItsRisk = Scaled(hold, times: 1 / factor, hold: hold.meanDollars)
      }
      return row
    }
    func find(_ family: Family) -> FamilySeries {
      series.first { $0.family == family }?.series ?? FamilySeries()
    }
    carry = EqualCarry(hold: find(.hold), stop: find(.stop), hedge: find(.alvh))
  }
}

/// Stops against a hedge that costs as much: cost is hold's mean less the family's. With the hedge times h, alvh is
/// condor + h·hedge, and its cost is that of the stops at h = (cost of stops − (hold's mean − its condors' mean)) ÷ (−hedge's
/// mean).
public struct EqualCarry: Sendable, Codable, Hashable {
  /// What stops cost, dollars a session; negative where they earn.
  public var stopCostDollars: Double
  /// What the hedge as chosen costs.
  public var hedgeCostDollars: Double
  /// h; null where it can't be had.
  @Nullable public var hedgeFactor: Double?
  /// Why it can't be had; null where it can.
  @Nullable public var problem: String?
  /// The stops.
  @Nullable public var stop: FamilyFigures?
  /// The hedge times h, to the nearest cent a session.
  @Nullable public var hedge: FamilyFigures?

  /// Of results a session of the same sessions.
  init(hold: FamilySeries, stop: FamilySeries, hedge: FamilySeries) {
    func mean(_ cents: [Int64]) -> Double { Double(cents.reduce(0, +)) / Double(100 * max(1, cents.count)) }
    let (base, condors, hedges) = (mean(hold.net), mean(hedge.condor), mean(hedge.hedge))
    stopCostDollars = base - mean(stop.net)
    hedgeCostDollars = base - mean(hedge.net)
    hedgeFactor = nil
    problem = nil
    self.stop = nil
    self.hedge = nil
    if stopCostDollars <= 0 {
      problem = "the stops cost nothing: they earn as much as hold, or more"
    } else if hedges >= 0 {
      problem = "the hedge costs nothing: it earns by itself, and more of it costs no more"
    } else {
      let factor = (stopCostDollars - (base - condors)) / -hedges
      guard factor >= 0 else {
        problem = "without any hedge the condors of alvh already cost more than the stops"
        return
      }
      var scaled = hedge
      for (s, cents) in hedge.hedge.enumerated() {
        scaled.net[s] = hedge.condor[s] + Int64((factor * Double(cents)).rounded(.toNearestOrAwayFromZero))
      }
      hedgeFactor = factor
      self.stop = FamilyFigures(stop)
      self.hedge = FamilyFigures(scaled)
    }
  }
}

/// The judged settings once more through the reference engine, which tells every fill.
struct JudgedTrades: Sendable {
  /// By family, in order of time; the left-out entries are gone.
  private(set) var halves: [(family: Family, result: BacktestResult, trades: [Trade])] = []

  /// `nil` if cancelled. O(families × sessions × minutes).
  init?(_ fit: CrossFit, _ fitted: CrossFit.Fitted, isCancelled: @escaping @Sendable () -> Bool) {
    let members = fitted.members
    let context = fit.market.context(for: members.flatMap { $0.choices.map(\.strategy) })
    let results = Scheduler.map(count: members.count * 2, threads: fit.threads, isCancelled: isCancelled) {
      let (member, half) = (members[$0 / 2], $0 % 2)
      return Backtester(context).run(member.choices[1 - half].strategy, period: fit.halves[half])
    }
    for (k, result) in results.enumerated() {
      guard let result else { return nil }
      let leftOut = Set(fitted.leftOut[k % 2].keys)
      let trades = result.trades.filter { !leftOut.contains($0.entrySession - result.period.lowerBound) }
      halves.append((members[k / 2].family, result, trades))
    }
  }

  /// VX contracts of $1,000 a point bought and sold by trade-opened layers, all condors; a family with a standing book or with
  /// VIX calls has none.
  var contracts: [Family: Double] {
    var made: [Family: Double] = [:]
    var untold: Set<Family> = []
    for (family, result, trades) in halves {
      if result.strategy.hedge.contains(where: { $0.horizon == .standing || $0.instrument.isVIXCall }) {
        untold.insert(family)
      }
      var sum: Int64 = 0  // cents a point × 1/1000
      for trade in trades {
        let quantity = Int64(result.records[trade.entrySession - result.period.lowerBound].quantity)
        for fill in trade.hedge.fills {
          let base = result.strategy.hedge[fill.layer].size.base
          let units = trade.hedge.parts.first { $0.base == base }?.units ?? 0
          sum += quantity * units * fill.centsPerPoint * Int64(fill.shareThousandths)
        }
      }
      made[family, default: 0] += Double(sum) / 1e8
    }
    return made.filter { !untold.contains($0.key) }
  }
}
