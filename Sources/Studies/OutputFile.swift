import Foundation

/// Files that a command leaves behind: whole or not at all.
public enum OutputFile {
  /// Writes `text` to a temporary file beside `path` and renames it. Makes missing folders.
  public static func write(_ text: String, to path: String) throws(StudyError) {
    try write(Data(text.utf8), to: path)
  }

  /// Writes bytes likewise.
  public static func write(_ data: Data, to path: String) throws(StudyError) {
    let url = URL(filePath: path)
    var isFolder: ObjCBool = false
    if path.isEmpty || FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), path.isEmpty || isFolder.boolValue {
      throw .cannotWrite(path: path.isEmpty ? "''" : path, reason: path.isEmpty ? "no name" : "it is a folder")
    }
    try makeFolder(url.deletingLastPathComponent().path)
    do {
      if isDevice(path), let handle = FileHandle(forWritingAtPath: path) {
        defer { try? handle.close() }
        try handle.write(contentsOf: data)
        return
      }
      try data.write(to: url, options: .atomic)
    } catch {
      throw .cannotWrite(path: path, reason: reason(error))
    }
  }

  /// Makes a folder with those above it, where they are missing.
  public static func makeFolder(_ path: String) throws(StudyError) {
    guard !path.isEmpty else { throw .cannotWrite(path: "''", reason: "no name") }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      var above = URL(filePath: path).standardizedFileURL
      while above.path != "/", !FileManager.default.fileExists(atPath: above.path) { above.deleteLastPathComponent() }
      var isFolder: ObjCBool = false
      let isFile = FileManager.default.fileExists(atPath: above.path, isDirectory: &isFolder) && !isFolder.boolValue
      throw .cannotWrite(path: path, reason: isFile ? "\(above.relativePath) is a file, no folder" : reason(error))
    }
  }

  /// Whether a path leads to a device or a pipe, which take bytes but must not be replaced by a file.
  private static func isDevice(_ path: String) -> Bool {
    guard FileManager.default.fileExists(atPath: path) else { return false }
    let real = URL(filePath: path).resolvingSymlinksInPath().path
    let type = (try? FileManager.default.attributesOfItem(atPath: real))?[.type] as? FileAttributeType
    return type != .typeRegular && type != .typeDirectory
  }

  /// The operating system's words for an error of Foundation.
  public static func reason(_ error: any Error) -> String {
    let e = error as NSError
    if let underlying = e.userInfo[NSUnderlyingErrorKey] as? NSError { return reason(underlying) }
    let text = e.localizedDescription
    let preamble = "The operation could not be completed. "
    return text.hasPrefix(preamble) ? String(text.dropFirst(preamble.count)) : text
  }
}
