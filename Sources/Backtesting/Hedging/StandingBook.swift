import MarketData
import Rules
import Strategies

/// Layers that are held whether or not a condor trades: constant-maturity VX, rebalanced at each settlement, and VIX calls
/// (``VIXCallCarry``).
///
/// A layer with a rule is held over the sessions after those a minute before whose close the rule holds; where the rule can't be
/// told, it stays as it was. The rule sees values by session as known at that session's open, as everywhere.
///
/// With VX a session earns Σ w(t−1)·(F(t) − F(t−1)) of the contracts held over it, less the costs of moving the weights:
/// never the change of an interpolated level, which would hide the roll.
public struct StandingBook: Sendable {
  /// What one layer earned.
  public struct Layer: Sendable {
    /// The layer's name.
    public let name: String
    /// Result of each session of the period, whole cents.
    public let netCents: [Int64]
    /// What is bound over each session of the period by what was held from the settlement before on, whole cents: margin of
    /// VX, the premium paid for calls.
    public let heldCents: [Int64]
    /// Sessions on which what was held had no price, so that its change was booked on the next one that had, or on which
    /// nothing could be bought for want of one.
    public let unpricedSessions: Int
    /// Final settlements of VIX calls that no file has, taken at the last mark before.
    public let estimatedSettlements: Int
  }
  /// The standing layers in the strategy's order.
  public let layers: [Layer]
  /// Result of each session of the period, whole cents.
  public let netCents: [Int64]
  /// What all layers bind over each session of the period, whole cents.
  public let heldCents: [Int64]

  /// No layers, over no sessions.
  public static let none = StandingBook(layers: [], netCents: [], heldCents: [])
  private init(layers: [Layer], netCents: [Int64], heldCents: [Int64]) {
    (self.layers, self.netCents, self.heldCents) = (layers, netCents, heldCents)
  }

  /// Runs the standing layers over sessions `range` of a history. O(sessions × contracts).
  public init(_ strategy: Strategy, context: MarketContext, range: ClosedRange<Int>) {
    layers = strategy.hedge.filter { $0.horizon == .standing }.map { layer in
      switch layer.instrument {
      case .vx(let days):
        let carry = VXCarry.run(
          context: context, range: range, tenorDays: days,
          centsPerPoint: Int64((layer.size.amount * 100_000).rounded(.toNearestOrAwayFromZero)),
          costs: strategy.costs, isHeld: Self.holding(layer.trigger, context, range))
        return Layer(
          name: layer.name, netCents: carry.netCents, heldCents: carry.marginCents,
          unpricedSessions: carry.staleSessions,
          estimatedSettlements: 0)
      case .vixCall(let rule):
        let carry = VIXCallCarry(
          rule, contracts: Int(layer.size.amount), monetise: layer.monetise, context: context, range: range,
          costs: strategy.costs)
        return Layer(
          name: layer.name, netCents: carry.netCents, heldCents: [0] + carry.paidCents.dropLast(),
          unpricedSessions: carry.staleSessions + carry.unopened.values.reduce(0, +),
          estimatedSettlements: carry.estimatedSettlements)
      }
    }
    netCents = Self.sum(layers.map(\.netCents), count: range.count)
    heldCents = Self.sum(layers.map(\.heldCents), count: range.count)
  }

  private static func sum(_ lists: [[Int64]], count: Int) -> [Int64] {
    var total = Array(repeating: Int64(0), count: count)
    for list in lists {
      for k in total.indices { total[k] += list[k] }
    }
    return total
  }

  /// Whether a layer is held from each session's settlement on, told a minute before the close.
  public static func holding(_ trigger: Trigger, _ context: MarketContext, _ range: ClosedRange<Int>)
    -> [Bool]
  {
    guard case .rule(let rule) = trigger else { return Array(repeating: true, count: range.count) }
    var isHeld = false
    return range.map { i in
      var known: [SignalInstance: [Double]] = [:]
      let value = RuleView.market(
        rule, session: i, minute: context.history.sessions[i].closeMinute - 1, context
      ) { signal, session in
        if let column = known[signal] { return column }
        let made = context.minutes(signal, session: session, expiry: session)
        known[signal] = made
        return made
      }
      isHeld = value.truth ?? isHeld
      return isHeld
    }
  }
}

/// The result of holding VX at a constant maturity on identified contracts.
public struct VXCarry: Sendable {
  /// A session's result after costs, whole cents.
  public let netCents: [Int64]
  /// Before costs, whole cents.
  public let grossCents: [Int64]
  /// Margin over each session of what was held from the settlement before on, whole cents.
  public let marginCents: [Int64]
  /// Contract-sessions without a settlement.
  public let staleSessions: Int

  /// - Parameters:
  ///   - centsPerPoint: size, cents a VX point (100,000 is one VX contract).
  ///   - range: the first session only buys; each later one earns and rebalances.
  ///   - isHeld: whether anything is held from each session's settlement on; `nil` for always.
  public static func run(
    context: MarketContext, range: ClosedRange<Int>, tenorDays: Int, centsPerPoint: Int64, costs: CostRule,
    isHeld: [Bool]? = nil
  ) -> VXCarry {
    let history = context.history
    var held: [SessionDate: Int64] = [:]  // 1/1000 of the size
    var lastSettle: [SessionDate: Int32] = [:]
    var net: [Int64] = []
    var gross: [Int64] = []
    var margin: [Int64] = []
    var stale = 0
    for i in range {
      let pair = held.sorted { $0.key < $1.key }
        .map { ContractWeight(expiry: $0.key, thousandths: Int32($0.value)) }
      let bound = Double(centsPerPoint) * context.vx.margin.points(pair, session: i)
      margin.append(Int64(bound.rounded(.toNearestOrAwayFromZero)))
      var earned: Int64 = 0  // 10⁻⁶ cents
      var unpriced = false
      for expiry in held.keys.sorted() {
        guard let weight = held[expiry], let before = lastSettle[expiry] else { continue }
        guard let now = context.vx.settle(expiry, session: i) else {
          stale += 1
          if expiry > history.sessions[i].date { unpriced = true } else { held[expiry] = nil }
          continue
        }
        earned += weight * Int64(now - before) * centsPerPoint
        lastSettle[expiry] = now
      }
      var cost: Int64 = 0  // 10⁻⁶ cents
      let next =
        history.calendar.next(after: history.sessions[i].date) ?? history.sessions[i].date.adding(days: 5)
      // What has no price can't be traded: the pair is kept until all of it settles again, so that no change
      // between two settlements is lost.
      let wanted: [ContractWeight]? =
        if i == range.upperBound { [] } else if unpriced {
          nil
        } else if !(isHeld?[i - range.lowerBound] ?? true) { [] } else {
          context.vx.contracts(session: i, tenorDays: tenorDays, expiringAfter: next)
        }
      if let wanted {
        var target: [SessionDate: Int64] = [:]
        for contract in wanted { target[contract.expiry] = Int64(contract.thousandths) }
        let fee = Int64(costs.fees(on: history.sessions[i].date).vxCents)
        for expiry in Set(held.keys).union(target.keys).sorted() {
          let moved = abs((target[expiry] ?? 0) - (held[expiry] ?? 0))
          cost += moved * centsPerPoint * Int64(costs.vxSlippage) + moved * centsPerPoint * fee / 100
        }
        held = target
        for contract in wanted {
          lastSettle[contract.expiry] = context.vx.settle(contract.expiry, session: i)
        }
      }
      gross.append(HedgeAccounting.wholeCents(Int128(earned) * 1000))
      net.append(HedgeAccounting.wholeCents(Int128(earned - cost) * 1000))
    }
    return VXCarry(netCents: net, grossCents: gross, marginCents: margin, staleSessions: stale)
  }
}
