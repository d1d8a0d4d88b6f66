import Foundation
import GRDB

extension RunStore {
  /// Puts the shards of a study together: the file that the undivided run leaves, byte for byte.
  ///
  /// Each shard is a finished store of a grid whose study says which part it is, with the trials
  /// ``ShardRecord/trials(of:)``. They are copied in their order as a writer would have appended them: what several
  /// shards share is stored once and numbered anew, see ``append(_:settings:generation:)``.
  ///
  /// - Parameters:
  ///   - shards: paths of all shards, in any order.
  ///   - path: the new store; it appears when it is whole.
  ///   - name: the study's name; nil for that of the first part, as shards may be called after their folders.
  /// - Throws: ``RunStoreError``: `notAShard`, `unfinishedShard`, `missingShards`, `doubledShard`, `foreignShard`, and
  ///   what opening a shard and ``create(path:study:layout:)`` bring.
  /// - Complexity: about 2 µs a trial; memory O(distinct settings).
  public static func merge(_ shards: [String], into path: String, name: String? = nil) throws(RunStoreError) {
    var opened: [(shard: ShardRecord, store: RunStore)] = []
    defer { for (_, store) in opened { try? store.close() } }
    var first: (store: RunStore, identity: [(field: String, value: String)])?
    for shardPath in shards {
      let store = try open(path: shardPath)
      let study = try store.study()
      guard let shard = study.shard else {
        try store.close()
        throw .notAShard(path: shardPath, reason: "holds a study that isn't cut")
      }
      opened.append((shard, store))
      guard study.kept == nil, !study.axes.hasPoints else {
        throw .notAShard(path: shardPath, reason: "holds no whole part of a grid")
      }
      let identity = try store.identity()
      if let first {
        for (own, other) in zip(identity, first.identity) where own != other {
          throw .foreignShard(
            path: shardPath, other: first.store.path, field: own.field, found: brief(own.value),
            expected: brief(other.value))
        }
      } else {
        first = (store, identity)
      }
      if let twin = opened.dropLast().first(where: { $0.shard == shard }) {
        throw .doubledShard(path: shardPath, other: twin.store.path, index: shard.index)
      }
      try checkWhole(store, shard.trials(of: study.configurations), index: shard.index)
    }
    opened.sort { $0.shard.index < $1.shard.index }
    let count = opened.first?.shard.count ?? 1
    let missing = Set(0..<count).subtracting(opened.map(\.shard.index)).sorted()
    guard let first, missing.isEmpty else { throw .missingShards(path: path, missing: missing, count: count) }
    var whole = try first.store.study()
    whole.shard = nil
    if let name { whole.name = name }
    try write(opened.map(\.store), whole, to: path)
  }

  private static func write(
    _ stores: [RunStore], _ study: StudyRecord, to path: String
  ) throws(RunStoreError) {
    let lock = try WriterLock(store: path)
    defer { lock.release() }
    guard !FileManager.default.fileExists(atPath: path) else { throw .exists(path: path) }
    let copy = path + CanonicalCopy.suffix
    do {
      try CanonicalCopy.write(stores, study: study, state: .finished, to: copy)
      try FileManager.default.moveItem(atPath: copy, toPath: path)
    } catch {
      try? FileManager.default.removeItem(atPath: copy)
      throw RunStoreError(error, path: path)
    }
  }

  private static func checkWhole(
    _ store: RunStore, _ expected: Range<Int>, index: Int
  ) throws(RunStoreError) {
    let count = try store.trialCount()
    guard try store.isFinished() else {
      throw .unfinishedShard(path: store.path, index: index, trials: count, expected: expected.count)
    }
    // As many as there are between the ends, so all of them.
    let ends = try store.trialEnds()
    let isWhole = ends.map { $0.first == expected.lowerBound && $0.last == expected.upperBound - 1 }
    guard count == expected.count, isWhole ?? expected.isEmpty else {
      throw .corrupted(
        path: store.path,
        reason: "shard \(index) must hold the trials \(expected.lowerBound) up to "
          + "\(expected.upperBound), not \(count) trials"
          + (ends.map { " from \($0.first) to \($0.last)" } ?? ""))
    }
  }

  /// All that shards of one study have in common, by name.
  private func identity() throws(RunStoreError) -> [(field: String, value: String)] {
    let study = try study()
    let (facts, statements) = try run { db in
      (
        try Row.fetchAll(db, sql: "SELECT key, value FROM meta ORDER BY rowid").map {
          "\($0[0] as String? ?? "")=\($0[1] as String? ?? "")"
        }, try Schema.statements(db)
      )
    }
    return [
      ("schema", "\(Schema.version)"), ("code_version", study.codeVersion),
      ("method", study.method), ("number of shards", "\(study.shard?.count ?? 1)"),
      ("history_name", study.historyName), ("history_digest", study.historyDigest),
      ("from_date", study.from), ("to_date", study.to), ("marks_name", study.marksName),
      ("seed", "\(study.seed)"), ("configurations", "\(study.configurations)"),
      ("space_format", study.spaceFormat), ("space_text", study.spaceText), ("settings", study.settings),
      ("provenance", study.provenance),
      ("axes", study.axes.map { "\($0.path) \($0.stride ?? 0) \($0.values)" }.joined(separator: "\n")),
      ("facts", facts.joined(separator: "\n")), ("tables", statements.joined(separator: "\n")),
    ]
  }

  /// A value as a message shows it.
  private static func brief(_ text: String) -> String {
    let line = text.replacing("\n", with: " ")
    return "'" + (line.count > 60 ? line.prefix(59) + "…" : line[...]) + "'"
  }
}
