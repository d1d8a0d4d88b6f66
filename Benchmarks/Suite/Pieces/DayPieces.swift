import Backtesting
import MarketData
import Pricing
import Strategies
import Studies

/// A synthetic market of 300 sessions, quick to make: what is counted must not hang on a file.
private func smallMarket() throws -> Market {
  try Market(history: SyntheticMarket.history(sessions: 300, seed: 1), parameters: .shipped())
}

private let space1e3 = "params/bench/1e3.yaml"

/// Whole sessions: tables, the reference engine, and a small grid from end to end.
func dayPieces() -> [Piece] {
  [
    Piece("engine/compiled day, 1000 configurations", unit: "sessions", items: 2, gate: .whole) {
      let market = try smallMarket()
      let space = try SweepSpace(path: space1e3)
      let strategies = try (0..<space.count).map { try space.strategy(at: $0) }
      var plan = CompiledPlan()
      for strategy in strategies {
        _ = plan.addRow(strategy)
        _ = plan.addSpec(strategy)
      }
      let day = CompiledDay(market.context(for: strategies), plan: plan)
      return {
        for entry in [260, 261] {
          day.move(to: entry)
          keep(day.outcome())
        }
      }
    },
    Piece("engine/one configuration, 100 sessions", unit: "sessions", items: 100, gate: .whole) {
      let market = try smallMarket()
      let strategy = Strategy(
        name: "benchmark",
        entry: EntryRule(expirations: .everySession),
        condor: CondorRule(strikes: StrikeRule(target: .delta(put: 0.175, call: 0.175, notAbove: false))),
        exit: ExitRule(stop: .lossMultiple(thousandths: 1000)))
      let backtester = Backtester(market.context(for: [strategy]))
      return { keep(backtester.run(strategy, period: 200...299)) }
    },
    Piece(
      "sweep/1000 configurations, 100 sessions, one thread", unit: "pair-days", items: 100_000, gate: .whole
    ) {
      let market = try smallMarket()
      let sweep = try Sweep(space: SweepSpace(path: space1e3), market: market, period: 200...299)
      return { keep(try sweep.run(threads: 1, store: nil)) }
    },
  ]
}
