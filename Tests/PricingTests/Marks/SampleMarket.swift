import Kernels
import MarketData

@testable import Pricing

/// A few sessions of a made-up index for surfaces; prices and closes are plain numbers, no data.
enum SampleMarket {
  /// Thursday 2019-08-22, Friday 23, Monday 26 and Tuesday 27, the index wandering by `seed`.
  static func history(seed: UInt64, vix9d: Double = 16, start: Double = 2900) throws -> MarketHistory {
    var random = Philox(seed: seed)
    let calendar = try TradingCalendar.newYork()
    let first = SessionDate(year: 2019, month: 8, day: 22) ?? SessionDate(ordinal: 0)
    let dates = calendar.sessions(in: first...first.adding(days: 5))
    var spot = start
    let sessions = dates.map { date in
      let close = calendar.closeMinute(date) ?? MinuteOfDay.close
      let path = (MinuteOfDay.open...close).map { _ in
        spot *= Elementary.exp(random.normal() * 0.0005)
        return spot
      }
      return Session(
        date: date, closeMinute: close, spot: path,
        official: DailyBar(
          open: path[0], high: path.max() ?? 0, low: path.min() ?? 0, close: path[path.count - 1]))
    }
    return MarketHistory(
      name: "sample", sessions: sessions,
      volatility: [.vix9d: sessions.map { _ in vix9d }, .vix: sessions.map { _ in vix9d * 1.05 }],
      futures: sessions.map { _ in [] }, events: EventCalendar(events: [], coverage: first...first),
      calendar: calendar,
      provenance: Provenance(minutes: .synthetic, futures: .none, seed: seed, sources: []), digest: "")
  }

  static func surface(
    seed: UInt64, vix9d: Double = 16, minute: Int = 930, settings: MarkSettings = MarkSettings(),
    entry: Int = 1
  ) throws -> MarkSurface? {
    let history = try history(seed: seed, vix9d: vix9d)
    let model = MarkModel(
      parameters: .builtIn, settings: settings, calendar: history.calendar, events: history.events)
    return model.surface(history, entry: entry, decisionMinute: minute, expiry: entry + 1)
  }
}
