import Foundation
import GRDB
import MarketData

extension HistoryStore {
  /// Writes a finished history, for example a synthetic one, so that ``load(path:from:to:bars:seed:)`` gives back the
  /// same bits. The digest is stored, and a whole history whose numbers don't give it is refused. Bars of the fund, which
  /// only imports have, are left out.
  ///
  /// - Parameter path: a file that doesn't exist yet.
  /// - Complexity: O(size), one transaction; nothing is left behind if it fails.
  public static func write(_ history: MarketHistory, to path: String) throws(HistoryStoreError) {
    try HistoryDatabase.guarded(path) {
      if try exists(path) { throw HistoryStoreError.exists(path: path) }
      var history = history
      history.fund = []
      do {
        try HistoryDatabase.writer(path).write { db in try WrittenHistory.store(history, db) }
      } catch {
        removeStore(path)
        throw error
      }
    }
  }
}

/// A finished history as rows: its sessions with their minute marks beside the common tables.
enum WrittenHistory {
  /// What the tables don't hold.
  private struct Header: Codable {
    var provenance: Provenance
    var indices: [VolatilityIndex]
    var seriesNames: [String]
    var eventsFirst: SessionDate?
    var eventsLast: SessionDate?
    var calendarFirst: SessionDate
    var calendarLast: SessionDate
    /// Weekdays without a session.
    var closed: [SessionDate]
    /// Half days and their last minute.
    var early: [SessionDate]
    var earlyMinutes: [Int]
  }

  static func store(_ history: MarketHistory, _ db: Database) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys]
    let header = String(decoding: try encoder.encode(self.header(history)), as: UTF8.self)
    let written = "INSERT INTO written (key, value) VALUES (?, ?)"
    try db.execute(sql: written, arguments: ["name", history.name])
    try db.execute(sql: written, arguments: ["header", header])
    try db.execute(sql: written, arguments: ["digest", HistoryDigest.of(history)])
    let session = try db.cachedStatement(
      sql: """
        INSERT INTO sessions (date, close_minute, open, high, low, close, spot) VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    let settle = try db.cachedStatement(sql: "INSERT INTO settles (date, expiry, settle) VALUES (?, ?, ?)")
    for (i, s) in history.sessions.enumerated() {
      let date = s.date.description
      try session.execute(
        arguments: [
          date, s.closeMinute, s.official.open, s.official.high, s.official.low, s.official.close,
          Data(LittleEndianBlob.encode(s.spot)),
        ])
      for contract in history.futures[i] {
        try settle.execute(arguments: [date, contract.expiry.description, contract.settle])
      }
    }
    let close = try db.cachedStatement(sql: "INSERT INTO volatility (name, date, close) VALUES (?, ?, ?)")
    for index in VolatilityIndex.allCases {
      guard let closes = history.volatility[index] else { continue }
      for (i, value) in closes.enumerated() where !value.isNaN {
        try close.execute(arguments: [index.rawValue, history.sessions[i].date.description, value])
      }
    }
    let value = try db.cachedStatement(
      sql: "INSERT INTO series (name, observed, known, value) VALUES (?, ?, ?, ?)")
    for name in history.series.keys.sorted() {
      for v in history.series[name]?.values ?? [] {
        try value.execute(arguments: [name, v.observed.description, v.known.description, v.value])
      }
    }
    let event = try db.cachedStatement(sql: "INSERT INTO events (date, kind, minute) VALUES (?, ?, ?)")
    for e in history.events.events {
      try event.execute(arguments: [e.date.description, e.kind.rawValue, e.minute])
    }
  }

  private static func header(_ history: MarketHistory) -> Header {
    let calendar = history.calendar
    var header = Header(
      provenance: history.provenance,
      indices: VolatilityIndex.allCases.filter { history.volatility[$0] != nil },
      seriesNames: history.series.keys.sorted(), eventsFirst: history.events.coverage?.lowerBound,
      eventsLast: history.events.coverage?.upperBound, calendarFirst: calendar.coverage.lowerBound,
      calendarLast: calendar.coverage.upperBound, closed: [], early: [], earlyMinutes: [])
    var date = calendar.coverage.lowerBound
    while date <= calendar.coverage.upperBound {
      if date.weekday <= 5 {
        switch calendar.closeMinute(date) {
        case nil: header.closed.append(date)
        case MinuteOfDay.close?: break
        case let minute?:
          header.early.append(date)
          header.earlyMinutes.append(minute)
        }
      }
      date = date.adding(days: 1)
    }
    return header
  }

  static func load(
    _ db: Database, path: String, from: SessionDate?, to: SessionDate?
  ) throws -> MarketHistory {
    let texts = try Row.fetchAll(db, sql: "SELECT value FROM written ORDER BY key")
    guard texts.count == 3,
      let header = try? JSONDecoder().decode(Header.self, from: Data((texts[1][0] as String).utf8)),
      header.calendarFirst <= header.calendarLast, header.early.count == header.earlyMinutes.count,
      header.earlyMinutes.allSatisfy({ (1...MinuteOfDay.close).contains($0) })
    else { throw HistoryStoreError.corrupt(path: path, reason: "its header can't be read") }
    let sessions = try self.sessions(db, path, from, to)
    guard let first = sessions.first?.date, let last = sessions.last?.date else {
      throw HistoryStoreError.noData(
        path: path,
        what:
          "has no session between \(from?.description ?? "its start") and \(to?.description ?? "its end")",
        remedy: "choose dates inside it")
    }
    var position: [SessionDate: Int] = [:]
    for (i, session) in sessions.enumerated() { position[session.date] = i }
    var volatility: [VolatilityIndex: [Double]] = [:]
    for index in header.indices { volatility[index] = Array(repeating: .nan, count: sessions.count) }
    for row in try StoredRows.volatility(db, first...last) {
      if let i = position[row.date] { volatility[row.index]?[i] = row.bar.close }
    }
    let settles = try StoredRows.settles(db, first...last)
    var series: [String: KnownSeries] = [:]
    for name in header.seriesNames { series[name] = try self.series(db, name) }
    var coverage: ClosedRange<SessionDate>?
    if let low = header.eventsFirst, let high = header.eventsLast, low <= high { coverage = low...high }
    var history = MarketHistory(
      name: texts[2][0], sessions: sessions, volatility: volatility,
      futures: sessions.map { settles[$0.date] ?? [] },
      events: EventCalendar(events: try StoredRows.eventRows(db), coverage: coverage), series: series,
      calendar: TradingCalendar(
        coverage: header.calendarFirst...header.calendarLast, closed: header.closed,
        early: zip(header.early, header.earlyMinutes).map { ($0, $1) }),
      provenance: header.provenance, digest: "")
    history.digest = HistoryDigest.of(history)
    let stored: String = texts[0][0]
    guard from != nil || to != nil || history.digest == stored else {
      throw HistoryStoreError.corrupt(path: path, reason: "its numbers are not those that were written")
    }
    return history
  }

  private static func sessions(
    _ db: Database, _ path: String, _ from: SessionDate?, _ to: SessionDate?
  ) throws -> [Session] {
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT date, close_minute, open, high, low, close, spot FROM sessions WHERE date BETWEEN ? AND ? ORDER BY date
        """,
      arguments: [from?.description ?? "0000", to?.description ?? "9999-99-99"])
    var sessions: [Session] = []
    while let row = try rows.next() {
      let blob: Data = row[6]
      let closeMinute: Int = row[1]
      guard let spot = LittleEndianBlob.values([UInt8](blob)),
        spot.count == closeMinute - MinuteOfDay.open + 1
      else {
        throw HistoryStoreError.corrupt(
          path: path, reason: "the minutes of \(row[0] as String) can't be read")
      }
      sessions.append(
        Session(
          date: try StoredRows.date(row[0]), closeMinute: closeMinute, spot: spot,
          official: DailyBar(
            open: row[2] ?? .nan, high: row[3] ?? .nan, low: row[4] ?? .nan, close: row[5] ?? .nan)))
    }
    return sessions
  }

  private static func series(_ db: Database, _ name: String) throws -> KnownSeries {
    let rows = try Row.fetchAll(
      db, sql: "SELECT observed, known, value FROM series WHERE name = ? ORDER BY known, observed",
      arguments: [name])
    return KnownSeries(
      try rows.map {
        .init(observed: try StoredRows.date($0[0]), known: try StoredRows.date($0[1]), value: $0[2] ?? .nan)
      })
  }
}
