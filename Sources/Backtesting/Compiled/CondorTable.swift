import Kernels
import MarketData
import Pricing
import Strategies

/// One condor of one surface, sold at one point, with its first-passage tables: how any exit rule ends it is a look-up.
/// Made once, shared by every row that picks these strikes. Belongs to one thread.
final class CondorTable {
  let path: CondorPath
  private let costs: (ClosingFill.Part) -> [Int32]
  private let naturalCosts: (ClosingFill.Part) -> [Int32]
  private let expiryStart: Int
  private let filled: Int
  private let forward: [Double]
  private let mosts: (put: Int32, call: Int32, condor: Int32)
  private let points: PointTable
  private let spreads: HalfSpreadTable
  private let settlements: (put: Int32, call: Int32)
  /// By part and mark.
  private var tables: [PassageTable?] = Array(repeating: nil, count: 6)
  private var touches: [(part: ClosingFill.Part, confirm: Int, point: Int?)] = []

  /// - Parameters:
  ///   - filled: the point of the opening fill.
  ///   - close: the official close of the expiry session, units.
  convenience init(
    _ path: CondorPath, surface: MarkSurface, points: PointTable, filled: Int, spreads: HalfSpreadTable,
    close: Int32
  ) {
    self.init(
      path, surface: surface, points: points, filled: filled, spreads: spreads,
      settlements: (path.strikes.putSettlement(close: close), path.strikes.callSettlement(close: close)),
      costs: { path.cost($0) }, naturalCosts: { path.naturalCost($0, table: spreads) })
  }

  /// The same with costs that needn't be the path's own.
  init(
    _ path: CondorPath, surface: MarkSurface, points: PointTable, filled: Int, spreads: HalfSpreadTable,
    settlements: (put: Int32, call: Int32), costs: @escaping (ClosingFill.Part) -> [Int32],
    naturalCosts: @escaping (ClosingFill.Part) -> [Int32]
  ) {
    self.path = path
    self.costs = costs
    self.naturalCosts = naturalCosts
    expiryStart = surface.expiryStart
    forward = surface.forward
    mosts = (path.mostCost(.put), path.mostCost(.call), path.mostCost(.condor))
    self.points = points
    self.filled = filled
    self.spreads = spreads
    self.settlements = settlements
  }

  /// Summed half-spreads of the legs of a part at a point, units.
  func halfSpread(_ part: ClosingFill.Part, at point: Int) -> Int32 {
    path.halfSpread(part, at: point, table: spreads)
  }

  /// The most a part can cost, units.
  func most(_ part: ClosingFill.Part) -> Int32 {
    switch part {
    case .put: mosts.put
    case .call: mosts.call
    case .condor: mosts.condor
    }
  }

  /// Extrinsic value of a part at a point, units.
  func extrinsic(_ part: ClosingFill.Part, at point: Int) -> Int32 { path.extrinsic(part, at: point) }

  /// How a part ends under a rule, and how it would have ended without its stop.
  ///
  /// Of a stop, a target and a time stop the earliest decides; at one point in this order, as the minute loop asks.
  /// - Parameters:
  ///   - credit: of the part, units.
  ///   - totalCredit: of the condor, units.
  ///   - timePoint: the first point at or after the rule's time stop that can be filled.
  /// - Complexity: O(log steps) once the tables are made.
  func exit(
    _ part: ClosingFill.Part, rule: ExitRule, credit: Int32, totalCredit: Int32, slippage: Slippage,
    timePoint: Int?
  ) -> (exit: PositionExit, shadow: PositionExit) {
    let shadow = withoutStop(part, rule, credit: credit, slippage: slippage, timePoint: timePoint)
    guard let stopped = stopPoint(part, rule, credit: credit, totalCredit: totalCredit) else {
      return (shadow, shadow)
    }
    if let decided = shadow.decided, decided < stopped { return (shadow, shadow) }
    if rule.fill == .trigger {
      let cost = min(table(part, rule.mark).trigger[stopped], most(part))
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
    _ part: ClosingFill.Part, _ rule: ExitRule, credit: Int32, slippage: Slippage, timePoint: Int?
  ) -> PositionExit {
    if let limit = rule.targetLimit(credit: credit) {
      let marks = table(part, rule.mark)
      let atTrigger = rule.fill == .trigger
      if let decided = atTrigger ? marks.touch(limit) : marks.limitOrder(limit),
        decided <= timePoint ?? Int.max
      {
        if atTrigger {
          return PositionExit(
            reason: .target, decided: decided, point: decided, cost: marks.trigger[decided])
        }
        if let next = points.next(after: decided) {
          return PositionExit(reason: .target, decided: decided, point: next, cost: limit)
        }
      }
    }
    if let timePoint, let next = points.next(after: timePoint) {
      return PositionExit(
        reason: .time, decided: timePoint, point: next, cost: market(part, next, slippage))
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
      costs(part)[point] + slippage.units(halfSpread: halfSpread(part, at: point)))
    return min(asked, most(part))
  }

  private func table(_ part: ClosingFill.Part, _ mark: ExitRule.Mark) -> PassageTable {
    let place = (part == .condor ? 0 : part == .put ? 1 : 2) + (mark == .mid ? 0 : 3)
    if let known = tables[place] { return known }
    let trigger = mark == .mid ? costs(part) : naturalCosts(part)
    let made = PassageTable(trigger: trigger, points: points, expiryStart: expiryStart, filled: filled)
    tables[place] = made
    return made
  }

  /// The first point at which the index has been at or through a short strike for `confirm` minutes in a row. Depends
  /// on no price, so it is found once for all rules.
  private func touchPoint(_ part: ClosingFill.Part, confirm: Int) -> Int? {
    for known in touches where known.part == part && known.confirm == confirm { return known.point }
    let put = part == .call ? -Double.infinity : Double(path.strikes.shortPut)
    let call = part == .put ? Double.infinity : Double(path.strikes.shortCall)
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
    return found
  }
}
