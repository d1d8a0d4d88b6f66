import Backtesting
import MarketData
import Strategies

/// VIX futures held, as a scenario of the index moves them; or VIX calls, by their delta and down to nothing, which is more than
/// they would lose.
struct FuturesExposure: Sendable, Hashable {
  /// Contract.
  let expiry: SessionDate
  /// Size, cents for one point of the price.
  let centsPerPoint: Double
  /// As a decision sees it, points.
  let price: Double
  /// Points for +1 % of the index.
  let beta: Double

  /// What is lost when the index moves by `move` (0.01 is 1 %) and the price by the share `own` of it besides, cents; a price
  /// doesn't fall below 0.
  func loss(_ move: Double, own: Double = 0) -> Double {
    -centsPerPoint * max(beta * 100 * move + price * own, -price)
  }

  /// What a layer that a trade opened holds at a minute: one a contract, or one of calls; `nil` where something of it has no
  /// price.
  static func of(
    _ open: HedgeFill, centsPerPoint: Double, strategy: Strategy, context: MarketContext, at time: TradeMinute
  ) -> [FuturesExposure]? {
    let held = HedgePrices(
      open.holding, of: strategy.hedge[open.layer].instrument, context: context)
    let made = open.contracts.compactMap { contract -> FuturesExposure? in
      let price: Int32? =
        switch open.holding {
        case .call: held.indicative(at: time)
        case .vx: context.vx.indicative(contract.expiry, session: time.session, minute: time.minute)
        }
      guard let price, let delta = held.delta(at: time) else { return nil }
      return FuturesExposure(
        expiry: contract.expiry, centsPerPoint: centsPerPoint * Double(contract.thousandths) / 1000,
        price: Double(price) / 1000, beta: delta * context.vx.beta(contract.expiry, session: time.session))
    }
    return made.count == open.contracts.count ? made : nil
  }

  /// The futures of a strategy's standing layers as held from the settlement of each session of a period, but
  /// the last, over the next one; `nil` after a session that lacks a settlement of what a layer should hold, for then it
  /// keeps what it had. O(sessions × layers).
  static func standing(
    _ strategy: Strategy, context: MarketContext, period: ClosedRange<Int>
  ) -> [[FuturesExposure]?] {
    let history = context.history
    let layers = strategy.hedge.filter { $0.horizon == .standing && !$0.instrument.isVIXCall }
    let isHeld = layers.map { StandingBook.holding($0.trigger, context, period) }
    return period.dropLast().enumerated().map { k, i in
      let date = history.sessions[i].date
      let next = history.calendar.next(after: date) ?? date.adding(days: 5)
      var made: [FuturesExposure] = []
      for (layer, isHeld) in zip(layers, isHeld) where isHeld[k] {
        guard let pair = context.vx.contracts(session: i, tenorDays: layer.tenorDays, expiringAfter: next)
        else { return nil }
        for contract in pair {
          guard let settle = context.vx.settle(contract.expiry, session: i) else { return nil }
          made.append(
            FuturesExposure(
              expiry: contract.expiry,
              centsPerPoint: layer.size.amount * 100_000 * Double(contract.thousandths) / 1000,
              price: Double(settle) / 1000, beta: context.vx.beta(contract.expiry, session: i + 1)))
        }
      }
      return made
    }
  }
}
