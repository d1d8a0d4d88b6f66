import Foundation
import Kernels
import MarketData
import Strategies
import Testing

@testable import Backtesting

/// The compiled engine gives every field that the reference gives, for every rule and combination.
@Suite struct CompiledEngineTests {
  /// Both engines over every session of a history; returns configuration-days compared and trades among them.
  private func compare(_ strategies: [Strategy], _ history: MarketHistory) throws -> (days: Int, trades: Int)
  {
    let context = try Markets.context(history, strategies)
    var plan = CompiledPlan()
    let pairs = strategies.map { plan.addPair($0) }
    let day = CompiledDay(context, plan: plan)
    let engines = strategies.map { ReferenceEngine($0, context: context) }
    var days = 0
    var trades = 0
    for entry in history.sessions.indices.dropLast() {
      day.move(to: entry)
      let compiled = day.records(ofPairs: pairs)
      let desk = SessionDesk(context, entry: entry)
      for (k, engine) in engines.enumerated() {
        let reference = SessionRecord(engine.evaluate(desk))
        days += 1
        if reference.code == .traded { trades += 1 }
        guard compiled[k] != reference else { continue }
        let date = history.sessions[entry].date
        Issue.record("\(date) strategy \(k): \(compiled[k]) is not \(reference); \(strategies[k])")
        return (days, trades)
      }
    }
    return (days, trades)
  }

  private func strategies(_ count: Int, seed: UInt64) -> [Strategy] {
    var random = RandomStrategy(seed: seed, calls: true)
    return (0..<count).map { _ in random.next() }
  }

  @Test(arguments: 0..<12 as Range<UInt64>)
  func equalsTheReferenceOnHoleyMarkets(seed: UInt64) throws {
    let history = Markets.withVVIX(
      Markets.holey(try SyntheticMarket.history(sessions: 45, seed: seed), seed: seed), seed: seed)
    let (days, trades) = try compare(strategies(50, seed: 1_000 + seed), history)
    #expect(days == 44 * 50 && trades > 300)
  }

  /// Whole sessions, where paths have no holes and take the short way.
  @Test(arguments: 0..<6 as Range<UInt64>)
  func equalsTheReferenceOnWholeMarkets(seed: UInt64) throws {
    let history = Markets.withVVIX(
      try SyntheticMarket.history(sessions: 40, seed: 100 + seed), seed: seed)
    let (days, trades) = try compare(strategies(60, seed: 2_000 + seed), history)
    #expect(days == 39 * 60 && trades > 500)
  }

  /// What shares strikes, exits or hedges is worked out once: the answers don't depend on what else is in the plan.
  @Test func aStrategyAloneGivesWhatItGivesInACrowd() throws {
    let history = Markets.withVVIX(
      Markets.holey(try SyntheticMarket.history(sessions: 12, seed: 7), seed: 7), seed: 7)
    for strategy in strategies(25, seed: 3) {
      let (days, _) = try compare([strategy], history)
      #expect(days == 11)
    }
  }

  /// `FUZZ_SECONDS=3600 swift test --filter fuzz` goes through seeds for an hour, from `FUZZ_SEED` on (0 if not given).
  @Test(.enabled(if: ProcessInfo.processInfo.environment["FUZZ_SECONDS"] != nil))
  func fuzz() throws {
    let environment = ProcessInfo.processInfo.environment
    let seconds = Double(environment["FUZZ_SECONDS"] ?? "") ?? 60
    let first = UInt64(environment["FUZZ_SEED"] ?? "") ?? 0
    let clock = ContinuousClock()
    let start = clock.now
    var seed = first
    var total = (days: 0, trades: 0)
    while (clock.now - start) / .seconds(1) < seconds {
      var history = Markets.withVVIX(
        try SyntheticMarket.history(sessions: 20 + Int(seed % 40), seed: seed), seed: seed)
      if seed % 3 != 0 { history = Markets.holey(history, seed: seed) }
      let found = try compare(strategies(20 + Int(seed % 60), seed: 1_000_000 + seed), history)
      total = (total.days + found.days, total.trades + found.trades)
      seed += 1
    }
    print("seeds \(first)..<\(seed): \(total.days) configuration-days, \(total.trades) trades")
    #expect(total.trades > 0)
  }
}
