import Foundation
import Kernels
import MarketData
import TestSupport
import Testing

@testable import Pricing

@Suite("VIX calls: volatility and price")
struct VIXCallModelTests {
  /// A smile whose deviation at the money is `stdDev`, over 60 days.
  static func smile(_ parameters: VIXCallParameters, vx: Int32 = 20_000, stdDev: Double) throws -> VIXSmile {
    let model = VIXCallModel(parameters)
    let years = 60.0 / 365
    let one = try #require(model.smile(vx: vx, vvix: 1, years: years))
    return try #require(model.smile(vx: vx, vvix: stdDev / one.stdDev, years: years))
  }

  static let corners: [VIXCallParameters] =
    [(0, 1), (0.25, 2.5), (0.35, 0.5), (0.35, 1), (0.35, 2.57), (0.3, 3)].compactMap {
      try? VIXCallParameters(skew: $0.0, cap: $0.1)
    }
  static let deviations = [0.01, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 1.5, 2, 2.499]

  @Test("Volatility, price, delta and vega are those of QuantLib and a numerical integral")
  func quantLib() throws {
    let path = SharedData.root.appending(path: "Tests/Golden/pricing/vix-calls.csv").path
    let rows = try String(contentsOfFile: path, encoding: .utf8).split(whereSeparator: \.isNewline).dropFirst(
      2)
    #expect(rows.count == 600)
    for row in rows {
      let v = try row.split(separator: ",").map { try #require(Double($0)) }
      let model = VIXCallModel(
        try VIXCallParameters(
          atTheMoneyShare: v[0], meanReversion: v[1], farShare: v[2], skew: v[3], cap: v[4],
          volatilityScale: v[5]))
      let smile = try #require(model.smile(vx: Int32(v[6]), vvix: v[7], years: v[8] / 525_600))
      let strike = Int32(v[9])
      let forward = v[6] / 1000
      let greeks = smile.deltaAndVega(strike: strike)
      #expect((smile.stdDev(strike: strike) / v[10] - 1).magnitude < 2e-12, "\(row)")
      #expect((smile.price(strike: strike) - v[11]).magnitude < 1e-12 * forward, "\(row)")
      #expect((greeks.delta - v[12]).magnitude < 1e-11, "\(row)")
      #expect((greeks.vega - v[13]).magnitude < 1e-11 * forward, "\(row)")
    }
  }

  @Test("Prices after moves of VX and VVIX are those of a smile of what has moved")
  func moved() throws {
    let model = VIXCallModel()
    let smile = try #require(model.smile(vx: 20_000, vvix: 90, years: 0.1))
    let futures: [Int32] = [11_000, 14_500, 19_990, 20_000, 20_010, 26_000, 60_000]
    let growth = futures.map { Double($0) / 20_000 }
    let volatility = [0.7, 0.9, 1, 1, 1.1, 1.3, 2]
    for strike: Int32 in [10_000, 20_000, 35_000] {
      let prices = smile.prices(
        strike: strike, moves: growth.map(Elementary.log), growth: growth, volatility: volatility)
      for (k, future) in futures.enumerated() {
        let moved = try #require(model.smile(vx: future, vvix: 90 * volatility[k], years: 0.1))
        let error = prices[k] - moved.price(strike: strike)
        #expect(error.magnitude < 5e-15 * Double(future) / 1000)
      }
    }
  }

  @Test("No strike contradicts another, over the whole range of parameters", arguments: corners)
  func freeOfArbitrage(parameters: VIXCallParameters) throws {
    for stdDev in Self.deviations {
      let smile = try Self.smile(parameters, stdDev: stdDev)
      let strikes = stride(from: Int32(2_000), through: 250_000, by: 250)
      let calls = strikes.map { smile.price(strike: $0) }
      for k in 1..<calls.count - 1 {
        let (down, up) = (calls[k - 1] - calls[k], calls[k] - calls[k + 1])
        #expect(down > -1e-13 && down < 0.25 + 1e-13, "vertical at \(k), s = \(stdDev)")
        #expect(down - up > -1e-13, "butterfly at \(k), s = \(stdDev)")
        #expect(calls[k] >= smile.forward - (2 + 0.25 * Double(k)) - 1e-13)
      }
    }
  }

  @Test("Dearer with VVIX and with VX; parity; the price gives its volatility back", arguments: corners)
  func monotone(parameters: VIXCallParameters) throws {
    let model = VIXCallModel(parameters)
    for (vx, years) in [(12_000, 0.02), (20_000, 0.1), (35_000, 0.6)] as [(Int32, Double)] {
      for strike in VIXCall.strikes where strike < 4 * vx {
        var before = 0.0
        for vvix in stride(from: 50.0, through: 210, by: 10) {
          let smile = try #require(model.smile(vx: vx, vvix: vvix, years: years))
          let price = smile.price(strike: strike)
          #expect(price > before - 1e-13)
          before = price
          let higher = try #require(model.smile(vx: vx + 250, vvix: vvix, years: years))
          #expect(higher.price(strike: strike) > price - 1e-13)
          let own = smile.stdDev(strike: strike)
          let points = Double(strike) / 1000
          let put = Black76Reference.price(forward: smile.forward, strike: points, stdDev: own, sign: -1)
          #expect((price - put - (smile.forward - points)).magnitude < 1e-13 * (smile.forward + points))
          if min(price, put) > 1e-4 {
            let implied = try #require(
              impliedStdDev(price: price, forward: smile.forward, strike: points, sign: 1))
            #expect((implied / own - 1).magnitude < 1e-8, "\(strike) \(vvix)")
          }
        }
      }
    }
  }

  /// The replication of a variance swap: 2·Σ out-of-the-money options ÷ K², on a fine grid.
  @Test("The strip of the 30-day smile is VVIX again", arguments: [70.0, 90, 110, 130, 150])
  func strip(vvix: Double) throws {
    let years = 30.0 / 365
    let smile = try #require(VIXCallModel().smile(vx: 20_000, vvix: vvix, years: years))
    var sum = 0.0
    for strike in stride(from: Int32(1_010), through: 400_000, by: 20) {
      let points = Double(strike) / 1000
      let call = smile.price(strike: strike)
      let option = points > 20 ? call : call - (20 - points)
      sum += 2 * option / (points * points) * 0.02
    }
    #expect(((sum / years).squareRoot() * 100 / vvix - 1).magnitude < 0.02)
  }

  @Test("Volatility falls with the tenor as that of VX contracts does, and scales")
  func term() throws {
    func volatility(_ days: Double, _ parameters: VIXCallParameters = .standard) throws -> Double {
      let smile = VIXCallModel(parameters).smile(vx: 20_000, vvix: 100, years: days / 365)
      return try #require(smile).stdDev / (days / 365).squareRoot()
    }
    // Printed by vx_volatility.py of the fit; κ and f are rounded here.
    for (days, share) in [(7.0, 1.131), (30, 1), (60, 0.877), (110, 0.744), (220, 0.598)] {
      #expect((try volatility(days) / 0.95 - share).magnitude < 0.006, "\(days)")
    }
    #expect(
      (try volatility(110, VIXCallParameters(volatilityScale: 1.2)) / volatility(110) - 1.2).magnitude < 1e-14
    )
    #expect((try volatility(220, VIXCallParameters(farShare: 1)) - 0.95).magnitude < 1e-14)
  }

  /// Trades that Cboe's weekly reviews tell of: cboeoptionshub.com of 2014-02-16 (a straddle at 3.65 less parity), 2016-03-20
  /// and 2016-10-02, vixtrade.com of 2017-10-08. VX and VVIX are of the day's close, the review's own VX where it has one.
  @Test(
    "Published trades of four weeks and more lie within 0.8 to 1.2 of the volatility; two days out they cost more"
  )
  func publishedTrades() throws {
    let trades: [(vx: Int32, vvix: Double, days: Double, strike: Int32, paid: Double)] = [
      (14_800, 77.95, 31.9, 17_000, 0.725), (14_800, 77.95, 31.9, 19_000, 0.55),
      (19_525, 84.71, 89.7, 17_000, 3.51), (19_525, 84.71, 89.7, 23_000, 1.76),
      (11_700, 91.59, 28.8, 17_000, 0.40), (11_700, 91.59, 28.8, 21_000, 0.24),
      (14_600, 96.24, 1.73, 13_500, 1.17), (14_600, 96.24, 1.73, 15_000, 0.42),
    ]
    let inside = try trades.map { trade in
      let prices = try [0.8, 1.2].map { scale in
        let model = VIXCallModel(try VIXCallParameters(volatilityScale: scale))
        let smile = model.smile(vx: trade.vx, vvix: trade.vvix, years: trade.days / 365)
        return try #require(smile).price(strike: trade.strike)
      }
      return prices[0] <= trade.paid && trade.paid <= prices[1]
    }
    #expect(inside == [true, true, true, true, true, true, false, false])
  }

  @Test("What has no number has no smile")
  func missing() {
    let model = VIXCallModel()
    #expect(model.smile(vx: 0, vvix: 90, years: 0.1) == nil)
    #expect(model.smile(vx: 15_000, vvix: .nan, years: 0.1) == nil)
    #expect(model.smile(vx: 15_000, vvix: 90, years: 0) == nil)
    #expect(model.smile(vx: 15_000, vvix: 2_000, years: 0.5) == nil)
    #expect(model.smile(vx: 15_000, vvix: 90, years: 0.1) != nil)
  }

  @Test("Parameters outside the bounds are refused with key, value and remedy")
  func refused() {
    #expect(throws: VIXCallError.outOfBounds(key: "skew", value: 0.36, allowed: "0.0…0.35")) {
      try VIXCallParameters(skew: 0.36)
    }
    #expect(throws: VIXCallError.outOfBounds(key: "skew", value: 0.32, allowed: "at most 0.9 ÷ cap, 0.3")) {
      try VIXCallParameters(skew: 0.32, cap: 3)
    }
    for bad in [-1, .nan, .infinity] {
      #expect(throws: VIXCallError.self) { try VIXCallParameters(meanReversion: bad) }
      #expect(throws: VIXCallError.self) { try VIXCallParameters(farShare: bad) }
      #expect(throws: VIXCallError.self) { try VIXCallParameters(volatilityScale: bad) }
      #expect(throws: VIXCallError.self) { try VIXCallParameters(atTheMoneyShare: bad) }
      #expect(throws: VIXCallError.self) { try VIXCallParameters(cap: bad) }
    }
    #expect(
      "\(VIXCallError.outOfBounds(key: "cap", value: 9, allowed: "0.5…3.0"))"
        == "cap of VIX calls is 9.0; allowed: 0.5…3.0; outside, prices of neighbouring strikes could contradict each other"
    )
  }
}
