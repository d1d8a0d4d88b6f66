import CKernelShims
import Foundation

/// Standard normal distribution function.
public func normalCDF(_ x: Double) -> Double { 0.5 * erfc(-x * 0.5.squareRoot()) }

/// Prices `n` European options under Black-76, undiscounted; at `stdDev` 0 the intrinsic value.
public func black76Prices(
  forward: Span<Double>, strike: Span<Double>, stdDev: Span<Double>, sign: Span<Double>,
  into price: inout MutableSpan<Double>
) {
  for i in 0..<price.count {
    let f = forward[i]
    let k = strike[i]
    let s = stdDev[i]
    let phi = sign[i]
    if s == 0 {
      price[i] = max(phi * (f - k), 0)
      continue
    }
    let d1 = Elementary.log(f / k) / s + s / 2
    price[i] = phi * (f * normalCDF(phi * d1) - k * normalCDF(phi * (d1 - s)))
  }
}
