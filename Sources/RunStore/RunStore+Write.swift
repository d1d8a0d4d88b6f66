import Foundation
import GRDB

extension RunStore {
  /// Appends trials in one transaction: all of them or none.
  ///
  /// The bytes of the store depend on the order of the calls, so append in the order of the index whatever
  /// threads made the trials.
  ///
  /// - Throws: ``RunStoreError``: `diskFull`, `readOnly` for a reader, `badTrial` for an index or a metric's
  ///   name that is there twice.
  /// - Complexity: O(values), below 0.1 ms a trial in a debug build.
  public func append(_ trials: [TrialRecord]) throws(RunStoreError) {
    guard isWriter else { throw .readOnly(path: path) }
    let path = path
    do {
      try queue.write { db in
        var batch = try Batch(db, path: path)
        for trial in trials { try batch.insert(trial) }
        try batch.finish(db)
      }
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  static func insert(_ study: StudyRecord, into db: Database) throws {
    try db.execute(
      sql: "INSERT INTO studies VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        study.name, study.spaceText, study.spaceFormat, study.historyName, study.historyDigest,
        study.provenance, study.codeVersion, "\(study.seed)", study.from, study.to, study.configurations,
        study.marksName, jsonText(study.axes),
      ])
  }

  /// Texts as a JSON array.
  static func jsonText(_ texts: [String]) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.withoutEscapingSlashes]
    return String(decoding: try encoder.encode(texts), as: UTF8.self)
  }

  /// A JSON array of texts.
  static func texts(_ json: String) throws -> [String] {
    try JSONDecoder().decode([String].self, from: Data(json.utf8))
  }

  /// Net cents a session as bytes: 64-bit two's complement, little-endian.
  static func bytes(_ cents: [Int64]) -> Data {
    var data = Data(capacity: cents.count * 8)
    for value in cents {
      let bits = UInt64(bitPattern: value)
      for shift in stride(from: 0, to: 64, by: 8) {
        data.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
      }
    }
    return data
  }

  /// The inverse of ``bytes(_:)``; nil if the length is no multiple of 8.
  static func cents(_ data: Data) -> [Int64]? {
    guard data.count.isMultiple(of: 8) else { return nil }
    let bytes = Array(data)
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      Int64(bitPattern: bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
  }
}

/// The prepared statements of one transaction.
private struct Batch {
  let path: String
  let trials: Statement
  let metrics: Statement
  let outcomes: Statement
  let daily: Statement
  let metricNames: Statement
  let outcomeCodes: Statement
  var metricIDs: [String: Int] = [:]
  var outcomeIDs: [String: Int] = [:]
  let knownMetrics: Int

  init(_ db: Database, path: String) throws {
    self.path = path
    trials = try db.cachedStatement(sql: "INSERT INTO trials VALUES (?, 1, ?, ?, ?, ?, ?)")
    metrics = try db.cachedStatement(sql: "INSERT INTO metrics VALUES (?, ?, ?)")
    outcomes = try db.cachedStatement(sql: "INSERT INTO outcomes VALUES (?, ?, ?)")
    daily = try db.cachedStatement(sql: "INSERT INTO daily VALUES (?, ?)")
    metricNames = try db.cachedStatement(sql: "INSERT INTO metric_names VALUES (?, ?)")
    outcomeCodes = try db.cachedStatement(sql: "INSERT INTO outcome_codes VALUES (?, ?)")
    for row in try Row.fetchAll(db, sql: "SELECT id, name FROM metric_names") { metricIDs[row[1]] = row[0] }
    for row in try Row.fetchAll(db, sql: "SELECT id, code FROM outcome_codes") { outcomeIDs[row[1]] = row[0] }
    knownMetrics = metricIDs.count
  }

  mutating func insert(_ trial: TrialRecord) throws {
    let assignments = try RunStore.jsonText(trial.assignments)
    try unique(trial, "its index is stored already; give each configuration once") {
      try trials.execute(arguments: [
        trial.index, trial.parameters, assignments, trial.status, trial.reason, trial.netCents,
      ])
    }
    for metric in trial.metrics {
      let id = try Self.id(metric.name, &metricIDs, metricNames)
      let value = metric.value.flatMap { $0.isNaN ? nil : $0 }
      try unique(trial, "the metric '\(metric.name)' stands twice; give it once") {
        try metrics.execute(arguments: [trial.index, id, value])
      }
    }
    for outcome in trial.outcomes {
      let id = try Self.id(outcome.code, &outcomeIDs, outcomeCodes)
      try unique(trial, "the outcome '\(outcome.code)' stands twice; give it once") {
        try outcomes.execute(arguments: [trial.index, id, outcome.count])
      }
    }
    if let cents = trial.dailyCents {
      try daily.execute(arguments: [trial.index, RunStore.bytes(cents)])
    }
  }

  /// Shows new metrics in the wide view.
  func finish(_ db: Database) throws {
    guard metricIDs.count > knownMetrics else { return }
    let axes = try RunStore.texts(try String.fetchOne(db, sql: "SELECT axes FROM studies") ?? "[]")
    let rows = try Row.fetchAll(db, sql: "SELECT id, name FROM metric_names ORDER BY id")
    try Schema.createWideView(db, axes: axes, metrics: rows.map { ($0[0], $0[1]) })
  }

  private static func id(_ name: String, _ ids: inout [String: Int], _ insert: Statement) throws -> Int {
    if let id = ids[name] { return id }
    let id = ids.count + 1
    try insert.execute(arguments: [id, name])
    ids[name] = id
    return id
  }

  private func unique(_ trial: TrialRecord, _ reason: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw RunStoreError.badTrial(path: path, index: trial.index, reason: reason)
    }
  }
}
