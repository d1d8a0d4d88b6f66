import CKernelShims

/// Wilder's relative strength index of one price series for many lengths, eight lengths at a time.
///
/// - Parameters:
///   - price: in any unit; shape `[n]`. NaN is skipped: the value before it stands.
///   - length: changes averaged, ≥ 1, one per setting; shape `[m]`.
///   - index: the result, 0…100, the series of a setting in one piece; shape `[m, n]`. At `[j, i]` it is known
///     from prices 0…i; NaN until `length[j]` changes are in, 50 where nothing moved.
/// - Precondition: `index.count` is m·n; lengths ≥ 1. No price traps.
/// - Accuracy: bit for bit ``RelativeStrengthReference``.
/// - Complexity: O(m·n), no allocation; the same bits whatever the other settings are.
/// - Source: J. Welles Wilder, "New Concepts in Technical Trading Systems" (1978).
public func relativeStrengths(
  price: Span<Double>, length: Span<Int>, into index: inout MutableSpan<Double>
) {
  let n = price.count
  precondition(index.count == n * length.count, "relativeStrengths: the result must have m·n elements")
  var first = 0
  while first < length.count {
    let lanes = min(8, length.count - first)
    var state = RelativeStrengthLanes(length: SettingLanes.of(length, first))
    var previous = Double.nan
    for i in 0..<n {
      let p = price[i]
      if p == p {
        if previous == previous { state.add(change: p - previous) }
        previous = p
      }
      for lane in 0..<lanes { index[(first + lane) * n + i] = state.value[lane] }
    }
    first += 8
  }
}

/// Eight indices of the same prices: the operations of ``RelativeStrengthReference`` in its order.
private struct RelativeStrengthLanes {
  let n: ck_d8
  var count = ck_d8(repeating: 0)
  var gain = ck_d8(repeating: 0)
  var loss = ck_d8(repeating: 0)
  var value = ck_d8(repeating: .nan)

  init(length: ck_d8) { n = length }

  @inline(__always)
  mutating func add(change: Double) {
    let up = ck_d8(repeating: change > 0 ? change : 0)
    let down = ck_d8(repeating: change < 0 ? -change : 0)
    count = count + ck_d8(repeating: 1)
    let left = n - count  // below zero once the first means are done
    let less = n - ck_d8(repeating: 1)
    let smoothGain = (gain * less + up) / n
    let smoothLoss = (loss * less + down) / n
    gain = ck_selectNegative(left, smoothGain, gain + up / n)
    loss = ck_selectNegative(left, smoothLoss, loss + down / n)
    let both = gain + loss
    let share = ck_d8(repeating: 100) * gain / both
    let known = ck_selectEqual(both, ck_d8(repeating: 0), ck_d8(repeating: 50), share)
    value = ck_selectNegative(count - n, ck_d8(repeating: .nan), known)
  }
}

/// Settings as lanes.
enum SettingLanes {
  /// Lengths from `first` on, lanes beyond the last filled with ones.
  static func of(_ length: Span<Int>, _ first: Int) -> ck_d8 {
    var lanes = ck_d8(repeating: 1)
    for lane in 0..<min(8, length.count - first) {
      precondition(length[first + lane] >= 1, "a length must be at least 1")
      lanes[lane] = Double(length[first + lane])
    }
    return lanes
  }
}
