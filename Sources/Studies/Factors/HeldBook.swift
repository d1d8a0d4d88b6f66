import Backtesting
import MarketData
import Pricing
import Strategies

/// What a configuration holds from the end of one session over the next, part by part: put side, call side, then its hedge
/// layers in their order. Positions alone: orders that the next session may bring (stops, targets, layers that aren't
/// open yet, their ladders) are not in it.
struct HeldBook: Sendable {
  /// Parts of the condor.
  static let sides = 2
  /// By part; `nil` for a layer that holds something without a price.
  private(set) var parts: [[HeldPosition]?]
  /// Which parts are standing layers.
  let isStanding: [Bool]
  /// P&L from the session's end to the trade's own with every order that was filled, of the condors and of the layers that the
  /// trade opened, cents before fees and slippage of VX.
  private(set) var tradedCondor = 0.0
  private(set) var tradedLayers = 0.0

  /// The parts of condor, hedge and both.
  var books: [Range<Int>] { [0..<Self.sides, Self.sides..<parts.count, 0..<parts.count] }
  /// Whether nothing is held of some parts; what has no price is.
  func isEmpty(_ book: Range<Int>) -> Bool { parts[book].allSatisfy { $0?.isEmpty ?? false } }

  /// Nothing, of the parts of a strategy.
  private init(_ strategy: Strategy) {
    isStanding =
      Array(repeating: false, count: Self.sides) + strategy.hedge.map { $0.horizon == .standing }
    parts = isStanding.map { _ in [] }
  }

  /// So many condors of a trade, if there is one, and the standing layers.
  init(_ strategy: Strategy, trade: HeldBook?, quantity: Int, standing: [[HeldPosition]?]) {
    self.init(strategy)
    let n = Double(quantity)
    if let trade {
      parts = trade.parts.map { $0.map { $0.map { $0.times(n) } } }
      (tradedCondor, tradedLayers) = (n * trade.tradedCondor, n * trade.tradedLayers)
    }
    for (k, held) in standing.enumerated() where isStanding[Self.sides + k] { parts[Self.sides + k] = held }
  }

  /// What a trade leaves open at the end of its entry session, of one condor.
  ///
  /// - Complexity: O(fills).
  init(_ trade: Trade, of strategy: Strategy, priced: PricedSurface, desk: SessionDesk) {
    self.init(strategy)
    take(trade, priced: priced, close: desk.context.history.sessions[trade.entrySession].official.close)
    let opens = trade.hedge.fills.filter { $0.action == .open }
    for open in opens { take(open, trade, strategy: strategy, context: desk.context) }
  }

  /// The condors. Their marks are those of the session's last minute, and scenarios move from its official close, as the
  /// factor does.
  private mutating func take(_ trade: Trade, priced: PricedSurface, close: Double) {
    let surface = priced.surface
    // the fill itself has a mark
    guard let p = (0..<surface.expiryStart).last(where: { surface.forward[$0] > 0 }) else { return }
    for condor in trade.condors {
      let path = priced.path(condor.strikes)
      let isNew = condor.filledAt.session == trade.entrySession
      for fill in condor.fills where fill.session != trade.entrySession {
        tradedCondor += Double((isNew ? path.cost(fill.part)[p] : fill.credit) - fill.cost)
        guard isNew else { continue }
        let k = condor.strikes
        for (part, isPut, short, long, mark) in [
          (0, true, k.shortPut, k.longPut, path.putCost[p]),
          (1, false, k.shortCall, k.longCall, path.callCost[p]),
        ] where fill.part == .condor || (fill.part == .put) == isPut {
          func delta(_ strike: Int) -> Double {
            surface.delta(strike: Double(strike), isCall: !isPut, at: p)
          }
          let spread = HeldPosition.ShortSpread(
            isPut: isPut, short: Double(short), width: Double(abs(short - long)), quantity: 1, spot: close,
            markCents: Double(mark), delta: delta(short) - delta(long))
          parts[part] = close > 0 ? parts[part].map { $0 + [.spread(spread)] } : nil
        }
      }
    }
  }

  /// A layer that the trade opens.
  private mutating func take(
    _ open: HedgeFill, _ trade: Trade, strategy: Strategy, context: MarketContext
  ) {
    let base = strategy.hedge[open.layer].size.base
    let units = trade.hedge.parts.first { $0.base == base }?.units ?? 0
    let size = Double(units) * Double(open.centsPerPoint)
    let sales = trade.hedge.fills.filter { $0.layer == open.layer && $0.action != .open }
    let isHeld = open.session == trade.entrySession
    var basis: Double? = Double(open.price) / 1000
    if isHeld {
      let sold = sales.filter { $0.session == trade.entrySession }.reduce(0) {
        $0 + Double($1.shareThousandths)
      }
      let held = Self.positions(
        open.holding, centsPerPoint: size * (1 - sold / 1000), of: strategy.hedge[open.layer].instrument,
        session: trade.entrySession, context: context)
      parts[Self.sides + open.layer] = held?.positions
      basis = held?.price
    }
    guard let basis else { return }
    for sale in sales where sale.session != trade.entrySession {
      tradedLayers += size * Double(sale.shareThousandths) / 1000 * (Double(sale.price) / 1000 - basis)
    }
  }

  /// A holding of a layer at the settlement of a session, with its price in points; `nil` without one.
  private static func positions(
    _ holding: HedgeHolding, centsPerPoint: Double, of instrument: HedgeInstrument, session t: Int,
    context: MarketContext
  ) -> (positions: [HeldPosition], price: Double)? {
    switch holding {
    case .vx(let contracts):
      var price = 0.0
      var made: [HeldPosition] = []
      for contract in contracts {
        guard let units = context.vx.settle(contract.expiry, session: t) else { return nil }
        let (weight, settle) = (Double(contract.thousandths) / 1000, Double(units) / 1000)
        price += weight * settle
        made.append(
          .future(expiry: contract.expiry, centsPerPoint: weight * centsPerPoint, settle: settle))
      }
      return (made, price)
    case .call(let call):
      guard case .vixCall(let rule) = instrument,
        let held = heldCall(call, centsPerPoint: centsPerPoint, rule, session: t, context: context)
      else { return nil }
      return ([.call(held)], Double(held.mark) / 10_000)
    }
  }

  /// VIX calls at the settlement of a session; `nil` without a price.
  private static func heldCall(
    _ call: VIXCall, centsPerPoint: Double, _ rule: VIXCallRule, session t: Int, context: MarketContext
  ) -> HeldPosition.HeldCall? {
    let history = context.history
    let market = VIXCallMarket(history, vx: context.vx, parameters: rule.pricing)
    guard let mark = try? market.mark(call, .settled(session: t)).get(),
      let vx = context.vx.settle(call.expiry, session: t)
    else { return nil }
    let next = TradeMinute(session: t + 1, minute: MinuteOfDay.afterClose)
    let smile = try? market.smile(call.expiry, .traded(next, vx: vx)).get()
    guard smile != nil || call.expiry <= history.sessions[t + 1].date else { return nil }
    return HeldPosition.HeldCall(
      call: call, centsPerPoint: centsPerPoint, mark: mark, future: Double(vx) / 1000,
      smile: smile, market: market)
  }

  /// What the standing layers hold from the settlement of each session of a period, but the last, over the next one: by session,
  /// then by layer; nothing for the other layers, `nil` for what has no price.
  ///
  /// - Complexity: O(sessions × contracts) a layer.
  static func standing(_ strategy: Strategy, context: MarketContext, period: ClosedRange<Int>)
    -> [[[HeldPosition]?]]
  {
    let layers = strategy.hedge.map { layer -> [[HeldPosition]?] in
      guard layer.horizon == .standing else { return period.dropLast().map { _ in [] } }
      switch layer.instrument {
      case .vx:
        var alone = strategy
        alone.hedge = [layer]
        let exposures = FuturesExposure.standing(alone, context: context, period: period)
        return exposures.map { found in
          found.map { held in
            held.map { .future(expiry: $0.expiry, centsPerPoint: $0.centsPerPoint, settle: $0.price) }
          }
        }
      case .vixCall(let rule):
        let carry = VIXCallCarry(
          rule, contracts: Int(layer.size.amount), monetise: layer.monetise, context: context, range: period,
          costs: strategy.costs)
        var fills = carry.fills[...]
        var held: (call: VIXCall, contracts: Int)?
        return period.dropLast().map { t in
          while let fill = fills.first, fill.session == t {
            fills.removeFirst()
            if fill.action == .buy {
              held = (fill.call, fill.contracts)
            } else {
              held?.contracts -= fill.contracts
            }
          }
          guard let held, held.contracts > 0 else { return [] }
          let cents = 10_000 * Double(held.contracts)
          return heldCall(held.call, centsPerPoint: cents, rule, session: t, context: context)
            .map { [.call($0)] }
        }
      }
    }
    return (0..<(period.count - 1)).map { k in layers.map { $0[k] } }
  }
}
