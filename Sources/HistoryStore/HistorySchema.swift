import GRDB

/// The tables of a history store, by migrations: a released one is never edited.
///
/// Dates are texts `YYYY-MM-DD`, so that any SQLite shell can read them. Bars of a session are one blob of 40 bytes
/// a bar (start minute, open, high, low, close; eight bytes each, little-endian): one row a session reads twenty
/// times faster than one a bar. Shares traded are a blob of 16 bytes a bar that has them (start minute, shares).
enum HistorySchema {
  /// "WING", so that a store is told from any other database.
  static let applicationID = 0x5749_4E47
  /// The table of traded shares, which stores of the first schema lack; readers, who change nothing, ask first.
  static let volumes = "volumes"

  static var migrator: DatabaseMigrator {
    var migrator = DatabaseMigrator()
    migrator.registerMigration("1-market-data") { db in
      try db.execute(
        sql: """
          CREATE TABLE imports (
            id INTEGER PRIMARY KEY, sha256 TEXT NOT NULL UNIQUE, file TEXT NOT NULL, format TEXT NOT NULL,
            symbol TEXT, rows INTEGER NOT NULL, notes TEXT NOT NULL, imported_at TEXT NOT NULL) STRICT;
          CREATE TABLE bars (
            symbol TEXT NOT NULL, minutes INTEGER NOT NULL, date TEXT NOT NULL, import INTEGER NOT NULL,
            bars BLOB NOT NULL, PRIMARY KEY (symbol, minutes, date)) STRICT, WITHOUT ROWID;
          CREATE TABLE daily (
            date TEXT PRIMARY KEY, open REAL, high REAL, low REAL, close REAL, import INTEGER) STRICT, WITHOUT ROWID;
          CREATE TABLE volatility (
            name TEXT NOT NULL, date TEXT NOT NULL, open REAL, high REAL, low REAL, close REAL, import INTEGER,
            PRIMARY KEY (name, date)) STRICT, WITHOUT ROWID;
          CREATE TABLE settles (
            date TEXT NOT NULL, expiry TEXT NOT NULL, settle REAL NOT NULL, import INTEGER,
            PRIMARY KEY (date, expiry)) STRICT, WITHOUT ROWID;
          CREATE TABLE series (
            name TEXT NOT NULL, observed TEXT NOT NULL, known TEXT NOT NULL, value REAL, import INTEGER,
            PRIMARY KEY (name, observed, known)) STRICT, WITHOUT ROWID;
          CREATE INDEX series_known ON series (known);
          CREATE TABLE events (
            date TEXT NOT NULL, kind TEXT NOT NULL, minute INTEGER NOT NULL, import INTEGER,
            PRIMARY KEY (date, kind, minute)) STRICT, WITHOUT ROWID;
          CREATE TABLE event_coverage (
            first TEXT NOT NULL, last TEXT NOT NULL, import INTEGER, PRIMARY KEY (first, last)) STRICT, WITHOUT ROWID;
          CREATE TABLE spy_scale (
            date TEXT PRIMARY KEY, factor REAL NOT NULL, applied REAL NOT NULL, spy_close REAL NOT NULL,
            spx_close REAL NOT NULL, flag TEXT) STRICT, WITHOUT ROWID;
          CREATE TABLE conflicts (
            what TEXT NOT NULL, key TEXT NOT NULL, import INTEGER NOT NULL, stored REAL NOT NULL, other REAL NOT NULL,
            PRIMARY KEY (what, key, import)) STRICT, WITHOUT ROWID;
          CREATE TABLE sessions (
            date TEXT PRIMARY KEY, close_minute INTEGER NOT NULL, open REAL, high REAL, low REAL, close REAL,
            spot BLOB NOT NULL) STRICT, WITHOUT ROWID;
          CREATE TABLE written (key TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
          PRAGMA application_id = \(applicationID);
          """)
    }
    migrator.registerMigration("2-volumes") { db in
      try db.execute(
        sql: """
          CREATE TABLE \(volumes) (
            symbol TEXT NOT NULL, minutes INTEGER NOT NULL, date TEXT NOT NULL, import INTEGER NOT NULL,
            volumes BLOB NOT NULL, PRIMARY KEY (symbol, minutes, date)) STRICT, WITHOUT ROWID;
          """)
    }
    return migrator
  }
}

/// Opens stores and turns the database's failures into ours.
enum HistoryDatabase {
  /// Opens an existing store for reading only.
  static func reader(_ path: String) throws(HistoryStoreError) -> DatabaseQueue {
    try guarded(path) {
      guard try exists(path) else { throw HistoryStoreError.missing(path: path) }
      var configuration = Configuration()
      configuration.readonly = true
      configuration.busyMode = .timeout(5)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.read { db in try check(db, path: path, mayBeEmpty: false) }
      return queue
    }
  }

  /// Opens a store for writing, makes it where there is none, and brings its tables up to date.
  static func writer(_ path: String) throws(HistoryStoreError) -> DatabaseQueue {
    try guarded(path) {
      var configuration = Configuration()
      configuration.busyMode = .timeout(5)
      let queue = try DatabaseQueue(path: path, configuration: configuration)
      try queue.read { db in try check(db, path: path, mayBeEmpty: true) }
      try HistorySchema.migrator.migrate(queue)
      return queue
    }
  }

  /// Runs `body` with errors as ``HistoryStoreError``.
  static func guarded<T>(_ path: String, _ body: () throws -> T) throws(HistoryStoreError) -> T {
    do {
      return try body()
    } catch {
      throw .from(error, path: path)
    }
  }

  private static func check(_ db: Database, path: String, mayBeEmpty: Bool) throws {
    let id = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
    let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
    if tables == 0, id == 0 {
      if mayBeEmpty { return }
      throw HistoryStoreError.notAStore(path: path, reason: "an empty database")
    }
    guard id == HistorySchema.applicationID else {
      throw HistoryStoreError.notAStore(path: path, reason: "a database of another program")
    }
    if try HistorySchema.migrator.hasBeenSuperseded(db) { throw HistoryStoreError.newerSchema(path: path) }
  }
}
