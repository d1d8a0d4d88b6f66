import Kernels
import MarketData
import Strategies
import Testing

@testable import Backtesting

/// The same question has the same answer, whoever asked before.
@Suite("Determinism")
struct DeterminismTests {
  @Test(
    "A shared desk, in any order, gives what fresh desks give; a second run repeats the first",
    arguments: 0..<4)
  func sharedDesk(seed: Int) throws {
    let history = Markets.holey(try SyntheticMarket.history(sessions: 40, seed: UInt64(seed)), seed: 1)
    var generator = RandomStrategy(seed: UInt64(500 + seed))
    var strategies = (0..<20).map { _ in generator.next() }
    // Twins that differ in one thing must not get each other's cached prices or hedges.
    for k in 0..<10 {
      var twin = strategies[k]
      switch k % 5 {
      case 0: twin.marks.levelScale = 1.2
      case 1: twin.vxPathSeed += 1
      case 2: twin.costs.vxSlippage = 50
      case 3: twin.costs.fees[0].vxCents = 999
      default: twin.marks.reanchor = twin.marks.reanchor == .none ? .close : .none
      }
      strategies.append(twin)
    }
    let context = try Markets.context(history, strategies)
    let again = try Markets.context(history, strategies)
    var random = Philox(seed: UInt64(seed))
    var trades = 0
    for entry in [4, 11, 19, 27, 33] {
      let desk = SessionDesk(context, entry: entry)
      var order = Array(strategies.indices)
      random.shuffle(&order)
      for k in order {
        let engine = ReferenceEngine(strategies[k], context: context)
        let shared = engine.evaluate(desk)
        #expect(shared == engine.evaluate(SessionDesk(context, entry: entry)))
        #expect(
          shared == ReferenceEngine(strategies[k], context: again).evaluate(SessionDesk(again, entry: entry)))
        if shared.trade != nil { trades += 1 }
      }
    }
    #expect(trades > 20)
    let first = Backtester(context).run(strategies[0], period: 3...39)
    let second = Backtester(again).run(strategies[0], period: 3...39)
    #expect(
      first.records == second.records && first.trades == second.trades && first.standing == second.standing)
  }
}
