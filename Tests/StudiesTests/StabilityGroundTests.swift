import Foundation
import Kernels
import MarketData
import RunStore
import Search
import Strategies
import Testing

@testable import Studies

/// What is told of surfaces and draws whose answer is known.
@Suite struct StabilityGroundTests {
  private typealias Report = NeighbourhoodReport

  /// Two ordered parameters of seven steps, a choice, and a score to be minimised, of which every point is a trial.
  private static func searched(
    at point: [Double], score: @escaping (Double, Double) -> Double
  ) throws -> StabilityPick.Searched {
    let strategy = try Fixture.strategy("version: 1\nname: s\ncondor: {short_delta: 0.1}\n")
    let all = (0..<7).flatMap { a in (0..<7).map { score(Double(a), Double($0)) } }
    return StabilityPick.Searched(
      space: try Fixture.sweep().space,
      subject: SearchSubject(
        space: SearchSpace([
          SearchParameter(name: "a", domain: .steps(count: 7)),
          SearchParameter(name: "b", domain: .steps(count: 7)),
          SearchParameter(name: "kind", domain: .categories(count: 2)),
        ]),
        assignments: { p in ["a": "\(p.values[0])", "b": "\(p.values[1])", "kind": "\(p.values[2])"] }
      ) { _ in strategy }, trial: 0, point: SearchPoint(point + [0]), tried: 49,
      middle: Plateau.middle(of: all),
      top: [])
  }

  /// A result of a score alone: what is lost, in dollars.
  private static func result(_ score: Double) -> ContenderResult {
    ContenderResult(
      net: [],
      figures: StabilityFigures(
        trades: 1, netDollars: -score, meanDollars: -score, sharpe: nil, maxDrawdownDollars: 0,
        objective: -score),
      score: score)
  }

  private static func told(
    at point: [Double] = [3, 3], limit: Int = 100, score: @escaping (Double, Double) -> Double
  ) throws -> Report {
    let around = AroundPick(try searched(at: point, score: score), limit: limit)
    return around.report(
      of: result(score(point[0], point[1])),
      around.neighbours.map {
        result(score($0.point.values[0], $0.point.values[1]) + 100 * $0.point.values[2])
      },
      isMinimised: false)
  }

  @Test func plateausRidgesAndSpikes() throws {
    func bowl(_ a: Double, _ b: Double) -> Double { a * a + b * b }
    // slow along both; the middle of 49 squared distances is 8
    let flat = try Self.told { a, b in bowl(a - 3, b - 3) - 20 }
    #expect(flat.ground == .plateau && flat.neighbours == 8 && flat.isWhole && flat.moves == 2)
    #expect(flat.middle == 12 && flat.parameters.map(\.plateau) == [1 - 1.0 / 8, 1 - 1.0 / 8, nil])
    // four sides at 1 and four corners at 2
    #expect(abs((flat.plateau ?? 0) - (1 - 1.5 / 8)) < 1e-12)
    #expect(flat.objective.mean == 18.5 && flat.objective.low == 18 && flat.objective.high == 19)
    #expect(flat.keepSign == 1 && flat.keepMost == 1 && flat.better == 0 && flat.withoutResult == 0)
    #expect(flat.worst == "a = 2.0, b = 2.0" && flat.worstObjective == 18)
    #expect(flat.parameters[0].below?.value == "2.0" && flat.parameters[0].above?.value == "4.0")
    #expect(
      flat.parameters[0].below?.figures.objective == 19 && flat.parameters.allSatisfy { $0.edge == nil })
    #expect(flat.parameters[2].others.map(\.value) == ["1.0"] && flat.parameters[2].below == nil)

    let ridge = try Self.told { a, b in a == 3 ? abs(b - 3) : 50 + abs(b - 3) }
    #expect(ridge.ground == .ridge && ridge.parameters[0].plateau.map { $0 < 0.1 } == true)
    #expect(ridge.parameters[1].plateau.map { $0 > 0.9 } == true && ridge.worst?.contains("a = ") == true)
    let spike = try Self.told { a, b in a == 3 && b == 3 ? -5 : 5 }
    #expect(spike.ground == .spike && spike.plateau == 0 && spike.keepSign == 0 && spike.keepMost == 0)
    let poor = try Self.told { a, b in a == 3 && b == 3 ? 5 : -5 }
    #expect(poor.ground == .noBetterThanTheMiddle && poor.plateau == nil && poor.better == 1)
  }

  @Test func edgesAndRings() throws {
    let corner = try Self.told(at: [0, 6]) { a, b in a - b }
    #expect(corner.parameters.map(\.edge) == ["low", "high", nil] && corner.neighbours == 3)
    #expect(corner.parameters[0].below == nil && corner.parameters[1].above == nil)
    let near = try Self.told(limit: 3) { a, b in a + b }
    #expect(near.neighbours == 4 && near.moves == 1 && !near.isWhole && near.better == 0.5)
    // what has no result is counted, and in no mean
    let holes = try Self.told { a, b in a < 3 ? .infinity : a + b }
    #expect(
      holes.neighbours == 5 && holes.withoutResult == 3 && holes.parameters[0].below?.isFeasible == false)
  }

  /// Days that differ by 100, draws by 50 a day and seed: the draw's variance is a fifth of a session's.
  @Test func theSimulationsShareIsThatOfVariances() throws {
    var random = Philox(seed: 3, stream: 1)
    let (sessions, seeds) = (400, 300)
    let days = (0..<sessions).map { _ in 100 * random.normal() + 30 }
    let results = (0..<seeds).map { _ -> ContenderResult in
      let net = days.map { Int64((100 * ($0 + 50 * random.normal())).rounded()) }
      let mean = Double(net.reduce(0, +)) / 100 / Double(sessions)
      return ContenderResult(
        net: net,
        figures: StabilityFigures(
          trades: 1, netDollars: mean * Double(sessions), meanDollars: mean, sharpe: nil,
          maxDrawdownDollars: 0,
          objective: mean), score: -mean)
    }
    let report = SeedReport([("minutes", results)], ranks: results.map { _ in 1 }, contenders: 2)
    // 300 seeds: a relative error of 8 % of the variance; its Newey-West counterpart of 400 sessions 15 %
    #expect(abs((report.simulationShare ?? 0) - 0.2) < 0.07, "\(report.simulationShare as Any)")
    #expect(abs((report.standardErrorDollars ?? 0) / (125.0.squareRoot() * 10 / 20) - 1) < 0.15)
    let own = try #require(report.averaged.standardErrorDollars)
    #expect(abs(own / 5 - 1) < 0.15 && report.best == seeds - 1 && report.sameSign == seeds)
    let alone = SeedReport([("minutes", [results[0]])], ranks: [nil], contenders: 1)
    #expect(alone.simulationShare == nil && alone.best == nil && alone.othersMeanDollars == nil)
  }

  private static let plain =
    "version: 1\nname: c\ncondor: {short_delta: 0.1}\nexit: {stop: {loss_multiple: 1}}\n"
  private static let hedged =
    plain + "hedge: {layers: [{name: a, trigger: always, size: {gross_risk: 1}}]}\n"

  private static func alone(_ text: String, minutes: Provenance.Minutes) throws -> StabilityReport {
    var history = Fixture.market.history
    history.provenance.minutes = minutes
    let market = try Market(history: history, parameters: .builtIn)
    let given = StabilityMarket(market, period: Fixture.period) { _ in
      throw StudyError.noPresets(searched: [])
    }
    return try #require(try Stability(StabilityPick(Fixture.strategy(text)), on: given).run(threads: 2))
  }

  /// Quoted minutes and no VX inside a session: there is nothing to draw, and that is said; a market is never drawn anew.
  @Test func whereNothingIsDrawn() throws {
    let quoted = try Self.alone(Self.plain, minutes: .quoted)
    #expect(
      quoted.simulated.isEmpty && quoted.seeds == nil && quoted.neighbourhood == nil && quoted.trial == nil)
    #expect(quoted.verdicts.contains { $0.hasPrefix("Nothing of this result is drawn: minutes are quoted") })
    #expect(!quoted.isDemonstration && !quoted.verdicts.contains { $0.contains("demonstration") })
    #expect(quoted.perturbations.allSatisfy { $0.rank == nil && $0.rival == nil && $0.kind != .vx })
    let synthetic = try Self.alone(Self.plain, minutes: .synthetic)
    #expect(
      synthetic.seeds == nil && synthetic.isDemonstration
        && synthetic.simulated.note.contains("one synthetic draw"))
    let hedged = try Self.alone(Self.hedged, minutes: .quoted)
    let seeds = try #require(hedged.seeds)
    #expect(
      !hedged.simulated.minutes && hedged.simulated.vx
        && seeds.spreads.map(\.inputs) == ["VX inside sessions"])
    #expect(seeds.rows.count == 20 && (seeds.spreads[0].netDollars.sd ?? 0) > 0 && seeds.best == nil)
    #expect(hedged.perturbations.contains { $0.kind == .vx })
  }

  /// A search's neighbours are mostly points that it never tried; of the best alone there is no middle.
  @Test func searchesAndStoresOfTheBest() throws {
    let text =
      "version: 1\nname: s\nsearch: {method: sobol, budget: {evaluations: 40}, objective: net_dollars, "
      + "constraints: [trades >= 10]}\ncondor: {short_delta: {from: 0.05, to: 0.3}}\n"
      + "exit: {profit_target: {from: 0.2, to: 0.9}, stop: {loss_multiple: [1, 2, 3]}}\n"
    let scratch = try ScratchFolder()
    let (folder, summary, space) = try StoredStudy.search(scratch, text)
    let report = try StabilityTests.report(folder)
    #expect(
      report.trial == summary.front.first?.trial && report.given.objective == summary.front[0].objectives[0])
    let around = try #require(report.neighbourhood)
    #expect(around.neighbours + around.withoutResult == 17 || around.parameters.contains { $0.edge != nil })
    #expect(around.parameters.map(\.path) == space.tree.parameters.map(\.path) && around.middle != nil)
    let delta = try #require(around.parameters.first { $0.path == "condor.short_delta" })
    let cell = try #require(delta.above ?? delta.below)
    let gap = abs((Double(cell.value) ?? 0) - (Double(delta.value) ?? 0))
    #expect(gap > 0 && gap <= 0.0125 + 1e-9)
    var settings = report.settings
    settings["condor.short_delta"] = cell.value
    let own = Self.plain.replacing(
      "exit: {stop: {loss_multiple: 1}}",
      with:
        "exit: {profit_target: \(settings["exit.profit_target"] ?? ""), stop: {loss_multiple: \(settings["exit.stop.loss_multiple"] ?? "")}}"
    )
    .replacing("0.1", with: cell.value)
    let net = try StabilityTests.net(Fixture.strategy(own), Fixture.market, Fixture.period)
    #expect(cell.figures.netDollars == Double(net.reduce(0, +)) / 100)

    let another = try ScratchFolder()
    let kept = try StabilityTests.folder(another, keep: 5)
    let best = try #require(try StabilityTests.report(kept).neighbourhood)
    #expect(best.middle == nil && best.plateau == nil && best.ground == .unknown && best.neighbours > 0)
    let told = try StabilityTests.report(kept, seeds: 2, repeats: true)
    #expect(
      told.verdicts.contains { $0.contains("the store holds the best alone; a study made without --keep") })
    #expect(told.repeated?.rows[0].settings == told.settings)
  }

  /// Nothing is made of what never trades.
  @Test func whatNeverTradesIsSaidToBeNothing() throws {
    let text = "version: 1\nname: n\ncondor: {short_delta: [0.1, 0.15, 0.2], credit_band: [4.9, 5.0]}\n"
    let scratch = try ScratchFolder()
    let report = try StabilityTests.report(StabilityTests.folder(scratch, text: text), pick: "1")
    #expect(
      report.verdicts.count == 2 && report.verdicts[0].hasPrefix("It never trades"), "\(report.verdicts)")
    let around = try #require(report.neighbourhood)
    #expect(
      around.neighbours == 0 && around.withoutResult == 2 && around.ground == .noResult
        && around.keepSign == nil)
    #expect(report.perturbations.allSatisfy { $0.rank == nil && $0.rival == nil })
  }

  @Test func refusals() throws {
    let scratch = try ScratchFolder()
    let folder = try StabilityTests.folder(scratch)
    func error(
      _ pick: String = "best", _ market: StabilityMarket = StabilityTests.synthetic, repeats: Bool = false
    )
      -> String
    {
      do {
        _ = try StabilityTests.report(folder, pick: pick, market, repeats: repeats)
        return ""
      } catch { return "\(error)" }
    }
    #expect(error("99").contains("no trial 99") && error("99").contains("trials 0 to 29"))
    let other = ProductSweepTests.holey
    #expect(
      error("best", StabilityMarket(other, period: 0...(other.history.sessions.count - 1)) { _ in other })
        .contains("its history changed"))
    let another = try ScratchFolder()
    let unhedged =
      "version: 1\nname: u\nsearch: {objective: net_dollars}\ncondor: {short_delta: [0.08, 0.12]}\n"
    let plain = try StabilityTests.folder(another, text: unhedged)
    let same = #expect(throws: StudyError.self) { try StabilityTests.report(plain, repeats: true) }
    #expect(same.map { "\($0)".contains("the choice would be the same") } == true, "\(same as Any)")
    var alone = Stability(StabilityPick(try Fixture.strategy(Self.plain)), on: StabilityTests.synthetic)
    alone.repeatsChoice = true
    #expect(throws: StudyError.self) { try alone.run(threads: 1) }
    let (pick, market) = try StabilityPick.of(folder, pick: "4") { _ in StabilityTests.synthetic }
    var large = Stability(pick, on: market)
    (large.seeds, large.repeatsChoice) = (10_000, true)
    #expect(throws: StudyError.self) { try large.run(threads: 1) }
    #expect(try Stability(pick, on: market).run(threads: 2, isCancelled: { true }) == nil)
  }

  /// A part of a study isn't what its whole choice would be compared with.
  @Test func onlyAWholeStudyIsChosenAnew() throws {
    for (shard, isFinished, told) in [
      (ShardRecord(index: 1, count: 3), true, "it is shard 2/3 of a study; join all"),
      (nil, false, "was interrupted; go on with it by `wingspan resume"),
    ] {
      let scratch = try ScratchFolder()
      let folder = try StabilityTests.folder(scratch, shard: shard, isFinished: isFinished)
      let error = #expect(throws: StudyError.self) { try StabilityTests.report(folder, repeats: true) }
      #expect(error.map { "\($0)".contains(told) } == true, "\(error as Any)")
      // asked for nothing but what it holds
      #expect(try StabilityTests.report(folder).repeated == nil)
    }
  }

  /// Of a study without any result that keeps its limits, in which everything is stored.
  @Test func whatBreaksALimitIsSaidToDoSo() throws {
    let text =
      "version: 1\nname: l\nsearch: {objective: net_dollars, constraints: [trades >= 1000]}\n"
      + "condor: {short_delta: [0.08, 0.12]}\n"
    let scratch = try ScratchFolder()
    let (folder, _, _) = try StoredStudy.search(scratch, text)
    let report = try StabilityTests.report(folder, pick: "0")
    let around = try #require(report.neighbourhood)
    #expect(around.ground == .noResult && around.neighbours == 0 && around.withoutResult == 1)
    #expect(report.verdicts.contains { $0.hasPrefix("It breaks a limit of its study") }, "\(report.verdicts)")
    #expect(!report.verdicts.contains { $0.contains("neighbour that") || $0.contains("no neighbour") })
    #expect(!report.verdicts.contains { $0.contains("holds the best alone") })
  }

  /// Another choice that holds a range is shown, and ranked, at the middle of it.
  @Test func aRangeWithinAChoiceIsInTheMiddle() throws {
    let text =
      "version: 1\nname: n\nsearch: {method: random, budget: {evaluations: 20}, objective: net_dollars}\n"
      + "condor: {short_delta: [0.1, 0.12]}\nexit: {stop: [none, {loss_multiple: {from: 0.5, to: 2.5}}]}\n"
    let scratch = try ScratchFolder()
    let (folder, _, _) = try StoredStudy.search(scratch, text)
    let (opened, _, _) = try folder.open()
    let trials = try opened.trials()
    try opened.close()
    let pick = try #require(trials.first { $0.assignments == ["0.1", "none", nil] })
    let report = try StabilityTests.report(folder, pick: "\(pick.index)")
    let stop = try #require(report.neighbourhood?.parameters.first { $0.path == "exit.stop" })
    let cell = try #require(stop.others.first)
    #expect(
      cell.middles == ["exit.stop.loss_multiple"]
        && cell.text.hasSuffix("(exit.stop.loss_multiple in the middle)"))
    let middle = Self.plain.replacing("loss_multiple: 1", with: "loss_multiple: 1.5")
    let net = try StabilityTests.net(Fixture.strategy(middle), Fixture.market, Fixture.period)
    #expect(cell.figures.netDollars == Double(net.reduce(0, +)) / 100)
  }

  @Test func theClockMayNotChoose() throws {
    let timed = "search: {objective: net_dollars, budget: {seconds: 60}}"
    let text = StabilityTests.text.replacing("search: {objective: net_dollars}", with: timed)
    let scratch = try ScratchFolder()
    let folder = try StabilityTests.folder(scratch, text: text)
    let error = #expect(throws: StudyError.self) {
      try StabilityTests.report(folder, pick: "4", repeats: true)
    }
    #expect(error.map { "\($0)".contains("its budget is a time") } == true, "\(error as Any)")
  }

  @Test func verdictsDontFlatter() throws {
    // a condor that loses a little over these sessions whatever is assumed of it
    let scratch = try ScratchFolder()
    let report = try StabilityTests.report(StabilityTests.folder(scratch), pick: "3")
    let turned = report.perturbations.filter { ($0.figures.netDollars < 0) != (report.given.netDollars < 0) }
      .map(\.name)
    let line = try #require(report.verdicts.dropFirst().first)
    if turned.isEmpty {
      #expect(line.contains("was tried"))
    } else {
      #expect(turned.allSatisfy(line.contains))
    }
    #expect(report.verdicts[0].hasPrefix(report.given.netDollars < 0 ? "It loses" : "It gains"))
    #expect(report.verdicts[0].contains("not to be told from 0") == !report.mean.excludesZero)
    #expect(
      report.verdicts.contains { $0.hasPrefix("It isn't the best of its") }
        == (report.perturbations[0].rank != 1))
    var loser = report
    loser.given.netDollars = -1
    #expect(loser.verdicts == report.verdicts, "sentences are stored, not made anew")
  }
}
