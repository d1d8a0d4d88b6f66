import Backtesting
import Foundation
import RunStore
import Search
import Synchronization
import Testing

@testable import Studies

/// Searches that keep the best only, and those that are verified against the reference engine.
@Suite struct KeptSearchTests {
  private static let source = StudySource(history: nil, marks: nil, seed: 5)

  private static func study(_ search: String) throws -> (study: SearchStudy, space: SweepSpace) {
    let reals = Fixture.space.replacing("[0.10, 0.20]", with: "{from: 0.05, to: 0.3}")
    let space = try SweepSpace(Fixture.document(reals + "\nsearch: {\(search)}\n", "space.yaml"))
    return (try SearchStudy(space, market: Fixture.market, period: Fixture.period), space)
  }

  private struct Stored {
    let summary: SearchSummary
    let trials: [TrialRecord]
    let points: [[Double]]
    let generations: [GenerationRecord]
    let bytes: Data
  }
  private func run(_ study: SearchStudy, _ space: SweepSpace, threads: Int = 2) throws -> Stored {
    let scratch = try ScratchFolder()
    let folder = StudyFolder(scratch.path("s"))
    let store = try folder.create(study, space: space, source: Self.source)
    let summary = try study.run(threads: threads, store: store)
    try store.finish()
    let (reader, _) = try folder.reader()
    defer { try? reader.close() }
    return Stored(
      summary: summary, trials: try reader.trials(withDaily: true),
      points: try reader.points(of: 0..<1_000).map(\.point), generations: try reader.generations(),
      bytes: try Data(contentsOf: URL(filePath: scratch.path("s/study.sqlite"))))
  }

  /// The best by one objective are those at the top of a whole search, each with every figure.
  @Test(arguments: ["random", "sobol", "nsga2"]) func theBestOfAllAreKept(method: String) throws {
    var (study, space) = try Self.study(
      "method: \(method), population: 20, budget: {evaluations: 120}, objective: net_dollars, "
        + "constraints: [trades >= 30]")
    let whole = try run(study, space)
    let ranked = whole.trials.filter { $0.metric("feasible") == 1 }.sorted {
      ($0.metric("objective_1") ?? 0, $0.index) < ($1.metric("objective_1") ?? 0, $1.index)
    }
    try #require(ranked.count > 20)
    for keep in [1, 9] {
      study.keep = keep
      let kept = try run(study, space)
      let expected = ranked.prefix(keep).sorted { $0.index < $1.index }
      #expect(kept.trials.map(\.index) == expected.map(\.index))
      #expect(kept.generations == whole.generations)
      #expect(kept.summary.kept == keep && kept.summary.evaluations == 120 && whole.summary.kept == 120)
      #expect(kept.summary.front.map(\.trial) == whole.summary.front.map(\.trial))
      let strategies = try kept.points.map { try space.strategy(of: $0.map { $0.isNaN ? 0 : $0 }) }
      let reference = try #require(
        Evaluator.run(
          strategies, context: Fixture.market.context(for: strategies), period: Fixture.period, threads: 1,
          engine: .reference))
      for ((mine, other), e) in zip(zip(kept.trials, expected), reference) {
        #expect(mine.dailyCents == other.dailyCents && mine.outcomes == other.outcomes)
        for metric in other.metrics { #expect(mine.metric(metric.name) == metric.value, "\(metric.name)") }
        for metric in Metric.allCases {
          #expect(mine.metric(metric.rawValue) == e.value(metric), "\(metric) of \(mine.index)")
        }
      }
      #expect(try run(study, space, threads: 3).bytes == kept.bytes)
    }
    study.keep = 1_000
    #expect(
      try run(study, space).trials.count == whole.trials.filter { $0.metric("objective_1") != nil }.count)
    study.memoryBytes = 10_000
    #expect(throws: StudyError.self) { try study.checkKeep() }
  }

  /// With several objectives the front comes first, whole where there is room.
  @Test func theFrontIsKept() throws {
    var (study, space) = try Self.study(
      "method: nsga2, population: 20, budget: {evaluations: 200}, "
        + "objectives: [win_rate, net_dollars, cvar95_dollars]")
    let whole = try run(study, space)
    let front = whole.summary.front.map(\.trial)
    try #require(front.count > 3)
    study.keep = whole.trials.count / 2
    let half = try run(study, space)
    #expect(half.trials.count == 100 && Set(front).isSubset(of: half.trials.map(\.index)))
    study.keep = front.count - 1
    let few = try run(study, space)
    let values = Set(whole.summary.front.map(\.objectives))
    #expect(few.trials.count == front.count - 1)
    for trial in few.trials {
      let told = ["win_rate", "net_dollars", "cvar95_dollars"].map { trial.metric($0) ?? 0 }
      #expect(values.contains(told), "\(trial.index) is on the front")
    }
  }

  /// Of equal ones those that come first stay, also where many are cut off on the way.
  @Test func theFirstOfEqualsAreKept() throws {
    let (_, space) = try Self.study("method: random, budget: {evaluations: 4}")
    var evaluator = CandidateEvaluator(
      market: Fixture.market, period: Fixture.period, threads: 1, memoryBytes: 1 << 30)
    let values = space.tree.parameters.map { _ in 0.0 }
    let pair = evaluator.numbers(of: try space.strategy(of: values))
    let scored = try #require(evaluator.evaluate([pair])?.first)
    var kept = KeptOutcomes(limit: 3)
    for number in 0..<30 {
      let outcomes = (0..<100).map { k in
        SearchRun.Outcome(
          point: SearchPoint(values), evaluation: PointEvaluation(objectives: [k == 7 ? 1 : 2]),
          fate: .scored(scored))
      }
      let generation = SearchRun.Generation(
        number: number, first: 100 * number, outcomes: outcomes, hypervolume: nil, best: nil)
      kept.take(
        generation,
        GenerationRecord(generation: number, firstTrial: 100 * number, trials: 100, evaluationsBefore: 0))
    }
    #expect(kept.held == 3 && kept.finish().map(\.trial) == [7, 107, 207])
    #expect(kept.generations.count == 30)
  }

  /// Stopped, the best so far are stored whole, or none that isn't.
  @Test func whatIsStoppedHasTheBestSoFar() throws {
    var (study, space) = try Self.study(
      "method: random, population: 20, budget: {evaluations: 120}, objective: net_dollars")
    study.keep = 5
    for isLate in [false, true] {
      let scratch = try ScratchFolder()
      let store = try StudyFolder(scratch.path("s")).create(study, space: space, source: Self.source)
      let asked = Flag()
      let summary = try study.run(
        threads: 2, store: store, isCancelled: { asked.isUp.withLock { $0 } },
        progress: { p in if isLate ? p.kept != nil : p.done >= 60 { asked.isUp.withLock { $0 = true } } })
      #expect(summary.interrupted && summary.evaluations == (isLate ? 120 : 60))
      #expect(try summary.kept == (isLate ? 0 : 5) && store.trialCount() == summary.kept)
      try store.close()
    }
  }

  @Test func trialsAreVerified() throws {
    var (study, space) = try Self.study(
      "method: nsga2, population: 20, budget: {evaluations: 80}, objectives: [calmar, trades], "
        + "constraints: [irr_margin >= -1000]")
    study.verify = 7
    #expect(try run(study, space).summary.verified == 7)
    study.verify = 1_000
    study.keep = 3
    let all = try run(study, space)
    #expect(all.summary.verified == all.summary.evaluations && all.trials.count == 3)
  }

  /// A result that belongs to another point is found, and so is one without sessions.
  @Test func whatIsWrongIsFound() throws {
    let (study, space) = try Self.study("method: random, budget: {evaluations: 4}")
    var evaluator = CandidateEvaluator(
      market: Fixture.market, period: Fixture.period, threads: 1, memoryBytes: 1 << 30)
    func outcome(_ delta: Double, as other: Double, withBook: Bool = true) throws -> SearchRun.Outcome {
      var values = space.tree.parameters.map { _ in 0.0 }
      let place = try #require(space.tree.parameters.firstIndex { $0.path == "condor.short_delta" })
      values[place] = other
      let pair = evaluator.numbers(of: try space.strategy(of: values))
      let scored = try #require(evaluator.evaluate([pair], withBooks: withBook)?.first)
      values[place] = delta
      return SearchRun.Outcome(
        point: SearchPoint(values), evaluation: PointEvaluation(objectives: [0]), fate: .scored(scored))
    }
    func check(_ outcomes: [SearchRun.Outcome]) throws -> Int {
      var verification = SearchVerification(count: 4)
      verification.see(
        SearchRun.Generation(number: 0, first: 10, outcomes: outcomes, hypervolume: nil, best: nil))
      return try verification.check(study, onDemand: [], threads: 1, isCancelled: { false })
    }
    let (good, alien) = (try outcome(0.1, as: 0.1), try outcome(0.1, as: 0.25))
    let bare = try outcome(0.1, as: 0.1, withBook: false)
    #expect(try check([good, good]) == 2)
    let error = #expect(throws: EngineDifference.self) { try check([good, alien]) }
    #expect(error?.trial == 11 && error?.what.hasPrefix("session 2022-") == true)
    #expect(throws: EngineDifference.self) { try check([bare]) }
  }
}
