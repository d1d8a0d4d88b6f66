import GRDB
import GRDBSQLite

/// An insert statement that is run row after row, its values bound by SQLite's own calls.
///
/// This is the only file of the module with unsafe code: GRDB takes the values of a row as an array of boxed values,
/// which costs more than the insertion itself. No pointer outlives the call it is made for: SQLite copies what is bound.
struct BulkInsert {
  private let database: Database
  private let statement: Statement
  private var failure = SQLITE_OK

  /// An insert into every column of a table, in their order.
  init(_ database: Database, into table: String, columns: Int) throws {
    let places = Array(repeating: "?", count: columns).joined(separator: ", ")
    self.database = database
    statement = try database.cachedStatement(sql: "INSERT INTO \(table) VALUES (\(places))")
  }

  /// Sets a column, counted from 0.
  mutating func bind(_ value: Int64, at column: Int) {
    note(unsafe sqlite3_bind_int64(statement.sqliteStatement, CInt(column + 1), value))
  }

  /// Sets a column, to NULL for NaN.
  mutating func bind(_ value: Double, at column: Int) {
    if value.isNaN {
      note(unsafe sqlite3_bind_null(statement.sqliteStatement, CInt(column + 1)))
    } else {
      note(unsafe sqlite3_bind_double(statement.sqliteStatement, CInt(column + 1), value))
    }
  }

  /// Sets a column to the bytes of some of the values, as they lie in memory.
  mutating func bind<T: BitwiseCopyable>(_ values: [T], _ range: Range<Int>, at column: Int) {
    let code = unsafe values.span.extracting(range).withUnsafeBytes { buffer in
      // A blob without an address would be NULL.
      guard let start = buffer.baseAddress else {
        return unsafe sqlite3_bind_zeroblob(statement.sqliteStatement, CInt(column + 1), 0)
      }
      return unsafe sqlite3_bind_blob64(
        statement.sqliteStatement, CInt(column + 1), start, UInt64(buffer.count), Self.copied)
    }
    note(code)
  }

  /// Sets a column to a text, to NULL for nil.
  mutating func bind(_ text: String?, at column: Int) {
    guard let text else { return note(unsafe sqlite3_bind_null(statement.sqliteStatement, CInt(column + 1))) }
    note(
      unsafe sqlite3_bind_text(
        statement.sqliteStatement, CInt(column + 1), text, CInt(text.utf8.count), Self.copied))
  }

  /// Sets a column to what a column of the row that another statement stands on holds, whatever its kind.
  mutating func bind(_ column: Int, of row: Statement, at place: Int) {
    // A value that a statement lends may only be bound, which copies it.
    note(
      unsafe sqlite3_bind_value(
        statement.sqliteStatement, CInt(place + 1), sqlite3_column_value(row.sqliteStatement, CInt(column))))
  }

  /// Sets a column to NULL.
  mutating func bindNull(at column: Int) {
    note(unsafe sqlite3_bind_null(statement.sqliteStatement, CInt(column + 1)))
  }

  /// Inserts the row of the values bound.
  ///
  /// - Throws: `DatabaseError`, as GRDB's own statements.
  mutating func step() throws {
    var code = failure
    if code == SQLITE_OK { code = unsafe sqlite3_step(statement.sqliteStatement) }
    guard code == SQLITE_DONE else {
      let message = unsafe database.sqliteConnection.map { unsafe String(cString: sqlite3_errmsg($0)) }
      _ = unsafe sqlite3_reset(statement.sqliteStatement)
      throw DatabaseError(resultCode: ResultCode(rawValue: code), message: message)
    }
    _ = unsafe sqlite3_reset(statement.sqliteStatement)
  }

  private mutating func note(_ code: CInt) { if code != SQLITE_OK { failure = code } }

  /// SQLite's mark for "copy it now": an address that is none.
  private static var copied: sqlite3_destructor_type {
    unsafe unsafeBitCast(-1, to: sqlite3_destructor_type.self)
  }
}
