import GRDB

/// Puts trials into the tables, in the one order that makes a store's bytes follow from its trials.
///
/// SQLite gives out pages in the order in which tables need them. So a row of each table that belongs to a trial is
/// inserted with the trial: its setting if no earlier trial had it, the trial, its point, its daily values. Where blocks
/// and transactions end doesn't matter then. One is made for each transaction.
struct TrialInsert {
  private let database: Database
  private let path: String
  private let columns: [StoreLayout.Column]
  private var settings: BulkInsert
  private var outcomes: BulkInsert
  private var daily: BulkInsert
  private var generations: BulkInsert
  /// Numbers of the outcome codes stored.
  private var codes: [String: Int64] = [:]
  /// Rows of `trials`; columns 2 and on are the caller's to bind.
  var trials: BulkInsert
  /// Rows of `points`, where the study has any; columns 1 and on are the caller's to bind.
  var points: BulkInsert?

  init(_ database: Database, path: String, shape: StoreShape) throws {
    self.database = database
    self.path = path
    columns = shape.groupColumns
    settings = try BulkInsert(database, into: "settings", columns: 2 + shape.groupColumns.count)
    outcomes = try BulkInsert(database, into: "outcomes", columns: 3)
    daily = try BulkInsert(database, into: "daily", columns: 2)
    generations = try BulkInsert(database, into: "generations", columns: 7)
    trials = try BulkInsert(database, into: "trials", columns: 2 + shape.trialColumns.count)
    points =
      shape.hasPoints ? try BulkInsert(database, into: "points", columns: 1 + shape.axisCount) : nil
    for row in try Row.fetchAll(database, sql: "SELECT id, code FROM outcome_codes") {
      let cells = Cells(row: row, path: path)
      codes[try cells.text(1)] = try cells.value(0)
    }
  }

  /// The number of a setting, which is stored if no trial had it yet.
  ///
  /// - Throws: ``RunStoreError/badSetting(path:setting:reason:)`` for an outcome that stands twice.
  mutating func number(of setting: SettingRecord, in numbers: inout SettingNumbers) throws -> Int {
    let (number, isNew) = numbers.number(of: setting)
    if isNew { try insert(setting, number: number) }
    return number
  }

  private mutating func insert(_ setting: SettingRecord, number: Int) throws {
    settings.bind(Int64(number), at: 0)
    settings.bind(setting.reason, at: 1)
    var (integer, real) = (0, 0)
    for (place, column) in columns.enumerated() {
      if column.kind == .integer {
        settings.bind(setting.integers[integer], at: place + 2)
        integer += 1
      } else {
        settings.bind(setting.reals[real], at: place + 2)
        real += 1
      }
    }
    try settings.step()
    // New codes are numbered by their text, whatever the order in which they are told.
    let sorted = setting.outcomes.sorted { $0.code < $1.code }
    for (outcome, next) in zip(sorted, sorted.dropFirst()) where outcome.code == next.code {
      throw RunStoreError.badSetting(
        path: path, setting: setting.id, reason: "the outcome '\(outcome.code)' stands twice; give it once")
    }
    for outcome in sorted where codes[outcome.code] == nil {
      let code = Int64(codes.count + 1)
      codes[outcome.code] = code
      try database.execute(sql: "INSERT INTO outcome_codes VALUES (?, ?)", arguments: [code, outcome.code])
    }
    for (code, count) in sorted.map({ (codes[$0.code] ?? 0, $0.count) }).sorted(by: { $0.0 < $1.0 }) {
      outcomes.bind(Int64(number), at: 0)
      outcomes.bind(code, at: 1)
      outcomes.bind(Int64(count), at: 2)
      try outcomes.step()
    }
  }

  /// Stores the trial whose own columns are bound, and its point.
  ///
  /// - Throws: ``RunStoreError/badTrial(path:index:reason:)`` for an index that is stored already.
  mutating func insert(trial: Int, setting: Int) throws {
    trials.bind(Int64(trial), at: 0)
    trials.bind(Int64(setting), at: 1)
    do {
      try trials.step()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw RunStoreError.badTrial(
        path: path, index: trial, reason: "its index is stored already; give each configuration once")
    }
    guard points != nil else { return }
    points?.bind(Int64(trial), at: 0)
    try points?.step()
  }

  /// Stores net cents a session of the trial inserted last.
  mutating func insert(daily bytes: [UInt8], trial: Int) throws {
    daily.bind(Int64(trial), at: 0)
    daily.bind(bytes, bytes.indices, at: 1)
    try daily.step()
  }

  /// Stores a line of the journal, after the last trial of its generation.
  ///
  /// - Throws: ``RunStoreError/badGeneration(path:generation:reason:)`` for a number that is stored already.
  mutating func insert(_ generation: GenerationRecord) throws {
    generations.bind(Int64(generation.generation), at: 0)
    generations.bind(Int64(generation.firstTrial), at: 1)
    generations.bind(Int64(generation.trials), at: 2)
    generations.bind(Int64(generation.evaluationsBefore), at: 3)
    generations.bind(generation.hypervolume ?? .nan, at: 4)
    generations.bind(generation.best ?? .nan, at: 5)
    generations.bind(generation.note, at: 6)
    do {
      try generations.step()
    } catch let error as DatabaseError where error.resultCode == .SQLITE_CONSTRAINT {
      throw RunStoreError.badGeneration(
        path: path, generation: generation.generation, reason: "it is stored already; go on after the last")
    }
  }
}
