import Backtesting
import Foundation
import Kernels
import MarketData
import Risk
import Strategies
import Testing

@testable import Studies

/// A synthetic market with VVIX, and configurations that hold something of every kind.
enum FactorFixture {
  static let history: MarketHistory = {
    guard let start = SessionDate(iso: "2022-07-01") else { preconditionFailure("date") }
    do {
      var history = try SyntheticMarket.history(sessions: 110, seed: 5, start: start)
      history.volatility[.vvix] = history.volatility[.vix]?.map { 60 + 2 * $0 }
      return history
    } catch { preconditionFailure("\(error)") }
  }()
  static let period = 0...(history.sessions.count - 1)
  static let window = 40

  static let texts = [
    "version: 1\nname: hold\ncondor: {short_delta: 0.2}\n",
    """
    version: 1
    name: hedged
    condor: {short_delta: 0.15, width_points: 10}
    entry: {minute: "11:00"}
    exit: {stop: {loss_multiple: 0.8}, basis: side, reentry: {after: stop, at_most: 1}}
    hedge:
      layers:
        - {name: open, trigger: always, size: {gross_risk: 0.5}, monetise: [{gain: 0.01, sell: 0.5}]}
        - {name: fall, trigger: {move: {side: down, at_least_sd: 0.3}}, size: {credit: 2}}
    """,
    """
    version: 1
    name: standing
    condor: {short_delta: 0.2}
    hedge:
      layers:
        - {name: futures, horizon: standing, trigger: always, vx_tenor_days: 100, size: {contracts: 0.01}}
        - name: calls
          horizon: standing
          instrument: {vix_call: {days: 30, delta: 0.5, roll: {held_days: 20}}}
          size: {contracts: 2}
    """,
  ]
  static let strategies: [Strategy] = texts.map { text in
    do { return try Fixture.strategy(text) } catch { preconditionFailure("\(error)") }
  }
  static func market(_ history: MarketHistory = history) throws -> Market {
    try Market(history: history, parameters: .builtIn)
  }
  static func question(_ change: (inout FactorQuestion) -> Void = { _ in }) -> FactorQuestion {
    var question = FactorQuestion()
    question.window = window
    question.scenarios = 1_000
    change(&question)
    return question
  }
  static func report(
    _ strategies: [Strategy] = strategies, _ history: MarketHistory = history,
    _ question: FactorQuestion = question(), period: ClosedRange<Int> = period, threads: Int = 2
  ) throws -> FactorReport {
    FactorReport(
      strategies, market: try market(history), period: period, question: question, threads: threads)
  }
  static func book(_ row: FactorReport.Row, _ book: CapitalReport.Book) throws -> FactorBook {
    try #require(row.books.first { $0.book == book })
  }
  /// Every trade of a strategy with the surface it was made on, by the date of its expiry.
  static func trades(_ strategy: Strategy, _ history: MarketHistory = history) throws -> [(
    date: String, trade: Trade, priced: PricedSurface
  )] {
    let context = try market(history).context(for: [strategy])
    let engine = ReferenceEngine(strategy, context: context)
    return period.dropLast().compactMap { i in
      let desk = SessionDesk(context, entry: i)
      guard case .trade(let trade) = engine.evaluate(desk), let priced = engine.pricedSurface(desk) else {
        return nil
      }
      return (history.sessions[i + 1].date.description, trade, priced)
    }
  }
}

@Suite struct FactorReportTests {
  private typealias F = FactorFixture

  /// Everything that becomes known after 16:15 of a session is replaced: what was forecast of the next one stays, to the bit.
  @Test(arguments: [60, 77, 101]) func forecastsDoNotLookAhead(session x: Int) throws {
    var other = F.history
    for i in x..<other.sessions.count {
      other.sessions[i].spot = other.sessions[i].spot.map { $0 * 0.96 }
      let bar = other.sessions[i].official
      other.sessions[i].official = DailyBar(
        open: bar.open * 0.96, high: bar.high * 0.96, low: bar.low * 0.96, close: bar.close * 0.96)
      for index in other.volatility.keys { other.volatility[index]?[i] *= 1.5 }
      other.futures[i] = other.futures[i].map {
        FuturesSettle(expiry: $0.expiry, settle: ($0.settle * 130).rounded() / 100)
      }
    }
    let date = F.history.sessions[x].date.description
    let period = 0...(x + 1)
    let reports = try [F.history, other].map { try F.report(F.strategies, $0, period: period) }
    var (told, changed) = (0, 0)
    for (one, two) in zip(reports[0].rows, reports[1].rows) {
      for (a, b) in zip(one.books, two.books) {
        guard let before = a.sessions.first(where: { $0.date == date }),
          let after = b.sessions.first(where: { $0.date == date })
        else { continue }
        told += 1
        #expect(
          before.valueAtRisk == after.valueAtRisk && before.expectedShortfall == after.expectedShortfall)
        #expect(before.parts == after.parts && before.factors == after.factors)
        if before.heldDollars != after.heldDollars { changed += 1 }
      }
    }
    #expect(told >= 5 && changed >= 4, "\(told) \(changed)")
  }

  /// A held condor by hand, from closes, strikes and marks: the window's moves from the close on, sorted. Official closes
  /// lie 1.50 off the last minute's marks.
  @Test func historicalForecastsAreTheMovesOfTheWindow() throws {
    var history = F.history
    for i in history.sessions.indices {
      history.sessions[i].official.close += i.isMultiple(of: 2) ? 1.5 : -1.5
    }
    let report = try F.report([F.strategies[0]], history, F.question { $0.source = .historical })
    let book = try F.book(report.rows[0], .condor)
    let closes = history.sessions.map(\.official.close)
    var compared = 0
    for (date, trade, priced) in try F.trades(F.strategies[0], history) {
      let (t, strikes) = (trade.entrySession, trade.first.strikes)
      let found = book.sessions.first { $0.date == date }
      #expect((found != nil) == (t >= F.window))
      guard let told = found, t >= F.window else { continue }
      compared += 1
      let mark = Double(priced.path(strikes).cost(.condor)[priced.surface.expiryStart - 1])
      func pnl(_ level: Double) -> Double {
        let put = min(max(Double(strikes.shortPut) - level, 0), 5)
        let call = min(max(level - Double(strikes.shortCall), 0), 5)
        return mark / 100 - 100 * (put + call)
      }
      let sorted = ((t - F.window + 1)...t).map { pnl(closes[t] * closes[$0] / closes[$0 - 1]) }.sorted()
      #expect(abs(told.valueAtRisk - sorted[1]) < 1e-6)
      #expect(abs(told.expectedShortfall - (sorted[0] + sorted[1]) / 2) < 1e-6)
      // and what came is the ledger's, from the mark on
      let held = try #require(told.heldDollars)
      #expect(abs(held - pnl(closes[t + 1])) < 1e-6 && held == told.tradedDollars)
      #expect(abs(held - (mark - Double(trade.fills[0].cost)) / 100) < 1e-6)
    }
    #expect(compared > 60)
  }

  /// Without costs, what a trade made of its book is its ledger's result less what it had made by the marks of its first night.
  @Test func tradedResultsAreTheLedgersFromTheMarksOn() throws {
    var strategy = F.strategies[1]
    strategy.costs.fees = [
      FeeRow(from: SessionDate(ordinal: 0), spxwCents: 0, vxCents: 0, vixOptionCents: 0)
    ]
    strategy.costs.vxSlippage = 0
    let row = try F.report([strategy]).rows[0]
    let (condor, hedge, both) = try (F.book(row, .condor), F.book(row, .hedge), F.book(row, .both))
    let settle = { (expiry: SessionDate, i: Int) in
      F.history.futures[i].first { $0.expiry == expiry }?.settle ?? .nan
    }
    var (stopped, opened, partly) = (0, 0, 0)
    for (date, trade, priced) in try F.trades(strategy) {
      let t = trade.entrySession
      if let told = condor.sessions.first(where: { $0.date == date }) {
        var before = 0.0
        for sold in trade.condors where sold.filledAt.session == t {
          for fill in sold.fills {
            let path = priced.path(sold.strikes)
            let cost =
              fill.session == t ? fill.cost : path.cost(fill.part)[priced.surface.expiryStart - 1]
            before += Double(fill.credit - cost)
          }
        }
        if told.heldDollars != told.tradedDollars { stopped += 1 }
        #expect(abs(try #require(told.tradedDollars) * 100 - (Double(trade.condorNetCents) - before)) < 1e-6)
      }
      guard let all = both.sessions.first(where: { $0.date == date }),
        let alone = condor.sessions.first(where: { $0.date == date })
      else { continue }
      var (before, held) = (0.0, 0.0)
      for open in trade.hedge.fills where open.action == .open && open.session == t {
        opened += 1
        let base = strategy.hedge[open.layer].size.base
        let size =
          Double(open.centsPerPoint) * Double(trade.hedge.parts.first { $0.base == base }?.units ?? 0)
        let sold = trade.hedge.fills.filter {
          $0.layer == open.layer && $0.action != .open && $0.session == t
        }
        let left = 1 - sold.reduce(0) { $0 + Double($1.shareThousandths) } / 1000
        let mark = open.contracts.reduce(0) {
          $0 + Double($1.thousandths) / 1000 * settle($1.expiry, t)
        }
        let next = open.contracts.reduce(0) {
          $0 + Double($1.thousandths) / 1000 * settle($1.expiry, t + 1)
        }
        held += size * left * (next - mark)
        if left > 0, left < 1 { partly += 1 }
        before += size * left * (mark - Double(open.price) / 1000)
        for sale in sold {
          before += size * Double(sale.shareThousandths) / 1000 * Double(sale.price - open.price) / 1000
        }
      }
      let traded = ((all.tradedDollars ?? .nan) - (alone.tradedDollars ?? .nan)) * 100
      if let layers = hedge.sessions.first(where: { $0.date == date }) {
        #expect(abs(try #require(layers.heldDollars) * 100 - held) < 1e-6, "\(date)")
      }
      // the ledger rounds prices of pairs to 1/1000 points, and results to cents a size unit
      #expect(abs(traded - (Double(trade.hedge.netCents) - before)) < 60, "\(date)")
    }
    #expect(stopped > 5 && opened > 40 && partly > 3, "\(stopped) \(opened) \(partly)")
  }

  /// The nearest month alone: a quantile of F·(eˣ − 1), x normal with the sample's deviation.
  @Test func aFutureHasTheValueAtRiskOfItsLaw() throws {
    let strategy = try Fixture.strategy(
      F.texts[2].replacing("vx_tenor_days: 100", with: "vx_tenor_days: 1").components(
        separatedBy: "    - name: calls")[0])
    let report = try F.report([strategy], F.history, F.question { $0.scenarios = 20_000 })
    let book = try F.book(report.rows[0], .hedge)
    let changes = FactorChanges(F.history).values
    #expect(book.forecasts == F.period.count - 1 - F.window)
    for session in book.sessions {
      let x = F.history.firstIndex(onOrAfter: try #require(SessionDate(iso: session.date)))
      let moves = ((x - F.window)..<x).map { changes[$0 * 10 + 2] }
      let mean = moves.reduce(0, +) / Double(F.window)
      let variance = moves.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(F.window - 1)
      let front = try #require(F.history.futures[x - 1].first { $0.expiry > F.history.sessions[x].date })
      let z = -1.644_853_626_951_473
      let expected = 10 * front.settle * (exp(z * variance.squareRoot()) - 1)
      #expect(abs(session.valueAtRisk / expected - 1) < 0.03, "\(session.valueAtRisk) \(expected)")
      let linear = 10 * front.settle * z * variance.squareRoot()
      #expect(abs(session.factors[2] / linear - 1) < 1e-9)
      let after = try #require(F.history.futures[x].first { $0.expiry == front.expiry })
      #expect(abs(try #require(session.heldDollars) - 10 * (after.settle - front.settle)) < 1e-6)
    }
  }

  /// Between rolls the calls' ledger changes by what the book says it earned.
  @Test func callsEarnWhatTheirLedgerSays() throws {
    var strategy = F.strategies[2]
    strategy.hedge.removeFirst()
    guard case .vixCall(let rule) = strategy.hedge[0].instrument else { return }
    let carry = VIXCallCarry(
      rule, contracts: 2, monetise: [], context: try F.market().context(for: [strategy]), range: F.period,
      costs: strategy.costs)
    let book = try F.book(try F.report([strategy]).rows[0], .hedge)
    var compared = 0
    for session in book.sessions {
      let x = F.history.firstIndex(onOrAfter: try #require(SessionDate(iso: session.date)))
      guard !carry.fills.contains(where: { $0.session == x }) else { continue }
      compared += 1
      #expect(
        abs(try #require(session.heldDollars) * 100 - Double(carry.valueCents[x] - carry.valueCents[x - 1]))
          < 1e-6)
      #expect(session.valueAtRisk < 0 && session.expectedShortfall <= session.valueAtRisk)
      #expect(session.valueAtRisk * 100 >= -Double(carry.valueCents[x - 1]), "no more than they are worth")
    }
    #expect(compared > 50)
    // near the money half a session is nearly linear in VX and VVIX
    let (full, linear) = (try #require(book.meanValueAtRisk), try #require(book.meanDeltaNormal))
    #expect(abs(linear / full - 1) < 0.25, "\(linear) \(full)")
    for factor in [2, 9] { #expect(try #require(book.factors[factor].meanDollars) < 0) }
  }

  @Test func partsSumToTheShortfallAndFactorsToTheLinearRisk() throws {
    let report = try F.report()
    for row in report.rows {
      for book in row.books {
        #expect(book.forecasts > 10 && book.forecasts + book.without.reduce(0) { $0 + $1.sessions } == 109)
        for session in book.sessions {
          #expect(abs(session.parts.reduce(0, +) - session.expectedShortfall) < 1e-9)
          #expect(session.expectedShortfall <= session.valueAtRisk)
        }
        let shortfall = try #require(book.meanExpectedShortfall)
        #expect(abs(book.parts.compactMap(\.meanDollars).reduce(0, +) - shortfall) < 1e-9)
        let linear = try #require(book.meanDeltaNormal)
        #expect(abs(book.factors.compactMap(\.meanDollars).reduce(0, +) - linear) < 1e-9 && linear < 0)
      }
    }
    let standing = try F.book(report.rows[2], .both)
    #expect(standing.parts.map(\.name) == ["put side", "call side", "futures", "calls"])
    #expect(standing.parts.allSatisfy { ($0.meanDollars ?? 0) != 0 })
  }

  /// Without the fifth month in a fifth of the sessions, it and those behind it are left out. A day without VVIX has no price
  /// for the calls, and so no forecast of them or of both.
  @Test func whatIsMissingIsLeftOutAndCounted() throws {
    var holes = F.history
    for i in stride(from: 5, to: 110, by: 5) { holes.futures[i].remove(at: 4) }
    let report = try F.report([F.strategies[2]], holes)
    let law = try #require(report.law)
    #expect(law.leftOut == ["VX5", "VX6", "VX7"], "\(law.leftOut)")
    #expect(law.sessions + law.sessionsLeftOut == F.window)
    let whole = try F.report([F.strategies[2]])
    let forecasts = F.period.count - 1 - F.window
    #expect(report.laws.sessions == forecasts && report.laws.withFactorsLeftOut == forecasts)
    #expect(whole.laws.withFactorsLeftOut == 0 && whole.laws.sessions == forecasts)
    let (one, two) = try (F.book(report.rows[0], .hedge), F.book(whole.rows[0], .hedge))
    #expect(one.without.map(\.reason) == [.shortHistory] && one.withoutResult > 0)
    #expect(one.without.first?.sessions == F.window)
    #expect(one.forecasts == two.forecasts && two.withoutResult == 0)

    var silent = F.history
    silent.volatility[.vvix]?[70] = .nan
    let row = try F.report([F.strategies[2]], silent).rows[0]
    let hedge = try F.book(row, .hedge)
    #expect(hedge.without.contains { $0.reason == .noPrice && $0.sessions == 1 })
    #expect(hedge.withoutResult == 1 && hedge.sessions.count { $0.heldDollars == nil } == 1)
    #expect(try F.book(row, .condor).forecasts == F.book(whole.rows[0], .condor).forecasts)
    #expect(try F.book(row, .both).forecasts == hedge.forecasts)
  }

  /// The month's own factor, the nearest that is kept, the nearer of two; VIX on the day it settles.
  @Test func contractsMoveWithTheirMonth() throws {
    let t = 60
    let next = F.history.sessions[t + 1].date
    let changes = FactorChanges(F.history)
    var window = try #require(changes.window(through: t, count: F.window).map { Array($0) })
    for d in 0..<F.window { for n in [4, 5] { window[d * 10 + n] = .nan } }
    let law = try #require(
      FactorLaw(window, shrinkTo: .none, settles: F.history.futures[t], next: next))
    #expect(law.window.missing == [4, 5] && law.indexFactor == 0 && law.vvixFactor == 7)
    let listed = F.history.futures[t].map(\.expiry).filter { $0 > next }
    // kept are SPX, VIX, VX1, VX2, VX5, VX6, VX7, VVIX
    let expected = [2, 3, 3, 4, 4, 5, 6, 6]
    #expect(zip(listed, expected).allSatisfy { law.factor(of: $0, settlesBy: next) == $1 })
    #expect(law.factor(of: next, settlesBy: next) == 1)
  }

  /// Likelihood ratios of the sessions as they are listed: those below, and those at or below.
  @Test func likelihoodRatiosAreOfTheSessionsListed() throws {
    let report = try F.report(F.strategies, F.history, F.question { $0.source = .historical })
    var counts: Set<Bool> = []
    for row in report.rows {
      for book in row.books {
        for (test, result) in [(book.held, \FactorBook.Session.heldDollars), (book.traded, \.tradedDollars)] {
          let known = book.sessions.filter { $0[keyPath: result] != nil }
          let places = try known.map {
            F.history.firstIndex(onOrAfter: try #require(SessionDate(iso: $0.date)))
          }
          let isNext = places.indices.map { $0 > 0 && places[$0] == places[$0 - 1] + 1 }
          func made(_ exceeds: (Double, Double) -> Bool) -> ValueAtRiskBacktest? {
            ValueAtRiskBacktest(
              exceeded: known.map { exceeds($0[keyPath: result] ?? .nan, $0.valueAtRisk) }, isNext: isNext,
              perTenThousand: report.question.perTenThousand)
          }
          #expect(test.belowTests == made(<) && test.belowTests?.exceptions == test.below)
          #expect(test.upToTests == made(<=) && test.upToTests?.exceptions == test.below + test.at)
          counts.insert(isNext.dropFirst().contains(false))
        }
      }
    }
    #expect(counts == [true, false], "some books have gaps")
  }

  @Test func threadsDoNotChangeTheReportAndSeedsDo() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let one = try encoder.encode(F.report(threads: 1))
    for threads in [2, 4] { #expect(try encoder.encode(F.report(threads: threads)) == one) }
    let other = try F.report(F.strategies, F.history, F.question { $0.seed = 2 })
    #expect(other.rows[2].books[1].meanValueAtRisk != (try F.report()).rows[2].books[1].meanValueAtRisk)
    #expect(other.law == (try F.report()).law)
  }
}
