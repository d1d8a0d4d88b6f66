import MarketData
import Pricing
import Strategies

/// Where and how one position ended.
struct PositionExit: Equatable {
  let reason: ExitReason
  /// The surface point of the decision; `nil` for settlement, which nobody decides.
  let decided: Int?
  /// The surface point of the fill; the last one for settlement.
  let point: Int
  /// Cost paid, units.
  let cost: Int32
}

extension ExitRule {
  /// The cost at or above which the stop of a part fires, units; `nil` for rules that aren't about cost.
  ///
  /// - Parameters:
  ///   - credit: of the part, units.
  ///   - totalCredit: of the whole condor, units.
  public func stopLevel(_ part: ClosingFill.Part, credit: Int32, totalCredit: Int32) -> Int32? {
    stop.level(credit: credit, reference: part == .condor || reference == .side ? credit : totalCredit)
  }

  /// Whether a closing for this reason is certain a minute before its fill: a limit fills or not, and a fill at the trigger
  /// is known when it happens.
  func isOrdered(_ reason: ExitReason) -> Bool { reason.isOut || reason == .stop && fill == .next }

  /// The cost at or below which the target of a part with this credit is reached, units on the 0.05 grid; `nil`
  /// without a target.
  public func targetLimit(credit: Int32) -> Int32? {
    targetThousandths.map { TickGrid.floorToNickel(Int32((Int64(credit) * Int64(1000 - $0)) / 1000)) }
  }
}

/// One position (a condor or one side of it) watched minute by minute from the minute after its fill.
struct PositionWatch {
  let part: ClosingFill.Part
  /// Credit of this part, units.
  let credit: Int32
  /// The cost at or above which the stop fires, if it is about cost.
  let stopLevel: Int32?
  /// Whether the stop is on the short strike instead.
  let touch: Bool
  /// The cost at or below which the target is reached, on the 0.05 grid.
  let targetLimit: Int32?

  init(part: ClosingFill.Part, credit: Int32, totalCredit: Int32, rule: ExitRule) {
    self.part = part
    self.credit = credit
    stopLevel = rule.stopLevel(part, credit: credit, totalCredit: totalCredit)
    touch = rule.stop == .shortStrikeTouched
    targetLimit = rule.targetLimit(credit: credit)
  }

  /// Walks the minutes. Each minute is judged with what is known at it; what is decided there fills on the next
  /// minute that has marks. A decision at the last minute of the expiry session is left to settlement. At one minute a stop
  /// comes before a target, a target before a time stop, and a time stop before the exit's rule.
  ///
  /// - Parameters:
  ///   - filled: the point of the opening fill.
  ///   - trigger: what the stop and the target watch, units a point (mid or natural).
  ///   - mid: mid cost, units a point.
  ///   - settlement: what the part owes at expiry, units.
  ///   - holds: whether the exit's rule holds at a point; `nil` without a rule.
  /// - Complexity: O(minutes).
  func run(
    _ rule: ExitRule, from filled: Int, withStop: Bool, trigger: [Int32], mid: [Int32], path: CondorPath,
    surface: MarkSurface,
    slippage: Slippage, settlement: Int32, when holds: ((Int) -> Bool)? = nil
  ) -> PositionExit {
    let last = surface.minutes.count - 1
    var confirmed = 0
    for i in (filled + 1)..<last {
      if i == surface.expiryStart { confirmed = 0 }
      guard mid[i] != TickGrid.missing else {
        confirmed = 0
        continue
      }
      confirmed = withStop && fires(at: i, trigger: trigger, path: path, surface: surface) ? confirmed + 1 : 0
      if confirmed >= rule.confirm {
        if rule.fill == .trigger {
          return PositionExit(
            reason: .stop, decided: i, point: i, cost: min(trigger[i], path.mostCost(part)))
        }
        if let next = nextMark(after: i, mid) {
          return PositionExit(
            reason: .stop, decided: i, point: next, cost: market(next, mid, path, slippage))
        }
        break
      }
      guard let next = nextMark(after: i, mid) else { break }
      if let targetLimit, trigger[i] <= targetLimit {
        if rule.fill == .trigger {
          return PositionExit(reason: .target, decided: i, point: i, cost: trigger[i])
        }
        if trigger[next] <= targetLimit {
          return PositionExit(reason: .target, decided: i, point: next, cost: targetLimit)
        }
      }
      if let timeStop = rule.timeStop, i >= surface.expiryStart, surface.minutes[i] >= timeStop {
        return PositionExit(
          reason: .time, decided: i, point: next, cost: market(next, mid, path, slippage))
      }
      if let holds, holds(i) {
        return PositionExit(
          reason: .rule, decided: i, point: next, cost: market(next, mid, path, slippage))
      }
    }
    return PositionExit(reason: .settlement, decided: nil, point: last, cost: settlement)
  }

  private func fires(at i: Int, trigger: [Int32], path: CondorPath, surface: MarkSurface) -> Bool {
    if let stopLevel { return trigger[i] >= stopLevel }
    guard touch else { return false }
    let spot = surface.forward[i]
    let putTouched = part != .call && spot <= Double(path.strikes.shortPut)
    let callTouched = part != .put && spot >= Double(path.strikes.shortCall)
    return putTouched || callTouched
  }

  private func nextMark(after i: Int, _ mid: [Int32]) -> Int? {
    var j = i + 1
    while j < mid.count {
      if mid[j] != TickGrid.missing { return j }
      j += 1
    }
    return nil
  }

  /// Mid and slippage, up to the next 0.05, but never above the width: an order to buy back at the width is riskless
  /// profit for whoever sells, so it fills, and holding on can't cost more.
  private func market(_ i: Int, _ mid: [Int32], _ path: CondorPath, _ slippage: Slippage) -> Int32 {
    let asked = TickGrid.ceilToNickel(mid[i] + slippage.units(halfSpread: path.halfSpread(part, at: i)))
    return min(asked, path.mostCost(part))
  }
}
