import Backtesting
import Foundation
import MarketData
import Statistics
import Strategies
import Testing

@testable import Studies

@Suite struct ComparisonTests {
  static let stop = "version: 1\nname: stop\ncondor: {short_delta: 0.2}\nexit: {stop: {loss_multiple: 1.0}}\n"
  static let hedge =
    "version: 1\nname: hedge\ncondor: {short_delta: 0.2}\nhedge: {layers: [{name: a, trigger: {move: {at_least_sd: 0.3}}, "
    + "size: {gross_risk: 1}}]}\n"
  static let hold = "version: 1\nname: hold\ncondor: {short_delta: 0.2}\n"

  static func comparison(
    _ texts: [String], period: ClosedRange<Int> = Fixture.period, seed: UInt64 = 1
  ) throws -> Comparison {
    Comparison(
      try texts.map(Fixture.strategy), market: Fixture.market, period: period, threads: 2, seed: seed)
  }
  static func net(_ text: String, marks: String = "") throws -> [Int64] {
    let s = try Fixture.strategy(text + marks)
    return Backtester(Fixture.market.context(for: [s])).run(s, period: Fixture.period).netBySession
  }

  @Test func pairedIntervalIsThatOfTheDifferenceOfTwoBacktests() throws {
    let c = try Self.comparison([Self.hold, Self.stop, Self.hedge])
    #expect(c.rows.map(\.family) == [.hold, .stop, .alvh])
    #expect(c.headlines.count == 1, "one stop, one hedge")
    let headline = try #require(c.headlines.first)
    #expect(headline.difference.a == "stop" && headline.difference.b == "hedge")
    try Self.expectInterval(headline.difference, Self.net(Self.stop), Self.net(Self.hedge))

    // Every cell of the table is another pair of backtests.
    #expect(headline.sensitivity.count == 5 * 2 * 2)
    for cell in headline.sensitivity {
      let marks =
        "marks: {level_scale: \(cell.levelScale), reanchor: \(cell.reanchor), half_spread: \(cell.halfSpread)}\n"
      try Self.expectInterval(
        cell.difference, Self.net(Self.stop, marks: marks), Self.net(Self.hedge, marks: marks), "\(marks)")
    }
    let cells = Set(headline.sensitivity.map { "\($0.levelScale) \($0.reanchor) \($0.halfSpread)" })
    #expect(cells.count == 20)
  }

  private static func expectInterval(
    _ paired: Comparison.Paired, _ a: [Int64], _ b: [Int64], _ where: Comment? = nil
  ) throws {
    let interval = try #require(MeanInterval(zip(a, b).map { Double($0 - $1) / 100 }))
    #expect(paired.meanDollars == interval.mean, `where`)
    #expect(paired.lowDollars == interval.low && paired.highDollars == interval.high, `where`)
    #expect(paired.pValue == interval.pValue && paired.sessions == a.count, `where`)
    #expect(paired.excludesZero == interval.excludesZero, `where`)
  }

  @Test func rowsAreTheBacktestsOfTheConfigurations() throws {
    let c = try Self.comparison([Self.stop, Self.hold])
    #expect(c.headlines.isEmpty, "no hedge to compare with")
    let expected = try [Self.net(Self.stop), Self.net(Self.hold)].map { Double($0.reduce(0, +)) / 100 }
    #expect(c.rows.map(\.figures.netDollars) == expected)
    #expect(c.correlation.count == 2 && c.correlation[0][0].map { abs($0 - 1) < 1e-12 } == true)
    let r = try Self.pearson(Self.net(Self.stop), Self.net(Self.hold))
    expectNear(c.correlation[0][1], r)
    #expect(c.correlation[0][1] == c.correlation[1][0])
  }

  private static func pearson(_ a: [Int64], _ b: [Int64]) -> Double {
    let (x, y) = (a.map { Double($0) }, b.map { Double($0) })
    let (mx, my) = (x.reduce(0, +) / Double(x.count), y.reduce(0, +) / Double(y.count))
    let xy = zip(x, y).reduce(0) { $0 + ($1.0 - mx) * ($1.1 - my) }
    let xx = x.reduce(0) { $0 + ($1 - mx) * ($1 - mx) }
    let yy = y.reduce(0) { $0 + ($1 - my) * ($1 - my) }
    return xy / (xx * yy).squareRoot()
  }

  /// One session, or strategies that never differ, have no interval: nothing is invented for it.
  @Test func withoutSpreadThereIsNoInterval() throws {
    let one = try Self.comparison([Self.stop, Self.hedge], period: 3...3)
    let headline = try #require(one.headlines.first)
    #expect(headline.difference.lowDollars == nil && headline.difference.pValue == nil)
    #expect(headline.difference.meanDollars == 0 && !headline.isFinding)
    // Neither ever trades: the difference is 0 on every session.
    let never = "entry: {gates: [{index: VIX, at_most: 1}]}\n"
    let none = try Self.comparison([Self.stop + never, Self.hedge + never])
    #expect(none.headlines.first?.difference.meanDollars == 0)
    #expect(none.headlines.first?.difference.highDollars == nil && none.headlines.first?.isFinding == false)
    let json = String(decoding: try JSONEncoder().encode(none), as: UTF8.self)
    #expect(!json.contains("e+308") && !json.contains("null,null,null,null"))
  }

  // MARK: What is a finding

  static func pair(_ mean: Double, _ half: Double?) -> Comparison.Paired {
    Comparison.Paired(
      a: "a", b: "b", meanDollars: mean, lowDollars: half.map { mean - $0 },
      highDollars: half.map { mean + $0 },
      pValue: half.map { _ in 0.5 }, sessions: 100)
  }
  /// All twenty cells alike, but for those that `change` replaces.
  static func cells(
    _ usual: Comparison.Paired, _ change: (Double, String, String) -> Comparison.Paired? = { _, _, _ in nil }
  ) -> [Comparison.Sensitivity] {
    var cells: [Comparison.Sensitivity] = []
    for scale in Comparison.levelScales {
      for reanchor in ["none", "close"] {
        for spread in ["quiet", "stress"] {
          cells.append(
            Comparison.Sensitivity(
              levelScale: scale, reanchor: reanchor, halfSpread: spread,
              difference: change(scale, reanchor, spread) ?? usual))
        }
      }
    }
    return cells
  }

  @Test func aFindingKeepsItsSignAndItsIntervalAtTheThreeInnerLevels() {
    let clear = Self.pair(2, 1)
    #expect(Comparison.isFinding(clear, sensitivity: Self.cells(clear)))
    let loss = Self.pair(-2, 1)
    #expect(Comparison.isFinding(loss, sensitivity: Self.cells(loss)))
    // 0.80 and 1.20 are shown, but don't decide.
    let outer = Self.cells(clear) { scale, _, _ in scale == 0.80 || scale == 1.20 ? Self.pair(-9, 20) : nil }
    #expect(Comparison.isFinding(clear, sensitivity: outer))
    for level in [0.88, 1.0, 1.12] {
      for (anchor, spread) in [
        ("none", "quiet"), ("none", "stress"), ("close", "quiet"), ("close", "stress"),
      ] {
        func spoilt(_ by: Comparison.Paired) -> Bool {
          Comparison.isFinding(
            clear, sensitivity: Self.cells(clear) { $0 == level && $1 == anchor && $2 == spread ? by : nil })
        }
        #expect(!spoilt(Self.pair(2, 2.5)), "an interval with 0 in it")
        #expect(!spoilt(Self.pair(-2, 1)), "the other sign")
        #expect(!spoilt(Self.pair(2, nil)), "no interval")
        #expect(spoilt(Self.pair(0.5, 0.1)))
      }
    }
    #expect(
      !Comparison.isFinding(Self.pair(2, 3), sensitivity: Self.cells(clear)), "its own interval holds 0")
    #expect(!Comparison.isFinding(clear, sensitivity: []), "nothing was tried")
    #expect(!Comparison.isFinding(clear, sensitivity: Self.cells(clear).filter { $0.levelScale == 0.8 }))
  }
}
