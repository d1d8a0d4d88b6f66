import Kernels
import MarketData
import Testing

/// Histories for the tests of signals.
enum MadeMarket {
  /// The market of `market.csv` and `series.csv`: minutes, bars of the fund, slow series; no volatility, no futures.
  static func golden() throws -> MarketHistory {
    let calendar = try TradingCalendar.newYork()
    var sessions: [Session] = []
    var fund: [FundSession?] = []
    for line in try GoldenTable.lines("market.csv") {
      let parts = line.split(separator: ";")
      let date = try #require(SessionDate(iso: parts[0]))
      var cents = 0
      let spot = parts[1].split(separator: " ").map { change -> Double in
        cents += Int(change) ?? 0
        return Double(cents) / 100
      }
      let bars = parts[2].split(separator: " ").enumerated().map { k, text in
        let values = text.split(separator: ",").map { Double($0) ?? .nan }
        return FundBar(
          endMinute: MinuteOfDay.open + 5 * k + 5, open: values[0] / 100, close: values[1] / 100,
          volume: values[2])
      }
      let close = spot[spot.count - 1]
      sessions.append(
        Session(
          date: date, closeMinute: MinuteOfDay.close, spot: spot,
          official: DailyBar(open: spot[0], high: spot.max() ?? close, low: spot.min() ?? close, close: close)
        ))
      fund.append(FundSession(barMinutes: 5, bars: bars, isIndex: false))
    }
    var series: [String: [KnownSeries.Value]] = [:]
    for line in try GoldenTable.lines("series.csv").dropFirst() {
      let parts = line.split(separator: ",")
      let value = KnownSeries.Value(
        observed: try #require(SessionDate(iso: parts[1])), known: try #require(SessionDate(iso: parts[2])),
        value: try #require(Double(parts[3])))
      series[String(parts[0]), default: []].append(value)
    }
    return MarketHistory(
      name: "made", sessions: sessions, volatility: [:], futures: sessions.map { _ in [] },
      events: EventCalendar(events: [], coverage: nil), series: series.mapValues(KnownSeries.init),
      calendar: calendar, fund: fund,
      provenance: Provenance(minutes: .synthetic, futures: .none, seed: 7, sources: []), digest: "")
  }

  /// A synthetic market with everything that signals read, and holes in all of it. Two seeds give the same dates and holes.
  static func full(sessions: Int, seed: UInt64) throws -> MarketHistory {
    var history = try SyntheticMarket.history(sessions: sessions, seed: seed)
    var noise = Philox(seed: seed, stream: 1)
    var holes = Philox(seed: 99, stream: 2)
    let vix = history.volatility[.vix] ?? []
    for index in VolatilityIndex.allCases where history.volatility[index] == nil {
      history.volatility[index] = vix.map { $0 * (1 + 0.05 * noise.uniform()) }
    }
    history.fund = history.sessions.map { session in
      guard holes.integer(below: 15) > 0 else { return nil }
      var bars: [FundBar] = []
      for start in stride(from: MinuteOfDay.open, to: session.closeMinute, by: 5) {
        func price(_ minute: Int) -> Double { session.spot(at: minute) / 10 * (1 + 1e-4 * noise.normal()) }
        let bar = FundBar(
          endMinute: start + 5, open: price(start), close: price(start + 5),
          volume: Double(500 + noise.integer(below: 9_000)))
        if holes.integer(below: 400) > 0 { bars.append(bar) }
      }
      return FundSession(barMinutes: 5, bars: bars, isIndex: holes.integer(below: 10) == 0)
    }
    let first = history.sessions[0].date
    func series(every days: Int, lag: Int, from level: Double, by step: Double) -> KnownSeries {
      var level = level
      return KnownSeries(
        stride(from: -900, to: sessions * 3 / 2, by: days).map { offset in
          level += step * noise.normal()
          let observed = first.adding(days: offset)
          return .init(observed: observed, known: observed.adding(days: lag), value: level)
        })
    }
    func monthly(_ months: Int, lag: Int, from level: Double, by step: Double) -> KnownSeries {
      var level = level
      return KnownSeries(
        (0..<(80 / months)).compactMap { i in
          level += step * noise.normal()
          let month = (first.year - 3) * 12 + i * months
          guard let observed = SessionDate(year: month / 12, month: month % 12 + 1, day: 1) else {
            return nil
          }
          return .init(observed: observed, known: observed.adding(days: lag), value: level)
        })
    }
    history.series = [
      "DGS10": series(every: 1, lag: 1, from: 3, by: 0.01),
      "DGS2": series(every: 1, lag: 1, from: 2, by: 0.01),
      "BAA": monthly(1, lag: 40, from: 5, by: 0.05), "RBUSBIS": monthly(1, lag: 55, from: 110, by: 1),
      "GDPC1": monthly(3, lag: 119, from: 18_000, by: 90), "p_cf": monthly(3, lag: 140, from: 14, by: 0.3),
      "quick_ratio": monthly(3, lag: 140, from: 1, by: 0.01), "pe": monthly(3, lag: 140, from: 20, by: 0.3),
      "market_cap": monthly(3, lag: 140, from: 2e13, by: 3e11),
      "ddm_value": monthly(3, lag: 140, from: 3_000, by: 40),
    ]
    for name in ["NYSE advancers", "NYSE decliners"] {
      history.series[name] = KnownSeries(
        history.sessions.indices.dropLast().compactMap { i in
          let count = Double(800 + noise.integer(below: 1_400))
          guard (i + name.count) % 23 > 0 else { return nil }
          return .init(
            observed: history.sessions[i].date, known: history.sessions[i + 1].date, value: count)
        })
    }
    for i in history.sessions.indices {
      switch holes.integer(below: 24) {
      case 0:
        let start = holes.integer(below: 200)
        for k in start..<(start + 1 + holes.integer(below: 9)) { history.sessions[i].spot[k] = .nan }
      case 1: history.sessions[i].official.close = .nan
      case 2: for index in VolatilityIndex.allCases { history.volatility[index]?[i] = .nan }
      case 3: history.futures[i] = []
      case 4: if !history.futures[i].isEmpty { history.futures[i].removeFirst() }
      default: break
      }
    }
    return history
  }
}
