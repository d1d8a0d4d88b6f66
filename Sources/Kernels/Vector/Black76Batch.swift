import CKernelShims

/// Prices `n` European options under Black-76, eight at a time, undiscounted.
///
/// `price = φ·(F·N(φ·d₁) − K·N(φ·d₂))` with `d₁ = ln(F/K)/s + s/2` and `d₂ = d₁ − s`.
///
/// - Parameters:
///   - forward: F, index points, > 0; shape `[n]`.
///   - strike: K, index points, > 0; shape `[n]`.
///   - stdDev: s = σ·√T, no unit, ≥ 0; shape `[n]`. 0 gives the intrinsic value.
///   - sign: φ, +1 for a call, −1 for a put; shape `[n]`.
///   - price: the result, index points, ≥ 0; shape `[n]`.
/// - Precondition: equal shapes. A lane with NaN or outside its bounds gives NaN, never a trap.
/// - Accuracy: within 2e-15·F of ``Black76Reference``; out-of-the-money prices above 0.001 to 1e-10 relative.
/// - Complexity: O(n), no allocation; the same bits wherever an option stands in the batch. A lane with F/K
///   outside 0.7…1.43 or s outside 1e-8…100 costs a scalar call (about ten times as much).
/// - Source: F. Black, "The pricing of commodity contracts", J. Financial Economics 3 (1976).
public func black76Prices(
  forward: Span<Double>, strike: Span<Double>, stdDev: Span<Double>, sign: Span<Double>,
  into price: inout MutableSpan<Double>
) {
  let n = price.count
  precondition(
    forward.count == n && strike.count == n && stdDev.count == n && sign.count == n,
    "black76Prices: arguments of different lengths")
  var i = 0
  while i + 8 <= n {
    let p = eightPrices(eight(forward, i), eight(strike, i), eight(stdDev, i), eight(sign, i))
    store(p, &price, i)
    i += 8
  }
  guard i < n else { return }
  let p = eightPrices(last(forward, i), last(strike, i), last(stdDev, i), last(sign, i))
  for lane in 0..<(n - i) { price[i + lane] = p[lane] }
}

/// The lanes, and the reference for each lane that lies outside the range of the lanes' polynomials.
@inline(__always)
private func eightPrices(_ f: ck_d8, _ k: ck_d8, _ s: ck_d8, _ sign: ck_d8) -> ck_d8 {
  let p = Black76Lanes.price(f, k, s, sign)
  if Black76Lanes.areOrdinary(f, k, s, sign) { return p }
  return exceptional(p, f, k, s, sign)
}

@inline(never)
func exceptional(_ p: ck_d8, _ f: ck_d8, _ k: ck_d8, _ s: ck_d8, _ sign: ck_d8) -> ck_d8 {
  var out = p
  for lane in 0..<8 {
    let one = ck_d8(repeating: f[lane])
    let two = ck_d8(repeating: k[lane])
    let three = ck_d8(repeating: s[lane])
    let four = ck_d8(repeating: sign[lane])
    if !Black76Lanes.areOrdinary(one, two, three, four) {
      out[lane] = Black76Reference.price(
        forward: f[lane], strike: k[lane], stdDev: s[lane], sign: sign[lane])
    }
  }
  return out
}
