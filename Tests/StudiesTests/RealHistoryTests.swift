import Backtesting
import Foundation
import HistoryStore
import Kernels
import MarketData
import Pricing
import Strategies
import TestSupport
import Testing

@testable import Studies

/// Both engines on real files: bars with lost hours, half days, a crash.
@Suite(.enabled(if: SharedData.isPresent)) struct RealHistoryTests {
  static let market = Result {
    let scratch = try ScratchFolder()
    let path = scratch.path("real.sqlite")
    let files = [
      "intraday/spx-cfd-1min-2018-2019.csv.gz", "intraday/spy-5min-2018-2020.csv.gz",
      "spx/spx-daily-1999-2020.csv", "vix/vix-daily-1990-2020.csv",
      "vix/vix9d-vix-vix3m-vix6m-2008-2020.csv", "futures/vx1-vx8-settle-2007-2020.csv",
    ]
    _ = try HistoryStore.importFiles(files.map(SharedData.path), into: path, onConflict: .keep)
    return try Market.open(history: path, marks: nil, seed: 3)
  }

  /// Any strategy, but sold in every session and at strikes that exist.
  private func strategy(_ seed: UInt64) -> Strategy {
    var g = Philox(seed: seed, stream: 9)
    var s = randomStrategy(seed: seed)
    s.entry = EntryRule(
      minute: [575, 645, 778, 900, 945, 958, 975][g.integer(below: 7)], expirations: .everySession)
    let delta = 0.05 + 0.3 * g.uniform()
    s.condor = CondorRule(
      putWidth: 5 * (1 + g.integer(below: 5)), callWidth: 5 * (1 + g.integer(below: 5)),
      strikes: StrikeRule(target: .delta(put: delta, call: delta, notAbove: false)))
    s.exit.confirm = 1 + g.integer(below: 4)
    s.marks.levelScale = [0.8, 1, 1.2][g.integer(below: 3)]
    s.accountCents = [100_000, 10_000_000][g.integer(below: 2)]
    s.costs.entry = Slippage(halfSpreadThousandths: 500, ticks: 0)
    s.costs.exit = Slippage(halfSpreadThousandths: Int32(g.integer(below: 2_000)), ticks: 1)
    return s
  }

  @Test(arguments: [("2018-01-26", "2018-02-16"), ("2019-11-20", "2020-01-06"), ("2020-02-20", "2020-04-03")])
  func bothEnginesAgree(from: String, to: String) throws {
    let market = try Self.market.get()
    let strategies = (0..<90).map { strategy($0) }
    let context = market.context(for: strategies)
    let period = try Backtester.period(
      of: market.history, from: SessionDate(iso: from), to: SessionDate(iso: to))
    func run(_ engine: Engine) throws -> [Evaluation] {
      try #require(
        Evaluator.run(strategies, context: context, period: period, threads: 2, engine: engine))
    }
    let compiled = try run(.compiled)
    let reference = try run(.reference)
    var trades = 0
    for (a, b) in zip(compiled, reference) {
      trades += b.figures.trades
      guard a.records != b.records else { continue }
      let d = zip(a.records, b.records).enumerated().first { $1.0 != $1.1 }
      Issue.record("\(d as Any) of \(a.strategy)")
      return
    }
    #expect(trades > 150, "\(trades) trades")
  }
}
