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
}
