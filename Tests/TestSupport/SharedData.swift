import Foundation

/// Real market files beside the checkout (`../shared/data`), which the project may read but not ship.
public enum SharedData {
  /// The checkout's root.
  public static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  /// Whether the folder is there at all; tests that need it are disabled where it is not.
  public static let isPresent = FileManager.default.fileExists(atPath: folder.path)
  /// The folder.
  public static let folder = root.appending(path: "../shared/data").standardizedFileURL
  /// The path of one file. A file missing from a folder that is there fails the reader, loudly.
  public static func path(_ relative: String) -> String { folder.appending(path: relative).path }
}
