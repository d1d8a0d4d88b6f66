/// A date and a value: FRED series (`DATE,VALUE`, `observation_date,AAA`), one Cboe index (`DATE,VVIX`), VXX.
///
/// The second column's header names the series; where it only says `value`, the file's name must (`fred-GDPC1`).
/// A missing value is empty or a point. FRED files hold the latest vintage: revised figures, not those that were
/// public at the time. ``ReleaseLag`` delays them, it can't undo the revisions.
struct TwoColumnFormat: QuoteFormat {
  let title = "dated values (FRED, one Cboe index, VXX)"
  let example = "observation_date,AAA / 1990-01-01,8.99"

  func recognises(_ sample: FileSample) -> Bool {
    let header = sample.header()
    return header.count == 2 && ["date", "observation_date"].contains(header[0])
      && (sample.lines.count < 2 || sample.firstRow[0].looksLikeDate)
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var rows = RowReader(source)
    _ = rows.next()
    var name = rows.text(1).uppercased()
    let fromFileName = ["VALUE", "CLOSE", "PRICE"].contains(name)
    if fromFileName { name = try Self.name(in: FileSample(source).stem, file: source.file) }
    if let index = VolatilityIndex(rawValue: name) { return try closes(of: index, rows, context) }
    var parsed = try values(name, rows, context)
    if fromFileName { parsed.notes.append("the series' name \(name) comes from the file's name") }
    return parsed
  }

  /// `fred-GDPC1` → `GDPC1`.
  private static func name(in stem: String, file: String) throws(MarketDataError) -> String {
    var name = stem.uppercased()
    if name.hasPrefix("FRED-") || name.hasPrefix("FRED_") { name = String(name.dropFirst(5)) }
    guard !name.isEmpty, name.count <= 20, name.allSatisfy({ $0.isASCII && ($0.isLetter || $0.isNumber) })
    else {
      throw .ambiguous(
        file: file, reason: "its header doesn't name the series, and neither does its name",
        remedy: "name the file after the series, for example fred-GDPC1.csv")
    }
    return name
  }

  private func closes(
    of index: VolatilityIndex, _ start: RowReader, _ context: FormatContext
  ) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: "Cboe index closes")
    var rows = start
    var order = AscendingRows()
    while rows.next() {
      try rows.requireFields(2)
      let date = try rows.date(0)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      guard parsed.isSession(date, rows, context), !rows.isMissing(1) else { continue }
      parsed.volatility.append(
        VolatilityRow(index: index, date: date, close: try rows.price(1, index.rawValue)))
    }
    return parsed
  }

  private func values(
    _ name: String, _ start: RowReader, _ context: FormatContext
  ) throws(MarketDataError) -> ParsedFile {
    let isFund = name == "VXX"
    var parsed = ParsedFile(format: isFund ? "VXX closes" : "FRED series")
    var rows = start
    var order = AscendingRows()
    var observations: [(date: SessionDate, value: Double)] = []
    while rows.next() {
      try rows.requireFields(2)
      let date = try rows.date(0)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      if isFund {
        guard parsed.isSession(date, rows, context) else { continue }
        observations.append((date, try rows.price(1, name)))
      } else if let value = try rows.optionalNumber(1, name) {
        observations.append((date, value))
      }
    }
    let rule = isFund ? .nextSession : ReleaseLag.ofFRED(name)
    let lag = rule ?? .guess(medianGapDays: Self.medianGap(observations.map(\.date)))
    parsed.series = [
      NamedSeries(
        name: name,
        values: observations.map {
          .init(observed: $0.date, known: lag.known(observed: $0.date, context: context), value: $0.value)
        })
    ]
    let missing = parsed.rows - observations.count
    if missing > 0 && !isFund { parsed.notes.append("\(missing) rows have no value") }
    parsed.notes.append("\(name): \(lag)" + (isFund ? "" : "; latest vintage, with later revisions"))
    if rule == nil { parsed.notes.append("no release rule is known for \(name): a careful guess") }
    return parsed
  }

  private static func medianGap(_ dates: [SessionDate]) -> Int {
    guard dates.count > 1 else { return 365 }
    let gaps = zip(dates.dropFirst(), dates).map { $0 - $1 }.sorted()
    return gaps[gaps.count / 2]
  }
}
