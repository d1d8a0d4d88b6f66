import Foundation
import GRDB
import MarketData

/// Stores one file inside one transaction.
struct FileImport {
  let db: Database
  let file: HistoryStore.ReadFile
  let context: FormatContext
  let policy: ConflictPolicy
  let symbol: BarSymbol?

  private var summary: ImportSummary
  private var id: Int64 = 0
  private var firstConflict: HistoryStoreError?
  private var conflictCount = 0

  init(
    db: Database, file: HistoryStore.ReadFile, context: FormatContext, policy: ConflictPolicy,
    symbol: BarSymbol?
  ) {
    self.db = db
    self.file = file
    self.context = context
    self.policy = policy
    self.symbol = symbol
    summary = ImportSummary(
      file: file.file, sha256: file.sha256, format: file.parsed.format, rows: file.parsed.rows,
      alreadyImported: false, warnings: file.parsed.warnings, notes: file.parsed.notes)
  }

  /// Stores everything, or throws and leaves the transaction to be rolled back.
  func run() throws -> ImportSummary {
    var copy = self
    return try copy.store()
  }

  private mutating func store() throws -> ImportSummary {
    if try String.fetchOne(db, sql: "SELECT file FROM imports WHERE sha256 = ?", arguments: [file.sha256])
      != nil
    {
      summary.alreadyImported = true
      return summary
    }
    let parsed = file.parsed
    let bars = try parsed.bars.map { table in (table, try barSymbol(table)) }
    try db.execute(
      sql: """
        INSERT INTO imports (sha256, file, format, symbol, rows, notes, imported_at)
        VALUES (?, ?, ?, ?, ?, ?, strftime('%Y-%m-%dT%H:%M:%SZ', 'now'))
        """,
      arguments: [
        file.sha256, URL(filePath: file.file).lastPathComponent, parsed.format, bars?.1.rawValue, parsed.rows,
        (parsed.notes + parsed.warnings.map { "\($0.count) \($0.text)" }).joined(separator: "; "),
      ])
    id = db.lastInsertedRowID
    try storeDaily(parsed.daily)
    try storeVolatility(parsed.volatility)
    try storeSettles(parsed.settles)
    for series in parsed.series { try storeSeries(series) }
    try storeEvents(parsed.events, parsed.eventCoverage)
    if let (table, symbol) = bars {
      try storeBars(table, BarSource(symbol: symbol, minutes: table.barMinutes))
    }
    if let firstConflict, policy == .fail { throw counted(firstConflict) }
    if bars?.1 == .spy || !parsed.daily.isEmpty { try SPYScale.update(db) }
    return summary
  }

  private func counted(_ error: HistoryStoreError) -> HistoryStoreError {
    guard case .conflict(let file, let what, let key, let stored, let new, _) = error else { return error }
    return .conflict(file: file, what: what, key: key, stored: stored, new: new, count: conflictCount)
  }

  // MARK: conflicts

  private enum Decision {
    case same, keep, replace
  }

  /// Compares a new value with a stored one and notes a contradiction.
  private mutating func decide(
    _ what: String, _ key: String, stored: Double, new: Double, tolerance: Double,
    part: inout ImportSummary.Part
  ) throws -> Decision {
    if abs(stored - new) <= tolerance || (stored.isNaN && new.isNaN) {
      part.same += 1
      return .same
    }
    part.conflicts += 1
    conflictCount += 1
    if firstConflict == nil {
      firstConflict = .conflict(file: file.file, what: what, key: key, stored: stored, new: new, count: 1)
    }
    if policy == .fail { return .keep }
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO conflicts (what, key, import, stored, other) VALUES (?, ?, ?, ?, ?)"
    ).execute(arguments: policy == .keep ? [what, key, id, stored, new] : [what, key, id, new, stored])
    return policy == .keep ? .keep : .replace
  }

  private func part(_ what: String, _ dates: [SessionDate]) -> ImportSummary.Part {
    ImportSummary.Part(
      what: what, first: dates.min()?.description ?? "", last: dates.max()?.description ?? "")
  }

  // MARK: kinds

  private mutating func storeDaily(_ rows: [DailyRow]) throws {
    guard !rows.isEmpty else { return }
    var part = part("SPX daily", rows.map(\.date))
    let stored = try storedValues("SELECT date, close FROM daily")
    let insert = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO daily (date, open, high, low, close, import) VALUES (?, ?, ?, ?, ?, ?)")
    for row in rows {
      let date = row.date.description
      if let old = stored[date] {
        let decision = try decide(
          "SPX close", date, stored: old, new: row.bar.close, tolerance: 0.011, part: &part)
        if decision != .replace { continue }
      } else {
        part.new += 1
      }
      try insert.execute(arguments: [date, row.bar.open, row.bar.high, row.bar.low, row.bar.close, id])
    }
    summary.parts.append(part)
  }

  private mutating func storeVolatility(_ rows: [VolatilityRow]) throws {
    let insert = try db.cachedStatement(
      sql: """
        INSERT OR REPLACE INTO volatility (name, date, open, high, low, close, import) VALUES (?, ?, ?, ?, ?, ?, ?)
        """)
    let fill = try db.cachedStatement(
      sql: """
        UPDATE volatility SET open = ?, high = ?, low = ? WHERE name = ? AND date = ? AND high IS NULL
        """)
    for index in VolatilityIndex.allCases {
      let own = rows.filter { $0.index == index }
      guard !own.isEmpty else { continue }
      var part = part(index.rawValue, own.map(\.date))
      let stored = try storedValues(
        "SELECT date, close FROM volatility WHERE name = ?", arguments: [index.rawValue])
      for row in own {
        let date = row.date.description
        if let old = stored[date] {
          let decision = try decide(
            index.rawValue, date, stored: old, new: row.bar.close, tolerance: 0.0051, part: &part)
          if decision == .same, row.bar.high.isFinite {
            try fill.execute(arguments: [row.bar.open, row.bar.high, row.bar.low, index.rawValue, date])
          }
          if decision != .replace { continue }
        } else {
          part.new += 1
        }
        try insert.execute(
          arguments: [index.rawValue, date, row.bar.open, row.bar.high, row.bar.low, row.bar.close, id])
      }
      summary.parts.append(part)
    }
  }

  private mutating func storeSettles(_ rows: [SettleRow]) throws {
    guard !rows.isEmpty else { return }
    var part = part("VX settlements", rows.map(\.date))
    let stored = try storedValues("SELECT date || ' ' || expiry, settle FROM settles")
    let insert = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO settles (date, expiry, settle, import) VALUES (?, ?, ?, ?)")
    for row in rows {
      let key = "\(row.date) \(row.settle.expiry)"
      if let old = stored[key] {
        let decision = try decide(
          "VX settlement", key, stored: old, new: row.settle.settle, tolerance: 0.0051, part: &part)
        if decision != .replace { continue }
      } else {
        part.new += 1
      }
      try insert.execute(
        arguments: [row.date.description, row.settle.expiry.description, row.settle.settle, id])
    }
    summary.parts.append(part)
  }

  private mutating func storeSeries(_ series: NamedSeries) throws {
    guard !series.values.isEmpty else { return }
    var part = part(series.name, series.values.map(\.observed))
    let stored = try storedValues(
      "SELECT observed, value FROM series WHERE name = ?", arguments: [series.name])
    let insert = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO series (name, observed, known, value, import) VALUES (?, ?, ?, ?, ?)")
    for value in series.values {
      let date = value.observed.description
      if let old = stored[date] {
        let decision = try decide(
          series.name, date, stored: old, new: value.value, tolerance: 1e-9 * abs(old), part: &part)
        if decision != .replace { continue }
      } else {
        part.new += 1
      }
      try insert.execute(arguments: [series.name, date, value.known.description, value.value, id])
    }
    summary.parts.append(part)
  }

  private mutating func storeEvents(_ events: [EconomicEvent], _ coverage: ClosedRange<SessionDate>?) throws {
    guard !events.isEmpty else { return }
    var part = part("events", events.map(\.date))
    for event in events {
      try db.execute(
        sql: "INSERT OR IGNORE INTO events (date, kind, minute, import) VALUES (?, ?, ?, ?)",
        arguments: [event.date.description, event.kind.rawValue, event.minute, id])
      if db.changesCount > 0 { part.new += 1 } else { part.same += 1 }
    }
    if let coverage {
      try db.execute(
        sql: "INSERT OR IGNORE INTO event_coverage (first, last, import) VALUES (?, ?, ?)",
        arguments: [coverage.lowerBound.description, coverage.upperBound.description, id])
    }
    summary.parts.append(part)
  }

  private func storedValues(_ sql: String, arguments: StatementArguments = []) throws -> [String: Double] {
    var values: [String: Double] = [:]
    let rows = try Row.fetchCursor(db, sql: sql, arguments: arguments)
    while let row = try rows.next() { values[row[0]] = row[1] ?? .nan }
    return values
  }

  // MARK: bars

  /// Keeps the regular session's bars, merged with what is stored of the same source.
  private mutating func storeBars(_ table: BarTable, _ source: BarSource) throws {
    let sessions = regularSessions(table)
    guard !sessions.isEmpty else {
      throw HistoryStoreError.noData(
        path: file.file, what: "no bar lies in a regular session (09:30–16:00 New York)",
        remedy: "check the time zone of its stamps")
    }
    var part = part("\(source) bars", sessions.map(\.date))
    let select = try db.cachedStatement(
      sql: "SELECT bars FROM bars WHERE symbol = ? AND minutes = ? AND date = ?")
    let insert = try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO bars (symbol, minutes, date, import, bars) VALUES (?, ?, ?, ?, ?)")
    for (date, bars, volumes) in sessions {
      try storeVolumes(volumes, date, source)
      let old = try Data.fetchOne(
        select, arguments: [source.symbol.rawValue, source.minutes, date.description])
      var merged = bars
      if let old {
        guard let stored = LittleEndianBlob.bars([UInt8](old)) else {
          throw HistoryStoreError.corrupt(path: "history", reason: "bars of \(date) can't be read")
        }
        merged = try merge(stored, bars, date, source, &part)
        if merged == stored { continue }
      } else {
        part.new += bars.count
      }
      try insert.execute(
        arguments: [
          source.symbol.rawValue, source.minutes, date.description, id, Data(LittleEndianBlob.encode(merged)),
        ])
    }
    summary.parts.append(part)
  }

  /// Stored shares stay, unless the new ones are to replace them.
  private func storeVolumes(_ new: [Double], _ date: SessionDate, _ source: BarSource) throws {
    guard !new.isEmpty else { return }
    let old = try StoredRows.volumes(db, source, date...date)[date] ?? [:]
    var fresh: [Int: Double] = [:]
    for i in stride(from: 0, to: new.count, by: 2) { fresh[Int(new[i])] = new[i + 1] }
    let merged = old.merging(fresh) { policy == .replace ? $1 : $0 }
    guard merged != old else { return }
    let blob = merged.sorted { $0.key < $1.key }.flatMap { [Double($0.key), $0.value] }
    try db.cachedStatement(
      sql: "INSERT OR REPLACE INTO volumes (symbol, minutes, date, import, volumes) VALUES (?, ?, ?, ?, ?)"
    ).execute(
      arguments: [
        source.symbol.rawValue, source.minutes, date.description, id, Data(LittleEndianBlob.encode(blob)),
      ])
  }

  /// The bars of each regular session, and start minute and shares of those that tell them, one after the other.
  private mutating func regularSessions(
    _ table: BarTable
  ) -> [(date: SessionDate, bars: [CoarseBar], volumes: [Double])] {
    var sessions: [(date: SessionDate, bars: [CoarseBar], volumes: [Double])] = []
    var outside = 0
    for bar in table.bars {
      guard let close = context.calendar.closeMinute(bar.date), bar.startMinute >= MinuteOfDay.open,
        bar.startMinute < close
      else {
        outside += 1
        continue
      }
      if sessions.last?.date != bar.date { sessions.append((bar.date, [], [])) }
      if let volume = bar.volume {
        sessions[sessions.count - 1].volumes += [Double(bar.startMinute), volume]
      }
      sessions[sessions.count - 1].bars.append(
        CoarseBar(
          startMinute: bar.startMinute, open: bar.prices.open, high: bar.prices.high, low: bar.prices.low,
          close: bar.prices.close))
    }
    if outside > 0 { summary.notes.append("\(outside) bars outside regular sessions left out") }
    return sessions
  }

  private mutating func merge(
    _ stored: [CoarseBar], _ new: [CoarseBar], _ date: SessionDate, _ source: BarSource,
    _ part: inout ImportSummary.Part
  ) throws -> [CoarseBar] {
    var byMinute: [Int: Int] = [:]
    for (i, bar) in stored.enumerated() { byMinute[bar.startMinute] = i }
    var merged = stored
    for bar in new {
      guard let i = byMinute[bar.startMinute] else {
        part.new += 1
        merged.append(bar)
        continue
      }
      let old = stored[i]
      // The field that differs most stands for the bar.
      let pairs = [(old.open, bar.open), (old.high, bar.high), (old.low, bar.low), (old.close, bar.close)]
      let worst = pairs.max { abs($0.0 - $0.1) < abs($1.0 - $1.1) } ?? (old.close, bar.close)
      let decision = try decide(
        "\(source) bar", "\(date) \(MinuteOfDay.text(bar.startMinute))", stored: worst.0, new: worst.1,
        tolerance: 0.0051, part: &part)
      if decision == .replace { merged[i] = bar }
    }
    return merged.sorted { $0.startMinute < $1.startMinute }
  }

  // MARK: what the bars are of

  /// The user's word, or the level against the official closes, or the file's name together with the level.
  private mutating func barSymbol(_ table: BarTable) throws -> BarSymbol {
    var last: [SessionDate: Double] = [:]
    for bar in table.bars {
      guard let close = context.calendar.closeMinute(bar.date), bar.startMinute < close else { continue }
      last[bar.date] = bar.prices.close
    }
    let official = try storedValues("SELECT date, close FROM daily")
    let ratios = last.keys.sorted().compactMap { date -> Double? in
      guard let close = official[date.description], let own = last[date] else { return nil }
      return close / own
    }.sorted()
    let closes = table.bars.map(\.prices.close).sorted()
    let level = closes[closes.count / 2]
    guard let told = Self.symbol(ratios: ratios, level: level, named: table.namedSymbol) else {
      if let symbol { return symbol }
      throw HistoryStoreError.unknownSymbol(
        file: file.file,
        reason: ratios.isEmpty
          ? "bars around \(level) and no official closes stored to compare them with"
          : "bars at 1/\(ratios[ratios.count / 2]) of the official closes are neither the index nor the fund")
    }
    if let symbol, symbol != told, !ratios.isEmpty {
      throw HistoryStoreError.unknownSymbol(
        file: file.file,
        reason: "bars at 1/\(ratios[ratios.count / 2]) of the official closes can't be \(symbol.rawValue)")
    }
    let answer = symbol ?? told
    summary.notes.append("bars of \(answer.rawValue), level \(level)")
    return answer
  }

  static func symbol(ratios: [Double], level: Double, named: BarSymbol?) -> BarSymbol? {
    if !ratios.isEmpty {
      let ratio = ratios[ratios.count / 2]
      if abs(ratio - 1) < 0.03 { return .spx }
      if abs(ratio / 10 - 1) < 0.03 { return .spy }
      return nil
    }
    switch named {
    case .spx: return level > 250 ? .spx : nil
    case .spy: return level < 1_000 ? .spy : nil
    case nil: return level > 1_000 ? .spx : nil
    }
  }
}
