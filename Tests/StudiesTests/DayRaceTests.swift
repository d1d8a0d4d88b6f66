import Backtesting
import ConfigFormats
import RunStore
import Statistics
import Strategies
import Testing

@testable import Studies

/// Racing: what is given up, what isn't, and what is told of it.
@Suite struct DayRaceTests {
  private static let rules = SearchSection.Racing(risk: 0.2, looks: 6, audit: 8)

  /// Deltas and hedges that are unwound with their condor: large hedges cost much.
  private static func space(_ search: String) throws -> SweepSpace {
    try SweepSpace(
      Fixture.document(
        """
        version: 1
        search: \(search)
        account_dollars: 1000000
        condor: {width_points: 5, short_delta: {from: 0.06, to: 0.2, step: 0.02}}
        exit: {stop: [none, {loss_multiple: 1.0}], profit_target: [none, 0.5]}
        hedge:
          unwind_with_condor: true
          layers:
            - name: first
              trigger: always
              size: {gross_risk: [0.1, 1, 4, 20, 60, 100]}
        """, "space.yaml"))
  }
  private static func study(_ search: String, racing: SearchSection.Racing? = rules) throws -> SearchStudy {
    var study = try SearchStudy(space(search), market: Fixture.market, period: Fixture.period)
    study.racing = racing
    return study
  }
  private static let axis = PeriodAxis(Fixture.market.history, period: Fixture.period)

  @Test func partsAreTheSessionsOnce() {
    let race = DayRace(Self.rules, sessions: 60, seed: 3)
    #expect(race.parts.count == 6 && race.parts.allSatisfy { $0.count == 10 })
    #expect(race.parts.flatMap { $0 }.sorted() == Array(0..<60))
    #expect(race.parts.flatMap { $0 } != Array(0..<60))
    #expect(race.parts == DayRace(Self.rules, sessions: 60, seed: 3).parts)
    #expect(race.parts != DayRace(Self.rules, sessions: 60, seed: 4).parts)
    #expect(race.tail == 0.2 / 5)
    let short = DayRace(Self.rules, sessions: 2, seed: 1)
    #expect(short.parts.count == 2 && short.tail == 0.2)
  }

  /// What was given up is what the rule says, worked out from whole backtests of the reference engine; the rest are those
  /// backtests.
  @Test(arguments: [1, 3])
  func dropsByTheRuleAlone(threads: Int) throws {
    let space = try Self.space("{}")
    let strategies = try (0..<space.count).map { try space.strategy(at: $0) }
    let context = Fixture.market.context(for: strategies)
    let whole = try #require(
      Evaluator.run(strategies, context: context, period: Fixture.period, threads: 2, engine: .reference))
    let best = try #require(whole.indices.max { whole[$0].figures.netDollars < whole[$1].figures.netDollars })
    let race = DayRace(Self.rules, sessions: Fixture.period.count, seed: 9)
    let made = try #require(
      race.run(
        strategies, against: whole[best].netBySession, context: context, period: Fixture.period,
        axis: Self.axis, threads: threads))
    var dropped = 0
    for (k, finish) in made.enumerated() {
      let differences = zip(whole[k].netBySession, whole[best].netBySession).map { $0 - $1 }
      var expected: DayRace.Drop?
      var seen: [Int64] = []
      for part in race.parts.dropLast() where expected == nil {
        // an entry's result is that of the session after it
        seen += part.filter { $0 + 1 < differences.count }.map { differences[$0 + 1] }
        let sum = seen.reduce(0, +)
        if sum < 0, SignedRankTest(seen).lowerTail < 0.2 / 5 {
          expected = DayRace.Drop(
            sessions: seen.count, deficit: -Double(sum) / Double(seen.count) / 100)
        }
      }
      switch finish {
      case .dropped(let drop):
        dropped += 1
        #expect(drop == expected)
      case .whole(let evaluation):
        #expect(expected == nil)
        #expect(evaluation.records == whole[k].records && evaluation.netBySession == whole[k].netBySession)
      }
    }
    #expect(dropped > 20 && dropped < strategies.count - 20, "\(dropped) of \(strategies.count)")
    if case .dropped = made[best] { Issue.record("the best lost to itself") }
    #expect(
      race.run(
        strategies, against: whole[best].netBySession, context: context, period: Fixture.period,
        axis: Self.axis, threads: threads, isCancelled: { true }) == nil)
  }

  private static let search =
    "{method: nsga2, population: 24, objective: net_dollars, budget: {evaluations: 160}, constraints: [trades >= 5]}"

  /// The store holds what was given up as such, without figures; a run that was cut off goes on to the same bytes.
  @Test func storesAndResumes() throws {
    let scratch = try ScratchFolder()
    func run(_ name: String, stopAfter: Int? = nil) throws -> (SearchSummary, String) {
      let study = try Self.study(Self.search)
      let folder = StudyFolder(scratch.path(name + "/s"))
      let source = StudySource(history: nil, marks: nil, seed: 5)
      let store = try folder.create(study, space: Self.space(Self.search), source: source)
      if let stopAfter {
        let flag = Flag()
        let cut = try study.run(threads: 2, store: store, isCancelled: { flag.isUp.withLock { $0 } }) {
          progress in
          if progress.done >= 24 * stopAfter { flag.isUp.withLock { $0 = true } }
        }
        #expect(try cut.interrupted && store.trialCount() == 24 * stopAfter && cut.racing?.audited == 0)
      }
      let summary = try study.run(threads: stopAfter == nil ? 1 : 3, store: store)
      try store.finish()
      return (summary, try RunStore.canonicalDump(path: scratch.path(name + "/s/study.sqlite")))
    }
    let (a, bytes) = try run("a")
    let (b, resumed) = try run("b", stopAfter: 3)
    #expect(bytes == resumed && b.resumed == 72)
    let racing = try #require(a.racing)
    #expect(b.racing == racing && racing.dropped > 10 && racing.audited == 8)
    #expect(a.feasible + a.failed + racing.dropped <= a.evaluations)

    let store = try RunStore.open(path: scratch.path("a/s/study.sqlite"))
    let all = try store.trials()
    let gone = all.filter { $0.status == "dropped" }
    #expect(gone.count == racing.dropped && all.count == 160)
    for trial in gone {
      #expect(
        trial.netCents == nil && trial.metric("net_dollars") == nil && trial.metric("objective_1") == nil)
      #expect(trial.metric("feasible") == 0 && trial.metric("constraint_1") == nil)
      #expect((trial.metric("dropped_behind_dollars") ?? 0) > 0 && trial.dailyCents == nil)
      #expect(trial.reason?.hasPrefix("dropped: $") == true)
    }
    #expect(all.filter { $0.status == "done" }.allSatisfy { $0.metric("dropped_after_sessions") == 0 })
    let told = try store.trials(
      where: store.filter("status = dropped"), orderBy: "net_dollars", descending: false)
    #expect(told.map(\.index) == gone.map(\.index))
    let best = try #require(a.front.first)
    let top = try store.trials(orderBy: "net_dollars", descending: true, limit: 1)
    #expect(top[0].metric("net_dollars") == best.objectives[0])
    try store.close()
  }

  /// The audit's count is right: every given-up trial worked out by the reference engine.
  @Test func auditIsRight() throws {
    var rules = Self.rules
    rules.risk = 0.5
    rules.audit = 1_000
    var study = try Self.study(Self.search, racing: rules)
    let scale = GoalScale(goals: study.goals, limits: study.limits, axis: Self.axis)
    let run = SearchRun(
      subject: study.subject, scale: scale, budget: study.budget,
      algorithm: try study.method.make(
        space: study.subject.space, objectives: 1, seed: study.seed, settings: study.settings),
      race: DayRace(rules, sessions: Fixture.period.count, seed: study.seed))
    var evaluator = CandidateEvaluator(
      market: Fixture.market, period: Fixture.period, threads: 2, memoryBytes: 1 << 28)
    var best = -Double.infinity
    var wrong = 0
    var dropped = 0
    let found = try run.run(evaluator: &evaluator) { generation in
      for outcome in generation.outcomes where outcome.fate.drop != nil {
        let strategy = try study.subject.strategy(outcome.point)
        let context = Fixture.market.context(for: [strategy])
        let whole = Evaluation(Backtester(context).run(strategy, period: Fixture.period), axis: Self.axis)
        dropped += 1
        if whole.figures.trades >= 5, whole.figures.netDollars > best { wrong += 1 }
      }
      best = max(best, -(generation.best ?? .infinity))
    }
    let report = run.audit(
      found, rules, seed: 1, &evaluator, sessions: Fixture.period.count, isCancelled: { false })
    #expect(report.dropped == dropped && report.audited == dropped && report.wrong == wrong && dropped > 10)
    #expect(report.wrongShareBound == Double(wrong) / Double(dropped))
    rules.audit = 5
    let some = run.audit(
      found, rules, seed: 1, &evaluator, sessions: Fixture.period.count, isCancelled: { false })
    #expect(some.audited == 5 && (some.wrongShareBound ?? 0) > 0.4)
    study.racing = nil
    #expect(try study.run(threads: 2, store: nil).racing == nil)
  }

  /// Where every configuration is a product's, or sessions hang on one another, nothing is given up.
  @Test func onlyWhereItMay() throws {
    let unwinding = try Self.space("{}")
    var evaluator = CandidateEvaluator(
      market: Fixture.market, period: Fixture.period, threads: 1, memoryBytes: 1 << 28)
    let race = DayRace(Self.rules, sessions: Fixture.period.count, seed: 1)
    let unbeatable = Array(repeating: Int64(1_000_000), count: Fixture.period.count)
    func fates(_ change: (inout Strategy) -> Void) throws -> Int? {
      var strategy = try unwinding.strategy(at: 0)
      change(&strategy)
      return evaluator.race(
        [evaluator.numbers(of: strategy)], race, against: unbeatable, onDemand: [], withBooks: false,
        isCancelled: { false })?.count
    }
    #expect(try fates { _ in } == 1)
    #expect(try fates { $0.ties.unwinds = false } == 0)
    #expect(try fates { $0.sizing = .equityFraction(thousandths: 100, atMost: 10) } == 0)
    // two condors of 500 $, each with a tenth of it in VX, all of which is margin until a hundred moves are known
    #expect(try fates { $0.accountCents = 109_000 } == 0)
    #expect(try fates { $0.accountCents = 111_000 } == 1)
    #expect(try fates { ($0.accountCents, $0.hedge[0].size.amount) = (999_999, 9) } == 0)
    #expect(try fates { ($0.accountCents, $0.hedge[0].size.amount) = (1_001_000, 9) } == 1)
  }
}
