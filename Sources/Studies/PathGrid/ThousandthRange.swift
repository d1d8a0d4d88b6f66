import Kernels

/// A range of stops or targets as it is typed: `from:to:step`, thousandths of the credit, both ends included.
public struct ThousandthRange: Sendable, Hashable {
  /// Ascending thousandths, at least one.
  public let values: [Int32]

  /// Most values of a range.
  public static let largestCount = 10_000

  /// - Parameters:
  ///   - text: `from:to:step`, or one number.
  ///   - option: whose value it is, for the message.
  ///   - most: the largest value that makes sense.
  public init(_ text: String, option: String, most: Int32) throws(PathArrayError) {
    func bad(_ reason: String) -> PathArrayError { .badRange(option: option, text: text, reason: reason) }
    let parts = text.split(separator: ":", omittingEmptySubsequences: false)
    let numbers = parts.compactMap { Int64($0) }
    guard numbers.count == parts.count, parts.count == 1 || parts.count == 3 else {
      throw bad("not three whole numbers")
    }
    guard parts.count == 3 else {
      guard (0...Int64(most)).contains(numbers[0]) else { throw bad("beyond 0 to \(most)") }
      values = [Int32(numbers[0])]
      return
    }
    let (from, to, step) = (numbers[0], numbers[1], numbers[2])
    guard step > 0 else { throw bad("its step is \(step), which must be at least 1") }
    guard from <= to else { throw bad("it is empty, for it starts above its end") }
    guard from >= 0, to <= Int64(most) else { throw bad("beyond 0 to \(most)") }
    guard (to - from) / step < Int64(Self.largestCount) else {
      throw bad("it holds more than \(Self.largestCount) values")
    }
    values = stride(from: from, through: to, by: Int(step)).map { Int32($0) }
  }
}
