import Kernels

/// The tanh-quartic smile: volatility at a strike over volatility at the money.
public struct VolatilitySmile: Sendable {
  /// The curve in the form that kernels take.
  let curve: TanhQuartic

  /// - Precondition: four coefficients, cap > 0.
  public init(_ parameters: SmileParameters) {
    let p = parameters.p
    precondition(p.count == 4 && parameters.cap > 0, "VolatilitySmile: four coefficients, cap > 0")
    curve = TanhQuartic(
      p: SIMD4(p[0], p[1], p[2], p[3]), cap: parameters.cap, lowest: parameters.floor,
      highest: parameters.ceiling)
  }

  /// v(z), z = ln(K/F)/s in standard deviations; within the floor and ceiling.
  public func ratio(z: Double) -> Double { curve.ratio(z: z) }
}
