import Kernels
import MarketData
import Strategies
import Testing

@testable import Backtesting

/// The books: nothing is gained or lost between fills, marks and sums.
@Suite("The books balance")
struct LedgerTests {
  /// September 2005 to January 2006: half days and events are in it.
  static let history = Result {
    Markets.withVVIX(
      Markets.holey(
        try SyntheticMarket.history(sessions: 90, seed: 20, start: SessionDate(ordinal: 13_030)), seed: 3),
      seed: 3)
  }

  /// 500 configurations in blocks of 50; each is run over the whole period.
  @Test(
    "Cash + open value = equity at every minute, the last equity is the trade's net, the sums add up",
    arguments: 0..<10)
  func everySumAgrees(block: Int) throws {
    let history = try Self.history.get()
    var generator = RandomStrategy(seed: UInt64(block), calls: true)
    let strategies = (0..<50).map { _ in generator.next() }
    let context = try Markets.context(history, strategies)
    var random = Philox(seed: UInt64(block))
    var trades = 0
    for strategy in strategies {
      let low = 5 + random.integer(below: 65)
      let period = low...(low + 9)
      let result = Backtester(context).run(strategy, period: period)
      #expect(result.records.count == period.count)
      #expect(result.records.count { $0.code == .traded } == result.trades.count)
      #expect(result.records.last?.code == .periodEnds)
      let standing = result.standing.reduce(0, +)
      let ofTrades = result.trades.reduce(Int64(0)) { sum, trade in
        let quantity = Int64(result.records[trade.entrySession - low].quantity)
        return sum + quantity * (trade.condorNetCents + trade.shiftNetCents + trade.hedge.netCents)
      }
      #expect(ofTrades + standing == result.netBySession.reduce(0, +))
      let parts = zip(zip(result.condorBySession, result.hedgeBySession), result.standing)
      #expect(parts.map { $0.0 + $0.1 + $1 } == result.netBySession)
      for (record, session) in zip(result.records, period) where record.code != .traded {
        #expect(record == SessionRecord(code: record.code), "session \(session)")
      }
      let engine = ReferenceEngine(strategy, context: context)
      for trade in result.trades {
        trades += 1
        let desk = SessionDesk(context, entry: trade.entrySession)
        let priced = try #require(engine.pricedSurface(desk))
        let ledger = Ledger(trade, strategy: strategy, priced: priced, desk: desk)
        #expect(ledger.isBalanced)
        #expect(ledger.netCents == trade.condorNetCents + trade.shiftNetCents + trade.hedge.netCents)
        check(trade, strategy, last: period.upperBound)
      }
    }
    #expect(trades > 70)
  }

  /// What holds for any trade, whatever the configuration.
  private func check(_ trade: Trade, _ strategy: Strategy, last: Int) {
    #expect(trade.expirySession == trade.entrySession + 1 && trade.expirySession <= last)
    #expect(trade.condors.count <= 1 + (strategy.exit.reentry?.atMost ?? 0))
    for (before, after) in zip(trade.condors, trade.condors.dropFirst()) {
      let closed = before.fills.map { $0.session * 10_000 + $0.minute }.max() ?? 0
      #expect(closed < after.decidedAt.session * 10_000 + after.decidedAt.minute)
      #expect(before.fills.allSatisfy { $0.reason != .settlement && $0.reason != .time })
    }
    for condor in trade.condors {
      #expect(condor.fills.reduce(0) { $0 + $1.credit } == condor.credit)
      #expect(condor.credit > 0 && condor.credit % 500 == 0)
      #expect(condor.marginCents <= trade.marginCents)
      #expect(condor.fills.map(\.part) == (strategy.exit.basis == .condor ? [.condor] : [.put, .call]))
      for fill in condor.fills {
        let opened = condor.filledAt.session * 10_000 + condor.filledAt.minute
        #expect(fill.session * 10_000 + fill.minute > opened && fill.session <= trade.expirySession)
        #expect(fill.reason == .stop || fill.shadowNetCents == fill.netCents)
        #expect(fill.reason != .stop || condor.stopReachable)
        if fill.reason == .stop || fill.reason == .time || fill.reason == .rule, strategy.exit.fill == .next {
          #expect(fill.cost % 500 == 0)
        }
      }
    }
    for (index, layer) in strategy.hedge.enumerated() {
      let orders = trade.hedge.fills.filter { $0.layer == index }
      if orders.isEmpty { continue }
      #expect(layer.horizon == .condor && orders[0].action == .open)
      #expect(orders.dropFirst().reduce(0) { $0 + $1.shareThousandths } == 1000)
      for contract in orders[0].contracts { #expect(contract.expiry.ordinal > 0) }
      #expect(orders[0].contracts.reduce(0) { $0 + $1.thousandths } == 1000)
    }
  }

  @Test("A ledger of altered fills doesn't balance with the trade's net")
  func alteredTradeIsFound() throws {
    let strategy = Strategy(
      name: "hold", entry: EntryRule(expirations: .everySession),
      condor: CondorRule(strikes: StrikeRule(target: .delta(put: 0.2, call: 0.2, notAbove: false))),
      hedge: [HedgeLayer(name: "a", trigger: .always, size: HedgeSize(base: .grossRisk, amount: 0.1))])
    let context = try Markets.context(try SyntheticMarket.history(sessions: 12, seed: 4), [strategy])
    let desk = SessionDesk(context, entry: 6)
    let engine = ReferenceEngine(strategy, context: context)
    let trade = try #require(engine.evaluate(desk).trade)
    let priced = try #require(engine.pricedSurface(desk))
    let honest = Ledger(trade, strategy: strategy, priced: priced, desk: desk)
    #expect(honest.isBalanced && honest.netCents == trade.condorNetCents + trade.hedge.netCents)

    var wrong = trade
    wrong.hedge.fills[0].price += 1_000
    #expect(
      Ledger(wrong, strategy: strategy, priced: priced, desk: desk).netCents
        != trade.condorNetCents + trade.hedge.netCents)
    wrong = trade
    wrong.hedge.fills.removeLast()
    #expect(!Ledger(wrong, strategy: strategy, priced: priced, desk: desk).isBalanced)
    wrong = trade
    wrong.condors[0].fills[0].cost += 500
    #expect(Ledger(wrong, strategy: strategy, priced: priced, desk: desk).netCents != honest.netCents)
  }

  @Test("Every outcome code comes up, exactly one a session")
  func everyCode() throws {
    let history = try Self.history.get()
    var generator = RandomStrategy(seed: 99)
    var seen: Set<OutcomeCode> = []
    let strategies = (0..<400).map { _ in generator.next() }
    let context = try Markets.context(history, strategies)
    for strategy in strategies where seen != Set(OutcomeCode.allCases) {
      for record in Backtester(context).run(strategy, period: 0...(history.sessions.count - 1)).records {
        seen.insert(record.code)
      }
    }
    #expect(seen == Set(OutcomeCode.allCases))
  }
}
