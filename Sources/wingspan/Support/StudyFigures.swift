import Studies

/// Which study a report is on, and which state of its store.
struct StudyHead: Encodable {
  let study: String
  let storeDigest: String

  init(_ folder: StudyFolder) throws {
    study = folder.path
    storeDigest = try folder.storeDigest()
  }
}

/// Reports on one table or study as one JSON object, with the study that it comes from.
struct StudyFigures: Encodable {
  private let study: (any Encodable)?
  private let reports: [any Encodable]

  init(study: (any Encodable)?, _ reports: [any Encodable]) {
    self.study = study
    self.reports = reports
  }

  private enum Key: CodingKey { case study }

  func encode(to encoder: any Encoder) throws {
    if let study {
      var container = encoder.container(keyedBy: Key.self)
      try study.encode(to: container.superEncoder(forKey: .study))
    }
    for report in reports { try report.encode(to: encoder) }
  }

  /// Keeps the same JSON beside a study, where its folder can be written to; a note tells.
  func keep(_ report: KeptReport, beside folder: StudyFolder) throws {
    let text = try Output.jsonText(self) + "\n"
    do throws(StudyError) {
      try folder.keep(report, text)
      Output.note("kept in \(folder.path(of: report))")
    } catch {
      Output.note("not kept beside the study: \(error)")
    }
  }
}
