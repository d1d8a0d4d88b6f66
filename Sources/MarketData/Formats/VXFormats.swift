/// One VX contract as the exchange publishes it: an optional disclaimer, then
/// `Trade Date,Futures,Open,High,Low,Close,Settle,…`.
///
/// The contract's month stands in every row (`F (Jan 14)`); its last row may be the final settlement (SOQ), with
/// zeros for the prices. Rows with a settlement of 0 carry none and are left out. Prices before 2007-03-26 are ten
/// times today's and are divided.
struct CFEContractFormat: QuoteFormat {
  let title = "CFE VX contract"
  let example = "Trade Date,Futures,Open,High,Low,Close,Settle,Change,Total Volume,EFP,Open Interest"
  private static let start = ["trade date", "futures", "open", "high", "low", "close", "settle"]
  static let rescaled = SessionDate(ordinal: 13_598)  // 2007-03-26

  func recognises(_ sample: FileSample) -> Bool { sample.headerIndex(startingWith: Self.start) != nil }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = RowReader(source)
    let sample = FileSample(source)
    rows.skip(toLine: sample.lines[sample.headerIndex(startingWith: Self.start) ?? 0].number)
    var order = AscendingRows()
    var contract: String?
    var expiry = SessionDate(ordinal: 0)
    while rows.next() {
      try rows.requireFields(7)
      let date = try rows.date(0)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      if contract != rows.text(1) {
        guard contract == nil, let month = Self.month(of: rows.text(1)) else {
          throw rows.bad(1, "contract", "it must be one contract a file, written like F (Jan 14)")
        }
        contract = rows.text(1)
        expiry = context.expiries.monthly(year: month.year, month: month.month)
      }
      guard parsed.isSession(date, rows, context) else { continue }
      guard date <= expiry else {
        throw rows.bad(0, "trade date", "the contract settled on \(expiry); delete the row")
      }
      var settle = try rows.number(6, "settle")
      guard settle >= 0 else { throw rows.bad(6, "settle", "a price can't be negative; delete the row") }
      if settle == 0 {
        parsed.warn("rows without a settlement left out", line: rows.line)
        continue
      }
      if date < Self.rescaled { settle /= 10 }
      parsed.settles.append(SettleRow(date: date, settle: FuturesSettle(expiry: expiry, settle: settle)))
    }
    if let contract { parsed.notes.append("contract \(contract) settles on \(expiry)") }
    return parsed
  }

  /// `F (Jan 14)` or `F (Jan 2026)`; the letter must agree with the month.
  static func month(of text: String) -> (year: Int, month: Int)? {
    let letters = Array("FGHJKMNQUVXZ")
    let names = ["JAN", "FEB", "MAR", "APR", "MAY", "JUN", "JUL", "AUG", "SEP", "OCT", "NOV", "DEC"]
    let parts = text.uppercased().split { " ()".contains($0) }
    guard parts.count == 3, let month = names.firstIndex(of: String(parts[1])),
      parts[0] == String(letters[month]), let year = Int(parts[2]), year >= 0
    else { return nil }
    return (year < 100 ? 2_000 + year : year, month + 1)
  }
}

/// A panel of settlements by position: `,DATE,VIX,VX1,…,VX8,SP500`.
///
/// VX1 is the nearest contract that has not settled: on a settlement day it is already the next one. Column n of
/// a day is therefore the contract of the n-th settlement date *after* that day.
struct VXColumnsFormat: QuoteFormat {
  let title = "VX settlements by position (VX1…VX8)"
  let example = ",DATE,VIX,VX1,VX2,VX3,VX4,VX5,VX6,VX7,VX8,SP500"

  func recognises(_ sample: FileSample) -> Bool {
    let header = sample.header()
    return header.contains("date") && header.contains("vx1") && header.contains("vx2")
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var rows = RowReader(source)
    _ = rows.next()
    let header = (0..<rows.count).map { rows.text($0).lowercased() }
    let columns = (1...12).prefix { header.contains("vx\($0)") }.map { header.firstIndex(of: "vx\($0)") ?? 0 }
    return try VXPanel.parse(
      rows, title: title, dateColumn: header.firstIndex(of: "date") ?? 0, columns: columns, daysColumn: nil,
      fieldCount: header.count, context: context)
  }
}

/// A panel of settlements by month: `Date,M1,…,M7,days_to_expiration`.
///
/// `days_to_expiration` counts the sessions strictly between the day and M1's settlement date; each row is checked
/// against it. The vendor's count is wrong in a few rows whose prices follow the true dates (25 rows from
/// 2018-07-18 on, in the file that was studied): those are kept and counted; more than one row in fifty rejects
/// the file, because its columns could not be told then.
struct VXMonthsFormat: QuoteFormat {
  let title = "VX settlements by month (M1…M7)"
  let example = "Date,M1,M2,M3,M4,M5,M6,M7,days_to_expiration"

  func recognises(_ sample: FileSample) -> Bool {
    let header = sample.header()
    return header.starts(with: ["date", "m1", "m2"])
  }

  func parse(_ source: SourceText, context: FormatContext) throws(MarketDataError) -> ParsedFile {
    var rows = RowReader(source)
    _ = rows.next()
    let header = (0..<rows.count).map { rows.text($0).lowercased() }
    let columns = (1...12).prefix { header.contains("m\($0)") }.map { header.firstIndex(of: "m\($0)") ?? 0 }
    return try VXPanel.parse(
      rows, title: title, dateColumn: 0, columns: columns,
      daysColumn: header.firstIndex(of: "days_to_expiration"), fieldCount: header.count, context: context)
  }
}

/// What both panels have in common.
enum VXPanel {
  /// Before this day not every month was listed (contracts of the quarterly cycle stood in between), so a position
  /// does not name a contract.
  static let firstIdentified = CFEContractFormat.rescaled

  static func parse(
    _ start: RowReader, title: String, dateColumn: Int, columns: [Int], daysColumn: Int?, fieldCount: Int,
    context: FormatContext
  ) throws(MarketDataError) -> ParsedFile {
    var parsed = ParsedFile(format: title)
    var rows = start
    var order = AscendingRows()
    var wrongCounts = 0
    while rows.next() {
      try rows.requireFields(fieldCount)
      let date = try rows.date(dateColumn)
      try order.check(Int(date.ordinal), date.description, rows)
      parsed.rows += 1
      guard parsed.isSession(date, rows, context) else { continue }
      guard date >= firstIdentified else {
        parsed.warn(
          "rows before \(firstIdentified) left out: not every month was listed, positions name no contract",
          line: rows.line)
        continue
      }
      let expiries = context.expiries.next(after: date, count: columns.count)
      if let daysColumn, try wrongCount(rows, daysColumn, date, expiries[0], context) {
        wrongCounts += 1
        parsed.warn(
          "rows whose days_to_expiration contradicts the settlement dates (kept under the true dates)",
          line: rows.line)
        if wrongCounts * 50 > max(parsed.rows, 2_000) {
          throw rows.bad(
            daysColumn, "days_to_expiration",
            "M1 settles on \(expiries[0]); too many rows disagree to tell the contracts apart")
        }
      }
      for (k, column) in columns.enumerated() where !rows.isMissing(column) {
        let settle = try rows.price(column, "settlement \(k + 1)")
        parsed.settles.append(
          SettleRow(date: date, settle: FuturesSettle(expiry: expiries[k], settle: settle)))
      }
    }
    return parsed
  }

  private static func wrongCount(
    _ rows: RowReader, _ column: Int, _ date: SessionDate, _ expiry: SessionDate, _ context: FormatContext
  ) throws(MarketDataError) -> Bool {
    let stated = try rows.number(column, "days_to_expiration")
    var between = 0
    var day = date.adding(days: 1)
    while day < expiry {
      if context.calendar.isSession(day) { between += 1 }
      day = day.adding(days: 1)
    }
    return stated != Double(between)
  }
}
