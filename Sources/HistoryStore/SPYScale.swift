import Foundation
import GRDB
import MarketData

/// What SPY's prices of a day are multiplied with to stand for the index: official SPX close ÷ SPY's last close.
///
/// One factor a day, because dividends and the fund's premium move it by a few hundredths of a percent from day to
/// day. More than 0.5 % off the median of the twenty days around is flagged: in the panic of March 2020 the fund
/// really traded that far from the index, all day, so the day's own factor still applies. More than 2 % off, or a
/// day whose bars end before the close, is an error of the data and takes the median instead.
enum SPYScale {
  static let outlier = 0.005
  static let error = 0.02

  private struct Day {
    let date: String
    let last: Double
    let official: Double
    let complete: Bool
    var factor: Double { official / last }
  }

  /// Computes every day's factor anew; rows that don't change are not touched.
  static func update(_ db: Database) throws {
    let days = try self.days(db)
    for (i, day) in days.enumerated() {
      var around: [Double] = []
      for k in max(0, i - 10)...min(days.count - 1, i + 10) where k != i && days[k].complete {
        around.append(days[k].factor)
      }
      around.sort()
      let median = around.isEmpty ? day.factor : around[around.count / 2]
      let deviation = abs(day.factor / median - 1)
      let isWrong = !day.complete || deviation > error
      let flag: String? =
        !day.complete
        ? "bars end before the close, median used"
        : deviation > error
          ? "more than 2 % off, median used" : deviation > outlier ? "more than 0.5 % off" : nil
      try db.execute(
        sql: """
          INSERT INTO spy_scale (date, factor, applied, spy_close, spx_close, flag) VALUES (?, ?, ?, ?, ?, ?)
          ON CONFLICT (date) DO UPDATE SET factor = excluded.factor, applied = excluded.applied,
            spy_close = excluded.spy_close, spx_close = excluded.spx_close, flag = excluded.flag
          """,
        arguments: [day.date, day.factor, isWrong ? median : day.factor, day.last, day.official, flag])
    }
  }

  private static func days(_ db: Database) throws -> [Day] {
    let calendar = try TradingCalendar.newYork()
    let rows = try Row.fetchCursor(
      db,
      sql: """
        SELECT bars.date, bars.minutes, bars.bars, daily.close FROM bars JOIN daily ON daily.date = bars.date
        WHERE bars.symbol = 'SPY' AND daily.close > 0 ORDER BY bars.date, bars.minutes DESC
        """)
    var days: [Day] = []
    while let row = try rows.next() {
      let blob: Data = row[2]
      let minutes: Int = row[1]
      guard let date = SessionDate(iso: row[0] as String),
        let last = LittleEndianBlob.bars([UInt8](blob))?.last, let close = calendar.closeMinute(date)
      else {
        throw HistoryStoreError.corrupt(path: "history", reason: "bars of \(row[0] as String) can't be read")
      }
      let day = Day(
        date: date.description, last: last.close, official: row[3],
        complete: last.startMinute + minutes >= close)
      // Finer bars come last and win.
      if days.last?.date == day.date { days[days.count - 1] = day } else { days.append(day) }
    }
    return days
  }
}
