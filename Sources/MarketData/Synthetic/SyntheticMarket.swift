import Kernels

/// A whole market out of a seed, for tests and large benchmarks. Nothing in it is a fact about the real one.
///
/// - Volatility: log volatility is the sum of two mean-reverting factors (half-lives 60 and 8 sessions), both
///   driven by one shock that is correlated −0.8 with the session's return: falls raise it.
/// - Returns: a night with 35 % of the variance (more over weekends, holidays and before releases), a day with
///   the U shape, most of it after 14:00 on decision days; three jumps a year, mostly down, half of them at
///   night.
/// - VIX9D, VIX, VIX3M: the expected volatility over 6, 21 and 63 sessions times a premium, plus noise; VX out
///   of VIX by ``VXMap``; net advances (advancing − declining issues) as series `A/D`, known the session after.
/// - Calendar: the real one, 1990–2027, with its half days; releases by ``EconomicEvent`` in a made-up rhythm.
///
/// Daily volatility comes out at 12–20 % a year, VIX at 15–25 on average and above what follows it.
public struct SyntheticMarket: Sendable {
  /// 2005-01-03.
  public static let defaultStart = SessionDate(ordinal: 12_786)

  /// `years` calendar years from `start`.
  ///
  /// - Parameters:
  ///   - years: ≥ 1; the last day must be in the calendar (2027).
  ///   - seed: any value; the same one gives the same bits.
  ///   - start: the first session is this date or the next session.
  /// - Throws: `outsideCoverage` if the years run beyond the calendar; `resource` if a table is damaged.
  /// - Complexity: some 40 ms a year.
  public static func history(
    years: Int, seed: UInt64, start: SessionDate = defaultStart
  ) throws(MarketDataError) -> MarketHistory {
    let calendar = try TradingCalendar.newYork()
    let end = SessionDate(year: start.year + years, month: start.month, day: min(start.day, 28))?.adding(
      days: -1)
    guard years >= 1, let end, start >= calendar.coverage.lowerBound, end <= calendar.coverage.upperBound
    else {
      throw .outsideCoverage(
        what: "synthetic history", asked: "\(years) years from \(start)",
        covered: "\(calendar.coverage.lowerBound) to \(calendar.coverage.upperBound)")
    }
    return try build(calendar.sessions(in: start...end), calendar: calendar, seed: seed)
  }

  /// The first `sessions` sessions from `start`: the same as the beginning of a longer history of that seed.
  ///
  /// - Throws: `outsideCoverage` if there are not so many; `resource` if a table is damaged.
  public static func history(
    sessions: Int, seed: UInt64, start: SessionDate = defaultStart
  ) throws(MarketDataError) -> MarketHistory {
    let calendar = try TradingCalendar.newYork()
    var dates: [SessionDate] = []
    var day = calendar.isSession(start) ? start : calendar.next(after: start)
    while dates.count < sessions, let date = day {
      dates.append(date)
      day = calendar.next(after: date)
    }
    guard sessions >= 1, dates.count == sessions else {
      throw .outsideCoverage(
        what: "synthetic history", asked: "\(sessions) sessions from \(start)",
        covered: "\(calendar.coverage.lowerBound) to \(calendar.coverage.upperBound)")
    }
    return try build(dates, calendar: calendar, seed: seed)
  }

  private static func build(
    _ dates: [SessionDate], calendar: TradingCalendar, seed: UInt64
  ) throws(MarketDataError) -> MarketHistory {
    guard let first = dates.first, let last = dates.last else {
      throw .outsideCoverage(what: "synthetic history", asked: "no session", covered: "at least one")
    }
    let map = try VXMap.bundled()
    let events = SyntheticEvents.calendar(over: first...last, calendar: calendar)
    let expiries = VXExpiries(calendar: calendar)
    var simulation = SyntheticSimulation(seed: seed)
    var sessions: [Session] = []
    sessions.reserveCapacity(dates.count)
    var vix9d: [Double] = []
    var vix: [Double] = []
    var vix3m: [Double] = []
    var advances: [KnownSeries.Value] = []
    for date in dates {
      let day = simulation.next(
        date: date, closeMinute: calendar.closeMinute(date) ?? MinuteOfDay.close,
        nightDays: calendar.previous(before: date).map { date - $0 } ?? 1,
        events: events.kinds(on: date) ?? [])
      sessions.append(day.session)
      vix9d.append(day.vix9d)
      vix.append(day.vix)
      vix3m.append(day.vix3m)
      if let known = calendar.next(after: date) {
        advances.append(KnownSeries.Value(observed: date, known: known, value: day.netAdvances))
      }
    }
    let futures = map.history(vix: vix, dates: dates) { expiries.next(after: $0, count: 8) }
    var history = MarketHistory(
      name: "synthetic-\(dates.count)-sessions-seed-\(seed)", sessions: sessions,
      volatility: [.vix9d: vix9d, .vix: vix, .vix3m: vix3m], futures: futures, events: events,
      series: ["A/D": KnownSeries(advances)], calendar: calendar,
      provenance: Provenance(
        minutes: .synthetic, futures: .modelled, seed: seed,
        sources: ["synthetic market, seed \(seed): nothing in it is a fact", "VX: \(map.name)"]),
      digest: "")
    history.digest = ContentFingerprint.of(history)
    return history
  }
}
