/// One vendor's file format.
public protocol QuoteFormat: Sendable {
  /// What it is called in messages and in the help, for example `HistData one-minute bars`.
  var title: String { get }
  /// The header or the first row of a real file.
  var example: String { get }
  /// Whether the start of a file is of this format: by header and content, not by its name.
  func recognises(_ sample: FileSample) -> Bool
  /// Reads the whole file, or throws at the first row that can't be right.
  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile
}

/// What a parser may ask about the market: its sessions and the VX settlement dates.
public struct FormatContext: Sendable {
  /// Sessions in New York.
  public let calendar: TradingCalendar
  /// Settlement dates of VX.
  public let expiries: VXExpiries

  /// A context over `calendar`.
  public init(calendar: TradingCalendar) {
    self.calendar = calendar
    expiries = VXExpiries(calendar: calendar)
  }

  /// The first session after `date`: the first open at which an evening's news of `date` can be used. Beyond the
  /// calendar, the next weekday.
  public func nextSession(_ date: SessionDate) -> SessionDate {
    if date >= calendar.coverage.lowerBound, let next = calendar.next(after: date) { return next }
    var day = date.adding(days: 1)
    while day.weekday > 5 { day = day.adding(days: 1) }
    return day
  }
}

/// A file in memory: its name, its bytes and where its text starts.
public struct SourceText: Sendable {
  /// The path or name given by the user, for messages.
  public let file: String
  /// The unpacked bytes.
  public let bytes: [UInt8]
  /// 3 after a byte-order mark, else 0.
  public let textStart: Int

  init(file: String, bytes: [UInt8]) {
    self.file = file
    self.bytes = bytes
    textStart = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
  }
}

/// The first lines of a file, from which its format is told.
public struct FileSample: Sendable {
  /// The file's name without folders and without `.gz`, `.csv` or `.txt`.
  public let stem: String
  /// Up to eight lines that aren't blank, with their numbers.
  public let lines: [(number: Int, fields: [String])]
  /// The first line as it stands.
  public let firstLine: String

  init(_ source: SourceText) {
    var stem = source.file.split(separator: "/").last.map(String.init) ?? source.file
    for ending in [".gz", ".csv", ".txt"] where stem.lowercased().hasSuffix(ending) {
      stem = String(stem.dropLast(ending.count))
    }
    self.stem = stem
    var lines: [(Int, [String])] = []
    var firstLine = ""
    for separator in ["," as Character, ";"] where lines.allSatisfy({ $0.1.count == 1 }) {
      lines = []
      var rows = RowReader(source, separator: separator)
      while lines.count < 8, rows.next() {
        let fields = (0..<rows.count).map { rows.text($0) }
        if lines.isEmpty { firstLine = fields.joined(separator: String(separator)) }
        lines.append((rows.line, fields))
      }
    }
    self.lines = lines
    self.firstLine = String(firstLine.prefix(70))
  }

  /// Field names of line `i` (from 0) in lower case; empty where the file is shorter.
  func header(_ i: Int = 0) -> [String] {
    i < lines.count ? lines[i].fields.map { $0.lowercased() } : []
  }
  /// The first data row below a one-line header.
  var firstRow: [String] { lines.count > 1 ? lines[1].fields : [] }
  /// The position among the sampled lines of the first whose names start with `names`.
  func headerIndex(startingWith names: [String]) -> Int? {
    lines.indices.first { header($0).starts(with: names) }
  }
}

extension String {
  /// Whether this is `YYYY-MM-DD HH:MM…`.
  var looksLikeStamp: Bool {
    let bytes = Array(utf8)
    return bytes.count >= 15 && bytes[4] == 45 && bytes[7] == 45 && (bytes[10] == 32 || bytes[10] == 84)
      && bytes[13] == 58
  }
  /// Whether this is a date in one of the known forms.
  var looksLikeDate: Bool {
    let bytes = Array(utf8)
    return DecimalScanner.date(bytes.span, 0..<bytes.count) != nil
  }
}
