import Foundation
import TestSupport
import Testing

@testable import MarketData

/// The history that ships with the program.
struct BundledHistoryTests {
  @Test func everySessionOfTheCalendarIsThere() throws {
    let history = try BundledHistory.load(seed: 1)
    let first = try #require(SessionDate(iso: "2014-01-03"))
    let last = try #require(SessionDate(iso: "2018-12-31"))
    #expect(history.sessions.map(\.date) == history.calendar.sessions(in: first...last))
    #expect(history.sessions.count == 1257)
    #expect(history.name == "bundled-2014-2018")
    #expect(history.sessions.count { $0.closeMinute == 780 } == 11)
    #expect(try #require(history.volatility[.vix]).allSatisfy { $0 > 9 && $0 < 41 })
    #expect(history.provenance.minutes == .simulated)
    #expect(history.provenance.futures == .modelled)
    for date in [first, last] { #expect(history.events.kinds(on: date) != nil) }
  }

  @Test(arguments: [1, 20_140_103, UInt64.max])
  func everyPathIsPinnedToItsDay(seed: UInt64) throws {
    let history = try BundledHistory.load(seed: seed)
    for session in history.sessions {
      #expect(session.spot.max() == session.official.high, "\(session.date)")
      #expect(session.spot.min() == session.official.low, "\(session.date)")
      #expect(session.spot.last == session.official.close, "\(session.date)")
    }
  }

  /// Exact bits of all marks, bars, VIX, VX and events, in debug and release, on any machine.
  @Test func bitsAreThoseOfTheGoldenRun() throws {
    let one = try BundledHistory.load(seed: 1)
    #expect(one.digest == "fnv1a128:2cbd1f159edbb75d1f79ca4aa50dd66a")
    #expect(try BundledHistory.load(seed: 1).digest == one.digest)
    #expect(try BundledHistory.load(seed: 2).digest != one.digest)
  }

  @Test func fingerprintIsFNV1a128() {
    // RFC 9923 gives the empty string and single bytes; eight zero bytes were worked out with Python integers.
    #expect(ContentFingerprint().hexadecimal == "6c62272e07bb014262b821756295c58d")
    var hash = ContentFingerprint()
    hash.add(UInt64(0))
    var expected: UInt128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d
    for _ in 0..<8 { expected &*= (1 << 88) + 0x13b }
    #expect(hash.hexadecimal == String(expected, radix: 16))
  }

  @Test func decisionDaysMoveAfterTwo() throws {
    let history = try BundledHistory.load(seed: 1)
    func late(_ session: Session) -> Double {
      let r = (1...390).map { session.spot[$0] / session.spot[$0 - 1] - 1 }
      return r[270...].reduce(0) { $0 + $1 * $1 } / r.reduce(0) { $0 + $1 * $1 }
    }
    let full = history.sessions.filter { $0.closeMinute == 960 }
    let decisions = full.filter { history.events.kinds(on: $0.date)?.contains(.fomc) == true }
    #expect(decisions.count == 40)
    let decisionMean: Double = decisions.map(late).reduce(0, +) / 40
    #expect(abs(decisionMean - 0.66) < 0.04, "\(decisionMean)")
    let plain = full.filter { history.events.kinds(on: $0.date)?.contains(.fomc) != true }
    let plainMean: Double = plain.map(late).reduce(0, +) / Double(plain.count)
    #expect(abs(plainMean - 0.307) < 0.02, "\(plainMean)")
  }

  @Test(.enabled(if: SharedData.isPresent))
  func tableAgreesWithIndependentFiles() throws {
    let history = try BundledHistory.load(seed: 1)
    var spx: [String: [Double]] = [:]
    for row in try sharedRows("spx/spx-daily-1999-2020.csv") {
      spx[row[0]] = row[1...4].map { Double($0) ?? .nan }
    }
    var vix: [String: Double] = [:]
    for row in try sharedRows("vix/vix-daily-1990-2020.csv") { vix[row[0]] = Double(row[4]) }
    var worst = 0.0
    for (i, session) in history.sessions.enumerated() {
      let day = session.date.description
      let bar = try #require(spx[day])
      for (a, b) in zip(bar[1...], [session.official.high, session.official.low, session.official.close]) {
        worst = max(worst, abs(a - b))
      }
      #expect(history.close(.vix, i) == vix[day], "\(day)")
    }
    #expect(worst < 0.06, "\(worst)")
  }

  @Test(arguments: [
    "2014-01-02,1,2,1,1.5,\n2014-01-06,1,2,1,1.5,14", "2014-01-02,1,2,1,1.5,\n2014-01-04,1,2,1,1.5,14",
    "2014-01-02,1,2,1,1.5,\n2014-01-03,1,2,1,2.5,14", "2014-01-02,1,2,1,1.5,\n2014-01-03,1,2,1,1.5,",
    "2014-01-02,1,2,1,1.5,\n2014-01-03,1,x,1,1.5,14", "2014-01-02,1,2,1,1.5,",
  ])
  func damagedTablesAreRefused(rows: String) throws {
    let calendar = try TradingCalendar.newYork()
    let table = try BundledTable(
      name: "t.csv", text: BundledHistory.header + "\n" + rows, header: BundledHistory.header)
    #expect(throws: MarketDataError.self) { try BundledHistory.days(table, calendar: calendar) }
  }
}
