import Kernels

/// What a VIX call's price does as its future and its volatilities move: derivatives of the model's price, the smile moving
/// along with the future.
public struct VIXCallGreeks: Hashable, Sendable {
  /// ∂price/∂F: VIX points per point of VX.
  public var delta: Double
  /// ∂²price/∂F²: per point.
  public var gamma: Double
  /// ∂price/∂a, all volatilities times a, at a = 1: points per 100 % more volatility.
  public var vega: Double
  /// ∂²price/∂F∂a.
  public var vanna: Double
  /// ∂²price/∂a².
  public var volga: Double
}

extension VIXSmile {
  /// The same month where its future stands at `forward`, VIX points > 0, and every volatility is multiplied by
  /// `volatility` > 0: the smile keeps its place around the future.
  ///
  /// Beyond ``largestStdDev`` prices of neighbouring strikes may contradict one another; each is still a price of Black-76.
  public func moved(forward: Double, volatility: Double) -> VIXSmile {
    VIXSmile(forward: forward, stdDev: stdDev * volatility, rootYears: rootYears, curve: curve)
  }

  /// Greeks of the call at a strike in 1/1000 points, > 0.
  ///
  /// price = B(F, S), S = a·s·h(z) with z = ln(K/F)/(a·s) and h the smile, so that S moves with F and with a: the chain rule
  /// over Black-76's own greeks.
  public func greeks(strike: Int32) -> VIXCallGreeks {
    let own = stdDev(strike: strike)
    let b = Black76Reference.greeks(
      forward: forward, strike: Double(strike) / 1000, volatility: own, years: 1, sign: 1)
    let z = (Elementary.log(Double(strike) / 1000) - Elementary.log(forward)) / stdDev
    let h = curve.slopes(z: z)
    // derivatives of S by F and a
    let sF = -h.first / forward
    let sFF = (h.second / stdDev + h.first) / (forward * forward)
    let sA = own - stdDev * z * h.first
    let sAA = stdDev * z * z * h.second
    let sFA = z * h.second / forward
    return VIXCallGreeks(
      delta: b.delta + b.vega * sF,
      gamma: b.gamma + 2 * b.vanna * sF + b.volga * sF * sF + b.vega * sFF,
      vega: b.vega * sA, vanna: b.vanna * sA + b.volga * sF * sA + b.vega * sFA,
      volga: b.volga * sA * sA + b.vega * sAA)
  }
}
