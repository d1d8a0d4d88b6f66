/// Reads any supported market file, told by its header and content.
public enum MarketFile {
  /// Every known format, in the order in which they are tried.
  public static let formats: [any QuoteFormat] = [
    HistDataFormat(), FirstRateFormat(), NewYorkBarsFormat(), AlphaVantageFormat(), TradingViewFormat(),
    DayArchiveFormat(), DailyIndexFormat(), IndexPanelFormat(), CFEContractFormat(), VXColumnsFormat(),
    VXMonthsFormat(), TwoColumnFormat(), EconomicCalendarFormat(), BreadthFormat(), PutCallFormat(),
    NewHighsFormat(), ShillerFormat(), MacroSignalsFormat(), UserSeriesFormat(),
  ]

  /// Reads a file with the sessions of New York.
  ///
  /// - Parameters:
  ///   - bytes: the file's content, unpacked.
  ///   - file: its name, for messages; the few formats whose content doesn't say what they are (see their
  ///     documentation) take a hint from it.
  /// - Throws: `MarketDataError` with file, line, the value met and what to do. Nothing is half read.
  /// - Complexity: O(bytes).
  public static func parse(bytes: [UInt8], file: String) throws(MarketDataError) -> ParsedFile {
    try parse(bytes: bytes, file: file, context: FormatContext(calendar: TradingCalendar.newYork()))
  }

  /// Reads a file with the sessions of `context`; for many files in a row.
  public static func parse(
    bytes: [UInt8], file: String, context: FormatContext
  ) throws(MarketDataError) -> ParsedFile {
    guard !bytes.isEmpty else { throw .empty(file: file) }
    if bytes.starts(with: [0x1F, 0x8B]) {
      throw .unreadable(file: file, reason: "the content is gzipped twice; unpack it once with gunzip")
    }
    if let offset = firstControlByte(bytes) {
      throw .binary(file: file, offset: offset, byte: bytes[offset])
    }
    let source = SourceText(file: file, bytes: bytes)
    let sample = FileSample(source)
    guard !sample.lines.isEmpty else { throw .empty(file: file) }
    guard let format = formats.first(where: { $0.recognises(sample) }) else {
      throw .unknownFormat(file: file, firstLine: sample.firstLine)
    }
    let parsed = try format.parse(source, context: context)
    if parsed.isEmpty, parsed.rows == 0 { throw .noRows(file: file) }
    if parsed.isEmpty {
      throw .ambiguous(
        file: file,
        reason: "none of its \(parsed.rows) rows can be used: "
          + parsed.warnings.map { "\($0.count) \($0.text)" }.joined(separator: ", "),
        remedy: "check the dates and the content")
    }
    return parsed
  }

  /// Text holds no control characters but tab, line feed and carriage return.
  private static func firstControlByte(_ bytes: [UInt8]) -> Int? {
    let span = bytes.span
    for i in 0..<span.count where span[i] < 32 {
      if span[i] != 9 && span[i] != 10 && span[i] != 13 { return i }
    }
    return nil
  }
}
