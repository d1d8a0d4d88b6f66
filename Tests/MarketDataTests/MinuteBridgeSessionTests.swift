import Foundation
import Kernels
import TestSupport
import Testing

@testable import MarketData

/// Session paths out of a day's high, low and close.
struct MinuteBridgeSessionTests {
  /// The strip laws against sine series and numerical derivatives made in Python.
  @Test func stripLawsMatchEigenfunctionSeries() throws {
    let rows = try bundledGolden("brownian-strip.csv")
    #expect(rows.count == 29)
    for row in rows {
      let v = row.dropFirst().map { Double($0) ?? .nan }
      switch row[0] {
      case "survival":
        #expect(abs(BrownianStrip.survival(from: v[0], variance: v[1], range: 1) / v[4] - 1) < 1e-9, "\(row)")
        let free = v[0] / (v[1] * v[1].squareRoot()) * Foundation.exp(-v[0] * v[0] / (2 * v[1]))
        let arrival = BrownianStrip.arrival(from: v[0], variance: v[1], range: 1)
        #expect(abs(arrival / (free * v[4]) - 1) < 1e-9, "\(row)")
      case "crossing":
        let ratio =
          BrownianStrip.crossing(variance: v[0], range: 1) / BrownianStrip.crossing(variance: 0.5, range: 1)
        #expect(abs(ratio / v[4] - 1) < 1e-9, "\(row)")
      default:
        let value = BrownianStrip.extremes(up: v[0], down: v[1], end: v[2], variance: v[3])
        #expect(abs(value / v[4] - 1) < 1e-6, "\(row) \(value)")
      }
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func anyPossibleDayIsPinnedExactly(seed: UInt64) {
    var random = Philox(seed: seed)
    let previous = 500 + 4000 * random.uniform()
    let low = MinuteBridge.cents(previous * (1 + 0.02 * random.normal()))
    let high = low + MinuteBridge.cents(previous * 0.002 + previous * 0.03 * random.uniform())
    var close = MinuteBridge.cents(low + (high - low) * random.uniform())
    if seed % 8 == 0 { close = high }
    if seed % 8 == 1 { close = low }
    let closeMinute = seed % 3 == 0 ? 780 : 960
    let marks = MinuteBridge.session(
      previousClose: previous, official: DailyBar(open: .nan, high: high, low: low, close: close),
      closeMinute: closeMinute, seed: seed, date: SessionDate(ordinal: 16_000))
    #expect(marks.count == closeMinute - 569)
    #expect(marks.max() == MinuteBridge.cents(high))
    #expect(marks.min() == low)
    #expect(marks.last == MinuteBridge.cents(close))
    #expect(marks.allSatisfy { abs($0 * 100 - ($0 * 100).rounded()) < 1e-6 })
    #expect(Set(marks).count > marks.count / 12, "the path must move")
  }

  @Test func sameSeedSameBitsOtherSeedOrDateOtherPath() {
    func path(_ seed: UInt64, _ day: Int32 = 16_000) -> [Double] {
      MinuteBridge.session(
        previousClose: 2000, official: DailyBar(open: 2000, high: 2012, low: 1990, close: 2003),
        closeMinute: 960, seed: seed, date: SessionDate(ordinal: day))
    }
    #expect(path(1) == path(1))
    #expect(path(1) != path(2))
    #expect(path(1) != path(1, 16_001))
  }

  @Test func theOfficialOpenPlaysNoPart() {
    func path(_ open: Double) -> [Double] {
      MinuteBridge.session(
        previousClose: 2000, official: DailyBar(open: open, high: 2012, low: 1990, close: 2003),
        closeMinute: 960, seed: 1, date: SessionDate(ordinal: 16_000))
    }
    #expect(path(1991) == path(.nan))
  }

  @Test func missingOrImpossiblePricesGiveNoMarks() {
    for bar in [
      DailyBar(open: 1, high: .nan, low: 1990, close: 2003),
      DailyBar(open: 1, high: 2012, low: 1990, close: .nan),
      DailyBar(open: 1, high: 2012, low: 1990, close: 2013),
      DailyBar(open: 1, high: 1989, low: 1990, close: 1989),
    ] {
      let marks = MinuteBridge.session(
        previousClose: 2000, official: bar, closeMinute: 960, seed: 1, date: SessionDate(ordinal: 16_000))
      #expect(marks.count == 391)
      #expect(marks.allSatisfy { $0.isNaN })
    }
  }

  /// Five years, three seeds: the night's share, the U shape and nothing a strategy could trade on.
  @Test(arguments: [1, 2, 3] as [UInt64])
  func fiveYearsLookLikeAMarket(seed: UInt64) throws {
    let history = try BundledHistory.load(seed: seed)
    let s = PathStatistics(history.pathDays)
    #expect((0.30...0.40).contains(s.overnightShare), "\(s.overnightShare)")
    #expect((0.28...0.36).contains(s.meanOvernightShare), "\(s.meanOvernightShare)")
    #expect((0.60...0.72).contains(s.minuteVariance), "\(s.minuteVariance)")
    #expect((2.6...3.0).contains(s.rangeSquared), "\(s.rangeSquared)")
    for (share, table) in zip(s.halfHours, IntradayVarianceProfile.plain.halfHourPercent) {
      #expect(abs(share - table) < 0.8, "\(s.halfHours)")
    }
    #expect(abs(s.kurtosis - 3) < 0.15, "\(s.kurtosis)")
    for a in s.autocorrelations { #expect(abs(a) < 0.008, "\(s.autocorrelations)") }
    #expect((0.21...0.30).contains(s.extremesFirstHalfHour), "\(s.extremesFirstHalfHour)")
    #expect((0.19...0.27).contains(s.extremesLastHalfHour), "\(s.extremesLastHalfHour)")
  }

  /// The same figures of quoted index minutes, 2018–2019: where the simulation may differ, and by how much.
  @Test(.enabled(if: SharedData.isPresent))
  func quotedMinutesGiveTheSameFiguresNearly() throws {
    var days: [(previousClose: Double, spot: [Double])] = []
    var spot: [Double] = []
    var date = ""
    var previous = Double.nan
    func finish() {
      let complete = spot.count == 391 && spot.count { $0.isNaN } <= 5
      var filled = spot
      for i in filled.indices.dropFirst() where filled[i].isNaN { filled[i] = filled[i - 1] }
      if complete, previous.isFinite, filled[0].isFinite { days.append((previous, filled)) }
      previous = complete ? filled[390] : .nan
    }
    for row in try sharedRows("intraday/spx-cfd-1min-2018-2019.csv.gz") {
      let stamp = row[0].split(separator: " ")
      let minute = try #require(MinuteOfDay.parse(stamp[1].prefix(5))) - 570
      if stamp[0] != date {
        if !date.isEmpty { finish() }
        date = String(stamp[0])
        spot = Array(repeating: .nan, count: 391)
      }
      guard (0..<390).contains(minute) else { continue }
      if minute == 0 { spot[0] = try #require(Double(row[1])) }
      spot[minute + 1] = try #require(Double(row[4]))
    }
    finish()
    #expect(days.count > 300)
    let real = PathStatistics(days)
    let made = PathStatistics(try BundledHistory.load(seed: 1).pathDays)
    #expect(abs(real.overnightShare - made.overnightShare) < 0.08)
    #expect(abs(real.minuteVariance - made.minuteVariance) < 0.08)
    #expect(abs(real.rangeSquared - made.rangeSquared) < 0.3)
    #expect(abs(real.extremesFirstHalfHour - made.extremesFirstHalfHour) < 0.05)
    // Known: real days end on an extreme less often, and minutes have fatter tails (kurtosis 5.5).
    #expect(abs(real.extremesLastHalfHour - made.extremesLastHalfHour) < 0.10)
    for (a, b) in zip(real.halfHours, made.halfHours) { #expect(abs(a - b) < 2.2, "\(real.halfHours)") }
    #expect(real.kurtosis > made.kurtosis)
  }
}
