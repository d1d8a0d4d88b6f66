import ConfigFormats
import Search
import Testing

@testable import Studies

@Suite struct SearchReaderTests {
  private func space(_ search: String, _ rest: String = "condor: {short_delta: 0.1}") throws(ConfigError)
    -> SweepSpace
  {
    try SweepSpace(
      ConfigDocument.parse("version: 1\nsearch: \(search)\n\(rest)\n", format: .yaml, file: "f"))
  }

  private func told(_ search: String) -> String {
    do {
      _ = try space(search)
      return "nothing"
    } catch { return "\(error)" }
  }

  @Test func withoutAnythingItIsAGridBySharpe() throws {
    #expect(try space("{}").section == SearchSection())
    let plain = try SweepSpace(SchemaTests.document("version: 1\ncondor: {short_delta: 0.1}"))
    #expect(plain.section == SearchSection() && plain.objective == .sharpe && plain.count == 1)
  }

  @Test func racingIsRead() throws {
    let plain = try space("{objective: net_dollars, racing: {}}")
    #expect(plain.section.racing == SearchSection.Racing(risk: 0.05, looks: 10, audit: 20))
    #expect(!plain.isPlainGrid)
    let own = try space("{method: cmaes, objective: mean, racing: {risk: 0.01, looks: 5, audit: 0}}")
    #expect(own.section.racing == SearchSection.Racing(risk: 0.01, looks: 5, audit: 0))
    #expect(try space("{objective: net_dollars}").section.racing == nil)
  }

  @Test func everyKeyIsRead() throws {
    let section = try space(
      """
      {method: nsga2, seed: 5, population: 64, folds: 3,
        budget: {evaluations: 1000, seconds: 2.5, stagnation_generations: 9},
        objectives: [sharpe worst year, {minimise: max_drawdown_dollars}, net median fold, {minimise: trades}],
        constraints: [trades >= 150, '-450 <= cvar99']}
      """
    ).section
    var wanted = SearchSection()
    wanted.method = .nsga2
    wanted.seed = 5
    wanted.population = 64
    wanted.budget.evaluations = 1000
    wanted.budget.seconds = 2.5
    wanted.budget.stagnationGenerations = 9
    wanted.objectives = [
      SearchObjective(metric: .sharpe, aggregate: .init(word: .worst, segment: .year)),
      SearchObjective(metric: .maxDrawdown),
      SearchObjective(metric: .net, aggregate: .init(word: .median, segment: .fold, folds: 3)),
      SearchObjective(metric: .trades, isMinimised: true),
    ]
    wanted.constraints = [
      MetricConstraint(metric: .trades, relation: .greaterOrEqual, bound: 150),
      MetricConstraint(metric: .cvar99, relation: .greaterOrEqual, bound: -450),
    ]
    #expect(section == wanted)
    #expect(section.objectives.map(\.isMinimised) == [false, true, false, true])
  }

  @Test(arguments: [
    (
      "{method: grdi}",
      "f:2: search.method is 'grdi'; allowed: grid, random, sobol, nsga2, cmaes (did you mean 'grid'?)"
    ),
    ("{seed: -1}", "f:2: search.seed is -1"),
    ("{population: 1}", "f:2: search.population is 1; allowed: 2 to 100000"),
    (
      "{budget: {evaluations: 100000001}}",
      "search.budget.evaluations is 100000001; allowed: 1 to 100000000 points"
    ),
    (
      "{budget: {evaluation: 1}}",
      "f:2: unknown key 'evaluation' in search.budget; did you mean 'evaluations'?"
    ),
    ("{racing: {risk: 0}}", "search.racing.risk is 0; allowed: 0.0001 to 0.5 probability"),
    ("{racing: {looks: 1}}", "search.racing.looks is 1; allowed: 2 to 100 parts of the period"),
    ("{racing: {audits: 1}}", "unknown key 'audits' in search.racing; did you mean 'audit'?"),
    ("{racing: true}", "search.racing"),
    ("{racing: {}}", "one objective, net_dollars or mean_dollars: others aren't sums over sessions"),
    (
      "{racing: {}, objectives: [net_dollars, sharpe]}", "allowed: one objective, net_dollars or mean_dollars"
    ),
    (
      "{racing: {}, objective: net_dollars worst year}", "allowed: one objective, net_dollars or mean_dollars"
    ),
    ("{folds: 51}", "search.folds is 51; allowed: 2 to 50"),
    ("{objectiv: sharpe}", "f:2: unknown key 'objectiv' in search; did you mean 'objective'"),
    ("{objective: sharp}", "f:2: search.objective is 'sharp'; allowed: net_dollars, "),
    ("{objective: sharpe wrost year}", "is 'wrost'; allowed: worst, median, mean (did you mean 'worst'?)"),
    ("{objective: sharpe worst yaer}", "is 'yaer'; allowed: year, fold, vix (did you mean 'year'?)"),
    ("{objective: sharpe worst}", "a metric with two words such as 'sharpe worst year'"),
    (
      "{objective: win_rate worst year}",
      "allowed: win_rate over the whole period; by year there are net_dollars, "
    ),
    ("{objective: turnover mean fold}", "turnover_annual over the whole period; by fold there are "),
    ("{objective: irr_account worst vix}", "irr_account_annual over the whole period; by vix there are "),
    ("{objective: {minimise: calmar}}", "allowed: {maximise: calmar}: calmar is better when higher"),
    ("{objective: capm_beta}", "is 'capm_beta'; allowed: net_dollars, "),
    ("{objective: 3}", "search.objective takes a metric such as sharpe"),
    ("{objective: sharpe, objectives: [net]}", "either objective or objectives"),
    ("{objectives: []}", "a list of at least one metric"),
    (
      "{objectives: [sharpe, {maximise: sharpe}]}",
      "search.objectives[1] is {\"maximise\": \"sharpe\"}; allowed: each objective once"
    ),
    ("{objective: {minimise: sharpe}}", "allowed: {maximise: sharpe}: sharpe is better when higher"),
    ("{objective: {maximise: max_drawdown_dollars}}", "max_drawdown_dollars is better when lower"),
    ("{objective: {maximize: sharpe}}", "{maximise: METRIC} or {minimise: METRIC}"),
    ("{method: cmaes, objectives: [sharpe, net]}", "one objective for cmaes; nsga2 takes several"),
    (
      "{constraints: [trade >= 3]}",
      "f:2:24: in the constraint 'trade >= 3': 'trade' is no path of this file and no result; did you mean 'trades'?"
    ),
    ("{constraints: [max_drawdown <= 3]}", "may be max_drawdown_dollars or max_drawdown_sessions"),
  ])
  func whatCannotBeIsToldWithTheNearestName(search: String, message: String) {
    let told = told(search)
    #expect(told.contains(message), "\(told)")
  }

  @Test func violationsAreSharesOfTheBound() {
    func violation(_ relation: Relation, _ bound: Double, _ value: Double?) -> Double {
      MetricConstraint(metric: .trades, relation: relation, bound: bound).violation(of: value)
    }
    #expect(violation(.greaterOrEqual, 150, 75) == 0.5 && violation(.greaterOrEqual, 150, 150) == 0)
    #expect(violation(.greaterOrEqual, 150, 300) == -1 && violation(.lessOrEqual, 0.5, 0.75) == 0.25)
    #expect(violation(.less, 3, 3) > 0 && violation(.less, 3, 2.9) < 0 && violation(.greater, 3, 3) > 0)
    #expect(violation(.equal, 4, 2) == 0.5 && violation(.equal, 4, 4) == 0)
    #expect(violation(.unequal, 4, 4) > 0 && violation(.unequal, 4, 3) <= 0)
    #expect(violation(.lessOrEqual, 1, nil) == .infinity && violation(.lessOrEqual, 1, .nan) == .infinity)
    #expect(violation(.greaterOrEqual, -450, -900) == 1)
  }

  @Test func theSearchSpaceIsThatOfTheTree() throws {
    let space = try SweepSpace(SchemaTests.document(SchemaTests.space))
    let search = space.tree.searchSpace
    #expect(search.parameters.map(\.name) == space.tree.parameters.map(\.path))
    #expect(search.parameters[1].domain == .steps(count: 2))
    #expect(search.parameters[3].domain == .real(from: 0.05, to: 0.25, isLog: false))
    #expect(search.parameters[5].domain == .real(from: 0.5, to: 5, isLog: true))
    #expect(search.parameters[5].conditions == [.init(parent: 4, positions: [1])])
    var valid = 0
    for index in 0..<500 {
      let values = space.tree.drawnPoint(index)
      let point = search.canonical(SearchPoint(values))
      #expect(search.activity(point) == space.tree.activity(of: values))
      #expect(space.tree.configuration(of: point.values) == space.tree.configuration(of: values))
      #expect(search.isValid(point) == space.tree.isValid(values))
      if search.isValid(point) {
        valid += 1
        let strategy = try space.strategy(of: point.values)
        #expect(strategy.condor.putWidth <= strategy.condor.callWidth)
      }
    }
    #expect((300..<450).contains(valid))  // three of four pairs of widths
  }

  @Test func onlyFlatGridsAreSwept() throws {
    let delta = "condor: {short_delta: {from: 0.1, to: 0.2}}"
    func told(_ search: String, _ rest: String) -> String {
      do {
        let space = try space(search, rest)
        _ = try space.validate()
        try space.checkIsFlatGrid()
        return "nothing"
      } catch { return "\(error)" }
    }
    #expect(told("{method: random}", delta).hasPrefix("f:2: search.method is random; allowed: grid, which"))
    #expect(told("{}", delta).hasPrefix("f:3: condor.short_delta: a grid needs a step"))
    let tied =
      "condor: {put_width_points: [5, 10], call_width_points: {same_as: condor.put_width_points}, short_delta: 0.1}"
    #expect(told("{}", tied) == "nothing")
    #expect(try space("{}", tied).strategy(at: 1).condor.callWidth == 10)
    let between = "{constraints: [condor.put_width_points < 7]}"
    #expect(
      told(between, tied).hasPrefix("f:1: search.constraints: a whole product needs a flat grid"))
    #expect(told("{constraints: [condor.put_width_points < 5]}", tied).contains("none of the 2 points keeps"))
    #expect(told("{constraints: [trades > 5]}", tied).contains("search.constraints is a bound to trades"))
    #expect(told("{objective: sharpe worst year}", tied).contains("search.objective is sharpe worst year"))
    #expect(told("{objective: {minimise: trades}}", tied).contains("by its own direction"))
    // every value is read, wherever it is active
    #expect(
      told("{method: random}", "condor: {short_delta: {from: 0.1, to: 0.9}}").contains("0.005 to 0.5"))
    let huge = "a: {from: 1, to: 1000, step: 1}"
    #expect(
      told("{}", "condor: {short_delta: 0.1}\nx: [{\(huge), b: {from: 1, to: 100000, step: 1}}]").contains(
        "values"))
  }
}
