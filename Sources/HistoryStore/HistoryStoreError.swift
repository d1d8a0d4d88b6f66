import GRDB
import Kernels
import MarketData

/// What can go wrong with a history store. Every case names the file and says what to do.
public enum HistoryStoreError: Error, Equatable, Sendable {
  /// There is no such file.
  case missing(path: String)
  /// The file exists where a new one should be made.
  case exists(path: String)
  /// The folder or the file can't be written.
  case unwritable(path: String, reason: String)
  /// The disk is full; nothing of the file at hand was stored.
  case diskFull(path: String)
  /// Another process holds the store.
  case locked(path: String)
  /// The file is damaged.
  case corrupt(path: String, reason: String)
  /// A database of something else, or no database.
  case notAStore(path: String, reason: String)
  /// Made by a newer version of the program.
  case newerSchema(path: String)
  /// A written (synthetic) history takes no imports.
  case notImportable(path: String, name: String)
  /// A file contradicts what is stored already.
  case conflict(file: String, what: String, key: String, stored: Double, new: Double, count: Int)
  /// What the bars are of can't be told.
  case unknownSymbol(file: String, reason: String)
  /// The store doesn't hold what was asked for.
  case noData(path: String, what: String, remedy: String)
  /// Any other failure of the database.
  case database(path: String, reason: String)
  /// A market file that can't be right.
  case market(MarketDataError)
  /// A file that can't be read or unpacked.
  case file(GzipError)
}

extension HistoryStoreError: CustomStringConvertible {
  /// One line with the remedy.
  public var description: String {
    switch self {
    case .missing(let path):
      "\(path): no such history; make one with `wingspan data import FILES… --into \(path)`"
    case .exists(let path): "\(path): already exists; delete it or choose another name"
    case .unwritable(let path, let reason):
      "\(path): can't be written (\(reason)); choose a folder that exists and that you may write to"
    case .diskFull(let path):
      "\(path): the disk is full, the file at hand was not stored; free some space and repeat the command"
    case .locked(let path):
      "\(path): another process is using it; wait until it has finished and repeat the command"
    case .corrupt(let path, let reason):
      "\(path): the store is damaged (\(reason)); delete it and import the files again"
    case .notAStore(let path, let reason):
      "\(path): \(reason); name a store made by `wingspan data import`, or a new file"
    case .newerSchema(let path):
      "\(path): made by a newer version of Wingspan; update the program, or import into a new store"
    case .notImportable(let path, let name):
      "\(path): holds the finished history '\(name)'; import into another store"
    case .conflict(let file, let what, let key, let stored, let new, let count):
      "\(file): \(what) on \(key) is \(new), but \(stored) is stored\(Self.others(count)); "
        + "repeat with --on-conflict keep (the stored value stays) or --on-conflict replace"
    case .unknownSymbol(let file, let reason):
      "\(file): \(reason); say what the bars are with --symbol SPX or --symbol SPY"
    case .noData(let path, let what, let remedy): "\(path): \(what); \(remedy)"
    case .database(let path, let reason): "\(path): \(reason); check the disk and repeat the command"
    case .market(let error): error.description
    case .file(let error): error.description
    }
  }

  private static func others(_ count: Int) -> String {
    count > 1 ? " (and \(count - 1) more such values)" : ""
  }
}

extension HistoryStoreError {
  /// The case that a failure of the database stands for.
  static func from(_ error: any Error, path: String) -> HistoryStoreError {
    // Rows don't know which file they stand in.
    if case HistoryStoreError.corrupt("history", let reason) = error {
      return .corrupt(path: path, reason: reason)
    }
    if let error = error as? HistoryStoreError { return error }
    if let error = error as? MarketDataError { return .market(error) }
    if let error = error as? GzipError { return .file(error) }
    guard let error = error as? DatabaseError else { return .database(path: path, reason: "\(error)") }
    let reason = error.message ?? "SQLite error \(error.resultCode.rawValue)"
    switch error.resultCode {
    case .SQLITE_FULL: return .diskFull(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: return .locked(path: path)
    case .SQLITE_CORRUPT: return .corrupt(path: path, reason: reason)
    case .SQLITE_NOTADB: return .notAStore(path: path, reason: "the file is no database")
    case .SQLITE_CANTOPEN, .SQLITE_READONLY, .SQLITE_PERM: return .unwritable(path: path, reason: reason)
    case .SQLITE_ERROR where reason.contains("no such table"):
      return .corrupt(path: path, reason: reason)
    default: return .database(path: path, reason: reason)
    }
  }
}
