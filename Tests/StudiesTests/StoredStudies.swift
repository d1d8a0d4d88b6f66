import MarketData
import RunStore

@testable import Studies

/// Small studies that were run and stored in a folder of their own.
enum StoredStudy {
  static let source = StudySource(history: nil, marks: nil, seed: 5)
  /// Twelve deltas by five stops; trial 7 is the second delta and the third stop.
  static let grid = """
    version: 1
    name: s
    condor: {short_delta: {from: 0.08, to: 0.30, step: 0.02}}
    exit: {stop: {loss_multiple: [0.5, 1, 1.5, 2, 3]}}

    """

  /// A grid, finished or as a run that was cut short leaves it.
  static func grid(
    _ scratch: ScratchFolder, _ text: String = grid, market: Market = Fixture.market,
    period: ClosedRange<Int> = Fixture.period, keep: Int? = nil, shard: ShardRecord? = nil,
    isFinished: Bool = true
  ) throws -> StudyFolder {
    let folder = StudyFolder(scratch.path("s"))
    var sweep = try Sweep(
      space: SweepSpace(Fixture.document(text, "space.yaml")), market: market, period: period)
    (sweep.keep, sweep.shard) = (keep, shard)
    let store = try folder.create(sweep, source: source)
    _ = try sweep.run(threads: 2, store: store)
    if isFinished { try store.finish() } else { try store.close() }
    return folder
  }

  /// A search by its own method, finished.
  static func search(
    _ scratch: ScratchFolder, _ text: String, market: Market = Fixture.market,
    period: ClosedRange<Int> = Fixture.period, keep: Int? = nil
  ) throws -> (folder: StudyFolder, summary: SearchSummary, space: SweepSpace) {
    let folder = StudyFolder(scratch.path("s"))
    let space = try SweepSpace(Fixture.document(text, "space.yaml"))
    var study = try SearchStudy(space, market: market, period: period)
    study.keep = keep
    let store = try folder.create(study, space: space, source: source)
    let summary = try study.run(threads: 2, store: store)
    try store.finish()
    return (folder, summary, space)
  }
}
