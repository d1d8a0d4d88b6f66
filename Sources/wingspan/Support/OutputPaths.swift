import ArgumentParser
import Foundation
import Studies

/// Files that options name for results.
enum OutputPaths {
  /// Refuses outputs that are an input or one another; devices may be named twice.
  static func check(_ outputs: [String?], inputs: [String], named names: String) throws {
    func places(_ paths: [String]) -> [String] {
      paths.map { URL(filePath: $0).resolvingSymlinksInPath().path }.filter { !$0.hasPrefix("/dev/") }
    }
    let made = places(outputs.compactMap { $0 })
    guard Set(made).count == made.count, Set(made).isDisjoint(with: places(inputs)) else {
      throw ValidationError("\(names) must be different files")
    }
  }

  /// Refuses outputs that can't be written, before the work begins.
  static func checkWritable(_ outputs: [String?]) throws {
    for path in outputs.compactMap({ $0 }) { try OutputFile.check(path) }
  }
}
