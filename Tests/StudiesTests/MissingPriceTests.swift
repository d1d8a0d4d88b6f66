import Backtesting
import MarketData
import Strategies
import Testing

@testable import Studies

/// What stress, factors and capital do where a price is missing or a figure doesn't fit.
@Suite struct MissingPriceTests {
  private static let standing = """
    version: 1
    name: far
    condor: {short_delta: 0.2}
    account_dollars: 1000000
    hedge:
      layers:
        - {name: far, horizon: standing, trigger: always, vx_tenor_days: 45, size: {contracts: 1}}
    """

  /// A standing future is held after a session without settlements, too: nothing is told of the next entry rather than the condor
  /// alone, and capital keeps the margin of what it had.
  @Test func aStandingFutureDoesNotVanishWithItsSettlement() throws {
    let whole = Fixture.market.history
    func row(_ history: MarketHistory, _ date: SessionDate) throws -> StressReport.Row {
      try StressReport(
        [Fixture.strategy(Self.standing)], market: Market(history: history, parameters: .builtIn),
        period: Fixture.period, grid: StressGrid(), at: .entry, date: date, threads: 1
      ).rows[0]
    }
    let entry = 21
    let date = whole.sessions[entry].date
    var history = whole
    history.futures[entry - 1] = []
    let (before, after) = (try row(whole, date), try row(history, date))
    #expect(before.stressed == 1 && before.mean?.parts[2].full[0][0] != 0)
    #expect(after.trades == 1 && after.unpriced == 1 && after.stressed == 0 && after.mean == nil)

    func hedge(_ history: MarketHistory) throws -> CapitalReport.Part {
      try CapitalReport(
        [Fixture.strategy(Self.standing)], market: Market(history: history, parameters: .builtIn),
        period: Fixture.period, threads: 1
      ).rows[0].parts[1]
    }
    func sessionsWithMargin(_ history: MarketHistory) throws -> Int {
      let portfolio = try hedge(history).portfolio
      return Int((portfolio.marginDays / (try #require(portfolio.averageDollars))).rounded())
    }
    #expect(try sessionsWithMargin(history) == sessionsWithMargin(whole))
  }

  /// After the minute of an early close the condor is settled, not without a price.
  @Test func anEarlyCloseSettlesWhatExpires() throws {
    let market = try FactorFixture.market()
    let early = FactorFixture.history.sessions.dropFirst().count { $0.closeMinute < MinuteOfDay.close }
    #expect(early > 0)
    for (minute, settled) in [(779, 0), (780, early), (900, early)] {
      let row = try StressReport(
        [FactorFixture.strategies[0]], market: market, period: FactorFixture.period, grid: StressGrid(),
        at: .expiry(minute: minute), threads: 1
      ).rows[0]
      #expect(row.settled == settled && row.unpriced == 0, "\(minute): \(row.settled) \(row.unpriced)")
      #expect(row.trades == row.stressed + row.closed + row.settled)
    }
  }

  /// Greeks of a million condors a moment before they expire: their sum is above 2⁶³ cents.
  @Test func sumsOfAllCellsFit() throws {
    var spread = StressBookTests.spread([2700, 2700, 2650, 1e-5, 1e-5, -1])
    spread.contracts = 1_000_000
    let grid = try StressGrid(
      moves: (0..<50).map { 0.45 + Double($0) / 1000 }, volatility: (0..<50).map { 2 + Double($0) / 100 })
    let book = StressBookTests.book([spread])
    let entries = (0..<20).map { _ in StressedEntry(book, date: book.date, grid: grid) }
    let apart = try #require(StressTables(entries, grid: grid, parts: [.putSpread])).disagreement
    let mean = try #require(apart.meanDollars)
    #expect(mean * 100 * 50_000 > 0x1p63 && mean <= apart.largestDollars)
  }

  /// Where nothing moves nothing is compared, and -0 is 0.
  @Test func theUnmovedCellIsNotCompared() throws {
    let grid = try StressGrid(moves: [-0.0], volatility: [-0.0, 0.5])
    #expect(grid.moves[0].sign == .plus && grid.volatility[0].sign == .plus)
    func apart(_ grid: StressGrid) throws -> StressReport.Disagreement {
      let book = StressBookTests.book([StressBookTests.spread([2700, 2650, 2640, 0.0105, 0.0108, -1])])
      let tables = StressTables(
        [StressedEntry(book, date: book.date, grid: grid)], grid: grid, parts: [.putSpread])
      return try #require(tables).disagreement
    }
    let one = try apart(grid)
    #expect(one.meanDollars == one.largestDollars && one.largest.volatility == 0.5)
    // the put spread loses there
    #expect(one.shareOfLosses == one.largestShareOfLoss && one.shareOfLosses != nil)
    let none = try apart(StressGrid(moves: [0], volatility: [0]))
    #expect(none.meanDollars == nil && none.wrongSign == nil && none.shareOfLosses == nil)
    #expect(none.largestDollars == 0)
  }

  /// A forecast doesn't hang on whether its result is known.
  @Test func aForecastStandsWithoutItsResult() throws {
    var history = FactorFixture.history
    let last = FactorFixture.period.upperBound
    history.futures[last] = []
    let strategy = try Fixture.strategy(Self.standing)
    let (whole, holed) = try (FactorFixture.report([strategy]), FactorFixture.report([strategy], history))
    let (a, b) = try (
      FactorFixture.book(whole.rows[0], .both), FactorFixture.book(holed.rows[0], .both)
    )
    #expect(a.withoutResult == 0 && b.withoutResult == 1 && a.forecasts == b.forecasts)
    #expect(a.meanValueAtRisk == b.meanValueAtRisk && a.meanExpectedShortfall == b.meanExpectedShortfall)
    #expect(b.sessions.last?.heldDollars == nil && b.sessions.last?.tradedDollars == nil)
    #expect(b.sessions.last?.valueAtRisk == a.sessions.last?.valueAtRisk)
    #expect(b.held.exceedances?.days == b.forecasts - 1 && a.held.exceedances?.days == a.forecasts)
    let condor = try FactorFixture.book(holed.rows[0], .condor)
    #expect(condor.withoutResult == 0 && condor.sessions.last?.heldDollars != nil)
  }

  /// Without any forecast there are no figures; with less than one scenario in the tail sessions say so, each of its own window.
  @Test func thinForecastsAreFlagged() throws {
    let none = try FactorFixture.report(
      FactorFixture.strategies, FactorFixture.history, FactorFixture.question { $0.window = 500 })
    for book in none.rows.flatMap(\.books) {
      #expect(book.forecasts == 0 && book.held.exceedances == nil)
      #expect((book.parts + book.factors).allSatisfy { $0.meanDollars == nil })
    }
    var history = FactorFixture.history
    history.volatility[.vvix]?[70] = .nan
    let question = FactorFixture.question {
      $0.window = 20
      $0.source = .historical
    }
    let book = try FactorFixture.book(
      FactorFixture.report([FactorFixture.strategies[0]], history, question).rows[0], .condor)
    // 18 days are left in the windows with a change to or from the missing one: 0.9 of a scenario
    let flagged = book.sessions.filter(\.isWorstOnly)
    #expect(book.worstOnly == flagged.count && (15...21).contains(flagged.count), "\(flagged.count)")
    let (first, end) = (history.sessions[71].date.description, history.sessions[91].date.description)
    #expect(flagged.allSatisfy { (first...end).contains($0.date) })
  }
}
