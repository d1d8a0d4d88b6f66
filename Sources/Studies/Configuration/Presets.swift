import Foundation

/// The presets that ship in `params/`.
public enum Presets {
  /// The files that `wingspan compare` runs on its own.
  public static let comparisonNames = [
    "hold", "promoter-stop-1x", "promoter-stop-2x", "promoter-debit-1.00", "steward-alvh-tranches",
  ]

  /// The families that `wingspan compare --study` runs on its own.
  public static let familyNames = ["study/hold", "study/stops", "study/alvh"]

  /// Paths of some presets: in `folder`, else in ./params, else beside the build of this program.
  ///
  /// - Throws: ``StudyError/noPresets(searched:)`` where no such folder has them all.
  public static func paths(_ names: [String], folder: String?) throws(StudyError) -> [String] {
    let executable = URL(filePath: CommandLine.arguments.first ?? "wingspan").resolvingSymlinksInPath()
    var candidates = [folder].compactMap { $0 }
    if folder == nil {
      candidates = ["params"]
      var up = executable.deletingLastPathComponent()
      for _ in 0..<5 {
        let candidate = up.appending(path: "params").path
        if !candidates.contains(candidate) { candidates.append(candidate) }
        up = up.deletingLastPathComponent()
      }
    }
    for candidate in candidates {
      let paths = names.map { candidate + "/" + $0 + ".yaml" }
      if paths.allSatisfy({ FileManager.default.fileExists(atPath: $0) }) { return paths }
    }
    throw .noPresets(searched: candidates)
  }
}
