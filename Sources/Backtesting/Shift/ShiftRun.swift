import MarketData
import Pricing
import Strategies

/// Rolls tested sides of one condor to a later expiry, and brings them home: the definition, and both engines' way. An
/// engine gives it the stops of the sides and, where a side is sold again, what its own tables make of that.
struct ShiftRun {
  /// A side that was stopped.
  struct Stop {
    let part: ClosingFill.Part
    let exit: PositionExit
  }
  /// A side sold again at the condor's expiry: credit, and how the condor's exit ends it.
  struct Reopened {
    let credit: Int32
    let exit: PositionExit
  }

  let rule: ShiftRule
  let costs: CostRule
  /// Marks of the condor's own expiry.
  let surface: MarkSurface
  let strikes: CondorStrikes
  let later: LaterMarks
  /// Mid cost of a side of the condor at a point, units.
  let cost: (_ part: ClosingFill.Part, _ point: Int) -> Int32
  /// A side sold again with a fill at a point; `nil` if slippage eats the credit.
  let reopen: (_ part: ClosingFill.Part, _ point: Int) -> Reopened?

  /// Everything that is sold, in order of time. Of two stops at one point the put's goes first. O(rolls × minutes out).
  ///
  /// - Parameter stops: of the sides, put before call.
  func run(_ stops: [Stop]) -> [ShiftedSpread] {
    var (pending, sold) = (stops, [ShiftedSpread]())
    var rolls = 0
    /// When the last spread that was rolled came to its end.
    var free: TradeMinute?
    while rolls < rule.atMost, let next = pending.enumerated().min(by: Self.isEarlier) {
      let stop = pending.remove(at: next.offset)
      guard let point = stop.exit.decided else { continue }
      let decided = TradeMinute(surface, point)
      if let free, decided < free { continue }
      guard let rolled = roll(stop, decided: decided, at: point) else { continue }
      rolls += 1
      free = rolled.endedAt
      sold.append(rolled)
      guard rule.reopens, rolled.reason == nil, let (home, exit) = bringHome(rolled) else { continue }
      sold.append(home)
      if exit.reason == .stop { pending.append(Stop(part: stop.part, exit: exit)) }
    }
    return sold
  }

  private static func isEarlier(
    _ a: (offset: Int, element: Stop), _ b: (offset: Int, element: Stop)
  ) -> Bool {
    (a.element.exit.decided ?? .max, a.offset) < (b.element.exit.decided ?? .max, b.offset)
  }

  // MARK: Forward

  /// The stopped side sold at the later expiry, to its end; `nil` where no strike is found or slippage eats the credit.
  private func roll(_ stop: Stop, decided: TradeMinute, at point: Int) -> ShiftedSpread? {
    let (part, filled) = (stop.part, TradeMinute(surface, stop.exit.point))
    let tested = part == .put ? strikes.shortPut : strikes.shortCall
    let wing = (part == .put ? strikes.longPut : strikes.longCall) - tested
    guard let short = short(part, tested: tested, wing: wing, decided: decided, at: point),
      let quote = later.spread(part, short: short, long: short + wing, at: filled)
    else { return nil }
    let credit = TickGrid.floorToNickel(quote.mid - costs.entry.units(halfSpread: quote.halfSpread))
    guard credit > 0 else { return nil }
    var rolled = ShiftedSpread(
      part: part, expirySession: later.expiry, decidedAt: decided, filledAt: filled, short: short,
      long: short + wing, buyBack: stop.exit.cost, credit: credit, reason: .settlement,
      endedAt: TradeMinute(
        session: later.expiry, minute: later.history.sessions[later.expiry].closeMinute),
      cost: 0, feesCents: 2 * fee(filled.session))
    if let back = rule.backPoints, end(&rolled, tested: tested, back: back) { return rolled }
    let close = TickGrid.units(points: later.history.sessions[later.expiry].official.close)
    rolled.cost = ShiftedSpread.settlement(part, short: short, long: short + wing, close: close)
    return rolled
  }

  /// The short strike, on the chain of the later expiry at the decision. Ties go to the strike farther from the money.
  private func short(
    _ part: ClosingFill.Part, tested: Int, wing: Int, decided: TradeMinute, at point: Int
  ) -> Int? {
    if rule.strikes == .same { return tested }
    guard let chain = later.chain(decided) else { return nil }
    let marks = part == .put ? chain.put : chain.call
    let distance: (Int) -> Double?
    if rule.strikes == .delta {
      let deltas = part == .put ? chain.putDelta : chain.callDelta
      let target = abs(surface.delta(strike: Double(tested), isCall: part == .call, at: 0))
      distance = { abs(abs(deltas[$0]) - target) }
    } else {
      let paid = cost(part, point)
      distance = { i in
        chain.index(of: chain.strikes[i] + wing).map { Double(abs(marks[i] - marks[$0] - paid)) }
      }
    }
    // from the money outward, so that of two equally near the far one is found last
    let outward = part == .put ? Array(chain.strikes.indices.reversed()) : Array(chain.strikes.indices)
    var best: (strike: Int, distance: Double)?
    for i in outward {
      guard let d = distance(i), d <= best?.distance ?? .infinity else { continue }
      best = (chain.strikes[i], d)
    }
    return best?.strike
  }

  // MARK: Back

  /// Buys a rolled spread back once the index has come back; whether it has.
  private func end(_ rolled: inout ShiftedSpread, tested: Int, back: Int) -> Bool {
    let isPut = rolled.part == .put
    let safe = Double(isPut ? tested + back : tested - back)
    guard let decided = later.minute(after: rolled.filledAt, where: { isPut ? $0 >= safe : $0 <= safe }),
      let filled = later.minute(after: decided),
      let quote = later.spread(rolled.part, short: rolled.short, long: rolled.long, at: filled)
    else { return false }
    let asked = TickGrid.ceilToNickel(quote.mid + costs.exit.units(halfSpread: quote.halfSpread))
    rolled.cost = min(asked, Int32(abs(rolled.short - rolled.long)) * TickGrid.unitsPerPoint)
    rolled.reason = nil
    rolled.endDecidedAt = decided
    rolled.endedAt = filled
    rolled.feesCents += 2 * fee(filled.session)
    return true
  }

  /// The side sold again at the condor's expiry with the fill that bought the rolled spread back, to its end; `nil` where
  /// that expiry is past.
  private func bringHome(_ rolled: ShiftedSpread) -> (ShiftedSpread, PositionExit)? {
    // the last point is the settlement
    guard let decided = rolled.endDecidedAt, let point = surface.point(rolled.endedAt),
      point < surface.minutes.count - 1, let made = reopen(rolled.part, point)
    else { return nil }
    let end = TradeMinute(surface, made.exit.point)
    let isPut = rolled.part == .put
    let home = ShiftedSpread(
      part: rolled.part, expirySession: surface.expiry, decidedAt: decided, filledAt: rolled.endedAt,
      short: isPut ? strikes.shortPut : strikes.shortCall, long: isPut ? strikes.longPut : strikes.longCall,
      buyBack: rolled.cost, credit: made.credit, reason: made.exit.reason,
      endDecidedAt: made.exit.decided.map { TradeMinute(surface, $0) }, endedAt: end, cost: made.exit.cost,
      feesCents: 2 * fee(rolled.endedAt.session)
        + (made.exit.reason == .settlement ? 0 : 2 * fee(end.session)))
    return (home, made.exit)
  }

  /// Cents a SPXW contract on a session.
  private func fee(_ session: Int) -> Int32 {
    costs.fees(on: later.history.sessions[session].date).spxwCents
  }
}

extension TradeMinute {
  /// Whether it comes before another.
  static func < (a: TradeMinute, b: TradeMinute) -> Bool {
    (a.session, a.minute) < (b.session, b.minute)
  }
}
