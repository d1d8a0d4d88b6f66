import Foundation

/// Elementary functions with one result on every machine.
public enum Elementary {
  /// Natural logarithm.
  @inlinable public static func log(_ x: Double) -> Double { Foundation.log(x) }
  /// e to the power x.
  @inlinable public static func exp(_ x: Double) -> Double { Foundation.exp(x) }
  /// Hyperbolic tangent.
  @inlinable public static func tanh(_ x: Double) -> Double { Foundation.tanh(x) }
  /// x to the power y, x > 0.
  @inlinable public static func pow(_ x: Double, _ y: Double) -> Double { exp(y * log(x)) }
}
