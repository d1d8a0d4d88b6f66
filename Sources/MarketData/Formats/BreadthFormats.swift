/// Raw counts of advancing or declining issues: no header, `20170103, 2308`.
///
/// The content doesn't say which of the two it counts; the file's name must hold `advanc` or `declin`. Counts of 0
/// stand for "not collected" and are left out, and so are rows on holidays.
struct BreadthFormat: QuoteFormat {
  let title = "NYSE advancers or decliners"
  let example = "20170103, 2308"

  func recognises(_ sample: FileSample) -> Bool {
    guard let first = sample.lines.first?.fields, first.count == 2 else { return false }
    return first[0].utf8.count == 8 && first[0].looksLikeDate && Double(first[1]) != nil
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    let stem = FileSample(source).stem.lowercased()
    let advancers = stem.contains("advanc")
    guard advancers != stem.contains("declin") else {
      throw .ambiguous(
        file: source.file, reason: "two columns without a header don't say what is counted",
        remedy: "put 'advancers' or 'decliners' into the file's name")
    }
    let name = advancers ? "NYSE advancers" : "NYSE decliners"
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    var order = AscendingRows()
    var values: [KnownSeries.Value] = []
    while rows.next() {
      try rows.requireFields(2)
      let date = try rows.date(0)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      let count = try rows.number(1, name)
      guard count >= 0 else { throw rows.bad(1, name, "a count can't be negative; delete the row") }
      guard parsed.isSession(date, rows, context) else { continue }
      guard count > 0 else {
        parsed.warn("rows with a count of 0 left out", line: rows.line)
        continue
      }
      values.append(.init(observed: date, known: context.nextSession(date), value: count))
    }
    parsed.series = [NamedSeries(name: name, values: values)]
    parsed.notes.append("read as \(name), as the file's name says")
    return parsed
  }
}

/// Cboe put/call ratios: two lines of preamble, then `DATE,CALLS,PUTS,TOTAL,P/C Ratio`.
struct PutCallFormat: QuoteFormat {
  let title = "Cboe put/call ratio"
  let example = "DATE,CALLS,PUTS,TOTAL,P/C Ratio"
  private static let ratio = "p/c ratio"

  func recognises(_ sample: FileSample) -> Bool { Self.headerIndex(sample) != nil }

  private static func headerIndex(_ sample: FileSample) -> Int? {
    sample.lines.indices.first { sample.header($0).first == "date" && sample.header($0).contains(ratio) }
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    let sample = FileSample(source)
    let index = Self.headerIndex(sample) ?? 0
    let column = sample.header(index).firstIndex(of: Self.ratio) ?? 4
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    rows.skip(toLine: sample.lines[index].number)
    var order = AscendingRows()
    var values: [KnownSeries.Value] = []
    while rows.next() {
      try rows.requireFields(column + 1)
      let date = try rows.date(0)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      let ratio = try rows.price(column, "P/C Ratio")
      guard parsed.isSession(date, rows, context) else { continue }
      values.append(.init(observed: date, known: context.nextSession(date), value: ratio))
    }
    parsed.series = [NamedSeries(name: "Cboe put/call", values: values)]
    return parsed
  }
}

/// New highs less new lows by exchange: `date,exchange,percent_advancers,net_new_highs,percent_advancing_volume`.
struct NewHighsFormat: QuoteFormat {
  let title = "net new highs"
  let example = "date,exchange,percent_advancers,net_new_highs,percent_advancing_volume"

  func recognises(_ sample: FileSample) -> Bool {
    let header = sample.header()
    return header.starts(with: ["date", "exchange"]) && header.contains("net_new_highs")
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    _ = rows.next()
    let header = (0..<rows.count).map { rows.text($0).lowercased() }
    let column = header.firstIndex(of: "net_new_highs") ?? 3
    var exchanges: [String] = []
    var orders: [AscendingRows] = []
    while rows.next() {
      try rows.requireFields(header.count)
      let date = try rows.date(0)
      let exchange = rows.text(1).uppercased()
      guard !exchange.isEmpty else { throw rows.bad(1, "exchange", "it must name one, for example NYSE") }
      let i = exchanges.firstIndex(of: exchange) ?? exchanges.count
      if i == exchanges.count {
        exchanges.append(exchange)
        orders.append(AscendingRows())
        parsed.series.append(NamedSeries(name: "\(exchange) net new highs", values: []))
      }
      try orders[i].check(Int(date.ordinal), "\(date) \(exchange)", rows)
      parsed.rows += 1
      guard parsed.isSession(date, rows, context) else { continue }
      guard let value = try rows.optionalNumber(column, "net_new_highs") else { continue }
      parsed.series[i].values.append(.init(observed: date, known: context.nextSession(date), value: value))
    }
    return parsed
  }
}
