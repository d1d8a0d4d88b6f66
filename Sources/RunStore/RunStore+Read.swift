import Foundation
import GRDB

extension RunStore {
  /// The study.
  ///
  /// - Throws: ``RunStoreError``.
  public func study() throws(RunStoreError) -> StudyRecord {
    let path = path
    return try run { try Self.study($0, path: path) }
  }

  static func study(_ db: Database, path: String) throws -> StudyRecord {
    guard
      let row = try Row.fetchOne(
        db,
        sql: """
          SELECT name, space_text, space_format, history_name, history_digest, provenance, code_version, seed, from_date,
            to_date, configurations, marks_name, method, settings, kept, shard, shards
          FROM studies WHERE id = 1
          """)
    else { throw RunStoreError.corrupted(path: path, reason: "no study in it") }
    let study = Cells(row: row, path: path)
    guard let seed = UInt64(try study.text(7)) else {
      throw RunStoreError.corrupted(path: path, reason: "the seed is no number")
    }
    var shard: ShardRecord?
    if let index: Int = try study.optional(15), let count: Int = try study.optional(16) {
      guard (0..<max(count, 0)).contains(index) else {
        throw RunStoreError.corrupted(path: path, reason: "shard \(index) of \(count)")
      }
      shard = ShardRecord(index: index, count: count)
    }
    let axes = try axes(db, path: path)
    guard Set(axes.map { $0.stride == nil }).count <= 1 else {
      throw RunStoreError.corrupted(path: path, reason: "strides of axes are missing")
    }
    return StudyRecord(
      name: try study.text(0), spaceText: try study.text(1), spaceFormat: try study.text(2),
      historyName: try study.text(3), historyDigest: try study.text(4), provenance: try study.text(5),
      codeVersion: try study.text(6), seed: seed, from: try study.text(8), to: try study.text(9),
      configurations: try study.integer(10), marksName: try study.text(11), method: try study.text(12),
      settings: try study.text(13), kept: try study.optional(14), shard: shard, axes: axes)
  }

  private static func axes(_ db: Database, path: String) throws -> [AxisRecord] {
    try Row.fetchAll(db, sql: "SELECT axis, path, stride, size FROM axes ORDER BY axis").map { row in
      let cells = Cells(row: row, path: path)
      let axis = try cells.integer(0)
      let values = try Row.fetchAll(
        db, sql: "SELECT text FROM axis_values WHERE axis = ? ORDER BY choice", arguments: [axis]
      ).map { try Cells(row: $0, path: path).text(0) }
      let stride: Int? = try cells.optional(2)
      guard try cells.integer(3) == values.count, stride.map({ $0 >= 1 && !values.isEmpty }) ?? true else {
        throw RunStoreError.corrupted(path: path, reason: "values of axis \(axis) are missing")
      }
      let name = try cells.text(1)
      return stride.map { AxisRecord(path: name, stride: $0, values: values) }
        ?? AxisRecord(path: name, values: values)
    }
  }

  /// Whether all trials are stored: ``finish()`` was called.
  ///
  /// - Throws: ``RunStoreError``.
  public func isFinished() throws(RunStoreError) -> Bool {
    try run { db in
      try Int.fetchOne(db, sql: "SELECT state FROM studies") == StoreState.finished.rawValue
    }
  }

  /// The journal of generations, in their order.
  ///
  /// - Throws: ``RunStoreError``.
  public func generations() throws(RunStoreError) -> [GenerationRecord] {
    let path = path
    return try run { try Self.generations($0, path: path) }
  }

  static func generations(_ db: Database, path: String) throws -> [GenerationRecord] {
    let sql = """
      SELECT generation, first_trial, trials, evaluations_before, hypervolume, best, note
      FROM generations ORDER BY generation
      """
    return try Row.fetchAll(db, sql: sql).map { row in
      let cells = Cells(row: row, path: path)
      return GenerationRecord(
        generation: try cells.integer(0), firstTrial: try cells.integer(1), trials: try cells.integer(2),
        evaluationsBefore: try cells.integer(3), hypervolume: try cells.optional(4),
        best: try cells.optional(5), note: try cells.optional(6))
    }
  }

  /// Whether each trial has a point of its own, as those of a search have.
  public var hasPoints: Bool { shape.hasPoints }

  /// The points of some trials, by trial and then by axis, as ``TrialBlock/points`` has them by axis; NaN where a
  /// parameter is inactive. Trials that aren't stored are left out; a grid has no points.
  ///
  /// - Throws: ``RunStoreError``.
  public func points(
    of trials: Range<Int>
  ) throws(RunStoreError) -> [(trial: Int, point: [Double])] {
    guard shape.hasPoints else { return [] }
    let (path, axes) = (path, shape.axisCount)
    return try run { db in
      try Row.fetchAll(
        db, sql: "SELECT * FROM points WHERE trial >= ? AND trial < ? ORDER BY trial",
        arguments: [trials.lowerBound, trials.upperBound]
      ).map { row in
        let cells = Cells(row: row, path: path)
        return (try cells.integer(0), try (1..<1 + axes).map { try cells.optional($0) ?? .nan })
      }
    }
  }

  /// Some metrics of some trials, by trial and then in the order asked; nil for one that can't be had.
  ///
  /// - Parameter metrics: names of ``metricNames()``, or `net_cents`.
  /// - Throws: ``RunStoreError``: `unknownMetric` and what reading can bring.
  public func values(
    of metrics: [String], trials: Range<Int>
  ) throws(RunStoreError) -> [(trial: Int, values: [Double?])] {
    for metric in metrics { try check(metric: metric) }
    return try run { db in
      let columns = (["trial"] + metrics).map(Schema.quoted).joined(separator: ", ")
      let rows = try Row.fetchCursor(
        db, sql: "SELECT \(columns) FROM trials_wide WHERE trial >= ? AND trial < ? ORDER BY trial",
        arguments: [trials.lowerBound, trials.upperBound])
      var found: [(trial: Int, values: [Double?])] = []
      while let row = try rows.next() {
        // read as what they are: a boxed value each would cost as much as all the rest
        let trial = try row.decode(Int.self, atIndex: 0)
        found.append((trial, try (1..<1 + metrics.count).map { try row.decode(Double?.self, atIndex: $0) }))
      }
      return found
    }
  }

  func check(metric: String) throws(RunStoreError) {
    guard metric == "net_cents" || shape.metrics.contains(metric) else {
      throw .unknownMetric(path: path, name: metric, known: shape.metrics + ["net_cents"])
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

  /// The indices stored, as runs without a gap, ascending.
  ///
  /// - Throws: ``RunStoreError``.
  /// - Complexity: O(trials), much less where they are one run.
  public func trialRanges() throws(RunStoreError) -> [Range<Int>] {
    let count = try trialCount()
    if let ends = try trialEnds(), ends.last - ends.first + 1 == count { return [ends.first..<ends.last + 1] }
    return try run { db in
      var ranges: [Range<Int>] = []
      let trials = try Int.fetchCursor(db, sql: "SELECT trial FROM trials ORDER BY trial")
      while let trial = try trials.next() {
        if let last = ranges.last, last.upperBound == trial {
          ranges[ranges.count - 1] = last.lowerBound..<trial + 1
        } else {
          ranges.append(trial..<trial + 1)
        }
      }
      return ranges
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
  ///   - filter: a condition that they have to meet, from ``filter(_:)``; nil for all.
  ///   - metric: a name of ``metricNames()``, or `net_cents`.
  ///   - limit: at most so many; nil for all.
  ///   - withDaily: whether to read the net cents of each session too.
  /// - Throws: ``RunStoreError``: `unknownMetric` and what reading can bring.
  /// - Complexity: O(n·log limit) in the trials; of each only the metric is read, the rest of the first `limit`.
  public func trials(
    where filter: TrialFilter? = nil, orderBy metric: String, descending: Bool, limit: Int? = nil,
    withDaily: Bool = false
  ) throws(RunStoreError) -> [TrialRecord] {
    try check(metric: metric)
    let values = (filter?.arguments ?? []) + [(limit ?? -1).databaseValue]
    return try trials(
      ranking: RunStore.ranking(metric, descending: descending, where: filter?.sql),
      arguments: StatementArguments(values), withDaily: withDaily)
  }

  /// The trials whose numbers a query gives, in its order.
  func trials(
    ranking sql: String, arguments: StatementArguments, withDaily: Bool
  ) throws(RunStoreError) -> [TrialRecord] {
    let path = path
    return try run { db in
      let reader = try TrialReader(db, self, withDaily: withDaily)
      return try Int.fetchAll(db, sql: sql, arguments: arguments).map { index in
        guard let trial = try reader.trial(index) else {
          throw RunStoreError.corrupted(path: path, reason: "trial \(index) is gone")
        }
        return trial
      }
    }
  }

  /// The query for the numbers of the first trials by a metric. It asks the view for nothing else, so that SQLite
  /// reads no value of an axis and, for a metric of `trials` alone, no setting.
  ///
  /// - Parameter condition: SQL over the view's columns that trials have to meet; nil for all.
  static func ranking(_ metric: String, descending: Bool, where condition: String? = nil) -> String {
    let order = descending ? "DESC" : "ASC NULLS LAST"
    let filter = condition.map { " WHERE " + $0 } ?? ""
    return "SELECT trial FROM trials_wide\(filter) ORDER BY \(Schema.quoted(metric)) \(order), trial LIMIT ?"
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

  /// Everything but the numbers of the settings, as text: equal texts are equal runs. Generations and trials stand in
  /// their order, figures in their shortest exact spelling, blobs in hexadecimal digits.
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
        for row in try Row.fetchAll(db, sql: "SELECT key, value FROM meta ORDER BY key") {
          let cells = Cells(row: row, path: path)
          text += " \(try cells.text(0))=\(try cells.text(1))"
        }
        for generation in try generations(db, path: path) {
          text += "\ngeneration " + String(decoding: try encoder.encode(generation), as: UTF8.self)
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
