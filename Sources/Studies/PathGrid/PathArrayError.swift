import Kernels

/// What can be wrong with arrays of cost paths and with the grid that is run over them. Every case says what to do.
public enum PathArrayError: Error, Equatable, Sendable, CustomStringConvertible {
  /// An array with other axes than it needs.
  case wrongShape(file: String, found: [Int], wanted: String)
  /// Arrays whose axes don't agree.
  case shapesDiffer(file: String, found: [Int], other: String, otherShape: [Int])
  /// A number beyond what is exact in 32 bits.
  case tooLarge(file: String, place: [Int], value: Int32)
  /// A condor that received nothing or paid.
  case notACredit(place: [Int], file: String, value: Int32)
  /// A range of thousandths that can't be read or is empty.
  case badRange(option: String, text: String, reason: String)
  /// More numbers than one call makes.
  case tooMany(what: String, count: String, limit: Int, remedy: String)

  /// One line: file or option, what was met, remedy.
  public var description: String {
    switch self {
    case .wrongShape(let file, let found, let wanted):
      "\(file): its shape is \(Self.text(found)) but \(wanted) is wanted; write it as `wingspan paths` does"
    case .shapesDiffer(let file, let found, let other, let otherShape):
      "\(file): its shape is \(Self.text(found)), which does not go with \(Self.text(otherShape)) of \(other); "
        + "give arrays of the same condors and trades"
    case .tooLarge(let file, let place, let value):
      "\(file): the number at \(Self.text(place)) is \(value); costs and credits must stay below "
        + "\(StopTargetGrid.largestMark) in magnitude, in 1/10,000 points, and \(StopTargetGrid.missing) stands for none"
    case .notACredit(let place, let file, let value):
      "\(file): the credit at \(Self.text(place)) is \(value); a sold condor receives at least 0, and "
        + "\(StopTargetGrid.missing) stands for one that was not sold"
    case .badRange(let option, let text, let reason):
      "\(option) is '\(text)': \(reason); give thousandths of the credit as from:to:step, such as 500:3000:250"
    case .tooMany(let what, let count, let limit, let remedy):
      "\(count) \(what) are more than the \(limit) that one call makes; \(remedy)"
    }
  }

  private static func text(_ shape: [Int]) -> String {
    "[" + shape.map(String.init).joined(separator: ", ") + "]"
  }
}
