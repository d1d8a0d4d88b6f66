import Foundation
import MarketData
import TestSupport

@testable import Pricing

/// The real chains beside the checkout, read once.
enum RealChains {
  /// Quote dates of the 34 snapshots of 2019.
  static let dates =
    [25, 26, 29, 30].map { "201904\($0)" }
    + [
      "01", "02", "03", "06", "07", "08", "09", "13", "14", "15", "16", "20", "21", "22", "23", "24", "28",
      "29",
      "30", "31",
    ].map { "201905\($0)" }
    + ["03", "04", "05", "06", "07", "10", "11", "12", "13", "26"].map { "201906\($0)" }

  static let snapshots: Result<[ChainSnapshot], any Error> = Result {
    try dates.flatMap { try ChainReader.snapshots(path: SharedData.path("chains/SPX_\($0).csv.gz")) }
  }

  static let february2018: Result<[ChainSnapshot], any Error> = Result {
    try ChainReader.snapshots(path: SharedData.path("chains/historicaloptiondata-spxw-2018-01-02.csv.gz"))
  }

  static let clock: Result<VarianceClock, any Error> = Result {
    VarianceClock(
      parameters: ClockParameters(), calendar: try TradingCalendar.newYork(),
      events: try EventCalendar.bundled())
  }

  /// Times of the chains as the calibration notes list them: 13:44 and 09:44, late ones 15:23, 16:15 after the
  /// close.
  static let listedMinutes: [String: Int] = {
    var minutes: [String: Int] = ["2019-04-25": 584, "2019-05-08": 798]
    for day in ["04-30", "05-01", "05-02", "05-03", "05-06", "05-07"] { minutes["2019-\(day)"] = 824 }
    for day in ["04-26", "04-29", "05-09", "05-20", "05-24"] { minutes["2019-\(day)"] = 975 }
    return minutes
  }()

  static func listedMinute(_ date: SessionDate) -> Int { listedMinutes[date.description] ?? 923 }

  /// The closes of the folder's own tables: official VIX9D, VIX and index.
  static let closes: Result<[SessionDate: KnownCloses], any Error> = Result {
    let vix = try String(
      contentsOfFile: SharedData.path("vix/vix9d-vix-vix3m-vix6m-2008-2020.csv"), encoding: .utf8)
    var rows: [(date: SessionDate, vix9d: Double, vix: Double, spot: Double)] = []
    for line in vix.split(whereSeparator: \.isNewline).dropFirst() {
      let f = line.split(separator: ",", omittingEmptySubsequences: false)
      guard f.count == 7, let date = SessionDate(iso: f[1]) else { continue }
      rows.append((date, Double(f[2]) ?? .nan, Double(f[3]) ?? .nan, Double(f[6]) ?? .nan))
    }
    var result: [SessionDate: KnownCloses] = [:]
    for i in rows.indices.dropFirst() {
      var known = KnownCloses()
      known.vix9d = rows[i].vix9d
      known.vix = rows[i].vix
      known.priorVix9d = rows[i - 1].vix9d
      known.priorVix = rows[i - 1].vix
      known.priorSpot = rows[i - 1].spot
      result[rows[i].date] = known
    }
    return result
  }

  /// The chains with an expiry on the next session, in order.
  static func days(
    _ snapshots: [ChainSnapshot], minute: (ChainSnapshot) -> Int? = { listedMinute($0.quoteDate) }
  ) throws -> [CalibrationDay] {
    let calendar = try TradingCalendar.newYork()
    let known = try closes.get()
    let clock = try clock.get()
    return try snapshots.compactMap { snapshot in
      do {
        let chain = try OneDayChain(snapshot, minute: minute(snapshot), clock: clock, calendar: calendar)
        return CalibrationDay(chain: chain, closes: known[snapshot.quoteDate] ?? KnownCloses())
      } catch OneDayChain.Skip.noExpiry {
        return nil
      }
    }
  }

  /// The 21 chains of 2019.
  static let all: Result<[CalibrationDay], any Error> = Result { try days(try snapshots.get()) }
  /// The 16 from 15:20 on.
  static func late() throws -> [CalibrationDay] { try all.get().filter { $0.chain.minute >= 920 } }
}
