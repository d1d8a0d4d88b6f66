import Backtesting
import ConfigFormats
import Foundation
import MarketData
import Strategies
import Testing

@testable import Studies

/// Whole studies over small spaces, against backtests of their own.
@Suite struct FamilyStudyTests {
  static let search =
    "search: {method: random, budget: {evaluations: 30}, objective: net_dollars}\ncondor: {short_delta: 0.2}\n"
  static let hold = "version: 1\nname: hold\n" + search
  static let stops =
    "version: 1\nname: stops\n" + search
    + "exit: {stop: [{loss_multiple: [0.5, 1, 2]}, {cost_points: [1.5, 2.5]}], confirm_minutes: [1, 3]}\n"
  static let alvh =
    "version: 1\nname: alvh\n" + search
    + "hedge: {layers: [{name: a, trigger: {move: {at_least_sd: [0.3, 0.6, 0.9]}}, size: {gross_risk: [0.5, 1]}}]}\n"

  static func families(_ texts: [String] = [hold, stops, alvh]) throws -> FamilySpaces {
    try FamilySpaces(texts.enumerated().map { try Fixture.document($1, "\($0).yaml") })
  }
  /// Of all perturbations two: one of condors and one of hedges.
  static func study() throws -> FamilyStudy {
    var study = try FamilyStudy(families(), market: Fixture.market, period: Fixture.period)
    study.perturbations = study.perturbations.filter {
      ["slippage 0.20 points", "VX seed + 1"].contains($0.name)
    }
    study.resamples = 200
    return study
  }
  static func report(threads: Int = 2) throws -> FamilyStudyReport {
    try #require(try study().run(threads: threads))
  }

  @Test func eachHalfIsJudgedByTheBestOfTheOther() throws {
    let report = try Self.report()
    #expect(report.families.map(\.family) == [.hold, .stop, .alvh])
    #expect(report.families.map(\.choices.first?.evaluations) == [1, 10, 6], "every point of small spaces")
    let halves = [0...29, 30...59]
    for (k, text) in [Self.hold, Self.stops, Self.alvh].enumerated() {
      let space = try SweepSpace(Fixture.document(text))
      var strategies: [Strategy] = []
      for values in space.tree.probes(100) { strategies.append(try space.strategy(of: values)) }
      let context = Fixture.market.context(for: strategies)
      var judged: [Int64] = []
      for half in [1, 0] {
        let best = try #require(
          strategies.map { strategy in
            (strategy, Backtester(context).run(strategy, period: halves[half]).netBySession.reduce(0, +))
          }.max { $0.1 < $1.1 })
        let choice = report.families[k].choices[half]
        #expect(choice.inSample.netDollars == Double(best.1) / 100)
        let other = Backtester(context).run(best.0, period: halves[1 - half]).netBySession
        #expect(choice.outOfSample.netDollars == Double(other.reduce(0, +)) / 100)
        judged += other
      }
      #expect(report.families[k].outOfSample.netDollars == Double(judged.reduce(0, +)) / 100)
      #expect(report.families[k].outOfSample.worstDollars == Double(judged.min() ?? 0) / 100)
    }
    #expect(report.judged + report.leftOut.sessions == 60)
    #expect(report.leftOut.dates.count == report.leftOut.sessions && report.leftOut.sessions < 5)
    #expect(report.trainUntil == Fixture.market.history.sessions[29].date.description)
  }

  @Test func theSameBytesAtAnyNumberOfThreads() throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let made = try [1, 2, 3].map { try encoder.encode(Self.report(threads: $0)) }
    #expect(made[0] == made[1] && made[0] == made[2])
  }

  @Test func nothingComesOfACancelledStudy() throws {
    #expect(try Self.study().run(threads: 2, isCancelled: { true }) == nil)
  }

  /// A session that one family can't decide is judged for none.
  @Test func coverageIsCommon() throws {
    let strategies = try [
      Self.hold,
      Self.stops.replacing(
        "[{loss_multiple: [0.5, 1, 2]}, {cost_points: [1.5, 2.5]}]", with: "{loss_multiple: 1}"
      ).replacing("[1, 3]", with: "1"),
    ]
    .map { try Fixture.strategy($0.replacing(Self.search, with: "condor: {short_delta: 0.2}\n")) }
    let evaluations = try #require(
      Evaluator.run(
        strategies, context: Fixture.market.context(for: strategies), period: Fixture.period, threads: 1))
    let whole = FamilySeries(evaluations[1], first: 0, leftOut: [])
    let part = FamilySeries(evaluations[1], first: 0, leftOut: [4, 17])
    #expect(whole.net == evaluations[1].netBySession)
    var net = whole.net
    net.remove(at: 18)
    net.remove(at: 5)
    #expect(part.net == net && part.saved.count == 58 && part.kept.count == 58)
    #expect(part.entries == [-1, 0, 1, 2, 3] + Array(5..<17) + Array(18..<59))
    // and the figures are those of a backtest
    let (mine, theirs) = (FamilyFigures(whole), evaluations[1].figures)
    #expect(mine.whipsaws == theirs.whipsaws && mine.whipsawDollars == theirs.whipsawDollars)
    #expect(mine.stopsNetDollars == theirs.stopsNetDollars && theirs.stopsNetDollars != 0)
    #expect(mine.thetaCapture == theirs.thetaCapture && mine.cvar95Dollars == theirs.cvar95Dollars)
    #expect(mine.maxDrawdownDollars == theirs.maxDrawdownDollars && mine.sharpe == theirs.sharpe)
  }

  // MARK: A planted market

  /// A market whose VX rises with every move of the index, either way, and never falls: the hedge is a free straddle.
  static func freeStraddle() throws -> Market {
    let start = try #require(SessionDate(iso: "2022-07-01"))
    var history = try SyntheticMarket.history(sessions: 160, seed: 5, start: start)
    var level = 20.0
    for i in history.sessions.indices {
      if i > 0 {
        let move = history.sessions[i].official.close / history.sessions[i - 1].official.close - 1
        level += 400 * abs(move)
      }
      history.futures[i] = history.futures[i].map { FuturesSettle(expiry: $0.expiry, settle: level) }
    }
    return try Market(history: history, parameters: .builtIn)
  }

  @Test func aFreeStraddleIsFoundOut() throws {
    let always = Self.alvh.replacing(
      "trigger: {move: {at_least_sd: [0.3, 0.6, 0.9]}}", with: "trigger: always")
    var study = try FamilyStudy(
      Self.families([Self.hold, Self.stops, always.replacing("[0.5, 1]", with: "[4, 8]")]),
      market: Self.freeStraddle(), period: 0...159)
    study.perturbations = study.perturbations.filter { !$0.name.hasPrefix("slippage 0.0") }
    study.resamples = 200
    let report = try #require(try study.run(threads: 2))
    for claim in [Claim.layersCutTheTail, .carryIsWorthIt] {
      let finding = report.findings.first { $0.claim == claim }
      #expect(finding?.verdict == .supported, "\(claim): \(String(describing: finding))")
    }
    let hedge = report.families[2].outOfSample
    #expect(hedge.hedgeDollars > 0 && hedge.cvar95Dollars > report.families[0].outOfSample.cvar95Dollars)
    #expect(report.equalTerms.carry.problem?.contains("cost") == true && report.equalTerms.carry.hedge == nil)
  }

  // MARK: What else might be

  @Test func everyAssumptionIsTriedOtherwise() throws {
    let strategy = try Fixture.strategy("version: 1\ncondor: {short_delta: 0.2}\nmarks: {level_scale: 1.1}\n")
    let all = Perturbation.standard(market: Fixture.market, strategy: strategy)
    #expect(
      all.map(\.name) == [
        "slippage 0.00 points", "slippage 0.05 points", "slippage 0.10 points", "slippage 0.20 points",
        "level × 0.887", "level × 1.127", "VX β × 0.5", "VX β × 1.5", "VX without noise", "VX seed + 1",
        "VX seed + 2", "VX seed + 3", "VX seed + 4", "search seed + 1", "search seed + 2",
      ])
    #expect(
      all.map { $0.strategy(strategy).costs.exit.ticks } == [0, 1, 2, 4] + Array(repeating: 1, count: 11))
    #expect(all[3].strategy(strategy).costs.entry.halfSpreadThousandths == 0)
    #expect(all[4].strategy(strategy).marks.levelScale == 1.1 * 0.887)
    #expect(all[12].strategy(strategy).vxPathSeed == 5)
    #expect(all[6].market(Fixture.market).vxPath.betaScale == 0.5)
    #expect(!all[8].market(Fixture.market).vxPath.hasNoise)
    #expect(all.map(\.isOfHedges) == (0..<15).map { (6..<13).contains($0) })
    // of a fit that tells its error, that one: 14.6 % from the prior session's closes
    let shipped = try Market(history: Fixture.market.history, parameters: .shipped())
    let names = Perturbation.standard(market: shipped, strategy: strategy).map(\.name)
    #expect(names.contains("level × 0.864") && names.contains("level × 1.157"))
  }

  /// Under a perturbation everything is chosen and judged as if the files said it.
  @Test func aPerturbationIsAnotherStudy() throws {
    let report = try Self.report()
    #expect(report.sensitivity.map(\.name) == ["slippage 0.20 points", "VX seed + 1"])
    #expect(report.blockSessions > 1 && report.widening >= 1)
    let costs =
      "costs: {entry_half_spreads: 0, exit_half_spreads: 0, entry_ticks: 4, exit_ticks: 4}\n"
    var dear = try FamilyStudy(
      Self.families([Self.hold + costs, Self.stops + costs, Self.alvh + costs]), market: Fixture.market,
      period: Fixture.period)
    dear.perturbations = []
    dear.resamples = 200
    let other = try #require(try dear.run(threads: 2))
    #expect(report.sensitivity[0].estimates == other.findings.map(\.estimate))
    for row in other.families {
      #expect(report.sensitivity[0].meanDollars[row.family.rawValue] == row.outOfSample.meanDollars)
    }
    #expect(report.sensitivity[1].meanDollars["hold"] == report.families[0].outOfSample.meanDollars)
    #expect(report.sensitivity[1].meanDollars["alvh"] != report.families[2].outOfSample.meanDollars)
    #expect(report.sensitivity[0].estimates.count == Claim.allCases.count)
  }

  @Test func otherMinutesAreAnotherMarket() throws {
    let start = try #require(SessionDate(iso: "2022-07-01"))
    let other = try Market(
      history: SyntheticMarket.history(sessions: 60, seed: 6, start: start), parameters: .builtIn)
    var study = try Self.study()
    study.perturbations = Perturbation.reseeded([other])
    #expect(study.perturbations.map(\.isOfHedges) == [false])
    let row = try #require(try study.run(threads: 2)?.sensitivity.first)
    var plain = try FamilyStudy(Self.families(), market: other, period: Fixture.period)
    plain.perturbations = []
    plain.resamples = study.resamples
    #expect(row.name == "minutes seed + 1")
    #expect(try plain.run(threads: 2)?.findings.map(\.estimate) == row.estimates)
  }

  // MARK: What can't be compared

  static func refusal(_ texts: [String]) -> String {
    do {
      _ = try families(texts)
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func familiesMustDifferInProtectionAlone() {
    #expect(Self.refusal([Self.hold, Self.stops, Self.alvh]) == "accepted")
    let other = Self.alvh.replacing("short_delta: 0.2", with: "short_delta: 0.1")
    #expect(Self.refusal([Self.hold, Self.stops, other]).contains("2.yaml:4: condor is"))
    let budget = Self.stops.replacing("evaluations: 30", with: "evaluations: 31")
    #expect(Self.refusal([Self.hold, budget, Self.alvh]).contains("1.yaml:3: search.budget is"))
    #expect(Self.refusal([Self.hold, Self.stops]).contains("no space of alvh"))
    #expect(
      Self.refusal([Self.hold, Self.hold, Self.stops, Self.alvh]).contains("0.yaml, 1.yaml: both are hold"))
    let mixed = Self.alvh.replacing("[0.5, 1]", with: "[0, 1]")
    #expect(Self.refusal([Self.hold, Self.stops, mixed]).contains("settings of one school"))
    let grid = Self.hold.replacing("method: random", with: "method: grid")
    #expect(Self.refusal([grid, Self.stops, Self.alvh]).contains("search.method is grid"))
  }

  @Test func aPeriodTooShortToHalveIsRefused() throws {
    let families = try Self.families()
    #expect(throws: StudyError.self) {
      try FamilyStudy(families, market: Fixture.market, period: 0...30)
    }
    let late = Fixture.market.history.sessions[50].date
    #expect(throws: StudyError.self) {
      try FamilyStudy(families, market: Fixture.market, period: Fixture.period, trainUntil: late)
    }
    let cut = Fixture.market.history.sessions[24].date
    let study = try FamilyStudy(
      families, market: Fixture.market, period: Fixture.period, trainUntil: cut)
    #expect(study.boundary == 24)
  }
}
