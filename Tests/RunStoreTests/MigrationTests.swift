import Foundation
import GRDB
import TestSupport
import Testing

@testable import RunStore

/// Stores that earlier versions left.
@Suite struct MigrationTests {
  private static let trials = Array(0..<24) + [599, 600, 2999]

  /// A copy of the store that version 2 left; see Tests/Golden/stores.
  private static func old(_ folder: StoreFolder) throws -> String {
    let path = folder.path("old")
    try FileManager.default.copyItem(
      at: SharedData.root.appending(path: "Tests/Golden/stores/schema-2.sqlite"), to: URL(filePath: path))
    return path
  }

  private static func tables(_ path: String) throws -> [String: [String]] {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { db in
      var columns: [String: [String]] = [:]
      for name in try String.fetchAll(
        db, sql: "SELECT name FROM sqlite_master WHERE type IN ('table', 'view')")
      {
        columns[name] = try Row.fetchAll(
          db, sql: "SELECT * FROM pragma_table_info(?) ORDER BY cid", arguments: [name]
        ).map { "\($0["name"] ?? "") \($0["type"] ?? "") \($0["notnull"] ?? 0) \($0["pk"] ?? 0)" }
      }
      return columns
    }
  }

  @Test func aStoreOfVersion2IsBroughtUpToDateWhenItIsOpened() throws {
    let folder = try StoreFolder()
    let path = try Self.old(folder)
    let reader = try RunStore.open(path: path)
    #expect(try reader.study() == Sample.study)
    #expect(try reader.trials(withDaily: true) == Self.trials.map(Sample.trial))
    #expect(try reader.isFinished() == false && reader.generations().isEmpty)
    try reader.close()
    #expect(folder.names == ["old"])
    // It is what a new store is, column by column.
    let new = try RunStore.create(path: folder.path("new"), study: Sample.study, layout: Sample.layout)
    try Sample.append(Self.trials, to: new)
    try new.close()
    #expect(try Self.tables(path) == Self.tables(folder.path("new")))
    #expect(try RunStore.canonicalDump(path: path) == RunStore.canonicalDump(path: folder.path("new")))
    let queue = try DatabaseQueue(path: path)
    let (check, broken) = try queue.read { db in
      (
        try String.fetchAll(db, sql: "PRAGMA integrity_check"),
        try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count
      )
    }
    #expect(check == ["ok"] && broken == 0)
    try queue.close()
    // Once.
    let bytes = try Data(contentsOf: URL(filePath: path))
    try RunStore.open(path: path).close()
    #expect(try Data(contentsOf: URL(filePath: path)) == bytes)
  }

  @Test func aStoreOfVersion2CanBeGoneOnWith() throws {
    let folder = try StoreFolder()
    let path = try Self.old(folder)
    let writer = try RunStore.resume(path: path)
    #expect(try writer.trialRanges() == [0..<24, 599..<601, 2999..<3000])
    try Sample.append(24..<599, to: writer)
    try writer.finish()
    let reader = try RunStore.open(path: path)
    #expect(try reader.trials(withDaily: true) == (Array(0..<601) + [2999]).map(Sample.trial))
    #expect(try reader.isFinished())
    try reader.close()
  }

  @Test func aWholeGridOfVersion2CountsAsFinished() throws {
    let folder = try StoreFolder()
    let path = try Self.old(folder)
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "UPDATE studies SET configurations = 27") }
    try queue.close()
    #expect(try RunStore.open(path: path).isFinished())
  }

  /// In one transaction: what fails on the way leaves the store as it was.
  @Test func aMigrationThatFailsLeavesTheStoreAsItWas() throws {
    let folder = try StoreFolder()
    let path = try Self.old(folder)
    let queue = try DatabaseQueue(path: path)
    try queue.write { try $0.execute(sql: "DROP VIEW trials_wide") }
    try queue.close()
    let before = try Self.tables(path)
    #expect(throws: RunStoreError.corrupted(path: path, reason: "tables are missing")) {
      try RunStore.open(path: path)
    }
    #expect(try Self.tables(path) == before && before["generations"] == nil)
  }

  @Test func onlyOneProcessMigrates() throws {
    let folder = try StoreFolder()
    let path = try Self.old(folder)
    let lock = try WriterLock(store: path)
    #expect(throws: RunStoreError.locked(path: path)) { try RunStore.open(path: path) }
    lock.release()
    try RunStore.open(path: path).close()
  }

  /// Run by a user who may only read.
  @Test func whatMayOnlyBeReadIsRefusedWithTheRemedy() async throws {
    await #expect(processExitsWith: .success) {
      let folder = try StoreFolder()
      let old = try Self.old(folder)
      let new = folder.path("new")
      try SameBytesTests.run(new, 0..<30)
      let open = folder.path("open")
      let writer = try SameBytesTests.create(open)
      try Sample.append(0..<30, to: writer)
      try writer.close()
      for path in [old, new, open] {
        try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
      }
      try FileManager.default.setAttributes([.posixPermissions: 0o555], ofItemAtPath: folder.url.path)
      // Nobody's rights; where the tests aren't run by root, permissions hold anyway.
      if geteuid() == 0 { try #require(seteuid(65_534) == 0) }
      let error = RunStoreError.readOnlyOlderSchema(path: old, found: 2, known: 3)
      #expect(throws: error) { try RunStore.open(path: old) }
      #expect(throws: RunStoreError.readOnly(path: old)) { try RunStore.resume(path: old) }
      #expect(
        "\(error)".hasSuffix(
          "copy it to a folder you may write to, where it is brought up to date when opened"))
      // One of today's is read as ever, not written.
      let reader = try RunStore.open(path: new)
      #expect(try reader.trials(withDaily: true) == (0..<30).map(Sample.trial))
      try reader.close()
      #expect(throws: RunStoreError.readOnly(path: open)) { try RunStore.resume(path: open) }
      #expect(throws: RunStoreError.unwritable(path: folder.path("x"))) {
        try SameBytesTests.create(folder.path("x"))
      }
      if getuid() == 0 { _ = seteuid(0) }
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: folder.url.path)
    }
  }
}
