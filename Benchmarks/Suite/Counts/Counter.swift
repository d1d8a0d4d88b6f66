import Foundation
import Kernels
import Studies

/// Counts the instructions of pieces under `valgrind --tool=callgrind`, each in a process of its own.
struct Counter {
  /// This program without debug information, which valgrind 3.19 can't read of Swift 6.
  private let program: String

  /// All that could change a count from run to run, set.
  private static let environment = [
    "OPENBLAS_NUM_THREADS": "1", "OPENBLAS_CORETYPE": "Haswell", "LC_ALL": "C", "TZ": "UTC",
    "LD_BIND_NOW": "1",
    "SWIFT_DETERMINISTIC_HASHING": "1", "SWIFT_BACKTRACE": "enable=no",
  ]

  /// - Throws: ``Command/Failure`` if neither `llvm-objcopy`, which comes with Swift, nor that of the system can be run.
  init() throws {
    let this = URL(fileURLWithPath: CommandLine.arguments[0])
    // beside the original, where its resources are
    program = this.path + "-stripped"
    do {
      _ = try Command.output("llvm-objcopy", ["--strip-debug", this.path, program])
    } catch {
      _ = try Command.output("objcopy", ["--strip-debug", this.path, program])
    }
  }

  /// Removes what ``init()`` made.
  func finish() { try? FileManager.default.removeItem(atPath: program) }

  /// What counts hang on, here.
  static func basis() throws -> CountRecord.Basis {
    let version = String(decoding: try Command.output("swift", ["--version"]), as: UTF8.self)
    return CountRecord.Basis(
      compiler: version.split(separator: "\n").first.map(String.init) ?? "",
      march: CPUFeatures.compiledLevel > 0 ? "x86-64-v\(CPUFeatures.compiledLevel)" : "other",
      openBLAS: OpenBLAS.configuration.split(separator: " ").prefix(2).joined(separator: " "))
  }

  /// Records of some pieces, in order; as many processes at a time as there are processors.
  func counts(of pieces: [Piece]) throws -> [CountRecord.Count] {
    let names = pieces.map(\.name)
    let profiles = Scheduler.map(count: 2 * names.count, threads: Scheduler.defaultThreads) { i in
      Result { try profile(names[i / 2], warmUps: 1 + i % 2) }
    }.compactMap { $0 }
    return try pieces.enumerated().map { k, piece in
      try count(piece, once: profiles[2 * k].get(), twice: profiles[2 * k + 1].get())
    }
  }

  /// One piece's profile: instructions of its last call alone, requests for memory of the whole process, since the
  /// profiler numbers calls whether it collects or not.
  private func profile(_ name: String, warmUps: Int) throws -> CallgrindProfile {
    let folder = try Scratch()
    let file = folder.path("callgrind")
    _ = try Command.output(
      "valgrind",
      [
        "--tool=callgrind", "--collect-atstart=no", "--toggle-collect=*countedRegion*",
        "--callgrind-out-file=\(file)", program, "count-piece", name, "--warm-ups", "\(warmUps)",
      ], environment: Self.environment)
    return CallgrindProfile(try String(contentsOf: URL(fileURLWithPath: file), encoding: .utf8))
  }

  /// The record of one piece, names as people read them. What a process with one call more asks for is what a call asks
  /// for.
  private func count(_ piece: Piece, once: CallgrindProfile, twice: CallgrindProfile) throws
    -> CountRecord.Count
  {
    let most = once.own.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.prefix(CountRecord.functions)
    let names = String(
      decoding: try Command.output(
        "swift", ["demangle", "--simplified"], input: most.map { $0.key + "\n" }.joined()),
      as: UTF8.self
    ).split(separator: "\n").map(String.init)
    return CountRecord.Count(
      gate: piece.gate, instructions: once.instructions, allocations: twice.allocations - once.allocations,
      functions: Dictionary(zip(names, most.map(\.value))) { $0 + $1 })
  }
}
