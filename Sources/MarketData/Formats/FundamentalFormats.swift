/// Shiller's monthly S&P 500 table: price, dividend, earnings, interest and CAPE; 0 means missing.
///
/// Prices and rates are monthly averages, known early in the next month. Dividend and earnings are spread over the
/// months of quarters that companies report later, so they and CAPE are used only 120 days after the month.
struct ShillerFormat: QuoteFormat {
  let title = "Shiller S&P 500 monthly"
  let example = "Date,SP500,Dividend,Earnings,Consumer Price Index,Long Interest Rate,…,PE10"

  private static let columns: [(header: String, name: String, lag: ReleaseLag)] = [
    ("sp500", "Shiller price", .dayOfNextMonth(10)), ("dividend", "Shiller dividend", .daysAfterMonth(120)),
    ("earnings", "Shiller earnings", .daysAfterMonth(120)),
    ("long interest rate", "Shiller long rate", .dayOfNextMonth(10)),
    ("pe10", "Shiller CAPE", .daysAfterMonth(120)),
  ]

  func recognises(_ sample: FileSample) -> Bool {
    let header = sample.header()
    return header.starts(with: ["date", "sp500", "dividend", "earnings"]) && header.contains("pe10")
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    _ = rows.next()
    let header = (0..<rows.count).map { rows.text($0).lowercased() }
    var order = AscendingRows()
    parsed.series = Self.columns.map { NamedSeries(name: $0.name, values: []) }
    while rows.next() {
      try rows.requireFields(header.count)
      let date = try rows.date(0)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      for (i, column) in Self.columns.enumerated() {
        guard let field = header.firstIndex(of: column.header) else { continue }
        guard let value = try rows.optionalNumber(field, column.name), value != 0 else { continue }
        guard value > 0 else { throw rows.bad(field, column.name, "it must be above 0; 0 means missing") }
        parsed.series[i].values.append(
          .init(observed: date, known: column.lag.known(observed: date, context: context), value: value))
      }
    }
    parsed.notes.append("monthly averages; dividend, earnings and CAPE known 120 days after the month")
    return parsed
  }
}

/// A daily panel of slow valuation signals, filled forward: `date,gdp,vix,hy_spread,…,buffett_indicator,tobin_q`.
///
/// Its quarterly columns step on the *first* day of the quarter they describe, months before anybody knew them, so
/// each quarter is read once and delayed: GDP 30 days after the quarter's end, the balance sheets (Z.1) 80 days.
struct MacroSignalsFormat: QuoteFormat {
  let title = "daily macro signals"
  let example = "date,gdp,vix,hy_spread,yield_curve_10y2y,nfc_equity_mv,nfc_net_worth,dollar_index,…"

  private static let columns: [(header: String, name: String, lag: ReleaseLag, quarterly: Bool)] = [
    ("gdp", "nominal GDP", .daysAfterQuarter(30), true), ("hy_spread", "HY spread", .secondSession, false),
    ("yield_curve_10y2y", "10y-2y", .nextSession, false),
    ("nfc_equity_mv", "equity market value", .daysAfterQuarter(80), true),
    ("nfc_net_worth", "NFC net worth", .daysAfterQuarter(80), true),
    ("dollar_index", "dollar index", .mondayAfter, false),
    ("buffett_indicator", "Buffett indicator", .daysAfterQuarter(80), true),
    ("tobin_q", "Tobin q", .daysAfterQuarter(80), true),
  ]

  func recognises(_ sample: FileSample) -> Bool {
    let header = sample.header()
    return header.first == "date" && header.contains("buffett_indicator") && header.contains("tobin_q")
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    _ = rows.next()
    let header = (0..<rows.count).map { rows.text($0).lowercased() }
    var order = AscendingRows()
    parsed.series = Self.columns.map { NamedSeries(name: $0.name, values: []) }
    while rows.next() {
      try rows.requireFields(header.count)
      let date = try rows.date(0)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      for (i, column) in Self.columns.enumerated() {
        guard let field = header.firstIndex(of: column.header) else { continue }
        guard let value = try rows.optionalNumber(field, column.name) else { continue }
        let observed = column.quarterly ? Self.quarterStart(date) : date
        let last = parsed.series[i].values.last
        if column.quarterly, let last, last.observed == observed {
          if last.value != value {
            parsed.warn(
              "rows where a quarterly column changes inside its quarter (first value kept)", line: rows.line)
          }
          continue
        }
        if !column.quarterly, !context.calendar.isSession(date) { continue }
        parsed.series[i].values.append(
          .init(
            observed: observed, known: column.lag.known(observed: observed, context: context), value: value))
      }
    }
    parsed.notes.append("latest vintage; quarterly columns delayed to 30 (GDP) or 80 days after the quarter")
    return parsed
  }

  private static func quarterStart(_ date: SessionDate) -> SessionDate {
    SessionDate(year: date.year, month: (date.month - 1) / 3 * 3 + 1, day: 1) ?? date
  }
}
