import Kernels
import MarketData
import Pricing
import Rules
import Signals
import Strategies

/// What a condor and its hedge are expected to be worth at the settlement, by where the index settles, as it can be told
/// when the condor is sold. Cents of one condor.
///
/// The condor's part is exact: credit − what it settles at − opening fees. A layer's is an expectation:
/// - The index is taken to go straight from the fill to where it settles. A layer opens at the level where its trigger first
///   holds on that way; on a way that turns back it would have opened and be worth less.
/// - VX moves by β × the index, β as estimated before the entry session and the same that indicative prices have, from the
///   indicative price at the fill on; overnight news, the roll and the residual are expected to be nothing.
/// - Conditions that the level alone doesn't tell (RSI, signals by minute other than `move`) count as false where the layer
///   opens without them, otherwise as true: ``Layer/isAssumed``.
/// - The size is that at the opening, its scale that at the fill; a layer is held to the settlement whatever its release says.
///   A standing layer's VIX calls, which outlive the condor by weeks, are left out. All three make a layer ``Layer/isAssumed``.
/// - Calls are picked and paid for at the minute of the fill and valued at 16:15 of the expiry session, VVIX where it was last;
///   so are the prices at which their ladders sell.
/// - Costs are paid twice, ladders sell at exactly their gain. A standing layer is held from the fill on, without costs.
///
/// Each layer is linear in the index between a few levels, so break-evens are exact roots and no search; calls are taken as
/// linear between levels one percent of the index apart.
public struct ExpectedPayoff: Sendable, Hashable {
  /// Settlements at which condor and hedge begin to lose, index points; `nil` where they don't within 30 % of the fill.
  public struct BreakEvens: Sendable, Hashable {
    /// Below the fill.
    public let lower: Double?
    /// Above it.
    public let upper: Double?
  }
  /// One layer on the ways down and up.
  public struct Layer: Sendable, Hashable {
    /// One for the way down and one for the way up, or one for both where it opens at the fill. Empty where it opens on
    /// neither.
    public let legs: [Leg]
    /// Whether it opens only if conditions that the level doesn't tell hold.
    public let isAssumed: Bool
  }
  /// A layer opened at one level.
  public struct Leg: Sendable, Hashable {
    /// Which way leads to it.
    public enum Way: Sendable, Hashable {
      case down, up
      /// At the fill: whichever way the index goes.
      case either
    }
    /// Which way leads to it.
    public let way: Way
    /// The index at its opening, points.
    public let level: Double
    /// What size and gains refer to there, points: the VX expected, or what is asked for a call at it.
    public let price: Double
    /// Cents for one point of the price.
    public let centsPerPoint: Double
    /// Expected gains.
    let course: Course
    /// Of opening and closing, cents; a call's spread is in its gains.
    let cost: Double
    let ladder: [MonetiseStep]

    /// Gains of what is held by where the index settles, points.
    enum Course: Sendable, Hashable {
      /// Of VX, for one index point.
      case linear(slope: Double)
      /// Of a call after the sales of its ladder, at settlements in ascending order.
      case sampled([Sample])
    }
    /// A gain at one settlement.
    struct Sample: Sendable, Hashable {
      let settlement: Double
      let points: Double
    }

    /// Expected result where the index settles, cents; 0 where it isn't opened.
    func cents(at settlement: Double) -> Double {
      switch way {
      case .down: if settlement > level { return 0 }
      case .up: if settlement < level { return 0 }
      case .either: break
      }
      let slope: Double
      switch course {
      case .sampled(let samples): return centsPerPoint * Self.between(samples, settlement) - cost
      case .linear(let known): slope = known
      }
      let gain = max(slope * (settlement - level), -price)
      var left = 1.0
      var points = 0.0
      for step in ladder {
        let asked = price * Double(step.gainThousandths) / 1000
        guard gain >= asked else { break }
        let share = min(Double(step.shareThousandths) / 1000, left)
        points += share * asked
        left -= share
      }
      return centsPerPoint * (points + left * gain) - cost
    }
    /// Settlements at which the result bends or jumps.
    var corners: [Double] {
      let slope: Double
      switch course {
      case .sampled(let samples): return [level] + samples.map(\.settlement)
      case .linear(let known): slope = known
      }
      guard slope != 0 else { return [level] }
      return [level, level - price / slope]
        + ladder.map { level + price * Double($0.gainThousandths) / 1000 / slope }
    }
    /// On the straight line between two samples; the nearest beyond them.
    private static func between(_ samples: [Sample], _ settlement: Double) -> Double {
      let k = samples.firstIndex { $0.settlement >= settlement } ?? samples.count - 1
      guard k > 0, samples[k].settlement > settlement else { return samples[k].points }
      let (a, b) = (samples[k - 1], samples[k])
      return a.points + (b.points - a.points) * (settlement - a.settlement) / (b.settlement - a.settlement)
    }
  }

  /// The index at the fill, points.
  public let spot: Double
  /// The four strikes.
  public let strikes: CondorStrikes
  /// In the order of the strategy.
  public let layers: [Layer]
  private let premium: Double

  /// Of a condor sold at the second point of a surface.
  ///
  /// - Parameters:
  ///   - credit: received, units.
  ///   - strategy: its layers and costs.
  /// - Returns: `nil` where VX or VVIX don't tell a layer's price.
  /// - Complexity: O(layers × levels looked at), some 300 a layer.
  public init?(
    _ strikes: CondorStrikes, credit: Int32, strategy: Strategy, surface: MarkSurface, desk: SessionDesk
  ) {
    let history = desk.context.history
    let before = history.sessions[surface.entry - 1].official.close
    let fees = strategy.costs.fees(on: history.sessions[surface.entry].date)
    let spot = surface.forward[1]
    self.spot = spot
    self.strikes = strikes
    premium = Double(credit - 4 * fees.spxwCents)
    guard spot > 0, before > 0 else { return nil }
    var layers: [Layer] = []
    for layer in strategy.hedge {
      let isStanding = layer.horizon == .standing
      guard !isStanding || !layer.instrument.isVIXCall else {
        layers.append(Layer(legs: [], isAssumed: true))
        continue
      }
      guard let contracts = Self.contracts(layer, surface, desk),
        let now = desk.context.vx.indicative(contracts, at: TradeMinute(surface, 1))
      else { return nil }
      let beta = contracts.reduce(0) {
        $0 + Double($1.thousandths) / 1000 * desk.context.vx.beta($1.expiry, session: surface.entry)
      }
      let slope = beta * 100 / before
      let held = surface.entry - 1...surface.entry - 1
      if isStanding, !StandingBook.holding(layer.trigger, desk.context, held)[0] {
        layers.append(Layer(legs: [], isAssumed: false))
        continue
      }
      let opening =
        isStanding
        ? (levels: [(Leg.Way.either, 0)], isAssumed: false) : Opening(layer.trigger, surface, desk).found
      // a scale is taken as it is at the condor's fill
      let scale = layer.scale.map { rule -> Double in
        var view = RuleView(desk: desk, surface: surface)
        if rule.seesCondor {
          let cost = CondorPath(strikes, on: surface).watched(strategy.exit.mark)
          let sold = CondorSight.Held(strikes: strikes, credit: credit, points: 1..<Int.max, cost: cost)
          view.condor = CondorSight([sold], surface)
        }
        guard case .value(let scale) = view.value(rule.rule, at: 1) else {
          return 0
        }
        return min(max(scale, 0), HedgeLayer.mostScale)
      }
      let legs = opening.levels.compactMap { way, sd -> Leg? in
        let level = spot * Elementary.exp(sd * surface.entryStdDev)
        let vx = max(Double(now) / 1000 + slope * (level - spot), 0.01)
        var (price, course) = (vx, Leg.Course.linear(slope: slope))
        if case .vixCall(let rule) = layer.instrument {
          let call = ExpectedCall(
            rule, month: contracts[0].expiry, vx: vx, surface: surface, context: desk.context)
          guard let call else { return nil }
          price = call.ask
          course = .sampled(
            (70...130).map { percent in
              let settlement = spot * Double(percent) / 100
              let settled = max(vx + slope * (settlement - level), 0.01)
              return Leg.Sample(settlement: settlement, points: call.gain(vx: settled, layer.monetise))
            })
        }
        let size = HedgeAccounting.centsPerPoint(
          layer.size, calls: layer.instrument.isVIXCall, scale: scale ?? 1, price: IndicativeVX.milli(price),
          spot: spot)
        let units = layer.size.base.units(width: strikes.width, credit: credit)
        let cents = Double(size * units)
        let aSide = HedgeAccounting.sideCosts(
          calls: layer.instrument.isVIXCall, slippage: strategy.costs.vxSlippage, fees: fees)
        // a fee is for $1,000 a point, that is 100,000 cents
        let cost = Double(aSide.slippage) / 1000 + Double(aSide.feeCents) / 100_000
        return Leg(
          way: way, level: level, price: price, centsPerPoint: cents, course: course,
          cost: isStanding ? 0 : 2 * cents * cost, ladder: layer.monetise)
      }
      guard legs.count == opening.levels.count else { return nil }
      layers.append(
        Layer(
          legs: legs, isAssumed: opening.isAssumed || layer.scale != nil || layer.release != nil))
    }
    self.layers = layers
  }

  /// The futures that a layer is priced from which opens at the fill; `nil` where the VX curve doesn't tell.
  private static func contracts(_ layer: HedgeLayer, _ surface: MarkSurface, _ desk: SessionDesk)
    -> [ContractWeight]?
  {
    let history = desk.context.history
    let (date, end) = (history.sessions[surface.entry].date, history.sessions[surface.expiry].date)
    switch layer.instrument {
    case .vx(let days):
      return desk.context.vx.contracts(session: surface.entry - 1, tenorDays: days, expiringAfter: end)
    case .vixCall(let rule):
      let month = desk.context.vixCalls(rule).month(
        on: date, closed: surface.entry - 1, days: rule.days, leastLife: end - date)
      return try? [ContractWeight(expiry: month.get(), thousandths: 1000)]
    }
  }

  /// Expected result where the index settles, with the first `count` layers, cents.
  public func cents(at settlement: Double, layers count: Int) -> Double {
    func clamped(_ points: Double, _ width: Int) -> Double { min(max(points, 0), Double(width)) }
    let put = clamped(Double(strikes.shortPut) - settlement, strikes.shortPut - strikes.longPut)
    let call = clamped(settlement - Double(strikes.shortCall), strikes.longCall - strikes.shortCall)
    return layers.prefix(count).flatMap(\.legs).reduce(premium - 10_000 * (put + call)) {
      $0 + $1.cents(at: settlement)
    }
  }

  /// Where condor and first `count` layers begin to lose on the ways down and up; `nil` where they lose at the fill already.
  ///
  /// O(corners²).
  public func breakEvens(layers count: Int) -> BreakEvens? {
    let start = min(max(spot, Double(strikes.shortPut)), Double(strikes.shortCall))
    guard cents(at: start, layers: count) >= 0 else { return nil }
    let legs = layers.prefix(count).flatMap(\.legs)
    let corners =
      [strikes.longPut, strikes.shortPut, strikes.shortCall, strikes.longCall].map(Double.init)
      + legs.flatMap(\.corners)
    let (low, high) = (0.7 * spot, 1.3 * spot)
    let below = [start] + corners.filter { $0 < start && $0 > low }.sorted(by: >) + [low]
    let above = [start] + corners.filter { $0 > start && $0 < high }.sorted() + [high]
    return BreakEvens(lower: firstLoss(below, count), upper: firstLoss(above, count))
  }

  /// Where the result first falls below 0 along settlements between which it is linear; it may jump at them.
  private func firstLoss(_ way: [Double], _ count: Int) -> Double? {
    for (a, b) in zip(way, way.dropFirst()) where a != b {
      let (near, far) = (a + (b - a) / 4, a + 3 * (b - a) / 4)
      let (x, y) = (cents(at: near, layers: count), cents(at: far, layers: count))
      let (first, last) = (x - (y - x) / 2, y + (y - x) / 2)
      if first < 0 { return a }
      if last < 0 { return a + (b - a) * first / (first - last) }
    }
    return nil
  }
}

extension ExpectedPayoff {
  /// Which trade-opened layers of a strategy, in its order, keep to its limit of break-evens: each is added to the condor and
  /// the layers kept before it, and dropped where that is expected to move a break-even by more than the limit, or beyond
  /// where one can be told. All where there is no limit or the VX curve doesn't tell.
  ///
  /// - Complexity: O(layers²).
  public static func keptLayers(
    of strategy: Strategy, _ strikes: CondorStrikes, credit: Int32, surface: MarkSurface, desk: SessionDesk
  ) -> [Bool] {
    let layers = strategy.hedge.filter { $0.horizon == .condor }
    guard let limit = strategy.ties.breakEvenLimitThousandths else { return layers.map { _ in true } }
    let most = Double(limit) / 1000
    var tried = strategy
    tried.hedge = []
    return layers.map { layer in
      tried.hedge.append(layer)
      let count = tried.hedge.count
      guard
        let payoff = ExpectedPayoff(strikes, credit: credit, strategy: tried, surface: surface, desk: desk)
      else { return true }
      let (before, after) = (payoff.breakEvens(layers: count - 1), payoff.breakEvens(layers: count))
      let isKept =
        isWithin(most, before?.lower, after?.lower) && isWithin(most, before?.upper, after?.upper)
      if !isKept { tried.hedge.removeLast() }
      return isKept
    }
  }

  /// Whether a break-even moved by no more than so many points; one that appears or vanishes moved by more.
  private static func isWithin(_ points: Double, _ a: Double?, _ b: Double?) -> Bool {
    guard let a, let b else { return a == nil && b == nil }
    return abs(a - b) <= points
  }
}

/// Where a trigger first holds as the index goes straight up or down from the fill.
private struct Opening {
  /// Ways, each with the move in sd at which it leads to the opening.
  var found: (levels: [(ExpectedPayoff.Leg.Way, Double)], isAssumed: Bool)
  private static let step = 0.05
  private static let steps = 120

  init(_ trigger: Trigger, _ surface: MarkSurface, _ desk: SessionDesk) {
    func levels(_ holds: (Bool?) -> Bool) -> [(ExpectedPayoff.Leg.Way, Double)] {
      func opens(_ sd: Double) -> Bool { holds(Self.verdict(trigger, sd, surface, desk)) }
      if opens(0) { return [(.either, 0)] }
      return [(ExpectedPayoff.Leg.Way.down, -Self.step), (.up, Self.step)].compactMap { way, step in
        guard let k = (1...Self.steps).first(where: { opens(Double($0) * step) }) else { return nil }
        var (no, yes) = (Double(k - 1) * step, Double(k) * step)
        for _ in 0..<50 {
          let middle = (no + yes) / 2
          if opens(middle) { yes = middle } else { no = middle }
        }
        return (way, yes)
      }
    }
    let certain = levels { $0 == true }
    found = certain.isEmpty ? (levels { $0 != false }, true) : (certain, false)
    if found.levels.isEmpty { found.isAssumed = false }
  }

  /// Whether a trigger holds where the index has moved by so many sd since the fill and stood there; `nil` where the level
  /// alone doesn't tell.
  private static func verdict(
    _ trigger: Trigger, _ sd: Double, _ surface: MarkSurface, _ desk: SessionDesk
  ) -> Bool? {
    switch trigger {
    case .always: return true
    case .move(let side, let atLeast):
      switch side {
      case .down: return sd <= -atLeast
      case .up: return sd >= atLeast
      case .either: return abs(sd) >= atLeast
      }
    case .rsi: return nil
    case .event(let kinds, let within):
      return EventWindow.contains(
        kinds, from: surface.entry, withinSessions: within, history: desk.context.history)
    case .rule(let rule):
      let bar = desk.context.history.sessions[surface.entry].spot.count - 1
      return RuleReference(
        rule.rule, session: { desk.context.sessions($0)[$1] },
        minute: { signal, _, _ in signal.name == "move" ? RuleView.onSide(signal, sd) : nil }
      ).value(session: surface.entry, minute: bar).truth
    case .all(let list):
      let verdicts = list.map { verdict($0, sd, surface, desk) }
      return verdicts.contains(false) ? false : verdicts.contains(nil) ? nil : true
    case .any(let list):
      let verdicts = list.map { verdict($0, sd, surface, desk) }
      return verdicts.contains(true) ? true : verdicts.contains(nil) ? nil : false
    }
  }
}
