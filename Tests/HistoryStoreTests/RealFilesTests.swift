import Foundation
import GRDB
import MarketData
import TestSupport
import Testing

@testable import HistoryStore

@Suite(.enabled(if: SharedData.isPresent))
struct RealFilesTests {
  private let store: RealStore
  private static let from = SessionDate(iso: "2018-01-02")
  private static let to = SessionDate(iso: "2020-12-31")

  init() throws { store = try RealStore.shared.get() }

  private func load(_ bars: BarSource? = nil, seed: UInt64 = 1) throws -> MarketHistory {
    try HistoryStore.load(path: store.path, from: Self.from, to: Self.to, bars: bars, seed: seed)
  }

  @Test func everyFileOfTheFolderIsRead() {
    #expect(store.summaries.count == RealStore.files.count)
    #expect(store.summaries.allSatisfy { !$0.alreadyImported && !$0.parts.isEmpty })
    #expect(store.summary("spx-cfd-1min-2018-2019.csv.gz")?.rows == 194_627)
    #expect(store.summary("vix-daily-1990-2020.csv")?.warnings.first?.count == 47)
    // The raw month agrees with the prepared file of the same source in every regular minute.
    let raw = store.summary("SPXUSD-2018-02.csv.gz")?.parts.first
    #expect(raw?.new == 0 && raw?.conflicts == 0 && (raw?.same ?? 0) > 7_000)
    // Exchange files per contract agree with the panel read by position, roll days included.
    let contracts = store.summaries.filter { $0.format == "CFE VX contract" }
    #expect(contracts.count == 24)
    #expect(contracts.flatMap(\.parts).reduce(0) { $0 + $1.conflicts } == 0)
    #expect(contracts.flatMap(\.parts).reduce(0) { $0 + $1.same } > 3_000)
  }

  @Test func theTwoPanelsAgreeOnIdentifiedContracts() throws {
    let months = try #require(store.summary("vx-m1-m7-settle-2004-2020.csv")?.parts.first)
    #expect(Double(months.same) / Double(months.same + months.conflicts) > 0.993)
    #expect(months.warningsFree)
    let check = try HistoryStore.check(path: store.path)
    let vx = try #require(check.series.first { $0.name == "VX settlements" })
    let finding = try #require(vx.findings.first { $0.problem.contains("another file") })
    #expect(finding.count == months.conflicts)
    // Since 2009 all but a few of some 3,000 days agree in every contract.
    let path = store.path
    let days = try conflictDays(path).filter { $0 >= "2009" }
    #expect(days.count <= 6, "\(days)")
    #expect(Double(days.count) / 3_021 < 0.002)
  }

  private func conflictDays(_ path: String) throws -> [String] {
    let queue = try HistoryDatabase.reader(path)
    return try queue.read { db in
      try String.fetchAll(
        db, sql: "SELECT DISTINCT substr(key, 1, 10) FROM conflicts WHERE what = 'VX settlement' ORDER BY 1")
    }
  }

  @Test func threeYearsAreAligned() throws {
    let history = try load()
    #expect(history.sessions.count == 756)
    #expect(history.sessions.count { $0.closeMinute == MinuteOfDay.earlyClose } == 8)
    #expect(history.sessions.allSatisfy { $0.official.close.isFinite })
    #expect(history.volatility[.vix]?.allSatisfy(\.isFinite) == true)
    #expect(history.volatility[.vix9d]?.allSatisfy(\.isFinite) == true)
    #expect(history.futures.allSatisfy { $0.count >= 7 })
    #expect(history.events.coverage?.upperBound == SessionDate(iso: "2020-12-31"))
    #expect(history.series["A/D"]?.values.last?.observed == SessionDate(iso: "2020-02-10"))
    #expect(history.provenance.minutes == .bridged)
    #expect(history.provenance.futures == .quoted)
    #expect(history.provenance.sources.contains { $0.contains("SPX-1min") })
    #expect(history.provenance.sources.contains { $0.contains("SPY-5min") })
    // The first contract of a session settles after it, save on the settlement day of the exchange's own files.
    for (i, session) in history.sessions.enumerated() {
      #expect((history.futures[i].first?.expiry ?? session.date) > session.date)
    }
  }

  @Test func fundBarsAloneHaveTheirKnownHoles() throws {
    let history = try load(BarSource(symbol: .spy, minutes: 5))
    let late = history.sessions.filter { session in session.spot.prefix(60).allSatisfy(\.isNaN) }
    #expect(late.count == 55)
    #expect(late.allSatisfy { $0.spot(at: 630).isFinite && $0.spot(at: 960).isFinite })
    #expect(history.sessions.count { !$0.spot.contains(where: \.isNaN) } == 701)
    // Scaled by the day's factor, the last mark is the official close to the bit of a rounding.
    for session in history.sessions {
      let last = session.spot(at: session.closeMinute)
      #expect(abs(last / session.official.close - 1) < 1e-12, "\(session.date)")
    }
  }

  @Test func indexContractClosesMeetTheIndex() throws {
    let history = try HistoryStore.load(
      path: store.path, from: Self.from, to: SessionDate(iso: "2019-12-31"),
      bars: BarSource(symbol: .spx, minutes: 1))
    var deviations: [Double] = []
    for session in history.sessions {
      guard let last = session.spot.last(where: \.isFinite) else { continue }
      deviations.append(abs(last / session.official.close - 1) * 10_000)
    }
    deviations.sort()
    #expect(deviations.count > 495)
    #expect((1.5...2.5).contains(deviations[deviations.count / 2]), "\(deviations[deviations.count / 2]) bp")
  }

  @Test func bridgedMinutesStayInsideTheirBarsAndFollowTheSeed() throws {
    let one = try load(BarSource(symbol: .spy, minutes: 5), seed: 1)
    let same = try load(BarSource(symbol: .spy, minutes: 5), seed: 1)
    let other = try load(BarSource(symbol: .spy, minutes: 5), seed: 2)
    #expect(one.digest == same.digest)
    #expect(one.digest != other.digest)
    // At the bars' ends the seed doesn't matter.
    for (a, b) in zip(one.sessions, other.sessions) {
      for minute in stride(from: 635, through: a.closeMinute, by: 5) {
        #expect(a.spot(at: minute).bitPattern == b.spot(at: minute).bitPattern)
      }
    }
  }

  @Test func importingEverythingAgainChangesNothing() throws {
    let before = try Data(contentsOf: URL(filePath: store.path))
    let again = try HistoryStore.importFiles(RealStore.files, into: store.path)
    #expect(again.allSatisfy { $0.alreadyImported })
    #expect(try Data(contentsOf: URL(filePath: store.path)) == before)
  }

  @Test func checkFindsWhatIsKnownToBeOdd() throws {
    let report = try HistoryStore.check(path: store.path)
    func finding(_ series: String, _ problem: String) -> CheckFinding? {
      report.series.first { $0.name == series }?.findings.first { $0.problem.contains(problem) }
    }
    #expect(finding("SPY-5min bars", "09:30–10:30")?.count == 55)
    #expect(finding("SPY-5min bars", "scale factors")?.count == 2)
    #expect(finding("SPX daily", "opens equal")?.count == 1_905)
    #expect(finding("VIX", "opens outside")?.count == 47)
    #expect(finding("VIX", "another file")?.count == 9)
    #expect(finding("VVIX", "closes outside")?.examples.first == "2006-03-15 15.71")
    #expect(finding("A/D", "ends")?.examples == ["2020-02-10"])
    #expect(finding("SPX daily", "sessions without") == nil)
    let text = report.description
    #expect(text.split(separator: "\n").allSatisfy { $0.count <= 110 })
  }

  @Test func threeYearsLoadInTime() throws {
    let clock = ContinuousClock()
    let start = clock.now
    _ = try load()
    // A debug build with the database not optimised; a release build takes a fraction.
    #expect(clock.now - start < .seconds(5))
  }
}

extension ImportSummary.Part {
  fileprivate var warningsFree: Bool { first == "2007-03-26" }
}
