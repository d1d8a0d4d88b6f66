import ArgumentParser
import Foundation
import Studies

/// Files that options name for results.
enum OutputPaths {
  /// What an option or argument is called, and the file that it names, if any.
  typealias Named = (name: String, path: String?)

  /// Refuses an output that is an input or another output; devices may be named twice.
  static func check(_ outputs: [Named], inputs: [Named]) throws {
    func place(_ named: Named) -> String? {
      guard let path = named.path else { return nil }
      let place = URL(filePath: path).resolvingSymlinksInPath().path
      return place.hasPrefix("/dev/") ? nil : place
    }
    for (i, output) in outputs.enumerated() {
      guard let made = place(output), let path = output.path,
        let other = (inputs + outputs[..<i]).first(where: { place($0) == made })
      else { continue }
      throw ValidationError(
        "\(other.name) and \(output.name) must be different files, both are \(path); "
          + "give \(output.name) another name")
    }
  }

  /// Refuses outputs that can't be written, before the work begins.
  static func checkWritable(_ outputs: [Named]) throws {
    for output in outputs { if let path = output.path { try OutputFile.check(path) } }
  }

  /// The files of a study, as inputs.
  static func study(_ folder: StudyFolder?) -> [Named] { (folder?.files ?? []).map { ("the study", $0) } }

  /// Configurations and spaces, as inputs.
  static func configurations(_ paths: [String]) -> [Named] { paths.map { ("the configuration", $0) } }
}
