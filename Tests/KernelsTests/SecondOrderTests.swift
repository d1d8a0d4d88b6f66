import Kernels
import Testing

/// Against differences of 60-digit prices.
@Test func secondDerivativesMatchMpmath() throws {
  let rows = try goldenRows("second_order.csv").map { $0.compactMap(Double.init) }
  #expect(rows.count == 200)
  for r in rows {
    let g = Black76Reference.greeks(
      forward: r[0], strike: r[1], volatility: r[2], years: r[3], sign: r[4])
    #expect(abs(g.price - r[5]) <= 2e-15 * max(r[0], r[1]), "\(r)")
    #expect(abs(g.delta - r[6]) <= 1e-14, "\(r)")
    #expect(abs(g.gamma / r[7] - 1) <= 1e-12, "\(r)")
    #expect(abs(g.vega / r[8] - 1) <= 1e-12, "\(r)")
    // d₂ and d₁·d₂ cross 0: what is near it is small beside n(d₁)
    let root = r[3].squareRoot()
    #expect(abs(g.vanna - r[9]) <= 1e-12 * max(abs(r[9]), g.vega / r[0] / root), "\(r)")
    #expect(abs(g.volga - r[10]) <= 1e-12 * max(abs(r[10]), g.vega / r[2]), "\(r)")
  }
}

/// By central differences, and flat where it is held at a bound.
@Test func slopesOfASmileAreItsDerivatives() {
  for smile in [
    TanhQuartic(p: SIMD4(-0.164, -0.015, 0.0215, 0.0146), cap: 3.5, lowest: 0.3, highest: 3),
    TanhQuartic(p: SIMD4(0.3, 0, 0, 0), cap: 3, lowest: 0.1, highest: 1.9),
  ] {
    for z in stride(from: -4.0, through: 4, by: 0.25) {
      let h = 1e-4
      let (low, mid, high) = (smile.ratio(z: z - h), smile.ratio(z: z), smile.ratio(z: z + h))
      let slopes = smile.slopes(z: z)
      #expect(abs(slopes.first - (high - low) / (2 * h)) < 1e-7, "z \(z)")
      #expect(abs(slopes.second - (high - 2 * mid + low) / (h * h)) < 1e-6, "z \(z)")
    }
  }
  let held = TanhQuartic(p: SIMD4(1, 0, 0, 0), cap: 3, lowest: 0.5, highest: 1.5)
  for z in [-2.0, 2] { #expect(held.slopes(z: z) == (0, 0)) }
}
