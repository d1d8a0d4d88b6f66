/// TradingView exports: `time,open,high,low,close,…` with unix seconds, stamped at the bar's start; whatever
/// indicator columns follow, with names in any script, are left out.
struct TradingViewFormat: QuoteFormat {
  let title = "TradingView bars"
  let example = "time,open,high,low,close,Volume / 1771343400,6794.29,6799.39,6788.09,6796.95,32865060"

  func recognises(_ sample: FileSample) -> Bool {
    guard sample.header().starts(with: ["time", "open", "high", "low", "close"]),
      let stamp = sample.firstRow.first
    else { return false }
    return (9...10).contains(stamp.count) && stamp.allSatisfy { $0.isASCII && $0.isNumber }
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    _ = rows.next()
    var bars = BarCollector()
    while rows.next() {
      try rows.requireFields(5)
      let seconds = try rows.number(0, "time")
      guard seconds >= 0, seconds < 1e10, seconds.rounded() == seconds,
        let time = NewYorkTime(unixSeconds: Int64(seconds)), time.second == 0
      else { throw rows.bad(0, "time", "it must be unix seconds of a whole minute") }
      try bars.append(time.date, time.minute, try rows.bar(from: 1), rows)
      parsed.rows += 1
    }
    parsed.bars = try bars.finish(source, stamp: .start, sample: FileSample(source))
    parsed.notes.append("unix stamps turned into New York time, at the start of the bar")
    return parsed
  }
}

/// An archive with a file a day: `time,open,high,low,close` with `HH:MM`, stamped at the bar's start. The date
/// stands nowhere but in the file's name (`2026-02-17.csv`, `20260217.csv`).
struct DayArchiveFormat: QuoteFormat {
  let title = "one-day bars, date in the file's name"
  let example = "time,open,high,low,close / 09:30,7763.18,7777.28,7763.18,7776.42"

  func recognises(_ sample: FileSample) -> Bool {
    guard sample.header().starts(with: ["time", "open", "high", "low", "close"]),
      let stamp = sample.firstRow.first
    else { return false }
    return MinuteOfDay.parse(stamp) != nil
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    let sample = FileSample(source)
    guard let date = Self.date(in: sample.stem) else {
      throw .ambiguous(
        file: source.file, reason: "its rows have a time but no date, and its name has none either",
        remedy: "name the file after its day, for example 2026-02-17.csv")
    }
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    _ = rows.next()
    var bars = BarCollector()
    while rows.next() {
      try rows.requireFields(5)
      try bars.append(date, try rows.timeOfDay(0), try rows.bar(from: 1), rows)
      parsed.rows += 1
    }
    parsed.bars = try bars.finish(source, stamp: .start, sample: sample)
    parsed.notes.append("the date \(date) comes from the file's name; stamps at the start of the bar")
    return parsed
  }

  /// The first run of characters in `stem` that is a date.
  static func date(in stem: String) -> SessionDate? {
    let bytes = Array(stem.utf8)
    for length in [10, 8] where bytes.count >= length {
      for start in 0...(bytes.count - length) {
        let range = start..<start + length
        let dashed = length == 10 && bytes[start + 4] == 45
        let alone =
          (start == 0 || !(48...57).contains(bytes[start - 1]))
          && (start + length == bytes.count || !(48...57).contains(bytes[start + length]))
        guard dashed || length == 8, alone else { continue }
        if let date = DecimalScanner.date(bytes.span, range), date.year >= 1950 { return date }
      }
    }
    return nil
  }
}
