import Foundation
import GRDB

extension RunStore {
  /// The study.
  ///
  /// - Throws: ``RunStoreError``.
  public func study() throws(RunStoreError) -> StudyRecord {
    let path = path
    return try run { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT * FROM studies WHERE id = 1") else {
        throw RunStoreError.corrupted(path: path, reason: "no study in it")
      }
      // The columns stand in the order of the record.
      let study = Cells(row: row, path: path)
      guard let seed = UInt64(try study.text(8)) else {
        throw RunStoreError.corrupted(path: path, reason: "the seed is no number")
      }
      let axes = try Row.fetchAll(db, sql: "SELECT axis, path, stride, size FROM axes ORDER BY axis").map {
        row in
        let cells = Cells(row: row, path: path)
        let axis = try cells.integer(0)
        let values = try Row.fetchAll(
          db, sql: "SELECT text FROM axis_values WHERE axis = ? ORDER BY choice", arguments: [axis]
        ).map { try Cells(row: $0, path: path).text(0) }
        let stride = try cells.integer(2)
        guard stride >= 1, !values.isEmpty, try cells.integer(3) == values.count else {
          throw RunStoreError.corrupted(path: path, reason: "values of axis \(axis) are missing")
        }
        return AxisRecord(path: try cells.text(1), stride: stride, values: values)
      }
      return StudyRecord(
        name: try study.text(1), spaceText: try study.text(2), spaceFormat: try study.text(3),
        historyName: try study.text(4), historyDigest: try study.text(5), provenance: try study.text(6),
        codeVersion: try study.text(7), seed: seed, from: try study.text(9), to: try study.text(10),
        configurations: try study.integer(11), marksName: try study.text(12), axes: axes)
    }
  }

  /// How many trials are stored.
  ///
  /// - Throws: ``RunStoreError``.
  public func trialCount() throws(RunStoreError) -> Int {
    try run { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM trials") ?? 0 }
  }

  /// The lowest and the highest index stored; nil where there is none.
  ///
  /// - Throws: ``RunStoreError``.
  public func trialEnds() throws(RunStoreError) -> (first: Int, last: Int)? {
    try run { db in
      guard let row = try Row.fetchOne(db, sql: "SELECT min(trial), max(trial) FROM trials"),
        let first = row[0] as Int64?, let last = row[1] as Int64?
      else { return nil }
      return (Int(first), Int(last))
    }
  }

  /// The metrics' names, in the order of the layout.
  public func metricNames() -> [String] { shape.metrics }

  /// One trial with everything, or nil if that configuration has none.
  ///
  /// - Throws: ``RunStoreError``.
  public func trial(index: Int) throws(RunStoreError) -> TrialRecord? {
    try run { db in
      let reader = try TrialReader(db, self, withDaily: true)
      return try reader.trial(index)
    }
  }

  /// Trials by a metric; equal ones by index, those without a value last.
  ///
  /// - Parameters:
  ///   - metric: a name of ``metricNames()``, or `net_cents`.
  ///   - limit: at most so many; nil for all.
  ///   - withDaily: whether to read the net cents of each session too.
  /// - Throws: ``RunStoreError``: `unknownMetric` and what reading can bring.
  /// - Complexity: O(n·log limit) in the trials; of each only the metric is read, the rest of the first `limit`.
  public func trials(
    orderBy metric: String, descending: Bool, limit: Int? = nil, withDaily: Bool = false
  ) throws(RunStoreError) -> [TrialRecord] {
    guard metric == "net_cents" || shape.metrics.contains(metric) else {
      throw .unknownMetric(path: path, name: metric, known: shape.metrics + ["net_cents"])
    }
    let path = path
    return try run { db in
      let reader = try TrialReader(db, self, withDaily: withDaily)
      let sql = RunStore.ranking(metric, descending: descending)
      return try Int.fetchAll(db, sql: sql, arguments: [limit ?? -1]).map { index in
        guard let trial = try reader.trial(index) else {
          throw RunStoreError.corrupted(path: path, reason: "trial \(index) is gone")
        }
        return trial
      }
    }
  }

  /// The query for the numbers of the first trials by a metric. It asks the view for nothing else, so that SQLite
  /// reads no value of an axis and, for a metric of `trials` alone, no setting.
  static func ranking(_ metric: String, descending: Bool) -> String {
    let order = descending ? "DESC" : "ASC NULLS LAST"
    return "SELECT trial FROM trials_wide ORDER BY \(Schema.quoted(metric)) \(order), trial LIMIT ?"
  }

  /// All trials in the order of their index.
  ///
  /// - Throws: ``RunStoreError``.
  public func trials(withDaily: Bool = false) throws(RunStoreError) -> [TrialRecord] {
    try run { db in
      let reader = try TrialReader(db, self, withDaily: withDaily)
      var trials: [TrialRecord] = []
      try reader.forEach { trials.append($0) }
      return trials
    }
  }

  /// Everything but the time of creation and the numbers of the settings, as text: equal texts are equal runs. Trials
  /// stand in the order of their index, figures in their shortest exact spelling, blobs in hexadecimal digits.
  ///
  /// - Throws: ``RunStoreError``.
  /// - Complexity: O(values), all in memory.
  public static func canonicalDump(path: String) throws(RunStoreError) -> String {
    let store = try open(path: path)
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
      encoder.nonConformingFloatEncodingStrategy = .convertToString(
        positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
      let study = try encoder.encode(store.study())
      let blobs = store.shape.trialColumns.filter { $0.kind == .blob }.map(\.name)
      let text = try store.run { db in
        var text = "study " + String(decoding: study, as: UTF8.self)
        for row in try Row.fetchAll(
          db, sql: "SELECT key, value FROM meta WHERE key <> ? ORDER BY key", arguments: [Schema.createdAt])
        {
          let cells = Cells(row: row, path: path)
          text += " \(try cells.text(0))=\(try cells.text(1))"
        }
        let columns = blobs.map { "hex(\(Schema.quoted($0)))" }.joined(separator: ", ")
        let hex =
          blobs.isEmpty ? nil : try db.makeStatement(sql: "SELECT \(columns) FROM trials WHERE trial = ?")
        try TrialReader(db, store, withDaily: true).forEach { trial in
          text += "\ntrial " + String(decoding: try encoder.encode(trial), as: UTF8.self)
          guard let hex, let row = try Row.fetchOne(hex, arguments: [trial.index]) else { return }
          for (place, name) in blobs.enumerated() {
            text += " \(name)=\(try Cells(row: row, path: path).text(place))"
          }
        }
        return text + "\n"
      }
      try store.close()
      return text
    } catch {
      try? store.close()
      throw RunStoreError(error, path: path)
    }
  }
}
