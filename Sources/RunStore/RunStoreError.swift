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
  /// A store by an earlier version of the program, to be brought up to date, that may only be read.
  case readOnlyOlderSchema(path: String, found: Int, known: Int)
  /// A store by a later version of the program.
  case newerSchema(path: String, found: Int, known: Int)
  /// The file is damaged.
  case corrupted(path: String, reason: String)
  /// A trial that can't be stored: its index is taken.
  case badTrial(path: String, index: Int, reason: String)
  /// A line of the journal that can't be stored: its number is taken.
  case badGeneration(path: String, generation: Int, reason: String)
  /// A setting that can't be stored: its label or an outcome stands twice.
  case badSetting(path: String, setting: Int, reason: String)
  /// A metric that no trial has.
  case unknownMetric(path: String, name: String, known: [String])
  /// A condition on trials that can't be understood, at a character of its text, counted from 1.
  case badFilter(text: String, column: Int, reason: String)
  /// A condition on a column that there isn't; `nearest` is the one spelt most alike.
  case unknownColumn(text: String, column: Int, name: String, nearest: String)
  /// A store to be merged that isn't a shard, or can't be merged.
  case notAShard(path: String, reason: String)
  /// A shard that isn't whole.
  case unfinishedShard(path: String, index: Int, trials: Int, expected: Int)
  /// Shards that weren't given.
  case missingShards(path: String, missing: [Int], count: Int)
  /// One shard given twice.
  case doubledShard(path: String, other: String, index: Int)
  /// A shard of another study, or of one cut otherwise.
  case foreignShard(path: String, other: String, field: String, found: String, expected: String)
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
    case .readOnlyOlderSchema(let path, let found, let known):
      "\(path): written by an older Wingspan (schema \(found), this one reads \(known)), and may only be read; "
        + "copy it to a folder you may write to, where it is brought up to date when opened"
    case .newerSchema(let path, let found, let known):
      "\(path): written by a newer Wingspan (schema \(found), this one knows \(known)); update Wingspan"
    case .corrupted(let path, let reason):
      "\(path): damaged (\(reason)); restore a copy or run the study again"
    case .badTrial(let path, let index, let reason): "\(path): trial \(index): \(reason)"
    case .badGeneration(let path, let generation, let reason):
      "\(path): generation \(generation): \(reason)"
    case .badSetting(let path, let setting, let reason): "\(path): setting \(setting): \(reason)"
    case .unknownMetric(let path, let name, let known):
      "\(path): no metric '\(name)'; known: " + known.joined(separator: ", ")
    case .badFilter(let text, let column, let reason): "column \(column) of '\(text)': \(reason)"
    case .unknownColumn(let text, let column, let name, let nearest):
      "column \(column) of '\(text)': no column '\(name)'; nearest is '\(nearest)'"
    case .notAShard(let path, let reason):
      "\(path): \(reason); give the stores of one study that was cut into shards"
    case .unfinishedShard(let path, let index, let trials, let expected):
      "\(path): shard \(index) isn't finished (\(trials) of \(expected) trials); continue it, then merge"
    case .missingShards(let path, let missing, let count):
      "\(path): \(missing.count) of \(count) shards missing: "
        + missing.prefix(8).map { "\($0)" }.joined(separator: ", ") + (missing.count > 8 ? ", …" : "")
        + "; run them, and give every shard once"
    case .doubledShard(let path, let other, let index):
      "\(path): shard \(index), which \(other) is already; give every shard once"
    case .foreignShard(let path, let other, let field, let found, let expected):
      "\(path): \(field) is \(found), but \(expected) in \(other); give shards of one study, made by one version"
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
