import Backtesting
import ConfigFormats
import Foundation
import Kernels
import MarketData
import Strategies
import Testing

import struct Search.SearchParameter
import struct Search.SearchPoint
import enum Search.SearchMethod
import struct Search.SearchSettings
import struct Search.SearchSpace

@testable import Studies

/// Does a search find what is there? On a simulated market one setting of a million is made better than all others: fees
/// grow with the distance from it.
@Suite struct PlantedOptimumTests {
  static let market: Market = {
    do {
      return try Market(
        history: SyntheticMarket.history(sessions: 50, seed: 21), parameters: .builtIn)
    } catch { preconditionFailure("\(error)") }
  }()
  static let period = 8...48

  /// Six parameters of ten steps each; the planted point is not in the middle of any.
  static func subject(_ planted: [Double]) -> SearchSubject {
    SearchSubject(
      space: SearchSpace(
        ["minute", "delta", "stop", "target", "confirm", "hedge"].map {
          SearchParameter(name: $0, domain: .steps(count: 10))
        }), isHedge: []
    ) { point throws(ConfigError) in
      let v = point.values
      let distance = zip(v, planted).reduce(0) { $0 + abs($1.0 - $1.1) }
      var s = Strategy(
        name: "planted", entry: EntryRule(minute: 600 + 35 * Int(v[0]), expirations: .everySession),
        condor: CondorRule(
          strikes: StrikeRule(
            target: .delta(put: 0.06 + 0.02 * v[1], call: 0.06 + 0.02 * v[1], notAbove: false))))
      s.exit.stop = .lossMultiple(thousandths: 500 + 250 * Int32(v[2]))
      s.exit.targetThousandths = 200 + 75 * Int32(v[3])
      s.exit.confirm = 1 + Int(v[4])
      s.hedge = [
        HedgeLayer(name: "a", trigger: .always, size: HedgeSize(base: .grossRisk, amount: 0.05 * (1 + v[5])))
      ]
      s.costs.fees = [
        FeeRow(from: SessionDate(ordinal: 0), spxwCents: 135 + Int32(500 * distance), vxCents: 250)
      ]
      return s
    }
  }

  /// All 20 seeds with `SEARCH_BARS=1`, which takes a minute; a few of them otherwise.
  private static let seeds: UInt64 = ProcessInfo.processInfo.environment["SEARCH_BARS"] == nil ? 4 : 20

  /// Of the seeds, how many end within one step of the planted point in every parameter.
  private func found(_ method: SearchMethod) throws -> Int {
    let axis = PeriodAxis(Self.market.history, period: Self.period)
    var hits = 0
    for seed in 0..<Self.seeds {
      var random = Philox(seed: seed, stream: 99)
      let planted = (0..<6).map { _ in Double([0, 1, 2, 3, 6, 7, 8, 9][random.integer(below: 8)]) }
      let subject = Self.subject(planted)
      var settings = SearchSettings()
      settings.nsga2.population = 50
      let run = SearchRun(
        subject: subject, scale: GoalScale(goals: [SearchObjective(metric: .net)], limits: [], axis: axis),
        budget: SearchBudget(evaluations: 2_000),
        algorithm: try method.make(space: subject.space, objectives: 1, seed: seed, settings: settings))
      var evaluator = CandidateEvaluator(
        market: Self.market, period: Self.period, threads: 2, memoryBytes: 1 << 28)
      let found = try run.run(evaluator: &evaluator) { (_: SearchRun.Generation) throws in }
      let best = try #require(found.progress.front.first).point.values
      if zip(best, planted).allSatisfy({ abs($0 - $1) <= 1 }) { hits += 1 }
    }
    return hits
  }

  @Test func theGeneticSearchFindsIt() throws {
    let genetic = try found(.nsga2)
    #expect(Double(genetic) >= 0.9 * Double(Self.seeds))
    guard Self.seeds == 20 else { return }
    let random = try found(.random)
    print("planted optimum found: nsga2 \(genetic) of 20, random \(random) of 20")
    #expect(random < genetic)
  }
}
