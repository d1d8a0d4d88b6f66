/// Wilder's relative strength index of one price series, a price at a time: the definition that
/// ``relativeStrengths(price:length:into:)`` is tested against.
///
/// The first averages of gains and losses are plain means over `length` changes, later ones are smoothed by
/// 1/length. A NaN price is skipped, as if the series did not hold it. An infinite price gives NaN from then on.
///
/// - Complexity: O(1) a price, no allocation.
/// - Source: J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978).
public struct RelativeStrengthReference: Hashable, Sendable {
  private let length: Int
  private var previous = Double.nan
  private var count = 0
  private var gain = 0.0
  private var loss = 0.0

  /// Before the first price.
  ///
  /// - Parameter length: changes averaged, ≥ 1.
  public init(length: Int) {
    precondition(length >= 1, "RelativeStrengthReference: length must be at least 1")
    self.length = length
  }

  /// Takes the next price in any unit; NaN is skipped.
  public mutating func add(price: Double) {
    guard price == price else { return }
    defer { previous = price }
    guard previous == previous else { return }
    let change = price - previous
    let up = change > 0 ? change : 0
    let down = change < 0 ? -change : 0
    let n = Double(length)
    count += 1
    if count <= length {
      gain += up / n
      loss += down / n
    } else {
      gain = (gain * (n - 1) + up) / n
      loss = (loss * (n - 1) + down) / n
    }
  }

  /// The index after the last price, 0…100: NaN until `length` changes are in, 50 where nothing moved.
  public var value: Double {
    guard count >= length else { return .nan }
    return gain + loss == 0 ? 50 : 100 * gain / (gain + loss)
  }
}
