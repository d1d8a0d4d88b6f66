import Foundation

/// The two numbers in SQLite's file header that count writes instead of telling contents.
///
/// "File change counter" (offset 24) grows with every transaction that changes the file in a rollback mode, with
/// checkpoints and changes of mode, so it differs between a run and one that was interrupted. "Version valid for" (offset
/// 92) repeats it, to say that the number of pages in the header is right. Both are set to a number made of what is
/// stored.
///
/// This is safe: it is done by who has the right to write, when no connection holds the file with a log. All
/// contents are on disk by then and stay as they are. If the process dies between the two numbers, they differ, and SQLite
/// takes the number of pages from the length of the file. A reader that kept pages in memory compares its counter
/// with the file's: the number grows with what is stored, so that it meets the same number only over the same contents.
enum StoreHeader {
  /// The number for a store that holds so much.
  static func revision(trials: Int, generations: Int, isFinished: Bool) -> Int {
    2 * (trials + generations) + (isFinished ? 2 : 1)
  }

  /// Sets both counters.
  static func setCounters(path: String, to revision: Int) throws {
    guard let handle = FileHandle(forUpdatingAtPath: path) else {
      throw RunStoreError.readOnly(path: path)
    }
    defer { try? handle.close() }
    guard let header = try handle.read(upToCount: 100), header.count == 100 else {
      throw RunStoreError.corrupted(path: path, reason: "no header")
    }
    var bytes = Array(header)
    // Version 2 of the format is that with a log.
    guard bytes[18] == 1, bytes[19] == 1 else { return }
    for start in [24, 92] {
      for k in 0..<4 { bytes[start + k] = UInt8(truncatingIfNeeded: revision >> (24 - 8 * k)) }
    }
    guard bytes != Array(header) else { return }
    try handle.seek(toOffset: 0)
    try handle.write(contentsOf: Data(bytes))
    try handle.synchronize()
  }
}
