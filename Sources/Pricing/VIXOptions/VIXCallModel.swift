import Kernels
import MarketData

/// Volatilities of VIX options out of VVIX, one month at a time.
public struct VIXCallModel: Sendable {
  /// What it was made of.
  public let parameters: VIXCallParameters
  private let curve: TanhQuartic
  /// s² at the money over (VVIX/100)² and ``variance(_:years:)``.
  private let level: Double

  /// A model of some parameters.
  public init(_ parameters: VIXCallParameters = .standard) {
    self.parameters = parameters
    let reach = parameters.skew * parameters.cap
    curve = TanhQuartic(
      p: SIMD4(parameters.skew, 0, 0, 0), cap: parameters.cap, lowest: 1 - reach, highest: 1 + reach)
    let vvixYears = 30.0 / 365
    let share = parameters.atTheMoneyShare * parameters.volatilityScale
    level = share * share * vvixYears / Self.variance(parameters, years: vvixYears)
  }

  /// Years from a minute of a day to the settlement of an expiry at 09:30: calendar minutes ÷ 525,600, as VIX counts them.
  public static func years(from date: SessionDate, minute: Int, to expiry: SessionDate) -> Double {
    Double((expiry - date) * 1440 + MinuteOfDay.open - minute) / 525_600
  }

  /// The smile of one expiry at one instant; `nil` if a number is missing or out of its range.
  ///
  /// - Parameters:
  ///   - vx: the VX future of the month, 1/1000 points, > 0.
  ///   - vvix: VVIX, volatility points, > 0.
  ///   - years: to the settlement, > 0.
  public func smile(vx: Int32, vvix: Double, years: Double) -> VIXSmile? {
    guard vx > 0, vvix > 0, years > 0 else { return nil }
    let stdDev = vvix / 100 * (level * Self.variance(parameters, years: years)).squareRoot()
    guard stdDev > 0, stdDev <= VIXSmile.largestStdDev else { return nil }
    return VIXSmile(forward: Double(vx) / 1000, stdDev: stdDev, rootYears: years.squareRoot(), curve: curve)
  }

  /// ∫₀ᵀ ((1 − f)·e^(−κτ) + f)² dτ: variance over the life of a contract, for a volatility of 1 at settlement.
  ///
  /// - Source: P. Samuelson, "Proof that properly anticipated prices fluctuate randomly" (1965), with a floor.
  private static func variance(_ parameters: VIXCallParameters, years: Double) -> Double {
    let (k, f) = (parameters.meanReversion, parameters.farShare)
    let once = -Elementary.expm1(-k * years) / k
    let twice = -Elementary.expm1(-2 * k * years) / (2 * k)
    return (1 - f) * (1 - f) * twice + 2 * f * (1 - f) * once + f * f * years
  }
}

/// Calls of one expiry at one instant: undiscounted Black-76 on the VX future, each strike at its own volatility.
///
/// Undiscounted as all marks are: at 2 % and 220 days a price is 1.2 % too high, far inside the error of the volatility.
public struct VIXSmile: Sendable {
  /// s beyond which there is no price: the bounds of ``VIXCallParameters`` are proved up to here.
  public static let largestStdDev = 2.5

  /// F, VIX points.
  public let forward: Double
  /// s = σ√T at the money.
  public let stdDev: Double
  /// √T, T in years.
  public let rootYears: Double
  let curve: TanhQuartic

  /// s·σ(K)/σ(F) of a strike in 1/1000 points, > 0.
  public func stdDev(strike: Int32) -> Double {
    let z = (Elementary.log(Double(strike) / 1000) - Elementary.log(forward)) / stdDev
    return stdDev * curve.ratio(z: z)
  }

  /// Price of a call, VIX points; `strike` in 1/1000 points, > 0.
  public func price(strike: Int32) -> Double {
    Black76Reference.price(
      forward: forward, strike: Double(strike) / 1000, stdDev: stdDev(strike: strike), sign: 1)
  }

  /// Prices of a call after moves of VX and VVIX, VIX points: the smile goes along with the forward.
  ///
  /// - Parameters:
  ///   - strike: 1/1000 points, > 0.
  ///   - moves: ln of the future over ``forward``; shape `[n]`.
  ///   - growth: their exponentials; shape `[n]`.
  ///   - volatility: what VVIX, and with it s, is multiplied by, > 0; shape `[n]`.
  /// - Returns: what ``price(strike:)`` of the moved smile is, within 5e-15 of the moved forward; shape `[n]`.
  /// - Complexity: O(n), lanes; four arrays.
  public func prices(strike: Int32, moves: [Double], growth: [Double], volatility: [Double]) -> [Double] {
    let moneyness = Elementary.log(Double(strike) / 1000) - Elementary.log(forward)
    let n = moves.count
    // z is (ln K − ln F − x)/(s·v), and the deviation v·s·ratio(z)
    let standing = zip(moves, volatility).map { (moneyness - $0) / $1 }
    let forwards = growth.map { forward * $0 }
    let strikes = Array(repeating: Double(strike) / 1000, count: n)
    let signs = Array(repeating: 1.0, count: n)
    var deviations = signs
    var out = deviations.mutableSpan
    smileStdDevs(logStrike: standing.span, logForward: 0, stdDev: stdDev, smile: curve, into: &out)
    for k in deviations.indices { deviations[k] *= volatility[k] }
    var prices = signs
    out = prices.mutableSpan
    black76Prices(
      forward: forwards.span, strike: strikes.span, stdDev: deviations.span, sign: signs.span, into: &out)
    return prices
  }

  /// Price on the grid of VIX options, units of 1/10,000 points: whole cents a contract.
  public func mark(strike: Int32) -> Int32 { TickGrid.legMark(points: price(strike: strike)) }

  /// N(d₁), 0…1, and F·n(d₁)·√T, points per 1.00 of the strike's own volatility.
  public func deltaAndVega(strike: Int32) -> (delta: Double, vega: Double) {
    Black76Reference.deltaAndVega(
      forward: forward, strike: Double(strike) / 1000, stdDev: stdDev(strike: strike), rootYears: rootYears,
      sign: 1)
  }

  /// The listed strike whose delta lies nearest a target between 0 and 1; the lower of two as near. O(strikes).
  public func strike(delta target: Double) -> Int32 {
    var best = (strike: VIXCall.strikes[0], distance: Double.infinity)
    for strike in VIXCall.strikes {
      let distance = (deltaAndVega(strike: strike).delta - target).magnitude
      if distance < best.distance { best = (strike, distance) }
    }
    return best.strike
  }
}
