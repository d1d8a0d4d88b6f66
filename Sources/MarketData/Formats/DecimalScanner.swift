/// Reads decimal numbers out of bytes.
enum DecimalScanner {
  private static let powersOfTen: [Double] = [
    1e0, 1e1, 1e2, 1e3, 1e4, 1e5, 1e6, 1e7, 1e8, 1e9, 1e10, 1e11, 1e12, 1e13, 1e14, 1e15, 1e16, 1e17, 1e18,
    1e19,
    1e20, 1e21, 1e22,
  ]

  /// The number written in `bytes[range]`, or `nil` where that is no finite decimal number.
  ///
  /// The result is the `Double` nearest the decimal: a mantissa below 2⁵³ over an exact power of ten needs one
  /// rounding only; longer numbers and exponents take the standard library's exact reader.
  /// - Complexity: O(length), no allocation on the short path.
  static func number(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    var i = range.lowerBound
    guard i < range.upperBound else { return nil }
    let negative = bytes[i] == UInt8(ascii: "-")
    if negative || bytes[i] == UInt8(ascii: "+") { i += 1 }
    var mantissa: UInt64 = 0
    var digits = 0
    var fraction = 0
    var pointSeen = false
    while i < range.upperBound {
      let byte = bytes[i]
      if byte >= 48 && byte <= 57 {
        if digits >= 18 { return slowNumber(bytes, range) }
        mantissa = mantissa * 10 + UInt64(byte - 48)
        if mantissa != 0 { digits += 1 }
        if pointSeen { fraction += 1 }
      } else if byte == UInt8(ascii: "."), !pointSeen {
        pointSeen = true
      } else {
        return slowNumber(bytes, range)
      }
      i += 1
    }
    let signLength = negative || bytes[range.lowerBound] == UInt8(ascii: "+") ? 1 : 0
    guard range.count > signLength + (pointSeen ? 1 : 0) else { return nil }
    if mantissa == 0 { return 0 }
    guard mantissa <= 1 << 53, fraction <= 22 else { return slowNumber(bytes, range) }
    let value = Double(mantissa) / powersOfTen[fraction]
    return negative ? -value : value
  }

  /// Long mantissas and exponents; refuses "nan", "inf" and hexadecimal, which the library would take.
  private static func slowNumber(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Double? {
    var characters: [UInt8] = []
    for i in range {
      switch bytes[i] {
      case 48...57, UInt8(ascii: "-"), UInt8(ascii: "+"), UInt8(ascii: "."), UInt8(ascii: "e"),
        UInt8(ascii: "E"):
        characters.append(bytes[i])
      default: return nil
      }
    }
    guard let value = Double(String(decoding: characters, as: UTF8.self)), value.isFinite else { return nil }
    return value
  }

  /// The whole number of `bytes[range]`, digits only, at most nine of them.
  static func digits(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Int? {
    guard !range.isEmpty, range.count <= 9 else { return nil }
    var value = 0
    for i in range {
      let byte = bytes[i]
      guard byte >= 48, byte <= 57 else { return nil }
      value = value * 10 + Int(byte - 48)
    }
    return value
  }

  /// `YYYY-MM-DD`, `YYYYMMDD` or the American `M/D/YYYY`.
  static func date(_ bytes: Span<UInt8>, _ range: Range<Int>) -> SessionDate? {
    let start = range.lowerBound
    if range.count == 10, bytes[start + 4] == UInt8(ascii: "-"), bytes[start + 7] == UInt8(ascii: "-") {
      return date(
        year: digits(bytes, start..<start + 4), month: digits(bytes, start + 5..<start + 7),
        day: digits(bytes, start + 8..<start + 10))
    }
    if range.count == 8, let packed = digits(bytes, range) {
      return SessionDate(year: packed / 10_000, month: packed / 100 % 100, day: packed % 100)
    }
    var slashes: [Int] = []
    for i in range where bytes[i] == UInt8(ascii: "/") { slashes.append(i) }
    guard slashes.count == 2, range.upperBound - slashes[1] == 5 else { return nil }
    return date(
      year: digits(bytes, slashes[1] + 1..<range.upperBound), month: digits(bytes, start..<slashes[0]),
      day: digits(bytes, slashes[0] + 1..<slashes[1]))
  }

  private static func date(year: Int?, month: Int?, day: Int?) -> SessionDate? {
    guard let year, let month, let day else { return nil }
    return SessionDate(year: year, month: month, day: day)
  }

  /// Minute and second of `H:MM`, `HH:MM` or `HH:MM:SS`.
  static func time(_ bytes: Span<UInt8>, _ range: Range<Int>) -> (minute: Int, second: Int)? {
    var colons: [Int] = []
    for i in range where bytes[i] == UInt8(ascii: ":") { colons.append(i) }
    guard colons.count == 1 || colons.count == 2 else { return nil }
    let minuteEnd = colons.count == 2 ? colons[1] : range.upperBound
    guard minuteEnd - colons[0] == 3, let hour = digits(bytes, range.lowerBound..<colons[0]),
      let minute = digits(bytes, colons[0] + 1..<minuteEnd), hour < 24, minute < 60
    else { return nil }
    var second = 0
    if colons.count == 2 {
      guard range.upperBound - minuteEnd == 3, let s = digits(bytes, minuteEnd + 1..<range.upperBound), s < 60
      else { return nil }
      second = s
    }
    return (hour * 60 + minute, second)
  }
}
