import Foundation
import GRDB

/// Writes the trials of stores into a new one, in the order of their index: the bytes that a run leaves which
/// met them in that order.
enum CanonicalCopy {
  /// What a copy under way is called, after the name of the store it is for. It is worth nothing before it is whole.
  static let suffix = "-copy"

  /// Writes a new file; one that is there is replaced.
  ///
  /// - Parameters:
  ///   - sources: stores of equal shape, with trials that ascend from store to store.
  ///   - study: what the copy says of itself.
  static func write(
    _ sources: [RunStore], study: StudyRecord, state: StoreState, to path: String
  ) throws {
    try? FileManager.default.removeItem(atPath: path)
    do {
      var configuration = Configuration()
      configuration.foreignKeysEnabled = false
      configuration.label = "CanonicalCopy"
      configuration.prepareDatabase { db in
        // Nobody reads it before it is whole, and then it is synchronised at once.
        try db.execute(sql: "PRAGMA page_size = 16384")
        try db.execute(sql: "PRAGMA journal_mode = OFF")
        try db.execute(sql: "PRAGMA synchronous = OFF")
      }
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      defer { try? queue.close() }
      let revision = try queue.write { target in
        var numbers = SettingNumbers()
        var (trials, generations) = (0, 0)
        for (place, source) in sources.enumerated() {
          try source.queue.read { db in
            if place == 0 { try begin(target, like: db, study: study, state: state) }
            let counts = try copy(source, db, into: target, numbers: &numbers)
            trials += counts.trials
            generations += counts.generations
          }
        }
        return StoreHeader.revision(
          trials: trials, generations: generations, isFinished: state == .finished)
      }
      try queue.close()
      try StoreHeader.setCounters(path: path, to: revision)
      let handle = try FileHandle(forUpdating: URL(filePath: path))
      try handle.synchronize()
      try handle.close()
    } catch {
      try? FileManager.default.removeItem(atPath: path)
      throw error
    }
  }

  private static func begin(
    _ target: Database, like source: Database, study: StudyRecord, state: StoreState
  ) throws {
    try Schema.create(target, like: Schema.statements(source))
    let facts = try Row.fetchAll(source, sql: "SELECT key, value FROM meta ORDER BY rowid")
    try RunStore.insert(study, state: state, facts: facts.map { ($0[0], $0[1]) }, into: target)
  }

  /// Copies the trials of a store, each with what belongs to it.
  private static func copy(
    _ store: RunStore, _ db: Database, into target: Database, numbers: inout SettingNumbers
  ) throws -> (trials: Int, generations: Int) {
    let shape = store.shape
    var rows = try TrialInsert(target, path: store.path, shape: shape)
    let settings = try SettingReader(db, path: store.path, shape: shape)
    var generations = try RunStore.generations(db, path: store.path)[...]
    let (generationCount, width) = (generations.count, 2 + shape.trialColumns.count)
    let trials = try db.makeStatement(sql: "SELECT * FROM trials ORDER BY trial")
    let points =
      shape.hasPoints ? try db.makeStatement(sql: "SELECT * FROM points ORDER BY trial") : nil
    let trialRows = try Row.fetchCursor(trials)
    let pointRows = try points.map { try Row.fetchCursor($0) }
    let daily = try Row.fetchCursor(db, sql: "SELECT trial, net_cents FROM daily ORDER BY trial")
    var nextDaily = try daily.next()?.copy()
    var numberOf: [Int: Int] = [:]
    var count = 0
    while let row = try trialRows.next() {
      let cells = Cells(row: row, path: store.path)
      let trial = try cells.integer(0)
      while let next = generations.first, next.firstTrial + next.trials <= trial {
        try rows.insert(generations.removeFirst())
      }
      let label = try cells.integer(1)
      let number = try numberOf[label] ?? rows.number(of: settings.setting(label), in: &numbers)
      numberOf[label] = number
      for column in 2..<width { rows.trials.bind(column, of: trials, at: column) }
      if let points, let pointRows {
        guard let point = try pointRows.next(), try Cells(row: point, path: store.path).integer(0) == trial
        else { throw RunStoreError.corrupted(path: store.path, reason: "trial \(trial) has no point") }
        for column in 1..<1 + shape.axisCount { rows.points?.bind(column, of: points, at: column) }
      }
      try rows.insert(trial: trial, setting: number)
      if let found = nextDaily, try Cells(row: found, path: store.path).integer(0) == trial {
        let bytes: Data = try Cells(row: found, path: store.path).value(1)
        try rows.insert(daily: Array(bytes), trial: trial)
        nextDaily = try daily.next()?.copy()
      }
      count += 1
    }
    for generation in generations { try rows.insert(generation) }
    return (count, generationCount)
  }
}
