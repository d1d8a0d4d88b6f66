/// Which end of a bar its stamp marks.
enum BarStamp {
  case start
  case end
}

/// Gathers the rows of a bar file: checks their order, finds the length of a bar, turns end stamps into starts.
struct BarCollector {
  private var order = AscendingRows()
  private var bars: [IntradayBar] = []
  private let allowedLengths = [1, 2, 3, 5, 10, 15, 30]

  mutating func reserve(_ count: Int) { bars.reserveCapacity(count) }

  /// Takes the current row's bar, stamped as in the file.
  mutating func append(
    _ date: SessionDate, _ minute: Int, _ prices: DailyBar, volume: Double? = nil, _ rows: RowReader
  ) throws(MarketDataError) {
    try order.check(
      Int(date.ordinal) * 1_440 + minute, "\(date) \(MinuteOfDay.text(minute))", rows)
    bars.append(IntradayBar(date: date, startMinute: minute, prices: prices, volume: volume))
  }

  /// The table, with every bar at its start.
  ///
  /// The length is the commonest distance between stamps of one day; every distance must be a multiple of it.
  mutating func finish(
    _ source: SourceText, stamp: BarStamp, sample: FileSample
  ) throws(MarketDataError) -> BarTable {
    guard !bars.isEmpty else { throw .noRows(file: source.file) }
    let length = try commonLength(source)
    if stamp == .end {
      for i in bars.indices {
        var start = bars[i].startMinute - length
        if start < 0 {
          start += 1_440
          bars[i].date = bars[i].date.adding(days: -1)
        }
        bars[i].startMinute = start
      }
    }
    return BarTable(barMinutes: length, bars: bars, namedSymbol: Self.symbol(in: sample.stem))
  }

  private func commonLength(_ source: SourceText) throws(MarketDataError) -> Int {
    var counts = Array(repeating: 0, count: 1_441)
    for i in bars.indices.dropFirst() where bars[i].date == bars[i - 1].date {
      counts[bars[i].startMinute - bars[i - 1].startMinute] += 1
    }
    guard let most = counts.max(), most > 0, let length = counts.firstIndex(of: most) else {
      throw .ambiguous(
        file: source.file, reason: "one bar a day doesn't tell how long a bar is",
        remedy: "give a file with whole days of bars")
    }
    guard allowedLengths.contains(length) else {
      throw .ambiguous(
        file: source.file, reason: "its bars are \(length) minutes apart",
        remedy: "give bars of 1, 2, 3, 5, 10, 15 or 30 minutes")
    }
    if let odd = counts.indices.first(where: { counts[$0] > 0 && $0 % length != 0 }) {
      throw .ambiguous(
        file: source.file, reason: "its bars are \(length) minutes apart, but some \(odd)",
        remedy: "give a file with bars of one length")
    }
    return length
  }

  /// What a file's name says its bars are of. Only a hint: the importer compares levels with the official closes.
  static func symbol(in stem: String) -> BarSymbol? {
    let name = stem.uppercased()
    if name.contains("SPY") { return .spy }
    if name.contains("SPX") || name.contains("SP500") || name.contains("US500") || name.contains("GSPC") {
      return .spx
    }
    return nil
  }
}

/// HistData one-minute bars: no header, `;`, `YYYYMMDD HHMMSS`, stamped at the bar's start, all hours.
///
/// HistData documents its stamps as Eastern Standard Time all year; these files of the index contract follow New
/// York local time, summer time included, as their session breaks show, and are read so.
struct HistDataFormat: QuoteFormat {
  let title = "HistData one-minute bars"
  let example = "20180101 163000;2668.000000;2668.000000;2668.000000;2668.000000;0"

  func recognises(_ sample: FileSample) -> Bool {
    guard let first = sample.lines.first?.fields, first.count == 5 || first.count == 6 else { return false }
    let stamp = Array(first[0].utf8)
    return sample.firstLine.contains(";") && stamp.count == 15 && stamp[8] == 32
      && first[0].prefix(8).allSatisfy(\.isNumber)
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source, separator: ";")
    var bars = BarCollector()
    bars.reserve(source.bytes.count / 60)
    while rows.next() {
      try rows.requireFields(5)
      let (date, minute) = try rows.compactStamp(0)
      try bars.append(date, minute, try rows.bar(from: 1), rows)
      parsed.rows += 1
    }
    parsed.bars = try bars.finish(source, stamp: .start, sample: FileSample(source))
    parsed.notes.append("stamps read as New York local time, at the start of the bar")
    return parsed
  }
}

/// FirstRate Data bars: no header, `YYYY-MM-DD HH:MM:SS`, New York, stamped at the bar's start.
struct FirstRateFormat: QuoteFormat {
  let title = "FirstRate bars"
  let example = "2023-03-16 09:30:00,3878.93,3878.93,3870.17,3870.17"

  func recognises(_ sample: FileSample) -> Bool {
    guard let first = sample.lines.first?.fields else { return false }
    return (5...6).contains(first.count) && first[0].looksLikeStamp
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    try StampedBars.parse(source, title: title, headerLines: 0, stamp: .start)
  }
}

/// Bars with a header `datetime_ny,open,high,low,close[,volume]`: New York, stamped at the bar's start.
struct NewYorkBarsFormat: QuoteFormat {
  let title = "bars stamped at their start"
  let example = "datetime_ny,open,high,low,close,volume"

  func recognises(_ sample: FileSample) -> Bool {
    let header = sample.header()
    return header.starts(with: ["datetime_ny", "open", "high", "low", "close"])
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    try StampedBars.parse(source, title: title, headerLines: 1, stamp: .start)
  }
}

/// Alpha Vantage style bars: header `time,open,high,low,close,volume`, New York, stamped at the bar's **end**.
struct AlphaVantageFormat: QuoteFormat {
  let title = "Alpha Vantage bars, stamped at their end"
  let example =
    "time,open,high,low,close,volume / 2021-03-10 04:15:00,376.24,376.43,375.92,376.39,8935"

  func recognises(_ sample: FileSample) -> Bool {
    sample.header().starts(with: ["time", "open", "high", "low", "close"])
      && (sample.firstRow.first?.looksLikeStamp ?? false)
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    try StampedBars.parse(source, title: title, headerLines: 1, stamp: .end)
  }
}

/// What bars with an ISO stamp have in common: four prices, and shares traded where a sixth column holds them.
enum StampedBars {
  static func parse(
    _ source: SourceText, title: String, headerLines: Int, stamp: BarStamp
  ) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    var hasVolume = true
    if headerLines > 0, rows.next() { hasVolume = rows.text(5).lowercased() == "volume" }
    var bars = BarCollector()
    bars.reserve(source.bytes.count / 50)
    while rows.next() {
      try rows.requireFields(5)
      let (date, minute) = try rows.stamp(0)
      let volume = hasVolume ? try rows.optionalNumber(5, "volume") : nil
      if let volume, volume < 0 {
        throw rows.bad(5, "volume", "it can't be negative; correct or delete the row")
      }
      try bars.append(date, minute, try rows.bar(from: 1), volume: volume, rows)
      parsed.rows += 1
    }
    parsed.bars = try bars.finish(source, stamp: stamp, sample: FileSample(source))
    parsed.notes.append(
      "stamps read as New York time, at the \(stamp == .start ? "start" : "end") of the bar")
    return parsed
  }
}
