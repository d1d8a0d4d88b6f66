import Foundation
import GRDB

extension RunStore {
  /// Appends settings in one transaction: all of them or none.
  ///
  /// - Precondition: as many values as the layout has group columns of their kind.
  /// - Throws: ``RunStoreError``: `diskFull`, `readOnly` for a reader, `badSetting` for a number or an outcome that is
  ///   there twice.
  public func append(settings: [SettingRecord]) throws(RunStoreError) {
    let integers = shape.groupColumns.count { $0.kind == .integer }
    let reals = shape.groupColumns.count - integers
    for setting in settings {
      precondition(
        setting.integers.count == integers && setting.reals.count == reals,
        "RunStore.append: setting \(setting.id) needs \(integers) whole numbers and \(reals) others")
    }
    try write { db in try self.insert(settings, into: db) }
    knownSettings.withLock { known in
      for setting in settings { known.insert(setting.id) }
    }
  }

  /// Appends trials in one transaction: all of them or none.
  ///
  /// The bytes of the store depend on the order of the calls, so append in the order of the index whatever
  /// threads made the trials.
  ///
  /// - Precondition: the block has the layout's columns, a value each for every trial, trials that ascend strictly,
  ///   settings that are stored, and daily values of its own trials only.
  /// - Throws: ``RunStoreError``: `diskFull`, `readOnly` for a reader, `badTrial` for an index that is stored already.
  /// - Complexity: O(values), about 1.5 µs a trial of 16 columns where trials ascend from call to call.
  public func append(_ block: TrialBlock) throws(RunStoreError) {
    block.checkShape(shape.trialColumns)
    knownSettings.withLock { known in
      var last: Int?
      for (trial, setting) in zip(block.trials, block.settings) where setting != last {
        precondition(
          known.contains(setting) || !isWriter,
          "RunStore.append: trial \(trial) points to setting \(setting), which isn't stored")
        last = setting
      }
    }
    try write { db in try self.insert(block, into: db) }
  }

  /// One transaction, with errors made ours.
  private func write(_ body: @Sendable (Database) throws -> Void) throws(RunStoreError) {
    guard isWriter else { throw .readOnly(path: path) }
    do {
      try queue.write(body)
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  private func insert(_ settings: [SettingRecord], into db: Database) throws {
    var rows = try BulkInsert(db, into: "settings", columns: 2 + shape.groupColumns.count)
    var outcomes = try BulkInsert(db, into: "outcomes", columns: 3)
    var codes: [String: Int64] = [:]
    for row in try Row.fetchAll(db, sql: "SELECT id, code FROM outcome_codes") {
      let cells = Cells(row: row, path: path)
      codes[try cells.text(1)] = try cells.value(0)
    }
    for setting in settings {
      rows.bind(Int64(setting.id), at: 0)
      rows.bind(setting.reason, at: 1)
      var (integer, real) = (0, 0)
      for (place, column) in shape.groupColumns.enumerated() {
        if column.kind == .integer {
          rows.bind(setting.integers[integer], at: place + 2)
          integer += 1
        } else {
          rows.bind(setting.reals[real], at: place + 2)
          real += 1
        }
      }
      try unique(
        .badSetting(path: path, setting: setting.id, reason: "its number is stored already; give each once")
      ) { try rows.step() }
      for outcome in setting.outcomes {
        let code = codes[outcome.code] ?? Int64(codes.count + 1)
        if codes.updateValue(code, forKey: outcome.code) == nil {
          try db.execute(sql: "INSERT INTO outcome_codes VALUES (?, ?)", arguments: [code, outcome.code])
        }
        outcomes.bind(Int64(setting.id), at: 0)
        outcomes.bind(code, at: 1)
        outcomes.bind(Int64(outcome.count), at: 2)
        let reason = "the outcome '\(outcome.code)' stands twice; give it once"
        try unique(.badSetting(path: path, setting: setting.id, reason: reason)) { try outcomes.step() }
      }
    }
  }

  private func insert(_ block: TrialBlock, into db: Database) throws {
    // Sorted by kind once: taking a column out of its case at each row would count a reference up and down.
    var integers: [(place: Int, values: [Int64])] = []
    var reals: [(place: Int, values: [Double])] = []
    var blobs: [(place: Int, bytes: [UInt8], width: Int)] = []
    var words: [(place: Int, words: [Int64], count: Int)] = []
    for (column, values) in block.columns.enumerated() {
      switch values {
      case .integers(let values): integers.append((column + 2, values))
      case .reals(let values): reals.append((column + 2, values))
      case .blobs(let bytes, let width): blobs.append((column + 2, bytes, width))
      case .words(let values, let count): words.append((column + 2, values.map { $0.littleEndian }, count))
      }
    }
    var rows = try BulkInsert(db, into: "trials", columns: 2 + block.columns.count)
    for row in block.trials.indices {
      rows.bind(Int64(block.trials[row]), at: 0)
      rows.bind(Int64(block.settings[row]), at: 1)
      for k in integers.indices { rows.bind(integers[k].values[row], at: integers[k].place) }
      for k in reals.indices { rows.bind(reals[k].values[row], at: reals[k].place) }
      for k in blobs.indices {
        let start = row * blobs[k].width
        rows.bind(blobs[k].bytes, start..<start + blobs[k].width, at: blobs[k].place)
      }
      for k in words.indices {
        let start = row * words[k].count
        rows.bind(words[k].words, start..<start + words[k].count, at: words[k].place)
      }
      try unique(
        .badTrial(
          path: path, index: block.trials[row],
          reason: "its index is stored already; give each configuration once")
      ) { try rows.step() }
    }
    var daily = try BulkInsert(db, into: "daily", columns: 2)
    for (trial, cents) in block.daily {
      daily.bind(Int64(trial), at: 0)
      let bytes = RunStore.bytes(cents)
      daily.bind(bytes, bytes.indices, at: 1)
      try daily.step()
    }
  }

  /// Runs a step; the error given stands for a key that is there already.
  private func unique(_ taken: @autoclosure () -> RunStoreError, _ step: () throws -> Void) throws {
    do {
      try step()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw taken()
    }
  }

  /// Stores the study, its axes and the facts, in a new store.
  static func insert(
    _ study: StudyRecord, facts: [(key: String, value: String)], into db: Database
  ) throws {
    try db.execute(
      sql: "INSERT INTO studies VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        study.name, study.spaceText, study.spaceFormat, study.historyName, study.historyDigest,
        study.provenance, study.codeVersion, "\(study.seed)", study.from, study.to, study.configurations,
        study.marksName,
      ])
    for (index, axis) in study.axes.enumerated() {
      try db.execute(
        sql: "INSERT INTO axes VALUES (?, ?, ?, ?)",
        arguments: [index, axis.path, axis.stride, axis.values.count])
      var values = try BulkInsert(db, into: "axis_values", columns: 3)
      for (choice, text) in axis.values.enumerated() {
        values.bind(Int64(index), at: 0)
        values.bind(Int64(choice), at: 1)
        values.bind(text, at: 2)
        try values.step()
      }
    }
    let now = Date.now.formatted(.iso8601)
    for (key, value) in facts + [(key: Schema.createdAt, value: now)] {
      try db.execute(sql: "INSERT INTO meta VALUES (?, ?)", arguments: [key, value])
    }
  }

  /// Net cents a session as bytes: 64-bit two's complement, little-endian.
  static func bytes(_ cents: [Int64]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(cents.count * 8)
    for value in cents {
      let bits = UInt64(bitPattern: value)
      for shift in stride(from: 0, to: 64, by: 8) {
        bytes.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift)))
      }
    }
    return bytes
  }

  /// The inverse of ``bytes(_:)``; nil if the length is no multiple of 8.
  static func cents(_ bytes: [UInt8]) -> [Int64]? {
    guard bytes.count.isMultiple(of: 8) else { return nil }
    return stride(from: 0, to: bytes.count, by: 8).map { start in
      Int64(bitPattern: bytes[start..<start + 8].reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) })
    }
  }
}
