/// Days with four prices: the S&P 500 (`date,open,high,low,close,volume`) or an index of the VIX family
/// (`DATE,OPEN,HIGH,LOW,CLOSE`), with ISO or American dates.
///
/// Header and rows of the two are alike; the level tells the index (above 250) from the VIX family (below 250),
/// the file's name which of the family, and VIX where it names none.
struct DailyIndexFormat: QuoteFormat {
  let title = "daily index prices"
  let example = "date,open,high,low,close,volume"

  func recognises(_ sample: FileSample) -> Bool {
    sample.header().starts(with: ["date", "open", "high", "low", "close"])
      && (sample.lines.count < 2 || sample.firstRow[0].looksLikeDate)
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    _ = rows.next()
    var order = AscendingRows()
    var days: [(date: SessionDate, bar: DailyBar)] = []
    var stale = 0
    while rows.next() {
      try rows.requireFields(5)
      let date = try rows.date(0)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      let bar = try dayBar(rows, &parsed)
      guard parsed.isSession(date, rows, context) else { continue }
      if let last = days.last, last.bar.close == bar.open { stale += 1 }
      days.append((date, bar))
    }
    guard !days.isEmpty else { return parsed }
    let closes = days.map(\.bar.close).sorted()
    let median = closes[closes.count / 2]
    let named = Self.index(in: FileSample(source).stem)
    if median > 250 {
      if let named, named != .skew {
        throw .ambiguous(
          file: source.file, reason: "its name says \(named.rawValue), but its median close is \(median)",
          remedy: "rename the file after what it holds")
      }
      guard closes[0] >= 100, BarCollector.symbol(in: FileSample(source).stem) != .spy else {
        throw .ambiguous(
          file: source.file, reason: "its prices are not those of the S&P 500 index",
          remedy: "give the index itself; the fund's bars are scaled by it")
      }
      parsed.daily = days.map { DailyRow(date: $0.date, bar: $0.bar) }
      parsed.notes.append("level \(median): read as the S&P 500")
      if stale > days.count / 20 {
        parsed.notes.append("\(stale) opens equal the close before: not the market's opens")
      }
    } else {
      let index = named ?? .vix
      parsed.volatility = days.map { VolatilityRow(index: index, date: $0.date, bar: $0.bar) }
      parsed.notes.append(
        "level \(median): read as \(index.rawValue)" + (named == nil ? ", as the name says nothing else" : "")
      )
    }
    return parsed
  }

  /// Four prices. An open or close outside high and low is a known defect of early VIX rows: kept and counted.
  private func dayBar(_ rows: RowReader, _ parsed: inout ParsedFile) throws(MarketDataError) -> DailyBar {
    let bar = DailyBar(
      open: try rows.price(1, "open"), high: try rows.price(2, "high"), low: try rows.price(3, "low"),
      close: try rows.price(4, "close"))
    guard bar.high >= bar.low else {
      throw rows.bad(2, "high", "it is below the low \(rows.text(3)); correct or delete the row")
    }
    guard bar.close <= bar.high, bar.close >= bar.low else {
      throw rows.bad(4, "close", "it is outside high and low; correct or delete the row")
    }
    if bar.open > bar.high || bar.open < bar.low {
      guard bar.close < 250 else {
        throw rows.bad(1, "open", "it is outside high and low; correct or delete the row")
      }
      parsed.warn("rows whose open is outside high and low (kept, only closes are used)", line: rows.line)
    }
    return bar
  }

  /// The index named in a file's name; the longer names first, since they all hold `VIX`.
  static func index(in stem: String) -> VolatilityIndex? {
    let name = stem.uppercased()
    for index in [VolatilityIndex.vix1d, .vix9d, .vix3m, .vix6m, .vvix, .skew, .vix]
    where name.contains(index.rawValue) { return index }
    return nil
  }
}

/// A panel of closes of the volatility family: `,DATE,VIX9D,VIX,VIX3M,VIX6M,SP500`; blank means missing. Columns
/// that are no index of the family are left out.
struct IndexPanelFormat: QuoteFormat {
  let title = "panel of VIX family closes"
  let example = ",DATE,VIX9D,VIX,VIX3M,VIX6M,SP500"

  func recognises(_ sample: FileSample) -> Bool {
    let header = sample.header()
    guard header.contains("date"), !header.contains("vx1") else { return false }
    return header.count { VolatilityIndex(rawValue: $0.uppercased()) != nil } >= 2
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    _ = rows.next()
    let header = (0..<rows.count).map { rows.text($0).uppercased() }
    let dateColumn = header.firstIndex(of: "DATE") ?? 0
    var order = AscendingRows()
    while rows.next() {
      try rows.requireFields(header.count)
      let date = try rows.date(dateColumn)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      guard parsed.isSession(date, rows, context) else { continue }
      for (i, name) in header.enumerated() {
        guard let index = VolatilityIndex(rawValue: name), !rows.isMissing(i) else { continue }
        parsed.volatility.append(VolatilityRow(index: index, date: date, close: try rows.price(i, name)))
      }
    }
    let others = header.filter { VolatilityIndex(rawValue: $0) == nil && $0 != "DATE" && !$0.isEmpty }
    if !others.isEmpty { parsed.notes.append("columns left out: " + others.joined(separator: ", ")) }
    return parsed
  }
}
