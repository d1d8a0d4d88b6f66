import Foundation
import TestSupport
import Testing

@testable import Pricing

@Suite("VIX calls: what moves their price")
struct VIXGreeksTests {
  @Test("Derivatives, the smile moving along, are those of differences of 50-digit prices")
  func mpmath() throws {
    let path = SharedData.root.appending(path: "Tests/Golden/pricing/vix-greeks.csv").path
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst(
      2)
    #expect(rows.count == 150)
    let model = VIXCallModel()
    for row in rows {
      let v = try row.split(separator: ",").map { try #require(Double($0)) }
      let one = try #require(model.smile(vx: Int32(v[0]), vvix: 1, years: 60.0 / 365))
      let smile = one.moved(forward: one.forward, volatility: v[1] / one.stdDev)
      let strike = Int32(v[2])
      let g = smile.greeks(strike: strike)
      let f = smile.forward
      #expect(abs(smile.price(strike: strike) - v[3]) < 1e-12 * f, "\(row)")
      #expect(
        abs(smile.moved(forward: 1.25 * f, volatility: 1.5).price(strike: strike) - v[4]) < 1e-12 * f,
        "\(row)")
      for (made, told, scale) in [
        (g.delta, v[5], 1), (g.gamma, v[6], 1 / f), (g.vega, v[7], f), (g.vanna, v[8], 1), (g.volga, v[9], f),
      ] { #expect(abs(made - told) < 1e-10 * scale, "\(made) against \(told): \(row)") }
    }
  }

  @Test("Moved is the model at the moved VX and VVIX")
  func moved() throws {
    let model = VIXCallModel()
    let now = try #require(model.smile(vx: 18_250, vvix: 95, years: 0.1))
    let then = try #require(model.smile(vx: 24_500, vvix: 95 * 1.3, years: 0.1))
    let moved = now.moved(forward: 24.5, volatility: 1.3)
    for strike in VIXCall.strikes.filter({ (10_000...60_000).contains($0) }) {
      #expect(abs(moved.price(strike: strike) - then.price(strike: strike)) < 1e-12)
    }
  }
}
