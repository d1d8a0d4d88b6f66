import Foundation
import GRDB

extension RunStore {
  /// Appends trials, the settings they have and the line that ends their generation, in one transaction: all or none.
  ///
  /// The bytes of the store follow from its trials, however they are cut into blocks, as long as they come in the order
  /// of their index; from one that doesn't, ``finish()`` makes them so by a copy. Settings are stored once each, as the
  /// first trial that has them comes; one that no trial has isn't stored.
  ///
  /// - Parameters:
  ///   - settings: what the trials share, each with its own label.
  ///   - generation: the journal's line, with the last trials of a generation.
  /// - Precondition: the block has the layout's columns, a value each for every trial, trials that ascend strictly, labels
  ///   of settings given, points where the study has them, and daily values of its own trials only.
  /// - Throws: ``RunStoreError``: `diskFull`, `readOnly` for a reader, `badTrial` for an index that is stored already,
  ///   `badSetting` for a label or an outcome that is there twice, `badGeneration` for a number that is stored already.
  /// - Complexity: O(values), about 1.5 µs a trial of 16 columns where trials ascend from call to call.
  public func append(
    _ block: TrialBlock, settings: [SettingRecord], generation: GenerationRecord? = nil
  ) throws(RunStoreError) {
    guard isWriter else { throw .readOnly(path: path) }
    block.checkShape(shape, axes: axes)
    let positions = try checked(settings)
    for label in block.settings {
      precondition(positions[label] != nil, "RunStore.append: a trial points to setting \(label), not given")
    }
    do {
      try state.withLock { state in
        let isOrdered = block.trials.first.map { $0 > state.last ?? -1 } ?? true
        do {
          try queue.write { db in
            // The mark comes before what it is about, so that a store without it is in order.
            if state.isOrdered && !isOrdered {
              try db.execute(sql: "UPDATE studies SET state = ?", arguments: [StoreState.unordered.rawValue])
            }
            try insert(block, settings, positions, generation, numbers: &state.numbers, into: db)
          }
        } catch {
          state.numbers.rollback()
          throw error
        }
        state.numbers.commit()
        state.isOrdered = state.isOrdered && isOrdered
        state.last = [state.last, block.trials.last].compactMap(\.self).max()
        state.count += block.trials.count
      }
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  /// Takes trials back, in one transaction: those that turn out not to be among the best so many. What they leave behind
  /// is put in order by ``finish()``, so that the store's bytes are those of one that never had them.
  ///
  /// - Parameter trials: indices; those that aren't stored don't matter.
  /// - Throws: ``RunStoreError``: `readOnly` for a reader, and what writing can bring.
  /// - Complexity: O(trials taken back).
  public func discard(_ trials: [Range<Int>]) throws(RunStoreError) {
    guard isWriter else { throw .readOnly(path: path) }
    guard !trials.isEmpty else { return }
    let tables = ["trials", "daily"] + (shape.hasPoints ? ["points"] : [])
    do {
      try state.withLock { state in
        let (last, count) = try queue.write { db in
          try db.execute(sql: "UPDATE studies SET state = ?", arguments: [StoreState.unordered.rawValue])
          for range in trials {
            for table in tables {
              try db.execute(
                sql: "DELETE FROM \(table) WHERE trial >= ? AND trial < ?",
                arguments: [range.lowerBound, range.upperBound])
            }
          }
          return (
            try Int.fetchOne(db, sql: "SELECT max(trial) FROM trials"),
            try Int.fetchOne(db, sql: "SELECT count(*) FROM trials") ?? 0
          )
        }
        state.isOrdered = false
        state.last = last
        state.count = count
      }
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  /// Where each label stands among settings of the layout's shape.
  private func checked(_ settings: [SettingRecord]) throws(RunStoreError) -> [Int: Int] {
    let integers = shape.groupColumns.count { $0.kind == .integer }
    let reals = shape.groupColumns.count - integers
    var positions: [Int: Int] = [:]
    for (position, setting) in settings.enumerated() {
      precondition(
        setting.integers.count == integers && setting.reals.count == reals,
        "RunStore.append: setting \(setting.id) needs \(integers) whole numbers and \(reals) others")
      if positions.updateValue(position, forKey: setting.id) != nil {
        throw .badSetting(path: path, setting: setting.id, reason: "its label stands twice; give each once")
      }
    }
    return positions
  }

  private func insert(
    _ block: TrialBlock, _ settings: [SettingRecord], _ positions: [Int: Int],
    _ generation: GenerationRecord?,
    numbers: inout SettingNumbers, into db: Database
  ) throws {
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
    var rows = try TrialInsert(db, path: path, shape: shape)
    var numberOf: [Int?] = Array(repeating: nil, count: settings.count)
    var daily = block.daily[...]
    for row in block.trials.indices {
      let trial = block.trials[row]
      let position = positions[block.settings[row]] ?? 0
      let number = try numberOf[position] ?? rows.number(of: settings[position], in: &numbers)
      numberOf[position] = number
      for k in integers.indices { rows.trials.bind(integers[k].values[row], at: integers[k].place) }
      for k in reals.indices { rows.trials.bind(reals[k].values[row], at: reals[k].place) }
      for k in blobs.indices {
        let start = row * blobs[k].width
        rows.trials.bind(blobs[k].bytes, start..<start + blobs[k].width, at: blobs[k].place)
      }
      for k in words.indices {
        let start = row * words[k].count
        rows.trials.bind(words[k].words, start..<start + words[k].count, at: words[k].place)
      }
      for (k, values) in block.points.enumerated() {
        if axes[k].isReal {
          rows.points?.bind(values[row], at: k + 1)
        } else if values[row].isNaN {
          rows.points?.bindNull(at: k + 1)
        } else {
          rows.points?.bind(Int64(values[row]), at: k + 1)
        }
      }
      try rows.insert(trial: trial, setting: number)
      if let next = daily.first, next.trial == trial {
        daily.removeFirst()
        try rows.insert(daily: RunStore.bytes(next.cents), trial: trial)
      }
    }
    if let generation { try rows.insert(generation) }
  }

  /// Stores the study, its axes and the facts, in a new store.
  static func insert(
    _ study: StudyRecord, state: StoreState, facts: [(key: String, value: String)], into db: Database
  ) throws {
    try db.execute(
      sql: "INSERT INTO studies VALUES (1, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
      arguments: [
        study.name, study.spaceText, study.spaceFormat, study.historyName, study.historyDigest,
        study.provenance, study.codeVersion, "\(study.seed)", study.from, study.to, study.configurations,
        study.marksName, study.method, study.settings, study.kept, study.shard?.index, study.shard?.count,
        state.rawValue,
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
    for (key, value) in facts {
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
