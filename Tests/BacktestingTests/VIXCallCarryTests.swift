import Foundation
import Kernels
import MarketData
import Pricing
import Strategies
import TestSupport
import Testing

@testable import Backtesting

/// Layers of VIX calls: a ledger by hand, the books, and the same again by a plain program.
@Suite("VIX call ladder")
struct VIXCallCarryTests {
  /// 2019-03-04 … 12, three months that settle on the 7th, the 12th and the 19th, at a VVIX of 1: options are worth what they
  /// would pay, and a delta of 0.4 is the first strike above the future.
  static func panel(_ change: (inout MarketHistory) -> Void = { _ in }) throws -> MarketHistory {
    let prices: [[Double]] = [
      [15.00, 16.50, 17.50], [15.50, 16.70, 17.60], [20.00, 18.00, 18.00], [.nan, 24.30, 22.00],
      [.nan, 20.10, 20.40], [.nan, 19.00, 21.20], [.nan, .nan, 25.00],
    ]
    let expiries = ["2019-03-07", "2019-03-12", "2019-03-19"].compactMap { SessionDate(iso: $0) }
    var history = try Markets.tiny(sessions: 7) { _, _ in 2_800 }
    for (i, row) in prices.enumerated() {
      history.futures[i] = zip(expiries, row).filter { $0.1 == $0.1 }.map {
        FuturesSettle(expiry: $0, settle: $1)
      }
    }
    history.volatility[.vvix] = Array(repeating: 1, count: 7)
    change(&history)
    return history
  }

  private struct NoCalls: Error {}
  static func run(_ layer: HedgeLayer, _ history: MarketHistory) throws -> VIXCallCarry {
    guard case .vixCall(let rule) = layer.instrument else { throw NoCalls() }
    return VIXCallCarry(
      rule, contracts: Int(layer.size.amount), monetise: layer.monetise,
      context: try Markets.context(history, []), range: 0...history.sessions.count - 1, costs: CostRule())
  }

  static let byHand = HedgeLayer(
    name: "l", calls: VIXCallRule(days: 8, delta: 0.4, roll: .residual(days: 3)), contracts: 2,
    monetise: [MonetiseStep(gainThousandths: 9_000, shareThousandths: 500)])

  /// By hand, dollars a contract, fees $1.35 each:
  /// 5th: buys 2 of B (7 days left; seen 16.50) at 17, worth 0 at 16.70, ask 0.05.
  /// 6th: worth 1.00. 7th: 7.30; the 1.00 seen before is twenty times the price, so one is sold, bid 6.90 (5 % is 0.37).
  /// 8th: 3.10. 11th: one day is left: sold at 2.00 − 0.10; buys 2 of C (8 days; seen 20.40) at 21, worth 0.20, ask 0.25.
  /// 12th, the last: worth 4.00, sold at 3.80.
  @Test("Two calls bought, one sold into the rise, the other rolled")
  func ledger() throws {
    let carry = try Self.run(Self.byHand, try Self.panel())
    let cash: [Int64] = [0, -1_270, -1_270, 67_595, 67_595, 81_190, 156_920]
    #expect(carry.cashCents == cash)
    #expect(carry.valueCents == [0, 0, 20_000, 73_000, 31_000, 4_000, 0])
    #expect(carry.netCents == [0, -1_270, 20_000, 121_865, -42_000, -13_405, 71_730])
    #expect(carry.fills.map(\.action) == [.buy, .monetise, .sell, .buy, .sell])
    #expect(carry.fills.map(\.contracts) == [2, 1, 1, 2, 2])
    #expect(carry.fills.map(\.price) == [500, 69_000, 19_000, 2_500, 38_000])
    #expect(carry.fills.map(\.call.strike) == [17_000, 17_000, 17_000, 21_000, 21_000])
    #expect(carry.unopened == [.noHistory: 1])
    #expect(carry.staleSessions == 0 && carry.estimatedSettlements == 0)
  }

  @Test("Held to the final settlement, which the file has or the last mark stands in for")
  func settlement() throws {
    let layer = HedgeLayer(
      name: "l", calls: VIXCallRule(days: 8, delta: 0.4, roll: .settlement), contracts: 2)
    let b = try #require(SessionDate(iso: "2019-03-12"))
    let quoted = try Self.run(
      layer,
      try Self.panel { $0.futures[6].insert(FuturesSettle(expiry: b, settle: 25.12), at: 0) })
    #expect(quoted.fills.map(\.action) == [.buy, .settle])
    #expect(quoted.fills.last?.price == 81_200 && quoted.fills.last?.feeCents == 0)
    #expect(quoted.cashCents.last == 2 * 81_200 - 1_270 && quoted.estimatedSettlements == 0)
    let guessed = try Self.run(layer, try Self.panel())
    #expect(guessed.fills.last?.price == 20_000 && guessed.estimatedSettlements == 1)
  }

  @Test("Without VVIX or VX nothing is traded, and what is held keeps its mark")
  func gaps() throws {
    let noVVIX = try Self.run(Self.byHand, try Self.panel { $0.volatility[.vvix]?[3] = .nan })
    #expect(noVVIX.valueCents[3] == 20_000 && noVVIX.netCents[3] == 0 && noVVIX.staleSessions == 1)
    // the 1.00 seen last on the 6th is still what the 8th decides on
    #expect(noVVIX.fills.map(\.session) == [1, 4, 5, 5, 6])
    let noVX = try Self.run(Self.byHand, try Self.panel { $0.futures[5] = [] })
    #expect(noVX.fills.map(\.session) == [1, 3, 6] && noVX.staleSessions == 1)
    #expect(noVX.fills.last?.action == .settle && noVX.fills.last?.price == 31_000)
    let none = try Self.run(Self.byHand, try Self.panel { $0.volatility[.vvix] = nil })
    #expect(none.fills.isEmpty && none.netCents.allSatisfy { $0 == 0 })
    #expect(none.unopened == [.noHistory: 1, .noVVIX: 5])
    let far = try Self.run(
      HedgeLayer(name: "f", calls: VIXCallRule(days: 220, roll: .held(days: 180)), contracts: 1),
      try Self.panel())
    #expect(far.unopened == [.noHistory: 1, .noMonth: 5])
  }

  /// Cboe, VXTH: 1 % of the account above 15, half a percent above 30, nothing up to 15 and above 50.
  static let vxth = VIXCallBudget(
    accountCents: 100_000_000,
    steps: [(15_000, 10), (30_000, 5), (50_000, 0)].map {
      PremiumStep(aboveVX: Int32($0.0), shareThousandths: Int32($0.1))
    })

  @Test("A share of the account by the forward, whole contracts")
  func premium() {
    let bought = [14_000, 15_000, 15_010, 30_000, 30_010, 50_000, 50_010].map {
      Self.vxth.contracts(ask: 15_500, vx: $0)
    }
    #expect(bought == [0, 0, 64, 64, 32, 32, 0])
  }

  @Test("A roll is due by days held, by days left, or on the last trading day")
  func due() throws {
    func date(_ day: Int) throws -> SessionDate { try #require(SessionDate(year: 2019, month: 3, day: day)) }
    let (bought, expiry) = (try date(1), try date(20))
    func due(_ roll: VIXCallRoll, _ day: Int) throws -> Bool {
      roll.isDue(on: try date(day), next: try date(day + 1), bought: bought, expiry: expiry)
    }
    #expect(try due(.held(days: 10), 11) && !due(.held(days: 10), 10))
    #expect(try due(.held(days: 40), 19) && !due(.held(days: 40), 18))
    #expect(try due(.residual(days: 5), 15) && !due(.residual(days: 5), 14))
    #expect(try due(.residual(days: 0), 19) && !due(.settlement, 19))
  }

  @Test("A standing layer of a strategy is its carry, beside VX, and needs VVIX and VX")
  func standing() throws {
    let history = try Self.years(seed: 5)
    let vx = HedgeLayer(
      name: "vx", horizon: .standing, trigger: .always, size: HedgeSize(base: .contracts, amount: 1))
    func strategy(_ layers: [HedgeLayer]) -> Strategy {
      Strategy(name: "s", condor: CondorRule(strikes: StrikeRule(target: .credit(units: 1))), hedge: layers)
    }
    let context = try Markets.context(history, [])
    let period = 0...history.sessions.count - 1
    func book(_ layers: [HedgeLayer]) -> [Int64] {
      StandingBook(strategy(layers), context: context, range: period).netCents
    }
    let carry = try Self.run(Self.ladder[0], history)
    let calls = carry.netCents
    #expect(book([Self.ladder[0]]) == calls && carry.fills.contains { $0.action == .monetise })
    #expect(book([vx, Self.ladder[0]]) == zip(book([vx]), calls).map { $0 + $1 })
    let layers = StandingBook(strategy([vx, Self.ladder[0]]), context: context, range: period).layers
    #expect(layers.map(\.name) == ["vx", "short"] && layers[1].netCents == calls)
    #expect(layers[1].unpricedSessions == carry.staleSessions + carry.unopened.values.reduce(0, +))
    #expect(layers[1].unpricedSessions > 1 && layers[0].unpricedSessions > 0)
    try context.requireSignals(of: [strategy([Self.ladder[0]])])
    for (lack, words) in [
      (
        { $0.volatility[.vvix] = nil },
        "compute the VIX calls of hedge short of; import daily closes of VVIX"
      ),
      ({ $0.futures = $0.futures.map { _ in [] } }, "import VX settlements by contract"),
    ] as [((inout MarketHistory) -> Void, String)] {
      var lacking = history
      lack(&lacking)
      let context = try Markets.context(lacking, [])
      #expect { try context.requireSignals(of: [strategy([Self.ladder[0]])]) } throws: {
        "\($0)".contains(words)
      }
      try context.requireSignals(of: [strategy([vx])])
    }
  }

  /// Exchange settlements and VVIX, at the sessions of a range of dates.
  static func real(_ from: String, _ to: String) throws -> MarketHistory {
    func parsed(_ file: String) throws -> ParsedFile {
      let path = SharedData.path(file)
      return try MarketFile.parse(bytes: [UInt8](Data(contentsOf: URL(filePath: path))), file: path)
    }
    let calendar = try TradingCalendar.newYork()
    let dates = calendar.sessions(
      in: try #require(SessionDate(iso: from))...(try #require(SessionDate(iso: to))))
    var history = try Markets.tiny(sessions: 1) { _, _ in 1 }
    history.sessions = dates.map { date in
      let minutes = (calendar.closeMinute(date) ?? 960) - 570 + 1
      return Session(
        date: date, closeMinute: minutes + 569, spot: Array(repeating: .nan, count: minutes),
        official: DailyBar(open: .nan, high: .nan, low: .nan, close: .nan))
    }
    let settles = Dictionary(grouping: try parsed("futures/vx1-vx8-settle-2007-2020.csv").settles, by: \.date)
    history.futures = dates.map { (settles[$0] ?? []).map(\.settle).sorted { $0.expiry < $1.expiry } }
    let vvix = try parsed("vix/vvix-daily-to-2020.csv").volatility.filter { $0.index == .vvix }
    let closes = Dictionary(vvix.map { ($0.date, $0.bar.close) }) { $1 }
    history.volatility = [.vvix: dates.map { closes[$0] ?? .nan }]
    return history
  }

  @Test(
    "Real settlements 2008–2020: calls bleed in a calm year and pay in a crash, at any of the three volatilities",
    .enabled(if: SharedData.isPresent), arguments: [0.8, 1, 1.2])
  func realYears(scale: Double) throws {
    let history = try Self.real("2007-12-31", "2020-12-31")
    let parameters = try VIXCallParameters(volatilityScale: scale)
    for layer in Self.ladder {
      guard case .vixCall(var rule) = layer.instrument else { continue }
      rule.pricing = parameters
      let scaled = HedgeLayer(
        name: layer.name, calls: rule, contracts: Int(layer.size.amount), monetise: layer.monetise)
      let carry = try Self.run(scaled, history)
      func net(_ from: String, _ to: String) throws -> Int64 {
        let first = history.firstIndex(onOrAfter: try #require(SessionDate(iso: from)))
        let last = history.firstIndex(onOrAfter: try #require(SessionDate(iso: to)))
        return carry.netCents[first..<last].reduce(0, +)
      }
      #expect(try net("2017-01-01", "2018-01-01") <= 0, "\(layer.name)")
      #expect(try net("2020-02-20", "2020-03-19") > 0, "\(layer.name)")
    }
  }

  /// Three years of a synthetic market with a made-up VVIX and holes.
  static func years(seed: UInt64) throws -> MarketHistory {
    var history = try SyntheticMarket.history(years: 3, seed: seed)
    var random = Philox(seed: seed, stream: 9)
    history.volatility[.vvix] = history.sessions.indices.map { i in
      random.integer(below: 60) == 0 ? .nan : 50 + 2.2 * history.close(.vix, i) + 8 * random.uniform()
    }
    for i in history.sessions.indices where random.integer(below: 60) == 0 { history.futures[i] = [] }
    return history
  }

  static let ladder = [
    HedgeLayer(
      name: "short", calls: VIXCallRule(days: 30, roll: .held(days: 25)), contracts: 4,
      monetise: [
        MonetiseStep(gainThousandths: 500, shareThousandths: 250),
        MonetiseStep(gainThousandths: 1_500, shareThousandths: 500),
      ]),
    HedgeLayer(name: "medium", calls: VIXCallRule(days: 110, roll: .held(days: 90)), contracts: 4),
    HedgeLayer(name: "long", calls: VIXCallRule(days: 220, roll: .residual(days: 30)), contracts: 2),
    HedgeLayer(
      name: "vxth", calls: VIXCallRule(days: 30, delta: 0.3, roll: .settlement, budget: vxth),
      contracts: 10_000),
  ]

  /// The books from the fills alone, every mark priced again with the system's logarithm and error function.
  @Test("The books are those of a plain program", arguments: UInt64(1)...3, ladder)
  func books(seed: UInt64, layer: HedgeLayer) throws {
    let history = try Self.years(seed: seed)
    let carry = try Self.run(layer, history)
    let dates = history.sessions.map(\.date)
    func price(_ call: VIXCall, _ i: Int) -> Double? {
      let settle = history.futures[i].first { $0.expiry == call.expiry }?.settle
      let minutes = (call.expiry - dates[i]) * 1440 - 405
      guard let settle, minutes > 0 else { return nil }
      return PlainCall.price(
        vx: settle, strike: Double(call.strike) / 1000, vvix: history.close(.vvix, i),
        years: Double(minutes) / 525_600)
    }
    var held: [VIXCall: Int] = [:]
    var marks: [VIXCall: Int64] = [:]
    var cash: Int64 = 0
    var next = carry.fills.startIndex
    var rolls = 0
    for i in history.sessions.indices {
      while next < carry.fills.endIndex, carry.fills[next].session == i {
        let fill = carry.fills[next]
        next += 1
        let count = Int64(fill.contracts)
        switch fill.action {
        case .buy:
          rolls += 1
          cash -= count * (Int64(fill.price) + 135)
          held[fill.call, default: 0] += fill.contracts
          #expect(held.values.filter { $0 > 0 }.count <= 1, "one month at a time")
        case .sell, .monetise:
          cash += count * (Int64(fill.price) - 135)
          held[fill.call, default: 0] -= fill.contracts
        case .settle:
          cash += count * Int64(fill.price)
          held[fill.call, default: 0] -= fill.contracts
          #expect(dates[i] >= fill.call.expiry)
        }
        #expect((held[fill.call] ?? 0) >= 0)
        if fill.action != .settle, let points = price(fill.call, i) {
          // never better than the model's price, by at least half of 0.10
          #expect(
            fill.action == .buy ? Double(fill.price) > points * 10_000 : Double(fill.price) <= points * 10_000
          )
        }
      }
      var value: Int64 = 0
      for (call, count) in held where count > 0 {
        #expect(call.expiry > dates[i], "held beyond its settlement")
        if let points = price(call, i) {
          let ticks = points < 3 ? points * 20 : points * 10
          let step: Int64 = points < 3 ? 500 : 1_000
          if (ticks - ticks.rounded(.down) - 0.5).magnitude > 1e-5 {
            marks[call] = Int64(ticks.rounded()) * step
          } else {
            marks[call] = (carry.valueCents[i]) / Int64(count)
          }
        }
        value += Int64(count) * (marks[call] ?? 0)
      }
      #expect(carry.cashCents[i] == cash)
      #expect(carry.valueCents[i] == value, "\(dates[i])")
    }
    #expect(next == carry.fills.endIndex)
    #expect(rolls >= 3)
    #expect(carry.netCents.reduce(0, +) == cash + (carry.valueCents.last ?? 0))
  }

  @Test(
    "What comes later changes nothing before, nor what is bought on its own session",
    arguments: UInt64(1)...3, ladder)
  func noLookAhead(seed: UInt64, layer: HedgeLayer) throws {
    let history = try Self.years(seed: seed)
    let carry = try Self.run(layer, history)
    for fill in carry.fills where fill.action == .buy {
      var later = history
      for i in fill.session..<history.sessions.count {
        later.volatility[.vvix]?[i] = 77 + Double(i % 7)
        later.futures[i] = history.futures[i].map {
          FuturesSettle(expiry: $0.expiry, settle: 1.3 * $0.settle)
        }
      }
      let other = try Self.run(layer, later)
      #expect(other.cashCents.prefix(fill.session) == carry.cashCents.prefix(fill.session))
      #expect(other.valueCents.prefix(fill.session) == carry.valueCents.prefix(fill.session))
      #expect(
        other.fills.contains { $0.session == fill.session && $0.action == .buy && $0.call == fill.call })
    }
  }
}

/// The model of VIX calls in the system's elementary functions, the variance by the midpoint rule.
private enum PlainCall {
  static func variance(_ years: Double) -> Double {
    let steps = 2_000
    let step = years / Double(steps)
    var sum = 0.0
    for k in 0..<steps {
      let volatility = 0.71 * exp(-6.4 * step * (Double(k) + 0.5)) + 0.29
      sum += volatility * volatility * step
    }
    return sum
  }
  private static let month = variance(30.0 / 365) / (30.0 / 365)

  /// Points; `nil` without VVIX.
  static func price(vx: Double, strike k: Double, vvix: Double, years: Double) -> Double? {
    guard vvix > 0 else { return nil }
    let f = (vx * 1000).rounded() / 1000
    let s = 0.95 * vvix / 100 * (variance(years) / month).squareRoot()
    let own = s * (1 + 0.3 * 3 * tanh(log(k / f) / s / 3))
    let d = log(f / k) / own + own / 2
    let root = 2.0.squareRoot()
    return f * erfc(-d / root) / 2 - k * erfc(-(d - own) / root) / 2
  }
}
