import Backtesting
import Kernels
import MarketData
import Strategies

/// One thing that is otherwise than a study assumes: the whole study is run again with it, choices included.
public struct Perturbation: Sendable {
  /// As tables name it.
  public let name: String
  /// Slippage of every condor order in place of the settings' own, steps of 0.05 points.
  var slippageTicks: Int32?
  /// Multiplies the level of volatility.
  var levelScale = 1.0
  /// Added to the seed of VX paths inside a day.
  var vxSeedOffset: UInt64 = 0
  /// Multiplies the volatility that VIX calls are priced at.
  var callVolatility = 1.0
  /// Added to the seed of the searches.
  var searchSeedOffset: UInt64 = 0
  /// VX inside a session; `nil` for the market's own.
  var vxPath: VXPathModel?
  /// A market in place of the one given.
  var other: Market?

  /// Nothing changed.
  public static let none = Perturbation(name: "as given")

  private init(name: String) { self.name = name }

  /// Slippage of condor orders from the mid, in steps of 0.05 points: 0 to 0.20 points.
  static let slippages: [Int32] = [0, 1, 2, 4]
  /// Multiples of each β of VX on the index.
  static let betaScales = [0.5, 1.5]
  /// Multiples of the volatility of VIX calls, whose prices are unvalidated.
  static let callVolatilities = [0.8, 1.2]
  /// Seeds of the searches besides the study's own.
  static let searchSeeds: UInt64 = 2
  /// Error of the logarithm of the level where a fit tells none.
  static let levelError = 0.12

  /// What every study tries: slippage, the level of volatility one standard error down and up, VX inside a session by other
  /// betas, without its noise, and with other seeds; other volatilities of VIX calls, where a family holds any; and other
  /// seeds of the searches.
  ///
  /// - Parameters:
  ///   - strategy: says what is known of the level when it enters.
  ///   - vxSeeds: seeds of VX paths in all, the settings' own among them, ≥ 1.
  ///   - holdsCalls: whether some family holds VIX calls.
  public static func standard(
    market: Market, strategy: Strategy?, vxSeeds: Int = 5, holdsCalls: Bool = false
  ) -> [Perturbation] {
    var made = slippages.map { ticks in
      var change = Perturbation(name: "slippage \(Money.points(ticks * 500)) points")
      change.slippageTicks = ticks
      return change
    }
    let error = levelError(of: market, strategy: strategy)
    for power in [-error, error] {
      let scale = (Elementary.exp(power) * 1000).rounded() / 1000
      var change = Perturbation(name: "level × \(scale)")
      change.levelScale = scale
      made.append(change)
    }
    for scale in betaScales {
      var change = Perturbation(name: "VX β × \(scale)")
      change.vxPath = VXPathModel(betaScale: scale)
      made.append(change)
    }
    var still = Perturbation(name: "VX without noise")
    still.vxPath = VXPathModel(hasNoise: false)
    made.append(still)
    for offset in 1..<UInt64(max(1, vxSeeds)) {
      var change = Perturbation(name: "VX seed + \(offset)")
      change.vxSeedOffset = offset
      made.append(change)
    }
    for scale in holdsCalls ? callVolatilities : [] {
      var change = Perturbation(name: "VIX-call volatility × \(scale)")
      change.callVolatility = scale
      made.append(change)
    }
    for offset in 1...searchSeeds {
      var change = Perturbation(name: "search seed + \(offset)")
      change.searchSeedOffset = offset
      made.append(change)
    }
    return made
  }

  /// The same market with other seeds of its simulated or bridged minutes, one a market.
  public static func reseeded(_ markets: [Market]) -> [Perturbation] {
    markets.enumerated().map { k, market in
      var change = Perturbation(name: "minutes seed + \(k + 1)")
      change.other = market
      return change
    }
  }

  /// Standard error of the level's logarithm on chains held out, given what an entry knows of the day.
  private static func levelError(of market: Market, strategy: Strategy?) -> Double {
    let isKnown =
      strategy.map { $0.marks.assumeCloseKnown || $0.entry.minute >= MinuteOfDay.afterClose } ?? false
    let error = market.parameters.errors.first {
      $0.sample == "held-out" && $0.level == (isKnown ? "vix9d" : "prior")
    }
    return error?.logVolRmse ?? levelError
  }

  /// Whether condors, and how they are chosen, are what they were.
  var isOfHedges: Bool {
    slippageTicks == nil && levelScale == 1 && other == nil && searchSeedOffset == 0
  }

  /// The market under it.
  func market(_ market: Market) -> Market {
    var made = other ?? market
    if let vxPath { made.vxPath = vxPath }
    return made
  }

  /// A strategy under it.
  func strategy(_ strategy: Strategy) -> Strategy {
    var made = strategy
    if let slippageTicks {
      let order = Slippage(halfSpreadThousandths: 0, ticks: slippageTicks)
      (made.costs.entry, made.costs.exit) = (order, order)
    }
    made.marks.levelScale *= levelScale
    made.vxPathSeed &+= vxSeedOffset
    if callVolatility != 1 {
      for k in made.hedge.indices {
        guard case .vixCall(var rule) = made.hedge[k].instrument else { continue }
        rule.pricing = rule.pricing.scaled(by: callVolatility)
        made.hedge[k].instrument = .vixCall(rule)
      }
    }
    return made
  }
}
