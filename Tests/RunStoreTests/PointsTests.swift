import Foundation
import GRDB
import Testing

@testable import RunStore

/// Studies whose trials have points of their own: what a random search, Sobol, NSGA-II or CMA-ES leaves.
@Suite struct PointsTests {
  static let study: StudyRecord = {
    var study = Sample.study
    study.method = "nsga2"
    study.settings = #"{"population": 4}"#
    study.axes = [
      AxisRecord(path: "condor.short_delta", values: []), AxisRecord(path: "exit.stop", values: Sample.stops),
      AxisRecord(path: "exit.multiple", values: []),
    ]
    return study
  }()

  /// The stop's multiple has no meaning without a stop.
  static func point(_ trial: Int) -> [Double] {
    let stop = trial % 5 == 3 ? .nan : Double(trial % 2)
    return [Double(trial) / 7 + 0.05, stop, stop == 1 ? 1 + Double(trial) : .nan]
  }

  static func append(_ trials: Range<Int>, generation: GenerationRecord?, to store: RunStore) throws {
    var block = Sample.block(Array(trials))
    block.points = (0..<3).map { axis in trials.map { point($0)[axis] } }
    try store.append(block, settings: Sample.settings(trials), generation: generation)
  }

  static func generation(_ k: Int) -> GenerationRecord {
    GenerationRecord(
      generation: k, firstTrial: 4 * k, trials: 4, evaluationsBefore: 4 * k,
      hypervolume: k == 0 ? nil : 1 / Double(k), best: k == 1 ? nil : Double(k),
      note: k == 2 ? "restart" : nil)
  }

  private static func create(_ path: String) throws -> RunStore {
    try RunStore.create(path: path, study: study, layout: Sample.layout)
  }

  @Test func pointsAndGenerationsComeBack() throws {
    let folder = try StoreFolder()
    let writer = try Self.create(folder.path("s"))
    for k in 0..<5 { try Self.append(4 * k..<4 * k + 4, generation: Self.generation(k), to: writer) }
    try writer.close()
    let reader = try RunStore.open(path: folder.path("s"))
    #expect(try reader.study() == Self.study)
    #expect(try reader.generations() == (0..<5).map(Self.generation))
    let points = try reader.points(of: 3..<30)
    #expect(points.map(\.trial) == Array(3..<20))
    for (trial, point) in points {
      #expect(zip(point, Self.point(trial)).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }, "\(trial)")
    }
    #expect(points.contains { $0.point[1].isNaN } && points.contains { $0.point[1] == 1 })
    let types = try reader.queue.read {
      try String.fetchAll($0, sql: "SELECT DISTINCT typeof(p0) || ' ' || typeof(p1) FROM points ORDER BY 1")
    }
    #expect(types == ["real integer", "real null"])
    let values = try reader.values(of: ["sharpe", "net_cents"], trials: 2..<4)
    #expect(values.map(\.trial) == [2, 3])
    #expect(
      values[0].values == [0.5, Double(Sample.net(2))] && values[1].values == [nil, Double(Sample.net(3))])
    try reader.close()
  }

  /// Listed values by their text, real ones as numbers, nothing where a parameter is inactive.
  @Test func theWideViewShowsPoints() throws {
    let folder = try StoreFolder()
    let writer = try Self.create(folder.path("s"))
    try Self.append(0..<8, generation: nil, to: writer)
    let rows = try writer.queue.read { try Row.fetchAll($0, sql: "SELECT * FROM trials_wide ORDER BY trial") }
    #expect(
      Array(rows[0].columnNames) == Schema.fixedColumns + [
        "condor.short_delta", "exit.stop", "exit.multiple",
      ]
        + Sample.metrics)
    for (trial, row) in rows.enumerated() {
      let point = Self.point(trial)
      #expect(row["condor.short_delta"] == point[0])
      #expect(row["exit.stop"] as String? == (point[1].isNaN ? nil : Sample.stops[Int(point[1])]))
      #expect(row["exit.multiple"] as Double? == (point[2].isNaN ? nil : point[2]))
    }
    #expect(
      try writer.trial(index: 1)?.assignments == ["\(1.0 / 7 + 0.05)", "it's", "2.0"])
    #expect(try writer.trial(index: 3)?.assignments == ["\(3.0 / 7 + 0.05)", nil, nil])
    // A ranking asks neither points nor settings.
    let plan = try writer.queue.read {
      try Row.fetchAll(
        $0, sql: "EXPLAIN QUERY PLAN " + RunStore.ranking("sharpe", descending: true), arguments: [1]
      )
      .map { $0["detail"] as String? }
    }
    #expect(plan == ["SCAN t", "USE TEMP B-TREE FOR ORDER BY"])
    try writer.close()
  }

  /// Trials and the line of their generation come together or not at all.
  @Test func aGenerationIsStoredWithItsTrialsOrNeitherIs() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let writer = try Self.create(path)
    try Self.append(0..<4, generation: Self.generation(0), to: writer)
    let error = RunStoreError.badGeneration(
      path: path, generation: 0, reason: "it is stored already; go on after the last")
    #expect(throws: error) { try Self.append(4..<8, generation: Self.generation(0), to: writer) }
    #expect(throws: RunStoreError.self) { try Self.append(3..<7, generation: Self.generation(1), to: writer) }
    #expect(try writer.trialRanges() == [0..<4])
    #expect(try writer.generations() == [Self.generation(0)])
    #expect(try writer.points(of: 0..<100).count == 4)
    try writer.close()
  }

  /// The same search, interrupted or in another order, leaves the same bytes.
  @Test func interruptionsAndOrderDoNotShow() throws {
    let folder = try StoreFolder()
    func run(_ name: String, _ work: (RunStore) throws -> RunStore) throws -> Data {
      try work(try Self.create(folder.path(name))).finish()
      return try Data(contentsOf: URL(filePath: folder.path(name)))
    }
    let whole = try run("a") { store in
      for k in 0..<600 { try Self.append(4 * k..<4 * k + 4, generation: Self.generation(k), to: store) }
      return store
    }
    let interrupted = try run("b") { store in
      var store = store
      for k in 0..<600 {
        if k.isMultiple(of: 100) {
          try store.close()
          store = try RunStore.resume(path: folder.path("b"))
          #expect(try store.generations().last?.generation ?? -1 == k - 1)
        }
        try Self.append(4 * k..<4 * k + 4, generation: Self.generation(k), to: store)
      }
      return store
    }
    #expect(interrupted == whole)
    let reversed = try run("c") { store in
      for k in (0..<600).reversed() {
        try Self.append(4 * k..<4 * k + 4, generation: Self.generation(k), to: store)
      }
      return store
    }
    #expect(reversed == whole)
  }

  @Test func aPointOfAnotherShapeStopsTheProgram() async throws {
    defer { StoreFolder.removeLeft(by: "point") }
    func append(_ points: [[Double]]) throws {
      let folder = try StoreFolder()
      let store = try Self.create(folder.path("s"))
      var block = Sample.block([0, 1])
      block.points = points
      try? store.append(block, settings: Sample.settings(0..<2))
    }
    try append([[0, 1], [0, .nan], [0.5, 0.5]])
    await #expect(processExitsWith: .failure) {
      let folder = try StoreFolder(dyingFor: "point")
      let store = try Self.create(folder.path("s"))
      try? store.append(Sample.block([0, 1]), settings: Sample.settings(0..<2))
    }
    await #expect(processExitsWith: .failure) {
      let folder = try StoreFolder(dyingFor: "point")
      let store = try Self.create(folder.path("s"))
      var block = Sample.block([0, 1])
      block.points = [[0, 1], [0, 2], [0.5, 0.5]]
      try? store.append(block, settings: Sample.settings(0..<2))
    }
  }
}
