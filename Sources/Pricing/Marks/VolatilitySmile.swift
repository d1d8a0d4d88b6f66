import Kernels

/// The tanh-quartic smile: volatility at a strike over volatility at the money.
public struct VolatilitySmile: Sendable {
  private let p1: Double
  private let p2: Double
  private let p3: Double
  private let p4: Double
  private let cap: Double
  private let lowest: Double
  private let highest: Double

  /// - Precondition: four coefficients, cap > 0.
  public init(_ parameters: SmileParameters) {
    precondition(parameters.p.count == 4 && parameters.cap > 0, "VolatilitySmile: four coefficients, cap > 0")
    p1 = parameters.p[0]
    p2 = parameters.p[1]
    p3 = parameters.p[2]
    p4 = parameters.p[3]
    cap = parameters.cap
    lowest = parameters.floor
    highest = parameters.ceiling
  }

  /// v(z), z = ln(K/F)/s in standard deviations; within the floor and ceiling.
  public func ratio(z: Double) -> Double {
    let t = cap * Elementary.tanh(z / cap)
    let v = 1 + t * (p1 + t * (p2 + t * (p3 + t * p4)))
    return min(max(v, lowest), highest)
  }
}
