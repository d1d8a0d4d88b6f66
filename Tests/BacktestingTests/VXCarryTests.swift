import Foundation
import MarketData
import Pricing
import Strategies
import TestSupport
import Testing

@testable import Backtesting

/// VX on identified contracts: what a holder earns, which isn't the change of an interpolated level.
@Suite("VX on identified contracts")
struct VXCarryTests {
  /// 2019-03-04 … 12, three contracts that settle on the 7th, the 12th and the 19th.
  static func panel(_ change: (inout [[Double]]) -> Void = { _ in }) throws -> MarketContext {
    var prices: [[Double]] = [
      [15.00, 16.00, 17.00], [15.50, 16.20, 17.10], [14.00, 15.50, 16.80], [.nan, 15.00, 16.50],
      [.nan, 15.40, 16.60], [.nan, 14.00, 16.00], [.nan, .nan, 17.00],
    ]
    change(&prices)
    let expiries = ["2019-03-07", "2019-03-12", "2019-03-19"].compactMap { SessionDate(iso: $0) }
    var history = try Markets.tiny(sessions: 7) { _, _ in 2_800 }
    for (i, row) in prices.enumerated() {
      history.futures[i] = zip(expiries, row).filter { $0.1 == $0.1 }.map {
        FuturesSettle(expiry: $0, settle: $1)
      }
    }
    return try Markets.context(history, [])
  }
  static func run(_ context: MarketContext) -> VXCarry {
    VXCarry.run(
      context: context, range: 0...6, tenorDays: 3, centsPerPoint: 100_000,
      costs: CostRule(
        fees: [FeeRow(from: SessionDate(ordinal: 0), spxwCents: 0, vxCents: 250)], vxSlippage: 25))
  }

  /// By hand. Held over each session (weights by calendar days to three days out, never into a settlement):
  /// A; 0.8 A + 0.2 B; B (A settles the next day); B; B; C (B settles the next day).
  /// Points: 0.50; 0.8·(−1.50) + 0.2·(−0.70) = −1.34; −0.50; +0.40; −1.40; +1.00.
  /// Contracts moved: 1, 0.4, 1.6, 0, 0, 2, 1, at $25.00 of slippage and $2.50 of fees each.
  @Test("Two rolls, computed by hand")
  func twoRolls() throws {
    let carry = Self.run(try Self.panel())
    #expect(carry.grossCents == [0, 50_000, -134_000, -50_000, 40_000, -140_000, 100_000])
    #expect(carry.netCents == [-2_750, 48_900, -138_400, -50_000, 40_000, -145_500, 97_250])
    #expect(carry.staleSessions == 0)
    // The level at three days goes from 15.00 to 17.00: a gain, where the holder lost 1.34 points.
    #expect(carry.grossCents.reduce(0, +) == -134_000)
    #expect(carry.grossCents.reduce(0, +) != Int64((17.00 - 15.00) * 100_000))
  }

  @Test("A missing settlement is booked on the next one, and its pair isn't traded meanwhile")
  func missingSettlement() throws {
    let later = Self.run(try Self.panel { $0[3][1] = .nan })
    #expect(later.grossCents == [0, 50_000, -134_000, 0, -10_000, -140_000, 100_000])
    #expect(later.staleSessions == 1)
    // A has no price on the 5th: it is kept to the 6th, and only then rolled.
    let kept = Self.run(try Self.panel { $0[1][0] = .nan })
    #expect(kept.grossCents == [0, 0, -100_000, -50_000, 40_000, -140_000, 100_000])
    #expect(kept.netCents[1] == 0 && kept.netCents[2] == -100_000 - 2 * 2_750)
    #expect(kept.staleSessions == 1)
  }

  @Test("A standing layer is its carry, scaled, in every session's net")
  func standingLayer() throws {
    let context = try Self.panel()
    let strategy = Strategy(
      name: "s", entry: EntryRule(expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .credit(units: 1), creditBand: 1...1)),
      hedge: [
        HedgeLayer(
          name: "base", horizon: .standing, trigger: .always, tenorDays: 3,
          size: HedgeSize(base: .contracts, amount: 2))
      ],
      costs: CostRule(
        fees: [FeeRow(from: SessionDate(ordinal: 0), spxwCents: 0, vxCents: 250)], vxSlippage: 25))
    let result = Backtester(context).run(strategy, period: 0...6)
    #expect(result.trades.isEmpty)
    #expect(result.netBySession == [-5_500, 97_800, -276_800, -100_000, 80_000, -291_000, 194_500])
  }

  @Test("Weights by calendar days, never a contract that settles by the given date")
  func contractWeights() throws {
    let vx = try Self.panel().vx
    func pair(_ session: Int, _ tenor: Int, after: String) throws -> [String: Int32]? {
      let until = try #require(SessionDate(iso: after))
      return vx.contracts(session: session, tenorDays: tenor, expiringAfter: until).map {
        Dictionary(uniqueKeysWithValues: $0.map { ($0.expiry.description, $0.thousandths) })
      }
    }
    #expect(try pair(0, 1, after: "2019-03-05") == ["2019-03-07": 1000])
    #expect(try pair(0, 3, after: "2019-03-05") == ["2019-03-07": 1000])
    #expect(try pair(0, 8, after: "2019-03-05") == ["2019-03-12": 1000])
    #expect(try pair(0, 10, after: "2019-03-05") == ["2019-03-12": 714, "2019-03-19": 286])
    #expect(try pair(0, 3, after: "2019-03-07") == ["2019-03-12": 1000])
    #expect(try pair(0, 15, after: "2019-03-05") == nil)  // the curve ends there
    #expect(try pair(6, 3, after: "2019-03-19") == nil)
  }

  @Test("Beta: a regression through the origin on sessions before, started from the long-run value")
  func betaOfEarlierSessions() throws {
    let context = try Self.panel()
    var history = context.history
    for (i, close) in [2_800.0, 2_828, 2_800, 2_772].enumerated() {
      history.sessions[i].official.close = close
    }
    let vx = VXMarket(history, clock: ClockParameters())
    let b = try #require(SessionDate(iso: "2019-03-12"))
    #expect(vx.beta(b, session: 1) == -0.66)  // second from the nearest
    let x1 = 1.0
    #expect(abs(vx.beta(b, session: 2) - (-0.66 * 60 + 0.20 * x1) / (60 + x1 * x1)) < 1e-12)
    let x2 = 100 * (2_800.0 / 2_828 - 1)
    // A settles on the 7th, so on that day B is the nearest: rank by what was live the session before.
    #expect(abs(vx.beta(b, session: 3) - (-0.66 * 60 + 0.20 - 0.70 * x2) / (60 + x1 * x1 + x2 * x2)) < 1e-12)
    let nearest = (-0.95 * 60 + 0.50 * x1 - 1.50 * x2) / (60 + x1 * x1 + x2 * x2)
    #expect(abs(vx.beta(b, session: 4) - nearest) < 1e-12)
  }

  @Test("The path ends at the settlement, lies on the 0.01 grid and has the index's holes; the seed moves it")
  func pathIsPinned() throws {
    let history = Markets.holey(try SyntheticMarket.history(sessions: 40, seed: 6), seed: 6)
    let vx = VXMarket(history, clock: ClockParameters())
    var seen = 0
    for i in 1..<40 {
      for contract in history.futures[i].prefix(3) {
        let path = vx.path(contract.expiry, session: i, seed: 1)
        #expect((path != nil) == vx.hasPath(contract.expiry, session: i))
        guard let path else { continue }
        seen += 1
        for (k, price) in path.enumerated() {
          #expect((price == TickGrid.missing) == !(history.sessions[i].spot[k] > 0))
          #expect(price == TickGrid.missing || price % 10 == 0 || k == path.count - 1)
        }
        #expect(path.last == TickGrid.missing || path.last == vx.settle(contract.expiry, session: i))
        #expect(path != vx.path(contract.expiry, session: i, seed: 2))
      }
    }
    #expect(seen > 60)
  }

  @Test(
    "Without noise no seed matters and a minute is β and its share of the rest; a β twice as steep moves twice as far"
  )
  func pathModel() throws {
    let history = try SyntheticMarket.history(sessions: 30, seed: 6)
    let usual = VXMarket(history, clock: ClockParameters())
    let still = VXMarket(history, clock: ClockParameters(), model: VXPathModel(hasNoise: false))
    let steep = VXMarket(history, clock: ClockParameters(), model: VXPathModel(betaScale: 2, hasNoise: false))
    var seen = 0
    for i in 20..<30 {
      guard let expiry = history.futures[i].dropFirst().first?.expiry,
        let path = still.path(expiry, session: i, seed: 1), let prior = still.settle(expiry, session: i - 1)
      else { continue }
      seen += 1
      #expect(path == still.path(expiry, session: i, seed: 2))
      #expect(
        path != usual.path(expiry, session: i, seed: 1) && path.last == still.settle(expiry, session: i))
      #expect(steep.path(expiry, session: i, seed: 1)?.last == path.last)
      #expect(steep.beta(expiry, session: i) == 2 * still.beta(expiry, session: i))
      let noon = MinuteOfDay.open + 150
      let (one, two) = (
        try #require(still.indicative(expiry, session: i, minute: noon)),
        try #require(steep.indicative(expiry, session: i, minute: noon))
      )
      #expect(
        abs((two - prior) - 2 * (one - prior)) <= 2
          && usual.indicative(expiry, session: i, minute: noon) == one)
      // what isn't β at noon is a share of what isn't β at the close, for every contract the same
      let move = 100 * (history.sessions[i].official.close / history.sessions[i - 1].official.close - 1)
      let rest = Double(path[path.count - 1] - prior) - 1000 * still.beta(expiry, session: i) * move
      let atNoon = Double(path[150] - one)
      #expect(rest.magnitude < 200 || (0.3...0.8).contains(atNoon / rest), "\(atNoon) of \(rest)")
    }
    #expect(seen == 10)
  }

  /// The notes on the market say about $5,800 a year and contract for 2018–2020.
  @Test(
    "Real settlements 2018–2020: the roll that an interpolated level hides",
    .enabled(if: SharedData.isPresent))
  func realRoll() throws {
    let file = SharedData.path("futures/vx1-vx8-settle-2007-2020.csv")
    let parsed = try MarketFile.parse(bytes: [UInt8](Data(contentsOf: URL(filePath: file))), file: file)
    let calendar = try TradingCalendar.newYork()
    let from = try #require(SessionDate(iso: "2017-12-29"))
    let to = try #require(SessionDate(iso: "2020-12-31"))
    let dates = calendar.sessions(in: from...to)
    var history = try Markets.tiny(sessions: 1) { _, _ in 1 }
    history.sessions = dates.map { date in
      let minutes = (calendar.closeMinute(date) ?? 960) - 570 + 1
      return Session(
        date: date, closeMinute: minutes + 569, spot: Array(repeating: .nan, count: minutes),
        official: DailyBar(open: .nan, high: .nan, low: .nan, close: .nan))
    }
    history.volatility = [:]
    history.futures = dates.map { date in
      parsed.settles.filter { $0.date == date }.map(\.settle).sorted { $0.expiry < $1.expiry }
    }
    let context = try Markets.context(history, [])
    let last = dates.count - 1
    let carry = VXCarry.run(
      context: context, range: 0...last, tenorDays: 30, centsPerPoint: 100_000, costs: CostRule())
    #expect(carry.staleSessions == 0)

    // The same again in floating point with unrounded weights.
    func weights(_ i: Int, after: SessionDate) -> [(SessionDate, Double)] {
      let live = history.futures[i].map(\.expiry).filter { $0 > after }
      let aim = dates[i].adding(days: 30)
      guard let far = live.firstIndex(where: { $0 > aim }), far > 0 else { return [(live[0], 1)] }
      let w = Double(live[far] - aim) / Double(live[far] - live[far - 1])
      return [(live[far - 1], w), (live[far], 1 - w)]
    }
    func price(_ i: Int, _ expiry: SessionDate) -> Double {
      history.futures[i].first { $0.expiry == expiry }?.settle ?? .nan
    }
    func level(_ i: Int) -> Double { weights(i, after: dates[i]).reduce(0) { $0 + $1.1 * price(i, $1.0) } }
    var held = 0.0
    for i in 0..<last {
      for (expiry, w) in weights(i, after: dates[i + 1]) {
        held += w * (price(i + 1, expiry) - price(i, expiry))
      }
    }
    let dollars = Double(carry.grossCents.reduce(0, +)) / 100
    #expect(abs(dollars - 1000 * held) < 60)  // weights in 1/1000
    let roll = (1000 * (level(last) - level(0)) - dollars) / 3
    #expect((5_000...6_500).contains(roll))
  }
}
