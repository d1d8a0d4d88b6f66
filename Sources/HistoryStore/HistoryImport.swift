import Crypto
import Foundation
import GRDB
import Kernels
import MarketData

/// What to do where a file contradicts a value that is stored already.
public enum ConflictPolicy: String, Sendable, CaseIterable, Codable {
  /// Store nothing of the file and say so.
  case fail
  /// Keep the stored value and note the other one.
  case keep
  /// Take the new value and note the old one.
  case replace
}

/// What became of one file.
public struct ImportSummary: Sendable, Codable {
  /// One kind of rows: how many were new, the same as stored, or contradicted a stored value.
  public struct Part: Sendable, Codable {
    /// `SPY-5min bars`, `VIX`, `VX settlements`, ….
    public var what: String
    /// First date.
    public var first: String
    /// Last date.
    public var last: String
    /// Values that were not stored before.
    public var new = 0
    /// Values that agree with what is stored.
    public var same = 0
    /// Values that contradict what is stored.
    public var conflicts = 0
  }
  /// The file as named by the user.
  public var file: String
  /// SHA-256 of its unpacked content.
  public var sha256: String
  /// The format's title.
  public var format: String
  /// Rows read.
  public var rows: Int
  /// Whether the same content was imported before, so that nothing was done.
  public var alreadyImported: Bool
  /// What was stored.
  public var parts: [Part] = []
  /// Rows accepted or dropped with a remark.
  public var warnings: [FileWarning] = []
  /// What to know about the file.
  public var notes: [String] = []
}

/// Stores of market data: import, load and write. SQLite behind it is nobody else's business.
public enum HistoryStore {
  /// A file that was read and checked, but not stored yet.
  struct ReadFile {
    let file: String
    let sha256: String
    let parsed: ParsedFile
  }

  /// Reads market files, told by header and content, and stores them in `path`, made if absent.
  ///
  /// Every file is read and checked before anything is stored; then each is stored in one transaction, daily
  /// files before bars, so that the bars' levels can be compared with the official closes. A file whose content
  /// was imported before changes nothing, byte for byte.
  ///
  /// - Parameters:
  ///   - files: plain or gzipped.
  ///   - symbol: what bars are of; `nil` to tell it from their level and the file's name.
  ///   - onConflict: what to do with values that contradict stored ones.
  /// - Returns: one summary a file, in the order of `files`.
  /// - Complexity: O(bytes), about 10⁵ rows a second.
  public static func importFiles(
    _ files: [String], into path: String, symbol: BarSymbol? = nil, onConflict: ConflictPolicy = .fail
  ) throws(HistoryStoreError) -> [ImportSummary] {
    let context: FormatContext
    do {
      context = FormatContext(calendar: try TradingCalendar.newYork())
    } catch {
      throw .market(error)
    }
    var read: [ReadFile] = []
    for file in files { read.append(try self.read(file, context)) }
    let isNew = try HistoryDatabase.guarded(path) { try !exists(path) }
    do {
      let queue = try HistoryDatabase.writer(path)
      if let name = try writtenName(queue, path) {
        throw HistoryStoreError.notImportable(path: path, name: name)
      }
      var summaries = Array<ImportSummary?>(repeating: nil, count: read.count)
      let order = read.indices.sorted {
        (read[$0].parsed.bars == nil ? 0 : 1, $0) < (read[$1].parsed.bars == nil ? 0 : 1, $1)
      }
      for i in order {
        summaries[i] = try HistoryDatabase.guarded(path) {
          try queue.write { db in
            try FileImport(db: db, file: read[i], context: context, policy: onConflict, symbol: symbol).run()
          }
        }
      }
      return summaries.compactMap { $0 }
    } catch {
      // A store that this very command made and filled with nothing isn't left behind.
      if isNew, (try? importCount(path)) ?? 0 == 0 { removeStore(path) }
      throw HistoryStoreError.from(error, path: path)
    }
  }

  private static func read(_ file: String, _ context: FormatContext) throws(HistoryStoreError) -> ReadFile {
    do {
      let bytes = try GzipReader.bytes(path: file)
      let sha = SHA256.hash(data: bytes).map { hexadecimal($0) }.joined()
      return ReadFile(
        file: file, sha256: sha, parsed: try MarketFile.parse(bytes: bytes, file: file, context: context))
    } catch {
      throw .from(error, path: file)
    }
  }

  /// The named series of a file of them, `series,observed,known,value`; empty for a file of another format.
  ///
  /// - Throws: ``HistoryStoreError`` with file, line, the value met and what to do.
  public static func series(inFile file: String) throws(HistoryStoreError) -> [NamedSeries] {
    do {
      return try MarketFile.parse(bytes: GzipReader.bytes(path: file), file: file).series
    } catch {
      throw .from(error, path: file)
    }
  }

  private static func importCount(_ path: String) throws -> Int {
    try HistoryDatabase.reader(path).read { db in
      try Int.fetchOne(db, sql: "SELECT count(*) FROM imports") ?? 0
    }
  }

  /// The name of the finished history that a store holds, if it holds one.
  static func writtenName(_ queue: DatabaseQueue, _ path: String) throws(HistoryStoreError) -> String? {
    try HistoryDatabase.guarded(path) {
      try queue.read { db in try String.fetchOne(db, sql: "SELECT value FROM written WHERE key = 'name'") }
    }
  }

  /// Two lower-case hexadecimal digits.
  static func hexadecimal(_ byte: UInt8) -> String {
    (byte < 16 ? "0" : "") + String(byte, radix: 16)
  }
}

extension ImportSummary: CustomStringConvertible {
  /// A few lines of plain text.
  public var description: String {
    let name = file.split(separator: "/").last.map(String.init) ?? file
    if alreadyImported { return "\(name): imported before, nothing changed" }
    var lines = ["\(name): \(format), \(rows) rows"]
    for part in parts {
      var text = "  \(part.what) \(part.first)…\(part.last): \(part.new) new"
      if part.same > 0 { text += ", \(part.same) as stored" }
      if part.conflicts > 0 { text += ", \(part.conflicts) differ from what is stored" }
      lines.append(text)
    }
    lines += warnings.map { "  \($0.count) \($0.text) (first on line \($0.firstLine))" }
    lines += notes.map { "  \($0)" }
    return lines.joined(separator: "\n")
  }
}
