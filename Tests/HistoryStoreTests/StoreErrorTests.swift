import Foundation
import GRDB
import MarketData
import Testing

@testable import HistoryStore

/// Stores that can't be used: one message with the remedy, nothing half done.
struct StoreErrorTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  private func message(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "no error"
    } catch {
      return "\(error)"
    }
  }
  private func importDaily(into path: String) throws {
    _ = try HistoryStore.importFiles([try folder.file("spx.csv", SmallFiles.daily)], into: path)
  }

  @Test func aMissingStore() {
    let path = folder.path("none.sqlite")
    #expect(
      message { _ = try HistoryStore.load(path: path) }
        == "\(path): no such history; make one with `wingspan data import FILES… --into \(path)`")
    #expect(!FileManager.default.fileExists(atPath: path))
  }

  @Test func aFolderThatIsNotThere() {
    let path = folder.path("no/such/folder/h.sqlite")
    let text = message { try importDaily(into: path) }
    #expect(text.hasPrefix("\(path): can't be written"), "\(text)")
    #expect(text.contains("choose a folder"))
  }

  @Test func aFileThatIsNoDatabase() throws {
    let path = try folder.file("h.sqlite", String(repeating: "this is no database ", count: 100))
    let text = message { _ = try HistoryStore.load(path: path) }
    #expect(
      text == "\(path): the file is no database; name a store made by `wingspan data import`, or a new file")
    #expect(message { try importDaily(into: path) } == text)
  }

  @Test func aDatabaseOfAnotherProgram() throws {
    let path = folder.path("other.sqlite")
    try DatabaseQueue(path: path).write { db in try db.execute(sql: "CREATE TABLE t (a)") }
    #expect(message { try importDaily(into: path) }.contains("a database of another program"))
  }

  @Test func aStoreCutInHalf() throws {
    let path = folder.path("h.sqlite")
    try importDaily(into: path)
    let bytes = try Data(contentsOf: URL(filePath: path))
    try bytes.prefix(bytes.count / 2).write(to: URL(filePath: path))
    let text = message { _ = try HistoryStore.check(path: path) }
    #expect(text.contains("the store is damaged"), "\(text)")
    #expect(text.contains("import the files again"))
  }

  @Test func aStoreOfANewerVersion() throws {
    let path = folder.path("h.sqlite")
    try importDaily(into: path)
    try DatabaseQueue(path: path).write { db in
      try db.execute(sql: "INSERT INTO grdb_migrations (identifier) VALUES ('9-from-the-future')")
    }
    #expect(message { _ = try HistoryStore.load(path: path) }.contains("made by a newer version"))
    #expect(message { try importDaily(into: path) }.contains("made by a newer version"))
  }

  @Test func aFullDisk() throws {
    let path = folder.path("h.sqlite")
    try importDaily(into: path)
    let before = try Data(contentsOf: URL(filePath: path))
    // SQLite reports a full disk when a database may not grow any further.
    let queue = try DatabaseQueue(path: path)
    let error = #expect(throws: (any Error).self) {
      try queue.inDatabase { db in
        let pages = try Int.fetchOne(db, sql: "PRAGMA page_count") ?? 0
        try db.execute(sql: "PRAGMA max_page_count = \(pages)")
      }
      try queue.write { db in
        for i in 0..<5_000 {
          try db.execute(
            sql: "INSERT INTO volatility (name, date, close) VALUES ('VIX', ?, 1)", arguments: ["d\(i)"])
        }
      }
    }
    let text = HistoryStoreError.from(try #require(error), path: path).description
    #expect(text.contains("the disk is full, the file at hand was not stored; free some space"), "\(text)")
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  @Test func aStoreInUseByAnotherProcess() throws {
    let path = folder.path("h.sqlite")
    try importDaily(into: path)
    let other = try DatabaseQueue(path: path)
    let vix = try folder.file("vix.csv", SmallFiles.vix)
    let text = try other.inDatabase { db in
      try db.execute(sql: "BEGIN EXCLUSIVE")
      defer { try? db.execute(sql: "ROLLBACK") }
      return message { _ = try HistoryStore.importFiles([vix], into: path) }
    }
    #expect(text == "\(path): another process is using it; wait until it has finished and repeat the command")
  }

  @Test func aFileCutInsideItsGzip() throws {
    let gz: [UInt8] = [
      0x1f, 0x8b, 0x08, 0, 0, 0, 0, 0, 0, 3, 0x4b, 0x49, 0x2c, 0x49, 0xd5,
    ]
    let path = folder.path("cut.csv.gz")
    try Data(gz).write(to: URL(filePath: path))
    let text = message { _ = try HistoryStore.importFiles([path], into: folder.path("h.sqlite")) }
    #expect(text.contains("cut off"), "\(text)")
    #expect(!FileManager.default.fileExists(atPath: folder.path("h.sqlite")))
  }
}
