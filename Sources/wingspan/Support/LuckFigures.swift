import ArgumentParser
import Kernels
import Validation

/// The figures of both reports, as one JSON object.
struct LuckFigures: Encodable {
  let luck: LuckReport
  let overfitting: OverfittingReport

  func encode(to encoder: any Encoder) throws {
    try luck.encode(to: encoder)
    try overfitting.encode(to: encoder)
  }
}

extension ColumnScore: ExpressibleByArgument {}
