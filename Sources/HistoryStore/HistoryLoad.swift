import Foundation
import GRDB
import MarketData

extension HistoryStore {
  /// Sessions before the first bars that a history starts with, without minutes: closes that levels, VX betas and
  /// indicators need to know on the first day that can be traded.
  public static let leadInSessions = 750

  /// The aligned history of a store.
  ///
  /// Sessions are those of the New York calendar between the first and the last day asked for, as far as official
  /// S&P 500 days reach; by default, those with bars and a lead-in before them. Spot comes, session by session, from the finest bars that cover
  /// at least nine tenths of it, else from those that cover most; bars longer than a minute are bridged
  /// (``MinuteBridge``), minutes no bar covers stay NaN. SPY is scaled by the day's factor. The history's provenance
  /// says what was used for how many sessions.
  ///
  /// - Parameters:
  ///   - path: a store made by ``importFiles(_:into:symbol:onConflict:)`` or ``write(_:to:)``.
  ///   - from: first date, inclusive; `nil` for ``leadInSessions`` sessions before the first with bars.
  ///   - to: last date, inclusive; `nil` for the last session with bars.
  ///   - bars: the bars to prefer wherever a session has them; others fill the rest.
  ///   - seed: of the bridge; without coarse bars it has no effect and is recorded as 0.
  /// - Complexity: O(rows); about a quarter of a second for three years in a release build.
  public static func load(
    path: String, from: SessionDate? = nil, to: SessionDate? = nil, bars: BarSource? = nil, seed: UInt64 = 1
  ) throws(HistoryStoreError) -> MarketHistory {
    let queue = try HistoryDatabase.reader(path)
    return try HistoryDatabase.guarded(path) {
      try queue.read { db in
        if try String.fetchOne(db, sql: "SELECT value FROM written WHERE key = 'name'") != nil {
          return try WrittenHistory.load(db, path: path, from: from, to: to)
        }
        var loader = try HistoryLoader(db: db, path: path, preferred: bars, seed: seed)
        return try loader.load(from: from, to: to)
      }
    }
  }
}

/// Builds a history out of imported rows.
struct HistoryLoader {
  let db: Database
  let path: String
  let preferred: BarSource?
  let seed: UInt64
  let calendar: TradingCalendar
  /// Sessions by source of their minutes.
  private var used: [BarSource: Int] = [:]
  private var withoutBars = 0
  /// Bars of the fund by session, for those that have them.
  private var fund: [FundSession?] = []

  init(db: Database, path: String, preferred: BarSource?, seed: UInt64) throws {
    self.db = db
    self.path = path
    self.preferred = preferred
    self.seed = seed
    calendar = try TradingCalendar.newYork()
  }

  mutating func load(from: SessionDate?, to: SessionDate?) throws -> MarketHistory {
    let range = try self.range(from, to)
    let dates = calendar.sessions(in: range)
    let sessions = try self.sessions(dates)
    let futures = try settles(dates)
    let events = try StoredRows.events(db)
    let isBridged = used.keys.contains { $0.minutes > 1 }
    var history = MarketHistory(
      name: URL(filePath: path).deletingPathExtension().lastPathComponent, sessions: sessions,
      volatility: try volatility(dates), futures: futures,
      events: try events ?? EventCalendar.bundled(),
      series: try StoredRows.series(
        db, knownFrom: range.lowerBound.adding(days: -1_500), to: range.upperBound),
      calendar: calendar, fund: fund.contains { $0 != nil } ? fund : [],
      provenance: Provenance(
        minutes: isBridged ? .bridged : .quoted,
        futures: futures.allSatisfy(\.isEmpty) ? .none : .quoted, seed: isBridged ? seed : 0,
        sources: try sources(eventsImported: events != nil)),
      digest: "")
    history.digest = HistoryDigest.of(history)
    return history
  }

  // MARK: range

  private func range(_ from: SessionDate?, _ to: SessionDate?) throws -> ClosedRange<SessionDate> {
    guard let daily = try StoredRows.dateRange(db, "daily") else {
      throw HistoryStoreError.noData(
        path: path, what: "holds no daily S&P 500 prices", remedy: "import a file of them first")
    }
    guard let bars = try StoredRows.dateRange(db, "bars") else {
      throw HistoryStoreError.noData(
        path: path, what: "holds no bars inside the day",
        remedy: "import a file of them (HistData, FirstRate, …)")
    }
    let low = max(from ?? leadIn(before: bars.lowerBound), daily.lowerBound)
    let high = min(to ?? bars.upperBound, daily.upperBound)
    guard low <= high, !calendar.sessions(in: low...high).isEmpty else {
      throw HistoryStoreError.noData(
        path: path,
        what:
          "asked for \(from?.description ?? "the start")…\(to?.description ?? "the end"), but daily prices reach "
          + "from \(daily.lowerBound) to \(daily.upperBound) and bars from \(bars.lowerBound) to \(bars.upperBound)",
        remedy: "choose dates inside, or import more files")
    }
    return low...high
  }

  /// The session ``HistoryStore/leadInSessions`` before a date, as far as the calendar reaches.
  private func leadIn(before date: SessionDate) -> SessionDate {
    var first = date
    for _ in 0..<HistoryStore.leadInSessions {
      guard let previous = calendar.previous(before: first) else { break }
      first = previous
    }
    return first
  }

  // MARK: sessions

  private struct Candidate {
    let source: BarSource
    let bars: [CoarseBar]
    func fund(_ volumes: [Int: Double], _ closeMinute: Int, isIndex: Bool) -> FundSession {
      let bars = bars.map {
        FundBar(
          endMinute: min($0.startMinute + source.minutes, closeMinute), open: $0.open, close: $0.close,
          volume: volumes[$0.startMinute] ?? .nan)
      }
      return FundSession(barMinutes: source.minutes, bars: bars, isIndex: isIndex)
    }
    func coverage(_ closeMinute: Int) -> Double {
      let covered = bars.reduce(0) { $0 + min($1.startMinute + source.minutes, closeMinute) - $1.startMinute }
      return Double(covered) / Double(closeMinute - MinuteOfDay.open)
    }
  }

  private mutating func sessions(_ dates: [SessionDate]) throws -> [Session] {
    guard let first = dates.first, let last = dates.last else { return [] }
    let official = try StoredRows.daily(db, first...last)
    let scale = try StoredRows.scale(db, first...last)
    var candidates = try barRows(first...last)
    var volumes: [BarSource: [SessionDate: [Int: Double]]] = [:]
    for candidate in candidates.values.joined() where candidate.source.symbol == .spy {
      if volumes[candidate.source] == nil {
        volumes[candidate.source] = try StoredRows.volumes(db, candidate.source, first...last)
      }
    }
    var sessions: [Session] = []
    sessions.reserveCapacity(dates.count)
    for date in dates {
      let close = calendar.closeMinute(date) ?? MinuteOfDay.close
      let factor = scale[date]
      let usable = (candidates.removeValue(forKey: date) ?? []).filter {
        $0.source.symbol == .spx || factor != nil
      }
      let spot: [Double]
      let chosen = choose(usable, close)
      let ofFund = usable.filter { $0.source.symbol == .spy }.min { $0.source < $1.source }
      fund.append(
        ofFund.map {
          $0.fund(volumes[$0.source]?[date] ?? [:], close, isIndex: chosen?.source.symbol == .spy)
        })
      if let chosen {
        used[chosen.source, default: 0] += 1
        var marks = MinuteBridge.minutes(
          bars: chosen.bars, barMinutes: chosen.source.minutes, closeMinute: close, seed: seed, date: date)
        if chosen.source.symbol == .spy, let factor {
          for i in marks.indices { marks[i] *= factor }
        }
        spot = marks
      } else {
        if !used.isEmpty { withoutBars += 1 }  // not the lead-in
        spot = Array(repeating: .nan, count: close - MinuteOfDay.open + 1)
      }
      let missing = DailyBar(open: .nan, high: .nan, low: .nan, close: .nan)
      sessions.append(
        Session(date: date, closeMinute: close, spot: spot, official: official[date] ?? missing))
    }
    return sessions
  }

  /// The preferred source; else the finest that covers nine tenths; else the one that covers most.
  private func choose(_ candidates: [Candidate], _ close: Int) -> Candidate? {
    if let own = candidates.first(where: { $0.source == preferred }) { return own }
    let ordered = candidates.sorted { $0.source < $1.source }
    if let complete = ordered.first(where: { $0.coverage(close) >= 0.9 }) { return complete }
    var best = ordered.first
    for candidate in ordered.dropFirst() {
      if let current = best, candidate.coverage(close) > current.coverage(close) { best = candidate }
    }
    return best
  }

  private func barRows(_ range: ClosedRange<SessionDate>) throws -> [SessionDate: [Candidate]] {
    var result: [SessionDate: [Candidate]] = [:]
    let rows = try Row.fetchCursor(
      db, sql: "SELECT symbol, minutes, date, bars FROM bars WHERE date BETWEEN ? AND ?",
      arguments: [range.lowerBound.description, range.upperBound.description])
    while let row = try rows.next() {
      let text: String = row[2]
      let blob: Data = row[3]
      guard let symbol = BarSymbol(rawValue: row[0]), let date = SessionDate(iso: text),
        let bars = LittleEndianBlob.bars([UInt8](blob))
      else { throw HistoryStoreError.corrupt(path: path, reason: "bars of \(text) can't be read") }
      result[date, default: []].append(
        Candidate(source: BarSource(symbol: symbol, minutes: row[1]), bars: bars))
    }
    return result
  }

  // MARK: the rest

  private func volatility(_ dates: [SessionDate]) throws -> [VolatilityIndex: [Double]] {
    guard let first = dates.first, let last = dates.last else { return [:] }
    var position: [SessionDate: Int] = [:]
    for (i, date) in dates.enumerated() { position[date] = i }
    var result: [VolatilityIndex: [Double]] = [:]
    for row in try StoredRows.volatility(db, first...last) {
      guard let i = position[row.date] else { continue }
      result[row.index, default: Array(repeating: .nan, count: dates.count)][i] = row.bar.close
    }
    return result
  }

  private func settles(_ dates: [SessionDate]) throws -> [[FuturesSettle]] {
    guard let first = dates.first, let last = dates.last else { return [] }
    let byDate = try StoredRows.settles(db, first...last)
    return dates.map { byDate[$0] ?? [] }
  }

  private func sources(eventsImported: Bool) throws -> [String] {
    var sources = used.keys.sorted().map { source in
      let scaled = source.symbol == .spy ? ", scaled to the index by the day's official closes" : ""
      let bridged = source.minutes > 1 ? ", minutes bridged inside the bars" : ""
      return "\(used[source] ?? 0) sessions: \(source) bars\(scaled)\(bridged)"
    }
    if withoutBars > 0 { sources.append("\(withoutBars) sessions: no bars (data hole)") }
    let files = try Row.fetchAll(db, sql: "SELECT file, format FROM imports ORDER BY file, sha256")
    sources += files.map { "\($0[0] as String) (\($0[1] as String))" }
    if !eventsImported { sources.append("events: the list that ships with Wingspan") }
    return sources
  }
}
