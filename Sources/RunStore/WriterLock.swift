import Foundation

/// The right to write a store, held by one handle of one process at a time.
///
/// SQLite's own locks let any number of writers take turns, or keep readers out with the writer. So the right is a lock
/// of the system (`flock`) on a file beside the store, `x.sqlite-lock`, that lasts as long as the handle: the system
/// takes it back if the process dies, and the file that is left then means nothing. The store itself is never opened
/// for this, because closing any handle of it would take SQLite's locks away.
struct WriterLock: Sendable {
  private let path: String
  private let handle: FileHandle

  /// Takes the right to write a store.
  ///
  /// - Throws: ``RunStoreError``: `locked` while another has it, `unwritable` where no file can be made.
  init(store: String) throws(RunStoreError) {
    let path = Self.path(of: store)
    let token = Data("\(ProcessInfo.processInfo.processIdentifier) \(UUID().uuidString)\n".utf8)
    // Another may remove the file each time between making and locking it, but not for ever.
    for _ in 0..<1000 {
      do {
        try Data().write(to: URL(filePath: path), options: .withoutOverwriting)
      } catch let error as CocoaError where error.code == .fileWriteFileExists {
        // As good: it is locked or left.
      } catch let error as CocoaError where error.code == .fileWriteOutOfSpace {
        throw .diskFull(path: store)
      } catch {
        throw .unwritable(path: store)
      }
      guard let handle = FileHandle(forUpdatingAtPath: path) else {
        guard !FileManager.default.fileExists(atPath: path) else { throw .unwritable(path: store) }
        continue
      }
      guard flock(handle.fileDescriptor, LOCK_EX | LOCK_NB) == 0 else {
        try? handle.close()
        throw .locked(path: store)
      }
      // Who had the lock before may have removed the file between our opening and locking it, and another may have
      // made it anew: only if what we write is found under the name is it the file that all others see.
      do {
        try handle.truncate(atOffset: 0)
        try handle.write(contentsOf: token)
      } catch {
        try? handle.close()
        throw .diskFull(path: store)
      }
      if FileManager.default.contents(atPath: path) == token {
        self.path = path
        self.handle = handle
        return
      }
      try? handle.close()
    }
    throw .locked(path: store)
  }

  /// Gives the right back and leaves no file.
  func release() {
    try? FileManager.default.removeItem(atPath: path)
    try? handle.close()
  }

  private static func path(of store: String) -> String { store + "-lock" }
}
