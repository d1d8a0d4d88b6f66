import Foundation
import GRDB
import Testing

@testable import RunStore

@Suite struct RunStoreFaultTests {
  private func filled(_ folder: StoreFolder, _ name: String = "s", trials: Int = 300) throws -> String {
    let path = folder.path(name)
    let writer = try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
    try Sample.append(0..<trials, to: writer)
    try writer.close()
    return path
  }

  @Test func aFileThatIsThereIsNotOverwritten() throws {
    let folder = try StoreFolder()
    let path = try filled(folder)
    let before = try Data(contentsOf: URL(filePath: path))
    #expect(throws: RunStoreError.exists(path: path)) {
      try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test func aFolderThatCannotHoldAStoreIsRefused() throws {
    let folder = try StoreFolder()
    for path in ["/dev/null/x/runs.sqlite", folder.path("nowhere/runs.sqlite")] {
      #expect(throws: RunStoreError.unwritable(path: path)) {
        try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
      }
    }
    #expect(throws: RunStoreError.absent(path: folder.path("s"))) {
      try RunStore.open(path: folder.path("s"))
    }
    #expect(folder.names.isEmpty)
  }

  @Test func whatIsNoStoreIsRefused() throws {
    let folder = try StoreFolder()
    let files: [(String, Data)] = [
      ("empty", Data()), ("text", Data(String(repeating: "garbage ", count: 1000).utf8)),
      ("short", Data("SQLite format 3\0".utf8)), ("binary", Data((0..<9000).map { UInt8($0 * 31 % 256) })),
    ]
    for (name, bytes) in files {
      let path = folder.path(name)
      try bytes.write(to: URL(filePath: path))
      #expect(throws: RunStoreError.notAStore(path: path)) { try RunStore.open(path: path) }
      #expect(throws: RunStoreError.notAStore(path: path)) { try RunStore.resume(path: path) }
      #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
    }
    #expect(throws: RunStoreError.self) { try RunStore.open(path: folder.url.path) }
    let other = folder.path("other")
    let queue = try DatabaseQueue(path: other)
    try queue.write { try $0.execute(sql: "CREATE TABLE history (x)") }
    try queue.close()
    #expect(throws: RunStoreError.notAStore(path: other)) { try RunStore.open(path: other) }
    #expect(throws: RunStoreError.notAStore(path: other)) { try RunStore.resume(path: other) }
  }

  @Test func aStoreOfALaterVersionIsRefused() throws {
    let folder = try StoreFolder()
    let path = try filled(folder)
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "PRAGMA user_version = 9") }
    try queue.close()
    #expect(throws: RunStoreError.newerSchema(path: path, found: 9, known: 3)) {
      try RunStore.open(path: path)
    }
    let told = RunStoreError.newerSchema(path: path, found: 9, known: 3).description
    #expect(told.hasSuffix("written by a newer Wingspan (schema 9, this one knows 3); update Wingspan"))
  }

  @Test func aStoreOfAnEarlierVersionIsRefused() throws {
    let folder = try StoreFolder()
    let path = try filled(folder)
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      // As it was: fewer tables.
      try db.execute(sql: "DROP VIEW trials_wide; DROP TABLE axis_values; PRAGMA user_version = 1")
    }
    try queue.close()
    let error = RunStoreError.olderSchema(path: path, found: 1, known: 3)
    #expect(throws: error) { try RunStore.open(path: path) }
    #expect(throws: error) { try RunStore.resume(path: path) }
    #expect(
      error.description
        == "\(path): written by an older Wingspan (schema 1, this one reads 3); run the sweep again")
  }

  @Test(arguments: ["DROP VIEW trials_wide", "DROP TABLE daily", "DELETE FROM axis_values WHERE axis = 1"])
  func aStoreThatLacksAPartIsRefused(sql: String) throws {
    let folder = try StoreFolder()
    let path = try filled(folder)
    let queue = try DatabaseQueue(path: path)
    try queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA foreign_keys = OFF; " + sql) }
    try queue.close()
    let error = #expect(throws: RunStoreError.self) { try RunStore.open(path: path) }
    #expect(error?.description.contains("damaged (") == true, "\(String(describing: error))")
  }

  @Test func aStoreCutOffAnywhereIsRefused() throws {
    let folder = try StoreFolder()
    let whole = try Data(contentsOf: URL(filePath: try filled(folder)))
    for percent in [1, 10, 25, 50, 75, 90, 99] {
      let path = folder.path("cut\(percent)")
      try whole.prefix(whole.count * percent / 100).write(to: URL(filePath: path))
      let error = #expect(throws: RunStoreError.self) { try RunStore.open(path: path) }
      guard case .corrupted? = error else {
        return #expect(Bool(false), "\(percent) %: \(String(describing: error))")
      }
    }
  }

  @Test(arguments: 0..<60) func aStoreWithPagesOverwrittenIsAnErrorOrWholeButNeverATrap(seed: Int) throws {
    let folder = try StoreFolder()
    let path = try filled(folder)
    var bytes = try Data(contentsOf: URL(filePath: path))
    var state = UInt64(seed)
    func next(_ bound: Int) -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(bound))
    }
    for _ in 0..<4 {
      let start = 100 + next(bytes.count - 700)
      for offset in 0..<500 { bytes[start + offset] = UInt8(next(256)) }
    }
    try bytes.write(to: URL(filePath: path))
    _ = try? RunStore.canonicalDump(path: path)
  }

  @Test func aSecondWriterIsKeptOutWhileTheFirstIsOpen() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let first = try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
    #expect(throws: RunStoreError.locked(path: path)) { try RunStore.resume(path: path) }
    try Sample.append([0], to: first)
    #expect(throws: RunStoreError.locked(path: path)) { try RunStore.resume(path: path) }
    #expect(throws: RunStoreError.locked(path: path)) { try RunStore.remove(path: path) }
    #expect(throws: RunStoreError.locked(path: path)) {
      try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
    }
    try first.close()
    #expect(folder.names == ["s"])
    let second = try RunStore.resume(path: path)
    try Sample.append([1], to: second)
    try second.close()
    let readers = try (0..<3).map { _ in try RunStore.open(path: path) }
    for reader in readers { #expect(try reader.trialCount() == 2) }
  }

  /// A killed process leaves the file and its log as they are on disk at that moment: so does a copy of both.
  @Test func afterAKillAllCommittedBatchesAreThere() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let writer = try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
    for batch in 0..<5 { try Sample.append(batch * 10..<batch * 10 + 10, to: writer) }
    // A batch that is begun and not committed when the end comes.
    struct Killed: Error {}
    #expect(throws: Killed.self) {
      try writer.queue.write { db in
        try db.execute(sql: "INSERT INTO trials VALUES (999, 1, 0, 0, 0, x'', 0)")
        for suffix in ["", "-wal"] {
          try FileManager.default.copyItem(atPath: path + suffix, toPath: folder.path("killed") + suffix)
        }
        throw Killed()
      }
    }
    #expect(FileManager.default.fileExists(atPath: folder.path("killed-wal")))
    let reader = try RunStore.open(path: folder.path("killed"))
    #expect(try reader.trials(withDaily: true) == (0..<50).map(Sample.trial))
    try reader.close()
    let resumed = try RunStore.resume(path: folder.path("killed"))
    try Sample.append(50..<60, to: resumed)
    try resumed.close()
    #expect(!FileManager.default.fileExists(atPath: folder.path("killed-wal")))
    #expect(try RunStore.open(path: folder.path("killed")).trialCount() == 60)
    try writer.close()
  }

  @Test func aTrialStoredTwiceIsRefusedAndItsBatchUndone() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let writer = try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
    try Sample.append(5..<8, to: writer)
    for other in [0, 9] {
      #expect(
        throws: RunStoreError.badTrial(
          path: path, index: 6, reason: "its index is stored already; give each configuration once")
      ) { try Sample.append([other, 6], to: writer) }
      #expect(try writer.trials(withDaily: true) == (5..<8).map(Sample.trial))
    }
    try Sample.append([0, 9], to: writer)
    #expect(try writer.trials(withDaily: true) == [0, 5, 6, 7, 9].map(Sample.trial))
    try writer.close()
  }

  @Test func aSettingThatContradictsItselfIsRefusedAndItsBatchUndone() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let writer = try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
    try Sample.append([6], to: writer)
    #expect(
      throws: RunStoreError.badSetting(
        path: path, setting: 2, reason: "its label stands twice; give each once")
    ) { try writer.append(Sample.block([7]), settings: [Sample.setting(2), Sample.setting(2)]) }
    var twice = Sample.setting(4)
    twice.outcomes.append(OutcomeCount("new", 1))
    twice.outcomes.append(OutcomeCount("expired", 1))
    #expect(
      throws: RunStoreError.badSetting(
        path: path, setting: 4, reason: "the outcome 'expired' stands twice; give it once")
    ) { try writer.append(Sample.block([9, 12]), settings: [Sample.setting(3), twice]) }
    let (settings, codes) = try writer.queue.read { db in
      (
        try Int.fetchAll(db, sql: "SELECT setting FROM settings"),
        try String.fetchAll(db, sql: "SELECT code FROM outcome_codes ORDER BY id")
      )
    }
    #expect(settings == [0] && codes == ["expired", "stopped"])
    // What failed can be appended once it is right, and its numbers are free again.
    try Sample.append(7..<15, to: writer)
    #expect(try writer.trials(withDaily: true) == (6..<15).map(Sample.trial))
    #expect(try writer.queue.read { try Int.fetchAll($0, sql: "SELECT setting FROM settings") } == [0, 1, 2])
    try writer.close()
  }

  @Test func anUnknownMetricNamesTheKnown() throws {
    let folder = try StoreFolder()
    let reader = try RunStore.open(path: try filled(folder, trials: 3))
    let error = #expect(throws: RunStoreError.self) { try reader.trials(orderBy: "sharp", descending: true) }
    #expect(
      error.map { "\($0)" }?.hasSuffix(
        "no metric 'sharp'; known: net_dollars, sharpe, profit_factor, win_rate, stop_rate, trades, net_cents"
      ) == true)
  }

  /// SQLite reports the same code when the file system is full and when the file may not grow.
  @Test func aFullDiskKeepsWhatWasCommitted() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let writer = try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
    try Sample.append(0..<20, to: writer)
    let trials = Array(20..<2000)
    try writer.queue.writeWithoutTransaction { db in
      let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
      try db.execute(sql: "PRAGMA max_page_count = \(pages + 1)")
    }
    #expect(throws: RunStoreError.diskFull(path: path)) { try Sample.append(trials, to: writer) }
    #expect(try writer.trials(withDaily: true) == (0..<20).map(Sample.trial))
    // Room is made, and the same process goes on.
    try writer.queue.writeWithoutTransaction { try $0.execute(sql: "PRAGMA max_page_count = 4294967294") }
    try Sample.append(trials, to: writer)
    try writer.finish()
    let whole = folder.path("whole")
    let other = try RunStore.create(path: whole, study: Sample.study, layout: Sample.layout)
    try Sample.append(0..<2000, to: other)
    try other.finish()
    #expect(FileManager.default.contentsEqual(atPath: path, andPath: whole), "as if nothing had been")
    let told = RunStoreError.diskFull(path: "f").description
    #expect(told == "f: the disk is full; free some space and run again (all finished batches are kept)")
  }
}
