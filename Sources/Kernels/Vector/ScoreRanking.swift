import CKernelShims

/// What one score is among the scores of a row.
public struct ScoreStanding: Hashable, Sendable {
  /// Scores below it, ties aside.
  public let below: Int
  /// Scores that tie with it, itself among them.
  public let ties: Int
  /// Sum of all scores of the row, eight partial sums in a fixed order.
  public let sum: Double

  /// Twice its rank, 2 for the lowest of all; ties share the mean of their ranks.
  public var twiceRank: Int { 2 * below + ties + 1 }
}

/// Best and rank within a row of scores. NaN is no score.
///
/// Two scores tie if they differ by no more than 1e-12 of the one asked about: the same P&L at another size gives another
/// rounding of the same ratio, and which of the two is above must not hang on it.
public enum ScoreRanking {
  /// Share of a score within which others tie with it.
  static let tie = 1e-12

  /// The first column whose score ties with the highest; nil where there is no score.
  ///
  /// - Complexity: O(row), no allocation.
  public static func best(_ row: Span<Double>) -> Int? {
    var highest = -Double.infinity
    unsafe row.withUnsafeBufferPointer { row in
      var lanes = ck_d8(repeating: -.infinity)
      unsafe eachLanes(row) { x in lanes = ck_selectLess(lanes, x, x, lanes) }
      for lane in 0..<8 { highest = max(highest, lanes[lane]) }
    }
    let cut = highest - tie * highest.magnitude
    for i in row.indices where row[i] >= cut { return i }
    return nil
  }

  /// Where a score stands in its row.
  ///
  /// - Parameter score: one of the row; a number.
  /// - Accuracy: bit for bit ``BlockMomentsReference/standing(of:in:)``.
  /// - Complexity: O(row), no allocation.
  public static func standing(of score: Double, in row: Span<Double>) -> ScoreStanding {
    let reach = tie * score.magnitude
    let low = ck_d8(repeating: score - reach)
    let above = ck_d8(repeating: (score + reach).nextUp)
    let one = ck_d8(repeating: 1)
    let zero = ck_d8(repeating: 0)
    var below = zero
    var atMost = zero
    var sum = zero
    unsafe row.withUnsafeBufferPointer { row in
      unsafe eachLanes(row) { x in
        below = below + ck_selectLess(x, low, one, zero)
        atMost = atMost + ck_selectLess(x, above, one, zero)
        sum = sum + ck_selectEqual(x, x, x, zero)
      }
    }
    let (lower, upTo) = (Int(below.sum()), Int(atMost.sum()))
    var total = 0.0
    for lane in 0..<8 { total += sum[lane] }
    return ScoreStanding(below: lower, ties: upTo - lower, sum: total)
  }

  /// Eight scores at a time; NaN fills the last.
  @inline(__always)
  private static func eachLanes(_ row: UnsafeBufferPointer<Double>, _ body: (ck_d8) -> Void) {
    var i = 0
    while i + 8 <= row.count {
      unsafe body(load8(row, i))
      i += 8
    }
    guard i < row.count else { return }
    var x = ck_d8(repeating: .nan)
    for lane in 0..<(row.count - i) { x[lane] = unsafe row[i + lane] }
    body(x)
  }
}
