import ArgumentParser
import Foundation
import MarketData
import Studies

/// Which history a command runs on, and by which marks.
struct HistoryOptions: ParsableArguments {
  @Option(
    help: "History made by `wingspan data import` (SQLite file), or `bundled`.",
    completion: .file(extensions: ["sqlite"]))
  var history: String?
  @Option(help: "Mark parameters made by `wingspan calibrate` (JSON); default: the shipped fit.")
  var marks: String?
  @Option(
    name: .customLong("seed"),
    help: "Seed of simulated minutes and of bridges inside coarse bars: a whole number from 0; default 1.")
  private var askedSeed: UInt64?
  var seed: UInt64 { askedSeed ?? 1 }
  /// Whether a seed was given.
  var isSeeded: Bool { askedSeed != nil }

  /// The files among them.
  var inputs: [OutputPaths.Named] { [("--history", history), ("--marks", marks)] }

  /// Opens the market with its whole history.
  func open(seedOffset: UInt64 = 0) throws -> Market {
    try Market.open(history: history, marks: marks, seed: seed &+ seedOffset)
  }
}

/// Which market a command runs on, and over which period.
struct MarketOptions: ParsableArguments {
  @OptionGroup private var source: HistoryOptions
  @Option(help: "First session, YYYY-MM-DD.")
  var from: SessionDate?
  @Option(help: "Last session, YYYY-MM-DD.")
  var to: SessionDate?

  func validate() throws {
    if let from, let to, from > to { throw ValidationError("--from \(from) is after --to \(to)") }
  }
  var history: String? { source.history }
  var marks: String? { source.marks }
  var seed: UInt64 { source.seed }
  var isSeeded: Bool { source.isSeeded }
  /// The files among them.
  var inputs: [OutputPaths.Named] { source.inputs }
  /// Opens the market with its whole history: sessions before --from feed levels, betas and indicators, and the
  /// digest must not hang on the period.
  func open(seedOffset: UInt64 = 0) throws -> Market { try source.open(seedOffset: seedOffset) }
}

extension SessionDate: ExpressibleByArgument {
  /// Of its parts.
  public init?(argument: String) { self.init(iso: argument) }
}

/// How many threads a command works on.
struct ThreadOptions: ParsableArguments {
  @Option(help: "Worker threads, 1 to 1024; 0 is one a processor. Results don't depend on it.")
  var threads = 0

  func validate() throws {
    guard (0...1024).contains(threads) else {
      throw ValidationError("--threads must be 0 to 1024, was \(threads)")
    }
  }
  /// Threads to start.
  var count: Int { threads == 0 ? Scheduler.defaultThreads : threads }
}

/// How much memory the outcome matrices may take.
struct MemoryOption: ParsableArguments {
  @Option(
    help: """
      Memory for the outcome matrices, GiB; a grid that needs more is worked out piece by piece. Results don't depend \
      on it. 0 is half of the machine's memory.
      """)
  var memory = 0.0

  func validate() throws {
    guard (0...65_536).contains(memory) else {
      throw ValidationError("--memory must be 0 to 65536 GiB, was \(memory)")
    }
  }
  /// The same in bytes.
  var bytes: Int {
    memory > 0 ? Int(memory * 1_073_741_824) : Int(clamping: ProcessInfo.processInfo.physicalMemory / 2)
  }
}

/// Prints results.
enum Output {
  /// Any value as JSON, keys sorted, one object on standard output.
  static func json(_ value: some Encodable) throws { try text(jsonText(value)) }
  /// The same as text.
  static func jsonText(_ value: some Encodable) throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(value), as: UTF8.self)
  }
  /// A value as JSON on one line.
  static func json(line value: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    try text(String(decoding: try encoder.encode(value), as: UTF8.self))
  }
  /// A text with a line end on standard output; a full disk behind it is an error, not silence.
  static func text(_ text: String) throws {
    do {
      try FileHandle.standardOutput.write(contentsOf: Data((text + "\n").utf8))
    } catch {
      throw StudyError.cannotWrite(path: "standard output", reason: OutputFile.reason(error))
    }
  }
  /// A note beside the result, on standard error.
  static func note(_ text: String) {
    try? FileHandle.standardError.write(contentsOf: Data((text + "\n").utf8))
  }
}

/// Columns of text, padded; the first left, the others right, the last left too where it holds words.
struct TextTable {
  private var rows: [[String]] = []
  private let wordsLast: Bool

  init(_ header: [String], wordsLast: Bool = false) {
    rows = [header]
    self.wordsLast = wordsLast
  }
  mutating func add(_ row: [String]) { rows.append(row) }

  var text: String {
    let columns = rows.map(\.count).max() ?? 0
    let widths = (0..<columns).map { c in rows.map { $0.count > c ? $0[c].count : 0 }.max() ?? 0 }
    return rows.map { row in
      row.indices.map { c in
        let pad = String(repeating: " ", count: widths[c] - row[c].count)
        return c == 0 || (wordsLast && c == columns - 1) ? row[c] + pad : pad + row[c]
      }.joined(separator: "  ").trimmingTrailingSpaces
    }.joined(separator: "\n")
  }
}

extension String {
  var trimmingTrailingSpaces: String {
    var s = Substring(self)
    while s.last == " " { s.removeLast() }
    return String(s)
  }
}
