import Foundation

/// Files that a command leaves behind: whole or not at all.
public enum OutputFile {
  /// Writes `text` to a temporary file beside `path` and renames it. Makes missing folders.
  public static func write(_ text: String, to path: String) throws(StudyError) {
    try write(Data(text.utf8), to: path)
  }

  /// Writes bytes likewise.
  public static func write(_ data: Data, to path: String) throws(StudyError) {
    try check(path)
    let url = URL(filePath: path)
    let kind = kind(path)
    do {
      // Redirected or not: what is written here comes before what is printed later.
      if path == "/dev/stdout" { return try FileHandle.standardOutput.write(contentsOf: data) }
      // A device or a pipe takes bytes, but must not be replaced by a file.
      if let kind, kind != .typeRegular, let handle = FileHandle(forWritingAtPath: path) {
        defer { try? handle.close() }
        try handle.write(contentsOf: data)
        return
      }
      // A link stays a link: the file it leads to is replaced.
      try data.write(to: url.resolvingSymlinksInPath(), options: .atomic)
    } catch {
      throw .cannotWrite(path: path, reason: reason(error))
    }
  }

  /// Checks that a file can be written, before the work whose result it takes. Makes missing folders.
  public static func check(_ path: String) throws(StudyError) {
    guard !path.isEmpty else { throw .cannotWrite(path: "''", reason: "no name") }
    let kind = kind(path)
    guard kind != .typeDirectory else { throw .cannotWrite(path: path, reason: "it is a folder") }
    let folder = URL(filePath: path).resolvingSymlinksInPath().deletingLastPathComponent().path
    do {
      try makeFolder(folder)
    } catch .cannotWrite(_, let reason) {
      throw .cannotWrite(path: path, reason: reason)
    }
    guard (kind ?? .typeRegular) != .typeRegular || FileManager.default.isWritableFile(atPath: folder) else {
      throw .cannotWrite(path: path, reason: "its folder can't be written to")
    }
    guard kind != .typeRegular || !isDatabase(path) else {
      throw .cannotWrite(
        path: path, reason: "it is a database, a study or a history, which no result replaces")
    }
  }

  /// Writes a text of any length piece by piece: into a file beside `path`, which takes its place when `body` is through.
  ///
  /// - Parameter body: gets a function that writes the next piece.
  public static func write(to path: String, pieces body: ((String) throws -> Void) throws -> Void) throws {
    if path == "/dev/stdout" {
      return try body { try FileHandle.standardOutput.write(contentsOf: Data($0.utf8)) }
    }
    let part = "\(path).partial-\(ProcessInfo.processInfo.processIdentifier)"
    do throws(StudyError) {
      try write("", to: part)
    } catch .cannotWrite(_, let reason) {
      throw StudyError.cannotWrite(path: path, reason: reason)
    }
    defer { try? FileManager.default.removeItem(atPath: part) }
    guard let handle = FileHandle(forWritingAtPath: part) else {
      throw StudyError.cannotWrite(path: path, reason: "its folder can't be written to")
    }
    try body { piece in
      do {
        try handle.write(contentsOf: Data(piece.utf8))
      } catch {
        throw StudyError.cannotWrite(path: path, reason: reason(error))
      }
    }
    try handle.close()
    try write(try Data(contentsOf: URL(filePath: part), options: .alwaysMapped), to: path)
  }

  /// Makes a folder with those above it, where they are missing.
  public static func makeFolder(_ path: String) throws(StudyError) {
    guard !path.isEmpty else { throw .cannotWrite(path: "''", reason: "no name") }
    do {
      try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    } catch {
      var above = URL(filePath: path).standardizedFileURL
      while above.path != "/", kind(above.path) == nil { above.deleteLastPathComponent() }
      if kind(above.path) != .typeDirectory {
        throw .cannotWrite(path: path, reason: "\(above.lastPathComponent) is a file, no folder")
      }
      throw .cannotWrite(path: path, reason: reason(error))
    }
  }

  /// Whether a path leads to a plain file.
  public static func isFile(_ path: String) -> Bool { kind(path) == .typeRegular }

  /// Whether a file is a SQLite database, by its first bytes.
  private static func isDatabase(_ path: String) -> Bool {
    guard let handle = FileHandle(forReadingAtPath: path) else { return false }
    defer { try? handle.close() }
    let magic = Data("SQLite format 3\0".utf8)
    return (try? handle.read(upToCount: magic.count)) == magic
  }

  /// What a path leads to, through links; `nil` if there is nothing.
  private static func kind(_ path: String) -> FileAttributeType? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let real = URL(filePath: path).resolvingSymlinksInPath().path
    // The target of a link to a pipe has no path of its own.
    return (try? FileManager.default.attributesOfItem(atPath: real))?[.type] as? FileAttributeType
      ?? .typeUnknown
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
