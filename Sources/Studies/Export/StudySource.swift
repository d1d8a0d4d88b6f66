import Foundation
import RunStore

/// Where the market of a study came from, kept with it so that it can be gone on with.
public struct StudySource: Sendable, Hashable, Codable {
  /// History file; `nil` for the bundled one.
  public var history: String?
  /// Mark parameters; `nil` for the shipped fit.
  public var marks: String?
  /// Seed of simulated minutes and of bridges inside coarse bars.
  public var seed: UInt64

  /// Of its parts.
  public init(history: String?, marks: String?, seed: UInt64) {
    self.history = history
    self.marks = marks
    self.seed = seed
  }

  /// Of a stored study; what an older one doesn't tell is the default.
  init(_ study: StudyRecord) {
    let stored = try? JSONDecoder().decode(StudySource.self, from: Data(study.settings.utf8))
    self.init(history: stored?.history, marks: stored?.marks, seed: study.seed)
  }

  /// As JSON, keys sorted.
  func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return String(decoding: try encoder.encode(self), as: UTF8.self)
  }
}
