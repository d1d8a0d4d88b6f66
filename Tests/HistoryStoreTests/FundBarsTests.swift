import GRDB
import MarketData
import Testing

@testable import HistoryStore

/// Bars of the fund with their volumes, from files to the history.
struct FundBarsTests {
  let folder: TemporaryFolder
  init() throws { folder = try TemporaryFolder() }
  private var store: String { folder.path("h.sqlite") }

  /// Five-minute bars of one day, a tenth of the index of `SmallFiles`, with `volume` shares in the first and one more in
  /// each later one.
  private func fund(_ date: String, volume: Int) throws -> String {
    let lines = SmallFiles.bars(date, minutes: 5, scale: 0.1).split(separator: "\n")
    let rows = lines.dropFirst().enumerated().map { "\($1),\(volume + $0)\n" }
    return try folder.file("spy-\(date)-\(volume).csv", lines[0] + ",volume\n" + rows.joined())
  }

  @Test func barsAndVolumesComeBackUnscaled() throws {
    let index = try folder.file("spx.csv", SmallFiles.bars("2019-06-25", minutes: 1, scale: 1))
    _ = try HistoryStore.importFiles(
      [
        try folder.file("daily.csv", SmallFiles.daily), index, try fund("2019-06-25", volume: 100),
        try fund("2019-06-26", volume: 500),
      ], into: store)
    let history = try HistoryStore.load(path: store, from: SessionDate(iso: "2019-06-25"))
    #expect(history.fund.count == 2)
    let first = try #require(history.fund[0])
    #expect(first.barMinutes == 5 && first.bars.count == 78 && !first.isIndex)
    #expect(first.bars[0].endMinute == 575 && first.bars[77].endMinute == 960)
    #expect(first.bars.map(\.volume) == (0..<78).map { Double(100 + $0) })
    #expect(abs(first.bars[0].open - 290) < 1e-9 && abs(first.bars[0].close - 290.05) < 1e-9)
    #expect(history.fund[1]?.isIndex == true, "the second day's marks are made of the fund")

    // the same bars with other shares: the stored ones stay, or are replaced
    _ = try HistoryStore.importFiles([try fund("2019-06-25", volume: 900)], into: store, onConflict: .keep)
    #expect(try HistoryStore.load(path: store).fund.first??.bars[0].volume == 100)
    let before = try HistoryStore.load(path: store).digest
    _ = try HistoryStore.importFiles([try fund("2019-06-25", volume: 901)], into: store, onConflict: .replace)
    let after = try HistoryStore.load(path: store)
    #expect(after.fund.first??.bars[0].volume == 901)
    #expect(after.digest != before, "volumes are content")
  }

  @Test func aStoreOfTheFirstSchemaIsReadWithoutVolumes() throws {
    _ = try HistoryStore.importFiles(
      [try folder.file("daily.csv", SmallFiles.daily), try fund("2019-06-25", volume: 100)], into: store)
    let queue = try DatabaseQueue(path: store)
    try queue.write { db in
      try db.execute(sql: "DROP TABLE volumes")
      try db.execute(sql: "DELETE FROM grdb_migrations WHERE identifier = '2-volumes'")
    }
    try queue.close()
    let history = try HistoryStore.load(path: store)
    let day = try #require(history.fund.first ?? nil)
    #expect(day.bars.count == 78 && day.bars.allSatisfy(\.volume.isNaN))
    // the next import brings its tables up to date
    _ = try HistoryStore.importFiles([try fund("2019-06-26", volume: 7)], into: store)
    #expect(try HistoryStore.load(path: store).fund.last??.bars[1].volume == 8)
  }
}
