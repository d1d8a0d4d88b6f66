import Backtesting
import ConfigFormats
import MarketData
import struct Search.SearchSettings
import enum Search.SearchMethod
import struct Search.SearchParameter
import struct Search.SearchPoint
import struct Search.SearchSpace
import Strategies
import Testing

@testable import Studies

/// Searches over strategies: what is asked, told and found.
@Suite struct SearchRunTests {
  /// Deltas, stops, targets and hedges; one corner is no strategy.
  static let subject = SearchSubject(
    space: SearchSpace([
      SearchParameter(name: "delta", domain: .steps(count: 12)),
      SearchParameter(name: "stop", domain: .categories(count: 2)),
      SearchParameter(
        name: "multiple", domain: .real(from: 0.5, to: 3, isLog: false),
        conditions: [.init(parent: 1, positions: [1])]),
      SearchParameter(name: "target", domain: .steps(count: 4)),
      SearchParameter(name: "hedge", domain: .steps(count: 5)),
    ]), isHedge: [false, false, false, false, true],
    texts: [
      (0..<12).map { "\($0)" }, ["none", "multiple"], [], (0..<4).map { "\($0)" }, (0..<5).map { "\($0)" },
    ]
  ) { point throws(ConfigError) in
    let v = point.values
    if v[0] == 11, v[3] == 3 { throw .missing(file: "space", line: 3, path: "condor", key: "short_delta") }
    var s = Strategy(
      name: "any", entry: EntryRule(minute: 900, expirations: .everySession),
      condor: CondorRule(
        strikes: StrikeRule(
          target: .delta(put: 0.05 + 0.02 * v[0], call: 0.05 + 0.02 * v[0], notAbove: false))))
    if v[1] == 1 { s.exit.stop = .lossMultiple(thousandths: Int32((v[2] * 1000).rounded())) }
    s.exit.targetThousandths = v[3] == 0 ? nil : Int32(250 * v[3])
    if v[4] > 0 {
      s.hedge = [
        HedgeLayer(name: "a", trigger: .always, size: HedgeSize(base: .grossRisk, amount: 0.2 * v[4]))
      ]
    }
    return s
  }

  static func run(
    _ method: SearchMethod, goals: [SearchObjective], limits: [MetricConstraint] = [], evaluations: Int = 300,
    threads: Int = 2,
    seed: UInt64 = 5, known: [[PointEvaluation]] = [], stagnation: Int? = nil, memory: Int = 1 << 28
  ) throws -> (generations: [SearchRun.Generation], end: SearchEnd, progress: SearchProgress) {
    let axis = PeriodAxis(Fixture.market.history, period: Fixture.period)
    var settings = SearchSettings()
    settings.nsga2.population = 40
    let run = SearchRun(
      subject: subject, scale: GoalScale(goals: goals, limits: limits, axis: axis),
      budget: SearchBudget(evaluations: evaluations, stagnation: stagnation),
      algorithm: try method.make(
        space: subject.space, objectives: goals.count, seed: seed, settings: settings))
    var evaluator = CandidateEvaluator(
      market: Fixture.market, period: Fixture.period, threads: threads, memoryBytes: memory)
    var made: [SearchRun.Generation] = []
    let found = try run.run(evaluator: &evaluator, known: known) { made.append($0) }
    return (made, found.end, found.progress)
  }

  static let two = [SearchObjective(metric: .mean), SearchObjective(metric: .sd)]

  @Test(arguments: [SearchMethod.random, .sobol, .nsga2])
  func sameAtAnyThreadsAndMemory(method: SearchMethod) throws {
    let limits = [MetricConstraint(metric: .trades, relation: .greaterOrEqual, bound: 5)]
    let a = try Self.run(method, goals: Self.two, limits: limits, threads: 1)
    let b = try Self.run(method, goals: Self.two, limits: limits, threads: 3, memory: 10_000)
    #expect(a.generations.map { $0.outcomes.map(\.point) } == b.generations.map { $0.outcomes.map(\.point) })
    #expect(
      a.generations.map { $0.outcomes.map(\.evaluation) }
        == b.generations.map { $0.outcomes.map(\.evaluation) })
    #expect(a.progress.hypervolume == b.progress.hypervolume && a.progress.hypervolume ?? 0 > 0)
    #expect(a.progress.evaluations == 300 && a.end == .evaluations)
    let other = try Self.run(method, goals: Self.two, limits: limits, seed: 6)
    #expect(
      a.generations.map { $0.outcomes.map(\.point) } != other.generations.map { $0.outcomes.map(\.point) })
  }

  /// What is known is told and not run; the rest is the same as without an interruption.
  @Test func goesOnWhereItStopped() throws {
    let whole = try Self.run(.nsga2, goals: Self.two)
    let told = whole.generations.map { $0.outcomes.map(\.evaluation) }
    for count in [1, 3, told.count] {
      let rest = try Self.run(.nsga2, goals: Self.two, known: Array(told.prefix(count)))
      #expect(rest.generations.map(\.number) == Array(count..<told.count))
      #expect(
        rest.generations.map { $0.outcomes.map(\.evaluation) } == Array(told.dropFirst(count)))
      #expect(rest.progress.hypervolume == whole.progress.hypervolume)
      #expect(rest.progress.front.map(\.trial) == whole.progress.front.map(\.trial))
    }
  }

  /// The front is what a plain comparison of all trials leaves, and the figures are those of a backtest.
  @Test func frontAndFiguresAreRight() throws {
    let (generations, _, progress) = try Self.run(
      .nsga2, goals: Self.two,
      limits: [MetricConstraint(metric: .maxDrawdown, relation: .lessOrEqual, bound: 4_000)])
    let all = generations.flatMap(\.outcomes)
    let front = all.indices.filter { i in
      all[i].evaluation.isFeasible
        && !all.indices.contains { j in
          let (a, b) = (all[j].evaluation.objectives, all[i].evaluation.objectives)
          return all[j].evaluation.isFeasible
            && ((a[0] <= b[0] && a[1] <= b[1] && a != b) || (j < i && a == b))
        }
    }
    #expect(progress.front.map(\.trial) == front && front.count > 2)
    #expect(progress.feasible == all.count { $0.evaluation.isFeasible } && progress.feasible < all.count)
    for member in progress.front.prefix(4) {
      let strategy = try Self.subject.strategy(member.point)
      let context = Fixture.market.context(for: [strategy])
      let f = backtested(Backtester(context).run(strategy, period: Fixture.period))
      #expect(member.evaluation.objectives == [-f.meanDollars, f.sdDollars])
      #expect(f.maxDrawdownDollars <= 4_000)
    }
  }

  private func backtested(_ result: BacktestResult) -> Figures {
    Evaluation(result, axis: PeriodAxis(Fixture.market.history, period: Fixture.period)).figures
  }

  /// A point that is no strategy is a trial with a reason, and nothing that fails wins.
  /// Points that round to one configuration are one trial, by every method.
  @Test(arguments: ["random", "sobol", "nsga2", "cmaes"])
  func noConfigurationIsTriedTwice(method: String) throws {
    let text = """
      version: 1
      search: {method: \(method), population: 10, budget: {evaluations: 60}, objective: net_dollars}
      condor: {short_delta: {from: 0.05, to: 0.14, decimals: 2}}
      exit: {profit_target: {from: 0.2, to: 0.7, decimals: 1}}
      """
    let space = try SweepSpace(Fixture.document(text))
    let study = try SearchStudy(space, market: Fixture.market, period: Fixture.period)
    let scratch = try ScratchFolder()
    let folder = StudyFolder(scratch.path("s"))
    let store = try folder.create(study, space: space, source: StudySource(history: nil, marks: nil, seed: 5))
    let summary = try study.run(threads: 2, store: store)
    let points = try store.points(of: 0..<100).map(\.point)
    try store.close()
    let configurations = try points.map { StrategyWriter.node(try space.strategy(of: $0)).brief }
    #expect(points.count == summary.evaluations && points.count > 50)
    #expect(Set(configurations).count == points.count)
    for point in points {
      #expect(point[0] == (point[0] * 100).rounded() / 100 && point[1] == (point[1] * 10).rounded() / 10)
    }
  }

  @Test func failuresAreTrials() throws {
    let (generations, end, progress) = try Self.run(
      .random, goals: [SearchObjective(metric: .maxDrawdown)], evaluations: 1_000)
    let all = generations.flatMap(\.outcomes)
    let failed = all.filter { $0.fate.reason != nil }
    #expect(!failed.isEmpty && failed.allSatisfy { $0.point.values[0] == 11 && $0.point.values[3] == 3 })
    #expect(failed.allSatisfy { $0.evaluation.isFailed && $0.fate.scored == nil })
    #expect(progress.failed >= failed.count && end == .evaluations)
    let best = try #require(progress.front.first)
    #expect(
      best.evaluation.objectives[0]
        == all.filter { $0.evaluation.isFeasible }.map { $0.evaluation.objectives[0] }.min())
  }

  @Test func endsWhenNothingGetsBetter() throws {
    let (generations, end, progress) = try Self.run(
      .nsga2, goals: [SearchObjective(metric: .sharpe)], evaluations: 100_000, stagnation: 3)
    #expect(end == .stagnation && progress.idleGenerations == 3)
    let best = generations.map { $0.best ?? .infinity }
    #expect(best == best.sorted(by: >))
    #expect(best.suffix(4).max() == best.suffix(4).min())
  }

  /// Worst year, median fold and worst VIX bucket, worked out from the backtest's own sessions.
  @Test func goalsOverParts() throws {
    let point = SearchPoint([5, 1, 1, 1, 2])
    let strategy = try Self.subject.strategy(point)
    let (market, period) = (Fixture.market, Fixture.period)
    let result = Backtester(market.context(for: [strategy])).run(strategy, period: period)
    let net = result.netBySession.map { Double($0) / 100 }
    let axis = PeriodAxis(market.history, period: period)
    let goals = [
      SearchObjective(metric: .net, aggregate: .init(word: .worst, segment: .year)),
      SearchObjective(metric: .net, aggregate: .init(word: .median, segment: .fold, folds: 4)),
      SearchObjective(metric: .mean, aggregate: .init(word: .mean, segment: .fold, folds: 3)),
      SearchObjective(metric: .worst, aggregate: .init(word: .worst, segment: .vix)),
    ]
    let scale = GoalScale(goals: goals, limits: [], axis: axis)
    var evaluator = CandidateEvaluator(market: market, period: period, threads: 1, memoryBytes: 1 << 26)
    let pair = evaluator.numbers(of: strategy)
    let made = evaluator.evaluate([pair], withBooks: true)
    let values = scale.values(try #require(made)[0])
    var years: [String: Double] = [:]
    for (year, x) in zip(axis.years, net) { years[year, default: 0] += x }
    #expect(abs((values[0] ?? .nan) - (years.values.min() ?? .nan)) < 1e-9)
    func folds(_ count: Int) -> [[Double]] {
      (0..<count).map { Array(net[$0 * net.count / count..<($0 + 1) * net.count / count]) }
    }
    let nets = folds(4).map { $0.reduce(0, +) }.sorted()
    #expect(abs((values[1] ?? .nan) - (nets[1] + nets[2]) / 2) < 1e-9)
    let means = folds(3).map { $0.reduce(0, +) / Double($0.count) }
    #expect(abs((values[2] ?? .nan) - means.reduce(0, +) / 3) < 1e-9)
    #expect(values[3] == net.min(), "the worst session lies in some bucket")
  }

  @Test func limitsTellHowFarTheyAreBroken() {
    #expect(MetricConstraint(metric: .trades, relation: .greaterOrEqual, bound: 150).violation(of: 150) == 0)
    #expect(MetricConstraint(metric: .trades, relation: .greaterOrEqual, bound: 150).violation(of: 75) == 0.5)
    #expect(
      MetricConstraint(metric: .cvar99, relation: .greaterOrEqual, bound: -450).violation(of: -900) == 1)
    #expect(MetricConstraint(metric: .cvar99, relation: .greaterOrEqual, bound: -450).violation(of: -400) < 0)
    #expect(MetricConstraint(metric: .sharpe, relation: .greater, bound: 0).violation(of: 0) > 0)
    #expect(MetricConstraint(metric: .sharpe, relation: .greater, bound: 0).violation(of: 0.25) == -0.25)
    #expect(MetricConstraint(metric: .sharpe, relation: .less, bound: 0.5).violation(of: 0.5) > 0)
    #expect(MetricConstraint(metric: .whipsaws, relation: .equal, bound: 3).violation(of: 3) == 0)
    #expect(
      MetricConstraint(metric: .sharpe, relation: .greaterOrEqual, bound: 1).violation(of: nil) == .infinity)
    #expect(
      MetricConstraint(metric: .sharpe, relation: .greaterOrEqual, bound: 1).violation(of: .nan) == .infinity)
  }
}
