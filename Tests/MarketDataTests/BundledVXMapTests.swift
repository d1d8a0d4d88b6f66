import Foundation
import TestSupport
import Testing

@testable import MarketData

/// The VX curve out of VIX.
struct BundledVXMapTests {
  @Test func levelsMatchTheFittingProgram() throws {
    let map = try VXMap.bundled()
    let rows = try bundledGolden("vx-levels.csv").map { $0.map { Double($0) ?? .nan } }
    #expect(rows.count == 60)
    for row in rows {
      let level = map.level(vix: row[0], slowMean: row[1], days: Int(row[2]))
      #expect(abs(level / row[3] - 1) < 1e-12, "\(row)")
    }
  }

  @Test func aFutureEndsOnVIX() throws {
    let map = try VXMap.bundled()
    for vix in [9.5, 20, 80] {
      #expect(abs(map.level(vix: vix, slowMean: 2.8, days: 0) / vix - 1) < 1e-14)
      let near = abs(map.level(vix: vix, slowMean: 2.8, days: 1) / vix - 1)
      #expect(near < abs(map.level(vix: vix, slowMean: 2.8, days: 30) / vix - 1))
    }
  }

  @Test func eightContractsADayOnTheTick() throws {
    let history = try BundledHistory.load(seed: 1)
    let expiries = VXExpiries(calendar: history.calendar)
    for (session, curve) in zip(history.sessions, history.futures) {
      #expect(curve.map(\.expiry) == expiries.next(after: session.date, count: 8))
      #expect(curve.allSatisfy { ($0.settle * 40).rounded() == $0.settle * 40 && $0.settle > 8 })
    }
  }

  @Test func oneDayAloneGivesTheSameAsThePass() throws {
    let history = try BundledHistory.load(seed: 1)
    let map = try VXMap.bundled()
    let vix = try #require(history.volatility[.vix])
    for i in [0, 1, 100, 1256] {
      let expiries = history.futures[i].map(\.expiry)
      let alone = map.settles(
        vix: Array(vix[0...i]), date: history.sessions[i].date, expiries: expiries)
      #expect(alone == history.futures[i])
    }
    #expect(map.settles(vix: [15, .nan], date: history.sessions[1].date, expiries: []) == [])
  }

  /// What a 30-day exposure held over one session on identified contracts earned, and the change of VIX.
  private static func held(_ history: MarketHistory) -> (pnl: [Double], vix: [Double]) {
    var pnl: [Double] = []
    var moves: [Double] = []
    for i in 1..<history.sessions.count {
      let before = history.futures[i - 1]
      let date = history.sessions[i - 1].date
      guard let far = before.firstIndex(where: { $0.expiry - date > 30 }), far > 0 else { continue }
      let near = far - 1
      let span = Double(before[far].expiry - before[near].expiry)
      let weight = Double(before[far].expiry - date - 30) / span
      func change(_ contract: FuturesSettle) -> Double? {
        history.futures[i].first { $0.expiry == contract.expiry }.map { $0.settle - contract.settle }
      }
      guard let a = change(before[near]), let b = change(before[far]) else { continue }
      pnl.append(weight * a + (1 - weight) * b)
      moves.append(history.close(.vix, i) - history.close(.vix, i - 1))
    }
    return (pnl, moves)
  }

  /// Real settlements: beta 0.53 and −5.0 points a year on these five years.
  @Test func thirtyDayExposureMovesWithHalfOfVIXAndCostsItsCarry() throws {
    let history = try BundledHistory.load(seed: 1)
    let (pnl, vix) = Self.held(history)
    #expect(pnl.count > 1150)
    let fit = regression(vix, pnl)
    #expect((0.47...0.58).contains(fit.slope), "\(fit)")
    let year = pnl.reduce(0, +) / Double(pnl.count) * 252
    #expect((-7.5...(-3.5)).contains(year), "\(year)")
  }

  /// The errors in vx-map.json, made by Python, are those this program makes.
  @Test(.enabled(if: SharedData.isPresent))
  func shippedErrorsAreTrue() throws {
    struct File: Decodable {
      struct Window: Decodable {
        struct Errors: Decodable { var meanAbsPointsByMonth: [Double] }
        var errors: Errors
      }
      var bundledYears2014To2018: Window
    }
    let stated = try JSONDecoder().decode(File.self, from: Data(BundledFiles.text("vx-map.json").utf8))
      .bundledYears2014To2018.errors.meanAbsPointsByMonth
    let map = try VXMap.bundled()
    let expiries = VXExpiries(calendar: try TradingCalendar.newYork())
    var means: [String: (mean: Double, vix: Double)] = [:]
    var mean = Double.nan
    for row in try sharedRows("vix/vix-daily-1990-2020.csv") {
      let vix = try #require(Double(row[4]))
      mean = map.slowMean(after: mean, vix: vix)
      means[row[0]] = (mean, vix)
    }
    var sums = Array(repeating: 0.0, count: 8)
    var counts = Array(repeating: 0.0, count: 8)
    for row in try sharedRows("futures/vx1-vx8-settle-2007-2020.csv") {
      let date = try #require(SessionDate(iso: row[1]))
      guard (2014...2018).contains(date.year) else { continue }
      let day = try #require(means[row[1]])
      for (k, expiry) in expiries.next(after: date, count: 8).enumerated() {
        guard let settle = Double(row[3 + k]) else { continue }
        sums[k] += abs(map.level(vix: day.vix, slowMean: day.mean, days: expiry - date) - settle)
        counts[k] += 1
      }
    }
    for k in 0..<8 { #expect(abs(sums[k] / counts[k] - stated[k]) < 0.03, "month \(k + 1)") }
  }
}
