/// A 128-bit FNV-1a hash of a history's numbers: tells histories apart, and protects against nobody.
///
/// - Source: G. Fowler, L. C. Noll, P. Vo, D. Eastlake, "The FNV Non-Cryptographic Hash Algorithm", RFC 9923.
struct ContentFingerprint {
  private var state: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d

  /// Takes in the eight bytes of `word`, lowest first.
  mutating func add(_ word: UInt64) {
    var rest = word
    for _ in 0..<8 {
      state ^= UInt128(rest & 0xff)
      state &*= 0x0000_0000_0100_0000_0000_0000_0000_013b
      rest >>= 8
    }
  }
  /// Takes in the bits of `value`; every NaN counts as the same.
  mutating func add(_ value: Double) { add(value.isNaN ? Double.nan.bitPattern : value.bitPattern) }
  /// Takes in a date.
  mutating func add(_ date: SessionDate) { add(UInt64(UInt32(bitPattern: date.ordinal))) }

  /// 32 hexadecimal digits.
  var hexadecimal: String {
    let digits = String(state, radix: 16)
    return String(repeating: "0", count: 32 - digits.count) + digits
  }

  /// The fingerprint of dates, minutes, official bars, indices, futures, events and slow series. O(size).
  static func of(_ history: MarketHistory) -> String {
    var hash = ContentFingerprint()
    for session in history.sessions {
      hash.add(session.date)
      for mark in session.spot { hash.add(mark) }
      for price in [
        session.official.open, session.official.high, session.official.low, session.official.close,
      ] {
        hash.add(price)
      }
    }
    for index in VolatilityIndex.allCases {
      for close in history.volatility[index] ?? [] { hash.add(close) }
      hash.add(UInt64(history.volatility[index]?.count ?? 0))
    }
    for settle in history.futures.joined() {
      hash.add(settle.expiry)
      hash.add(settle.settle)
    }
    for event in history.events.events {
      hash.add(event.date)
      for byte in event.kind.rawValue.utf8 { hash.add(UInt64(byte)) }
      hash.add(UInt64(event.minute))
    }
    for name in history.series.keys.sorted() {
      for byte in name.utf8 { hash.add(UInt64(byte)) }
      for value in history.series[name]?.values ?? [] {
        hash.add(value.observed)
        hash.add(value.known)
        hash.add(value.value)
      }
    }
    return "fnv1a128:" + hash.hexadecimal
  }
}
