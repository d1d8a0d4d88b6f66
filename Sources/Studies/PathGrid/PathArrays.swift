import Foundation
import Kernels

/// Cost paths of condors with their credits, and hedges beside them, read from `.npy` files and checked.
public struct PathArrays: Sendable {
  /// Cost to close in 1/10,000 points; shape `[condors, trades, minutes]`.
  public let paths: [Int32]
  /// Credit received, same unit; shape `[condors, trades]`. Missing where a condor did not trade.
  public let credits: [Int32]
  /// P&L of each hedge in the same unit; shape `[hedges, trades]`. Empty without hedges.
  public let hedges: [Int32]
  /// Condors of the arrays, ≥ 1.
  public let condors: Int
  /// Trades of a condor, sold or not, ≥ 1.
  public let trades: Int
  /// Minutes of a path, ≥ 1.
  public let minutes: Int
  /// Hedges, ≥ 0.
  public let hedgeCount: Int

  /// Reads and checks the files.
  ///
  /// - Parameter hedges: `nil` without hedges.
  /// - Throws: `NumPyError` for a file that can't be read as int32, `PathArrayError` for a shape or a number in it.
  public init(paths: String, credits: String, hedges: String? = nil) throws {
    let (costs, shape) = try NumPyFile.read(Int32.self, from: paths)
    guard shape.count == 3, shape.allSatisfy({ $0 > 0 }) else {
      throw PathArrayError.wrongShape(
        file: paths, found: shape, wanted: "int32 [condors, trades, minutes], none of them 0,")
    }
    let (received, creditShape) = try NumPyFile.read(Int32.self, from: credits)
    guard creditShape.count == 2 else {
      throw PathArrayError.wrongShape(file: credits, found: creditShape, wanted: "int32 [condors, trades]")
    }
    guard creditShape == Array(shape.prefix(2)) else {
      throw PathArrayError.shapesDiffer(file: credits, found: creditShape, other: paths, otherShape: shape)
    }
    try Self.check(costs, shape, file: paths)
    try Self.check(received, creditShape, file: credits)
    if let i = received.firstIndex(where: { $0 < 0 && $0 != StopTargetGrid.missing }) {
      throw PathArrayError.notACredit(
        place: Self.place(i, creditShape), file: credits, value: received[i])
    }
    self.paths = costs
    self.credits = received
    (condors, trades, minutes) = (shape[0], shape[1], shape[2])
    guard let hedges else {
      self.hedges = []
      hedgeCount = 0
      return
    }
    let (besides, hedgeShape) = try NumPyFile.read(Int32.self, from: hedges)
    guard hedgeShape.count == 2, hedgeShape[0] > 0 else {
      throw PathArrayError.wrongShape(
        file: hedges, found: hedgeShape, wanted: "int32 [hedges, trades] with at least one hedge")
    }
    guard hedgeShape[1] == shape[1] else {
      throw PathArrayError.shapesDiffer(file: hedges, found: hedgeShape, other: paths, otherShape: shape)
    }
    // a hedge always has a value
    if let i = besides.firstIndex(where: { $0.magnitude >= UInt32(StopTargetGrid.largestMark) }) {
      throw PathArrayError.tooLarge(file: hedges, place: Self.place(i, hedgeShape), value: besides[i])
    }
    self.hedges = besides
    hedgeCount = hedgeShape[0]
  }

  private static func check(_ values: [Int32], _ shape: [Int], file: String) throws(PathArrayError) {
    let missing = StopTargetGrid.missing
    guard
      ScorecardBatch.largestMagnitude(values.span, missing: missing) >= Int64(StopTargetGrid.largestMark)
    else { return }
    for i in values.indices where values[i] != missing {
      if values[i].magnitude >= UInt32(StopTargetGrid.largestMark) {
        throw .tooLarge(file: file, place: place(i, shape), value: values[i])
      }
    }
  }

  /// The indices of a number.
  private static func place(_ index: Int, _ shape: [Int]) -> [Int] {
    var rest = index
    return shape.reversed().map { axis in
      let i = rest % axis
      rest /= axis
      return i
    }.reversed()
  }
}
