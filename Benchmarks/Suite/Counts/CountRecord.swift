import Foundation

/// The counts that a run is compared with: one file a processor family.
struct CountRecord: Codable {
  /// What counts hang on: they can be compared only where all of it is the same.
  struct Basis: Codable, Equatable {
    /// First line of `swift --version`.
    var compiler: String
    /// Instruction set of the kernels.
    var march: String
    /// Version of the library; its kernels are always those for Haswell.
    var openBLAS: String
  }
  /// One piece.
  struct Count: Codable {
    var gate: Piece.Gate
    var instructions: Int
    var allocations: Int
    /// Instructions of the functions with most of them, by name.
    var functions: [String: Int]
  }
  var basis: Basis
  var pieces: [String: Count]

  /// Functions kept of a piece.
  static let functions = 12

  init(basis: Basis, pieces: [String: Count]) {
    self.basis = basis
    self.pieces = pieces
  }

  init(file: String) throws {
    self = try JSONDecoder().decode(CountRecord.self, from: Data(contentsOf: URL(fileURLWithPath: file)))
  }

  func write(file: String) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let url = URL(fileURLWithPath: file)
    try FileManager.default.createDirectory(
      at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try (encoder.encode(self) + Data("\n".utf8)).write(to: url)
  }
}
