import Foundation

/// Whether there is a file; a folder of that name is refused by SQLite itself.
func exists(_ path: String) throws -> Bool { FileManager.default.fileExists(atPath: path) }

/// Removes a half-made store and its journal; nothing is done where there is none.
func removeStore(_ path: String) {
  for suffix in ["", "-journal", "-wal", "-shm"] {
    try? FileManager.default.removeItem(atPath: path + suffix)
  }
}
