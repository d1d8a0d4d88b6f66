import Foundation
import GRDB
import MarketData

/// Reads the tables of a store into values.
enum StoredRows {
  static func date(_ text: String) throws -> SessionDate {
    guard let date = SessionDate(iso: text) else {
      throw HistoryStoreError.corrupt(path: "history", reason: "'\(text)' is no date")
    }
    return date
  }

  private static func bar(_ row: Row, _ column: Int) -> DailyBar {
    DailyBar(
      open: row[column] ?? .nan, high: row[column + 1] ?? .nan, low: row[column + 2] ?? .nan,
      close: row[column + 3] ?? .nan)
  }

  private static func bounds(_ range: ClosedRange<SessionDate>) -> StatementArguments {
    [range.lowerBound.description, range.upperBound.description]
  }

  /// First and last date of `daily` or `bars`, `nil` for an empty table.
  static func dateRange(_ db: Database, _ table: String) throws -> ClosedRange<SessionDate>? {
    guard let row = try Row.fetchOne(db, sql: "SELECT min(date), max(date) FROM \(table)"),
      let first: String = row[0], let last: String = row[1]
    else { return nil }
    return try date(first)...date(last)
  }

  static func daily(_ db: Database, _ range: ClosedRange<SessionDate>) throws -> [SessionDate: DailyBar] {
    var result: [SessionDate: DailyBar] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT date, open, high, low, close FROM daily WHERE date BETWEEN ? AND ?",
      arguments: bounds(range))
    while let row = try rows.next() { result[try date(row[0])] = bar(row, 1) }
    return result
  }

  static func scale(_ db: Database, _ range: ClosedRange<SessionDate>) throws -> [SessionDate: Double] {
    var result: [SessionDate: Double] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT date, applied FROM spy_scale WHERE date BETWEEN ? AND ?", arguments: bounds(range))
    while let row = try rows.next() { result[try date(row[0])] = row[1] }
    return result
  }

  /// Shares traded by session and start minute; nothing where none were imported.
  static func volumes(
    _ db: Database, _ source: BarSource, _ range: ClosedRange<SessionDate>
  ) throws -> [SessionDate: [Int: Double]] {
    guard try db.tableExists(HistorySchema.volumes) else { return [:] }
    let rows = try Row.fetchCursor(
      db, sql: "SELECT date, volumes FROM volumes WHERE symbol = ? AND minutes = ? AND date BETWEEN ? AND ?",
      arguments: [source.symbol.rawValue, source.minutes] + bounds(range))
    var result: [SessionDate: [Int: Double]] = [:]
    while let row = try rows.next() {
      let blob: Data = row[1]
      guard let pairs = LittleEndianBlob.values([UInt8](blob)), pairs.count % 2 == 0 else {
        throw HistoryStoreError.corrupt(
          path: "history", reason: "volumes of \(row[0] as String) can't be read")
      }
      var ofDay: [Int: Double] = [:]
      for i in stride(from: 0, to: pairs.count, by: 2) {
        guard let minute = Int(exactly: pairs[i]) else {
          throw HistoryStoreError.corrupt(
            path: "history", reason: "volumes of \(row[0] as String) can't be read")
        }
        ofDay[minute] = pairs[i + 1]
      }
      result[try date(row[0])] = ofDay
    }
    return result
  }

  static func volatility(_ db: Database, _ range: ClosedRange<SessionDate>) throws -> [VolatilityRow] {
    var result: [VolatilityRow] = []
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT name, date, open, high, low, close FROM volatility WHERE date BETWEEN ? AND ? ORDER BY name, date
        """,
      arguments: bounds(range))
    while let row = try rows.next() {
      guard let index = VolatilityIndex(rawValue: row[0]) else { continue }
      result.append(VolatilityRow(index: index, date: try date(row[1]), bar: bar(row, 2)))
    }
    return result
  }

  static func settles(_ db: Database, _ range: ClosedRange<SessionDate>) throws -> [SessionDate:
    [FuturesSettle]]
  {
    var result: [SessionDate: [FuturesSettle]] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT date, expiry, settle FROM settles WHERE date BETWEEN ? AND ? ORDER BY date, expiry",
      arguments: bounds(range))
    while let row = try rows.next() {
      result[try date(row[0]), default: []].append(
        FuturesSettle(expiry: try date(row[1]), settle: row[2]))
    }
    return result
  }

  /// Events and the longest stretch that the imported lists cover without a gap; `nil` if none was imported.
  static func events(_ db: Database) throws -> EventCalendar? {
    let ranges = try Row.fetchAll(db, sql: "SELECT first, last FROM event_coverage ORDER BY first, last")
    var merged: [ClosedRange<SessionDate>] = []
    for row in ranges {
      let range = try date(row[0])...date(row[1])
      if let last = merged.last, range.lowerBound <= last.upperBound.adding(days: 1) {
        merged[merged.count - 1] = last.lowerBound...max(last.upperBound, range.upperBound)
      } else {
        merged.append(range)
      }
    }
    guard var coverage = merged.first else { return nil }
    for range in merged where range.upperBound - range.lowerBound > coverage.upperBound - coverage.lowerBound
    {
      coverage = range
    }
    return EventCalendar(events: try eventRows(db), coverage: coverage)
  }

  static func eventRows(_ db: Database) throws -> [EconomicEvent] {
    try Row.fetchAll(db, sql: "SELECT date, kind, minute FROM events ORDER BY date, kind, minute").map {
      row in
      guard let kind = EconomicEvent.Kind(rawValue: row[1]) else {
        throw HistoryStoreError.corrupt(path: "history", reason: "'\(row[1] as String)' is no kind of event")
      }
      return EconomicEvent(date: try date(row[0]), kind: kind, minute: row[2])
    }
  }

  /// Slow series, and `A/D` made of advancers and decliners.
  static func series(
    _ db: Database, knownFrom: SessionDate, to: SessionDate
  ) throws -> [String: KnownSeries] {
    var values: [String: [KnownSeries.Value]] = [:]
    let rows = try Row.fetchCursor(
      db,
      sql:
        "SELECT name, observed, known, value FROM series WHERE known BETWEEN ? AND ? ORDER BY name, observed",
      arguments: [knownFrom.description, to.description])
    while let row = try rows.next() {
      values[row[0], default: []].append(
        .init(observed: try date(row[1]), known: try date(row[2]), value: row[3] ?? .nan))
    }
    if let advancers = values["NYSE advancers"], let decliners = values["NYSE decliners"] {
      var byDate: [SessionDate: Double] = [:]
      for value in decliners { byDate[value.observed] = value.value }
      values["A/D"] = advancers.compactMap { up in
        byDate[up.observed].map { .init(observed: up.observed, known: up.known, value: up.value - $0) }
      }
    }
    return values.mapValues(KnownSeries.init)
  }
}
