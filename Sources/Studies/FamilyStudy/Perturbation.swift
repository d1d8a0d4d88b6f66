import Backtesting
import Kernels
import MarketData
import Strategies

/// One thing that is otherwise than a study assumes: a result, or the whole study with its choices, is worked out again
/// with it.
public struct Perturbation: Sendable {
  /// What is assumed otherwise.
  public enum Kind: String, Sendable, Codable, Hashable, CaseIterable {
    /// Slippage and fees.
    case costs
    /// Volatility at the money.
    case level
    /// Volatility by strike.
    case smile
    /// VX inside a session.
    case vx
    /// Prices of VIX calls.
    case calls
    /// What is drawn at random: minutes, VX inside a session, or a search's points.
    case seed
    /// Nothing.
    case none
  }
  /// As tables name it.
  public let name: String
  /// What is otherwise.
  public let kind: Kind
  /// Slippage of every condor order in place of the settings' own, steps of 0.05 points.
  var slippageTicks: Int32?
  /// Multiplies every fee a contract.
  var feeFactor: Int32 = 1
  /// Added to the smile's first two coefficients, p₁ and p₂.
  var smileShift = (slope: 0.0, curvature: 0.0)
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
  public static let none = Perturbation(.none, "as given")

  private init(_ kind: Kind, _ name: String, _ change: (inout Perturbation) -> Void = { _ in }) {
    self.kind = kind
    self.name = name
    change(&self)
  }

  /// Slippage of condor orders from the mid, in steps of 0.05 points: 0 to 0.20 points.
  static let slippages: [Int32] = [0, 1, 2, 4]
  /// Multiples of each fee: a broker of twice the price.
  static let feeFactors: [Int32] = [2]
  /// By how much the smile's slope p₁ and curvature p₂ vary from day to day, one standard deviation: of the odd and the even
  /// part of v(±1) in the free fits of 21 chains, 2019 (`Tests/Golden/pricing/day-fits.csv`). The mean of all chains is known
  /// better, but other years may have another one. The level's move with the index goes with p₁, as always.
  static let smileDeviation = (slope: 0.036, curvature: 0.023)
  /// Multiples of each β of VX on the index.
  static let betaScales = [0.5, 1.5]
  /// Multiples of the volatility of VIX calls, whose prices are unvalidated.
  static let callVolatilities = [0.8, 1.2]
  /// Seeds of the searches besides the study's own.
  static let searchSeeds: UInt64 = 2
  /// Error of the logarithm of the level where a fit tells none.
  static let levelError = 0.12

  /// What every study of families tries: slippage, the level of volatility one standard error down and up, VX inside a session
  /// by other betas, without its noise, and with other seeds; other volatilities of VIX calls, where a family holds any; and
  /// other seeds of the searches.
  ///
  /// - Parameters:
  ///   - strategy: says what is known of the level when it enters.
  ///   - vxSeeds: seeds of VX paths in all, the settings' own among them, ≥ 1.
  ///   - holdsCalls: whether some family holds VIX calls.
  public static func standard(
    market: Market, strategy: Strategy?, vxSeeds: Int = 5, holdsCalls: Bool = false
  ) -> [Perturbation] {
    let seeds = (1..<UInt64(max(1, vxSeeds))).map { offset in
      Perturbation(.seed, "VX seed + \(offset)") { $0.vxSeedOffset = offset }
    }
    let searches = (1...searchSeeds).map { offset in
      Perturbation(.seed, "search seed + \(offset)") { $0.searchSeedOffset = offset }
    }
    return slippage + levels(market, strategy) + vxPaths + seeds + (holdsCalls ? calls : []) + searches
  }

  /// What is assumed of costs and prices, nothing of it drawn: slippage, fees, level and smile of volatility, and where hedges
  /// hold them VX inside a session and VIX calls.
  ///
  /// - Parameters:
  ///   - strategy: says what is known of the level when it enters.
  ///   - holdsVX: whether a hedge trades VX inside a session.
  ///   - holdsCalls: whether a hedge holds VIX calls.
  static func assumptions(
    market: Market, strategy: Strategy, holdsVX: Bool, holdsCalls: Bool
  ) -> [Perturbation] {
    let fees = feeFactors.map { factor in Perturbation(.costs, "fees × \(factor)") { $0.feeFactor = factor } }
    return slippage + fees + levels(market, strategy) + smiles + (holdsVX ? vxPaths : [])
      + (holdsCalls ? calls : [])
  }

  private static var slippage: [Perturbation] {
    slippages.map { ticks in
      Perturbation(.costs, "slippage \(Money.points(ticks * 500)) points") { $0.slippageTicks = ticks }
    }
  }

  private static func levels(_ market: Market, _ strategy: Strategy?) -> [Perturbation] {
    let error = levelError(of: market, strategy: strategy)
    return [-error, error].map { power in
      let scale = (Elementary.exp(power) * 1000).rounded() / 1000
      return Perturbation(.level, "level × \(scale)") { $0.levelScale = scale }
    }
  }

  private static var smiles: [Perturbation] {
    let (slope, curvature) = smileDeviation
    return [
      Perturbation(.smile, "smile steeper by \(slope)") { $0.smileShift.slope = -slope },
      Perturbation(.smile, "smile flatter by \(slope)") { $0.smileShift.slope = slope },
      Perturbation(.smile, "wings higher by \(curvature)") { $0.smileShift.curvature = curvature },
      Perturbation(.smile, "wings lower by \(curvature)") { $0.smileShift.curvature = -curvature },
    ]
  }

  private static var vxPaths: [Perturbation] {
    betaScales.map { scale in
      Perturbation(.vx, "VX β × \(scale)") { $0.vxPath = VXPathModel(betaScale: scale) }
    } + [Perturbation(.vx, "VX without noise") { $0.vxPath = VXPathModel(hasNoise: false) }]
  }

  private static var calls: [Perturbation] {
    callVolatilities.map { scale in
      Perturbation(.calls, "VIX-call volatility × \(scale)") { $0.callVolatility = scale }
    }
  }

  /// The same market with other seeds of its simulated or bridged minutes, one a market.
  public static func reseeded(_ markets: [Market]) -> [Perturbation] {
    markets.enumerated().map { k, market in
      Perturbation(.seed, "minutes seed + \(k + 1)") { $0.other = market }
    }
  }

  /// Other draws: the minutes of another market, VX paths inside a session by another seed, or both.
  static func draw(_ offset: UInt64, minutes market: Market?, isOfVX: Bool) -> Perturbation {
    Perturbation(.seed, "seed + \(offset)") { change in
      change.other = market
      change.vxSeedOffset = isOfVX ? offset : 0
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
    slippageTicks == nil && feeFactor == 1 && levelScale == 1 && smileShift == (0, 0) && other == nil
      && searchSeedOffset == 0
  }

  /// The market under it.
  func market(_ market: Market) -> Market {
    var made = other ?? market
    if let vxPath { made.vxPath = vxPath }
    made.parameters.smile.p[0] += smileShift.slope
    made.parameters.smile.p[1] += smileShift.curvature
    return made
  }

  /// A strategy under it.
  func strategy(_ strategy: Strategy) -> Strategy {
    var made = strategy
    if let slippageTicks {
      let order = Slippage(halfSpreadThousandths: 0, ticks: slippageTicks)
      (made.costs.entry, made.costs.exit) = (order, order)
    }
    for k in made.costs.fees.indices {
      made.costs.fees[k].spxwCents *= feeFactor
      made.costs.fees[k].vxCents *= feeFactor
      made.costs.fees[k].vixOptionCents *= feeFactor
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
