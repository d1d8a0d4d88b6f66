import Kernels
import MarketData
import Pricing
import Strategies

/// One condor of one surface, sold at one point, with its first-passage tables: how any exit rule ends it is a look-up.
/// Made once, shared by every row that picks these strikes. Belongs to one thread.
final class CondorTable {
  let marks: any ClosingCosts
  let strikes: CondorStrikes
  private let priced: PricedSurface
  private let bench: Workbench
  private let filled: Int
  private let points: PointTable
  private let settlements: (put: Int32, call: Int32)
  /// By part and mark.
  private var tables = InlineArray<6, PassageTable?>(repeating: nil)
  private var touches: [(part: ClosingFill.Part, confirm: Int, point: Int?)] = []
  private var ruled: [RuledKey: RuledPoints] = [:]
  private struct RuledKey: Hashable {
    let rule: Int
    let credit: Int32
    let mark: ExitRule.Mark
  }

  /// - Parameters:
  ///   - marks: what closing costs.
  ///   - filled: the point of the opening fill.
  ///   - settlements: what the sides owe at the expiry's settlement, units.
  init(
    _ strikes: CondorStrikes, _ marks: any ClosingCosts, on priced: PricedSurface, points: PointTable,
    filled: Int, settlements: (put: Int32, call: Int32), bench: Workbench
  ) {
    self.bench = bench
    bench.bytes += 400
    self.marks = marks
    self.strikes = strikes
    self.priced = priced
    self.points = points
    self.filled = filled
    self.settlements = settlements
  }

  /// The most a part can cost, units.
  func most(_ part: ClosingFill.Part) -> Int32 {
    let width =
      switch part {
      case .put: strikes.shortPut - strikes.longPut
      case .call: strikes.longCall - strikes.shortCall
      case .condor: strikes.width
      }
    return Int32(width) * TickGrid.unitsPerPoint
  }

  /// How a part ends under a rule, and how it would have ended without its stop.
  ///
  /// Of a stop, a target and an order at market the earliest decides; at one point in this order, as the minute loop asks.
  /// - Parameters:
  ///   - credit: of the part, units.
  ///   - totalCredit: of the condor, units.
  ///   - order: what closes it at market.
  /// - Complexity: O(log steps) once the tables are made.
  func exit(
    _ part: ClosingFill.Part, rule: ExitRule, credit: Int32, totalCredit: Int32, slippage: Slippage,
    order: MarketOrder?
  ) -> (exit: PositionExit, shadow: PositionExit) {
    let shadow = withoutStop(part, rule, credit: credit, slippage: slippage, order: order)
    guard let stopped = stopPoint(part, rule, credit: credit, totalCredit: totalCredit) else {
      return (shadow, shadow)
    }
    if let decided = shadow.decided, decided < stopped { return (shadow, shadow) }
    if rule.fill == .trigger {
      let cost = min(trigger(part, rule.mark, at: stopped), most(part))
      return (PositionExit(reason: .stop, decided: stopped, point: stopped, cost: cost), shadow)
    }
    guard let next = points.next(after: stopped) else { return (settlement(part), settlement(part)) }
    let cost = market(part, next, slippage)
    return (PositionExit(reason: .stop, decided: stopped, point: next, cost: cost), shadow)
  }

  private func stopPoint(
    _ part: ClosingFill.Part, _ rule: ExitRule, credit: Int32, totalCredit: Int32
  ) -> Int? {
    if rule.stop == .shortStrikeTouched { return touchPoint(part, confirm: rule.confirm) }
    guard let level = rule.stopLevel(part, credit: credit, totalCredit: totalCredit) else { return nil }
    return table(part, rule.mark).stop(level: level, confirm: rule.confirm)
  }

  private func withoutStop(
    _ part: ClosingFill.Part, _ rule: ExitRule, credit: Int32, slippage: Slippage, order: MarketOrder?
  ) -> PositionExit {
    if let limit = rule.targetLimit(credit: credit) {
      let passages = table(part, rule.mark)
      let atTrigger = rule.fill == .trigger
      if let decided = atTrigger ? passages.touch(limit) : passages.limitOrder(limit),
        decided <= order?.point ?? Int.max
      {
        if atTrigger {
          return PositionExit(
            reason: .target, decided: decided, point: decided, cost: trigger(part, rule.mark, at: decided))
        }
        if let next = points.next(after: decided) {
          return PositionExit(reason: .target, decided: decided, point: next, cost: limit)
        }
      }
    }
    if let order, let next = points.next(after: order.point) {
      return PositionExit(
        reason: order.reason, decided: order.point, point: next, cost: market(part, next, slippage))
    }
    return settlement(part)
  }

  private func settlement(_ part: ClosingFill.Part) -> PositionExit {
    let cost =
      switch part {
      case .put: settlements.put
      case .call: settlements.call
      case .condor: settlements.put + settlements.call
      }
    return PositionExit(reason: .settlement, decided: nil, point: points.count - 1, cost: cost)
  }

  /// Mid and slippage, up to the next 0.05, never above the width.
  private func market(_ part: ClosingFill.Part, _ point: Int, _ slippage: Slippage) -> Int32 {
    let asked = TickGrid.ceilToNickel(
      marks.cost(part, at: point) + slippage.units(halfSpread: marks.halfSpread(part, at: point)))
    return min(asked, most(part))
  }

  /// Where a rule that sees the condor holds for one sold at a credit, worked out once.
  ///
  /// - Parameters:
  ///   - number: the rule's in the plan.
  ///   - batch: the rule alone, compiled.
  func ruled(
    _ number: Int, _ batch: @autoclosure () -> RuleBatch, _ context: MarketContext, credit: Int32,
    mark: ExitRule.Mark
  ) -> RuledPoints {
    let key = RuledKey(rule: number, credit: credit, mark: mark)
    if let known = ruled[key] { return known }
    let sight = CondorSight([held(credit: credit, until: .max, mark: mark)], priced.surface)
    let made = RuledPoints(batch().columns(priced.surface, bench.indicators, context, condor: sight)[0])
    ruled[key] = made
    bench.bytes += made.bytes
    return made
  }

  /// What rules see of one sold at a credit, to before a point.
  func held(credit: Int32, until end: Int, mark: ExitRule.Mark) -> CondorSight.Held {
    CondorSight.Held(
      strikes: strikes, credit: credit, points: filled..<end,
      cost: mark == .mid ? marks.costs(.condor) : marks.naturalCosts(.condor))
  }

  private func table(_ part: ClosingFill.Part, _ mark: ExitRule.Mark) -> PassageTable {
    let place = (part == .condor ? 0 : part == .put ? 1 : 2) + (mark == .mid ? 0 : 3)
    if let known = tables[place] { return known }
    let marks = marks
    let made = PassageTable(
      points: points, expiryStart: priced.surface.expiryStart, filled: filled, bench: bench
    ) {
      mark == .mid ? marks.costs(part) : marks.naturalCosts(part)
    }
    tables[place] = made
    return made
  }

  /// What stops and targets watch, at a point.
  private func trigger(_ part: ClosingFill.Part, _ mark: ExitRule.Mark, at point: Int) -> Int32 {
    mark == .mid ? marks.cost(part, at: point) : marks.naturalCost(part, at: point)
  }

  /// The first point at which the index has been at or through a short strike for `confirm` minutes in a row. Depends
  /// on no price, so it is found once for all rules.
  private func touchPoint(_ part: ClosingFill.Part, confirm: Int) -> Int? {
    for known in touches where known.part == part && known.confirm == confirm { return known.point }
    let put = part == .call ? -Double.infinity : Double(strikes.shortPut)
    let call = part == .put ? Double.infinity : Double(strikes.shortCall)
    let (forward, expiryStart) = (priced.surface.forward, priced.surface.expiryStart)
    var run = 0
    var found: Int?
    for i in (filled + 1)..<max(filled + 1, points.count - 1) {
      if i == expiryStart { run = 0 }
      let spot = forward[i]
      run = spot > 0 && (spot <= put || spot >= call) ? run + 1 : 0
      if run >= confirm {
        found = i
        break
      }
    }
    touches.append((part, confirm, found))
    bench.bytes += 32
    return found
  }
}
