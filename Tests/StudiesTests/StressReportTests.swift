import Backtesting
import Foundation
import MarketData
import Pricing
import Strategies
import Testing

@testable import Studies

@Suite struct StressReportTests {
  static let text = """
    version: 1
    name: hedged
    condor: {short_delta: 0.15, width_points: 10}
    exit: {stop: {loss_multiple: 0.5}, basis: side}
    account_dollars: 1000000
    hedge:
      layers:
        - {name: a, trigger: always, size: {gross_risk: 0.5}, monetise: [{gain: 0.01, sell: 0.5}]}
        - {name: b, horizon: standing, trigger: always, vx_tenor_days: 45, size: {contracts: 0.02}}
        - {name: c, trigger: always, instrument: {vix_call: {days: 30}}, size: {contracts: 1}}
        - {name: d, horizon: standing, trigger: always, size: {contracts: 3}, instrument: {vix_call: {days: 60, roll: {held_days: 20}}}}
    """
  static let hold = "version: 1\nname: hold\ncondor: {short_delta: 0.2}\n"
  /// The fixture's history with a VVIX.
  static let market: Market = {
    var history = Fixture.market.history
    history.volatility[.vvix] = history.volatility[.vix]?.map { 60 + 2 * $0 }
    do { return try Market(history: history, parameters: .builtIn) } catch { preconditionFailure("\(error)") }
  }()
  static func report(
    _ texts: [String] = [text], at moment: StressMoment = .close, grid: StressGrid? = nil,
    date: SessionDate? = nil, market: Market = market, threads: Int = 2
  ) throws -> StressReport {
    try StressReport(
      try texts.map(Fixture.strategy), market: market, period: Fixture.period,
      grid: grid ?? StressGrid(), at: moment, date: date, threads: threads)
  }

  /// Every book of a strategy at a moment, with the trade it is of.
  private static func eachBook(
    _ moment: StressMoment, _ body: (StressBook, Trade, PricedSurface, SessionDesk, Strategy) throws -> Void
  ) throws {
    let strategy = try Fixture.strategy(text)
    let context = market.context(for: [strategy])
    let engine = ReferenceEngine(strategy, context: context)
    let standing = StandingExposures(strategy, context: context, period: Fixture.period)
    var books = 0
    for i in Fixture.period.dropLast() {
      let desk = SessionDesk(context, entry: i)
      guard case .trade(let trade) = engine.evaluate(desk), let priced = engine.pricedSurface(desk),
        let own = StressBook(trade, of: strategy, surface: priced.surface, context: context, at: moment),
        let book = standing.added(to: own)
      else { continue }
      books += 1
      try body(book, trade, priced, desk, strategy)
    }
    #expect(books > 40, "\(moment)")
  }

  /// Unmoved volatilities and the ten moves are the margin's, position by position; calls are by their model here and by their
  /// delta there.
  @Test(arguments: [StressMoment.entry, .close, .expiry(minute: 600)])
  func tenMovesAreThoseOfPortfolioLosses(moment: StressMoment) throws {
    var seen = (sides: Set<Int>(), futures: 0)
    try Self.eachBook(moment) { book, trade, priced, desk, strategy in
      let point = try #require(priced.surface.point(book.time))
      func clock(_ session: Int, _ minute: Int) -> Int { session * 10_000 + minute }
      let now = clock(book.time.session, book.time.minute)
      let open = trade.condors.flatMap { condor in
        condor.fills.filter { clock($0.session, $0.minute) > now }
          .map { PortfolioLosses.Spread(strikes: condor.strikes, part: $0.part) }
      }
      let losses = PortfolioLosses(open, book.futures, surface: priced.surface, point: point)
      let gains = book.gains(StressScenario.margin)
      for k in PortfolioLosses.moves.indices {
        #expect(abs(gains[0][k] + gains[1][k] + losses.options[k]) < 1e-6)
        #expect(abs(gains[2][k] + losses.futures[k]) < 1e-6)
      }
      seen.sides.insert(open.reduce(0) { $0 + ($1.part == .condor ? 2 : 1) })
      seen.futures = max(seen.futures, book.futures.count)
      // the whole requirement put together anew
      let context = desk.context
      let opened = trade.hedge.fills.filter { $0.action == .open && clock($0.session, $0.minute) <= now }
      let byDelta = try opened.filter { strategy.hedge[$0.layer].instrument.isVIXCall }.map { open in
        let held = HedgePrices(open.holding, of: strategy.hedge[open.layer].instrument, context: context)
        return FuturesExposure(
          expiry: open.contracts[0].expiry, centsPerPoint: 10_000,
          price: Double(try #require(held.indicative(at: book.time))) / 1000,
          beta: try #require(held.delta(at: book.time))
            * context.vx.beta(open.contracts[0].expiry, session: book.time.session))
      }
      let all = zip(losses.options, PortfolioLosses.losses(book.futures + byDelta)).map { $0 + $1 }
      let cents = book.premiumCents + PortfolioLosses.cents(all, shorts: losses.shorts)
      #expect(abs(book.requirementCents(gains) - cents) <= 1)
    }
    #expect(seen.futures == (moment == .entry ? 2 : 4) && seen.sides.contains(2))
    if moment != .entry { #expect(seen.sides.contains(1), "a side stopped by then is held no more") }
  }

  /// Calls anew from the model: VX by β and its share of the volatility move, VVIX times the rest.
  @Test(arguments: [StressMoment.entry, .close]) func callsAreRepricedOnMovedVXAndVVIX(moment: StressMoment)
    throws
  {
    let history = Self.market.history
    let scenario = StressScenario(move: -0.03, volatility: 0.4)
    var held = 0
    try Self.eachBook(moment) { book, trade, _, desk, strategy in
      let standing = strategy.hedge[3]
      guard case .vixCall(let rule) = standing.instrument else { return }
      let carry = VIXCallCarry(
        rule, contracts: 3, monetise: [], context: desk.context, range: Fixture.period, costs: strategy.costs)
      var positions: [(call: VIXCall, contracts: Double)] = []
      if moment == .close, case .call(let call)? = trade.hedge.fills.first(where: { $0.layer == 2 })?.holding
      {
        positions.append((call, 1))
      }
      // by its orders up to the evening before
      let bought = carry.fills.last { $0.session < book.time.session }
      if let bought, bought.action == .buy { positions.append((bought.call, 3)) }
      #expect(book.calls.count == positions.count)
      held = max(held, positions.count)
      var gain = 0.0
      for position in positions {
        let session = book.time.session
        let vx = try #require(
          desk.context.vx.indicative(position.call.expiry, session: session, minute: book.time.minute))
        let beta = desk.context.vx.beta(position.call.expiry, session: session)
        let days = Double(position.call.expiry - history.sessions[session].date)
        let moved = Double(vx) / 1000 * (1 + 0.4 * (0.276 * exp(-0.0205 * days) + 0.038)) - 3 * beta
        let vvix = try #require(history.volatility[.vvix])[session - 1]
        let years = VIXCallModel.years(
          from: history.sessions[session].date, minute: book.time.minute, to: position.call.expiry)
        let now = try #require(VIXCallModel().smile(vx: vx, vvix: vvix, years: years))
        let then = try #require(
          VIXCallModel().smile(vx: Int32((moved * 1000).rounded()), vvix: 1.4 * vvix, years: years))
        let strike = position.call.strike
        gain += 10_000 * position.contracts * (then.price(strike: strike) - now.price(strike: strike))
      }
      // the moved VX was put on its grid of a thousandth
      #expect(abs(book.gains([scenario])[3][0] - gain) < 0.0005 * 10_000 * 4 + 1e-6)
    }
    #expect(held == (moment == .close ? 2 : 1))
  }

  @Test func partsSumToTheWholeAndEntriesToTheMean() throws {
    let report = try Self.report()
    let row = report.rows[0]
    let (mean, worst) = (try #require(row.mean), try #require(row.worst))
    #expect(row.stressed > 40 && row.trades == row.stressed + row.closed + row.unpriced)
    for matrix in [mean, worst] {
      #expect(matrix.parts.map(\.part) == ["putSpread", "callSpread", "futures", "calls"])
      for m in report.moves.indices {
        for v in report.volatility.indices {
          expectNear(matrix.full[m][v], matrix.parts.reduce(0) { $0 + $1.full[m][v] })
          expectNear(matrix.byGreeks[m][v], matrix.parts.reduce(0) { $0 + $1.byGreeks[m][v] })
        }
      }
    }
    var sum = report.moves.map { _ in report.volatility.map { _ in Int64(0) } }
    var (least, apart, lastApart, required) = (Int64.max, Int64(0), Int64(0), Int64(0))
    var (lost, missed) = (Int64(0), Int64(0))
    var date = ""
    try Self.eachBook(.close) { book, trade, _, _, _ in
      guard !book.isEmpty else { return }
      let scenarios = try StressGrid().scenarios
      let gains = book.gains(scenarios)
      let greeks = book.greeks
      for (k, s) in scenarios.enumerated() {
        let cents = gains.reduce(0) { $0 + Int64($1[k].rounded()) }
        let series = greeks.reduce(Int64(0)) { all, g in
          let (m, v) = (s.move, s.volatility)
          let value = g.delta * m + g.vega * v + g.gamma * m * m / 2 + g.vanna * m * v + g.volga * v * v / 2
          return all + Int64(value.rounded())
        }
        sum[k / 6][k % 6] += cents
        apart += abs(cents - series)
        if cents < 0 { (lost, missed) = (lost - cents, missed + abs(cents - series)) }
        lastApart = max(lastApart, abs(cents - series))
        if cents < least {
          least = cents
          date = Self.market.history.sessions[trade.entrySession].date.description
        }
      }
      required = max(required, book.requirementCents(book.gains(StressScenario.margin)))
    }
    for (told, made) in zip(mean.full, sum) {
      for (a, b) in zip(told, made) { expectNear(a, Double(b) / 100 / Double(row.stressed)) }
    }
    #expect(worst.date == date && worst.full.flatMap { $0 }.min() == Double(least) / 100)
    let told = try #require(row.disagreement)
    // a cent each where a product is rounded the other way
    #expect(abs(told.largestDollars * 100 - Double(lastApart)) <= 2)
    // all cells but the one in which nothing moves
    #expect(abs(try #require(told.meanDollars) * 100 * Double(65 * row.stressed) - Double(apart)) <= 10)
    #expect(abs(try #require(told.shareOfLosses) - Double(missed) / Double(lost)) < 1e-6)
    expectNear(told.largest.full, told.largest.parts.reduce(0) { $0 + $1.full })
    expectNear(told.largestDollars, abs(told.largest.full - told.largest.byGreeks))
    #expect(try #require(row.requirement).largestDollars == Double(required) / 100)
    #expect(told.cells.flatMap { $0 }.max() ?? .infinity <= told.largestDollars)
  }

  /// One session's matrix is what it is among all; the worst one's is the worst.
  @Test func oneSessionIsItsOwnMatrix() throws {
    let worst = try #require(Self.report().rows[0].worst)
    let date = try #require(worst.date.flatMap { SessionDate(iso: $0) })
    let report = try Self.report(date: date)
    let row = report.rows[0]
    #expect(report.date == worst.date && row.stressed == 1 && row.trades == 1 && row.outcome == nil)
    #expect(row.worst == worst && row.mean?.full == worst.full && row.mean?.parts == worst.parts)
    #expect(row.requirement?.meanDollars == worst.requirementDollars)
    let saturday = try #require(SessionDate(iso: "2022-07-09"))
    #expect {
      _ = try Self.report(date: saturday)
    } throws: { "\($0)".contains("--date 2022-07-09 is no entry session of 2022-07-01 to ") }
    let last = Self.market.history.sessions[Fixture.period.upperBound].date
    #expect(throws: StudyError.self) { try Self.report(date: last) }
    // a weekday on which nothing is sold
    let idle = try Self.report(
      ["version: 1\nname: idle\ncondor: {short_delta: 0.2}\nentry: {weekdays: [mon]}\n"], date: date)
    let outcome = date.weekday == 1 ? nil : "weekday"
    #expect(idle.rows[0].outcome == outcome && (idle.rows[0].mean == nil) == (outcome != nil))
  }

  /// What comes after the fill: the evening's closes and settlements, and every session behind it.
  @Test func nothingLaterIsSeen() throws {
    let before = try Self.report(at: .entry)
    for i in [20, 33, 47] {
      var history = Self.market.history
      for j in i..<history.sessions.count {
        for index in history.volatility.keys { history.volatility[index]?[j] *= 1.07 }
        history.futures[j] = history.futures[j].map {
          FuturesSettle(expiry: $0.expiry, settle: 1.05 * $0.settle)
        }
        if j > i {
          history.sessions[j].spot = history.sessions[j].spot.map { 1.01 * $0 }
          history.sessions[j].official.close *= 1.01
        }
      }
      let date = history.sessions[i].date
      let other = try Market(history: history, parameters: .builtIn)
      let (told, changed) = (
        try Self.report(at: .entry, date: date), try Self.report(at: .entry, date: date, market: other)
      )
      #expect(told.rows[0].stressed == 1 && told.rows[0].mean == changed.rows[0].mean, "\(date)")
      #expect(try before.rows[0].mean != Self.report(at: .entry, market: other).rows[0].mean)
    }
  }

  @Test func threadsAndOtherConfigurationsChangeNothing() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let texts = [Self.text, Self.hold]
    let one = try encoder.encode(Self.report(texts, threads: 1))
    for threads in [2, 4] { #expect(try encoder.encode(Self.report(texts, threads: threads)) == one) }
    let hold = try Self.report([Self.hold]).rows[0]
    #expect(try Self.report(texts).rows[1].mean == hold.mean)
    #expect(hold.mean?.parts.map(\.part) == ["putSpread", "callSpread"])
    #expect(hold.caveats.contains("no hedge: the condor alone"))
  }

  /// Closed by then, or without a mark then: told, and in no matrix.
  @Test func whatIsGoneOrUnpricedIsCounted() throws {
    let stopped = "version: 1\nname: s\ncondor: {short_delta: 0.3}\nexit: {stop: {loss_multiple: 0.2}}\n"
    let row = try Self.report([stopped], at: .expiry(minute: 900)).rows[0]
    #expect(row.closed > 5 && row.stressed > 0 && row.unpriced == 0)
    #expect(row.trades == row.closed + row.stressed)
    var history = Self.market.history
    for j in 10..<20 { history.sessions[j].spot[30] = .nan }
    let holes = try Market(history: history, parameters: .builtIn)
    let missing = try Self.report([stopped], at: .expiry(minute: 600), market: holes).rows[0]
    #expect(missing.unpriced == 10 && missing.trades > 40)
  }

  /// As many condors as the account's rule sells.
  @Test func whatIsSoldInNumberIsHeldInNumber() throws {
    let sized = Self.hold + "account_dollars: 9000\nsizing: {equity_fraction: 0.5, at_most: 7}\n"
    let strategy = try Fixture.strategy(sized)
    let context = Self.market.context(for: [strategy])
    let records = Backtester(context).run(strategy, period: Fixture.period).records
    let larger = records.indices.filter { records[$0].quantity > 1 }
    #expect(larger.count > 3)
    for k in larger.prefix(4) {
      let date = Self.market.history.sessions[k].date
      let (many, one) = (
        try #require(Self.report([sized], date: date).rows[0].mean),
        try #require(Self.report([Self.hold], date: date).rows[0].mean)
      )
      let quantity = Double(records[k].quantity)
      for (a, b) in zip(many.full.flatMap { $0 }, one.full.flatMap { $0 }) {
        #expect(abs(a - quantity * b) <= 0.01 * (quantity + 1))
      }
      #expect(abs(many.requirementDollars - quantity * one.requirementDollars) <= 0.01 * quantity)
    }
  }

  /// An entry of 16:15 stands beside what was settled and bought that day, at the day's own VX and VVIX.
  @Test func afterTheSettlementTheNewBookStands() throws {
    var strategy = try Fixture.strategy(Self.text)
    strategy.entry.minute = MinuteOfDay.afterClose
    strategy.hedge = strategy.hedge.filter { $0.horizon == .standing }
    let history = Self.market.history
    let context = Self.market.context(for: [strategy])
    let engine = ReferenceEngine(strategy, context: context)
    let standing = StandingExposures(strategy, context: context, period: Fixture.period)
    var seen = 0
    for i in Fixture.period.dropLast() {
      let desk = SessionDesk(context, entry: i)
      guard case .trade(let trade) = engine.evaluate(desk), let priced = engine.pricedSurface(desk) else {
        continue
      }
      let own = try #require(
        StressBook(trade, of: strategy, surface: priced.surface, context: context, at: .entry))
      let book = try #require(standing.added(to: own))
      seen += 1
      let next = try #require(history.calendar.next(after: history.sessions[i].date))
      let pair = try #require(context.vx.contracts(session: i, tenorDays: 45, expiringAfter: next))
      #expect(book.futures.map(\.expiry) == pair.map(\.expiry))
      for (future, contract) in zip(book.futures, pair) {
        let settle = try #require(history.futures[i].first { $0.expiry == contract.expiry }).settle
        #expect(abs(future.price - settle) < 0.001)
        #expect(future.beta == context.vx.beta(contract.expiry, session: i + 1))
        expectNear(future.centsPerPoint, 2_000 * Double(contract.thousandths) / 1000)
      }
      for call in book.calls {
        let settle = try #require(history.futures[i].first { $0.expiry == call.expiry }).settle
        #expect(abs(call.smile.forward - settle) < 0.001)
      }
    }
    #expect(seen > 40)
  }
}
