/// The total standard deviation s = σ·√T at which Black-76 gives an undiscounted price.
///
/// Newton's method on the time value, on its logarithm below the point of inflection, inside a bracket that
/// every step shrinks; where Newton leaves the bracket, the bracket is halved. In-the-money prices are first
/// turned into the out-of-the-money price at the same strike by parity.
///
/// - Parameters:
///   - price: undiscounted, index points.
///   - forward: F, index points, > 0.
///   - strike: K, index points, > 0.
///   - sign: +1 for a call, −1 for a put.
/// - Returns: s > 0, or nil where there is none: the price is at or below intrinsic, at or above its bound (F
///   for a call, K for a put), or an argument is outside its bounds or not finite.
/// - Accuracy: the price of the result is within 4e-15·(F + K) of `price`. In s that is a relative error of
///   about 1e-12 for the out-of-the-money options of a listed chain; an in-the-money price carries its time
///   value in its last digits only, and loses as many digits in s.
/// - Complexity: 4 to 12 evaluations of the formula as a rule, at most 200; no allocation.
public func impliedStdDev(price: Double, forward: Double, strike: Double, sign: Double) -> Double? {
  guard forward > 0, forward < .infinity, strike > 0, strike < .infinity, sign == 1 || sign == -1,
    price < .infinity, price > 0
  else { return nil }
  let intrinsic = max(sign * (forward - strike), 0)
  let bound = min(forward, strike)  // of the out-of-the-money price
  let timeValue = price - intrinsic
  guard timeValue > 0, timeValue < bound else { return nil }

  let m = forward == strike ? 0 : Black76Reference.logRatio(forward, strike)
  let option = OutOfTheMoney(larger: max(forward, strike), smaller: bound, distance: m.magnitude)
  var s = (2 * option.distance).squareRoot()  // the inflection: vega is largest here
  if s == 0 { s = timeValue / bound * 2.5 }
  let logarithmic = option.distance > 0 && timeValue < option.price(s)
  let target = logarithmic ? Elementary.log(timeValue) : timeValue

  var low = 0.0
  var high = Double.infinity
  for _ in 0..<200 {
    let value = option.price(s)
    if value < timeValue { low = s } else { high = s }
    let vega = option.vega(s)
    let step =
      logarithmic ? (Elementary.log(value) - target) * value / vega : (value - target) / vega
    var next = s - step
    if !(next > low && next < high) {
      if (next - s).magnitude <= 1e-16 * s { return s }
      next = high == .infinity ? 2 * low : (low == 0 ? 0.5 * high : 0.5 * (low + high))
    }
    if (next - s).magnitude <= 4e-16 * s || next == low || next == high { return next }
    s = next
  }
  return s
}

/// The out-of-the-money option of a strike: a call on max(F, K)… by put–call symmetry both kinds have the price
/// smaller·N(d₁) − larger·N(d₂) with d₁ = −distance/s + s/2.
private struct OutOfTheMoney {
  let larger: Double
  let smaller: Double
  /// |ln(F/K)|.
  let distance: Double

  func price(_ s: Double) -> Double {
    let m = distance / s
    return max(smaller * normalCDF(0.5 * s - m) - larger * normalCDF(-0.5 * s - m), 0)
  }
  /// ∂price/∂s.
  func vega(_ s: Double) -> Double { smaller * normalDensity(0.5 * s - distance / s) }
}
