import GRDB

/// What can go wrong with a store. Every case names the file and says what to do.
public enum RunStoreError: Error, Equatable, Sendable {
  /// The file to be made is there already.
  case exists(path: String)
  /// There is no such file.
  case absent(path: String)
  /// The folder is missing, isn't one, or may not be written to.
  case unwritable(path: String)
  /// The store, or the medium it is on, can only be read.
  case readOnly(path: String)
  /// No space is left; what was committed before is kept.
  case diskFull(path: String)
  /// Another process (or another handle of this one) holds the store.
  case locked(path: String)
  /// A file, but not one of ours.
  case notAStore(path: String)
  /// A store by an earlier version of the program.
  case olderSchema(path: String, found: Int, known: Int)
  /// A store by a later version of the program.
  case newerSchema(path: String, found: Int, known: Int)
  /// The file is damaged.
  case corrupted(path: String, reason: String)
  /// A trial that can't be stored: its index is taken.
  case badTrial(path: String, index: Int, reason: String)
  /// A setting that can't be stored: its number is taken, or an outcome stands twice.
  case badSetting(path: String, setting: Int, reason: String)
  /// A metric that no trial has.
  case unknownMetric(path: String, name: String, known: [String])
  /// Anything else the database reports.
  case failed(path: String, reason: String)
}

extension RunStoreError: CustomStringConvertible {
  /// The message: place, value met, remedy.
  public var description: String {
    switch self {
    case .exists(let path): "\(path): is there already; give another --out folder or move it away"
    case .absent(let path): "\(path): no such store; check the path, or make one with `wingspan sweep`"
    case .unwritable(let path):
      "\(path): can't be written; check that its folder exists and that you may write there"
    case .readOnly(let path): "\(path): may only be read; copy it to a folder you may write to"
    case .diskFull(let path):
      "\(path): the disk is full; free some space and run again (all finished batches are kept)"
    case .locked(let path):
      "\(path): in use by another process; wait for it to end, or write to another --out folder"
    case .notAStore(let path): "\(path): not a Wingspan run store; give the study.sqlite of a sweep"
    case .olderSchema(let path, let found, let known):
      "\(path): written by an older Wingspan (schema \(found), this one reads \(known)); run the sweep again"
    case .newerSchema(let path, let found, let known):
      "\(path): written by a newer Wingspan (schema \(found), this one knows \(known)); update Wingspan"
    case .corrupted(let path, let reason):
      "\(path): damaged (\(reason)); restore a copy or run the study again"
    case .badTrial(let path, let index, let reason): "\(path): trial \(index): \(reason)"
    case .badSetting(let path, let setting, let reason): "\(path): setting \(setting): \(reason)"
    case .unknownMetric(let path, let name, let known):
      "\(path): no metric '\(name)'; known: " + known.joined(separator: ", ")
    case .failed(let path, let reason): "\(path): \(reason)"
    }
  }

  /// What a database error means for a store.
  init(_ error: any Error, path: String) {
    if let own = error as? RunStoreError {
      self = own
      return
    }
    guard let error = error as? DatabaseError else {
      self = .failed(path: path, reason: "\(error)")
      return
    }
    switch error.resultCode {
    case .SQLITE_FULL: self = .diskFull(path: path)
    case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path: path)
    case .SQLITE_NOTADB: self = .notAStore(path: path)
    case .SQLITE_CORRUPT: self = .corrupted(path: path, reason: error.message ?? "malformed")
    case .SQLITE_CANTOPEN, .SQLITE_PERM: self = .unwritable(path: path)
    case .SQLITE_READONLY: self = .readOnly(path: path)
    default: self = .failed(path: path, reason: error.message ?? "\(error.resultCode)")
    }
  }
}
