import Crypto
import Foundation

/// Reports on a study that are kept beside it, under the names of their commands.
public enum KeptReport: String, Sendable, CaseIterable {
  case luck
  case risk
  case walkforward
  case stability
}

/// Which study a report is on: the first key of every report that is kept.
struct ReportedStudy: Codable {
  /// What identifies it.
  struct Identity: Codable {
    /// SHA-256 of the store that the report was made from, hexadecimal.
    var storeDigest: String
  }
  /// The study.
  var study: Identity
}

extension StudyFolder {
  /// The files of a study: what results must not replace.
  public var files: [String] {
    [storePath, path + "/summary.json"] + KeptReport.allCases.map { path(of: $0) }
  }

  /// Where a report lies.
  public func path(of report: KeptReport) -> String { "\(path)/\(report.rawValue).json" }

  /// SHA-256 of the store as it is, hexadecimal: what a report says it was made from. A study that is gone on with, or that a
  /// later version brings up to date, has another.
  ///
  /// - Throws: `StudyError.notAStudy` where there is none.
  public func storeDigest() throws(StudyError) -> String {
    guard let handle = FileHandle(forReadingAtPath: storePath) else {
      throw .notAStudy(path: path, reason: "no study.sqlite in it")
    }
    defer { try? handle.close() }
    var hash = SHA256()
    do {
      while let piece = try handle.read(upToCount: 1 << 20), !piece.isEmpty { hash.update(data: piece) }
    } catch {
      throw .notAStudy(path: path, reason: OutputFile.reason(error))
    }
    return hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Keeps a report beside the study, in place of an earlier one of its kind.
  public func keep(_ report: KeptReport, _ json: String) throws(StudyError) {
    try OutputFile.write(json, to: path(of: report))
  }

  /// Removes summary and reports: they were on another study.
  func removeReports() {
    for file in files.dropFirst() { try? FileManager.default.removeItem(atPath: file) }
  }

  /// A kept report; `nil` where there is none.
  ///
  /// - Throws: what the decoder throws of a file that is not of this kind, or of another version's.
  func kept<Report: Decodable>(
    _ report: KeptReport, as type: Report.Type
  ) throws -> (digest: String, report: Report)? {
    guard let data = FileManager.default.contents(atPath: path(of: report)) else { return nil }
    let decoder = JSONDecoder()
    return (
      try decoder.decode(ReportedStudy.self, from: data).study.storeDigest,
      try decoder.decode(type, from: data)
    )
  }
}
