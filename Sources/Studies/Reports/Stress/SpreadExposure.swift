import Backtesting
import Kernels
import Pricing

/// A short vertical of index options as it stands at a minute, ready to be priced anew: every option keeps its implied
/// volatility, or a multiple of it.
struct SpreadExposure: Sendable, Hashable {
  /// One option: its strike, points, and σ√T of its own.
  struct Leg: Sendable, Hashable {
    let strike: Double
    let stdDev: Double
  }

  let isCall: Bool
  /// Of the index, points.
  let forward: Double
  let short: Leg
  let long: Leg
  /// How many.
  var contracts = 1

  /// A point of one spread is $100.
  private static let centsPerPoint = 10_000.0
  private var sign: Double { isCall ? 1 : -1 }

  /// The sides of a condor that are open at a point of a surface, the put side first.
  ///
  /// - Precondition: the point has an index mark.
  static func of(_ spread: PortfolioLosses.Spread, surface: MarkSurface, point: Int) -> [SpreadExposure] {
    let s = spread.strikes
    func side(_ short: Int, _ long: Int, isCall: Bool) -> SpreadExposure {
      let legs = [short, long].map {
        Leg(strike: Double($0), stdDev: surface.strikeStdDev(Double($0), at: point))
      }
      return SpreadExposure(
        isCall: isCall, forward: surface.forward[point], short: legs[0], long: legs[1])
    }
    let put = spread.part == .call ? [] : [side(s.shortPut, s.longPut, isCall: false)]
    return put + (spread.part == .put ? [] : [side(s.shortCall, s.longCall, isCall: true)])
  }

  /// What spreads gain in each scenario against none, cents; shape `[spreads][scenarios]`. The cost to close stays between 0 and
  /// the width.
  ///
  /// - Complexity: O(spreads × scenarios), one batch of Black-76.
  static func gains(_ spreads: [SpreadExposure], _ scenarios: [StressScenario]) -> [[Double]] {
    let all = [.none] + scenarios
    let n = all.count
    var forwards: [Double] = []
    var strikes: [Double] = []
    var deviations: [Double] = []
    var signs: [Double] = []
    for spread in spreads {
      for leg in [spread.short, spread.long] {
        for scenario in all {
          forwards.append(spread.forward * (1 + scenario.move))
          strikes.append(leg.strike)
          deviations.append(leg.stdDev * (1 + scenario.volatility))
          signs.append(spread.sign)
        }
      }
    }
    var prices = strikes
    var out = prices.mutableSpan
    black76Prices(
      forward: forwards.span, strike: strikes.span, stdDev: deviations.span, sign: signs.span, into: &out)
    return spreads.enumerated().map { i, spread in
      let width = (spread.short.strike - spread.long.strike).magnitude
      let cents = centsPerPoint * Double(spread.contracts)
      let costs = (0..<n).map { k in min(max(prices[2 * i * n + k] - prices[(2 * i + 1) * n + k], 0), width) }
      return costs.dropFirst().map { -($0 - costs[0]) * cents }
    }
  }

  /// Derivatives of its value.
  ///
  /// - Precondition: both options have a deviation above 0.
  var greeks: StressGreeks {
    func leg(_ leg: Leg) -> StressGreeks {
      let g = Black76Reference.greeks(
        forward: forward, strike: leg.strike, volatility: leg.stdDev, years: 1, sign: sign)
      return StressGreeks(
        delta: forward * g.delta, gamma: forward * forward * g.gamma, vega: leg.stdDev * g.vega,
        vanna: forward * leg.stdDev * g.vanna, volga: leg.stdDev * leg.stdDev * g.volga)
    }
    return (leg(long) - leg(short)).scaled(Self.centsPerPoint * Double(contracts))
  }
}
