import Kernels
import MarketData
import Testing

@testable import Pricing

@Suite("VIX calls: contract and orders")
struct VIXCallTests {
  /// macroption.com, "VIX option chain": the strikes listed in February 2012 and from January 2013.
  @Test("Strikes are those that were listed")
  func strikes() {
    let listed =
      [10, 11, 12, 13, 14] + (15...30).map(Double.init) + [32.5, 35, 37.5, 40, 42.5, 45, 47.5, 50]
      + stride(from: 55.0, through: 100, by: 5)
    let grid = Set(VIXCall.strikes.map { Double($0) / 1000 })
    #expect(listed.allSatisfy(grid.contains))
    #expect(VIXCall.strikes.filter { $0 >= 15_000 && $0 <= 100_000 }.count == listed.count - 5)
    #expect(zip(VIXCall.strikes, VIXCall.strikes.dropFirst()).allSatisfy { $0 < $1 })
    #expect(VIXCall.strikes.last == 200_000)
  }

  @Test("The payoff is whole cents")
  func payoff() throws {
    let call = VIXCall(expiry: try #require(SessionDate(iso: "2018-02-14")), strike: 17_500)
    #expect(call.payoff(vx: 25_120) == 76_200)  // 7.62 points, $762.00
    #expect(call.payoff(vx: 17_490) == 0)
  }

  /// Cboe contract specifications: 0.05 below 3.00, 0.10 from there.
  @Test("Orders by hand")
  func orders() {
    let spread = VIXCallSpread()
    for (mark, bid, ask) in [
      (0, 0, 500), (500, 0, 1_000), (20_000, 19_000, 21_000), (29_500, 28_000, 31_000),
      (30_000, 28_500, 32_000),
      (100_000, 95_000, 105_000), (101_000, 95_000, 107_000),
    ] as [(Int32, Int32, Int32)] {
      #expect(spread.bid(mark: mark) == bid && spread.ask(mark: mark) == ask, "\(mark)")
    }
  }

  @Test("Orders lie on the grid, the bid at most and the ask at least half a spread away")
  func orderGrid() {
    var random = Philox(seed: 3)
    for _ in 0..<2_000 {
      let spread = VIXCallSpread(
        floor: Int32(random.integer(below: 2_000)), thousandths: Int32(random.integer(below: 300)))
      let mark = TickGrid.legMark(points: 40 * random.uniform() * random.uniform())
      let (bid, ask) = (spread.bid(mark: mark), spread.ask(mark: mark))
      let half = max(Double(spread.floor), Double(mark) * Double(spread.thousandths) / 1000)
      #expect(Double(ask) >= Double(mark) + half - 1e-6 && Double(ask) < Double(mark) + half + 1_001)
      #expect(bid == 0 || Double(bid) <= Double(mark) - half + 1e-6)
      #expect(Double(bid) > Double(mark) - half - 1_001)
      for price in [bid, ask] { #expect(price % (price < 30_000 ? 500 : 1_000) == 0 && price >= 0) }
    }
  }

  @Test("The strike of a delta is the nearest of the grid")
  func strikeOfDelta() throws {
    let expiry = try #require(SessionDate(iso: "2019-04-17"))
    let day = try #require(SessionDate(iso: "2019-03-18"))
    let years = VIXCallModel.years(from: day, minute: MinuteOfDay.afterClose, to: expiry)
    #expect(years == Double(30 * 1440 - 405) / 525_600)
    let smile = try #require(VIXCallModel().smile(vx: 15_625, vvix: 85, years: years))
    // s = 0.231 and d₁ = 0 at ln(K/F) = s²/2 nearly: 16.1
    #expect(smile.strike(delta: 0.5) == 16_000)
    for target in stride(from: 0.05, through: 0.95, by: 0.05) {
      let chosen = smile.strike(delta: target)
      let distance = (smile.deltaAndVega(strike: chosen).delta - target).magnitude
      for strike in VIXCall.strikes {
        #expect((smile.deltaAndVega(strike: strike).delta - target).magnitude >= distance)
      }
    }
    #expect(smile.strike(delta: 0.3) > smile.strike(delta: 0.5))
  }
}
