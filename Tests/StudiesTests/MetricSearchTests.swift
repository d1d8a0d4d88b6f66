import Backtesting
import ConfigFormats
import RunStore
import Testing

@testable import Studies

/// Figures on demand as goals, limits, columns and picks: always those of the reference engine.
@Suite struct MetricSearchTests {
  static func space(_ search: String) throws -> SweepSpace {
    try SweepSpace(Fixture.document(Fixture.space + "\nsearch: \(search)\n", "space.yaml"))
  }
  private static func reference(_ space: SweepSpace, _ trials: [Int]) throws -> [Evaluation] {
    let grid = try SweepSpace(Fixture.document(Fixture.space, "space.yaml"))
    let strategies = try trials.map { try grid.strategy(at: $0) }
    return try #require(
      Evaluator.run(
        strategies, context: Fixture.market.context(for: strategies), period: Fixture.period, threads: 1,
        engine: .reference))
  }
  private static let source = StudySource(history: nil, marks: nil, seed: 5)

  /// A grid by figures on demand goes through point by point, in the grid's order, and stores them.
  @Test func goalsAndLimitsAreStoredSortedAndExported() throws {
    let space = try Self.space(
      "{objectives: [calmar, {minimise: turnover}, profit_factor worst fold], folds: 2, "
        + "constraints: [irr_margin >= -1000, ulcer <= 100, trades >= 1]}")
    #expect(!space.isPlainGrid)
    let study = try SearchStudy(space, market: Fixture.market, period: Fixture.period)
    let scratch = try ScratchFolder()
    let folder = StudyFolder(scratch.path("s"))
    let store = try folder.create(study, space: space, source: Self.source)
    let summary = try study.run(threads: 2, store: store)
    try store.close()
    #expect(summary.evaluations == 12 && summary.objectives.first == "calmar")

    let (reader, objective) = try folder.reader()
    #expect(objective == .calmar)
    let own: [Metric] = [.profitFactor, .calmar, .ulcer, .irrMargin, .turnover]
    #expect(reader.metricNames().prefix(27) == (Metric.streamed + own).map(\.rawValue)[...])
    let trials = try reader.trials()
    let expected = try Self.reference(space, trials.map(\.index))
    for (trial, e) in zip(trials, expected) {
      for metric in Metric.streamed + own {
        #expect(trial.metric(metric.rawValue) == e.value(metric), "\(metric) of \(trial.index)")
      }
      #expect(trial.metric("objective_1") == e.value(.calmar).map { -$0 })
      #expect(trial.metric("objective_2") == e.value(.turnover))
      let n = e.netBySession.count
      let halves = [0..<n / 2, n / 2..<n].map { part -> Double in
        let net = e.netBySession[part]
        return Double(net.reduce(0) { $0 + max($1, 0) }) / Double(net.reduce(0) { $0 + max(-$1, 0) })
      }
      #expect(trial.metric("objective_3") == halves.min().map { -$0 }, "\(trial.index)")
    }
    let calmars = expected.compactMap { $0.value(.calmar) }
    let sorted = try reader.trials(
      where: reader.filter("turnover_annual > 0 and calmar > \(calmars.min() ?? 0)"), orderBy: "calmar",
      descending: true)
    #expect(
      sorted.compactMap { $0.metric("calmar") } == calmars.sorted(by: >).filter { $0 > calmars.min() ?? 0 })
    #expect(sorted.count > 5 && sorted.first?.metric("calmar") == calmars.max())
    #expect(throws: StudyError.notKept(path: folder.path, metric: "skewness")) {
      try folder.checkKeeps("skewness", reader)
    }
    try folder.checkKeeps("calmar", reader)
    try reader.close()
    #expect(throws: StudyError.notKept(path: folder.path, metric: "capm_r2")) {
      try StudyExploration(folder, metric: "capm_r2")
    }
    #expect(try StudyExploration(folder, metric: "ulcer_percent").bestValue > 0)

    // the best carries what the study kept of it, and a backtest gives the same
    let document = try folder.export(pick: "best")
    let exported = try #require(try ExportedStudy(document))
    let carried = document.root["exported"]?["figures"]?["calmar"]
    #expect(carried?.value == calmars.max().map(StrategyWriter.decimal)?.value)
    let strategy = try StrategyReader.strategy(document)
    let result = Backtester(Fixture.market.context(for: [strategy])).run(strategy, period: Fixture.period)
    let e = Evaluation(result, axis: PeriodAxis(Fixture.market.history, period: Fixture.period))
    let check = exported.check(e, market: Fixture.market, period: Fixture.period)
    #expect("\(check)" == "reproduced, every one of them")
  }

  /// The same at any number of threads, and of every method.
  @Test(arguments: ["random", "sobol", "nsga2", "cmaes"])
  func everyMethodSearchesByThem(method: String) throws {
    var reals = Fixture.space.replacing("[0.10, 0.20]", with: "{from: 0.05, to: 0.3}")
    // a choice has no order, which CMA-ES needs
    if method == "cmaes" {
      reals = reals.replacing("[none, {loss_multiple: 1.0}, {cost_points: 1.5}]", with: "none")
    }
    let text = reals + "\nsearch: {method: \(method), population: 12, budget: {evaluations: 48}, "
    let goals = method == "cmaes" ? "objective: irr_margin" : "objectives: [irr_account, skewness worst vix]"
    let space = try SweepSpace(
      Fixture.document(text + goals + ", constraints: [capm_r2 <= 0.9, untraded_sessions < 50]}\n"))
    let study = try SearchStudy(space, market: Fixture.market, period: Fixture.period)
    let one = try study.run(threads: 1, store: nil)
    let two = try study.run(threads: 3, store: nil)
    #expect(one.front.map(\.trial) == two.front.map(\.trial) && !one.front.isEmpty)
    #expect(one.front.map(\.objectives) == two.front.map(\.objectives) && one.feasible > 0)
    for pick in one.front.prefix(3) {
      let metric: Metric = method == "cmaes" ? .irrMargin : .irrAccount
      let store = try space.strategy(
        of: space.tree.parameters.map { p -> Double in
          let text = pick.assignments[p.path] ?? ""
          return p.count == nil
            ? Double(text) ?? .nan : Double(p.choices.firstIndex { $0.brief == text } ?? 0)
        })
      let result = Backtester(Fixture.market.context(for: [store])).run(store, period: Fixture.period)
      let e = Evaluation(result, axis: PeriodAxis(Fixture.market.history, period: Fixture.period))
      #expect(pick.objectives[0] == e.value(metric))
    }
  }

  /// What a sweep keeps has every figure.
  @Test(arguments: [true, false]) func keptTrialsHaveThemAll(isProduct: Bool) throws {
    var sweep = try Fixture.sweep(
      isProduct
        ? Fixture.space
        : Fixture.space.replacing("  layers:", with: "  unwind_with_condor: [true]\n  layers:"))
    sweep.keep = 5
    let scratch = try ScratchFolder()
    let folder = StudyFolder(scratch.path("s"))
    let store = try folder.create(sweep, source: Self.source)
    let summary = try sweep.run(threads: 2, store: store)
    try store.close()
    #expect(summary.kept == 5 && (summary.generalPath == 0) == isProduct)
    let (reader, _) = try folder.reader()
    #expect(
      reader.metricNames() == Metric.allCases.sorted { $0.isStreamed && !$1.isStreamed }.map(\.rawValue))
    let trials = try reader.trials()
    try reader.close()
    let strategies = try trials.map { try sweep.space.strategy(at: $0.index) }
    let expected = try #require(
      Evaluator.run(
        strategies, context: Fixture.market.context(for: strategies), period: Fixture.period, threads: 1,
        engine: .reference))
    #expect(trials.count == 5)
    for (trial, e) in zip(trials, expected) {
      for metric in Metric.allCases {
        #expect(trial.metric(metric.rawValue) == e.value(metric), "\(metric) of \(trial.index)")
      }
    }
  }

  /// A study that doesn't keep them says what would.
  @Test func planAndRefusals() throws {
    let space = try Self.space("{objective: calmar}")
    let study = try SearchStudy(space, market: Fixture.market, period: Fixture.period)
    let plan = try SearchPlan(study, space: space, threads: 1)
    #expect(plan.onDemand == ["calmar"] && plan.onDemandMicroseconds > 0 && plan.method == "grid")
    let parts = try Self.space("{objective: sharpe worst year}")
    let ofParts = try SearchPlan(
      SearchStudy(parts, market: Fixture.market, period: Fixture.period), space: parts, threads: 1)
    #expect(ofParts.onDemand.isEmpty && ofParts.onDemandMicroseconds > 0)
    let streamed = try Self.space("{objective: sharpe, constraints: [trades > 3]}")
    let free = try SearchPlan(
      SearchStudy(streamed, market: Fixture.market, period: Fixture.period), space: streamed, threads: 1)
    #expect(free.onDemand.isEmpty && free.onDemandMicroseconds == 0)
    let refused = #expect(throws: ConfigError.self) {
      try Sweep(space: space, market: Fixture.market, period: Fixture.period)
    }
    #expect(
      refused.map { "\($0)" }?.contains("search.objective is calmar; allowed: ") ?? false, "\(refused as Any)"
    )
    #expect(StudyError.notKept(path: "s", metric: "calmar").description.contains("search.objectives"))
  }
}
