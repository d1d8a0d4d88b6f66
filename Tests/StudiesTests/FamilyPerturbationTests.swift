import Backtesting
import MarketData
import Strategies
import Testing

@testable import Studies

/// What a study of families also tries, and what it says of the sessions that its searches saw.
@Suite struct FamilyPerturbationTests {
  static let calls =
    "version: 1\nname: alvh\n" + FamilyStudyTests.search
    + "hedge: {layers: [{name: a, trigger: always, size: {gross_risk: [0.5, 1]}}, {name: c, horizon: standing, "
    + "instrument: {vix_call: {days: 60, roll: {held_days: 20}, pricing: {volatility_scale: 1.1}}}, "
    + "size: {contracts: 1}}]}\n"

  @Test func callsAreTriedAtOtherVolatilitiesWhereThereAreAny() throws {
    func names(_ alvh: String) throws -> [String] {
      try FamilyStudy(
        FamilyStudyTests.families([FamilyStudyTests.hold, FamilyStudyTests.stops, alvh]),
        market: Fixture.market, period: Fixture.period
      ).perturbations.map(\.name).filter { $0.contains("call") }
    }
    #expect(try names(FamilyStudyTests.alvh).isEmpty)
    #expect(try names(Self.calls) == ["VIX-call volatility × 0.8", "VIX-call volatility × 1.2"])
    let strategy = try Fixture.strategy(
      Self.calls.replacing(FamilyStudyTests.search, with: "condor: {short_delta: 0.2}\n")
        .replacing("[0.5, 1]", with: "1"))
    let changes = Perturbation.standard(market: Fixture.market, strategy: strategy, holdsCalls: true)
      .filter { $0.name.contains("call") }
    for (change, scale) in zip(changes, [0.8, 1.2]) {
      let made = change.strategy(strategy)
      guard case .vixCall(let rule) = made.hedge[1].instrument else { preconditionFailure("no calls") }
      #expect(rule.pricing.volatilityScale == 1.1 * scale && rule.pricing.skew == 0.3 && change.isOfHedges)
      #expect(made.hedge[0] == strategy.hedge[0] && made.condor == strategy.condor)
    }
  }

  /// As if the searches had been given that seed: what they choose differs, and nothing else.
  @Test func searchesAreTriedWithOtherSeeds() throws {
    let wide = FamilyStudyTests.alvh.replacing("[0.3, 0.6, 0.9]", with: "{from: 0.1, to: 1.0}")
      .replacing("[0.5, 1]", with: "{from: 0.2, to: 2.0}")
    func study() throws -> FamilyStudy {
      var study = try FamilyStudy(
        FamilyStudyTests.families([FamilyStudyTests.hold, FamilyStudyTests.stops, wide]),
        market: Fixture.market, period: Fixture.period)
      study.evaluations = 5
      study.resamples = 100
      return study
    }
    var tried = try study()
    tried.perturbations = tried.perturbations.filter { $0.name.hasPrefix("search seed") }
    let report = try #require(try tried.run(threads: 2))
    #expect(report.sensitivity.map(\.name) == ["search seed + 1", "search seed + 2"])
    for (k, row) in report.sensitivity.enumerated() {
      var other = try study()
      other.perturbations = []
      other.seed = 2 + UInt64(k)
      let families = try #require(try other.run(threads: 2)).families
      for family in families {
        #expect(row.meanDollars[family.family.rawValue] == family.outOfSample.meanDollars)
      }
      #expect(row.meanDollars["alvh"] != report.families[2].outOfSample.meanDollars)
    }
  }

  /// VX is missing on two entries of the first half and one of the second: the hedge can't decide them, the others choose by
  /// them and are not judged on them.
  @Test func whatOneFamilyCantDecideIsToldOfTheOthers() throws {
    var history = Fixture.market.history
    for i in [10, 20, 40] { history.futures[i] = [] }
    var study = try FamilyStudy(
      FamilyStudyTests.families(), market: Market(history: history, parameters: .builtIn),
      period: Fixture.period)
    study.perturbations = []
    study.resamples = 100
    let report = try #require(try study.run(threads: 2))
    let plain = try FamilyStudyTests.report()
    let extra = report.leftOut.byFamily["alvh", default: 0] - plain.leftOut.byFamily["alvh", default: 0]
    #expect(extra >= 3)
    for row in report.families {
      let alone = row.choices.map(\.searchedAlone)
      if row.family == .alvh {
        #expect(alone == [0, 0])
      } else {
        #expect(
          alone[0] > alone[1] && alone[1] > 0 && alone[0] + alone[1] <= report.leftOut.sessions, "\(alone)")
      }
    }
    #expect(plain.families.allSatisfy { $0.choices.allSatisfy { $0.searchedAlone == 0 } })
  }
}
