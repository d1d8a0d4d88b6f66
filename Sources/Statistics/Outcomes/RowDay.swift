/// How texts tell the day of a row.
enum RowDay {
  /// Where a row stands in time among others that are told alike; nil for a text that tells no day.
  ///
  /// A number stands for itself: a count, seconds, or year, month and day in eight digits. A date stands as the same eight
  /// digits, its time of day as the share of a day behind them; an offset from Greenwich is passed over.
  static func position(of text: String) -> Double? {
    if let number = OutcomeText.number(text) { return number.isFinite ? number : nil }
    return date(text)
  }

  /// Whether two texts may tell the same day: the same date, whatever its time of day, the same number, or a date and a count of
  /// the rows, from 0 or 1.
  static func isSame(_ one: String, _ other: String, row: Int) -> Bool {
    guard let a = position(of: one), let b = position(of: other) else { return one == other }
    switch (isDate(one), isDate(other)) {
    case (true, true): return a.rounded(.down) == b.rounded(.down)
    case (false, false): return a == b
    case (true, false): return b == Double(row) || b == Double(row + 1)
    case (false, true): return a == Double(row) || a == Double(row + 1)
    }
  }

  /// Whether a text can be nothing but a day: a date, or eight digits that are year, month and day.
  static func isDate(_ text: String) -> Bool {
    let text = text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    if text.count == 8, text.allSatisfy(isDigit), let number = Int(text) {
      return (1900..<2200).contains(number / 10_000)
        && stamp(year: number / 10_000, month: number / 100 % 100, day: number % 100) != nil
    }
    return date(text) != nil
  }

  /// Year, month and day with - or / between, or month, day and year; a time of day may follow after a blank or a T.
  private static func date(_ text: String) -> Double? {
    let parts = text.split(maxSplits: 1, omittingEmptySubsequences: false) { $0 == " " || $0 == "T" }
    let fields = parts[0].split(
      separator: parts[0].contains("/") ? "/" : "-", omittingEmptySubsequences: false)
    guard fields.count == 3, fields.allSatisfy({ !$0.isEmpty && $0.allSatisfy(isDigit) }) else { return nil }
    let numbers = fields.compactMap { Int($0) }
    let widths = fields.map(\.count)
    let whole: Double?
    switch (widths[0], widths[1], widths[2]) {
    case (4, 1...2, 1...2): whole = stamp(year: numbers[0], month: numbers[1], day: numbers[2])
    case (1...2, 1...2, 4): whole = stamp(year: numbers[2], month: numbers[0], day: numbers[1])
    default: return nil
    }
    guard let whole, parts.count == 2 else { return whole }
    return timeOfDay(parts[1]).map { whole + $0 }
  }

  private static func stamp(year: Int, month: Int, day: Int) -> Double? {
    guard (1...12).contains(month), (1...31).contains(day) else { return nil }
    return Double(year * 10_000 + month * 100 + day)
  }

  /// The share of a day that 15:45, 15:45:30 or 15:45:30.25 is, with Z or an offset such as -05:00 behind it or without.
  private static func timeOfDay(_ text: Substring) -> Double? {
    let clock = text.prefix { isDigit($0) || $0 == ":" || $0 == "." }
    let offset = text[clock.endIndex...]
    guard
      offset.isEmpty || offset == "Z"
        || "+-".contains(offset.prefix(1)) && offset.count > 1
          && offset.dropFirst().allSatisfy({ isDigit($0) || $0 == ":" })
    else { return nil }
    let fields = clock.split(separator: ":", omittingEmptySubsequences: false)
    guard (2...3).contains(fields.count), let hour = Int(fields[0]), let minute = Int(fields[1]),
      let second = fields.count == 3 ? Double(fields[2]) : 0, hour < 24, minute < 60, second < 60
    else { return nil }
    return (Double(hour * 3_600 + minute * 60) + second) / 86_400
  }

  private static func isDigit(_ character: Character) -> Bool { ("0"..."9").contains(character) }
}
