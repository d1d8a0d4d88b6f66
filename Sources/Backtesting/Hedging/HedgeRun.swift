import MarketData
import Pricing
import Rules
import Signals
import Strategies

/// What the trade-opened layers earn a size unit: independent of the condor they accompany.
struct UnitHedge {
  let fills: [HedgeFill]
  let centsPerUnit: [(base: HedgeSize.Base, cents: Int64)]

  /// The same with its layers at other positions of a strategy.
  func placed(at positions: [Int]) -> UnitHedge {
    UnitHedge(
      fills: fills.map { fill in
        var made = fill
        made.layer = positions[fill.layer]
        return made
      }, centsPerUnit: centsPerUnit)
  }

  /// The result for a condor: units are its width in points, its credit in 0.05 ticks, or one.
  func result(width: Int, credit: Int32) -> HedgeResult {
    HedgeResult(
      fills: fills,
      parts: centsPerUnit.map { base, cents in
        .init(base: base, centsPerUnit: cents, units: base.units(width: width, credit: credit))
      })
  }
}

extension HedgeSize.Base {
  /// How many units of a size a condor holds: its width in points, its credit in 0.05 ticks, or one.
  func units(width: Int, credit: Int32) -> Int64 {
    switch self {
    case .grossRisk: Int64(width)
    case .credit: Int64(credit / TickGrid.nickel)
    case .notional, .contracts: 1
    }
  }
}

extension PricedSurface {
  /// What a trade-opened layer could need of VX and VVIX and doesn't find. O(contracts).
  public func missingFutures(_ layer: HedgeLayer, _ strategy: Strategy, desk: SessionDesk) -> [MissingFuture]
  {
    HedgeRun(strategy: strategy, desk: desk, surface: surface).missingFutures(layer)
  }
}

/// Where a hedge that is unwound with its condor ends: points of a surface.
struct HedgeEnd: Hashable {
  /// Where the condor's last closing order was decided.
  let decided: Int?
  /// Where it filled: what is left of every layer is sold there, and none opens from there on.
  let point: Int
}

/// Runs the trade-opened layers of one condor, minute by minute, from its fill to its expiry settlement.
///
/// The hedge sees the market and the entry, and the condor where a rule asks for it. Results are per size unit and rounded
/// once to whole cents a size base; a trade earns units × cents.
struct HedgeRun {
  let strategy: Strategy
  let desk: SessionDesk
  let surface: MarkSurface
  let end: HedgeEnd?
  /// What rules see of the condors.
  let condor: CondorSight?
  private var view: RuleView { RuleView(desk: desk, surface: surface, condor: condor) }
  private var context: MarketContext { desk.context }
  private var expiry: Int { surface.expiry }

  init(
    strategy: Strategy, desk: SessionDesk, surface: MarkSurface, end: HedgeEnd? = nil,
    condor: CondorSight? = nil
  ) {
    self.strategy = strategy
    self.desk = desk
    self.surface = surface
    self.end = end
    self.condor = condor
  }

  /// The layers' orders and results a size unit, or the outcome code for missing inputs. O(layers × minutes).
  func run() -> Result<UnitHedge, OutcomeReason> {
    var fills: [HedgeFill] = []
    var totals: [HedgeSize.Base: Int128] = [:]
    for (index, layer) in strategy.hedge.enumerated() where layer.horizon == .condor {
      guard let trigger = bind(layer.trigger),
        [layer.scale, layer.release].allSatisfy({ $0.map(view.isToldAtFill) ?? true })
      else { return .failure(.code(.signalMissing)) }
      switch run(layer, index: index, trigger: trigger) {
      case .failure(let reason): return .failure(reason)
      case .success(let made):
        fills += made
        totals[layer.size.base, default: 0] += nanocents(made)
      }
    }
    let cents = HedgeSize.Base.allCases.compactMap { base in
      totals[base].map { (base: base, cents: HedgeAccounting.wholeCents($0)) }
    }
    return .success(UnitHedge(fills: fills, centsPerUnit: cents))
  }

  private func nanocents(_ fills: [HedgeFill]) -> Int128 {
    HedgeAccounting.nanocents(fills) { fill in
      HedgeAccounting.sideCosts(
        calls: strategy.hedge[fill.layer].instrument.isVIXCall, slippage: strategy.costs.vxSlippage,
        fees: strategy.costs.fees(on: context.history.sessions[fill.session].date))
    }
  }

  /// Whether the futures that a layer might need are there, in whichever session it may open. Asked of every trade,
  /// triggered or not: an outcome code that depended on the trigger would look ahead of the entry.
  private func isCovered(_ layer: HedgeLayer) -> Bool { missingFutures(layer).isEmpty }

  /// What ``isCovered(_:)`` misses, session by session.
  func missingFutures(_ layer: HedgeLayer) -> [MissingFuture] {
    if case .vixCall(let rule) = layer.instrument {
      return context.vixCalls(rule).missing(rule, entry: surface.entry, expiry: expiry)
    }
    var sessions = [expiry]
    if let first = nextTradable(after: 1), first < surface.expiryStart {
      sessions.insert(surface.entry, at: 0)
    }
    var missing: [MissingFuture] = []
    for session in sessions {
      guard
        let contracts = context.vx.contracts(
          session: session - 1, tenorDays: layer.tenorDays,
          expiringAfter: context.history.sessions[expiry].date)
      else {
        missing.append(.curve(session: session - 1))
        continue
      }
      for contract in contracts {
        for day in session...expiry where !context.vx.hasPath(contract.expiry, session: day) {
          missing.append(.path(contract.expiry, session: day))
        }
      }
    }
    return missing
  }

  private func run(_ layer: HedgeLayer, index: Int, trigger: BoundTrigger) -> Result<
    [HedgeFill], OutcomeReason
  > {
    guard isCovered(layer) else { return .failure(.code(.dataHole)) }
    let last = surface.minutes.count - 1
    var i = 1
    while i < last, !(holds(trigger, at: i) && canDecide(layer, at: i)) { i += 1 }
    guard i < last else { return .success([]) }
    guard let opened = nextTradable(after: i), opened < end?.point ?? Int.max,
      let scale = scale(layer, at: i)
    else { return .success([]) }
    guard let holding = holding(layer, decided: i, opened: opened) else {
      return .failure(.code(.dataHole))
    }
    let held = HedgePrices(holding, of: layer.instrument, context: context)
    guard let price = traded(held, at: opened), let settle = held.settled(session: expiry),
      let first = held.indicative(at: TradeMinute(surface, opened))
    else { return .failure(.code(.dataHole)) }
    // Size and gain refer to the indicative price at the fill, not to the fill: its path is pinned to that day's
    // settlement, which no decision before 16:15 may know.
    let reference = held.bought(first)
    let size = HedgeAccounting.centsPerPoint(
      layer.size, calls: layer.instrument.isVIXCall, scale: scale, price: reference,
      spot: surface.forward[1])
    func fill(
      _ action: HedgeFill.Action, decided: Int?, session: Int, minute: Int, price: Int32, share: Int32
    ) -> HedgeFill {
      HedgeFill(
        layer: index, action: action, session: session, minute: minute,
        decidedAt: decided.map { TradeMinute(surface, $0) },
        price: action == .open ? held.bought(price) : held.sold(price), shareThousandths: share,
        centsPerPoint: size, holding: holding)
    }
    var fills = [
      fill(
        .open, decided: i, session: sessionIndex(opened), minute: surface.minutes[opened], price: price,
        share: 1000)
    ]
    var left: Int32 = 1000
    var step = 0
    var j = opened
    let view = releaseView(layer, held, opened: opened)
    while j < last, left > 0, step < layer.monetise.count || layer.release != nil {
      defer { j += 1 }
      let seen = held.indicative(at: TradeMinute(surface, j))
      while let seen, step < layer.monetise.count,
        Int64(seen) * 1000 >= Int64(reference) * Int64(1000 + layer.monetise[step].gainThousandths),
        let next = nextTradable(after: j), next < end?.point ?? Int.max, let sold = traded(held, at: next)
      {
        let share = min(layer.monetise[step].shareThousandths, left)
        fills.append(
          fill(
            .monetise, decided: j, session: sessionIndex(next), minute: surface.minutes[next], price: sold,
            share: share))
        left -= share
        step += 1
      }
      if let release = layer.release, left > 0, view.value(release.rule, at: j).truth == true,
        let next = nextTradable(after: j), next < end?.point ?? Int.max, let sold = traded(held, at: next)
      {
        fills.append(
          fill(
            .release, decided: j, session: sessionIndex(next), minute: surface.minutes[next], price: sold,
            share: left))
        left = 0
      }
    }
    if left > 0, let end {
      guard let sold = traded(held, at: end.point) else { return .failure(.code(.dataHole)) }
      fills.append(
        fill(
          .close, decided: end.decided, session: sessionIndex(end.point), minute: surface.minutes[end.point],
          price: sold, share: left))
    } else if left > 0 {
      fills.append(
        fill(
          .close, decided: nil, session: expiry, minute: MinuteOfDay.afterClose, price: settle, share: left))
    }
    return .success(fills)
  }

  /// How many times its size a layer opens with that is decided at a point; `nil` where that isn't above 0.
  private func scale(_ layer: HedgeLayer, at i: Int) -> Double? {
    guard let rule = layer.scale else { return 1 }
    guard case .value(let scale) = view.value(rule.rule, at: i), scale > 0
    else { return nil }
    return min(scale, HedgeLayer.mostScale)
  }

  /// What the release of a layer sees that opened at a point.
  private func releaseView(_ layer: HedgeLayer, _ held: HedgePrices, opened: Int) -> RuleView {
    var view = view
    guard layer.release?.seesLayer ?? false else { return view }
    view.layer = LayerSight(surface, held, opened: opened)
    return view
  }

  // MARK: Prices

  private func sessionIndex(_ point: Int) -> Int { point < surface.expiryStart ? surface.entry : expiry }

  /// Whether what a layer would hold can be told at a point: a call's strike is chosen at the minute of the decision.
  private func canDecide(_ layer: HedgeLayer, at point: Int) -> Bool {
    !layer.instrument.isVIXCall || surface.forward[point] > 0
  }

  /// What a layer holds that is decided at one point and filled at another; `nil` where VX or VVIX don't tell.
  private func holding(_ layer: HedgeLayer, decided: Int, opened: Int) -> HedgeHolding? {
    switch layer.instrument {
    case .vx(let days):
      context.vx.contracts(
        session: sessionIndex(opened) - 1, tenorDays: days,
        expiringAfter: context.history.sessions[expiry].date
      ).map { .vx($0) }
    case .vixCall(let rule):
      context.vixCalls(rule).call(rule, decided: TradeMinute(surface, decided), expiry: expiry).map {
        .call($0)
      }
    }
  }

  /// Tradable price of what is held at a point, 1/1000 points.
  private func traded(_ held: HedgePrices, at point: Int) -> Int32? {
    let time = TradeMinute(surface, point)
    return held.traded(at: time) {
      desk.vxPaths.path($0, session: time.session, seed: strategy.vxPathSeed)
    }
  }

  /// The next point within regular hours that has an index mark.
  func nextTradable(after i: Int) -> Int? {
    var j = i + 1
    while j < surface.minutes.count {
      let session = context.history.sessions[sessionIndex(j)]
      if surface.minutes[j] <= session.closeMinute, surface.forward[j] > 0 { return j }
      j += 1
    }
    return nil
  }

  // MARK: Triggers

  /// A trigger with its event windows looked up.
  indirect enum BoundTrigger {
    case constant(Bool)
    case move(side: Trigger.Side, atLeastSd: Double)
    case rsi(length: Int, barMinutes: Int, atLeast: Double?, atMost: Double?)
    case all([BoundTrigger])
    case any([BoundTrigger])
    case rule(CheckedRule)
  }

  /// `nil` if an event window isn't covered, an RSI isn't warm at the fill, or a rule can't be told at it.
  func bind(_ trigger: Trigger) -> BoundTrigger? {
    switch trigger {
    case .always: return .constant(true)
    case .move(let side, let sd): return .move(side: side, atLeastSd: sd)
    case .rsi(let length, let bars, let atLeast, let atMost):
      let first = context.rsi(
        length: length, barMinutes: bars, session: surface.entry, minute: surface.minutes[1])
      guard first == first else { return nil }
      return .rsi(length: length, barMinutes: bars, atLeast: atLeast, atMost: atMost)
    case .event(let kinds, let within):
      return EventWindow.contains(
        kinds, from: surface.entry, withinSessions: within, history: context.history
      ).map { .constant($0) }
    case .all(let list):
      let bound = list.compactMap(bind)
      return bound.count == list.count ? .all(bound) : nil
    case .any(let list):
      let bound = list.compactMap(bind)
      return bound.count == list.count ? .any(bound) : nil
    case .rule(let rule):
      return view.isToldAtFill(rule) ? .rule(rule.rule) : nil
    }
  }

  /// Whether the condition holds at a point, with what is known at its minute.
  func holds(_ trigger: BoundTrigger, at i: Int) -> Bool {
    switch trigger {
    case .constant(let value): return value
    case .move(let side, let atLeast):
      guard let move = HedgeView.moveInSd(surface, at: i) else { return false }
      switch side {
      case .down: return move <= -atLeast
      case .up: return move >= atLeast
      case .either: return abs(move) >= atLeast
      }
    case .rsi(let length, let bars, let atLeast, let atMost):
      let value = rsi(length: length, barMinutes: bars, at: i)
      return value >= (atLeast ?? -.infinity) && value <= (atMost ?? .infinity)
    case .all(let list): return list.allSatisfy { holds($0, at: i) }
    case .any(let list): return list.contains { holds($0, at: i) }
    case .rule(let rule): return view.value(rule, at: i).truth == true
    }
  }

  func rsi(length: Int, barMinutes: Int, at i: Int) -> Double {
    context.rsi(
      length: length, barMinutes: barMinutes, session: sessionIndex(i), minute: surface.minutes[i])
  }
}
