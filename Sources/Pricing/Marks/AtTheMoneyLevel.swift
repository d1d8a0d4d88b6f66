import Kernels
import MarketData

/// At-the-money volatility a year of 252 sessions, from a volatility index.
public struct AtTheMoneyLevel: Sendable {
  private let parameters: LevelParameters
  /// Levels by `parameters`.
  public init(_ parameters: LevelParameters) { self.parameters = parameters }

  /// σ (0.15 is 15 %), from an index value in percent points; `nil` for an index that has no curve.
  public func volatility(_ index: VolatilityIndex, _ value: Double) -> Double? {
    switch index {
    case .vix9d: Self.evaluate(parameters.vix9d, value)
    case .vix: Self.evaluate(parameters.vix, value)
    case .vix1d: value / 100 / parameters.vix1dStripRatio
    case .vix3m, .vix6m, .vvix, .skew: nil
    }
  }

  private static func evaluate(_ c: LevelParameters.Curve, _ value: Double) -> Double {
    c.base * Elementary.pow(min(max(value, c.lowKnee), c.knee) / c.pivot, c.below)
      * Elementary.pow(min(value, c.lowKnee) / c.lowKnee, c.lowest)
      * Elementary.pow(max(value, c.knee) / c.knee, c.above)
  }
}
