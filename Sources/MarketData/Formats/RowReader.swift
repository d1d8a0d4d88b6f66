/// Walks a text file row by row and field by field; fields are ranges of the file's own bytes.
///
/// Blank lines are passed over, fields lose the blanks and the double quotes around them, a separator within
/// quotes belongs to its field. Nothing is allocated per row.
struct RowReader {
  /// The file's name, for messages.
  let file: String
  private let bytes: [UInt8]
  private let separator: UInt8
  private var cursor: Int
  private var fields: [Range<Int>] = []
  /// The line of the current row, from 1.
  private(set) var line = 0

  init(_ source: SourceText, separator: Character = ",") {
    file = source.file
    bytes = source.bytes
    self.separator = separator.asciiValue ?? UInt8(ascii: ",")
    cursor = source.textStart
  }

  /// How many fields the current row has.
  var count: Int { fields.count }

  /// Moves to the next row that isn't blank; `false` at the end of the file.
  mutating func next() -> Bool {
    while cursor < bytes.count {
      line += 1
      if readLine() { return true }
    }
    return false
  }

  private mutating func readLine() -> Bool {
    var content = false
    let source = bytes
    cursor = Self.split(source.span, from: cursor, separator, &fields, &content)
    return content
  }

  /// Splits the line that starts at `begin` and returns where the next one starts.
  private static func split(
    _ bytes: Span<UInt8>, from begin: Int, _ separator: UInt8, _ fields: inout [Range<Int>],
    _ content: inout Bool
  ) -> Int {
    fields.removeAll(keepingCapacity: true)
    var start = begin
    var quoted = false
    var i = begin
    while i < bytes.count {
      let byte = bytes[i]
      if byte == 10 { break }
      if byte == 34 { quoted.toggle() }
      if byte > 32 { content = true }
      if byte == separator && !quoted {
        fields.append(trimmed(bytes, start..<i))
        start = i + 1
      }
      i += 1
    }
    fields.append(trimmed(bytes, start..<i))
    return i + 1
  }

  private static func trimmed(_ bytes: Span<UInt8>, _ range: Range<Int>) -> Range<Int> {
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, bytes[low] <= 32 { low += 1 }
    while high > low, bytes[high - 1] <= 32 { high -= 1 }
    if high - low >= 2, bytes[low] == 34, bytes[high - 1] == 34 { return low + 1..<high - 1 }
    return low..<high
  }

  /// Passes over the header, and over whatever stands before it.
  mutating func skip(toLine last: Int) {
    while line < last, next() {}
  }

  // MARK: fields

  /// The text of field `i`, empty where the row is shorter.
  func text(_ i: Int) -> String {
    i < fields.count ? String(decoding: bytes[fields[i]], as: UTF8.self) : ""
  }
  /// Whether field `i` is empty, absent, or the single point that FRED writes.
  func isMissing(_ i: Int) -> Bool {
    guard i < fields.count else { return true }
    return fields[i].isEmpty || (fields[i].count == 1 && bytes[fields[i].lowerBound] == UInt8(ascii: "."))
  }
  /// An error about field `i` of this row.
  func bad(_ i: Int, _ name: String, _ remedy: String) -> MarketDataError {
    .badRow(file: file, line: line, field: name, value: String(text(i).prefix(40)), remedy: remedy)
  }
  /// Checks that the row has at least `count` fields: a cut download ends in a shorter one.
  func requireFields(_ count: Int) throws(MarketDataError) {
    guard fields.count < count else { return }
    throw .badRow(
      file: file, line: line, field: "number of fields", value: "\(fields.count)",
      remedy: "the row needs \(count); check that the download is complete")
  }
  /// A number, or `nil` where the field is missing.
  func optionalNumber(_ i: Int, _ name: String) throws(MarketDataError) -> Double? {
    if isMissing(i) { return nil }
    return try number(i, name)
  }
  /// A finite number.
  func number(_ i: Int, _ name: String) throws(MarketDataError) -> Double {
    guard i < fields.count, let value = DecimalScanner.number(bytes.span, fields[i]) else {
      throw bad(i, name, "it must be a number; correct or delete the row")
    }
    return value
  }
  /// A number > 0.
  func price(_ i: Int, _ name: String) throws(MarketDataError) -> Double {
    let value = try number(i, name)
    guard value > 0 else { throw bad(i, name, "a price must be above 0; correct or delete the row") }
    return value
  }
  /// A date in any of the three known forms.
  func date(_ i: Int) throws(MarketDataError) -> SessionDate {
    guard i < fields.count, let date = DecimalScanner.date(bytes.span, fields[i]) else {
      throw bad(i, "date", "write it as YYYY-MM-DD, YYYYMMDD or MM/DD/YYYY")
    }
    return date
  }
  /// A date and a whole minute, written with a blank or a T between them: `2018-01-02 09:30:00`.
  func stamp(_ i: Int) throws(MarketDataError) -> (date: SessionDate, minute: Int) {
    let remedy = "write it as YYYY-MM-DD HH:MM:SS with whole minutes, New York time"
    guard i < fields.count, fields[i].count >= 15 else { throw bad(i, "time", remedy) }
    let start = fields[i].lowerBound
    let split = start + 10
    guard bytes[split] == UInt8(ascii: " ") || bytes[split] == UInt8(ascii: "T"),
      let date = DecimalScanner.date(bytes.span, start..<split),
      let time = DecimalScanner.time(bytes.span, split + 1..<fields[i].upperBound), time.second == 0
    else { throw bad(i, "time", remedy) }
    return (date, time.minute)
  }
  /// A date and a whole minute, written `20180102 093000`.
  func compactStamp(_ i: Int) throws(MarketDataError) -> (date: SessionDate, minute: Int) {
    let remedy = "write it as YYYYMMDD HHMMSS with whole minutes"
    guard i < fields.count, fields[i].count == 15 else { throw bad(i, "time", remedy) }
    let start = fields[i].lowerBound
    guard let date = DecimalScanner.date(bytes.span, start..<start + 8),
      let time = DecimalScanner.digits(bytes.span, start + 9..<start + 15), time % 100 == 0,
      time / 10_000 < 24, time / 100 % 100 < 60
    else { throw bad(i, "time", remedy) }
    return (date, time / 10_000 * 60 + time / 100 % 100)
  }
  /// `HH:MM` or `HH:MM:SS` as minutes after midnight.
  func timeOfDay(_ i: Int) throws(MarketDataError) -> Int {
    guard i < fields.count, let time = DecimalScanner.time(bytes.span, fields[i]), time.second == 0 else {
      throw bad(i, "time", "write it as HH:MM, New York time")
    }
    return time.minute
  }
  /// Four prices from field `i` on, with high and low around the other two.
  func bar(from i: Int) throws(MarketDataError) -> DailyBar {
    let bar = DailyBar(
      open: try price(i, "open"), high: try price(i + 1, "high"), low: try price(i + 2, "low"),
      close: try price(i + 3, "close"))
    guard bar.high >= bar.low else {
      throw bad(i + 1, "high", "it is below the low \(text(i + 2)); correct or delete the row")
    }
    guard bar.high >= max(bar.open, bar.close) else {
      throw bad(i + 1, "high", "it is below the open or the close; correct or delete the row")
    }
    guard bar.low <= min(bar.open, bar.close) else {
      throw bad(i + 2, "low", "it is above the open or the close; correct or delete the row")
    }
    return bar
  }
}

/// Holds that rows ascend in time, each once.
struct AscendingRows {
  private var last: (key: Int, line: Int)?

  /// Takes the next row's moment, as any whole number that grows with time.
  mutating func check(_ key: Int, _ text: @autoclosure () -> String, _ rows: RowReader)
    throws(MarketDataError)
  {
    if let last, key <= last.key {
      if key == last.key {
        throw .duplicateRow(file: rows.file, line: rows.line, value: text(), firstLine: last.line)
      }
      throw .unsorted(file: rows.file, line: rows.line, value: text(), previous: "line \(last.line)")
    }
    last = (key, rows.line)
  }
}
