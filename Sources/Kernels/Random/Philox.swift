/// Philox4x32-10: a counter-based random generator with 2¹²⁸ states and no warm-up.
///
/// The n-th block of four words depends only on the seed, the stream and n, so a stream per candidate or per
/// session gives the same numbers on any number of threads. Streams of one seed never overlap: the stream is the
/// upper half of the counter. Its own ``uniform()``, ``integer(below:)`` and ``shuffle(_:)`` are used instead of
/// the standard library's, whose algorithms may change from one release to the next.
///
/// - Source: Salmon, Moraes, Dror, Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC'11; tested against
///   the known answers of Random123 (`kat_vectors`).
public struct Philox: RandomNumberGenerator, Hashable, Sendable, Codable {
  private let key: SIMD2<UInt32>
  private let stream: UInt64
  private var block: UInt64 = 0
  /// The second 64-bit word of the block last made, until it is used.
  private var spare: UInt64?

  /// The generator at the start of a stream. O(1).
  ///
  /// - Parameters:
  ///   - seed: the key; any value.
  ///   - stream: which of the 2⁶⁴ independent sequences of the seed.
  public init(seed: UInt64, stream: UInt64 = 0) {
    key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
    self.stream = stream
  }

  /// 64 random bits.
  public mutating func next() -> UInt64 {
    if let word = spare {
      spare = nil
      return word
    }
    let counter = SIMD4<UInt32>(
      UInt32(truncatingIfNeeded: block), UInt32(truncatingIfNeeded: block >> 32),
      UInt32(truncatingIfNeeded: stream), UInt32(truncatingIfNeeded: stream >> 32))
    block &+= 1
    let w = Philox.words(counter: counter, key: key)
    spare = UInt64(w[2]) | UInt64(w[3]) << 32
    return UInt64(w[0]) | UInt64(w[1]) << 32
  }

  /// A uniform number in the open interval (0, 1): an odd multiple of 2⁻⁵³, so neither 0 nor 1 can come up.
  public mutating func uniform() -> Double { Double((next() >> 12) << 1 | 1) * 0x1p-53 }

  /// A standard normal number, by inversion: one uniform each, so that counts of draws stay predictable.
  public mutating func normal() -> Double { normalQuantile(uniform()) }

  /// A whole number in 0 ..< `bound`, each equally likely (Lemire's multiplication with rejection).
  ///
  /// - Precondition: `bound` > 0.
  /// - Source: D. Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019).
  public mutating func integer(below bound: Int) -> Int {
    precondition(bound > 0, "Philox.integer: bound must be positive")
    let n = UInt64(bound)
    var product = next().multipliedFullWidth(by: n)
    if product.low < n {
      let threshold = (0 &- n) % n
      while product.low < threshold { product = next().multipliedFullWidth(by: n) }
    }
    return Int(product.high)
  }

  /// Puts the elements in random order, each order equally likely (Fisher–Yates, from the last place down). O(n).
  @inlinable public mutating func shuffle<T>(_ values: inout [T]) {
    guard values.count > 1 else { return }
    for i in stride(from: values.count - 1, to: 0, by: -1) { values.swapAt(i, integer(below: i + 1)) }
  }

  /// The bijection itself: ten rounds on one counter.
  ///
  /// - Returns: four random words, the same for the same counter and key on any machine.
  public static func words(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
    var c = counter
    var k = key
    for _ in 0..<10 {
      let p0 = UInt64(c[0]) &* 0xD251_1F53
      let p1 = UInt64(c[2]) &* 0xCD9E_8D57
      c = SIMD4(
        UInt32(truncatingIfNeeded: p1 >> 32) ^ c[1] ^ k[0], UInt32(truncatingIfNeeded: p1),
        UInt32(truncatingIfNeeded: p0 >> 32) ^ c[3] ^ k[1], UInt32(truncatingIfNeeded: p0))
      k = SIMD2(k[0] &+ 0x9E37_79B9, k[1] &+ 0xBB67_AE85)
    }
    return c
  }
}
