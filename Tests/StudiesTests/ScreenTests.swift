import Backtesting
import Foundation
import Kernels
import MarketData
import RunStore
import Statistics
import Strategies
import Synchronization
import Testing

@testable import Studies

/// What matrix products say of pairs, beside sums in 128 bits.
@Suite struct PairMomentsTests {
  /// A group and rows whose numbers are as large as asked for, of both signs, so that sums cancel.
  private func pair(largest: Int32, condor: Int32, seed: UInt64) -> (rows: [CondorRow], group: HedgeGroup) {
    var g = Philox(seed: seed)
    let (slots, columns, rows) = (180, 5, 4)
    func draw(_ most: Int32) -> Int32 { Int32((2 * g.uniform() - 1) * Double(most)) }
    let moves = (0..<slots).map { _ in draw(60_000) }
    let tail = TailCount(count: 3, needsEdge: false)
    let group = HedgeGroup(
      members: Array(0..<columns), column: Array(0..<columns), count: columns, bases: [.grossRisk, .credit],
      codes: [], slots: (0..<Int32(slots)).map { $0 }, hasStanding: true,
      axis: ScoreAxis(sessions: slots + 1, days: (1...Int32(slots)).map { $0 }, tails: [tail, tail]),
      yearOfSlot: (0..<slots).map { $0 / 70 }, years: 3, moves: moves,
      cents: (0..<2).map { _ in (0..<slots * columns).map { _ in draw(largest) } },
      standing: (0..<slots * columns).map { _ in draw(largest) })
    let made = (0..<rows).map { row -> CondorRow in
      let records = (0..<slots).map { _ -> SessionRecord in
        var record = SessionRecord(code: g.integer(below: 9) == 0 ? .dataHole : .traded)
        record.condorNet = draw(condor)
        record.credit = Int32(500 * (1 + g.integer(below: 80)))
        return record
      }
      return CondorRow(
        row: row, records: records, slots: group.slots, yearOfSlot: group.yearOfSlot, moves: moves, years: 3,
        width: 5, hasStop: false)
    }
    return (made, group)
  }

  /// Σ hedge, Σx² and Σ hedge·r of a pair, exactly.
  private func sums(_ row: CondorRow, _ group: HedgeGroup, _ c: Int) -> (Int128, Int128, Int128) {
    var (net, squares, products): (Int128, Int128, Int128) = (0, 0, 0)
    for slot in group.slots.indices {
      let at = slot * group.count + c
      var hedge = Int128(group.standing[at])
      for (k, base) in group.bases.enumerated() {
        hedge += Int128(row.units(base, slot: slot)) * Int128(group.cents[k][at])
      }
      let x = Int128(row.cents[slot]) + hedge
      net += hedge
      squares += x * x
      products += hedge * Int128(group.moves[slot])
    }
    return (net, squares, products)
  }

  @Test(arguments: 0..<6) func sumsAreExactBelowTheBound(seed: UInt64) {
    let (rows, group) = pair(largest: 3_000, condor: 60_000, seed: seed)
    let moments = PairMoments(rows, group)
    #expect(moments.isExact)
    for (r, row) in rows.enumerated() {
      for c in 0..<group.count {
        let (net, squares, products) = sums(row, group, c)
        #expect(Int128(moments.hedgeNet(row: r, column: c)) == net)
        #expect(Int128(moments.squares[r * group.count + c]) == squares)
        #expect(Int128(moments.moveProducts(row: r, column: c)) == products)
      }
    }
  }

  @Test(arguments: 0..<12) func beyondTheBoundNothingLiesFartherThanItSays(seed: UInt64) {
    let largest: Int32 = [3_000_000, 200_000_000, Int32.max][Int(seed) % 3]
    let (rows, group) = pair(largest: largest, condor: Int32.max, seed: seed)
    let moments = PairMoments(rows, group)
    #expect(!moments.isExact)
    var inexact = 0
    for (r, row) in rows.enumerated() {
      for c in 0..<group.count {
        let at = r * group.count + c
        let (net, squares, products) = sums(row, group, c)
        // differences in 128 bits: a Double difference would round again
        let far = [
          (Int128(moments.hedgeNet(row: r, column: c)) - net, moments.errors.net),
          (Int128(moments.squares[at]) - squares, moments.errors.squares),
          (Int128(moments.moveProducts(row: r, column: c)) - products, moments.errors.moveProducts),
        ]
        for (difference, bound) in far { #expect(Double(difference.magnitude) <= bound) }
        if far[1].0 != 0 { inexact += 1 }
      }
    }
    #expect(inexact > 0, "sums that happen to be exact prove no bound")
    #expect(moments.errors.squares < 1e-9 * moments.squares[0], "a bound that tells something")
  }
}

/// Keeping the best trials only gives those that a whole sweep has at its top.
@Suite struct KeptTrialsTests {
  private func sweep(
    _ layers: [String], objective: Metric, accounts: String = "[1200, 10000]"
  ) throws -> Sweep {
    let text = ProductSweepTests.text(layers).replacing(
      "hedge:\n", with: "search: {objective: \(objective.rawValue)}\nhedge:\n"
    ).replacing("[1200, 10000]", with: accounts)
    let market = ProductSweepTests.holey
    return try Sweep(
      space: SweepSpace(Fixture.document(text, "kept.yaml")), market: market,
      period: 2...(market.history.sessions.count - 1))
  }

  private func trials(_ sweep: Sweep, threads: Int) throws -> (
    summary: SweepSummary, values: [(index: Int, value: Double)]
  ) {
    let scratch = try ScratchFolder()
    let store = try StudyFolder(scratch.path("s")).create(
      sweep, source: StudySource(history: nil, marks: nil, seed: 5))
    let summary = try sweep.run(threads: threads, store: store)
    try store.close()
    let reader = try RunStore.open(path: scratch.path("s/study.sqlite"))
    let trials = try reader.trials()
    return (
      summary,
      // what never trades is never kept
      trials.filter { $0.status == "done" }.compactMap { trial in
        trial.metrics.first { $0.name == sweep.space.objective.rawValue }?.value.map { (trial.index, $0) }
      }
    )
  }

  /// What is stopped while it is scored says that not all was screened, whatever it has kept.
  @Test func aStoppedSweepIsNotTheWhole() throws {
    var sweep = try sweep(ProductSweepTests.layers, objective: .net)
    sweep.keep = 1_000
    sweep.blockSize = 8
    let asked = Flag()
    let summary = try sweep.run(
      threads: 1, store: nil, isCancelled: { asked.isUp.withLock { $0 } },
      during: { _ in asked.isUp.withLock { $0 = true } })
    #expect(summary.interrupted && summary.completed == 0 && summary.kept > 0 && summary.kept < 1_000)
  }

  /// Stopped while it scores, or while figures on demand are worked out, and gone on with, a sweep leaves the bytes of
  /// one that never was.
  @Test(arguments: [false, true]) func whatIsStoppedIsGoneOnWith(whileScoring: Bool) throws {
    let source = StudySource(history: nil, marks: nil, seed: 5)
    let scratch = try ScratchFolder()
    var sweep = try sweep(ProductSweepTests.layers, objective: .net)
    sweep.keep = whileScoring ? 25 : 700
    sweep.keptBlock = 512
    sweep.blockSize = whileScoring ? 8 : sweep.blockSize
    let whole = try StudyFolder(scratch.path("a/s")).create(sweep, source: source)
    let expected = try sweep.run(threads: 2, store: whole)
    try whole.finish()
    let bytes = try Data(contentsOf: URL(filePath: scratch.path("a/s/study.sqlite")))

    let folder = StudyFolder(scratch.path("b/s"))
    let asked = Flag()
    let first = try folder.create(sweep, source: source)
    let stopped = try sweep.run(
      threads: 1, store: first, isCancelled: { asked.isUp.withLock { $0 } },
      during: { p in if whileScoring || p.kept?.stored ?? 0 > 0 { asked.isUp.withLock { $0 = true } } })
    #expect(stopped.interrupted && (whileScoring ? 1...25 : 512...512).contains(stopped.kept))
    #expect((stopped.completed == sweep.space.count) == !whileScoring)
    try first.close()

    let (second, _, _) = try folder.resume()
    sweep.stored = try RangeSet(second.trialRanges())
    let wasKept = try RunStore.open(path: scratch.path("a/s/study.sqlite")).trialRanges()
    #expect(sweep.stored.isSubset(of: RangeSet(wasKept)) == !whileScoring, "some are to be taken back")
    let done = Mutex<[Int]>([])
    let resumed = try sweep.run(
      threads: 2, store: second,
      during: { p in if let kept = p.kept { done.withLock { $0.append(kept.stored) } } })
    try second.finish()
    #expect(
      !resumed.interrupted && resumed.kept == expected.kept && resumed.best?.index == expected.best?.index)
    #expect(whileScoring || done.withLock { $0 } == [512], "what is stored is not worked out again")
    #expect(try Data(contentsOf: URL(filePath: scratch.path("b/s/study.sqlite"))) == bytes)
  }

  @Test func tooManyToKeepAreRefused() throws {
    var sweep = try sweep(ProductSweepTests.layers, objective: .net)
    sweep.keep = 1_000
    sweep.memoryBytes = 100_000
    #expect(throws: StudyError.self) { try sweep.checkKeep() }
    sweep.keep = 20
    try sweep.checkKeep()
  }

  private static let huge = [
    "[]", "[{name: a, trigger: always, size: {gross_risk: 100}}]",
    "[{name: a, trigger: always, size: {notional: 40}, monetise: [{gain: 0.002, sell: 0.3}]}]",
    "[{name: s, horizon: standing, size: {contracts: 90}}]",
  ]

  @Test(arguments: Metric.streamed.filter(\.isScreenable), [false, true])
  func theBestOfAllAreKept(objective: Metric, isHuge: Bool) throws {
    // accounts that huge hedges don't exhaust
    var sweep =
      isHuge
      ? try sweep(Self.huge, objective: objective, accounts: "[9.0e+8, 1.0e+9]")
      : try sweep(ProductSweepTests.layers, objective: objective)
    let whole = try trials(sweep, threads: 2)
    let ranked = whole.values.sorted {
      $0.value != $1.value
        ? (objective.lowerIsBetter ? $0.value < $1.value : $0.value > $1.value) : $0.index < $1.index
    }
    for (keep, threads, memory) in [
      (1, 2, 4 << 30), (25, 1, 4 << 30), (25, 3, 200_000), (Int.max, 2, 4 << 30),
    ] {
      sweep.keep = keep
      sweep.memoryBytes = memory
      let kept = try trials(sweep, threads: threads)
      let expected = ranked.prefix(keep).sorted { $0.index < $1.index }
      #expect(kept.values.map(\.index) == expected.map(\.index))
      #expect(kept.values.map(\.value) == expected.map(\.value))
      #expect(kept.summary.kept == expected.count && kept.summary.completed == sweep.space.count)
      #expect(kept.summary.trades == whole.summary.trades)
      #expect(kept.summary.withoutTrades == whole.summary.withoutTrades)
      #expect(kept.summary.best?.index == whole.summary.best?.index)
      #expect(kept.summary.bestByFamily.mapValues(\.index) == whole.summary.bestByFamily.mapValues(\.index))
      // every condor without a hedge has the same hedge result: none
      if keep == 1, objective != .hedgeNet { #expect(kept.summary.rescored < sweep.space.count) }
    }
    sweep.verify = 40
    sweep.keep = 25
    #expect(try sweep.run(threads: 2, store: nil).verified == 40)
    sweep.verify = 0
    sweep.engine = .reference
    sweep.keep = 25
    #expect(
      try trials(sweep, threads: 2).values.map(\.index) == ranked.prefix(25).map(\.index).sorted(),
      "the reference engine keeps the same")
  }
}
