import Kernels
import Testing

@testable import MarketData

/// Minute marks inside quoted bars.
struct MinuteBridgeBarsTests {
  private static let date = SessionDate(ordinal: 17_567)

  /// A day of consistent five-minute bars.
  private static func bars(_ seed: UInt64, minutes: Int = 5, count: Int = 78) -> [CoarseBar] {
    var random = Philox(seed: seed)
    var last = 2700.0
    return (0..<count).map { i in
      let open = last
      let close = open + 2 * random.normal()
      last = close
      return CoarseBar(
        startMinute: 570 + i * minutes, open: open, high: max(open, close) + 2 * random.uniform(),
        low: min(open, close) - 2 * random.uniform(), close: close)
    }
  }

  @Test(arguments: 0..<200 as Range<UInt64>)
  func marksEndOnTheCloseAndStayInsideTheBar(seed: UInt64) {
    let bars = Self.bars(seed)
    let marks = MinuteBridge.minutes(
      bars: bars, barMinutes: 5, closeMinute: 960, seed: seed, date: Self.date)
    #expect(marks.count == 391)
    #expect(marks[0] == bars[0].open)
    for bar in bars {
      let i = bar.startMinute - 570
      let inside = marks[i...(i + 5)]
      #expect(inside.allSatisfy { $0 >= bar.low && $0 <= bar.high })
      #expect(marks[i + 5] == bar.close)
    }
  }

  @Test func sameSeedSameBitsOtherSeedOtherMarks() {
    let bars = Self.bars(1)
    func marks(_ seed: UInt64, _ date: SessionDate = Self.date) -> [Double] {
      MinuteBridge.minutes(bars: bars, barMinutes: 5, closeMinute: 960, seed: seed, date: date)
    }
    #expect(marks(7) == marks(7))
    #expect(marks(7) != marks(8))
    #expect(marks(7) != marks(7, Self.date.adding(days: 1)))
  }

  @Test func aHoleIsNaNAndTheBarAfterItBeginsAtItsOpen() {
    let all = Self.bars(3)
    let holed = all.filter { !(600..<660).contains($0.startMinute) }
    func marks(_ bars: [CoarseBar]) -> [Double] {
      MinuteBridge.minutes(bars: bars, barMinutes: 5, closeMinute: 960, seed: 1, date: Self.date)
    }
    let whole = marks(all)
    let holes = marks(holed)
    #expect(holes[30] == all[5].close)
    for minute in 601..<660 { #expect(holes[minute - 570].isNaN) }
    #expect(holes[90] == all[18].open)
    // Marks outside the hole don't know of it.
    #expect(holes[...30] == whole[...30])
    #expect(holes[91...] == whole[91...])
  }

  @Test func aMissingMorningLeavesTheOpenUnmarked() {
    let marks = MinuteBridge.minutes(
      bars: Self.bars(4).filter { $0.startMinute >= 630 }, barMinutes: 5, closeMinute: 960, seed: 1,
      date: Self.date)
    #expect(marks[0..<60].allSatisfy { $0.isNaN })
    #expect(marks[60...].allSatisfy { $0.isFinite })
  }

  @Test func barsAfterTheCloseOfAHalfDayAreIgnored() {
    let bars = Self.bars(5)
    let marks = MinuteBridge.minutes(bars: bars, barMinutes: 5, closeMinute: 780, seed: 1, date: Self.date)
    #expect(marks.count == 211)
    #expect(marks[210] == bars[41].close)
  }

  @Test func oneMinuteBarsAreTakenAsTheyAre() {
    let bars = Self.bars(6, minutes: 1, count: 390)
    let marks = MinuteBridge.minutes(bars: bars, barMinutes: 1, closeMinute: 960, seed: 1, date: Self.date)
    #expect(marks == [bars[0].open] + bars.map(\.close))
  }

  @Test func impossibleBarsAreSkipped() {
    var bars = Self.bars(7)
    bars[10].high = .nan
    bars[20].high = bars[20].low - 1
    let marks = MinuteBridge.minutes(bars: bars, barMinutes: 5, closeMinute: 960, seed: 1, date: Self.date)
    for start in [50, 100] { #expect(marks[(start + 1)..<(start + 5)].allSatisfy { $0.isNaN }) }
    #expect(marks.count { $0.isNaN } == 8)
  }

  /// Five-minute bars of a fine random walk: its own minutes against the bridged ones.
  @Test func bridgedMinutesMoveLittleMoreThanQuotedOnes() {
    var walked = 0.0
    var bridged = 0.0
    for seed in 0..<20 as Range<UInt64> {
      var random = Philox(seed: seed, stream: 3)
      var price = 2700.0
      var bars: [CoarseBar] = []
      for i in 0..<78 {
        var bar = CoarseBar(startMinute: 570 + 5 * i, open: price, high: price, low: price, close: price)
        for _ in 0..<5 {
          let before = price
          for _ in 0..<60 {
            price += 0.1 * random.normal()
            bar.high = max(bar.high, price)
            bar.low = min(bar.low, price)
          }
          walked += (price - before) * (price - before)
        }
        bar.close = price
        bars.append(bar)
      }
      let marks = MinuteBridge.minutes(
        bars: bars, barMinutes: 5, closeMinute: 960, seed: seed, date: Self.date)
      for k in 1..<391 { bridged += (marks[k] - marks[k - 1]) * (marks[k] - marks[k - 1]) }
    }
    #expect((1.05...1.30).contains(bridged / walked), "\(bridged / walked)")
  }
}
