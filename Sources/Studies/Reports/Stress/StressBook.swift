import Backtesting
import MarketData
import Pricing
import Strategies

/// A VIX call held, ready to be priced anew.
struct VIXCallExposure: Sendable {
  /// Of its month.
  let expiry: SessionDate
  /// 1/1000 points.
  let strike: Int32
  /// Its month's calls, by the model.
  let smile: VIXSmile
  /// Of its future, points for +1 % of the index.
  let beta: Double
  /// Size, cents for one point of its price.
  var centsPerPoint: Double

  /// What it gains, cents: by the model, on the moved future and the moved VVIX.
  ///
  /// - Parameter share: of a volatility move that its future makes.
  func gain(_ scenario: StressScenario, share: Double) -> Double {
    let change = beta * 100 * scenario.move + smile.forward * (share * scenario.volatility)
    let moved = smile.moved(
      forward: max(smile.forward + change, 0.01), volatility: 1 + scenario.volatility)
    return centsPerPoint * (moved.price(strike: strike) - smile.price(strike: strike))
  }

  /// Derivatives of its value, the future's moves put in.
  func greeks(share: Double) -> StressGreeks {
    let g = smile.greeks(strike: strike)
    let (m, v) = (beta * 100, smile.forward * share)
    return StressGreeks(
      delta: g.delta * m, gamma: g.gamma * m * m, vega: g.delta * v + g.vega,
      vanna: g.gamma * m * v + g.vanna * m, volga: g.gamma * v * v + 2 * g.vanna * v + g.volga
    ).scaled(centsPerPoint)
  }
}

extension VIXCallExposure {
  /// `nil` where the model has no price.
  init?(
    _ call: VIXCall, of rule: VIXCallRule, centsPerPoint: Double, context: MarketContext,
    seen view: VIXCallMarket.View, session: Int
  ) {
    let market = VIXCallMarket(context.history, vx: context.vx, parameters: rule.pricing)
    guard let smile = try? market.smile(call.expiry, view).get() else { return nil }
    expiry = call.expiry
    strike = call.strike
    self.smile = smile
    beta = context.vx.beta(call.expiry, session: session)
    self.centsPerPoint = centsPerPoint
  }
}

/// Everything that is held at a minute, as scenarios price it.
struct StressBook: Sendable {
  /// What gains and loses apart.
  enum Part: String, Sendable, Codable, CaseIterable {
    case putSpread
    case callSpread
    case futures
    case calls
  }

  /// When.
  let time: TradeMinute
  /// Its day.
  let date: SessionDate
  /// √w of the index from then to the expiry, > 0.
  let stdDev: Double
  /// Sides of condors.
  var spreads: [SpreadExposure] = []
  /// VX, contract by contract.
  var futures: [FuturesExposure] = []
  /// VIX calls.
  var calls: [VIXCallExposure] = []
  /// What risk-based margin looks at beside the spreads: VX, and calls that a trade opened by their delta on it.
  var margined: [FuturesExposure] = []
  /// Premium paid for standing VIX calls, which margin adds.
  var premiumCents: Int64 = 0

  /// Whether nothing is held.
  var isEmpty: Bool { spreads.isEmpty && futures.isEmpty && calls.isEmpty }

  /// What each part gains in each scenario against none, by full revaluation, cents; shape `[parts][scenarios]`.
  ///
  /// - Complexity: O(positions × scenarios).
  func gains(_ scenarios: [StressScenario]) -> [[Double]] {
    let sides = SpreadExposure.gains(spreads, scenarios)
    return Part.allCases.map { part in
      scenarios.indices.map { k in
        let scenario = scenarios[k]
        return switch part {
        case .putSpread, .callSpread:
          zip(spreads, sides).reduce(0) { $1.0.isCall == (part == .callSpread) ? $0 + $1.1[k] : $0 }
        case .futures:
          futures.reduce(0) { $0 - $1.loss(scenario.move, own: share($1.expiry) * scenario.volatility) }
        case .calls: calls.reduce(0) { $0 + $1.gain(scenario, share: share($1.expiry)) }
        }
      }
    }
  }

  /// Derivatives of each part's value.
  var greeks: [StressGreeks] {
    Part.allCases.map { part in
      switch part {
      case .putSpread, .callSpread:
        spreads.reduce(StressGreeks()) { $1.isCall == (part == .callSpread) ? $0 + $1.greeks : $0 }
      case .futures:
        futures.reduce(StressGreeks()) {
          $0
            + StressGreeks(delta: $1.beta * 100, vega: $1.price * share($1.expiry))
            .scaled($1.centsPerPoint)
        }
      case .calls: calls.reduce(StressGreeks()) { $0 + $1.greeks(share: share($1.expiry)) }
      }
    }
  }

  /// Risk-based margin, cents, given what the parts gain at its ten moves; shape `[parts][10]`.
  func requirementCents(_ gains: [[Double]]) -> Int64 {
    let shorts = spreads.reduce(0) { $0 + $1.contracts }
    let losses = PortfolioLosses(Array(gains.prefix(2)), margined, shorts: shorts)
    return premiumCents
      + PortfolioLosses.cents(zip(losses.options, losses.futures).map { $0 + $1 }, shorts: shorts)
  }

  private func share(_ expiry: SessionDate) -> Double { StressScenario.share(days: expiry - date) }
}
