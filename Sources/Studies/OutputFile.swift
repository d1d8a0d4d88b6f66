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
    do {
      try FileManager.default.createDirectory(
        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try data.write(to: url, options: .atomic)
    } catch {
      throw .cannotWrite(path: path, reason: reason(error))
    }
  }

  /// The operating system's words for an error of Foundation.
  public static func reason(_ error: any Error) -> String {
    let e = error as NSError
    if let underlying = e.userInfo[NSUnderlyingErrorKey] as? NSError { return reason(underlying) }
    if e.domain == NSPOSIXErrorDomain, let code = POSIXErrorCode(rawValue: Int32(e.code)) {
      return POSIXError(code).localizedDescription
    }
    return e.localizedDescription
  }
}
