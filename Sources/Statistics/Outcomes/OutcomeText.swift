import Kernels

/// A table of P&L as text: a row a day, commas between settings.
///
/// The first row is names where none of its fields is a number, or where its first field is what a column of days is headed:
/// nothing, `date`, `index` and the like, in any case. The first column is days where that field is one of those, or where the
/// first row's is a date (``RowDay``), and days ascend, each once. Fields may be quoted. Empty lines at the end count as none.
///
/// What may be either is refused: a first row of numbers that counts the columns, unless the caller says what a first row of
/// numbers is, and a first column that counts the rows, which would pass for a setting that never loses.
struct OutcomeText {
  private(set) var values: [Double] = []
  private(set) var columns = 0
  private(set) var names: [String]?
  private(set) var dates: [String]?
  /// Where the last day stands.
  private var latest = -Double.infinity

  /// Heads of a column of days, in lower case; pandas heads its index by nothing, or so once it was read back.
  private static let headsOfDays: Set = [
    "", "date", "day", "session", "time", "timestamp", "datetime", "index", "unnamed: 0",
  ]

  /// - Parameter header: whether a first row of numbers alone is names; nil where the file must tell.
  init(path: String, header: Bool?) throws(OutcomeMatrixError) {
    let bytes: [UInt8]
    do {
      bytes = try GzipReader.bytes(path: path)
    } catch {
      throw .file(error)
    }
    let mark: [UInt8] = [0xEF, 0xBB, 0xBF]
    var start = bytes.starts(with: mark) ? 3 : 0
    var line = 0
    var empty: Int?
    while start < bytes.count {
      var end = start
      while end < bytes.count, bytes[end] != 0x0A { end += 1 }
      line += 1
      let fields = Self.fields(bytes[start..<end])
      start = end + 1
      if fields == [""] {
        empty = empty ?? line
        continue
      }
      if let empty { throw .ragged(file: path, line: empty, found: 0, expected: columns) }
      try add(fields, line: line, header: header, file: path)
    }
    if values.isEmpty { throw .empty(source: path) }
    let days = values.count / columns
    if days > 2, Self.isCount((0..<days).map { values[$0 * columns] }) {
      throw .countingColumn(file: path, column: dates == nil ? 1 : 2)
    }
  }

  private mutating func add(
    _ fields: [String], line: Int, header: Bool?, file: String
  ) throws(OutcomeMatrixError) {
    if line == 1 {
      let isDated = Self.headsOfDays.contains(fields[0].lowercased())
      let numbers = fields.compactMap(Self.number)
      let isDay = RowDay.isDate(fields[0])
      let isNumbers = numbers.count == fields.count && !isDay
      if isNumbers, header == nil, numbers.count > 1, Self.isCount(numbers) {
        throw .countingRow(file: file, columns: numbers.count, first: fields[0])
      }
      if isDated || numbers.isEmpty && !isDay || isNumbers && header == true {
        names = fields
        if isDated { dates = [] }
        return
      }
    }
    if values.isEmpty {
      if dates == nil, RowDay.isDate(fields[0]) { dates = [] }
      columns = fields.count - (dates == nil ? 0 : 1)
      if dates != nil { names?.removeFirst() }
      if let names, names.count != columns {
        throw .ragged(file: file, line: line, found: columns, expected: names.count)
      }
    }
    let first = dates == nil ? 0 : 1
    guard fields.count == columns + first else {
      throw .ragged(file: file, line: line, found: fields.count, expected: columns + first)
    }
    if dates != nil { try addDay(fields[0], line: line, file: file) }
    for (k, text) in fields.enumerated().dropFirst(first) {
      guard let value = Self.number(text), value.isFinite else {
        if text.contains(";") { throw .semicolons(file: file, line: line) }
        throw .notANumber(file: file, line: line, column: k + 1, text: text)
      }
      values.append(value)
    }
    guard values.count <= OutcomeMatrix.mostNumbers else {
      throw .tooLarge(source: file, numbers: values.count, limit: OutcomeMatrix.mostNumbers)
    }
  }

  private mutating func addDay(_ text: String, line: Int, file: String) throws(OutcomeMatrixError) {
    guard let position = RowDay.position(of: text) else {
      throw .notADay(file: file, line: line, text: text)
    }
    if let before = dates?.last, position <= latest {
      throw .notAscending(file: file, date: text, before: before)
    }
    latest = position
    dates?.append(text)
  }

  /// A decimal number; nil for what else Double would read, such as 0x10, or nan.
  static func number(_ text: String) -> Double? {
    let isDecimal = text.utf8.allSatisfy { byte in
      (0x30...0x39).contains(byte) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains(byte)
    }
    return isDecimal ? Double(text) : nil
  }

  /// Whether numbers are 0, 1, 2 … or 1, 2, 3 ….
  private static func isCount(_ numbers: [Double]) -> Bool {
    [0, 1].contains(numbers[0]) && numbers.indices.allSatisfy { numbers[$0] == numbers[0] + Double($0) }
  }

  /// The fields of a line, without blanks around them and without quotes.
  private static func fields(_ line: ArraySlice<UInt8>) -> [String] {
    var result: [String] = []
    var field: [UInt8] = []
    var isQuoted = false
    func text() -> String {
      let isBlank = { (byte: UInt8) in byte == 0x20 || byte == 0x09 || byte == 0x0D }
      let end = field.lastIndex { !isBlank($0) }.map { $0 + 1 } ?? 0
      return String(decoding: field[..<end].drop(while: isBlank), as: UTF8.self)
    }
    for byte in line {
      if byte == 0x22 {
        isQuoted.toggle()
      } else if byte == 0x2C, !isQuoted {
        result.append(text())
        field.removeAll(keepingCapacity: true)
      } else {
        field.append(byte)
      }
    }
    return result + [text()]
  }
}
