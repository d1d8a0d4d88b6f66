import Foundation
import GRDB
import Testing

@testable import RunStore

/// Two runs of one study leave equal files, whatever happened on the way.
@Suite(.serialized) struct SameBytesTests {
  static func create(_ path: String, _ study: StudyRecord = Sample.study) throws -> RunStore {
    try RunStore.create(path: path, study: study, layout: Sample.layout)
  }

  /// A whole run of the trials given, in blocks of a size.
  @discardableResult
  static func run(
    _ path: String, _ trials: Range<Int> = 0..<3000, block: Int = 250, study: StudyRecord = Sample.study
  ) throws -> Data {
    let writer = try create(path, study)
    for start in stride(from: trials.lowerBound, to: trials.upperBound, by: block) {
      try Sample.append(start..<min(start + block, trials.upperBound), to: writer)
    }
    try writer.finish()
    return try Data(contentsOf: URL(filePath: path))
  }

  @Test func theSameTransactionsLeaveTheSameBytes() throws {
    let folder = try StoreFolder()
    let a = try Self.run(folder.path("a"))
    #expect(try Self.run(folder.path("b")) == a)
    #expect(folder.names == ["a", "b"], "no log, no lock")
    #expect(a.count > 400_000)
    // Neither the clock nor the order in which things were made is in it; one cent is.
    let writer = try Self.create(folder.path("c"))
    var block = Sample.block(Array(0..<3000))
    block.columns[0] = .integers((0..<3000).map { Sample.net($0) + ($0 == 2999 ? 1 : 0) })
    try writer.append(block, settings: Sample.settings(0..<3000))
    try writer.finish()
    #expect(try Data(contentsOf: URL(filePath: folder.path("c"))) != a)
  }

  @Test(arguments: [1, 7, 100, 1024, 3000]) func blocksDoNotShow(block: Int) throws {
    let folder = try StoreFolder()
    #expect(try Self.run(folder.path("a"), block: block) == Self.run(folder.path("b"), block: 250))
  }

  /// Settings are told apart by what they say, not by labels or by who had them before.
  @Test func labelsOfSettingsDoNotShow() throws {
    let folder = try StoreFolder()
    let writer = try Self.create(folder.path("a"))
    for start in stride(from: 0, to: 3000, by: 500) {
      let trials = Array(start..<start + 500)
      var block = Sample.block(trials)
      // A setting for each trial, most of them equal to others, in reverse order.
      block.settings = trials.map { 10_000 - $0 }
      let settings = trials.map { trial in
        var setting = Sample.setting(Sample.setting(of: trial))
        setting.id = 10_000 - trial
        if trial.isMultiple(of: 2) { setting.outcomes.reverse() }
        return setting
      }
      try writer.append(block, settings: settings.reversed())
    }
    try writer.finish()
    #expect(
      try Data(contentsOf: URL(filePath: folder.path("a"))) == Self.run(folder.path("b")))
  }

  @Test func interruptionsDoNotShow() throws {
    let folder = try StoreFolder()
    let path = folder.path("a")
    try Self.create(path).close()
    for start in stride(from: 0, to: 3000, by: 250) {
      let writer = try RunStore.resume(path: path)
      #expect(try !writer.isFinished())
      #expect(try writer.trialRanges() == (start == 0 ? [] : [0..<start]))
      try Sample.append(start..<start + 250, to: writer)
      if start == 1000 { try writer.checkpoint() }
      try writer.close()
    }
    try RunStore.resume(path: path).finish()
    let whole = try Self.run(folder.path("b"))
    #expect(try Data(contentsOf: URL(filePath: path)) == whole)
    // Opened and closed again it stays the same.
    let again = try RunStore.resume(path: path)
    #expect(try again.isFinished())
    try again.close()
    #expect(try Data(contentsOf: URL(filePath: path)) == whole)
  }

  /// Blocks that come in another order than that of their trials are put into it at the end.
  @Test func theOrderOfBlocksDoesNotShow() throws {
    let folder = try StoreFolder()
    let whole = try Self.run(folder.path("a"))
    let path = folder.path("b")
    let first = try Self.create(path)
    try Sample.append(1500..<3000, to: first)
    try Sample.append(stride(from: 1, to: 1500, by: 2), to: first)
    try first.close()
    // That they did is remembered.
    let second = try RunStore.resume(path: path)
    #expect(try second.trialRanges().count == 750)
    try Sample.append(stride(from: 0, to: 1500, by: 2), to: second)
    try second.finish()
    #expect(try Data(contentsOf: URL(filePath: path)) == whole)
    #expect(folder.names == ["a", "b"])
    #expect(try RunStore.open(path: path).isFinished())
  }

  /// Trials that are taken back leave nothing behind, be it their numbers, their settings or their daily values.
  @Test func whatWasTakenBackDoesNotShow() throws {
    let folder = try StoreFolder()
    let path = folder.path("b")
    let first = try Self.create(path)
    try Sample.append(stride(from: 0, to: 4000, by: 2), to: first)
    try first.discard([200..<301, 3000..<4000, 7000..<8000])
    #expect(try first.trialCount() == 1449)
    try first.close()
    let second = try RunStore.resume(path: path)
    try Sample.append(200..<301, to: second)
    try Sample.append((0..<3000).filter { !$0.isMultiple(of: 2) && !(200..<301).contains($0) }, to: second)
    try second.finish()
    #expect(try Data(contentsOf: URL(filePath: path)) == Self.run(folder.path("a")))
    let reader = try RunStore.open(path: path)
    #expect(throws: RunStoreError.readOnly(path: path)) { try reader.discard([0..<1]) }
    try reader.close()
  }

  private static func integrity(_ path: String) throws -> [String] {
    let queue = try DatabaseQueue(path: path)
    defer { try? queue.close() }
    return try queue.read { try String.fetchAll($0, sql: "PRAGMA integrity_check") }
  }

  // MARK: Killed

  private static func path(ofParent parent: Int32, _ name: String) -> String {
    FileManager.default.temporaryDirectory.appending(path: "runstore-\(name)-\(parent).sqlite").path
  }
  private static func remove(_ path: String) {
    for suffix in ["", "-wal", "-shm", "-lock", "-copy"] {
      try? FileManager.default.removeItem(atPath: path + suffix)
    }
  }

  @Test func aWriterThatIsKilledAndGoneOnWithDoesNotShow() async throws {
    let path = Self.path(ofParent: getpid(), "same")
    defer { Self.remove(path) }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let path = Self.path(ofParent: getppid(), "same")
      let writer = try Self.create(path)
      for start in stride(from: 0, to: 1000, by: 250) { try Sample.append(start..<start + 250, to: writer) }
      try writer.checkpoint()
      try Sample.append(1000..<1250, to: writer)
      try writer.queue.write { db in
        for trial in 5000..<100_000 {
          try db.execute(
            sql: "INSERT INTO trials VALUES (?, 1, 0, 0, 0, zeroblob(80), 0)", arguments: [trial])
        }
        kill(getpid(), SIGKILL)
      }
    }
    let writer = try RunStore.resume(path: path)
    #expect(try writer.trialRanges() == [0..<1250])
    for start in stride(from: 1250, to: 3000, by: 250) { try Sample.append(start..<start + 250, to: writer) }
    try writer.finish()
    let folder = try StoreFolder()
    #expect(try Data(contentsOf: URL(filePath: path)) == Self.run(folder.path("whole")))
  }

  /// `kill -9` from outside at moments that nobody chose: whole blocks only, and the end is the same.
  @Test(arguments: 0..<6) func killedAtAnyMomentThereAreWholeBlocksOnly(round: Int) async throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    // The child is a process that does nothing else; its path comes to it through the environment of a fork.
    let marker = Self.path(ofParent: getpid(), "go")
    try path.write(toFile: marker, atomically: true, encoding: .utf8)
    defer { try? FileManager.default.removeItem(atPath: marker) }
    let killer = Task.detached {
      while !FileManager.default.fileExists(atPath: path + "-pid") {
        try await Task.sleep(for: .milliseconds(1))
      }
      try await Task.sleep(for: .milliseconds(3 + 17 * round))
      let text = try String(contentsOfFile: path + "-pid", encoding: .utf8)
      if let pid = Int32(text), pid > 1 { kill(pid, SIGKILL) }
    }
    await #expect(processExitsWith: .signal(SIGKILL)) {
      let path = try String(
        contentsOfFile: Self.path(ofParent: getppid(), "go"), encoding: .utf8)
      let writer = try Self.create(path)
      try "\(getpid())".write(toFile: path + "-pid", atomically: true, encoding: .utf8)
      for start in stride(from: 0, to: 3000, by: 10) { try Sample.append(start..<start + 10, to: writer) }
      try writer.checkpoint()
      // Done before it was hit: wait for it.
      while true { usleep(1000) }
    }
    try await killer.value
    let reader = try RunStore.open(path: path)
    let ranges = try reader.trialRanges()
    let stored = ranges.first?.upperBound ?? 0
    #expect(ranges.count <= 1 && stored.isMultiple(of: 10) && ranges.first?.lowerBound ?? 0 == 0)
    #expect(try reader.trials(withDaily: true) == (0..<stored).map(Sample.trial))
    try reader.close()
    let writer = try RunStore.resume(path: path)
    try Sample.append(stored..<3000, to: writer)
    try writer.finish()
    #expect(try Data(contentsOf: URL(filePath: path)) == Self.run(folder.path("whole")))
    #expect(try Self.integrity(path) == ["ok"])
  }
}
