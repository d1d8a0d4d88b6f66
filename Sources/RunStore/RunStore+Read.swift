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
      guard let seed = UInt64(row["seed"] as String) else {
        throw RunStoreError.corrupted(path: path, reason: "the seed is no number")
      }
      return StudyRecord(
        name: row["name"], spaceText: row["space_text"], spaceFormat: row["space_format"],
        historyName: row["history_name"], historyDigest: row["history_digest"], provenance: row["provenance"],
        codeVersion: row["code_version"], seed: seed, from: row["from_date"], to: row["to_date"],
        configurations: row["configurations"], marksName: row["marks_name"],
        axes: try RunStore.texts(row["axes"]))
    }
  }

  /// How many trials are stored.
  ///
  /// - Throws: ``RunStoreError``.
  public func trialCount() throws(RunStoreError) -> Int {
    try run { db in try Int.fetchOne(db, sql: "SELECT count(*) FROM trials") ?? 0 }
  }

  /// The metrics' names, in the order in which the store first met them.
  ///
  /// - Throws: ``RunStoreError``.
  public func metricNames() throws(RunStoreError) -> [String] {
    try run { db in try String.fetchAll(db, sql: "SELECT name FROM metric_names ORDER BY id") }
  }

  /// One trial with everything, or nil if that configuration has none.
  ///
  /// - Throws: ``RunStoreError``.
  public func trial(index: Int) throws(RunStoreError) -> TrialRecord? {
    let path = path
    return try run { db in
      try RunStore.fetch(db, "SELECT * FROM trials WHERE trial = ?", [index], withDaily: true, path: path)
        .first
    }
  }

  /// Trials by a metric; equal ones by index, those without a value last.
  ///
  /// - Parameters:
  ///   - metric: a name of ``metricNames()``, or `net_cents`.
  ///   - limit: at most so many; nil for all.
  ///   - withDaily: whether to read the net cents of each session too.
  /// - Returns: metrics and outcomes stand in the order in which the store first met their names.
  /// - Throws: ``RunStoreError``: `unknownMetric` and what reading can bring.
  /// - Complexity: O(n log n) in the trials.
  public func trials(
    orderBy metric: String, descending: Bool, limit: Int? = nil, withDaily: Bool = false
  ) throws(RunStoreError) -> [TrialRecord] {
    let path = path
    return try run { db in
      let order = descending ? "DESC" : "ASC"
      let rows = limit ?? -1
      if metric == "net_cents" {
        let sql = "SELECT * FROM trials ORDER BY net_cents \(order), trial LIMIT ?"
        return try RunStore.fetch(db, sql, [rows], withDaily: withDaily, path: path)
      }
      guard
        let id = try Int.fetchOne(db, sql: "SELECT id FROM metric_names WHERE name = ?", arguments: [metric])
      else {
        let known = try String.fetchAll(db, sql: "SELECT name FROM metric_names ORDER BY id")
        throw RunStoreError.unknownMetric(path: path, name: metric, known: known + ["net_cents"])
      }
      let sql = """
        SELECT t.* FROM trials t LEFT JOIN metrics m ON m.trial = t.trial AND m.metric = ?
        ORDER BY m.value IS NULL, m.value \(order), t.trial LIMIT ?
        """
      return try RunStore.fetch(db, sql, [id, rows], withDaily: withDaily, path: path)
    }
  }

  /// All trials in the order of their index.
  ///
  /// - Throws: ``RunStoreError``.
  public func trials(withDaily: Bool = false) throws(RunStoreError) -> [TrialRecord] {
    let path = path
    return try run { db in
      try RunStore.fetch(db, "SELECT * FROM trials ORDER BY trial", [], withDaily: withDaily, path: path)
    }
  }

  /// Everything but the time of creation, as text: equal texts are equal runs. Trials stand in the order of
  /// their index, figures in their shortest exact spelling.
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
      var lines = ["study " + String(decoding: try encoder.encode(store.study()), as: UTF8.self)]
      for trial in try store.trials(withDaily: true) {
        lines.append("trial " + String(decoding: try encoder.encode(trial), as: UTF8.self))
      }
      try store.close()
      return lines.joined(separator: "\n") + "\n"
    } catch {
      try? store.close()
      throw RunStoreError(error, path: path)
    }
  }

  /// Trials of a query on the table, with their metrics, outcomes and, if asked for, daily values.
  private static func fetch(
    _ db: Database, _ sql: String, _ arguments: StatementArguments, withDaily: Bool, path: String
  ) throws -> [TrialRecord] {
    let metrics = try db.cachedStatement(
      sql: """
        SELECT n.name, m.value FROM metrics m JOIN metric_names n ON n.id = m.metric
        WHERE m.trial = ? ORDER BY m.metric
        """)
    let outcomes = try db.cachedStatement(
      sql: """
        SELECT c.code, o.sessions FROM outcomes o JOIN outcome_codes c ON c.id = o.outcome
        WHERE o.trial = ? ORDER BY o.outcome
        """)
    let daily = try db.cachedStatement(sql: "SELECT net_cents FROM daily WHERE trial = ?")
    return try Row.fetchAll(db, sql: sql, arguments: arguments).map { row in
      let index: Int = row["trial"]
      var trial = TrialRecord(
        index: index, parameters: row["parameters"], assignments: try texts(row["assignments"]),
        status: row["status"], reason: row["reason"], netCents: row["net_cents"])
      trial.metrics = try Row.fetchAll(metrics, arguments: [index]).map { MetricValue($0[0], $0[1]) }
      trial.outcomes = try Row.fetchAll(outcomes, arguments: [index]).map { OutcomeCount($0[0], $0[1]) }
      if withDaily, let data = try Data.fetchOne(daily, arguments: [index]) {
        guard let cents = cents(data) else {
          throw RunStoreError.corrupted(path: path, reason: "trial \(index): daily values cut off")
        }
        trial.dailyCents = cents
      }
      return trial
    }
  }
}
