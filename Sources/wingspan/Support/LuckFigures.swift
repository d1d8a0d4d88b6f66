import ArgumentParser
import Kernels
import Validation

/// The figures of both reports, as one JSON object.
struct LuckFigures: Encodable {
  /// Of a table that comes from a study.
  let study: OutcomeSource.Facts?
  let luck: LuckReport
  let overfitting: OverfittingReport

  private enum Key: CodingKey { case study }

  func encode(to encoder: any Encoder) throws {
    if let study {
      var container = encoder.container(keyedBy: Key.self)
      try container.encode(study, forKey: .study)
    }
    try luck.encode(to: encoder)
    try overfitting.encode(to: encoder)
  }
}

extension ColumnScore: ExpressibleByArgument {}
