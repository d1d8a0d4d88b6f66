import Kernels
import MarketData

/// Reads option chain files: by header, gzip or plain, SPXW alone.
public enum ChainReader {
  /// The snapshots of a file, one a quote date, ascending.
  ///
  /// - Parameter path: the file; the format is told by its header, never by its name.
  /// - Throws: ``ChainError`` with file, line, value and remedy. A zero bid is no error; crossed, empty and
  ///   repeated quotes are left out and counted.
  /// - Complexity: O(content), all in memory.
  public static func snapshots(path: String) throws(ChainError) -> [ChainSnapshot] {
    let bytes: [UInt8]
    do { bytes = try GzipReader.bytes(path: path) } catch {
      let text = "\(error)"
      let prefix = "\(path): "
      throw .unreadable(
        file: path, reason: text.hasPrefix(prefix) ? String(text.dropFirst(prefix.count)) : text)
    }
    return try snapshots(bytes: bytes, source: path)
  }

  /// The same from content already in memory; `source` is the name used in messages.
  public static func snapshots(bytes: [UInt8], source: String) throws(ChainError) -> [ChainSnapshot] {
    var lines = LineSplitter(bytes)
    guard let first = lines.next() else { throw .unknownFormat(file: source, firstLine: "") }
    let header = fields(bytes, first).map { text(bytes, $0).lowercased() }
    guard let format = ChainFormat.recognise(header), let columns = ChainColumns(format, header: header)
    else {
      let shown = String(text(bytes, first).prefix(80)).filter { $0.isASCII && !$0.isNewline }
      throw .unknownFormat(file: source, firstLine: shown)
    }
    var days: [SessionDate: DayRows] = [:]
    var line = 1
    while let range = lines.next() {
      line += 1
      if range.isEmpty { continue }
      let row = ChainRow(bytes: bytes, range: range, source: source, line: line, columns: columns)
      try row.add(to: &days)
    }
    let result = days.values.filter { !$0.options.isEmpty }.map {
      $0.snapshot(source: source, format: format)
    }
    guard !result.isEmpty else { throw .noRows(file: source) }
    return result.sorted { $0.quoteDate < $1.quoteDate }
  }

  /// The fields of a line, without blanks and quotes around them.
  static func fields(_ bytes: [UInt8], _ line: Range<Int>) -> [Range<Int>] {
    var result: [Range<Int>] = []
    result.reserveCapacity(26)
    var start = line.lowerBound
    for i in line where bytes[i] == UInt8(ascii: ",") {
      result.append(trimmed(bytes, start..<i))
      start = i + 1
    }
    result.append(trimmed(bytes, start..<line.upperBound))
    return result
  }

  private static func trimmed(_ bytes: [UInt8], _ range: Range<Int>) -> Range<Int> {
    func isPadding(_ b: UInt8) -> Bool { b == 0x20 || b == 0x22 || b == 0x09 }
    var low = range.lowerBound
    var high = range.upperBound
    while low < high, isPadding(bytes[low]) { low += 1 }
    while high > low, isPadding(bytes[high - 1]) { high -= 1 }
    return low..<high
  }

  static func text(_ bytes: [UInt8], _ range: Range<Int>) -> String {
    String(decoding: bytes[range], as: UTF8.self)
  }
}

/// The lines of a text without byte-order mark and line ends.
private struct LineSplitter {
  private let bytes: [UInt8]
  private var position: Int
  init(_ bytes: [UInt8]) {
    self.bytes = bytes
    position = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }
  mutating func next() -> Range<Int>? {
    guard position < bytes.count else { return nil }
    let start = position
    var end = start
    while end < bytes.count, bytes[end] != 0x0A { end += 1 }
    position = end + 1
    return start..<(end > start && bytes[end - 1] == 0x0D ? end - 1 : end)
  }
}

/// The options of one quote date while a file is read.
private struct DayRows {
  struct Key: Hashable {
    let expiry: SessionDate
    let strike: Double
  }
  let date: SessionDate
  var underlying: Double
  var counts = ChainCounts()
  var options: [Key: StrikeQuotes] = [:]

  mutating func add(_ quote: OptionQuote, expiry: SessionDate, strike: Double, isCall: Bool) {
    var entry =
      options[Key(expiry: expiry, strike: strike)]
      ?? StrikeQuotes(strike: strike, call: nil, put: nil)
    if (isCall ? entry.call : entry.put) != nil {
      counts.duplicates += 1
      return
    }
    if isCall { entry.call = quote } else { entry.put = quote }
    options[Key(expiry: expiry, strike: strike)] = entry
  }

  func snapshot(source: String, format: ChainFormat) -> ChainSnapshot {
    var byExpiry: [SessionDate: [StrikeQuotes]] = [:]
    for (key, entry) in options { byExpiry[key.expiry, default: []].append(entry) }
    return ChainSnapshot(
      source: source, quoteDate: date, minute: format.minute, underlyingLast: underlying,
      expiries: byExpiry.map { ExpiryQuotes(expiry: $0.key, strikes: $0.value) }, counts: counts)
  }
}

/// One line of a chain file.
private struct ChainRow {
  let bytes: [UInt8]
  let range: Range<Int>
  let source: String
  let line: Int
  let columns: ChainColumns

  func add(to days: inout [SessionDate: DayRows]) throws(ChainError) {
    let fields = ChainReader.fields(bytes, range)
    guard fields.count == columns.count else {
      throw .badRow(
        file: source, line: line, field: "number of fields", value: "\(fields.count)",
        remedy: "the header has \(columns.count); the file looks cut off or edited, download it again")
    }
    let date = try date(fields[columns.quoteDate], "quote date")
    if days[date] == nil { days[date] = DayRows(date: date, underlying: try underlying(fields)) }
    guard var day = days.removeValue(forKey: date) else { return }  // taken out so that it is not copied
    day.counts.rows += 1
    defer { days[date] = day }
    if let root = columns.root, !isSPXW(fields[root]) {
      day.counts.otherRoots += 1
      return
    }
    let expiry = try self.date(fields[columns.expiry], "expiration")
    let strike = try number(fields[columns.strike], "strike")
    guard strike > 0 else { throw bad(fields[columns.strike], "strike", "a strike is above 0") }
    let isCall = try kind(fields[columns.kind])
    let bid = try number(fields[columns.bid], "bid")
    let ask = try number(fields[columns.ask], "ask")
    guard bid >= 0 else { throw bad(fields[columns.bid], "bid", "a bid is 0 or above") }
    guard ask >= 0 else { throw bad(fields[columns.ask], "ask", "an ask is 0 or above") }
    guard bid > 0 || ask > 0 else {
      day.counts.empty += 1
      return
    }
    guard bid <= ask else {
      day.counts.crossed += 1
      return
    }
    if bid == 0 { day.counts.zeroBids += 1 }
    let volatility = columns.volatility.flatMap { Double(ChainReader.text(bytes, fields[$0])) } ?? .nan
    day.add(
      OptionQuote(bid: bid, ask: ask, vendorVolatility: volatility), expiry: expiry, strike: strike,
      isCall: isCall)
  }

  private func isSPXW(_ field: Range<Int>) -> Bool { bytes[field].starts(with: Array("SPXW".utf8)) }

  private func underlying(_ fields: [Range<Int>]) throws(ChainError) -> Double {
    guard !columns.underlying.isEmpty else { return .nan }
    var sum = 0.0
    for column in columns.underlying { sum += try number(fields[column], "underlying") }
    let value = sum / Double(columns.underlying.count)
    return value > 0 ? value : .nan
  }

  private func number(_ field: Range<Int>, _ name: String) throws(ChainError) -> Double {
    guard let value = Double(ChainReader.text(bytes, field)), value.isFinite else {
      throw bad(field, name, "expected a number; correct or delete the row")
    }
    return value
  }

  private func kind(_ field: Range<Int>) throws(ChainError) -> Bool {
    switch ChainReader.text(bytes, field).lowercased() {
    case "c", "call": return true
    case "p", "put": return false
    default: throw bad(field, "option type", "expected call, put, C or P")
    }
  }

  /// `YYYY-MM-DD` or `M/D/YYYY`, either with a time after a blank.
  private func date(_ field: Range<Int>, _ name: String) throws(ChainError) -> SessionDate {
    let text = ChainReader.text(bytes, field)
    let day = text.prefix { $0 != " " }
    if let date = SessionDate(iso: day) { return date }
    let parts = day.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
    if parts.count == 3, let month = parts[0], let dayOfMonth = parts[1], let year = parts[2], year >= 1990,
      let date = SessionDate(year: year, month: month, day: dayOfMonth)
    {
      return date
    }
    throw bad(field, name, "expected a date YYYY-MM-DD or MM/DD/YYYY")
  }

  private func bad(_ field: Range<Int>, _ name: String, _ remedy: String) -> ChainError {
    .badRow(file: source, line: line, field: name, value: ChainReader.text(bytes, field), remedy: remedy)
  }
}
