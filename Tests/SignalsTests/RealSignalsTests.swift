import Foundation
import HistoryStore
import MarketData
import Rules
import Signals
import TestSupport
import Testing

/// Signals out of real files, against what the files say.
@Suite("Signals of real files", .enabled(if: SharedData.isPresent))
struct RealSignalsTests {
  static let history = Result {
    let folder = FileManager.default.temporaryDirectory.appending(path: "signals-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appending(path: "h.sqlite").path
    let files = [
      "spx/spx-daily-1999-2020.csv", "intraday/spx-cfd-1min-2018-2019.csv.gz",
      "intraday/spy-5min-2018-2020.csv.gz", "vix/vix9d-vix-vix3m-vix6m-2008-2020.csv",
      "futures/vx1-vx8-settle-2007-2020.csv", "macro/fred-DGS10.csv", "macro/fred-DGS2.csv",
      "macro/fred-BAA.csv", "macro/fred-GDPC1.csv", "macro/fred-RBUSBIS.csv",
      "breadth/nyse-advancers-2017-2020.csv", "breadth/nyse-decliners-2017-2020.csv",
      "fundamentals/shiller-sp500-monthly-1871-2020.csv",
    ].map { SharedData.path($0) }
    _ = try HistoryStore.importFiles(files, into: path, onConflict: .keep)
    return try HistoryStore.load(path: path)
  }

  /// Values on the morning after 5 February 2018, each read off its file by hand.
  @Test(
    arguments: [
      ("spx_close", 2_648.94, "2018-02-05"), ("vix", 37.32, "2018-02-05"), ("vix9d", 59.34, "2018-02-05"),
      ("vix/vix3m", 37.32 / 28.13, "2018-02-05"), ("vx1", 33.225, "2018-02-05"),
      ("vx2", 27.975, "2018-02-05"),
      ("roll_yield", 33.225 / 27.975 - 1, "2018-02-05"), ("backwardation", 1, "2018-02-05"),
      ("rate_differential", (2.77 - 2.08) / 100, "2018-02-05"),
    ])
  func theMorningAfter(rule: String, expected: Double, observed: String) throws {
    let history = try Self.history.get()
    let morning = history.firstIndex(onOrAfter: try #require(SessionDate(iso: "2018-02-06")))
    let program = RuleProgram([try Rulebook(catalogue: .standard).check(rule)])
    let feed = try Ask.feed(program.sessionSignals, history)
    let columns = program.sessionSignals.map { feed.sessions($0) }
    let sessions = program.sessions(count: feed.sessionCount, columns: columns.map { $0.map(\.number) })
    guard case .value(let value)? = sessions.value(of: 0, session: morning) else {
      Issue.record("\(rule) is missing")
      return
    }
    #expect(abs(value - expected) < 1e-12)
    for column in columns {
      guard case .value(_, let time, _) = column[morning] else { continue }
      #expect(time.date.description == observed)
    }
  }

  @Test(
    "Coverage is that of the files",
    arguments: [
      ("spx", "2018-01-02", "2020-12-31"), ("spy_basis", "2018-01-04", "2019-12-31"),
      ("ad_line", "2018-01-02", "2020-02-11"), ("order_flow", "2018-01-31", "2020-12-31"),
      ("wacc", "2018-01-02", "2020-12-31"), ("pe", "2018-01-02", "2020-12-31"),
    ])
  func coverage(text: String, first: String, last: String) throws {
    let history = try Self.history.get()
    let signal = try Ask.signal(text)
    let start = history.firstIndex(onOrAfter: try #require(SessionDate(iso: "2018-01-02")))
    let coverage = try Ask.feed([signal], history).coverage(
      of: signal, over: start..<history.sessions.count, dates: history.sessions.map(\.date))
    #expect(coverage.sessions == 756 && coverage.first == first && coverage.last == last, "\(coverage)")
    #expect(coverage.withValue + coverage.missing.values.reduce(0, +) == 756)
  }

  @Test("A quarter's growth is known 30 days after it, and the latest quarter counts")
  func growthIsKnownLate() throws {
    let history = try Self.history.get()
    let readings = try Ask.opens("gdp_growth", history)
    var last: SignalTime?
    var quarters = 0
    for reading in readings {
      guard case .value(_, let observed, let known) = reading, observed != last else { continue }
      last = observed
      quarters += 1
      // observed is the first day of the quarter, three months long
      #expect((118...125).contains(known.date - observed.date), "\(observed) known \(known)")
    }
    #expect(quarters >= 12)
  }

  @Test("The basis of SPY is small, and breaks only on the mornings after dividends")
  func basis() throws {
    let history = try Self.history.get()
    let signal = try Ask.signal("spy_basis")
    let feed = try Ask.feed([signal], history)
    var last: [Double] = []
    for session in history.sessions.indices {
      let close = feed.minutes(signal, session: session).last?.number ?? .nan
      if close.isFinite { last.append(close) }
    }
    #expect(last.count > 450)
    #expect(
      last.count { abs($0) < 0.002 } > last.count * 95 / 100,
      "\(last.count { abs($0) < 0.002 }) of \(last.count)")
    #expect(last.count { $0 < -0.003 } >= 6, "eight ex-dates in two years")
  }
}
