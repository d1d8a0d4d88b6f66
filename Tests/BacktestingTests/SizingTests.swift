import MarketData
import Strategies
import Testing

@testable import Backtesting

/// Sizes by equity, against sums kept by hand.
@Suite("Sizing by equity")
struct SizingTests {
  private static func strategy(_ thousandths: Int32, atMost: Int32 = 1_000) -> Strategy {
    var made = ExitEngineTests.strategy()
    made.accountCents = 1_000_000
    made.sizing = .equityFraction(thousandths: thousandths, atMost: atMost)
    return made
  }

  @Test("As many as the share of equity holds, after what is realised")
  func growsWithEquity() throws {
    let flat = try Markets.tiny(sessions: 8) { _, _ in 3_000 }
    let strategy = Self.strategy(300)
    let context = try Markets.context(flat, [strategy])
    let result = Backtester(context).run(strategy, period: 1...7)
    // net and margin of one condor differ a little between weekdays and the weekend
    var equity: Int64 = 1_000_000
    for (k, record) in result.records.dropLast().enumerated() {
      if k >= 2 {
        let done = result.records[k - 2]
        equity += Int64(done.quantity) * Int64(done.condorNet)
      }
      let held = k > 0 ? Int64(result.records[k - 1].quantity) * Int64(result.records[k - 1].marginCents) : 0
      let expected = min(equity * 300 / 1000, equity - held) / Int64(record.marginCents)
      #expect(Int64(record.quantity) == expected, "entry \(k)")
    }
    #expect(result.records[0].quantity == 3)
    let last = result.records[4].tradeNet + result.records[5].tradeNet
    #expect(result.netBySession.reduce(0, +) == equity - 1_000_000 + last)
    #expect(result.records.count == 7 && equity > 1_000_000)
  }

  @Test("The cap binds, and what open condors hold is not there for the next")
  func capAndRoom() throws {
    let flat = try Markets.tiny(sessions: 8) { _, _ in 3_000 }
    func sizes(_ strategy: Strategy) throws -> [Int32] {
      let context = try Markets.context(flat, [strategy])
      return Backtester(context).run(strategy, period: 1...7).records.map(\.quantity)
    }
    #expect(try sizes(Self.strategy(1000, atMost: 2)) == [2, 2, 2, 2, 2, 2, 0])
    // everything goes into the first, so that the second finds nothing
    let all = try sizes(Self.strategy(1000))
    #expect(all[0] >= 10 && all[1] == 0 && all[2] >= all[0] && all[3] == 0)
  }

  @Test("A session's own result doesn't size it: a loss shows two entries later")
  func lossIsRealisedFirst() throws {
    let history = try Markets.tiny(sessions: 8, close: [2: 2_960]) { session, _ in
      session == 2 ? 2_960 : 3_000
    }
    let strategy = Self.strategy(300)
    let context = try Markets.context(history, [strategy])
    let records = Backtester(context).run(strategy, period: 1...7).records
    #expect(records[0].tradeNet < -100_000)
    // entry 1 is decided on the day of the loss, before it is realised; entry 2 knows it, but not what entry 1 lost
    #expect(Int64(records[1].quantity) == 300_000 / Int64(records[1].marginCents))
    #expect(records[1].tradeNet < 0)
    #expect(
      Int64(records[2].quantity) == (1_000_000 + records[0].tradeNet) * 3 / 10 / Int64(records[2].marginCents)
    )
    #expect(records[2].quantity == 2 && records[1].quantity == 3)
  }

  @Test("Hedge gains alone pay for condors beyond the first, two entries after they are realised")
  func hedgeGainsPayForMore() {
    var strategy = Self.strategy(300)
    strategy.accountCents = 200_000
    func sizes(
      _ hedges: [Int32], standing: [Int64]? = nil, condorNet: Int32 = 0, share: Int32 = 500, atMost: Int32 = 9
    ) -> [Int32] {
      strategy.sizing = .hedgeGains(thousandths: share, atMost: atMost)
      var records = hedges.map { net in
        var record = SessionRecord(code: .traded)
        (record.marginCents, record.condorNet, record.hedgeNet) = (40_000, condorNet, net)
        (record.settled, record.fillMinute, record.quantity) = (false, 945, 1)
        return record
      }
      Backtester.applyAccount(
        &records, of: strategy, standing: standing ?? hedges.map { _ in 0 }, hedge: .none)
      return records.map(\.quantity)
    }
    // half of $800 holds one more at $400, from the entry on before which it is realised
    #expect(sizes([80_000, 0, 0, 0, 0]) == [1, 1, 2, 2, 2])
    // gains count as they were sized, losses take them back, and never less than none
    #expect(sizes([80_000, 0, 80_000, 0, -400_000, 0, 0, 0]) == [1, 1, 2, 2, 4, 4, 0, 0])
    // what condors earn doesn't count; the standing book does, a session earlier
    #expect(sizes([0, 0, 0, 0], condorNet: 90_000) == [1, 1, 1, 1])
    #expect(sizes([0, 0, 0, 0], standing: [80_000, 0, 0, 0]) == [1, 2, 2, 2])
    // the cap and the account bind
    #expect(sizes([400_000, 0, 0, 0], share: 1000, atMost: 3) == [1, 1, 3, 3])
    #expect(sizes([-190_000, 0, 0, 0]) == [1, 1, 0, 0])
  }
}
