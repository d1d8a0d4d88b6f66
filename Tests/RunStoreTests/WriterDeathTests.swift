import Foundation
import GRDB
import Testing

@testable import RunStore

/// Writers that end before their work: killed from outside, or stopped by a block of the wrong shape.
@Suite struct WriterDeathTests {
  /// Where a child of this process writes.
  private static func path(ofParent parent: Int32) -> String {
    FileManager.default.temporaryDirectory.appending(path: "runstore-killed-\(parent).sqlite").path
  }

  /// `kill -9` between batches, and in the midst of one that is larger than what SQLite keeps in memory.
  @Test func aKilledWriterLeavesEveryCommittedBatch() async throws {
    let path = Self.path(ofParent: getpid())
    defer {
      for suffix in ["", "-wal", "-shm", "-lock"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let store = try RunStore.create(
        path: Self.path(ofParent: getppid()), study: Sample.study, layout: Sample.layout)
      for batch in 0..<20 { try Sample.append(batch * 30..<batch * 30 + 30, to: store) }
      try store.queue.write { db in
        for trial in 1000..<100_000 {
          try db.execute(
            sql: "INSERT INTO trials VALUES (?, 1, 0, 0, 0, zeroblob(80), 0)", arguments: [trial])
        }
        kill(getpid(), SIGKILL)
      }
    }
    let log = try FileManager.default.attributesOfItem(atPath: path + "-wal")[.size] as? Int
    #expect((log ?? 0) > 4_000_000, "the batch under way had reached the log")
    let reader = try RunStore.open(path: path)
    #expect(try reader.trials(withDaily: true) == (0..<600).map(Sample.trial))
    try reader.close()
    let resumed = try RunStore.resume(path: path)
    try Sample.append(600..<660, to: resumed)
    try resumed.close()
    #expect(!FileManager.default.fileExists(atPath: path + "-wal"))
    #expect(try RunStore.open(path: path).trials(withDaily: true) == (0..<660).map(Sample.trial))
  }

  /// Killed while it makes a store, a process leaves none: nothing under the name, and what lies beside it is no hindrance.
  @Test func aStoreIsThereWholeOrNotAtAll() async throws {
    let path = Self.path(ofParent: getpid()) + "-made"
    defer { try? RunStore.remove(path: path) }
    for microseconds in stride(from: 0, through: 9_000, by: 1_000) {
      await #expect(processExitsWith: .signal(SIGKILL)) { [microseconds = microseconds as Int] in
        let path = Self.path(ofParent: getppid()) + "-made"
        let killer = Thread {
          usleep(UInt32(microseconds))
          kill(getpid(), SIGKILL)
        }
        killer.start()
        while true {
          try RunStore.create(path: path, study: Sample.study, layout: Sample.layout).close()
          try RunStore.remove(path: path)
        }
      }
      let isThere = FileManager.default.fileExists(atPath: path)
      if isThere { try RunStore.resume(path: path).close() }
      if isThere { try RunStore.remove(path: path) }
      try RunStore.create(path: path, study: Sample.study, layout: Sample.layout).close()
      try RunStore.remove(path: path)
    }
  }

  /// Killed while it changed the file itself, as when the log is put away, a writer leaves what only a writer can take back;
  /// readers and writers find the store as it was before.
  @Test func aChangeHalfMadeIsTakenBack() async throws {
    let path = Self.path(ofParent: getpid()) + "-half"
    defer { try? RunStore.remove(path: path) }
    for opens in [true, false] {
      let store = try RunStore.create(path: path, study: Sample.study, layout: Sample.layout)
      try Sample.append(0..<30, to: store)
      try store.close()
      await #expect(processExitsWith: .signal(SIGKILL)) {
        let queue = try DatabaseQueue(path: Self.path(ofParent: getppid()) + "-half")
        try queue.inDatabase { db in
          try db.execute(sql: "PRAGMA cache_size = 1; BEGIN IMMEDIATE")
          for trial in 1000..<5_000 {
            try db.execute(
              sql: "INSERT INTO trials VALUES (?, 1, 0, 0, 0, zeroblob(80), 0)", arguments: [trial])
          }
          kill(getpid(), SIGKILL)
        }
      }
      #expect(FileManager.default.fileExists(atPath: path + "-journal"))
      if opens {
        let reader = try RunStore.open(path: path)
        #expect(try reader.trials(withDaily: true) == (0..<30).map(Sample.trial))
        try reader.close()
      } else {
        let writer = try RunStore.resume(path: path)
        try Sample.append(30..<60, to: writer)
        try writer.close()
        #expect(try RunStore.open(path: path).trials(withDaily: true) == (0..<60).map(Sample.trial))
      }
      try RunStore.remove(path: path)
    }
  }

  /// Appends a block that was changed, in a store of its own. An error is not what stops the program.
  private static func append(
    in folder: StoreFolder? = nil, _ change: (inout TrialBlock) -> Void
  ) throws {
    let folder = try folder ?? StoreFolder(dyingFor: "block")
    let store = try RunStore.create(path: folder.path("s"), study: Sample.study, layout: Sample.layout)
    try Sample.append(0..<3, to: store)
    var block = Sample.block([3, 4, 5, 6])
    change(&block)
    try? store.append(block, settings: [Sample.setting(1), Sample.setting(2)])
  }

  @Test func aBlockOfAnotherShapeStopsTheProgram() async throws {
    defer { StoreFolder.removeLeft(by: "block") }
    try Self.append(in: StoreFolder()) { _ in }
    await #expect(processExitsWith: .failure) { try Self.append { $0.trials = [3, 4, 4, 6] } }
    await #expect(processExitsWith: .failure) { try Self.append { $0.trials = [3, 4, 6, 5] } }
    await #expect(processExitsWith: .failure) { try Self.append { $0.settings.removeLast() } }
    await #expect(processExitsWith: .failure) { try Self.append { $0.columns.removeLast() } }
    await #expect(processExitsWith: .failure) { try Self.append { $0.columns[1] = .integers([1, 2, 3, 4]) } }
    await #expect(processExitsWith: .failure) { try Self.append { $0.columns[1] = .reals([1, 2, 3]) } }
    await #expect(processExitsWith: .failure) {
      try Self.append { $0.columns[3] = .blobs([1, 2, 3, 4, 5], width: 1) }
    }
    await #expect(processExitsWith: .failure) { try Self.append { $0.daily[0].trial = 7 } }
    await #expect(processExitsWith: .failure) { try Self.append { $0.settings[2] = 9 } }
    await #expect(processExitsWith: .failure) { try Self.append { $0.points = [[0, 0, 0, 0]] } }
  }

  @Test func aSettingOfAnotherShapeStopsTheProgram() async throws {
    defer { StoreFolder.removeLeft(by: "setting") }
    await #expect(processExitsWith: .failure) {
      let folder = try StoreFolder(dyingFor: "setting")
      let store = try RunStore.create(path: folder.path("s"), study: Sample.study, layout: Sample.layout)
      try? store.append(
        Sample.block([]), settings: [SettingRecord(id: 1, integers: [1], reals: [1, 2])])
    }
  }

  @Test func aLayoutThatBreaksItsContractStopsTheProgram() async throws {
    await #expect(processExitsWith: .failure) {
      _ = StoreLayout(groupColumns: [], trialColumns: [.init("net", .integer)], metrics: [])
    }
    await #expect(processExitsWith: .failure) {
      _ = StoreLayout(
        groupColumns: [.init("b", .blob)], trialColumns: [.init("net_cents", .integer)], metrics: [])
    }
    await #expect(processExitsWith: .failure) {
      _ = StoreLayout(
        groupColumns: [], trialColumns: [.init("net_cents", .integer)], metrics: [("Status", "1")])
    }
  }
}
