import Backtesting
import Foundation
import Kernels
import MarketData
import Pricing
import Strategies
import TestSupport
import Testing

@testable import Studies

@Suite struct StressBookTests {
  private static let day = SessionDate(ordinal: 17_000)
  static func book(
    _ spreads: [SpreadExposure] = [], _ futures: [FuturesExposure] = [], _ calls: [VIXCallExposure] = []
  ) -> StressBook {
    StressBook(
      time: TradeMinute(session: 1, minute: 946), date: day, stdDev: 0.01, spreads: spreads,
      futures: futures, calls: calls)
  }
  static func spread(_ v: some Collection<Double>) -> SpreadExposure {
    let v = Array(v)
    return SpreadExposure(
      isCall: v[5] > 0, forward: v[0], short: .init(strike: v[1], stdDev: v[3]),
      long: .init(strike: v[2], stdDev: v[4]))
  }
  static func future(price: Double, beta: Double, days: Double, cents: Double) -> FuturesExposure {
    FuturesExposure(
      expiry: day.adding(days: Int(days)), centsPerPoint: cents, price: price, beta: beta)
  }
  static func call(
    vx: Double, beta: Double, days: Double, stdDev: Double, strike: Double, cents: Double
  ) throws -> VIXCallExposure {
    let one = try #require(VIXCallModel().smile(vx: Int32((vx * 1000).rounded()), vvix: 1, years: 0.2))
    return VIXCallExposure(
      expiry: day.adding(days: Int(days)), strike: Int32(strike * 1000),
      smile: one.moved(forward: one.forward, volatility: stdDev / one.stdDev), beta: beta,
      centsPerPoint: cents)
  }

  /// Each position alone against SciPy.
  @Test func gainsAreThoseOfAnotherProgram() throws {
    let file = SharedData.root.appending(path: "Tests/Golden/studies/stress.csv")
    let rows = try String(contentsOf: file, encoding: .utf8).split(separator: "\n").filter {
      !$0.hasPrefix("#")
    }
    #expect(rows.count == 360)
    for row in rows {
      let cells = row.split(separator: ",")
      let v = try cells.dropFirst().map { try #require(Double($0)) }
      let n = v.count
      let (book, part): (StressBook, Int) =
        switch cells[0] {
        case "spread": (Self.book([Self.spread(v)]), v[5] > 0 ? 1 : 0)
        case "future":
          (Self.book([], [Self.future(price: v[0], beta: v[1], days: v[2], cents: v[3])]), 2)
        default:
          (
            Self.book(
              [], [],
              [try Self.call(vx: v[0], beta: v[1], days: v[2], stdDev: v[3], strike: v[4], cents: v[5])]), 3
          )
        }
      let gains = book.gains([StressScenario(move: v[n - 3], volatility: v[n - 2])])
      #expect(abs(gains[part][0] - v[n - 1]) < 1e-5, "\(gains) against \(row)")
      for other in 0..<4 where other != part { #expect(gains[other][0] == 0) }
    }
  }

  private static func mixed() throws -> StressBook {
    var put = spread([2700, 2650, 2640, 0.0105, 0.0108, -1])
    put.contracts = 3
    return try book(
      [put, spread([2700, 2735, 2745, 0.0092, 0.0090, 1])],
      [future(price: 16, beta: -0.7, days: 30, cents: 5_000)],
      [call(vx: 16, beta: -0.7, days: 30, stdDev: 0.28, strike: 17, cents: 20_000)])
  }

  /// The remainder of a second-order series is of third order: an eighth at half the step, in each part and direction.
  @Test(arguments: [(1.0, 0.0), (0.0, 1.0), (1.0, 12.0), (-1.0, 20.0)])
  func greeksConvergeToFullRevaluation(m: Double, v: Double) throws {
    let book = try Self.mixed()
    func remainder(_ step: Double) -> [Double] {
      let scenario = StressScenario(move: m * step, volatility: v * step)
      let series = StressGreeks.gains(book.greeks, [scenario])
      return zip(book.gains([scenario]), series).map { abs($0[0] - $1) }
    }
    // spreads live on moves of a hundredth, calls on moves ten times that
    for (part, step) in [(0, v == 1 ? 0.01 : 4e-4), (1, v == 1 ? 0.01 : 4e-4), (3, v == 1 ? 0.04 : 4e-3)] {
      let (coarse, fine) = (remainder(step)[part], remainder(step / 2)[part])
      #expect(coarse > 1e-5 && (6.5...9.5).contains(coarse / fine), "part \(part): \(coarse), \(fine)")
    }
    #expect(remainder(0.01)[2] < 1e-9)
  }

  /// The one matrix product against the series written out.
  @Test func productIsTheSeries() throws {
    var random = Philox(seed: 5, stream: 1)
    let positions = (0..<37).map { _ in
      StressGreeks(
        delta: 1e5 * random.normal(), gamma: 1e8 * random.normal(), vega: 1e4 * random.normal(),
        vanna: 1e6 * random.normal(), volga: 1e4 * random.normal())
    }
    let scenarios = try StressGrid().scenarios
    let made = StressGreeks.gains(positions, scenarios)
    #expect(made.count == 37 * 66)
    for (i, g) in positions.enumerated() {
      for (k, s) in scenarios.enumerated() {
        let (m, v) = (s.move, s.volatility)
        let first = g.delta * m + g.vega * v
        let second = g.gamma * m * m / 2 + g.vanna * m * v + g.volga * v * v / 2
        #expect(abs(made[i * 66 + k] - first - second) < 1e-9 * (1 + abs(first) + abs(second)))
      }
    }
    #expect(made == StressGreeks.gains(positions, scenarios))
  }

  @Test func scenariosAreRead() throws {
    #expect(try StressGrid.shares("-6.4, 0,1.2", option: "--moves") == [-0.064, 0, 0.012])
    let grid = try StressGrid(moves: [0.01, -0.02], volatility: [0.5, 0])
    #expect(grid.moves == [-0.02, 0.01] && grid.volatility == [0, 0.5])
    #expect(grid.scenarios.map(\.move) == [-0.02, -0.02, 0.01, 0.01])
    #expect(grid.rows([1, 2, 3, 4]) == [[1, 2], [3, 4]])
    #expect(StressGrid.standardMoves.count == 11 && StressGrid.standardMoves[5] == 0)
    #expect(try StressMoment("10:30") == .expiry(minute: 630) && StressMoment("open").description == "open")
    func message(_ body: () throws -> Void) -> String {
      do { try body() } catch { return "\(error)" }
      return ""
    }
    for (text, words) in [
      (message { _ = try StressGrid.shares("1,,2", option: "--moves") }, "--moves: '' is no number"),
      (message { _ = try StressGrid(moves: [-0.51]) }, "--moves: -51.0 lies outside -50.0 to 50.0 %"),
      (
        message { _ = try StressGrid(volatility: [-0.95]) },
        "--volatility: -95.0 lies outside -90.0 to 300.0 %"
      ),
      (message { _ = try StressGrid(moves: [0.01, 0.01]) }, "--moves: 1.0 stands there twice"),
      (message { _ = try StressGrid(moves: []) }, "--moves: 0 values are not 1 to 50"),
      (message { _ = try StressGrid(moves: [.nan]) }, "--moves: nan lies outside"),
      (message { _ = try StressMoment("16:00") }, "--at: 16:00 is none of"),
      (message { _ = try StressMoment("noon") }, "--at: noon is none of"),
    ] { #expect(text.contains(words), "\(text)") }
  }

  /// The fit as it is printed, and falling with the days.
  @Test func farContractsFollowLess() {
    for (days, share) in [(7, 0.277), (30, 0.187), (60, 0.119), (90, 0.082), (135, 0.055), (210, 0.042)] {
      #expect(abs(StressScenario.share(days: days) - share) < 1e-3, "\(days)")
    }
  }
}
