import Kernels
import MarketData
import Rules
import Signals
import Testing

/// Signals and windows over the bundled S&P 500 and VIX closes, against TA-Lib and pandas.
@Suite("Signals of the bundled closes")
struct BundledGoldenTests {
  static let history = Result { try BundledHistory.load(seed: 1) }
  static let table = Result { try GoldenTable("bundled.csv") }

  @Test(
    arguments: [
      "spx_close", "vix", "rsi(14, 1 session)", "rsi(2, 1 session)", "macd(12, 26, 9, line, 1 session)",
      "macd(12, 26, 9, signal, 1 session)", "macd(12, 26, 9, histogram, 1 session)", "realised_vol(20)",
      "realised_vol(5)", "realised_over_implied(20)",
    ])
  func agreesWithTheOtherProgram(text: String) throws {
    let readings = try Ask.opens(text, try Self.history.get())
    let expected = try Self.table.get().column(text)
    #expect(readings.count == expected.count && expected.count { $0.isFinite } > 1_200)
    for i in readings.indices {
      // TA-Lib begins the line with the signal; it has 8 values before that
      if text.contains("line"), expected[i].isNaN { continue }
      #expect(Ask.agrees(readings[i].number, expected[i]), "\(text) on \(i)")
    }
  }

  @Test("Windows of rules over sessions, against pandas")
  func windows() throws {
    let history = try Self.history.get()
    let table = try Self.table.get()
    let texts =
      ["mean", "sd", "highest", "lowest", "zscore", "percentile"].map { "\($0)(vix, 20)" }
      + ["change(vix, 5)", "lag(vix, 5)"]
    let book = try Rulebook(catalogue: .standard)
    let program = RuleProgram(try texts.map { try book.check($0) })
    let feed = try Ask.feed(program.sessionSignals, history)
    let sessions = program.sessions(
      count: feed.sessionCount, columns: program.sessionSignals.map { feed.sessions($0).map(\.number) })
    for (rule, text) in texts.enumerated() {
      let expected = try table.column(text)
      var seen = 0
      for i in expected.indices {
        guard case .value(let value)? = sessions.value(of: rule, session: i) else {
          #expect(expected[i].isNaN, "\(text) on \(i)")
          continue
        }
        #expect(Ask.agrees(value, expected[i]), "\(text) on \(i)")
        seen += 1
      }
      #expect(seen > 1_200)
    }
  }

  @Test("RSI by minute is the series of the engines, bit for bit, and says when its last bar ended")
  func relativeStrengthByMinute() throws {
    let history = try Self.history.get()
    let signal = try Ask.signal("rsi(14, 5 min)")
    let feed = try Ask.feed([signal], history)
    let series = RelativeStrengthIndex(.init(length: 14, barMinutes: 5), history: history)
    for session in [0, 1, 500, 1_256] {
      for (k, reading) in feed.minutes(signal, session: session).enumerated() {
        let value = series.value(session: session, minute: MinuteOfDay.open + k)
        #expect(reading.number.bitPattern == value.bitPattern || reading.number.isNaN && value.isNaN)
        guard case .value(_, let observed, let known) = reading else { continue }
        let before = session > 0 ? history.sessions[session - 1] : history.sessions[0]
        let expected =
          k < 5
          ? SignalTime(before.date, before.closeMinute)
          : SignalTime(history.sessions[session].date, MinuteOfDay.open + k / 5 * 5)
        #expect(observed == expected && known == expected, "\(session) \(k)")
      }
    }
  }

  @Test("A value seen in the evening is that of the next open, of closes")
  func evenings() throws {
    let history = try Self.history.get()
    for text in [
      "spx_close", "vix", "vx1", "roll_yield", "realised_vol(20)", "macd(12, 26, 9, line, 1 session)",
    ] {
      let signal = try Ask.signal(text)
      let feed = try Ask.feed([signal], history)
      #expect(
        Array(feed.sessions(signal, view: .evening).dropLast()) == Array(feed.sessions(signal).dropFirst()))
    }
  }

  @Test("VX by month, roll yield and backwardation are the settlements of the session before")
  func futures() throws {
    let history = try Self.history.get()
    let near = try Ask.opens("vx1", history)
    let second = try Ask.opens("vx2", history)
    let roll = try Ask.opens("roll_yield", history)
    let backwardation = try Ask.opens("backwardation", history)
    #expect(near[0] == .missing(.tooLittleHistory))
    for i in history.sessions.indices.dropFirst() {
      let day = history.sessions[i - 1].date
      let live = history.futures[i - 1].filter { $0.expiry > day }.map(\.settle)
      let time = SignalTime(day, MinuteOfDay.afterClose)
      #expect(near[i] == .value(live[0], observed: time, known: time))
      #expect(second[i].number == live[1] && roll[i].number == live[0] / live[1] - 1)
      #expect(backwardation[i].number == (live[0] > live[1] ? 1 : 0))
    }
    #expect(backwardation.contains { $0.number == 1 } && backwardation.contains { $0.number == 0 })
  }

  @Test("mev is the loss of the pool over the premium left, as worked out by hand")
  func extractableValue() throws {
    let history = try Self.history.get()
    let signal = try Ask.signal("mev(20)")
    let feed = try Ask.feed([signal], history)
    let realised = try Ask.opens("realised_vol(20)", history)
    let i = 600
    let entry = feed.minutes(signal, session: i, expiry: i + 1)
    let last = feed.minutes(signal, session: i + 1, expiry: i + 1)
    let vix = history.close(.vix, i - 1)
    #expect(vix > 12.7 && vix < 20, "the formula below is that of the level between the knees")
    let sigma = 0.132 * Elementary.pow(vix / 16, 2.5)
    // at the open: one session, the night, and the next session; plain days
    let day = history.sessions[i].date
    let gap = history.sessions[i + 1].date - day
    #expect(
      gap == 1 && history.events.kinds(on: day) == [] && history.events.kinds(on: day.adding(days: 1)) == [])
    let w = 0.65 + 0.35 + 0.65
    let s = sigma * (w / 252).squareRoot()
    let premium = 2 * (2 * normalCDF(s / 2) - 1)
    let rv = realised[i].number / 100
    #expect(Ask.agrees(entry[0].number, rv * rv / 8 * w / 252 / premium, 1e-12))
    #expect(last.last == .missing(.noValue), "nothing is left at the close")
    #expect(last[389].number < last[0].number && last[0].number < entry[0].number)
  }
}
