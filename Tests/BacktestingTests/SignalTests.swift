import Foundation
import MarketData
import Signals
import Strategies
import Testing

@testable import Backtesting

/// Indicators against TA-Lib, and that they are known only when they could be.
@Suite("Signals")
struct SignalTests {
  /// close, rsi2, rsi14, rsi30 of `Tests/Golden/backtesting/rsi.csv`; NaN where TA-Lib has none yet.
  static func golden() throws -> [[Double]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let text = try String(contentsOf: folder.appending(path: "Golden/backtesting/rsi.csv"), encoding: .utf8)
    return text.split(separator: "\n").filter { !$0.hasPrefix("#") && !$0.hasPrefix("close") }.map { row in
      row.split(separator: ",", omittingEmptySubsequences: false).map { Double($0) ?? .nan }
    }
  }
  static func agrees(_ value: Double, _ expected: Double) -> Bool {
    expected == expected ? abs(value - expected) < 1e-8 : value != value
  }

  @Test("On sessions: TA-Lib's value of the closes before", arguments: zip([1, 2, 3], [2, 14, 30]))
  func rsiOnSessions(column: Int, length: Int) throws {
    let rows = try Self.golden()
    let history = try Markets.tiny(
      sessions: rows.count, close: Dictionary(uniqueKeysWithValues: rows.enumerated().map { ($0, $1[0]) })
    ) { _, _ in 2_500 }
    let rsi = RelativeStrengthIndex(.init(length: length, barMinutes: 0), history: history)
    for i in rows.indices.dropFirst() {
      for minute in [570, 945, 975] {
        #expect(Self.agrees(rsi.value(session: i, minute: minute), rows[i - 1][column]))
      }
    }
    #expect(rsi.value(session: 0, minute: 960).isNaN)
  }

  @Test("On 5-minute bars: TA-Lib's value, from the minute in which a bar ends on", arguments: [1, 2, 3])
  func rsiOnBars(column: Int) throws {
    let rows = try Self.golden()
    // 78 bars a session; between their ends the index is elsewhere, which no bar may see.
    let history = try Markets.tiny(sessions: 5) { session, minute in
      let bar = (minute - 570) / 5 - 1
      return minute > 570 && minute % 5 == 0 ? rows[session * 78 + bar][0] : 99
    }
    let rsi = RelativeStrengthIndex(.init(length: [0, 2, 14, 30][column], barMinutes: 5), history: history)
    for session in 0..<5 {
      for minute in 570...976 {
        let completed = session * 78 + min((minute - 570) / 5, 78)
        let expected = completed == 0 ? .nan : rows[completed - 1][column]
        #expect(Self.agrees(rsi.value(session: session, minute: minute), expected), "\(session) \(minute)")
      }
    }
  }

  @Test("A bar whose end has no mark is left out; the value before it stands")
  func missingBarEnds() throws {
    let rows = try Self.golden()
    var history = try Markets.tiny(sessions: 2) { session, minute in
      minute > 570 && minute % 5 == 0 ? rows[session * 78 + (minute - 570) / 5 - 1][0] : 99
    }
    history.sessions[1].spot[50] = .nan
    let rsi = RelativeStrengthIndex(.init(length: 14, barMinutes: 5), history: history)
    #expect(rsi.value(session: 1, minute: 620) == rsi.value(session: 1, minute: 615))
    #expect(rsi.value(session: 1, minute: 619) == rsi.value(session: 1, minute: 615))
    #expect(rsi.value(session: 1, minute: 625) != rsi.value(session: 1, minute: 620))
  }

  @Test(
    "Event windows: the holding window by the minute, sessions ahead by the calendar, nil beyond the list")
  func eventWindows() throws {
    let friday = try #require(SessionDate(iso: "2019-03-08"))
    let history = try Markets.tiny(
      sessions: 8, events: [EconomicEvent(date: friday, kind: .nfp, minute: 510)]
    ) { _, _ in 3_000 }
    func inside(_ entry: Int, _ minute: Int) -> Bool? {
      EventWindow.insideHolding([.nfp], entry: entry, minute: minute, expiry: entry + 1, history: history)
    }
    #expect(inside(2, 945) == false)
    #expect(inside(3, 945) == true)  // Thursday into Friday
    #expect(inside(4, 945) == false)  // out at 08:30
    #expect(inside(4, 509) == true && inside(4, 510) == false)
    #expect(EventWindow.insideHolding([.cpi], entry: 3, minute: 945, expiry: 4, history: history) == false)
    func ahead(_ from: Int, _ sessions: Int) -> Bool? {
      EventWindow.contains([.nfp, .fomc], from: from, withinSessions: sessions, history: history)
    }
    #expect(ahead(4, 0) == true && ahead(3, 0) == false && ahead(3, 1) == true && ahead(2, 1) == false)
    #expect(ahead(5, 2) == false)
    #expect(ahead(6, 2) == nil)  // the list ends with the history
    // After the close of a half day a trade is over: 2019-07-03 closes at 13:00.
    let half = try #require(SessionDate(iso: "2019-07-03"))
    let july = try Markets.tiny(
      sessions: 4, start: "2019-07-01", events: [EconomicEvent(date: half, kind: .fomc, minute: 840)]
    ) { _, _ in 3_000 }
    #expect(EventWindow.insideHolding([.fomc], entry: 1, minute: 945, expiry: 2, history: july) == false)
    #expect(EventWindow.insideHolding([.fomc], entry: 2, minute: 700, expiry: 3, history: july) == true)
  }
}
