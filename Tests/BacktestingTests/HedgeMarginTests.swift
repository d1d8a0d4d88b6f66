import MarketData
import Rules
import Strategies
import Testing

@testable import Backtesting

/// What hedges bind of the account, against sums by hand. The market is flat: the index at 3,000, every VX at 16, and too few
/// moves to tell a margin from, so that a future binds its whole price.
@Suite("Margin of hedges")
struct HedgeMarginTests {
  static func market(sessions: Int = 6) throws -> MarketHistory {
    try Markets.tiny(sessions: sessions) { _, _ in 3_000 }
  }
  /// One that never opens.
  static func layer(_ base: HedgeSize.Base, _ amount: Double, scale: String? = nil) throws -> HedgeLayer {
    HedgeLayer(
      name: "layer", trigger: .move(side: .down, atLeastSd: 20), size: HedgeSize(base: base, amount: amount),
      scale: try scale.map { try StrategyRule($0, as: .scale, Rulebook(catalogue: .standard)) })
  }
  static func records(
    _ strategy: Strategy, _ history: MarketHistory, period: ClosedRange<Int> = 1...5
  ) throws -> [SessionRecord] {
    Backtester(try Markets.context(history, [strategy])).run(strategy, period: period).records
  }
  /// Reg-T of a condor of the flat market: all are alike but for the weekend.
  static func condors(_ history: MarketHistory, period: ClosedRange<Int> = 1...5) throws -> [Int64] {
    try records(ExitEngineTests.strategy(), history, period: period).dropLast().map { Int64($0.marginCents) }
  }

  /// The least accounts, cents, that hold two condors with their hedges, and one: entries alternate between them, and nothing
  /// is sold below.
  private func check(_ hedge: [HedgeLayer], binds: Int64, standing: Int64 = 0) throws {
    let history = try Self.market()
    let condors = try Self.condors(history)
    var strategy = ExitEngineTests.strategy()
    strategy.hedge = hedge
    func traded(_ account: Int64) throws -> [Bool] {
      strategy.accountCents = account
      return try Self.records(strategy, history).dropLast().map { $0.code == .traded }
    }
    let pairs = zip(condors, condors.dropFirst()).map { $0 + $1 + 2 * binds + standing }
    let most = try #require(pairs.max())
    #expect(try traded(most) == [true, true, true, true])
    #expect(try traded(most - 1).contains(false))
    #expect(try traded(try #require(pairs.min()) - 1) == [true, false, true, false])
    #expect(try traded(try #require(condors.min()) + binds - 1) == [false, false, false, false])
  }

  @Test("Contracts bind dollars a point × the margin of a point, whether or not they open")
  func contracts() throws { try check([try Self.layer(.contracts, 0.01)], binds: 16_000) }

  /// 0.2 × 1,000 $ ÷ 16 is 12.50 $ a point: 1.25 $ a point of width, that many times 16.
  @Test("Shares of gross risk, of credit and of notional are sized at the settlement before")
  func shares() throws {
    try check([try Self.layer(.grossRisk, 0.2)], binds: 10 * 125 * 16)
    // 0.001 × 300,000 $ ÷ 16 is 18.75 $ a point
    try check([try Self.layer(.notional, 0.001)], binds: 1_875 * 16)
    try check(
      [try Self.layer(.notional, 0.001), try Self.layer(.contracts, 0.01)], binds: 1_875 * 16 + 16_000)
    // one unit of credit is 5 $: 2 × 5 ÷ 16 is 0.625 $, 63 cents a point
    let history = try Self.market()
    var strategy = ExitEngineTests.strategy()
    strategy.hedge = [try Self.layer(.credit, 2)]
    let context = try Markets.context(history, [strategy])
    let book = StandingBook(strategy, context: context, range: 1...5)
    let margin = HedgeMargin(strategy, standing: book, context: context, range: 1...5)
    #expect(margin.openedCents(0, width: 10, credit: 14_500) == 29 * 63 * 16)
  }

  @Test("A scale counts at the most that its form lets it be, and at ten without a bound")
  func scales() throws {
    try check([try Self.layer(.contracts, 0.01, scale: "clamp(vix / vix, 0.5, 2)")], binds: 32_000)
    try check([try Self.layer(.contracts, 0.01, scale: "min(3, vix / vix)")], binds: 48_000)
    try check(
      [try Self.layer(.contracts, 0.01, scale: "clamp(vix / vix, 0, 2) * clamp(vix / vix, 0, 1.5)")],
      binds: 48_000)
    try check([try Self.layer(.contracts, 0.01, scale: "vix / vix")], binds: 160_000)
  }

  @Test("A standing layer binds what it held from the settlement before on, once; nothing before its first")
  func standing() throws {
    let layer = HedgeLayer(
      name: "s", horizon: .standing, trigger: .always, size: HedgeSize(base: .contracts, amount: 0.01))
    let history = try Self.market()
    let context = try Markets.context(history, [])
    var strategy = ExitEngineTests.strategy()
    strategy.hedge = [layer]
    let book = StandingBook(strategy, context: context, range: 1...5)
    #expect(book.heldCents == [0, 16_000, 16_000, 16_000, 16_000])
    let condors = try Self.condors(history)
    // room for one condor, not for one beside the layer: the first entry alone
    strategy.accountCents = try #require(condors.min()) + 15_999
    strategy.exit = ExitRule(timeStop: 600)
    #expect(
      try Self.records(strategy, history).dropLast().map { $0.code == .traded } == [
        true, false, false, false,
      ])
    strategy.accountCents = try #require(condors.max()) + 16_000
    #expect(try Self.records(strategy, history).dropLast().allSatisfy { $0.code == .traded })
  }

  @Test("Layers stay reserved to the settlement where the condor was closed before the next entry")
  func reserved() throws {
    let history = try Self.market()
    var strategy = ExitEngineTests.strategy(ExitRule(timeStop: 600))
    strategy.hedge = [try Self.layer(.contracts, 0.01)]
    let most = try #require(Self.condors(history).max())
    strategy.accountCents = most + 32_000
    #expect(try Self.records(strategy, history).dropLast().allSatisfy { $0.code == .traded })
    strategy.accountCents = try #require(Self.condors(history).min()) + 31_999
    #expect(
      try Self.records(strategy, history).dropLast().map { $0.code == .traded } == [true, false, true, false])
  }

  @Test("Sizes by equity share out condors with their layers, beside what stands")
  func sizes() throws {
    let history = try Self.market(sessions: 9)
    var strategy = ExitEngineTests.strategy()
    strategy.hedge = [
      try Self.layer(.contracts, 0.01),
      HedgeLayer(
        name: "s", horizon: .standing, trigger: .always, size: HedgeSize(base: .contracts, amount: 0.02)),
    ]
    strategy.accountCents = 1_000_000
    strategy.sizing = .equityFraction(thousandths: 700, atMost: 100)
    let result = Backtester(try Markets.context(history, [strategy])).run(strategy, period: 1...8)
    var equity: Int64 = 1_000_000
    for (k, record) in result.records.dropLast().enumerated() {
      if k > 0 { equity += result.standing[k - 1] }
      if k > 1 { equity += Int64(result.records[k - 2].quantity) * Int64(result.records[k - 2].condorNet) }
      let before = k > 0 ? result.records[k - 1] : SessionRecord(code: .periodEnds)
      let held = Int64(before.quantity) * (Int64(before.marginCents) + 16_000) + (k > 0 ? 32_000 : 0)
      let one = Int64(record.marginCents) + 16_000
      // the second finds less than its share, the third all of it again
      #expect(
        record.code != .traded || Int64(record.quantity) == min(equity * 7 / 10 / one, (equity - held) / one),
        "entry \(k)")
    }
    #expect(result.records[0].quantity > 5 && (1..<5).contains(result.records[1].quantity))
  }

  @Test(
    "What binds more than the account at every entry is refused before the run, with the session and the remedy"
  )
  func refusedBefore() throws {
    let history = try Self.market()
    var strategy = ExitEngineTests.strategy()
    strategy.hedge = [try Self.layer(.contracts, 1)]
    let backtester = Backtester(try Markets.context(history, [strategy]))
    strategy.accountCents = 1_599_999
    #expect {
      try backtester.requireMargin(of: strategy, period: 1...5)
    } throws: {
      "\($0)"
        == "test: its hedge binds at least 16000 $ of margin beside the condor, on 2019-03-06, and account_dollars is "
        + "15999.99: no entry could be made; raise account_dollars above 16000 and the condor's own "
        + "margin, or make the layers smaller"
    }
    strategy.accountCents += 1
    try backtester.requireMargin(of: strategy, period: 1...5)
    // a single entry can't tell
    strategy.accountCents = 1
    try backtester.requireMargin(of: strategy, period: 1...2)
  }

  /// The ledger by hand of ``VIXCallCarryTests``: two of B at 0.05 from the 5th on, one sold on the 7th; two of C at 0.25.
  @Test("VIX calls bind the premium paid for those that are left, from the session after")
  func calls() throws {
    let history = try VIXCallCarryTests.panel()
    var strategy = ExitEngineTests.strategy()
    strategy.hedge = [VIXCallCarryTests.byHand]
    let book = StandingBook(strategy, context: try Markets.context(history, []), range: 0...6)
    #expect(book.heldCents == [0, 0, 1_000, 1_000, 500, 500, 5_000])
  }

  /// Told by what was known: other settlements from a session on change no margin before it.
  @Test("Margins don't look ahead")
  func noLookAhead() throws {
    let start = try #require(SessionDate(iso: "2021-01-04"))
    let history = try SyntheticMarket.history(sessions: 200, seed: 9, start: start)
    var later = history
    let cut = 150
    for i in cut..<200 {
      later.futures[i] = later.futures[i].map { FuturesSettle(expiry: $0.expiry, settle: 3 * $0.settle) }
    }
    var strategy = ExitEngineTests.strategy()
    strategy.hedge = [
      try Self.layer(.contracts, 0.01), try Self.layer(.notional, 0.01),
      HedgeLayer(
        name: "s", horizon: .standing, trigger: .always, size: HedgeSize(base: .contracts, amount: 0.02)),
    ]
    func bound(_ history: MarketHistory) throws -> [Int64] {
      let context = try Markets.context(history, [strategy])
      let book = StandingBook(strategy, context: context, range: 1...199)
      let margin = HedgeMargin(strategy, standing: book, context: context, range: 1...199)
      return (0..<199).map { margin.openedCents($0, width: 10, credit: 10_000) + margin.standingCents($0) }
    }
    let (a, b) = (try bound(history), try bound(later))
    // position k is session k + 1; what is in force on a session was known the evening before
    #expect(a[..<cut].elementsEqual(b[..<cut]) && a[cut] != b[cut])
    #expect(a[0] > 2 * a[140], "a hundred moves tell a margin well below the price")
  }
}
