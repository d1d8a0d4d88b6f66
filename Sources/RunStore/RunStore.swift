import Foundation
import GRDB
import Synchronization

/// One study with its trials in a SQLite file.
///
/// ``create(path:study:layout:)`` and ``resume(path:)`` give the one writer, which keeps every other process out while
/// it is open; ``open(path:)`` gives a reader, any number of which may be open. A batch is one transaction: a
/// process that is killed leaves every batch it had committed. ``close()`` leaves one file.
///
/// What is stored depends on what was appended and in which order, never on the clock (the time of creation is
/// in the table `meta`, which ``canonicalDump(path:)`` leaves out).
public final class RunStore: Sendable {
  /// The file.
  public let path: String
  let queue: DatabaseQueue
  let isWriter: Bool
  /// The columns that this store has.
  let shape: StoreShape
  /// The settings stored, of a writer: trials may point to no other.
  let knownSettings: Mutex<Set<Int>>

  private init(path: String, queue: DatabaseQueue, isWriter: Bool, shape: StoreShape, settings: [Int]) {
    self.path = path
    self.queue = queue
    self.isWriter = isWriter
    self.shape = shape
    knownSettings = Mutex(Set(settings))
  }

  // MARK: Opening

  /// Makes a new store.
  ///
  /// - Parameters:
  ///   - study: what is searched.
  ///   - layout: what is kept of each trial.
  /// - Throws: ``RunStoreError``: `exists`, `unwritable`, `diskFull`, `locked`; `failed` for a metric whose expression
  ///   isn't SQL over the layout's columns.
  public static func create(
    path: String, study: StudyRecord, layout: StoreLayout
  ) throws(RunStoreError) -> RunStore {
    guard !FileManager.default.fileExists(atPath: path) else { throw .exists(path: path) }
    let queue = try connect(path: path, asWriter: true)
    do {
      let shape = try queue.write { db in
        try Schema.create(db, layout: layout, axes: study.axes)
        try RunStore.insert(study, facts: layout.facts, into: db)
        return try StoreShape(db)
      }
      guard let shape else { throw RunStoreError.failed(path: path, reason: "the view has other columns") }
      return RunStore(path: path, queue: queue, isWriter: true, shape: shape, settings: [])
    } catch {
      try? queue.close()
      for suffix in ["", "-wal", "-journal"] { try? FileManager.default.removeItem(atPath: path + suffix) }
      throw RunStoreError(error, path: path)
    }
  }

  /// Opens a store to append further trials to it.
  ///
  /// - Throws: ``RunStoreError``: as ``open(path:)``, and `locked`, `readOnly`.
  public static func resume(path: String) throws(RunStoreError) -> RunStore {
    try checkFile(path)
    return try checked(connect(path: path, asWriter: true), path: path, asWriter: true)
  }

  /// Opens a store for reading. If its writer was killed, its last committed batches are taken in first.
  ///
  /// - Throws: ``RunStoreError``: `absent`, `notAStore`, `olderSchema`, `newerSchema`, `corrupted`, `locked` while a
  ///   writer is at work.
  public static func open(path: String) throws(RunStoreError) -> RunStore {
    try checkFile(path)
    return try checked(connect(path: path, asWriter: false), path: path, asWriter: false)
  }

  private static func connect(path: String, asWriter: Bool) throws(RunStoreError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = !asWriter
    // Looking up each trial's setting in the file would cost a fifth of the insertion; `append` knows them.
    configuration.foreignKeysEnabled = false
    configuration.busyMode = .immediateError
    configuration.label = "RunStore"
    configuration.prepareDatabase { db in
      guard asWriter else { return }
      // The lock is taken by the first statement and held until the connection closes; the system frees it if
      // the process dies.
      try db.execute(sql: "PRAGMA page_size = 16384")
      try db.execute(sql: "PRAGMA locking_mode = EXCLUSIVE")
      try db.execute(sql: "PRAGMA journal_mode = WAL")
      try db.execute(sql: "PRAGMA synchronous = NORMAL")
    }
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  /// What can be seen without opening: presence, SQLite's own mark, and a length that fits its header.
  private static func checkFile(_ path: String) throws(RunStoreError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .absent(path: path) }
    guard let handle = FileHandle(forReadingAtPath: path) else {
      throw .failed(path: path, reason: "can't be read; check its permissions")
    }
    defer { try? handle.close() }
    guard let header = try? handle.read(upToCount: 100), let size = try? handle.seekToEnd() else {
      throw .notAStore(path: path)
    }
    let hasLog = FileManager.default.fileExists(atPath: path + "-wal")
    if header.isEmpty && hasLog { return }
    guard header.starts(with: Data("SQLite format 3\0".utf8)), header.count == 100 else {
      throw .notAStore(path: path)
    }
    let bytes = Array(header)
    let storedSize = UInt64(bytes[16]) << 8 | UInt64(bytes[17])
    let pageSize = storedSize == 1 ? 65_536 : storedSize
    let pages = bytes[28..<32].reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    if size < pages * pageSize && !hasLog {
      throw .corrupted(path: path, reason: "\(size) bytes of \(pages * pageSize): cut off")
    }
  }

  private static func checked(
    _ queue: DatabaseQueue, path: String, asWriter: Bool
  ) throws(RunStoreError) -> RunStore {
    do {
      let (id, version, tables) = try queue.read { db in
        (
          try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
          try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
          try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master WHERE type = 'table'") ?? 0
        )
      }
      guard id == Schema.applicationID else { throw RunStoreError.notAStore(path: path) }
      guard version <= Schema.version else {
        throw RunStoreError.newerSchema(path: path, found: version, known: Schema.version)
      }
      guard version == Schema.version else {
        throw RunStoreError.olderSchema(path: path, found: version, known: Schema.version)
      }
      guard tables == Schema.tableCount, let shape = try queue.read({ try StoreShape($0) }) else {
        throw RunStoreError.corrupted(path: path, reason: "tables are missing")
      }
      let settings =
        asWriter ? try queue.read { try Int.fetchAll($0, sql: "SELECT setting FROM settings") } : []
      let store = RunStore(path: path, queue: queue, isWriter: asWriter, shape: shape, settings: settings)
      _ = try store.study()
      return store
    } catch {
      try? queue.close()
      throw RunStoreError(error, path: path)
    }
  }

  // MARK: Ending

  /// Moves everything committed from the log into the store's own file.
  ///
  /// - Throws: ``RunStoreError``.
  public func checkpoint() throws(RunStoreError) {
    guard isWriter else { return }
    try run { db in _ = try db.checkpoint(.truncate) }
  }

  /// Ends the work, leaving one file that can be read from any medium. The handle is of no use afterwards.
  ///
  /// - Throws: ``RunStoreError``.
  public func close() throws(RunStoreError) {
    do {
      if isWriter {
        try queue.writeWithoutTransaction { db in
          _ = try db.checkpoint(.truncate)
          try db.execute(sql: "PRAGMA journal_mode = DELETE")
        }
      }
      try queue.close()
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  /// Runs statements outside a transaction, with errors made ours.
  func run<T: Sendable>(_ body: @Sendable (Database) throws -> T) throws(RunStoreError) -> T {
    do {
      return try queue.writeWithoutTransaction(body)
    } catch {
      throw RunStoreError(error, path: path)
    }
  }
}
