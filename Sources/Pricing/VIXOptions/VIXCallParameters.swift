/// How VIX options are priced from VVIX and VX. **Unvalidated**: eight published trades are all there was to compare with, so
/// every result is also run with ``volatilityScale`` at 0.8 and 1.2.
public struct VIXCallParameters: Hashable, Sendable {
  /// At-the-money volatility of an option of 30 days over VVIX; VVIX holds the whole strip, calls at higher volatilities
  /// included. At 0.95 the strip of the model's own smile is VVIX again, within 2 % (VVIX 70 to 150).
  public let atTheMoneyShare: Double
  /// κ, a year: how fast the volatility of a VX contract falls with its time to settlement τ,
  /// (1 − f)·e^(−κτ) + f.
  public let meanReversion: Double
  /// f: what is left of it far out, as a share of that at settlement.
  public let farShare: Double
  /// Slope of volatility in z = ln(K/F)/s, s = σ√T at the money: σ(z)/σ(0) = 1 + skew·cap·tanh(z/cap).
  public let skew: Double
  /// Standard deviations at which the slope levels off.
  public let cap: Double
  /// Every volatility is multiplied by this; 1 is VVIX.
  public let volatilityScale: Double

  /// The parameters that ship. κ and f are a fit to the daily changes of eight VX months, each over VVIX of the day
  /// before, 2007–2020 (`Tests/Golden/pricing/vx_volatility.py`). The skew is set by eye on the implied volatilities of
  /// eight trades of 2014–2017: 0.86 of the model's own at the money at z = −0.4, 1.18 at 0.5, 1.34 at 1.1, 1.67 at 2.3.
  public static let standard = VIXCallParameters(
    unchecked: 0.95, meanReversion: 6.4, farShare: 0.29, skew: 0.3, cap: 3, volatilityScale: 1)

  /// Parameters within the bounds that keep prices free of arbitrage between strikes: there the density implied by the
  /// smile is positive for every s up to ``VIXSmile/largestStdDev``.
  ///
  /// - Throws: ``VIXCallError/outOfBounds(key:value:allowed:)``, the first parameter outside its bounds.
  public init(
    atTheMoneyShare: Double = Self.standard.atTheMoneyShare,
    meanReversion: Double = Self.standard.meanReversion, farShare: Double = Self.standard.farShare,
    skew: Double = Self.standard.skew, cap: Double = Self.standard.cap,
    volatilityScale: Double = 1
  ) throws(VIXCallError) {
    self.init(
      unchecked: atTheMoneyShare, meanReversion: meanReversion, farShare: farShare, skew: skew, cap: cap,
      volatilityScale: volatilityScale)
    for (key, value, bounds) in [
      ("at_the_money_share", atTheMoneyShare, 0.5...1.5), ("mean_reversion", meanReversion, 0.1...50),
      ("far_share", farShare, 0...1), ("skew", skew, 0...0.35), ("cap", cap, 0.5...3),
      ("volatility_scale", volatilityScale, 0.2...5),
    ] where !bounds.contains(value) {
      throw .outOfBounds(key: key, value: value, allowed: "\(bounds.lowerBound)…\(bounds.upperBound)")
    }
    guard skew * cap <= 0.9 else {
      throw .outOfBounds(key: "skew", value: skew, allowed: "at most 0.9 ÷ cap, \(0.9 / cap)")
    }
  }

  /// The same with every volatility multiplied, also beyond the bounds of a file.
  public func scaled(by factor: Double) -> VIXCallParameters {
    VIXCallParameters(
      unchecked: atTheMoneyShare, meanReversion: meanReversion, farShare: farShare, skew: skew, cap: cap,
      volatilityScale: volatilityScale * factor)
  }

  private init(
    unchecked share: Double, meanReversion: Double, farShare: Double, skew: Double, cap: Double,
    volatilityScale: Double
  ) {
    atTheMoneyShare = share
    self.meanReversion = meanReversion
    self.farShare = farShare
    self.skew = skew
    self.cap = cap
    self.volatilityScale = volatilityScale
  }
}

/// What can be wrong with the parameters of VIX options.
public enum VIXCallError: Error, Equatable, Sendable {
  /// A value outside its bounds.
  case outOfBounds(key: String, value: Double, allowed: String)
}

extension VIXCallError: CustomStringConvertible {
  /// Key, value met and remedy.
  public var description: String {
    switch self {
    case .outOfBounds(let key, let value, let allowed):
      "\(key) of VIX calls is \(value); allowed: \(allowed); outside, prices of neighbouring strikes could contradict each other"
    }
  }
}
