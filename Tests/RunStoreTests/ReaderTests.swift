import Foundation
import Testing

@testable import RunStore

/// Readers beside a writer.
@Suite(.serialized) struct ReaderTests {
  @Test func readersAreWelcomeWhileAStoreIsWritten() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let writer = try SameBytesTests.create(path)
    let early = try RunStore.open(path: path)
    #expect(try early.trialCount() == 0)
    for start in stride(from: 0, to: 300, by: 30) {
      try Sample.append(start..<start + 30, to: writer)
      let late = try RunStore.open(path: path)
      #expect(try late.trialCount() == start + 30 && early.trialCount() == start + 30)
      #expect(try late.trials(withDaily: true) == (0..<start + 30).map(Sample.trial))
      #expect(try !late.isFinished())
      try late.close()
      // Opening and closing beside it takes nothing from the writer.
      #expect(throws: RunStoreError.locked(path: path)) { try RunStore.resume(path: path) }
    }
    try early.close()
    try writer.finish()
    #expect(folder.names == ["s"])
    let whole = folder.path("whole")
    #expect(try Data(contentsOf: URL(filePath: path)) == SameBytesTests.run(whole, 0..<300))
  }

  /// Another process reads while this one writes: neither fails, and what is read are whole blocks.
  @Test func anotherProcessReadsWholeBlocks() async throws {
    let path = FileManager.default.temporaryDirectory.appending(path: "runstore-read-\(getpid()).sqlite").path
    defer {
      for suffix in ["", "-wal", "-shm", "-lock"] {
        try? FileManager.default.removeItem(atPath: path + suffix)
      }
    }
    let writer = try SameBytesTests.create(path)
    let writing = Task.detached {
      for start in stride(from: 0, to: 3000, by: 10) {
        try Sample.append(start..<start + 10, to: writer)
        try await Task.sleep(for: .milliseconds(1))
      }
      try writer.finish()
    }
    await #expect(processExitsWith: .success) {
      let path = FileManager.default.temporaryDirectory.appending(path: "runstore-read-\(getppid()).sqlite")
        .path
      var seen = 0
      for _ in 0..<40 {
        let reader = try RunStore.open(path: path)
        let count = try reader.trialCount()
        #expect(count.isMultiple(of: 10) && count >= seen)
        seen = count
        try reader.close()
        usleep(5000)
      }
      #expect(throws: (seen < 3000 ? RunStoreError.locked(path: path) : nil) ?? .exists(path: path)) {
        try SameBytesTests.create(path)
      }
    }
    try await writing.value
    let folder = try StoreFolder()
    #expect(try Data(contentsOf: URL(filePath: path)) == SameBytesTests.run(folder.path("whole")))
  }

  /// A reader that holds on keeps the log where it is; nothing is lost, and the next writer takes it in.
  @Test func aReaderThatHoldsOnLosesNothing() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let writer = try SameBytesTests.create(path)
    try Sample.append(0..<300, to: writer)
    let reader = try RunStore.open(path: path)
    #expect(try reader.trialCount() == 300)
    try writer.finish()
    #expect(folder.names.contains("s-wal") && !folder.names.contains("s-lock"))
    #expect(try reader.trials(withDaily: true) == (0..<300).map(Sample.trial))
    #expect(try reader.isFinished())
    try reader.close()
    try RunStore.resume(path: path).close()
    #expect(folder.names == ["s"])
    #expect(try Data(contentsOf: URL(filePath: path)) == SameBytesTests.run(folder.path("whole"), 0..<300))
  }

  /// A copy can't take the place of a file that is read with its log: the study stays unfinished, and can be finished later.
  @Test func aCopyWaitsForReaders() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let writer = try SameBytesTests.create(path)
    try Sample.append(150..<300, to: writer)
    try Sample.append(0..<150, to: writer)
    let reader = try RunStore.open(path: path)
    #expect(try reader.trialCount() == 300)
    #expect(throws: RunStoreError.locked(path: path)) { try writer.finish() }
    #expect(try reader.trials(withDaily: true) == (0..<300).map(Sample.trial))
    #expect(try !reader.isFinished())
    try reader.close()
    // A copy that was left by a process that was killed is no hindrance.
    try Data("x".utf8).write(to: URL(filePath: path + "-copy"))
    try RunStore.resume(path: path).finish()
    #expect(folder.names == ["s"])
    #expect(try Data(contentsOf: URL(filePath: path)) == SameBytesTests.run(folder.path("whole"), 0..<300))
  }

  @Test func aLockThatAProcessLeftMeansNothing() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    try "4711 left\n".write(toFile: path + "-lock", atomically: false, encoding: .utf8)
    let writer = try SameBytesTests.create(path)
    try Sample.append(0..<3, to: writer)
    try writer.close()
    #expect(folder.names == ["s"])
  }

  @Test func removingTakesAllThatBelongsToAStoreAndNothingElse() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    try SameBytesTests.run(path, 0..<30)
    try Data("x".utf8).write(to: URL(filePath: path + "-copy"))
    try Data("x".utf8).write(to: URL(filePath: path + "-notes"))
    try RunStore.remove(path: path)
    #expect(folder.names == ["s-notes"])
    try
      "no database, but long enough to be taken for one if one looked at nothing else but its length, which we don't"
      .write(toFile: path, atomically: false, encoding: .utf8)
    #expect(throws: RunStoreError.notAStore(path: path)) { try RunStore.remove(path: path) }
    #expect(folder.names == ["s", "s-notes"])
    try Data().write(to: URL(filePath: path))
    try RunStore.remove(path: path)
    #expect(throws: RunStoreError.absent(path: path)) { try RunStore.remove(path: path) }
  }
}
