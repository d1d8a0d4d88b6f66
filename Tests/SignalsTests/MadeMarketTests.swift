import MarketData
import Rules
import Signals
import Testing

/// Signals of a made-up market with every kind of data, against NumPy and pandas.
@Suite("Signals of a made-up market")
struct MadeMarketTests {
  static let history = Result { try MadeMarket.golden() }

  @Test func intradayAgreesWithNumPy() throws {
    let history = try Self.history.get()
    let table = try GoldenTable("minutes.csv")
    let sessions = try table.column("session").map { Int($0) }
    let marks = try table.column("k").map { Int($0) }
    #expect(Set(sessions).count == 4 && marks.count == 4 * 391)
    for text in table.columns.dropFirst(2) {
      let signal = try Ask.signal(text)
      let feed = try Ask.feed([signal], history)
      let expected = try table.column(text)
      var readings: [Int: [SignalReading]] = [:]
      for (row, session) in sessions.enumerated() {
        let day = readings[session] ?? feed.minutes(signal, session: session)
        readings[session] = day
        #expect(
          Ask.agrees(day[marks[row]].number, expected[row]), "\(text) on \(session) \(marks[row])")
      }
      #expect(expected.count { $0.isFinite } > 1_400)
    }
  }

  @Test func illiquidityAgreesWithPandas() throws {
    let readings = try Ask.opens("amihud(20)", try Self.history.get())
    let expected = try GoldenTable("sessions.csv").column("amihud(20)")
    for i in expected.indices where expected[i].isFinite {
      #expect(Ask.agrees(readings[i].number, expected[i]), "\(i)")
    }
    // pandas wants all twenty; half of them are enough here
    #expect(readings[15].gap == .tooLittleHistory || readings[15].number.isFinite)
    #expect(readings[5] == .missing(.tooLittleHistory))
  }

  @Test func slowSignalsAgreeWithPandas() throws {
    let table = try GoldenTable("slow.csv")
    for text in table.columns.dropFirst() {
      let readings = try Ask.opens(text, try Self.history.get())
      let expected = try table.column(text)
      for i in expected.indices {
        #expect(Ask.agrees(readings[i].number, expected[i]), "\(text) on \(i)")
      }
      #expect(expected.count { $0.isFinite } > 55, "\(text)")
    }
  }

  @Test func indexAndClock() throws {
    let history = try Self.history.get()
    let spx = try Ask.signal("spx")
    let clock = try Ask.signal("minutes_to_close")
    let feed = try Ask.feed([spx, clock], history)
    let day = history.sessions[7]
    for (k, reading) in feed.minutes(spx, session: 7).enumerated() {
      let time = SignalTime(day.date, MinuteOfDay.open + k)
      #expect(reading == .value(day.spot[k], observed: time, known: time))
    }
    #expect(feed.minutes(clock, session: 7).map(\.number) == (0...390).map { Double(390 - $0) })
  }

  @Test("What a history lacks is an error that names the file; what belongs to a trade is another")
  func errors() throws {
    let history = try Self.history.get()
    func error(_ text: String, _ history: MarketHistory) throws -> String {
      do {
        _ = try Ask.feed([try Ask.signal(text)], history)
        return ""
      } catch { return "\(error)" }
    }
    for (text, file) in [
      ("vix", "daily closes of VIX"), ("vx2", "VX settlements"), ("vx_now", "VX settlements"),
      ("mev", "VIX9D"), ("event(CPI) within 1 session", "economic calendar"),
      ("realised_over_implied", "daily closes of VIX"),
    ] {
      let message = try error(text, history)
      #expect(
        message.hasPrefix("made: ") && message.contains(file) && message.contains("data import"), "\(message)"
      )
    }
    var bare = history
    bare.series = [:]
    bare.fund = []
    for (text, file) in [
      ("wacc", "DGS10"), ("rate_differential", "DGS10"), ("reer_change", "RBUSBIS"), ("gdp_growth", "GDPC1"),
      ("gdp_regime(expansion)", "GDPC1"), ("ad_line", "NYSE advancers"), ("ad_slope", "NYSE advancers"),
      ("p_cf", "series,observed,known,value"), ("p_cf_stress", "p_cf"), ("quick_ratio", "quick_ratio"),
      ("market_cap_trend", "market_cap"), ("pe", "Shiller earnings"), ("ddm_gap", "ddm_value"),
      ("stress", "at least one series"), ("order_flow", "SPY with a column of volume"), ("amihud", "SPY"),
      ("spy_basis", "SPY"),
    ] {
      let message = try error(text, bare)
      #expect(message.contains(file), "\(text): \(message)")
    }
    for text in ["move", "hedge_gain", "vix_giveback", "credit", "loss", "cost"] {
      #expect(try error(text, history).contains("value of the trade itself"))
    }
    #expect(try error("macd(26, 12)", history).contains("swap their lengths"))
    for i in bare.sessions.indices { bare.fund.append(i < 30 ? nil : history.fund[i]) }
    for i in 30..<60 { bare.fund[i]?.isIndex = true }
    #expect(try error("spy_basis", bare).contains("bars of SPX and of SPY"))
  }

  @Test("Reasons: too little history, holes, sessions without a file, series that have ended")
  func gaps() throws {
    var history = try Self.history.get()
    history.sessions[30].official.close = .nan
    let realised = try Ask.opens("realised_vol(5)", history)
    #expect(realised[5] == .missing(.tooLittleHistory) && realised[6].gap == nil)
    #expect((31...36).allSatisfy { realised[$0] == .missing(.noValue) } && realised[37].gap == nil)
    history.fund[40] = nil
    history.fund[41]?.isIndex = true
    let basis = try Ask.signal("spy_basis")
    let flow = try Ask.signal("order_flow(30)")
    let feed = try Ask.feed([basis, flow], history)
    #expect(feed.minutes(basis, session: 40).allSatisfy { $0 == .missing(.noSource) })
    #expect(feed.minutes(basis, session: 41).allSatisfy { $0 == .missing(.noSource) })
    #expect(feed.minutes(flow, session: 40).allSatisfy { $0 == .missing(.noSource) })
    #expect(feed.minutes(flow, session: 41)[100].gap == nil)
    #expect(feed.minutes(flow, session: 19)[100] == .missing(.tooLittleHistory))

    // a daily series that ends holds for some days, then it has ended; a hole in it is a hole
    let all = try #require(history.series["DGS2"]).values
    let last = try #require(SessionDate(iso: "2018-02-01"))
    history.series["DGS2"] = KnownSeries(all.filter { $0.observed <= last })
    let ended = try Ask.opens("rate_differential", history)
    let end = history.firstIndex(onOrAfter: last.adding(days: 1))
    #expect(ended[end].gap == nil && ended[end + 5].gap == nil)
    #expect(ended[end + 15] == .missing(.beyondCoverage))
    let later = try #require(SessionDate(iso: "2018-03-20"))
    history.series["DGS2"] = KnownSeries(all.filter { $0.observed <= last || $0.observed > later })
    #expect(try Ask.opens("rate_differential", history)[end + 15] == .missing(.noValue))

    // breadth is that of the session before, or nothing
    history.series["NYSE decliners"] = KnownSeries(
      try #require(history.series["NYSE decliners"]).values.filter {
        $0.observed != history.sessions[20].date && $0.observed < history.sessions[50].date
      })
    let line = try Ask.opens("ad_line", history)
    #expect(line[20].gap == nil && line[21] == .missing(.noValue) && line[22].gap == nil)
    #expect(line[50].gap == nil && line[51] == .missing(.beyondCoverage))
  }

  @Test("Days that the event calendar doesn't cover are missing, never without an event")
  func events() throws {
    var history = try Self.history.get()
    let day = history.sessions[20].date
    history.events = EventCalendar(
      events: [EconomicEvent(date: day, kind: .cpi, minute: 510)],
      coverage: history.sessions[10].date...history.sessions[30].date)
    let today = try Ask.opens("event(CPI) within 0 sessions", history)
    let soon = try Ask.opens("event(FOMC, CPI) within 2 sessions", history)
    #expect(today[9] == .missing(.beyondCoverage) && today[31] == .missing(.beyondCoverage))
    #expect(today[19].number == 0 && today[20].number == 1 && today[21].number == 0)
    #expect([17, 18, 19, 20, 21].map { soon[$0].number } == [0, 1, 1, 1, 0])
    #expect(soon[28].number == 0 && soon[29] == .missing(.beyondCoverage))
  }

  @Test("Composite stress is the mean place of what is present, each turned towards stress")
  func stress() throws {
    var history = try MadeMarket.full(sessions: 300, seed: 3)
    history.series = history.series.filter { ["DGS10", "DGS2", "p_cf"].contains($0.key) }
    let readings = try Ask.opens("stress", history)
    let slope = try Ask.opens("rate_differential", history).map(\.number)
    let ratio = try Ask.opens("p_cf", history).map(\.number)
    for i in readings.indices {
      let places = [slope.map { -$0 }, ratio].compactMap { column -> Double? in
        let past = column[...i].filter(\.isFinite)
        guard column[i].isFinite, past.count >= 252 else { return nil }
        return Double(past.count { $0 <= column[i] }) / Double(past.count)
      }
      let mean = places.isEmpty ? Double.nan : places.reduce(0, +) / Double(places.count)
      #expect(Ask.agrees(readings[i].number, mean), "\(i)")
    }
    #expect(readings[251].gap == nil && readings[250] == .missing(.tooLittleHistory))
  }
}
