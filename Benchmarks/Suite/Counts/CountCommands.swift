import ArgumentParser
import Foundation

/// The file of counts.
struct RecordOptions: ParsableArguments {
  @Option(help: "Folder of the records, one file for each instruction set.")
  var folder = "Benchmarks/Counts"
  @Option(help: "Only pieces whose name holds this text.")
  var filter: String?

  func pieces() -> [Piece] {
    Piece.all.filter { piece in
      piece.gate != .none && (filter.map { piece.name.contains($0) } ?? true)
    }
  }
  func file(_ basis: CountRecord.Basis) -> String { "\(folder)/\(basis.march).json" }
}

struct RenewCounts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "renew-counts", abstract: "Count the instructions of every piece and record them.")

  @OptionGroup var record: RecordOptions

  func run() throws {
    let basis = try Counter.basis()
    var made = (try? CountRecord(file: record.file(basis))).flatMap { $0.basis == basis ? $0 : nil }
    if record.filter == nil || made == nil { made = CountRecord(basis: basis, pieces: [:]) }
    for (piece, count) in try counted(record.pieces()) {
      made?.pieces[piece.name] = count
      print("\(piece.name): \(count.instructions) instructions, \(count.allocations) allocations")
    }
    try made?.write(file: record.file(basis))
    print("\(record.file(basis)): written; commit it with the reason")
  }
}

struct CheckCounts: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "check-counts", abstract: "Compare the instructions of every piece with the record.")

  @OptionGroup var record: RecordOptions

  func run() throws {
    let basis = try Counter.basis()
    let file = record.file(basis)
    guard let old = try? CountRecord(file: file) else {
      return try incomparable("\(file) can't be read: no counts are recorded for this instruction set")
    }
    guard old.basis == basis else {
      return try incomparable(
        """
        \(file) was made on another basis; counts can't be compared
          record: \(old.basis.compiler), \(old.basis.march), \(old.basis.openBLAS)
          here:   \(basis.compiler), \(basis.march), \(basis.openBLAS)
        """)
    }
    print("piece                                           instructions  against   allocations")
    var failed: [String] = []
    for (piece, count) in try counted(record.pieces()) {
      guard let known = old.pieces[piece.name] else {
        print("\(piece.name): not in the record  FAILS")
        failed.append(piece.name)
        continue
      }
      let (passes, text) = CountsGate.compare(piece.name, old: known, new: count)
      print(text)
      if !passes { failed.append(piece.name) }
    }
    guard !failed.isEmpty else { return }
    print(
      """
      counts-check: \(failed.joined(separator: ", ")) above the record. If that is meant, run `make counts` and commit \
      \(file) with the reason.
      """)
    throw ExitCode.failure
  }

  /// A gate that can't work must not look as if it had: an error in CI, a message elsewhere.
  private func incomparable(_ text: String) throws {
    print("counts-check: \(text)\nRun `make counts` and commit the record. Nothing was compared.")
    if ProcessInfo.processInfo.environment["CI"] != nil { throw ExitCode.failure }
  }
}

struct CountPiece: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "count-piece", abstract: "What runs under valgrind: one piece, once to warm up and once.",
    shouldDisplay: false)

  @Argument(help: "Its whole name.")
  var name: String
  @Option(help: "Calls before the one that is counted.")
  var warmUps = 1

  func run() throws {
    guard let piece = Piece.all.first(where: { $0.name == name }) else {
      throw ValidationError("no piece is named '\(name)'")
    }
    let body = try piece.make()
    for _ in 0..<warmUps { try body() }
    try countedRegion(body)
  }
}

/// Counts of some pieces, in order.
private func counted(_ pieces: [Piece]) throws -> [(Piece, CountRecord.Count)] {
  let counter = try Counter()
  defer { counter.finish() }
  return try zip(pieces, counter.counts(of: pieces)).map { ($0, $1) }
}
