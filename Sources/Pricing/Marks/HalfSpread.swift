import Kernels

/// Half the bid–ask spread of a leg.
public struct HalfSpread: Sendable {
  private let parameters: HalfSpreadParameters
  /// Spreads by `parameters`.
  public init(_ parameters: HalfSpreadParameters) { self.parameters = parameters }

  /// The quiet formula, points, before rounding.
  public func points(mid: Double) -> Double {
    let p = parameters
    return max(p.floor, p.constant + (mid > 0 ? p.slope * Elementary.pow(mid, p.power) : 0))
  }
  /// clamp((V/pivot)^power, 1, limit): how much wider spreads are in stress.
  public func stressFactor(volatilityIndex: Double) -> Double {
    let p = parameters
    return min(max(Elementary.pow(volatilityIndex / p.stressPivot, p.stressPower), 1), p.stressLimit)
  }
  /// Units of 1/10,000 point, on half a tick (0.025 points), rounded to the nearest and at least one.
  public func units(mark: Int32, factor: Double) -> Int32 {
    let halfTicks = points(mid: Double(mark) / 10_000) * factor * 40
    return Int32(max(1, min(halfTicks, 40_000).rounded(.toNearestOrAwayFromZero))) * 250
  }
  /// The factor from 16:00 to 16:15.
  public var afterClose: Double { parameters.afterClose }
}
