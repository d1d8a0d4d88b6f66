import Backtesting
import Kernels
import MarketData
import Strategies
import Testing

@testable import Studies

/// Any configurations in any combination give what the list of them gives, generation after generation.
@Suite struct CandidateEvaluatorTests {
  /// Strategies of a grid with every kind of hedge, re-entry, sizes by equity, unwinding; some that differ in one side only.
  static func strategies(_ seed: UInt64, count: Int) throws -> [Strategy] {
    let text =
      ProductSweepTests.text(ProductSweepTests.layers).replacing(
        "exit:\n", with: "exit:\n  reentry: [none, {after: any, wait_minutes: 3, at_most: 4}]\n"
      ).replacing("hedge:\n", with: "hedge:\n  unwind_with_condor: [false, true]\n")
      + "\nsizing: [one, one, {equity_fraction: 0.6, at_most: 9}]\n".replacing("one, one, ", with: "one, ")
    let space = try SweepSpace(Fixture.document(text, "any.yaml"))
    let product = try ProductSpace(space)
    var random = Philox(seed: seed)
    return (0..<count).compactMap { _ in
      product.settings(of: random.integer(below: space.count)).map {
        product.strategy(condor: $0.condor, hedge: $0.hedge)
      }
    }
  }

  private func check(_ memoryBytes: Int, threads: Int) throws -> (general: Int, rows: Int) {
    let market = ProductSweepTests.holey
    let period = 12...(market.history.sessions.count - 2)
    var evaluator = CandidateEvaluator(
      market: market, period: period, threads: threads, memoryBytes: memoryBytes)
    for generation in 0..<4 {
      let list = try Self.strategies(UInt64(generation / 2 * 5 + generation % 2), count: 60)
      let pairs = list.map { evaluator.numbers(of: $0) }
      let made = evaluator.evaluate(pairs, onDemand: Metric.onDemand, withBooks: true)
      let scored = try #require(made)
      let expected = try #require(
        Evaluator.run(
          list, context: market.context(for: list), period: period, threads: 1, engine: .reference))
      #expect(scored.count == list.count)
      for (k, (a, b)) in zip(scored, expected).enumerated() {
        #expect(a.book?.net == b.netBySession && a.book == b.book, "\(list[k])")
        for metric in Metric.allCases {
          #expect(a.value(metric, sessions: period.count) == b.value(metric), "\(metric) of \(k)")
        }
        if case .pair(_, let byYear) = a.content {
          #expect(
            byYear.map { Double($0) / 100 } == b.figures.netByYear.sorted { $0.key < $1.key }.map(\.value))
        }
      }
    }
    return (evaluator.generalPath, evaluator.builtRows)
  }

  @Test(arguments: [1, 3]) func equalsTheReference(threads: Int) throws {
    let (general, _) = try check(1 << 30, threads: threads)
    #expect(general > 20 && general < 220, "both ways are taken")
  }

  @Test func littleMemoryForgetsAndIsRightAllTheSame() throws {
    let (_, much) = try check(1 << 30, threads: 2)
    let (_, few) = try check(20_000, threads: 2)
    #expect(few > much, "forgotten rows are made again")
  }
}
