import MarketData
import Testing

@testable import Pricing

@Suite struct VarianceClockTests {
  static func clock() throws -> VarianceClock {
    VarianceClock(
      parameters: ClockParameters(), calendar: try TradingCalendar.newYork(),
      events: try EventCalendar.bundled())
  }
  static func date(_ text: String) throws -> SessionDate { try #require(SessionDate(iso: text)) }

  /// The two times the calibration notes print.
  @Test func remainingShareAsPrinted() throws {
    let clock = try Self.clock()
    #expect((clock.remainingShare(minute: 824, closeMinute: 960) - 0.33).magnitude < 0.005)
    #expect((clock.remainingShare(minute: 923, closeMinute: 960) - 0.127).magnitude < 0.0005)
    #expect(clock.remainingShare(minute: 570, closeMinute: 960) == 1)
    #expect(clock.remainingShare(minute: 960, closeMinute: 960) == 0)
    #expect(clock.remainingShare(minute: 1000, closeMinute: 960) == 0)
  }

  @Test(arguments: [960, 780])
  func sharesFallFromOneToZero(close: Int) throws {
    let clock = try Self.clock()
    var last = 1.0
    for minute in 571...close {
      let share = clock.remainingShare(minute: minute, closeMinute: close)
      #expect(share < last && share >= 0)
      last = share
    }
    #expect(last == 0)
  }

  /// c = 0.65·rem + 1 plus what the night and the events add.
  @Test(arguments: [
    ("2019-05-14", "2019-05-15", 0.0),  // plain
    ("2019-05-31", "2019-06-03", 0.17),  // weekend
    ("2019-05-24", "2019-05-28", 0.27),  // Memorial Day weekend
    ("2019-06-06", "2019-06-07", 0.24),  // employment report
    ("2019-04-30", "2019-05-01", 0.30),  // FOMC decision on the expiry day
    ("2019-05-09", "2019-05-10", 0.0),  // CPI
  ])
  func extras(row: (from: String, to: String, extra: Double)) throws {
    let clock = try Self.clock()
    let c = clock.sessions(from: try Self.date(row.from), minute: 923, to: try Self.date(row.to))
    let plain = 0.65 * clock.remainingShare(minute: 923, closeMinute: 960) + 1
    #expect((c - plain - row.extra).magnitude < 1e-12)
  }

  @Test func fomcVarianceRunsOffAfterTwo() throws {
    let clock = try Self.clock()
    let day = try Self.date("2019-05-01")
    let before = clock.day(day, from: 840) - 0.65 * clock.remainingShare(minute: 840, closeMinute: 960)
    #expect((before - 0.3).magnitude < 1e-12)
    #expect(clock.day(day, from: 960) == 0)
  }

  @Test func aHalfDayHoldsAWholeSessionOfVariance() throws {
    let clock = try Self.clock()
    let half = try Self.date("2019-07-03")
    let full = try Self.date("2019-07-02")
    #expect(clock.day(half, from: 570) == clock.day(full, from: 570))
    #expect(clock.day(half, from: 780) == 0)
    // The same share of the way, the same share of the variance.
    #expect((clock.day(half, from: 570 + 105) - clock.day(full, from: 570 + 195)).magnitude < 1e-12)
    #expect(clock.sessions(from: half, minute: 780, to: half) == 0)
  }

  /// Time never runs backwards: every minute later is less variance, over nights, weekends and half days.
  @Test func varianceToExpiryOnlyFalls() throws {
    let clock = try Self.clock()
    let expiry = try Self.date("2019-07-08")
    var last = Double.infinity
    for session in ["2019-06-28", "2019-07-01", "2019-07-02", "2019-07-03", "2019-07-05", "2019-07-08"] {
      let date = try Self.date(session)
      for minute in stride(from: 570, through: session == "2019-07-03" ? 779 : 959, by: 7) {
        let c = clock.sessions(from: date, minute: minute, to: expiry)
        #expect(c < last && c > 0, "\(session) \(MinuteOfDay.text(minute))")
        last = c
      }
    }
    #expect(clock.sessions(from: expiry, minute: 960, to: expiry) == 0)
    #expect(clock.sessions(from: expiry.adding(days: 1), minute: 600, to: expiry) == 0)
  }
}
