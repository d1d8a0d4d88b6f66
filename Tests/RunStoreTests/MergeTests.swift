import Foundation
import Testing

@testable import RunStore

/// Shards that were run apart and put together are the study that was run at once.
@Suite struct MergeTests {
  /// A shard of the sample's study.
  private static func shard(
    _ folder: StoreFolder, _ index: Int, of count: Int, block: Int = 70, trials: Int = 3000,
    study change: (inout StudyRecord) -> Void = { _ in }
  ) throws -> String {
    let path = folder.path("shard\(index)-\(count)-\(UUID().uuidString.prefix(4))")
    var study = Sample.study
    study.configurations = trials
    study.shard = ShardRecord(index: index, count: count)
    change(&study)
    try SameBytesTests.run(
      path, ShardRecord(index: index, count: count).trials(of: trials), block: block, study: study)
    return path
  }

  @Test(arguments: [1, 2, 3, 7]) func shardsInAnyOrderAreTheUndividedRun(count: Int) throws {
    let folder = try StoreFolder()
    let whole = try SameBytesTests.run(folder.path("whole"))
    let shards = try (0..<count).map { try Self.shard(folder, $0, of: count, block: 50 + 13 * $0) }
    for (k, order) in [shards, shards.reversed(), shards.shuffled()].enumerated() {
      let path = folder.path("merged\(k)")
      try RunStore.merge(order, into: path)
      #expect(try Data(contentsOf: URL(filePath: path)) == whole)
    }
    #expect(try RunStore.open(path: folder.path("merged0")).study() == Sample.study)
    #expect(folder.names.allSatisfy { !$0.contains("-copy") && !$0.contains("-lock") })
  }

  @Test func moreShardsThanTrialsMergeToo() throws {
    let folder = try StoreFolder()
    var study = Sample.study
    study.configurations = 3
    let whole = try SameBytesTests.run(folder.path("whole"), 0..<3, study: study)
    let shards = try (0..<5).map { try Self.shard(folder, $0, of: 5, trials: 3) }
    try RunStore.merge(shards, into: folder.path("m"))
    #expect(try Data(contentsOf: URL(filePath: folder.path("m"))) == whole)
  }

  @Test func shardsCoverAllTrialsOnce() {
    for trials in [0, 1, 5, 99, 100, 1_000_003, Int.max] {
      for count in [1, 2, 3, 7, 100] {
        var next = 0
        for index in 0..<count {
          let range = ShardRecord(index: index, count: count).trials(of: trials)
          #expect(range.lowerBound == next)
          next = range.upperBound
          if trials < 1 << 40 {
            #expect(range.lowerBound == index * trials / count)
          }
        }
        #expect(next == trials)
      }
    }
  }

  @Test func whatDoesNotBelongTogetherIsNamed() throws {
    let folder = try StoreFolder()
    let out = folder.path("out")
    let (a, b, c) = (
      try Self.shard(folder, 0, of: 3), try Self.shard(folder, 1, of: 3), try Self.shard(folder, 2, of: 3)
    )
    #expect(throws: RunStoreError.missingShards(path: out, missing: [1], count: 3)) {
      try RunStore.merge([c, a], into: out)
    }
    let twin = try Self.shard(folder, 1, of: 3)
    #expect(throws: RunStoreError.doubledShard(path: twin, other: b, index: 1)) {
      try RunStore.merge([a, b, twin, c], into: out)
    }
    #expect(throws: RunStoreError.doubledShard(path: a, other: a, index: 0)) {
      try RunStore.merge([a, a, b, c], into: out)
    }
    let changes: [(String, (inout StudyRecord) -> Void)] = [
      ("history_digest", { $0.historyDigest = "sha256:01" }), ("code_version", { $0.codeVersion = "0.2.0" }),
      ("seed", { $0.seed = 1 }), ("space_text", { $0.spaceText += "\n" }),
      ("method", { $0.method = "sobol" }),
      ("to_date", { $0.to = "2019-01-02" }), ("marks_name", { $0.marksName = "x" }),
      ("axes", { $0.axes[1].values[0] = "other" }),
    ]
    for (field, change) in changes {
      let other = try Self.shard(folder, 2, of: 3, study: change)
      let error = #expect(throws: RunStoreError.self) { try RunStore.merge([a, b, other], into: out) }
      guard case .foreignShard(other, a, field, _, _)? = error else {
        Issue.record("\(field): \(String(describing: error))")
        continue
      }
    }
    let otherwise = try Self.shard(folder, 1, of: 2)
    #expect(
      throws: RunStoreError.foreignShard(
        path: otherwise, other: a, field: "number of shards", found: "'2'", expected: "'3'")
    ) { try RunStore.merge([a, otherwise], into: out) }
    let whole = folder.path("whole")
    try SameBytesTests.run(whole)
    #expect(throws: RunStoreError.notAShard(path: whole, reason: "holds a study that isn't cut")) {
      try RunStore.merge([a, whole], into: out)
    }
    let kept = try Self.shard(folder, 1, of: 3) { $0.kept = 10 }
    #expect(throws: RunStoreError.notAShard(path: kept, reason: "holds no whole part of a grid")) {
      try RunStore.merge([a, kept, c], into: out)
    }
    #expect(throws: RunStoreError.missingShards(path: out, missing: [0], count: 1)) {
      try RunStore.merge([], into: out)
    }
    #expect(throws: RunStoreError.absent(path: folder.path("none"))) {
      try RunStore.merge([a, folder.path("none")], into: out)
    }
    #expect(!FileManager.default.fileExists(atPath: out))
    #expect(throws: RunStoreError.exists(path: whole)) { try RunStore.merge([a, b, c], into: whole) }
    let told = RunStoreError.missingShards(path: "m", missing: Array(0..<10), count: 12).description
    #expect(
      told.hasSuffix(
        "10 of 12 shards missing: 0, 1, 2, 3, 4, 5, 6, 7, …; run them, and give every shard once"))
  }

  @Test func aShardThatIsNotWholeIsNamed() throws {
    let folder = try StoreFolder()
    let a = try Self.shard(folder, 0, of: 2)
    var study = Sample.study
    study.shard = ShardRecord(index: 1, count: 2)
    let path = folder.path("open")
    let writer = try SameBytesTests.create(path, study)
    try Sample.append(1500..<2000, to: writer)
    let error = RunStoreError.unfinishedShard(path: path, index: 1, trials: 500, expected: 1500)
    #expect(throws: error) { try RunStore.merge([a, path], into: folder.path("out")) }
    try writer.close()
    #expect(throws: error) { try RunStore.merge([a, path], into: folder.path("out")) }
    // Said to be finished, and it isn't.
    let again = try RunStore.resume(path: path)
    try again.finish()
    let found = #expect(throws: RunStoreError.self) {
      try RunStore.merge([a, path], into: folder.path("out"))
    }
    guard case .corrupted(path, _)? = found else {
      Issue.record("\(String(describing: found))")
      return
    }
  }
}
