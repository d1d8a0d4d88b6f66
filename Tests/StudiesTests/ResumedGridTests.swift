import Backtesting
import Foundation
import RunStore
import Synchronization
import Testing

@testable import Studies

/// A grid that was stopped works out what is missing only, and leaves the bytes and the summary of one that never was.
@Suite struct ResumedGridTests {
  private static let source = StudySource(history: nil, marks: nil, seed: 5)

  private static func sweep(_ text: String) throws -> Sweep {
    let market = ProductSweepTests.holey
    return try Sweep(
      space: SweepSpace(Fixture.document(text, "wide.yaml")), market: market,
      period: 2...(market.history.sessions.count - 1))
  }

  /// The hedges' axis amid the condors', at the end of all, and in a grid that goes through one by one.
  private static let wide = ProductSweepTests.text(Array(ProductSweepTests.layers.prefix(5)))
  private static let last: String = {
    let hedge = wide.split(separator: "\n").filter { $0.hasPrefix("hedge:") || $0.hasPrefix("  layers:") }
    let others = wide.split(separator: "\n").filter { !hedge.contains($0) }
    return (others + hedge).joined(separator: "\n")
  }()
  private static let coupled = wide.replacing("hedge:\n", with: "hedge:\n  unwind_with_condor: true\n")

  private func bytes(_ scratch: ScratchFolder, _ name: String) throws -> Data {
    try Data(contentsOf: URL(filePath: scratch.path(name + "/study.sqlite")))
  }

  private func expectSame(_ a: SweepSummary, _ b: SweepSummary) {
    #expect(a.completed == b.completed && a.trades == b.trades && a.withoutTrades == b.withoutTrades)
    #expect(a.kept == b.kept && a.configDays == b.configDays && a.caveats == b.caveats)
    #expect(a.generalPath == b.generalPath && !a.interrupted)
    #expect(a.best?.index == b.best?.index && a.best?.figures == b.best?.figures && a.best != nil)
    #expect(a.best?.assignments == b.best?.assignments && a.best?.objective == b.best?.objective)
    #expect(a.bestByFamily.mapValues(\.index) == b.bestByFamily.mapValues(\.index))
    #expect(a.bestByFamily.mapValues(\.figures) == b.bestByFamily.mapValues(\.figures))
  }

  @Test(arguments: [wide, last, coupled], [0, 1, 150, 400, 600])
  func whatIsStoredIsNotWorkedOutAgain(text: String, stop: Int) throws {
    let scratch = try ScratchFolder()
    var sweep = try Self.sweep(text)
    sweep.blockSize = 40
    let whole = try StudyFolder(scratch.path("a/s")).create(sweep, source: Self.source)
    let expected = try sweep.run(threads: 2, store: whole)
    try whole.finish()

    let folder = StudyFolder(scratch.path("b/s"))
    let asked = Flag()
    let first = try folder.create(sweep, source: Self.source)
    let stopped = try sweep.run(
      threads: 1, store: first, isCancelled: { stop == 0 || asked.isUp.withLock { $0 } },
      progress: { p in if p.done >= stop { asked.isUp.withLock { $0 = true } } })
    try first.close()
    #expect(stopped.interrupted && stopped.completed >= stop && stopped.completed < 640)

    let (second, _, _) = try folder.resume()
    sweep.stored = try RangeSet(second.trialRanges())
    #expect(sweep.stored.total == stopped.completed && sweep.strategies.count == 640 - stopped.completed)
    let totals = Mutex<Set<Int>>([])
    let resumed = try sweep.run(
      threads: 2, store: second, progress: { p in totals.withLock { _ = $0.insert(p.total) } })
    try second.finish()
    #expect(totals.withLock { $0 } == [640 - stopped.completed])
    #expect(resumed.resumed == stopped.completed && expected.resumed == 0)
    expectSame(resumed, expected)
    #expect(try bytes(scratch, "a/s") == bytes(scratch, "b/s"))
  }

  /// Killed after its last trial and before it was marked as finished.
  @Test func nothingIsLeftToWorkOut() throws {
    let scratch = try ScratchFolder()
    var sweep = try Self.sweep(Self.wide)
    let folder = StudyFolder(scratch.path("s"))
    let first = try folder.create(sweep, source: Self.source)
    let expected = try sweep.run(threads: 2, store: first)
    try first.close()
    let (second, _, _) = try folder.resume()
    sweep.stored = try RangeSet(second.trialRanges())
    let resumed = try sweep.run(threads: 2, store: second)
    #expect(resumed.resumed == 640 && sweep.strategies.isEmpty)
    expectSame(resumed, expected)
    try second.close()
  }

  /// A part counts its own trials, whatever engine works on it, and joins to the bytes of the whole.
  @Test(arguments: [Engine.compiled, .reference], [false, true])
  func partsCountTheirOwn(engine: Engine, isStopped: Bool) throws {
    let scratch = try ScratchFolder()
    var sweep = try Self.sweep(Self.wide)
    sweep.engine = engine
    sweep.blockSize = 20
    sweep.verify = isStopped ? 0 : 3
    let whole = try StudyFolder(scratch.path("a/s")).create(sweep, source: Self.source)
    let expected = try sweep.run(threads: 2, store: whole)
    try whole.finish()
    var (completed, trades) = (0, 0)
    for part in 0..<3 {
      var shard = sweep
      shard.shard = ShardRecord(index: part, count: 3)
      let folder = StudyFolder(scratch.path("p\(part)"))
      var store = try folder.create(shard, source: Self.source)
      let asked = Flag()
      var summary = try shard.run(
        threads: 1, store: store, isCancelled: { asked.isUp.withLock { $0 } },
        progress: { p in if isStopped { asked.isUp.withLock { $0 = true } } })
      if isStopped {
        #expect(summary.interrupted)
        try store.close()
        store = try folder.resume().store
        shard.stored = try RangeSet(store.trialRanges())
        summary = try shard.run(threads: 2, store: store)
        #expect(summary.resumed > 0)
      }
      #expect(summary.verified == (isStopped ? 0 : 3))
      try store.finish()
      completed += summary.completed
      trades += summary.trades
    }
    #expect(completed == 640 && trades == expected.trades)
    _ = try StudyFolder(scratch.path("b/s")).merge((0..<3).map { scratch.path("p\($0)") })
    #expect(try bytes(scratch, "a/s") == bytes(scratch, "b/s"))
  }
}
