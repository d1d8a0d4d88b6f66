import Backtesting
import Foundation
import Kernels
import MarketData
import Pricing
import Strategies
import Testing

@testable import Studies

@Suite struct PortfolioMarginTests {
  static let text = "version: 1\ncondor: {short_delta: 0.2, width_points: 10}\n"

  /// Every trade of a strategy with the surface it was made on.
  private static func eachTrade(_ body: (Trade, PricedSurface, SessionDesk) throws -> Void) throws {
    let strategy = try Fixture.strategy(text)
    let context = Fixture.market.context(for: [strategy])
    let engine = ReferenceEngine(strategy, context: context)
    var trades = 0
    for i in Fixture.period.dropLast() {
      let desk = SessionDesk(context, entry: i)
      guard case .trade(let trade) = engine.evaluate(desk), let priced = engine.pricedSurface(desk) else {
        continue
      }
      trades += 1
      try body(trade, priced, desk)
    }
    #expect(trades > 40)
  }
  private static func losses(
    _ strikes: CondorStrikes, _ part: ClosingFill.Part, _ futures: [FuturesExposure] = [],
    _ priced: PricedSurface, at point: Int = 1
  ) -> PortfolioLosses {
    PortfolioLosses(
      [PortfolioLosses.Spread(strikes: strikes, part: part)], futures, surface: priced.surface, point: point)
  }

  /// Far beyond the wings a side costs its width, and what has been marked so far is not lost again: 10 points less the cost
  /// at the fill. Sides lose more the further the index goes their way, and never more than the width.
  @Test func condorsLoseWhatIsLeftOfTheirWidth() throws {
    try Self.eachTrade { trade, priced, _ in
      let strikes = trade.first.strikes
      let path = priced.path(strikes)
      let put = Self.losses(strikes, .put, [], priced)
      let call = Self.losses(strikes, .call, [], priced)
      let both = Self.losses(strikes, .condor, [], priced)
      #expect(zip(put.options, put.options.dropFirst()).allSatisfy { $0 >= $1 })
      #expect(zip(call.options, call.options.dropFirst()).allSatisfy { $0 <= $1 })
      for k in both.options.indices {
        #expect(abs(both.options[k] - put.options[k] - call.options[k]) < 1e-6)
      }
      #expect(put.options[0] > 0 && put.options[9] < 0 && call.options[9] > 0)
      #expect(put.shorts == 1 && both.shorts == 2)
      // legs on their grids are within a tick of what they are worth
      let worst = PortfolioLosses.cents(both.options, shorts: 2)
      let left = 100_000 - Double(path.cost(.condor)[1])
      #expect(abs(Double(worst) - left) < 1_500, "\(worst) against \(left)")
      #expect(worst <= 100_000)
      // what Reg-T asks for is the width less the credit, which slippage made smaller
      #expect(worst <= trade.first.marginCents + 1_500)
    }
  }

  /// By hand: dollars for a point × β × percent, until the price is gone.
  @Test func longFuturesGainWhenTheIndexFalls() throws {
    let future = FuturesExposure(
      expiry: SessionDate(ordinal: 0), centsPerPoint: 10_000, price: 3, beta: -0.75)
    let losses = PortfolioLosses.losses([future])
    // −8 % is 6 points for $100 a point
    #expect(abs(losses[0] + 60_000) < 1e-6 && abs(losses[4] + 12_000) < 1e-6)
    // 1.2 % is 0.9 points, 6 % would be 4.5 of the 3 there are
    #expect(abs(losses[5] - 9_000) < 1e-6 && losses[9] == 30_000)
    #expect(PortfolioLosses.cents(losses, shorts: 0) == 30_000)
    try Self.eachTrade { trade, priced, _ in
      let alone = Self.losses(trade.first.strikes, .condor, [], priced)
      let hedged = Self.losses(trade.first.strikes, .condor, [future], priced)
      for k in alone.options.indices {
        let sum = hedged.options[k] + hedged.futures[k]
        #expect(PortfolioLosses.moves[k] < 0 ? sum < alone.options[k] : sum > alone.options[k])
      }
    }
  }

  /// A condor that no move reaches binds $37.50 for each of its shorts.
  @Test func minimumStandsWhereNothingCanBeLost() throws {
    try Self.eachTrade { trade, priced, _ in
      let far = CondorStrikes(longPut: 500, shortPut: 505, shortCall: 90_000, longCall: 90_005)
      let losses = Self.losses(far, .condor, [], priced)
      #expect(losses.options.allSatisfy { abs($0) < 1e-6 })
      #expect(PortfolioLosses.cents(losses.options, shorts: losses.shorts) == 7_500)
    }
  }

  @Test func movesAreFiveEqualStepsASide() {
    for k in 0..<5 {
      #expect(abs(PortfolioLosses.moves[k] + 0.016 * Double(5 - k)) < 1e-15)
      #expect(abs(PortfolioLosses.moves[9 - k] - 0.012 * Double(5 - k)) < 1e-15)
    }
  }
}

@Suite struct CallMarginTests {
  /// Two calls bind the premium that was paid. By risk they gain by their delta as the index falls, and lose no more than they
  /// are worth as it rises.
  @Test func callsBindWhatWasPaidAndLoseWhatTheyAreWorth() throws {
    let start = try #require(SessionDate(iso: "2021-01-04"))
    var history = try SyntheticMarket.history(sessions: 40, seed: 9, start: start)
    history.volatility[.vvix] = history.volatility[.vix]?.map { 60 + 2 * $0 }
    let strategy = try Fixture.strategy(
      """
      version: 1
      condor: {short_delta: 0.2}
      entry: {expirations: every-session}
      hedge: {layers: [{name: c, trigger: always, instrument: {vix_call: {days: 30}}, size: {contracts: 2}}]}
      """)
    let market = try Market(history: history, parameters: .builtIn)
    let context = market.context(for: [strategy])
    let engine = ReferenceEngine(strategy, context: context)
    var trades = 0
    for i in 5..<30 {
      let desk = SessionDesk(context, entry: i)
      guard case .trade(let trade) = engine.evaluate(desk), let priced = engine.pricedSurface(desk) else {
        continue
      }
      trades += 1
      let open = trade.hedge.fills[0]
      let made = TradeMargin(trade, of: strategy, priced: priced, desk: desk, margin: FuturesMargin(history))
      #expect(made.futuresCents == 20 * Int64(open.price))
      let held = HedgePrices(open.holding, of: strategy.hedge[0].instrument, context: context)
      let time = TradeMinute(session: i, minute: history.sessions[i].closeMinute)
      let worth = 20 * Double(try #require(held.indicative(at: time)))
      let losses = try #require(made.marks.dropFirst().first).futures
      #expect(losses[0] < 0 && losses.allSatisfy { $0 <= worth })
      let beta = context.vx.beta(open.contracts[0].expiry, session: i)
      let delta = try #require(held.delta(at: time))
      #expect(delta > 0.2 && delta < 0.8 && abs(losses[0] - 20_000 * delta * beta * 8) < 1e-6)
    }
    #expect(trades > 15)
  }
}

@Suite struct FuturesMarginTests {
  /// The rank, the window and the order statistic anew, straight from the settlements.
  @Test func isTheNinetyNinthOfAHundredMovesKnownBefore() throws {
    let start = try #require(SessionDate(iso: "2021-01-04"))
    let history = try SyntheticMarket.history(sessions: 260, seed: 9, start: start)
    let margin = FuturesMargin(history)
    var known = 0
    for i in stride(from: 1, to: 260, by: 37) {
      let live = history.futures[i - 1].filter { $0.expiry > history.sessions[i - 1].date }
      for (rank, contract) in live.prefix(3).enumerated() {
        var moves: [Double] = []
        for j in 2..<max(2, i) {
          let old = history.futures[j - 2].filter { $0.expiry > history.sessions[j - 2].date }[rank]
          guard let new = history.futures[j].first(where: { $0.expiry == old.expiry }) else { continue }
          moves.append(abs(new.settle - old.settle))
        }
        let told = margin.points(contract.expiry, session: i)
        if moves.count < 100 {
          #expect(told == contract.settle, "session \(i), rank \(rank)")
        } else {
          known += 1
          let at = Int((0.99 * Double(moves.count)).rounded(.up)) - 1
          #expect(told == moves.sorted()[at], "session \(i), rank \(rank)")
        }
      }
    }
    #expect(known >= 9)
  }
}

@Suite struct CapitalReportTests {
  static let texts = [
    "version: 1\nname: hold\ncondor: {short_delta: 0.2}\n",
    """
    version: 1
    name: hedged
    condor: {short_delta: 0.15, width_points: 10}
    exit: {stop: {loss_multiple: 1.0}, reentry: {after: stop, at_most: 1}}
    hedge:
      layers:
        - {name: a, trigger: {move: {side: down, at_least_sd: 0.2}}, size: {gross_risk: 0.5}, monetise: [{gain: 0.02, sell: 0.5}]}
        - {name: b, horizon: standing, trigger: always, size: {contracts: 0.002}}
    """,
  ]
  static let strategies: [Strategy] = texts.map { text in
    do { return try Fixture.strategy(text) } catch { preconditionFailure("\(error)") }
  }
  static func report(threads: Int = 2) -> CapitalReport {
    CapitalReport(strategies, market: Fixture.market, period: Fixture.period, threads: threads)
  }
  private static func part(_ row: CapitalReport.Row, _ book: CapitalReport.Book) throws -> CapitalReport.Part
  {
    try #require(row.parts.first { $0.book == book })
  }

  @Test func withoutAHedgeItIsWhatTheMetricsSay() throws {
    let strategy = Self.strategies[0]
    let context = Fixture.market.context(for: [strategy])
    let axis = PeriodAxis(Fixture.market.history, period: Fixture.period)
    let evaluation = Evaluation(Backtester(context).run(strategy, period: Fixture.period), axis: axis)
    let row = Self.report().rows[0]
    #expect(row.parts.count == 1 && row.trades == evaluation.figures.trades)
    let condor = try Self.part(row, .condor)
    #expect(condor.netDollars == evaluation.figures.netDollars)
    #expect(condor.regT.irrAnnual == evaluation.value(.irrMargin) && condor.regT.irrAnnual != nil)
    let line = try #require(condor.capm)
    #expect(line.alphaDollars == evaluation.value(.capmAlpha))
    #expect(line.alphaT == evaluation.value(.capmAlphaT) && line.betaT == evaluation.value(.capmBetaT))
    #expect(line.rSquared == evaluation.value(.capmRSquared))
    expectNear(line.betaDollars, evaluation.figures.spxBetaDollars)
    expectNear(line.alphaAnnualDollars, 252 * line.alphaDollars)
  }

  /// From the tables that a user would open in a spreadsheet.
  @Test func marginIsThatOfTheTradesFile() throws {
    let report = Self.report()
    for (k, strategy) in Self.strategies.enumerated() {
      let result = Backtester(Fixture.market.context(for: [strategy])).run(strategy, period: Fixture.period)
      let fills = Table(TradeTable.csv(result, history: Fixture.market.history))
      let sessions = Table(SessionTable.csv(result, history: Fixture.market.history))
      let margins = fills.rows.compactMap { $0["margin"] == "" ? nil : Table.cents($0["margin"]) }
      let condor = try Self.part(report.rows[k], .condor)
      #expect(condor.regT.marginDays == Double(margins.reduce(0, +)) / 100)
      expectNear(condor.regT.averageDollars, Double(margins.reduce(0, +)) / 100 / Double(margins.count))
      let net = sessions.cents("condor_net").reduce(0, +)
      #expect(condor.netDollars == Double(net) / 100)
      expectNear(condor.regT.netPerMarginDay, Double(net) / Double(margins.reduce(0, +)))
      // every session trades here: tonight's condor is sold before this afternoon's has settled
      let pairs = zip(margins, margins.dropFirst()).map { $0 + $1 }
      #expect(condor.regT.peakDollars * 100 <= Double(try #require(pairs.max())))
      #expect(condor.regT.peakDollars * 100 >= Double(try #require(margins.max())))
    }
  }

  @Test func bothIsTheSumAndRiskNetsIt() throws {
    let row = Self.report().rows[1]
    let (condor, hedge, both) = try (
      Self.part(row, .condor), Self.part(row, .hedge), Self.part(row, .both)
    )
    #expect(hedge.netDollars != 0 && hedge.regT.marginDays > 0 && hedge.portfolio.marginDays > 0)
    expectNear(both.netDollars, condor.netDollars + hedge.netDollars)
    expectNear(both.regT.marginDays, condor.regT.marginDays + hedge.regT.marginDays)
    #expect(both.portfolio.marginDays < condor.portfolio.marginDays + hedge.portfolio.marginDays)
    #expect(both.portfolio.peakDollars >= both.portfolio.averageDollars ?? .infinity)
    // re-entry reserves the whole width: ten points
    expectNear(condor.regT.averageDollars, 1_000)
    #expect(try #require(condor.portfolio.averageDollars) < 1_000)
  }

  /// Payments put together anew: the present value at the rate is nothing beside what is paid.
  @Test func ratesBalanceThePayments() throws {
    let report = Self.report()
    for (k, strategy) in Self.strategies.enumerated() {
      let result = Backtester(Fixture.market.context(for: [strategy])).run(strategy, period: Fixture.period)
      let rate = try #require(Self.part(report.rows[k], .condor).regT.irrAnnual)
      let history = Fixture.market.history
      var value = 0.0
      var gross = 0.0
      let first = history.sessions[0].date
      for trade in result.trades {
        let (paid, back) = (Double(trade.marginCents), Double(trade.marginCents + trade.condorNetCents))
        let days = [trade.entrySession, trade.expirySession].map {
          Double(history.sessions[$0].date - first) / 365
        }
        value += back / pow(1 + rate, days[1]) - paid / pow(1 + rate, days[0])
        gross += paid / pow(1 + rate, days[0])
      }
      #expect(abs(value) < 1e-6 * gross, "\(value) of \(gross) at \(rate)")
    }
  }

  /// What is open at each mark, told anew by the clock: sides sold and not yet bought back, layers less what was sold of them.
  @Test func marksHoldWhatIsOpenThen() throws {
    var strategy = try Fixture.strategy(
      """
      version: 1
      condor: {short_delta: 0.2}
      entry: {minute: "11:00"}
      exit: {stop: {loss_multiple: 0.4}, basis: side, reentry: {after: stop, at_most: 2}}
      hedge:
        layers:
          - {name: a, trigger: always, size: {gross_risk: 0.5}, monetise: [{gain: 0.01, sell: 0.5}]}
          - {name: b, trigger: {move: {side: down, at_least_sd: 0.3}}, size: {credit: 2}}
      """)
    strategy.accountCents = 10_000_000
    let context = Fixture.market.context(for: [strategy])
    let engine = ReferenceEngine(strategy, context: context)
    let margin = FuturesMargin(Fixture.market.history)
    var seen: Set<Int> = []
    var partly = 0
    for i in Fixture.period.dropLast() {
      let desk = SessionDesk(context, entry: i)
      guard case .trade(let trade) = engine.evaluate(desk), let priced = engine.pricedSurface(desk) else {
        continue
      }
      let made = TradeMargin(trade, of: strategy, priced: priced, desk: desk, margin: margin)
      func clock(_ session: Int, _ minute: Int) -> Int { session * 10_000 + minute }
      let opens = trade.hedge.fills.filter { $0.action == .open }
      let times =
        trade.condors.map { clock($0.filledAt.session, $0.filledAt.minute) }
        + [clock(i, Fixture.market.history.sessions[i].closeMinute)]
        + opens.map { clock($0.session, $0.minute) }
      #expect(times.count == made.marks.count)
      var bound = 0.0
      for open in opens {
        let base = strategy.hedge[open.layer].size.base
        let units = try #require(trade.hedge.parts.first { $0.base == base }).units
        for contract in open.contracts {
          let points = margin.points(contract.expiry, session: open.session)
          bound += Double(units * open.centsPerPoint) * Double(contract.thousandths) / 1000 * points
        }
      }
      #expect(abs(Double(made.futuresCents) - bound) < 1)
      for (time, mark) in zip(times, made.marks) {
        var shorts = 0
        for condor in trade.condors where clock(condor.filledAt.session, condor.filledAt.minute) <= time {
          shorts += condor.fills.count { clock($0.session, $0.minute) > time }
        }
        #expect(mark.shorts == shorts)
        seen.insert(shorts)
        var gain = 0.0
        for open in opens where clock(open.session, open.minute) <= time {
          let sold = trade.hedge.fills.filter {
            $0.layer == open.layer && $0.action != .open && clock($0.session, $0.minute) <= time
          }.reduce(0) { $0 + Double($1.shareThousandths) }
          if sold > 0 { partly += 1 }
          let base = strategy.hedge[open.layer].size.base
          let units = try #require(trade.hedge.parts.first { $0.base == base }).units
          for contract in open.contracts {
            let beta = context.vx.beta(contract.expiry, session: time / 10_000)
            gain -=
              Double(units) * Double(open.centsPerPoint) * (1 - sold / 1000)
              * Double(contract.thousandths) / 1000 * beta * 8
          }
        }
        #expect(abs(mark.futures[0] + gain) < 1e-6 * max(1, gain))
      }
    }
    #expect(seen.isSuperset(of: [0, 1, 2]) && partly > 3, "\(seen) \(partly)")
  }

  /// The standing layer alone: $2 a point of two contracts, whatever trades.
  @Test func standingBookBindsItsMarginEverySession() throws {
    var strategy = Self.strategies[1]
    strategy.hedge = strategy.hedge.filter { $0.horizon == .standing }
    strategy.entry.weekdays = [1]
    let report = CapitalReport([strategy], market: Fixture.market, period: Fixture.period, threads: 1)
    let hedge = try Self.part(report.rows[0], .hedge)
    // with 60 sessions no hundred moves are known: the price itself, of contracts near 30 days
    let history = Fixture.market.history
    let context = Fixture.market.context(for: [strategy])
    var sum = 0.0
    var risk = 0.0
    for i in 0..<Fixture.period.count - 1 {
      let date = history.sessions[i].date
      let next = try #require(history.calendar.next(after: date))
      let pair = try #require(context.vx.contracts(session: i, tenorDays: 30, expiringAfter: next))
      var points = 0.0
      var fall = 0.0
      for contract in pair {
        let settle = try #require(history.futures[i].first { $0.expiry == contract.expiry }).settle
        points += settle * Double(contract.thousandths) / 1000
        fall -= 6 * context.vx.beta(contract.expiry, session: i + 1) * Double(contract.thousandths) / 1000
      }
      sum += (points * 200).rounded() / 100
      risk += (fall * 200).rounded() / 100
    }
    #expect(abs(hedge.regT.marginDays - sum) < 1)
    #expect(abs(hedge.portfolio.marginDays - risk) < 1)
    #expect(hedge.regT.peakDollars < 2 * (hedge.regT.averageDollars ?? 0))
  }

  @Test func threadsDoNotChangeTheReport() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    #expect(try encoder.encode(Self.report(threads: 1)) == encoder.encode(Self.report(threads: 3)))
  }
}
