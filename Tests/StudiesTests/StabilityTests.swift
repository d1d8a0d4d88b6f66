import Backtesting
import Foundation
import MarketData
import Pricing
import RunStore
import Search
import Strategies
import Synchronization
import TestSupport
import Testing

@testable import Studies

/// A pick's neighbours, assumptions and draws are those of backtests of their own.
@Suite struct StabilityTests {
  /// Two ordered parameters and a choice, hedged and not.
  static let text = """
    version: 1
    name: s
    search: {objective: net_dollars}
    condor: {short_delta: [0.08, 0.10, 0.12, 0.14, 0.16]}
    exit: {stop: [none, {loss_multiple: 1}]}
    hedge:
      layers:
        - name: first
          trigger: {move: {side: down, at_least_sd: 0.2}}
          size: {gross_risk: [0, 0.5, 1]}

    """
  /// 63 sessions of the bundled history, whose minutes are simulated.
  static let simulated: StabilityMarket = {
    @Sendable func open(_ offset: UInt64) throws -> Market {
      try Market.open(history: nil, marks: nil, seed: 5 &+ offset)
    }
    do {
      let market = try open(0)
      let period = try Backtester.period(
        of: market.history, from: SessionDate(iso: "2017-01-03"), to: SessionDate(iso: "2017-04-03"))
      return StabilityMarket(market, period: period, reseeded: open)
    } catch {
      preconditionFailure("\(error)")
    }
  }()
  static let synthetic = StabilityMarket(Fixture.market, period: Fixture.period) { _ in Fixture.market }

  /// A grid's folder.
  static func folder(
    _ scratch: ScratchFolder, _ market: StabilityMarket = synthetic, text: String = text, keep: Int? = nil,
    shard: ShardRecord? = nil, isFinished: Bool = true
  ) throws -> StudyFolder {
    try StoredStudy.grid(
      scratch, text, market: market.market, period: market.period, keep: keep, shard: shard,
      isFinished: isFinished)
  }

  static func report(
    _ folder: StudyFolder, pick: String = "best", _ market: StabilityMarket = synthetic, threads: Int = 2,
    seeds: Int = 2, repeats: Bool = false
  ) throws -> StabilityReport {
    let (asked, opened) = try StabilityPick.of(folder, pick: pick) { _ in market }
    var stability = Stability(asked, on: opened)
    stability.seeds = seeds
    stability.repeatsChoice = repeats
    return try #require(try stability.run(threads: threads))
  }

  /// Cents by the reference engine.
  static func net(_ strategy: Strategy, _ market: Market, _ period: ClosedRange<Int>) throws -> [Int64] {
    try #require(
      Evaluator.run(
        [strategy], context: market.context(for: [strategy]), period: period, threads: 1, engine: .reference)
    )[0].netBySession
  }

  /// As given, each setting has the cents that the study stored for it.
  @Test func settingsAsGivenAreTheStudys() throws {
    let scratch = try ScratchFolder()
    let folder = try Self.folder(scratch)
    let (store, _, space) = try folder.open()
    defer { try? store.close() }
    var stored: [[String?]: Int64] = [:]
    for trial in try store.trials() { stored[trial.assignments] = trial.netCents }
    #expect(stored.count == 30)
    let best = try #require(stored.values.max())
    let report = try Self.report(folder)
    #expect((report.given.netDollars * 100).rounded() == Double(best) && report.perturbations[0].rank == 1)
    #expect(
      report.perturbations[0].figures == report.given && report.perturbations[0].change.meanDollars == 0)
    let picked = try #require(report.neighbourhood)
    #expect(picked.parameters.map(\.path) == space.axes.map(\.path))
    var seen = 0
    for (p, parameter) in picked.parameters.enumerated() {
      for cell in [parameter.below, parameter.above].compactMap({ $0 }) + parameter.others {
        var values = picked.parameters.map { Optional($0.value) }
        values[p] = cell.value
        #expect(stored[values].map(Double.init) == (cell.figures.netDollars * 100).rounded(), "\(values)")
        #expect(cell.figures.objective == cell.figures.netDollars)
        seen += 1
      }
    }
    #expect(seen >= 3)
    // the middle of all trials, and a trial that isn't the best
    let sorted = stored.values.sorted()
    #expect(abs((picked.middle ?? 0) - Double(sorted[14] + sorted[15]) / 200) < 1e-9)
    let other = try Self.report(folder, pick: "7")
    #expect(other.trial == 7 && other.perturbations[0].rank != 1)
    let explored = try StudyExploration(folder, metric: nil)
    #expect(explored.best == report.trial && explored.neighbours == picked.neighbours)
    #expect(abs((explored.plateau ?? 9) - (picked.plateau ?? 0)) < 1e-12)
    #expect(
      explored.edges
        == Dictionary(uniqueKeysWithValues: picked.parameters.compactMap { p in p.edge.map { (p.path, $0) } })
    )
  }

  /// Each assumption by the reference engine, the strategy or the market changed by hand.
  @Test func assumptionsAreBacktests() throws {
    let scratch = try ScratchFolder()
    let folder = try Self.folder(scratch)
    let space = try SweepSpace(Fixture.document(Self.text))
    // trial 4 of delta 0.08 is stopped at the credit and hedged
    let strategy = try space.strategy(at: 4)
    #expect(!strategy.hedge.isEmpty)
    let report = try Self.report(folder, pick: "4")
    func row(_ name: String) throws -> PerturbationRow {
      try #require(report.perturbations.first { $0.name == name }, "\(name)")
    }
    func check(
      _ name: String, _ market: Market = Fixture.market, _ change: (inout Strategy) -> Void = { _ in }
    ) throws {
      var changed = strategy
      change(&changed)
      let net = try Self.net(changed, market, Fixture.period)
      let found = try row(name)
      #expect(found.figures.netDollars == Double(net.reduce(0, +)) / 100, "\(name)")
      #expect(found.figures.netDollars != report.given.netDollars, "\(name) changes something")
      let given = try Self.net(strategy, Fixture.market, Fixture.period)
      let gaps = zip(net, given).map { Double($0 - $1) / 100 }
      #expect(abs(found.change.meanDollars - gaps.reduce(0, +) / 60) < 1e-9)
    }
    let order = Slippage(halfSpreadThousandths: 0, ticks: 4)
    try check("slippage 0.20 points") { ($0.costs.entry, $0.costs.exit) = (order, order) }
    try check("fees × 2") {
      $0.costs.fees = $0.costs.fees.map {
        FeeRow(
          from: $0.from, spxwCents: 2 * $0.spxwCents, vxCents: 2 * $0.vxCents,
          vixOptionCents: 2 * $0.vixOptionCents)
      }
    }
    // the built-in marks tell no error of the level: 12 %
    try check("level × 0.887") { $0.marks.levelScale = 0.887 }
    var marks = MarkParameters.builtIn
    marks.smile.p[0] -= 0.036
    try check("smile steeper by 0.036", Market(history: Fixture.market.history, parameters: marks))
    marks = .builtIn
    marks.smile.p[1] += 0.023
    try check("wings higher by 0.023", Market(history: Fixture.market.history, parameters: marks))
    var still = Fixture.market
    still.vxPath = VXPathModel(hasNoise: false)
    try check("VX without noise", still)
    #expect(report.perturbations.count == 15 && Set(report.perturbations.map(\.name)).count == 15)
    #expect(!report.perturbations.contains { $0.kind == .calls })
    // ranked by what each earns under it: one step away are delta 0.10, no stop, no hedge and twice the hedge
    let given = try (0..<30).map {
      try Self.net(space.strategy(at: $0), Fixture.market, Fixture.period).reduce(0, +)
    }
    let top = (0..<30).sorted { (given[$1], $0) < (given[$0], $1) }.prefix(20)
    let costs = try (0..<30).map { trial in
      var changed = try space.strategy(at: trial)
      (changed.costs.entry, changed.costs.exit) = (order, order)
      return try Self.net(changed, Fixture.market, Fixture.period).reduce(0, +)
    }
    let contenders = Set([4, 10, 1, 3, 5] + top)
    let costly = try row("slippage 0.20 points")
    #expect(
      costly.contenders == contenders.count && costly.rank == 1 + contenders.count { costs[$0] > costs[4] })
    let rival = try #require(contenders.subtracting([4]).map { costs[$0] }.max())
    #expect(abs((costly.lead?.meanDollars ?? 0) - Double(costs[4] - rival) / 6_000) < 1e-9)
  }

  /// SciPy's free fits of 21 chains: standard deviations of the odd and of the even part of v(±1).
  @Test func theSmileIsOffByADaysDeviation() throws {
    let path = SharedData.root.appending(path: "Tests/Golden/pricing/day-fits.csv")
    let rows = try String(contentsOf: path, encoding: .utf8).split(separator: "\n").filter {
      !$0.hasPrefix("#")
    }
    let parts = rows.dropFirst().map { row in
      let fields = row.split(separator: ",").map { Double($0) ?? .nan }
      var smile = SmileParameters()
      smile.p = Array(fields[3...6])
      let (zeta, curve) = (3.5 * tanh(1 / 3.5), VolatilitySmile(smile))
      let (up, down) = (curve.ratio(z: 1), curve.ratio(z: -1))
      return (slope: (up - down) / 2 / zeta, curvature: ((up + down) / 2 - 1) / (zeta * zeta))
    }
    func deviation(_ values: [Double]) -> Double {
      let mean = values.reduce(0, +) / Double(values.count)
      return (values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(values.count - 1)).squareRoot()
    }
    #expect(parts.count == 21)
    #expect(abs(deviation(parts.map(\.slope)) - Perturbation.smileDeviation.slope) < 0.0005)
    #expect(abs(deviation(parts.map(\.curvature)) - Perturbation.smileDeviation.curvature) < 0.0005)
  }

  @Test(arguments: [1, 4]) func threadsDontMatter(threads: Int) throws {
    let scratch = try ScratchFolder()
    let folder = try Self.folder(scratch, Self.simulated)
    func bytes(_ threads: Int) throws -> Data {
      let encoder = JSONEncoder()
      encoder.outputFormatting = .sortedKeys
      return try encoder.encode(Self.report(folder, Self.simulated, threads: threads, repeats: true))
    }
    let report = try bytes(threads)
    #expect(try report == bytes(2))
    #expect(try JSONDecoder().decode(StabilityReport.self, from: report).schema == 1)
  }

  /// Offset k is the market of seed + k, and VX paths of seed + k.
  @Test func drawsAreOtherMarkets() throws {
    let scratch = try ScratchFolder()
    let folder = try Self.folder(scratch, Self.simulated)
    let strategy = try SweepSpace(Fixture.document(Self.text)).strategy(at: 4)
    let report = try Self.report(folder, pick: "4", Self.simulated, seeds: 3)
    let seeds = try #require(report.seeds)
    #expect(report.simulated.minutes && report.simulated.vx && seeds.rows.map(\.offset) == [0, 1, 2])
    #expect(seeds.spreads.map(\.inputs) == ["minutes", "VX inside sessions", "both"])
    var nets: [[[Int64]]] = [[], [], []]
    for offset in 0..<UInt64(3) {
      let market = try Self.simulated.reseeded(offset)
      var other = strategy
      other.vxPathSeed += offset
      nets[0].append(try Self.net(strategy, market, Self.simulated.period))
      nets[1].append(try Self.net(other, Self.simulated.market, Self.simulated.period))
      nets[2].append(try Self.net(other, market, Self.simulated.period))
    }
    for (spread, nets) in zip(seeds.spreads, nets) {
      let dollars = nets.map { Double($0.reduce(0, +)) / 100 }
      let mean = dollars.reduce(0, +) / 3
      let sd = (dollars.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 2).squareRoot()
      #expect(sd > 0 && abs((spread.netDollars.mean ?? 0) - mean) < 1e-9, "\(spread.inputs)")
      #expect(abs((spread.netDollars.sd ?? 0) - sd) < 1e-9 && spread.netDollars.low == dollars.min())
      // t of two degrees of freedom, from tables
      #expect(abs((spread.netDollars.meanHigh ?? 0) - mean - 4.302_653 * sd / 3.0.squareRoot()) < 1e-4 * sd)
    }
    #expect(seeds.rows.map(\.figures.netDollars) == nets[2].map { Double($0.reduce(0, +)) / 100 })
    #expect(seeds.rows[0].figures == report.given && seeds.rows[0].rank == report.perturbations[0].rank)
    let sums = nets[2].map { $0.reduce(0, +) }
    #expect(seeds.givenRank == 1 + sums.count { $0 > sums[0] })
    #expect(seeds.best == seeds.rows.dropFirst().count { $0.rank == 1 })
    let averaged = nets[2].flatMap { $0 }.reduce(0, +)
    #expect(
      abs(seeds.averaged.meanDollars - Double(averaged) / 300 / Double(Self.simulated.period.count)) < 1e-9)
  }

  /// By seed what a sweep of that market finds, and the study's own choice as given.
  @Test func choicesAreRepeated() throws {
    let scratch = try ScratchFolder()
    let folder = try Self.folder(scratch, Self.simulated)
    let opened = Mutex<[UInt64]>([])
    let given = StabilityMarket(Self.simulated.market, period: Self.simulated.period) { offset in
      opened.withLock { $0.append(offset) }
      return try Self.simulated.reseeded(offset)
    }
    let (asked, market) = try StabilityPick.of(folder, pick: "best") { _ in given }
    var stability = Stability(asked, on: market)
    (stability.seeds, stability.repeatsChoice) = (3, true)
    var progress: [Stability.Progress] = []
    let report = try #require(try stability.run(threads: 2, progress: { progress.append($0) }))
    #expect(zip(progress, progress.dropFirst()).allSatisfy { $0.done <= $1.done })
    #expect(progress.last.map { $0.done == $0.total } == true, "a grid is worked out whole")
    #expect(opened.withLock { $0 } == [1, 2], "each seed's market once")
    let repeated = try #require(report.repeated)
    #expect(repeated.rows[0].settings == report.settings && repeated.rows[0].leadDollars == 0)
    for row in repeated.rows {
      let text = Self.text.replacing("hedge:\n", with: "hedge:\n  vx_path_seed: \(1 + row.offset)\n")
      let sweep = try Sweep(
        space: SweepSpace(Fixture.document(text)), market: Self.simulated.reseeded(UInt64(row.offset)),
        period: Self.simulated.period)
      let best = try #require(try sweep.run(threads: 2, store: nil).best)
      #expect(row.settings == best.assignments && row.evaluations == 30)
      #expect(row.objective == best.figures.netDollars && (row.leadDollars ?? -1) >= 0)
    }
    // the study's own choice is no test of itself
    let others = repeated.rows.dropFirst()
    #expect(
      repeated.samePick == others.count { $0.settings == report.settings } && repeated.drift.choices == 3)
    let leads = others.compactMap(\.leadDollars)
    #expect(leads.count == 2 && abs((repeated.leadDollars.mean ?? -1) - (leads[0] + leads[1]) / 2) < 1e-9)
    #expect(
      report.verdicts.contains {
        $0.hasPrefix("Chosen anew by 2 other seeds: \(repeated.samePick) choose this pick")
      }, "\(report.verdicts)")
  }

  /// A pick without a hedge is chosen anew, and ranked by seed, where other settings trade VX on drawn paths.
  @Test func anUnhedgedPickOfAHedgedSpace() throws {
    let scratch = try ScratchFolder()
    let folder = try Self.folder(scratch)
    let report = try Self.report(folder, pick: "0", seeds: 4, repeats: true)
    #expect(report.simulated.vx && !report.simulated.minutes)
    #expect(report.simulated.note.contains("the pick trades no VX inside a session"))
    let space = try SweepSpace(Fixture.document(Self.text))
    #expect(try space.strategy(at: 0).hedge.isEmpty)
    let opened = try StabilityPick.of(folder, pick: "0") { _ in Self.synthetic }
    let rivals = try #require(opened.pick.searched).top.map(\.trial)
    let contenders = Set([0, 1, 3, 6] + rivals)
    let seeds = try #require(report.seeds)
    #expect(seeds.contenders == contenders.count)
    for (offset, row) in seeds.rows.enumerated() {
      let nets = try (0..<30).map { trial in
        var strategy = try space.strategy(at: trial)
        strategy.vxPathSeed += UInt64(offset)
        return try Self.net(strategy, Fixture.market, Fixture.period).reduce(0, +)
      }
      #expect(row.rank == 1 + contenders.count { nets[$0] > nets[0] })
      #expect(row.figures == report.given)
      let best = try #require(nets.max())
      let choice = try #require(report.repeated?.rows[offset])
      #expect(choice.objective == Double(best) / 100 && choice.evaluations == 30)
    }
    #expect(report.verdicts.contains { $0.contains("All draws give the same net") }, "\(report.verdicts)")
  }

  /// Of several objectives `best` is that of the first, for a study and for each seed.
  @Test func ofSeveralObjectivesTheFirst() throws {
    let text = Self.text.replacing(
      "search: {objective: net_dollars}",
      with: "search: {method: random, budget: {evaluations: 24}, objectives: [cvar95_dollars, net_dollars]}")
    let scratch = try ScratchFolder()
    let (folder, summary, _) = try StoredStudy.search(
      scratch, text, market: Self.simulated.market, period: Self.simulated.period)
    let front = summary.front
    let report = try Self.report(folder, Self.simulated, seeds: 2, repeats: true)
    let row = try #require(report.repeated?.rows.first)
    #expect(front.count > 1 && report.trial == front.max { $0.objectives[0] < $1.objectives[0] }?.trial)
    #expect(report.objective == "cvar95_dollars" && row.settings == report.settings && row.evaluations == 24)
  }
}
