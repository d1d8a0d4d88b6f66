import CKernelShims

/// Delta and vega of `n` European options under Black-76, eight at a time, undiscounted, in one pass.
///
/// `delta = φ·N(φ·d₁)` and `vega = F·n(d₁)·√T` with `d₁ = ln(F/K)/s + s/2`: the units of ``Black76Greeks``, vega
/// per 1.00 of volatility. With √T = 1 throughout, vega is the derivative by s itself.
///
/// - Parameters:
///   - forward: F, index points, > 0; shape `[n]`.
///   - strike: K, index points, > 0; shape `[n]`.
///   - stdDev: s = σ·√T, no unit, > 0; shape `[n]`. The array that ``black76Prices(forward:strike:stdDev:sign:into:)``
///     takes.
///   - rootYears: √T in √years, > 0; shape `[n]`.
///   - sign: φ, +1 for a call, −1 for a put; shape `[n]`.
///   - delta: the first result, 0…1 for a call and −1…0 for a put; shape `[n]`.
///   - vega: the second result, index points per 1.00 of volatility, ≥ 0; shape `[n]`.
/// - Precondition: equal shapes. A lane with NaN or outside its bounds (s = 0 too: at expiry delta is a step)
///   gives NaN in both, never a trap.
/// - Accuracy: delta within 1e-15 and vega within 1e-15·F·√T of ``Black76Reference``; deltas above 0.001 in size
///   to 1e-13 relative.
/// - Complexity: O(n), no allocation; the same bits wherever an option stands in the batch. A lane with F/K
///   outside 0.7…1.43, s outside 1e-8…100 or √T outside 1e-8…1e8 costs a scalar call (about ten times as much).
/// - Source: F. Black, "The pricing of commodity contracts", J. Financial Economics 3 (1976).
public func black76DeltasAndVegas(
  forward: Span<Double>, strike: Span<Double>, stdDev: Span<Double>, rootYears: Span<Double>,
  sign: Span<Double>, into delta: inout MutableSpan<Double>, _ vega: inout MutableSpan<Double>
) {
  let n = delta.count
  precondition(
    forward.count == n && strike.count == n && stdDev.count == n && rootYears.count == n
      && sign.count == n && vega.count == n,
    "black76DeltasAndVegas: arguments of different lengths")
  var i = 0
  while i + 8 <= n {
    let (d, v) = eightGreeks(
      eight(forward, i), eight(strike, i), eight(stdDev, i), eight(rootYears, i), eight(sign, i))
    store(d, &delta, i)
    store(v, &vega, i)
    i += 8
  }
  guard i < n else { return }
  let (d, v) = eightGreeks(
    last(forward, i), last(strike, i), last(stdDev, i), last(rootYears, i), last(sign, i))
  for lane in 0..<(n - i) { delta[i + lane] = d[lane] }
  for lane in 0..<(n - i) { vega[i + lane] = v[lane] }
}

/// The lanes, and the reference for each lane that lies outside the range of the lanes' polynomials.
@inline(__always)
private func eightGreeks(
  _ f: ck_d8, _ k: ck_d8, _ s: ck_d8, _ root: ck_d8, _ sign: ck_d8
) -> (delta: ck_d8, vega: ck_d8) {
  let (delta, perDeviation) = Black76Lanes.deltaAndVega(f, k, s, sign)
  let vega = perDeviation * root
  if isOrdinary(f, k, s, root, sign) { return (delta, vega) }
  return exceptional(delta, vega, f, k, s, root, sign)
}

@inline(__always)
private func isOrdinary(_ f: ck_d8, _ k: ck_d8, _ s: ck_d8, _ root: ck_d8, _ sign: ck_d8) -> Bool {
  Black76Lanes.areOrdinary(f, k, s, sign) && ck_allWithin(root, 1e-8, 1e8) != 0
}

@inline(never)
private func exceptional(
  _ delta: ck_d8, _ vega: ck_d8, _ f: ck_d8, _ k: ck_d8, _ s: ck_d8, _ root: ck_d8, _ sign: ck_d8
) -> (delta: ck_d8, vega: ck_d8) {
  var out = (delta: delta, vega: vega)
  for lane in 0..<8 {
    let one = ck_d8(repeating: f[lane])
    let two = ck_d8(repeating: k[lane])
    let three = ck_d8(repeating: s[lane])
    let four = ck_d8(repeating: root[lane])
    let five = ck_d8(repeating: sign[lane])
    if !isOrdinary(one, two, three, four, five) {
      let scalar = Black76Reference.deltaAndVega(
        forward: f[lane], strike: k[lane], stdDev: s[lane], rootYears: root[lane], sign: sign[lane])
      out.delta[lane] = scalar.delta
      out.vega[lane] = scalar.vega
    }
  }
  return out
}
