/// Bytes of numbers in little-endian order: what a store keeps and a digest is taken of.
public struct LittleEndianWriter: Sendable {
  /// What was written.
  public private(set) var bytes: [UInt8] = []
  /// An empty writer with room for `capacity` bytes.
  public init(capacity: Int = 0) { bytes.reserveCapacity(capacity) }

  /// Eight bytes of a whole number.
  public mutating func append(_ value: Int) { append(bits: UInt64(bitPattern: Int64(value))) }
  /// Eight bytes of a number's IEEE 754 form; every NaN as the same one.
  public mutating func append(_ value: Double) {
    append(bits: value.isNaN ? Double.nan.bitPattern : value.bitPattern)
  }
  /// The length of a text and its UTF-8 bytes.
  public mutating func append(_ text: String) {
    append(text.utf8.count)
    bytes.append(contentsOf: text.utf8)
  }
  /// The count of the numbers and each of them.
  public mutating func append(_ values: [Double]) {
    append(values.count)
    for value in values { append(value) }
  }
  private mutating func append(bits: UInt64) {
    var rest = bits
    for _ in 0..<8 {
      bytes.append(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }
}

/// Bars of one session and lists of numbers as blobs of little-endian bytes.
public enum LittleEndianBlob {
  /// Bytes of one bar: its start minute and four prices, eight bytes each.
  public static let barBytes = 40

  /// The bars of one session, 40 bytes each.
  public static func encode(_ bars: [CoarseBar]) -> [UInt8] {
    var writer = LittleEndianWriter(capacity: bars.count * barBytes)
    for bar in bars {
      writer.append(bar.startMinute)
      writer.append(bar.open)
      writer.append(bar.high)
      writer.append(bar.low)
      writer.append(bar.close)
    }
    return writer.bytes
  }

  /// The bars of a blob, or `nil` where its length or a minute can't be right.
  public static func bars(_ bytes: [UInt8]) -> [CoarseBar]? {
    guard bytes.count % barBytes == 0 else { return nil }
    let span = bytes.span
    var bars: [CoarseBar] = []
    bars.reserveCapacity(bytes.count / barBytes)
    var i = 0
    while i < span.count {
      let minute = word(span, i)
      guard minute < 1_440 else { return nil }
      bars.append(
        CoarseBar(
          startMinute: Int(minute), open: Double(bitPattern: word(span, i + 8)),
          high: Double(bitPattern: word(span, i + 16)), low: Double(bitPattern: word(span, i + 24)),
          close: Double(bitPattern: word(span, i + 32))))
      i += barBytes
    }
    return bars
  }

  /// Numbers, eight bytes each.
  public static func encode(_ values: [Double]) -> [UInt8] {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(values.count * 8)
    for value in values {
      var rest = value.bitPattern
      for _ in 0..<8 {
        bytes.append(UInt8(truncatingIfNeeded: rest))
        rest >>= 8
      }
    }
    return bytes
  }

  /// The numbers of a blob, or `nil` where its length can't be right.
  public static func values(_ bytes: [UInt8]) -> [Double]? {
    guard bytes.count % 8 == 0 else { return nil }
    let span = bytes.span
    var values: [Double] = []
    values.reserveCapacity(bytes.count / 8)
    var i = 0
    while i < span.count {
      values.append(Double(bitPattern: word(span, i)))
      i += 8
    }
    return values
  }

  private static func word(_ bytes: Span<UInt8>, _ start: Int) -> UInt64 {
    var value: UInt64 = 0
    for k in 0..<8 { value |= UInt64(bytes[start + k]) << UInt64(8 * k) }
    return value
  }
}
