import Foundation
import GRDB
import Kernels
import MarketData
import Testing

@testable import HistoryStore

struct WrittenHistoryTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }

  /// A history with everything a history can hold, holes included.
  private func history(seed: UInt64) throws -> MarketHistory {
    var random = Philox(seed: seed)
    func number() -> Double { Double(random.next() >> 11) / 9_007_199_254_740_992 * 4_000 + 0.1 }
    let first = try #require(SessionDate(iso: "2024-06-27"))
    let holiday = try #require(SessionDate(iso: "2024-07-04"))
    let half = try #require(SessionDate(iso: "2024-07-03"))
    let calendar = TradingCalendar(
      coverage: first...first.adding(days: 40), closed: [holiday], early: [(half, MinuteOfDay.earlyClose)])
    let dates = calendar.sessions(in: first...first.adding(days: 6 + Int(random.next() % 20)))
    let sessions = dates.map { date in
      let close = calendar.closeMinute(date) ?? 960
      return Session(
        date: date, closeMinute: close,
        spot: (570...close).map { _ in random.next() % 9 == 0 ? .nan : number() },
        official: DailyBar(
          open: number(), high: number(), low: number(), close: random.next() % 5 == 0 ? .nan : number()))
    }
    let expiries = VXExpiries(calendar: calendar)
    return MarketHistory(
      name: "made-\(seed)", sessions: sessions,
      volatility: [
        .vix: dates.map { _ in random.next() % 4 == 0 ? .nan : number() },
        .vix1d: dates.map { _ in .nan },
      ],
      futures: dates.map { date in
        expiries.next(after: date, count: Int(random.next() % 4)).map {
          FuturesSettle(expiry: $0, settle: number())
        }
      },
      events: EventCalendar(
        events: [
          EconomicEvent(date: dates[1], kind: .cpi, minute: 510),
          EconomicEvent(date: dates[2], kind: .fomc, minute: 840),
        ],
        coverage: random.next() % 2 == 0 ? nil : dates[0]...dates[2]),
      series: [
        "A/D": KnownSeries(dates.map { .init(observed: $0, known: $0.adding(days: 1), value: -number()) }),
        "empty": KnownSeries([]),
      ],
      calendar: calendar,
      provenance: Provenance(
        minutes: .synthetic, futures: .modelled, seed: UInt64.max - seed, sources: ["made", "up"]),
      digest: "")
  }

  @Test(arguments: 0..<50)
  func whatIsWrittenIsLoadedBitByBit(seed: UInt64) throws {
    let history = try history(seed: seed)
    let path = folder.path("h\(seed).sqlite")
    try HistoryStore.write(history, to: path)
    let back = try HistoryStore.load(path: path)
    #expect(back.name == history.name)
    #expect(back.provenance == history.provenance)
    #expect(back.digest == HistoryDigest.of(history))
    #expect(back.sessions.map(\.date) == history.sessions.map(\.date))
    for (a, b) in zip(back.sessions, history.sessions) {
      #expect(a.closeMinute == b.closeMinute)
      #expect(a.spot.map(\.bitPattern) == b.spot.map(\.bitPattern))
      #expect(a.official.close.bitPattern == b.official.close.bitPattern || a.official.close.isNaN)
      #expect(a.official.open.bitPattern == b.official.open.bitPattern)
    }
    #expect(back.futures == history.futures)
    #expect(Set(back.volatility.keys) == Set(history.volatility.keys))
    for index in [VolatilityIndex.vix, .vix1d] {
      #expect(back.volatility[index]?.map(\.bitPattern) == history.volatility[index]?.map(\.bitPattern))
    }
    #expect(back.events.events == history.events.events && back.events.coverage == history.events.coverage)
    #expect(back.series.keys.sorted() == history.series.keys.sorted())
    for name in history.series.keys { #expect(back.series[name]?.values == history.series[name]?.values) }
    for day in 0...40 {
      let date = history.calendar.coverage.lowerBound.adding(days: day)
      #expect(back.calendar.closeMinute(date) == history.calendar.closeMinute(date))
    }
  }

  /// SQLite keeps a whole real number as an integer, and an integer has no −0: such a history read as damaged.
  @Test func aMinusZeroIsNoDamage() throws {
    var history = try history(seed: 4)
    let date = history.sessions[0].date
    history.series["A/D"] = KnownSeries([.init(observed: date, known: date, value: -0.0)])
    let path = folder.path("minus-zero.sqlite")
    try HistoryStore.write(history, to: path)
    #expect(try HistoryStore.load(path: path).digest == HistoryDigest.of(history))
  }

  @Test func digestSeesEveryKindOfChange() throws {
    let base = try history(seed: 3)
    let digest = HistoryDigest.of(base)
    var changed = base
    changed.sessions[0].spot[17] = 1
    #expect(HistoryDigest.of(changed) != digest)
    changed = base
    changed.sessions[0].official.low += 0.01
    #expect(HistoryDigest.of(changed) != digest)
    changed = base
    changed.volatility[.vix]?[2] = 99
    #expect(HistoryDigest.of(changed) != digest)
    changed = base
    changed.futures[1] = [FuturesSettle(expiry: base.sessions[0].date, settle: 1)]
    #expect(HistoryDigest.of(changed) != digest)
    changed = base
    changed.series["more"] = KnownSeries([])
    #expect(HistoryDigest.of(changed) != digest)
    changed = base
    changed.name = "another"
    #expect(HistoryDigest.of(changed) == digest)
  }

  @Test func aPartOfItCanBeLoaded() throws {
    let history = try history(seed: 4)
    let path = folder.path("h.sqlite")
    try HistoryStore.write(history, to: path)
    let dates = history.sessions.map(\.date)
    let part = try HistoryStore.load(path: path, from: dates[1], to: dates[2])
    #expect(part.sessions.map(\.date) == [dates[1], dates[2]])
    #expect(part.futures == Array(history.futures[1...2]))
    #expect(throws: HistoryStoreError.self) {
      try HistoryStore.load(path: path, from: dates[0].adding(days: -90), to: dates[0].adding(days: -80))
    }
  }

  @Test func aFinishedHistoryIsNeitherOverwrittenNorImportedInto() throws {
    let path = folder.path("h.sqlite")
    try HistoryStore.write(try history(seed: 1), to: path)
    let before = try Data(contentsOf: URL(filePath: path))
    #expect(throws: HistoryStoreError.exists(path: path)) {
      try HistoryStore.write(try history(seed: 2), to: path)
    }
    let daily = try folder.file("spx.csv", SmallFiles.daily)
    #expect(throws: HistoryStoreError.notImportable(path: path, name: "made-1")) {
      try HistoryStore.importFiles([daily], into: path)
    }
    #expect(try Data(contentsOf: URL(filePath: path)) == before)
  }

  /// Well-formed damage: every row can be read, but one number is not the one that was written.
  @Test func aChangedNumberIsRefused() throws {
    let path = folder.path("h.sqlite")
    try HistoryStore.write(try history(seed: 3), to: path)
    let queue = try DatabaseQueue(path: path)
    try queue.write { db in
      try db.execute(sql: "UPDATE volatility SET close = close + 0.01 WHERE name = 'VIX'")
      #expect(db.changesCount >= 1)
    }
    try queue.close()
    #expect(throws: HistoryStoreError.self) { try HistoryStore.load(path: path) }
  }
}
