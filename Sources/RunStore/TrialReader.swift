import Foundation
import GRDB

/// The values of a row that was read. What a store of ours can't hold is damage, and never stops the program.
struct Cells {
  let row: Row
  let path: String

  func integer(_ place: Int) throws -> Int { try value(place) }
  func text(_ place: Int) throws -> String { try value(place) }
  func value<T: DatabaseValueConvertible>(_ place: Int) throws -> T {
    guard let value: T = try optional(place) else { throw damage(place) }
    return value
  }
  /// Nil for NULL.
  func optional<T: DatabaseValueConvertible>(_ place: Int) throws -> T? {
    guard place < row.count else { throw damage(place) }
    let cell: DatabaseValue = row[place]
    if cell.isNull { return nil }
    guard let value = T.fromDatabaseValue(cell) else { throw damage(place) }
    return value
  }
  /// The text of a listed value, the shortest exact spelling of a number; nil for NULL.
  func assignment(_ place: Int) throws -> String? {
    guard place < row.count else { throw damage(place) }
    let cell: DatabaseValue = row[place]
    return switch cell.storage {
    case .null: nil
    case .string(let text): text
    case .double(let number): "\(number)"
    case .int64(let number): "\(number)"
    case .blob: throw damage(place)
    }
  }
  private func damage(_ place: Int) -> RunStoreError {
    let name = place < row.count ? Array(row.columnNames)[place] : "number \(place)"
    return .corrupted(path: path, reason: "no value in the column \(name)")
  }
}

/// Reads whole trials through the view.
struct TrialReader {
  private let path: String
  private let shape: StoreShape
  private let all: Statement
  private let one: Statement
  private let outcomes: Statement
  private let daily: Statement?

  init(_ db: Database, _ store: RunStore, withDaily: Bool) throws {
    path = store.path
    shape = store.shape
    all = try db.makeStatement(sql: "SELECT * FROM trials_wide ORDER BY trial")
    one = try db.makeStatement(sql: "SELECT * FROM trials_wide WHERE trial = ?")
    outcomes = try db.makeStatement(
      sql: """
        SELECT c.code, o.sessions FROM outcomes o JOIN outcome_codes c ON c.id = o.outcome
        WHERE o.setting = (SELECT setting FROM trials WHERE trial = ?) ORDER BY c.code
        """)
    daily = withDaily ? try db.makeStatement(sql: "SELECT net_cents FROM daily WHERE trial = ?") : nil
  }

  func trial(_ index: Int) throws -> TrialRecord? {
    try Row.fetchOne(one, arguments: [index]).map { try trial($0) }
  }

  func forEach(_ body: (TrialRecord) throws -> Void) throws {
    let rows = try Row.fetchCursor(all)
    while let row = try rows.next() { try body(trial(row)) }
  }

  private func trial(_ row: Row) throws -> TrialRecord {
    let cells = Cells(row: row, path: path)
    let index = try cells.integer(0)
    let fixed = Schema.fixedColumns.count
    let first = fixed + shape.axisCount
    var trial = TrialRecord(
      index: index, assignments: try (fixed..<first).map { try cells.assignment($0) },
      status: try cells.text(1),
      reason: try cells.optional(2), netCents: try cells.optional(3))
    trial.metrics = try shape.metrics.enumerated().map { place, name in
      MetricValue(name, try cells.optional(first + place))
    }
    trial.outcomes = try Row.fetchAll(outcomes, arguments: [index]).map { row in
      let cells = Cells(row: row, path: path)
      return OutcomeCount(try cells.text(0), try cells.integer(1))
    }
    if let daily, let row = try Row.fetchOne(daily, arguments: [index]) {
      let bytes: Data = try Cells(row: row, path: path).value(0)
      guard let cents = RunStore.cents(Array(bytes)) else {
        throw RunStoreError.corrupted(path: path, reason: "trial \(index): daily values cut off")
      }
      trial.dailyCents = cents
    }
    return trial
  }
}

/// Reads settings with their outcomes.
struct SettingReader {
  private let path: String
  private let columns: [StoreLayout.Column]
  private let settings: Statement
  private let outcomes: Statement

  init(_ db: Database, path: String, shape: StoreShape) throws {
    self.path = path
    columns = shape.groupColumns
    settings = try db.makeStatement(sql: "SELECT * FROM settings WHERE setting = ?")
    outcomes = try db.makeStatement(
      sql: """
        SELECT c.code, o.sessions FROM outcomes o JOIN outcome_codes c ON c.id = o.outcome
        WHERE o.setting = ? ORDER BY c.code
        """)
  }

  /// The setting of a number.
  func setting(_ number: Int) throws -> SettingRecord {
    guard let row = try Row.fetchOne(settings, arguments: [number]) else {
      throw RunStoreError.corrupted(path: path, reason: "setting \(number) is missing")
    }
    let cells = Cells(row: row, path: path)
    var (integers, reals): ([Int64], [Double]) = ([], [])
    for (place, column) in columns.enumerated() {
      if column.kind == .integer {
        integers.append(try cells.value(place + 2))
      } else {
        reals.append(try cells.optional(place + 2) ?? .nan)
      }
    }
    return SettingRecord(
      id: number, reason: try cells.optional(1), integers: integers, reals: reals,
      outcomes: try Row.fetchAll(outcomes, arguments: [number]).map { row in
        let cells = Cells(row: row, path: path)
        return OutcomeCount(try cells.text(0), try cells.integer(1))
      })
  }
}
