import Foundation
import GRDB
import MarketData
import Testing

@testable import HistoryStore

/// Small files of a few sessions of June 2019.
struct SmallFiles {
  static let daily =
    "date,open,high,low,close\n2019-06-25,2945.78,2946.52,2916.01,2917.38\n2019-06-26,2926.07,2932.59,2912.99,2913.78\n"
  static let vix = "DATE,VIX\n06/25/2019,16.28\n06/26/2019,16.21\n"

  /// Bars of one day, flat but for a slope, `scale` times the index.
  static func bars(_ date: String, minutes: Int, scale: Double, from: Int = 570, to: Int = 960) -> String {
    var text = "datetime_ny,open,high,low,close\n"
    for start in stride(from: from, to: to, by: minutes) {
      let open = (2_900 + Double(start - 570) / 10) * scale
      let close = (2_900 + Double(start + minutes - 570) / 10) * scale
      text += "\(date) \(MinuteOfDay.text(start)):00,\(open),\(close + 1),\(open - 1),\(close)\n"
    }
    return text
  }
}

struct StoreImportTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }
  private var store: String { folder.path("h.sqlite") }

  private func dump() throws -> [String] {
    let queue = try HistoryDatabase.reader(store)
    return try queue.read { db in
      var lines: [String] = []
      for table in [
        "imports", "bars", "daily", "volatility", "settles", "series", "events", "spy_scale", "conflicts",
      ] {
        for row in try Row.fetchAll(db, sql: "SELECT * FROM \(table)") { lines.append("\(table) \(row)") }
      }
      return lines
    }
  }

  @Test func theSameContentUnderAnotherNameChangesNothing() throws {
    let first = try folder.file("a.csv", SmallFiles.daily)
    let second = try folder.file("b.csv", SmallFiles.daily)
    _ = try HistoryStore.importFiles([first], into: store)
    let before = try dump()
    #expect(try HistoryStore.importFiles([second], into: store).first?.alreadyImported == true)
    #expect(try dump() == before)
  }

  @Test func aBadFileAmongGoodOnesStoresNothing() throws {
    let good = try folder.file("a.csv", SmallFiles.daily)
    let bad = try folder.file("b.csv", SmallFiles.daily + "2019-06-27,1,2,3\n")
    #expect(throws: HistoryStoreError.self) { try HistoryStore.importFiles([good, bad], into: store) }
    #expect(!FileManager.default.fileExists(atPath: store))
  }

  @Test func contradictionsFailOrAreKeptOrReplaced() throws {
    let first = try folder.file("a.csv", SmallFiles.vix)
    let second = try folder.file("b.csv", "DATE,VIX\n06/25/2019,16.28\n06/26/2019,17.50\n06/27/2019,15.82\n")
    _ = try HistoryStore.importFiles([first], into: store)
    let before = try dump()
    #expect(
      throws: HistoryStoreError.conflict(
        file: second, what: "VIX", key: "2019-06-26", stored: 16.21, new: 17.5, count: 1)
    ) { try HistoryStore.importFiles([second], into: store) }
    #expect(try dump() == before)
    let kept = try HistoryStore.importFiles([second], into: store, onConflict: .keep)
    #expect(kept[0].parts[0].conflicts == 1 && kept[0].parts[0].new == 1 && kept[0].parts[0].same == 1)
    #expect(try vix("2019-06-26") == 16.21)
    let third = try folder.file("c.csv", "DATE,VIX\n06/26/2019,18.00\n")
    _ = try HistoryStore.importFiles([third], into: store, onConflict: .replace)
    #expect(try vix("2019-06-26") == 18)
  }

  private func vix(_ date: String) throws -> Double? {
    try HistoryDatabase.reader(store).read { db in
      try Double.fetchOne(
        db, sql: "SELECT close FROM volatility WHERE name = 'VIX' AND date = ?", arguments: [date])
    }
  }

  @Test func fundBarsAreScaledByTheOfficialClosesAndBadFactorsReplaced() throws {
    var daily = "date,open,high,low,close\n"
    var files: [String] = []
    var date = try #require(SessionDate(iso: "2019-06-03"))
    for day in 0..<12 {
      while date.weekday > 5 { date = date.adding(days: 1) }
      daily += "\(date),2939,2960,2900,2939\n"
      // One day is off by a percent, one by five, one ends an hour early.
      let scale = day == 5 ? 0.101 : day == 2 ? 0.105 : 0.1
      files.append(
        try folder.file(
          "spy\(day).csv", SmallFiles.bars("\(date)", minutes: 5, scale: scale, to: day == 8 ? 900 : 960)))
      date = date.adding(days: 1)
    }
    files.append(try folder.file("spx.csv", daily))
    _ = try HistoryStore.importFiles(files, into: store, symbol: .spy)
    let rows = try HistoryDatabase.reader(store).read { db in
      try Row.fetchAll(db, sql: "SELECT factor, applied, flag FROM spy_scale ORDER BY date")
    }
    #expect(rows.count == 12)
    #expect(
      rows.compactMap { $0[2] as String? } == [
        "more than 2 % off, median used", "more than 0.5 % off", "bars end before the close, median used",
      ])
    for (i, row) in rows.enumerated() {
      #expect(abs((row[1] as Double) - (i == 5 ? 1 / 0.101 : 10)) < 1e-9)
    }
  }

  @Test func whatBarsAreOfIsToldByTheOfficialCloses() throws {
    let daily = try folder.file("spx.csv", SmallFiles.daily)
    let spy = try folder.file("anything.csv", SmallFiles.bars("2019-06-26", minutes: 5, scale: 0.1))
    let summaries = try HistoryStore.importFiles([spy, daily], into: store)
    #expect(summaries[0].parts.first?.what == "SPY-5min bars")
    let odd = try folder.file("odd.csv", SmallFiles.bars("2019-06-26", minutes: 5, scale: 0.5))
    #expect(throws: HistoryStoreError.self) { try HistoryStore.importFiles([odd], into: store) }
    #expect(throws: HistoryStoreError.self) { try HistoryStore.importFiles([spy + "x"], into: store) }
    let spx = try folder.file("b.csv", SmallFiles.bars("2019-06-25", minutes: 5, scale: 1))
    #expect(throws: HistoryStoreError.self) { try HistoryStore.importFiles([spx], into: store, symbol: .spy) }
    #expect(try HistoryStore.importFiles([spx], into: store).first?.parts.first?.what == "SPX-5min bars")
  }

  @Test func finerBarsWinUnlessOthersArePreferredOrTheyCoverTooLittle() throws {
    let files = [
      try folder.file("spx.csv", SmallFiles.daily),
      try folder.file("spy.csv", SmallFiles.bars("2019-06-25", minutes: 5, scale: 0.1)),
      try folder.file("spy2.csv", SmallFiles.bars("2019-06-26", minutes: 5, scale: 0.1)),
      try folder.file("one.csv", SmallFiles.bars("2019-06-25", minutes: 1, scale: 1)),
      try folder.file("stub.csv", SmallFiles.bars("2019-06-26", minutes: 1, scale: 1, to: 590)),
    ]
    _ = try HistoryStore.importFiles(files, into: store)
    let history = try HistoryStore.load(path: store)
    #expect(
      history.provenance.sources.filter { $0.contains("sessions:") } == [
        "1 sessions: SPX-1min bars",
        "1 sessions: SPY-5min bars, scaled to the index by the day's official closes, minutes bridged inside the bars",
      ])
    #expect(history.sessions[0].spot(at: 571) == 2_900.1)
    let preferred = try HistoryStore.load(path: store, bars: BarSource("SPY-5min"))
    #expect(preferred.provenance.sources[0].hasPrefix("2 sessions: SPY-5min"))
    let stub = try HistoryStore.load(
      path: store, from: SessionDate(iso: "2019-06-26"), bars: BarSource("SPX-1min"))
    #expect(stub.provenance.minutes == .quoted && stub.provenance.seed == 0)
    #expect(stub.sessions[0].spot(at: 590).isFinite && stub.sessions[0].spot(at: 591).isNaN)
  }

  @Test func digestDependsOnContentAndNotOnTheOrderOrTheTimeOfImport() throws {
    let daily = try folder.file("spx.csv", SmallFiles.daily)
    let vix = try folder.file("vix.csv", SmallFiles.vix)
    let bars = try folder.file("bars.csv", SmallFiles.bars("2019-06-25", minutes: 1, scale: 1))
    let other = folder.path("other.sqlite")
    _ = try HistoryStore.importFiles([daily, vix, bars], into: store)
    for file in [bars, vix, daily] where file != bars {
      _ = try HistoryStore.importFiles([file], into: other)
    }
    _ = try HistoryStore.importFiles([bars], into: other)
    let digests = [try HistoryStore.load(path: store).digest, try HistoryStore.load(path: other).digest]
    #expect(digests[0] == digests[1])
  }

  @Test func datesOutsideTheStoreAreRefused() throws {
    let daily = try folder.file("spx.csv", SmallFiles.daily)
    let bars = try folder.file("bars.csv", SmallFiles.bars("2019-06-25", minutes: 1, scale: 1))
    _ = try HistoryStore.importFiles([daily, bars], into: store)
    #expect(throws: HistoryStoreError.self) {
      try HistoryStore.load(path: store, from: SessionDate(iso: "2021-01-04"))
    }
  }
}
