import CKernelShims

/// Sets of positions as bits, 64 a word: which points of a path satisfy a condition. Conditions combine by `&` and `|`
/// of their words, and the first passage of any combination is its first set bit.
public struct PointSet: Sendable, Hashable {
  /// Bit i % 64 of word i / 64 stands for position i.
  public private(set) var words: [UInt64]
  /// Positions.
  public let count: Int

  /// All positions, or none.
  public init(count: Int, all: Bool) {
    self.count = count
    words = Array(repeating: all ? .max : 0, count: (count + 63) / 64)
    if all, count % 64 != 0 { words[words.count - 1] = (1 << UInt64(count % 64)) - 1 }
  }

  /// The positions with low ≤ x ≤ high; a NaN lies nowhere. O(n ÷ 8).
  public init(_ x: Span<Double>, from low: Double, through high: Double) {
    self.init(count: x.count, all: false)
    let least = ck_d8(repeating: low)
    let most = ck_d8(repeating: high)
    unsafe x.withUnsafeBufferPointer { x in
      var i = 0
      while i + 8 <= x.count {
        let bits = unsafe ck_bitsWithin(load8(x, i), least, most)
        words[i >> 6] |= UInt64(bits) << UInt64(i & 63)
        i += 8
      }
      while i < x.count {
        let holds = unsafe x[i] >= low && x[i] <= high
        if holds { words[i >> 6] |= 1 << UInt64(i & 63) }
        i += 1
      }
    }
  }

  /// Keeps what is in both.
  /// - Precondition: equal counts.
  public mutating func formIntersection(_ other: PointSet) {
    precondition(count == other.count, "PointSet: sets of different lengths")
    for i in words.indices { words[i] &= other.words[i] }
  }

  /// Adds what is in the other.
  /// - Precondition: equal counts.
  public mutating func formUnion(_ other: PointSet) {
    precondition(count == other.count, "PointSet: sets of different lengths")
    for i in words.indices { words[i] |= other.words[i] }
  }

  /// Whether a position is in it.
  public func contains(_ i: Int) -> Bool { words[i >> 6] >> UInt64(i & 63) & 1 == 1 }

  /// The first position from `start` on that is in it, below `end`. O(n ÷ 64).
  public func first(from start: Int, below end: Int) -> Int? {
    var i = start >> 6
    guard start < min(end, count) else { return nil }
    var word = words[i] & (UInt64.max << UInt64(start & 63))
    while word == 0 {
      i += 1
      guard i < words.count else { return nil }
      word = words[i]
    }
    let found = (i << 6) + word.trailingZeroBitCount
    return found < end ? found : nil
  }
}
