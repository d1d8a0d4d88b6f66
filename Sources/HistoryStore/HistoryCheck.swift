import Foundation
import GRDB
import MarketData

extension HistoryStore {
  /// What a store holds, series by series, what is odd in it and what that would cost a study.
  ///
  /// - Complexity: O(rows); a second or two for a large store.
  public static func check(path: String) throws(HistoryStoreError) -> CheckReport {
    let queue = try HistoryDatabase.reader(path)
    let series = try HistoryDatabase.guarded(path) {
      try queue.read { db in
        let calendar = try TradingCalendar.newYork()
        return try StoreCheck(db: db, path: path, calendar: calendar).series().filter { $0.values > 0 }
      }
    }
    let history: MarketHistory?
    do {
      history = try load(path: path)
    } catch {
      guard case .noData = error else { throw error }
      history = nil
    }
    let nothing = "No study can run on this store yet: it takes daily S&P 500 prices and bars inside the day."
    return CheckReport(history: path, series: series, verdict: history.map { verdict($0) } ?? [nothing])
  }

  /// What the aligned history allows.
  private static func verdict(_ history: MarketHistory) -> [String] {
    let sessions = history.sessions
    guard let first = sessions.first?.date, let last = sessions.last?.date else { return [] }
    var complete = 0
    var empty = 0
    var lateStart = 0
    for session in sessions {
      let missing = session.spot.count(where: \.isNaN)
      if missing == 0 { complete += 1 }
      if missing == session.spot.count { empty += 1 }
      if session.spot[0].isNaN, missing < session.spot.count { lateStart += 1 }
    }
    let vix = history.volatility[.vix]?.count(where: \.isFinite) ?? 0
    let vix9d = history.volatility[.vix9d]?.count(where: \.isFinite) ?? 0
    let curve = history.futures.count { $0.count >= 2 }
    var lines = [
      "A study of \(first)…\(last) has \(sessions.count) sessions, \(sessions.count { $0.closeMinute < 960 }) of them "
        + "half days: \(complete) with every minute, \(lateStart) that start late, \(empty) without any.",
      "Closes: VIX on \(vix) sessions, VIX9D on \(vix9d). VX curve on \(curve).",
      "Minutes: \(history.provenance.minutes.rawValue). Futures: \(history.provenance.futures.rawValue).",
    ]
    lines += history.provenance.sources.filter { $0.contains(" sessions: ") }.map { "  \($0)" }
    if let coverage = history.events.coverage, !coverage.contains(last) || !coverage.contains(first) {
      lines.append(
        "Events are listed for \(coverage.lowerBound)…\(coverage.upperBound) only: gates on them outside it are "
          + "'signal missing'.")
    }
    return lines
  }
}

/// Runs the checks of MarketData on the rows of a store.
struct StoreCheck {
  let db: Database
  let path: String
  let calendar: TradingCalendar
  private let always: ClosedRange<SessionDate>
  private let conflicts: [StoredConflict]

  init(db: Database, path: String, calendar: TradingCalendar) throws {
    self.db = db
    self.path = path
    self.calendar = calendar
    always = SessionDate(ordinal: -719_162)...SessionDate(ordinal: 2_932_896)  // years 1 to 9999
    conflicts = try Row.fetchAll(
      db, sql: "SELECT what, key, stored, other FROM conflicts ORDER BY what, key, import"
    )
    .map { StoredConflict(what: $0[0], key: $0[1], stored: $0[2], other: $0[3]) }
  }

  func series() throws -> [SeriesCheck] {
    let daily = try StoredRows.daily(db, always).sorted { $0.key < $1.key }
      .map { DailyRow(date: $0.key, bar: $0.value) }
    var result = [added(to: DailyCheck.check(daily, calendar: calendar), "SPX close")]
    result += try bars(daily)
    result += try writtenMinutes()
    let volatility = try StoredRows.volatility(db, always)
    for index in VolatilityIndex.allCases {
      let rows = volatility.filter { $0.index == index }
      result.append(added(to: VolatilityCheck.check(index, rows, calendar: calendar), index.rawValue))
    }
    let settles = try StoredRows.settles(db, always).sorted { $0.key < $1.key }.map {
      (date: $0.key, settles: $0.value)
    }
    result.append(
      FuturesCheck.check(
        settles, conflicts: conflicts.filter { $0.what == "VX settlement" },
        expiries: VXExpiries(calendar: calendar), calendar: calendar))
    let slow = try StoredRows.series(db, knownFrom: always.lowerBound, to: always.upperBound)
    for name in slow.keys.sorted() {
      let values = (slow[name]?.values ?? []).sorted { $0.observed < $1.observed }
      result.append(
        SlowCheck.check(
          name, values, conflicts: conflicts.filter { $0.what == name }, marketEnd: daily.last?.date,
          calendar: calendar))
    }
    if let events = try StoredRows.events(db) { result.append(SlowCheck.check(events)) }
    return result
  }

  private func added(to check: SeriesCheck, _ what: String) -> SeriesCheck {
    var check = check
    check.add(
      "values that another file gives differently",
      conflicts.filter { $0.what == what }.map { "\($0.key) \($0.stored) or \($0.other)" },
      cost: "the stored value is used; --on-conflict replace would have taken the other one")
    return check
  }

  private func bars(_ daily: [DailyRow]) throws -> [SeriesCheck] {
    var official: [SessionDate: Double] = [:]
    for row in daily { official[row.date] = row.bar.close }
    var result: [SeriesCheck] = []
    for row in try Row.fetchAll(db, sql: "SELECT DISTINCT symbol, minutes FROM bars ORDER BY minutes, symbol")
    {
      guard let symbol = BarSymbol(rawValue: row[0]) else { continue }
      let source = BarSource(symbol: symbol, minutes: row[1])
      var sessions: [(date: SessionDate, bars: [CoarseBar])] = []
      let rows = try Row.fetchCursor(
        db, sql: "SELECT date, bars FROM bars WHERE symbol = ? AND minutes = ? ORDER BY date",
        arguments: [symbol.rawValue, source.minutes])
      while let bar = try rows.next() {
        let blob: Data = bar[1]
        guard let list = LittleEndianBlob.bars([UInt8](blob)) else {
          throw HistoryStoreError.corrupt(path: path, reason: "bars of \(bar[0] as String) can't be read")
        }
        sessions.append((try StoredRows.date(bar[0]), list))
      }
      var check = BarsCheck.check(
        name: source.description, barMinutes: source.minutes, sessions: sessions, official: official,
        isScaled: symbol == .spy, calendar: calendar)
      check = added(to: check, "\(source) bar")
      if symbol == .spy { try addScale(&check) }
      result.append(check)
    }
    return result
  }

  private func addScale(_ check: inout SeriesCheck) throws {
    let rows = try Row.fetchAll(
      db, sql: "SELECT date, factor, applied, flag FROM spy_scale WHERE flag IS NOT NULL ORDER BY date")
    check.add(
      "scale factors far from those of the days around",
      rows.map { "\($0[0] as String) \($0[1] as Double) (\($0[3] as String))" },
      cost:
        "the index level inside those days may be off by as much; the last bar still meets the official close"
    )
  }

  /// Minutes of a finished history.
  private func writtenMinutes() throws -> [SeriesCheck] {
    var dates: [SessionDate] = []
    var holes: [String] = []
    let rows = try Row.fetchCursor(db, sql: "SELECT date, spot FROM sessions ORDER BY date")
    while let row = try rows.next() {
      let blob: Data = row[1]
      dates.append(try StoredRows.date(row[0]))
      if LittleEndianBlob.values([UInt8](blob))?.contains(where: \.isNaN) ?? true { holes.append(row[0]) }
    }
    var check = SeriesCheck(
      name: "minute marks", dates: dates, values: dates.count, calendar: calendar, missingCost: "'data hole'")
    check.add("sessions with a hole", holes, cost: "entries, stops and exits in it become 'data hole'")
    return [check]
  }
}
