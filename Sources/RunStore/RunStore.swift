import Foundation
import GRDB
import Synchronization

/// One study with its trials in a SQLite file.
///
/// ``create(path:study:layout:)`` and ``resume(path:)`` give the one writer; ``open(path:)`` gives a reader, any number
/// of which may be open, also while the writer works. An append is one transaction: a process that is killed leaves
/// every one it had committed. ``close()`` leaves one file, and so does ``finish()``, which marks the study as whole.
///
/// Two runs of one study leave equal files, byte for byte, however often they were interrupted or killed and whatever
/// the blocks in which the trials came, because
/// - nothing but the study and its trials is stored, no clock and no name of a machine;
/// - SQLite gives out pages and fills them in the order of the rows inserted, which is that of the trials: rows of other
///   tables come with the trial that first needs them (``append(_:settings:generation:)``). What was not committed when a
///   process ended was in the log and never in the file;
/// - trials that came in another order are copied in theirs when the study is finished;
/// - the two counters in SQLite's header that count writes, not contents, are set from the contents at the end
///   (`StoreHeader`).
///
/// Equal versions of SQLite are meant: its number is in the header too.
public final class RunStore: Sendable {
  /// The file.
  public let path: String
  let queue: DatabaseQueue
  /// What a writer holds; nil for a reader.
  private let lock: WriterLock?
  var isWriter: Bool { lock != nil }
  /// The columns that this store has.
  let shape: StoreShape
  /// The searched parameters.
  let axes: [AxisRecord]
  /// What a writer knows of the trials stored.
  let state: Mutex<WriterState>

  private init(
    path: String, queue: DatabaseQueue, lock: WriterLock?, shape: StoreShape, axes: [AxisRecord],
    state: WriterState
  ) {
    self.path = path
    self.queue = queue
    self.lock = lock
    self.shape = shape
    self.axes = axes
    self.state = Mutex(state)
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
    let lock = try WriterLock(store: path)
    do {
      guard !FileManager.default.fileExists(atPath: path) else { throw RunStoreError.exists(path: path) }
      // Made under another name and renamed, so that a file under this name is a store at any moment.
      let draft = path + CanonicalCopy.suffix
      removeParts(path, of: logs)
      removeParts(draft, of: [""] + logs)
      defer { removeParts(draft, of: [""] + logs) }
      let beginning = try connect(path: draft, as: .draft)
      do {
        try beginning.write { db in
          try Schema.create(db, layout: layout, axes: study.axes)
          try RunStore.insert(study, state: .ordered, facts: layout.facts, into: db)
          guard try StoreShape(db) != nil else {
            throw RunStoreError.failed(path: path, reason: "the view has other columns")
          }
        }
        try beginning.close()
      } catch {
        try? beginning.close()
        throw error
      }
      try FileManager.default.moveItem(atPath: draft, toPath: path)
      return try checked(connect(path: path, as: .writer), path: path, lock: lock)
    } catch {
      lock.release()
      throw RunStoreError(error, path: path)
    }
  }

  /// Opens a store, finished or not, to go on appending to it. A store by an earlier version is brought up to date.
  ///
  /// What is stored is told by ``isFinished()``, ``trialCount()``, ``trialRanges()`` and ``generations()``.
  ///
  /// - Throws: ``RunStoreError``: as ``open(path:)``, and `locked` while another writes, `readOnly`.
  public static func resume(path: String) throws(RunStoreError) -> RunStore {
    try checkFile(path)
    let lock: WriterLock
    do throws(RunStoreError) {
      lock = try WriterLock(store: path)
    } catch .unwritable {
      throw .readOnly(path: path)
    }
    do {
      // Nothing is written, not even a mode of the file, before it is known to be ours.
      try inspect(path: path, migrating: lock)
      removeParts(path, of: [CanonicalCopy.suffix])
      return try checked(connect(path: path, as: .writer), path: path, lock: lock)
    } catch {
      lock.release()
      throw RunStoreError(error, path: path)
    }
  }

  /// Opens a store for reading, also while another process writes it. If its writer was killed, what it had
  /// committed is taken in first. A store by an earlier version is brought up to date in one transaction.
  ///
  /// - Throws: ``RunStoreError``: `absent`, `notAStore`, `olderSchema`, `readOnlyOlderSchema`, `newerSchema`, `corrupted`.
  public static func open(path: String) throws(RunStoreError) -> RunStore {
    try checkFile(path)
    try inspect(path: path, migrating: nil)
    return try checked(connect(path: path, as: .reader), path: path, lock: nil)
  }

  /// Removes a store with all that belongs to it, of whatever version, so that another can be made under its name. A file
  /// without a byte, left by a process that was killed while it made one, counts as a store.
  ///
  /// - Throws: ``RunStoreError``: `locked` while it is being written, `notAStore`, `newerSchema`: then it is left as it is.
  public static func remove(path: String) throws(RunStoreError) {
    try checkFile(path)
    let lock = try WriterLock(store: path)
    defer { lock.release() }
    let size = try? FileManager.default.attributesOfItem(atPath: path)[.size] as? Int
    if size != 0 || FileManager.default.fileExists(atPath: path + "-wal") {
      let version = try version(path: path)
      guard version <= Schema.version else {
        throw .newerSchema(path: path, found: version, known: Schema.version)
      }
    }
    // The log goes last: without its file it means nothing.
    removeParts(path, of: [""] + logs)
    removeParts(path + CanonicalCopy.suffix, of: [""] + logs)
  }

  /// What stands beside a store while it is open.
  private static let logs = ["-wal", "-shm", "-journal"]

  private static func removeParts(_ path: String, of suffixes: [String]) {
    for suffix in suffixes { try? FileManager.default.removeItem(atPath: path + suffix) }
  }

  // MARK: Connections

  private enum Role { case reader, writer, migration, draft }

  private static func connect(path: String, as role: Role) throws(RunStoreError) -> DatabaseQueue {
    var configuration = Configuration()
    configuration.readonly = role == .reader
    // Looking up each trial's setting in the file would cost a fifth of the insertion; `append` knows them.
    configuration.foreignKeysEnabled = false
    // A reader waits while a writer takes the log away; the writer itself waits for nobody (see `settle`).
    configuration.busyMode = role == .writer ? .immediateError : .timeout(5)
    configuration.label = "RunStore"
    configuration.prepareDatabase { db in
      switch role {
      case .reader, .migration: break
      case .draft: try db.execute(sql: "PRAGMA page_size = 16384")
      case .writer:
        try db.execute(sql: "PRAGMA journal_mode = WAL")
        try db.execute(sql: "PRAGMA synchronous = NORMAL")
      }
    }
    do {
      return try DatabaseQueue(path: path, configuration: configuration)
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  /// What can be seen without opening.
  private static func checkFile(_ path: String) throws(RunStoreError) {
    guard FileManager.default.fileExists(atPath: path) else { throw .absent(path: path) }
    guard FileManager.default.isReadableFile(atPath: path) else {
      throw .failed(path: path, reason: "can't be read; check its permissions")
    }
  }

  /// The schema's version of a file of ours.
  private static func version(path: String) throws(RunStoreError) -> Int {
    do throws(RunStoreError) {
      return try storedVersion(path: path)
    } catch .readOnly {
      // Killed while it put the log away, a writer leaves a change half made, which only a writer can take back.
      try takeBack(path: path)
      return try storedVersion(path: path)
    }
  }

  private static func takeBack(path: String) throws(RunStoreError) {
    let queue = try connect(path: path, as: .migration)
    defer { try? queue.close() }
    do {
      try queue.inDatabase { _ = try Int.fetchOne($0, sql: "PRAGMA user_version") }
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  private static func storedVersion(path: String) throws(RunStoreError) -> Int {
    do {
      let queue = try connect(path: path, as: .reader)
      defer { try? queue.close() }
      let (id, version, length) = try queue.read { db in
        (
          try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0,
          try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0,
          try (Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0)
            * (Int.fetchOne(db, sql: "PRAGMA page_size") ?? 0)
        )
      }
      // SQLite itself finds out whether whole pages are missing.
      let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
      if size < length, !FileManager.default.fileExists(atPath: path + "-wal") {
        throw RunStoreError.corrupted(path: path, reason: "\(size) bytes of \(length): cut off")
      }
      guard id == Schema.applicationID else { throw RunStoreError.notAStore(path: path) }
      return version
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  /// Refuses what is no store of a known version, and brings an earlier one up to date.
  ///
  /// - Parameter held: the right to write, if the caller has it.
  private static func inspect(path: String, migrating held: WriterLock?) throws(RunStoreError) {
    let found = try version(path: path)
    guard found <= Schema.version else {
      throw .newerSchema(path: path, found: found, known: Schema.version)
    }
    guard found >= Migration.oldest else {
      throw .olderSchema(path: path, found: found, known: Schema.version)
    }
    guard found < Schema.version else { return }
    let readOnly = RunStoreError.readOnlyOlderSchema(path: path, found: found, known: Schema.version)
    guard FileManager.default.isWritableFile(atPath: path) else { throw readOnly }
    let lock: WriterLock
    do throws(RunStoreError) {
      if let held { lock = held } else { lock = try WriterLock(store: path) }
    } catch .unwritable {
      throw readOnly
    }
    defer { if held == nil { lock.release() } }
    do {
      let queue = try connect(path: path, as: .migration)
      defer { try? queue.close() }
      try queue.inDatabase { db in
        try db.inTransaction(.exclusive) {
          // Another process may have been first.
          let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
          try Migration.migrate(db, from: version)
          guard try StoreShape(db) != nil else {
            throw RunStoreError.corrupted(path: path, reason: "tables are missing")
          }
          return .commit
        }
      }
    } catch {
      let error = RunStoreError(error, path: path)
      throw error == .readOnly(path: path) ? readOnly : error
    }
  }

  private static func checked(
    _ queue: DatabaseQueue, path: String, lock: WriterLock?
  ) throws(RunStoreError) -> RunStore {
    do {
      guard let shape = try queue.read({ try StoreShape($0) }) else {
        throw RunStoreError.corrupted(path: path, reason: "tables are missing")
      }
      let (study, state) = try queue.read { db in
        (
          try RunStore.study(db, path: path),
          lock == nil ? WriterState() : try WriterState(db, path: path, shape: shape)
        )
      }
      guard study.axes.count == shape.axisCount, study.axes.hasPoints == shape.hasPoints else {
        throw RunStoreError.corrupted(path: path, reason: "tables are missing")
      }
      return RunStore(path: path, queue: queue, lock: lock, shape: shape, axes: study.axes, state: state)
    } catch {
      try? queue.close()
      throw RunStoreError(error, path: path)
    }
  }

  // MARK: Ending

  /// Moves everything committed from the log into the store's own file, as far as readers let it.
  ///
  /// - Throws: ``RunStoreError``.
  public func checkpoint() throws(RunStoreError) {
    guard isWriter else { return }
    try run { db in _ = try db.checkpoint(.passive) }
  }

  /// Ends the work, leaving one file that can be read from any medium. The handle is of no use afterwards.
  ///
  /// Readers that are open still are waited for, some seconds; where one holds on, the log stays beside the file until a
  /// writer closes the store again, and everything is stored all the same.
  ///
  /// - Throws: ``RunStoreError``.
  public func close() throws(RunStoreError) {
    defer { lock?.release() }
    do {
      let isAlone = try isWriter && settle()
      let revision = isAlone ? try revision() : 0
      try queue.close()
      if isAlone { try StoreHeader.setCounters(path: path, to: revision) }
    } catch {
      try? queue.close()
      throw RunStoreError(error, path: path)
    }
  }

  /// Marks the study as finished and ends the work as ``close()`` does. Trials that came in another order than that of
  /// their index are put into it: a copy takes the store's place when it is whole.
  ///
  /// - Throws: ``RunStoreError``: `readOnly` for a reader; `locked` where a copy is to be made and readers hold on.
  /// - Complexity: O(1) where trials came in order, else about 2 µs a trial.
  public func finish() throws(RunStoreError) {
    guard isWriter else { throw .readOnly(path: path) }
    guard state.withLock({ !$0.isOrdered }) else {
      do {
        try queue.write {
          try $0.execute(sql: "UPDATE studies SET state = ?", arguments: [StoreState.finished.rawValue])
        }
      } catch {
        throw RunStoreError(error, path: path)
      }
      return try close()
    }
    defer { lock?.release() }
    do {
      defer { try? queue.close() }
      // With a log under its name a copy would be taken for older than it is.
      guard try settle() else { throw RunStoreError.locked(path: path) }
      let copy = path + CanonicalCopy.suffix
      defer { RunStore.removeParts(path, of: [CanonicalCopy.suffix]) }
      try CanonicalCopy.write([self], study: study(), state: .finished, to: copy)
      // Written once more under a name of its own, and renamed: the old file or the whole new one is under this name at
      // any moment. (FileManager renames only to a name that is free, and its replaceItemAt first removes the old file.)
      try Data(contentsOf: URL(filePath: copy), options: .alwaysMapped)
        .write(to: URL(filePath: path), options: .atomic)
      let handle = try FileHandle(forUpdating: URL(filePath: path))
      try handle.synchronize()
      try handle.close()
    } catch {
      throw RunStoreError(error, path: path)
    }
  }

  /// Takes the log in and away; false if a reader holds on to it for two seconds.
  private func settle() throws -> Bool {
    for _ in 0..<100 {
      do {
        try queue.writeWithoutTransaction { db in
          _ = try db.checkpoint(.truncate)
          try db.execute(sql: "PRAGMA journal_mode = DELETE")
        }
        return true
      } catch let error as DatabaseError where error.resultCode == .SQLITE_BUSY {
        Thread.sleep(forTimeInterval: 0.02)
      }
    }
    return false
  }

  /// A number that grows with what is stored.
  private func revision() throws -> Int {
    let (trials, generations, state) = try queue.read { db in
      (
        self.state.withLock { $0.count }, try Int.fetchOne(db, sql: "SELECT count(*) FROM generations") ?? 0,
        try Int.fetchOne(db, sql: "SELECT state FROM studies") ?? 0
      )
    }
    return StoreHeader.revision(trials: trials, generations: generations, isFinished: state == 1)
  }

  /// Runs statements outside a transaction, or those of a reader in one; with errors made ours.
  func run<T: Sendable>(_ body: @Sendable (Database) throws -> T) throws(RunStoreError) -> T {
    do {
      return try isWriter ? queue.writeWithoutTransaction(body) : queue.read(body)
    } catch {
      throw RunStoreError(error, path: path)
    }
  }
}
