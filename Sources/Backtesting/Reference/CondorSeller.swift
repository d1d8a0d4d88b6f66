import MarketData
import Pricing
import Strategies

/// Sells a condor, watches it to its end, and sells the next one where the rule of re-entry says so.
struct CondorSeller {
  let strategy: Strategy
  let priced: PricedSurface
  let desk: SessionDesk
  private let surface: MarkSurface
  private var history: MarketHistory { desk.context.history }

  init(strategy: Strategy, priced: PricedSurface, desk: SessionDesk) {
    self.strategy = strategy
    self.priced = priced
    self.desk = desk
    surface = priced.surface
  }

  /// The condors of an entry whose strikes are chosen, in order of time; the outcome code if not even the first one can
  /// be sold, or the exit's rule can't be told at its fill. O(condors × minutes).
  func condors(from choice: StrikeChoice, withStop: Bool) -> Result<[SoldCondor], OutcomeReason> {
    var sold: [SoldCondor] = []
    var sale = Sale(choice: choice, decided: 0, filled: 1)
    while let condor = sell(sale, withStop: withStop) {
      if sold.isEmpty, let rule = strategy.exit.condition, !view(of: condor).isToldAtFill(rule) {
        return .failure(.code(.signalMissing))
      }
      sold.append(condor)
      guard sold.count <= strategy.exit.reentry?.atMost ?? 0, let next = nextSale(after: condor) else {
        break
      }
      sale = next
    }
    return sold.isEmpty ? .failure(.code(.creditUnreachable)) : .success(sold)
  }

  /// What the condors would have made without a stop, those included that would have been sold then.
  func shadowNetCents(of condors: [SoldCondor], from choice: StrikeChoice) -> Int64 {
    var shadow = condors
    if condors.contains(where: { $0.fills.contains { $0.reason == .stop } }),
      case .success(let others) = self.condors(from: choice, withStop: false)
    {
      shadow = others
    }
    return shadow.reduce(0) { $0 + $1.netCents }
  }

  /// Strikes, and the points of decision and fill.
  private struct Sale {
    let choice: StrikeChoice
    let decided: Int
    let filled: Int
  }

  /// The sale that follows a condor: decided at the first mark after the wait, on the chain of that minute.
  private func nextSale(after condor: SoldCondor) -> Sale? {
    guard let rule = strategy.exit.reentry, let last = condor.lastEarlyFill,
      rule.follows(condor.fills),
      let closed = surface.point(TradeMinute(session: last.session, minute: last.minute))
    else { return nil }
    var decided = closed + rule.waitMinutes
    while decided < surface.minutes.count, !(surface.forward[decided] > 0) { decided += 1 }
    guard decided < surface.minutes.count,
      decided < surface.expiryStart || surface.minutes[decided] <= rule.until
    else { return nil }
    var filled = decided + 1
    while filled < surface.minutes.count, !(surface.forward[filled] > 0) { filled += 1 }
    // the last point is the settlement
    guard filled < surface.minutes.count - 1, let chain = DecisionChain(surface, at: decided),
      case .success(let choice) = StrikeSelection.choose(
        strategy.condor, chain: chain, surface: surface, at: decided)
    else { return nil }
    return Sale(choice: choice, decided: decided, filled: filled)
  }

  /// The condor that is sold at the entry; `nil` if slippage eats its credit.
  func first(of choice: StrikeChoice) -> SoldCondor? {
    sell(Sale(choice: choice, decided: 0, filled: 1), withStop: true)
  }

  private func sell(_ sale: Sale, withStop: Bool) -> SoldCondor? {
    let choice = sale.choice
    let path = priced.path(choice.strikes)
    let mid = path.putCost[sale.filled] + path.callCost[sale.filled]
    let slippage = strategy.costs.entry.units(halfSpread: path.halfSpread(.condor, at: sale.filled))
    let credit = TickGrid.floorToNickel(mid - slippage)
    guard credit > 0, choice.midCredit > 0 else { return nil }
    var condor = SoldCondor(
      decidedAt: TradeMinute(surface, sale.decided), filledAt: TradeMinute(surface, sale.filled),
      strikes: choice.strikes, midCredit: choice.midCredit, credit: credit,
      spotAtFill: surface.forward[sale.filled], shortPutDelta: choice.putDelta,
      shortCallDelta: choice.callDelta,
      marginCents: max(0, Int64(choice.strikes.width) * 10_000 - Int64(credit)),
      fillOutsideBand: strategy.condor.strikes.creditBand.map { !$0.contains(mid) } ?? false)
    close(&condor, path: path, from: sale.filled, withStop: withStop)
    return condor
  }

  // MARK: Exit

  /// What the exit's rule sees.
  func view(of condor: SoldCondor) -> RuleView {
    RuleView(desk: desk, surface: surface, condor: CondorSight([condor], priced, mark: strategy.exit.mark))
  }

  private func close(_ condor: inout SoldCondor, path: CondorPath, from filled: Int, withStop: Bool) {
    let rule = strategy.exit
    let parts: [(part: ClosingFill.Part, credit: Int32, legs: Int32)]
    if rule.basis == .condor {
      parts = [(.condor, condor.credit, 4)]
    } else {
      // The package's credit is shared by what the sides were worth at the fill.
      let put = Int64(max(0, path.putCost[filled]))
      let call = Int64(max(0, path.callCost[filled]))
      let share = put + call == 0 ? 0 : Int32(Int64(condor.credit) * put / (put + call))
      parts = [(.put, share, 2), (.call, condor.credit - share, 2)]
    }
    let close = TickGrid.units(points: history.sessions[surface.expiry].official.close)
    let condition = rule.condition.map { (rule: $0.rule, view: view(of: condor)) }
    for (part, credit, legs) in parts {
      let watch = PositionWatch(part: part, credit: credit, totalCredit: condor.credit, rule: rule)
      let mid = path.cost(part)
      let trigger = rule.mark == .mid ? mid : path.naturalCost(part)
      let settlement =
        switch part {
        case .put: path.strikes.putSettlement(close: close)
        case .call: path.strikes.callSettlement(close: close)
        case .condor: path.strikes.putSettlement(close: close) + path.strikes.callSettlement(close: close)
        }
      func run(withStop: Bool) -> PositionExit {
        watch.run(
          rule, from: filled, withStop: withStop, trigger: trigger, mid: mid, path: path, surface: surface,
          slippage: strategy.costs.exit, settlement: settlement,
          when: condition.map { rule, view in { view.value(rule, at: $0).truth == true } })
      }
      let exit = run(withStop: withStop)
      let shadow = exit.reason == .stop ? run(withStop: false) : exit
      func fees(_ e: PositionExit) -> Int32 {
        let open = feeCents(at: filled) * legs
        return e.reason == .settlement ? open : open + feeCents(at: e.point) * legs
      }
      let time = TradeMinute(surface, exit.point)
      condor.fills.append(
        ClosingFill(
          part: part, reason: exit.reason, session: time.session, minute: time.minute,
          decidedAt: exit.decided.map { TradeMinute(surface, $0) }, credit: credit, cost: exit.cost,
          feesCents: fees(exit), shadowNetCents: credit - shadow.cost - fees(shadow),
          extrinsic: exit.reason == .settlement ? 0 : path.extrinsic(part, at: exit.point)))
      if watch.touch {
        condor.stopReachable = true
      } else if let level = watch.stopLevel {
        // At natural prices the quotes of a deep condor can stand above its width.
        if level <= path.mostCost(part) || exit.reason == .stop { condor.stopReachable = true }
      }
    }
  }

  /// Cents a SPXW contract on the session of a point.
  private func feeCents(at point: Int) -> Int32 {
    let session = point < surface.expiryStart ? surface.entry : surface.expiry
    return strategy.costs.fees(on: history.sessions[session].date).spxwCents
  }
}

extension SoldCondor {
  /// The last closing fill, if every part was closed before the settlement.
  var lastEarlyFill: ClosingFill? {
    guard fills.allSatisfy({ $0.reason != .settlement }) else { return nil }
    return fills.max { ($0.session, $0.minute) < ($1.session, $1.minute) }
  }
}

extension ReentryRule {
  /// Whether a condor that ended with these fills is followed by another.
  func follows(_ fills: [ClosingFill]) -> Bool {
    follows(
      stopped: fills.contains { $0.reason == .stop }, reachedTarget: fills.contains { $0.reason == .target },
      isOut: fills.contains { $0.reason.isOut })
  }
}
