import Kernels
import MarketData
import Pricing
import Strategies
import Testing

@testable import Backtesting

/// Edge cases of stops, targets and time stops on costs written by hand.
@Suite("Exit rules")
struct ExitRuleTests {
  /// Loss ≥ 1 × a credit of 1.00: cost ≥ 2.00.
  static let stop = ExitRule(stop: .lossMultiple(thousandths: 1000))
  static let morning = ExitBench.expiryStart

  @Test(
    "A stop at the first minute after the fill fills one minute later; decision and fill minute aren't checked"
  )
  func firstMinute() throws {
    var bench = try ExitBench()
    bench.mid[0] = 40_000
    bench.mid[1] = 40_000
    #expect(bench.exit(Self.stop) == .settled(0))
    bench.mid[2] = 20_000
    bench.mid[3] = 23_000
    #expect(bench.exit(Self.stop) == .stop(3, 23_500))
    bench.mid[2] = 19_999
    #expect(bench.exit(Self.stop) == .stop(4, 10_500))
  }

  @Test("A gap through the stop at the open fills at the first tradable mark after it, not at the trigger")
  func gapAtTheOpen() throws {
    var bench = try ExitBench()
    bench.set(Self.morning...(Self.morning + 30), 45_000)
    bench.mid[Self.morning + 1] = 47_300
    #expect(bench.exit(Self.stop) == .stop(Self.morning + 1, 48_000))  // 4.73 + 0.05, up to the next 0.05
    for i in (Self.morning + 1)...(Self.morning + 4) { bench.mid[i] = TickGrid.missing }
    #expect(bench.exit(Self.stop) == .stop(Self.morning + 5, 45_500, decided: Self.morning))
    bench.mid[Self.morning] = TickGrid.missing  // the gap is first seen when marks come back
    #expect(bench.exit(Self.stop) == .stop(Self.morning + 6, 45_500))
  }

  @Test("The stop wins a minute in which the target is reached too")
  func stopBeatsTarget() throws {
    var bench = try ExitBench()
    var rule = ExitRule(stop: .costMultiple(thousandths: 300), targetThousandths: 500)
    bench.set(2...3, 4_000)
    #expect(bench.exit(rule) == .stop(3, 4_500))
    rule.stop = .none
    #expect(bench.exit(rule) == .target(3, 5_000))
  }

  @Test("Confirmation starts anew after the night and after a hole")
  func confirmationIsReset() throws {
    var rule = Self.stop
    rule.confirm = 3
    var bench = try ExitBench()
    bench.set(14...(Self.morning + 1), 25_000)  // two minutes before the close, two after the open
    #expect(bench.exit(rule) == .settled(0))
    bench.mid[Self.morning + 2] = 25_000
    #expect(bench.exit(rule) == .stop(Self.morning + 3, 10_500))

    bench = try ExitBench()
    bench.set(100...104, 25_000)
    bench.mid[102] = TickGrid.missing
    #expect(bench.exit(rule) == .settled(0))
    bench.mid[105] = 25_000
    #expect(bench.exit(rule) == .stop(106, 10_500))
    bench.mid[102] = 25_000
    #expect(bench.exit(rule) == .stop(103, 25_500))
    bench.mid[101] = 19_000  // one minute below counts as none
    #expect(bench.exit(rule) == .stop(105, 25_500))
  }

  @Test("A stop seen at the last minute of the entry session fills at the first of the expiry session")
  func overnight() throws {
    var bench = try ExitBench()
    bench.mid[Self.morning - 1] = 21_000
    bench.mid[Self.morning] = 33_000
    #expect(bench.surface.minutes[Self.morning - 1] == 960)
    #expect(bench.surface.minutes[Self.morning] == 570)
    #expect(bench.exit(Self.stop) == .stop(Self.morning, 33_500))
  }

  @Test("What is seen at the last minute of the expiry session is left to settlement")
  func lastMinuteSettles() throws {
    var bench = try ExitBench()
    bench.settlement = 31_400
    bench.mid[ExitBench.last] = 31_000
    #expect(bench.exit(Self.stop) == .settled(31_400))
    bench.mid[ExitBench.last - 1] = 31_000
    #expect(bench.exit(Self.stop) == .stop(ExitBench.last, 31_500))
    var atTrigger = Self.stop
    atTrigger.fill = .trigger
    #expect(bench.exit(atTrigger) == .stop(ExitBench.last - 1, 31_000, decided: ExitBench.last - 1))
    bench.mid[ExitBench.last - 1] = 10_000
    #expect(bench.exit(atTrigger) == .settled(31_400))
    bench.mid[ExitBench.last - 1] = 31_000
    // No mark is left to fill on: settlement again.
    bench.mid[ExitBench.last] = TickGrid.missing
    #expect(bench.exit(Self.stop) == .settled(31_400))
  }

  @Test("A loss of 1 × credit is a cost of 2 × credit: both readings give the same exits", arguments: 0..<200)
  func bothReadings(seed: Int) throws {
    var random = Philox(seed: UInt64(seed), stream: 1)
    let credit = Int32(500 * (1 + random.integer(below: 60)))
    let m = Int32(random.integer(below: 4_000))
    let loss = StopRule.lossMultiple(thousandths: m)
    let cost = StopRule.costMultiple(thousandths: 1_000 + m)
    #expect(loss.level(credit: credit, reference: credit) == cost.level(credit: credit, reference: credit))
    // The smallest cost whose loss is at least the multiple.
    let level = try #require(loss.level(credit: credit, reference: credit))
    #expect(Int64(level - credit) * 1000 >= Int64(credit) * Int64(m))
    #expect(Int64(level - 1 - credit) * 1000 < Int64(credit) * Int64(m))
    #expect(StopRule.lossPoints(units: m).level(credit: credit, reference: 1) == credit + m)
    #expect(StopRule.costPoints(units: m).level(credit: credit, reference: 1) == m)
  }

  @Test("A wider stop never fires before a tighter one, whatever the path", arguments: 0..<200)
  func widerIsLater(seed: Int) throws {
    var random = Philox(seed: UInt64(seed), stream: 2)
    var bench = try Self.bench.get()
    var cost = 10_000.0
    for i in bench.mid.indices {
      cost = max(0, min(50_000, cost + 900 * random.normal()))
      bench.mid[i] = random.uniform() < 0.01 ? TickGrid.missing : Int32(cost) / 500 * 500
    }
    var rule = Self.stop
    rule.confirm = 1 + random.integer(below: 3)
    let tight = Int32(random.integer(below: 2_000))
    rule.stop = .lossMultiple(thousandths: tight)
    let first = bench.exit(rule)
    rule.stop = .lossMultiple(thousandths: tight + Int32(random.integer(below: 1_000)))
    let second = bench.exit(rule)
    #expect(first.reason != .stop ? second.reason != .stop : second.point >= first.point)
  }
  static let bench = Result { try ExitBench() }

  @Test("A target fills at its limit, and only if the next minute's cost allows it")
  func targetNeedsTheNextMinute() throws {
    let rule = ExitRule(targetThousandths: 500)  // limit 0.50
    var bench = try ExitBench()
    bench.mid[50] = 4_000
    #expect(bench.exit(rule) == .settled(0))
    bench.mid[51] = 5_000
    #expect(bench.exit(rule) == .target(51, 5_000))
    bench.mid[51] = 3_000
    #expect(bench.exit(rule) == .target(51, 5_000))
    bench.mid[51] = TickGrid.missing
    bench.mid[52] = 4_500
    #expect(bench.exit(rule) == .target(52, 5_000, decided: 50))
    // The limit lies on the 0.05 grid, rounded against the holder: 0.5 × 0.65 is 0.325, so 0.30.
    bench.set(50...52, 3_200)
    #expect(bench.exit(rule, credit: 6_500) == .settled(0))
    bench.set(50...52, 3_000)
    #expect(bench.exit(rule, credit: 6_500) == .target(51, 3_000))
  }

  @Test(
    "A time stop orders at its minute, at the first mark after it in a hole, and never in the entry session")
  func timeStop() throws {
    let rule = ExitRule(timeStop: 600)
    var bench = try ExitBench()
    #expect(bench.exit(rule) == .time(Self.morning + 31, 10_500))
    for i in 40...50 { bench.mid[i] = TickGrid.missing }
    #expect(bench.exit(rule) == .time(52, 10_500))
    #expect(bench.exit(ExitRule(timeStop: 570)) == .time(Self.morning + 1, 10_500))
    #expect(bench.exit(ExitRule(timeStop: 960)) == .settled(0))
    // A target of the same minute is served first.
    bench = try ExitBench()
    bench.set(46...47, 2_000)
    #expect(bench.exit(ExitRule(targetThousandths: 500, timeStop: 600)) == .target(47, 5_000))
  }

  @Test("A natural mark triggers, the mid and slippage fill")
  func naturalTriggers() throws {
    var bench = try ExitBench()
    bench.trigger = bench.mid
    bench.trigger?[30] = 20_000
    #expect(bench.exit(Self.stop) == .stop(31, 10_500))
  }

  @Test("fill: trigger pays the mark that triggered, in its own minute, without slippage")
  func fillAtTheTrigger() throws {
    var bench = try ExitBench()
    bench.mid[30] = 23_450
    bench.mid[31] = 60_000
    var rule = Self.stop
    rule.fill = .trigger
    #expect(bench.exit(rule) == .stop(30, 23_450, decided: 30))
    bench.mid[30] = 4_000
    rule.targetThousandths = 500
    bench.mid[31] = 12_000
    #expect(bench.exit(rule) == .target(30, 4_000, decided: 30))
  }

  @Test("A side's multiple refers to the total or to its own credit")
  func sideReferences() throws {
    var bench = try ExitBench()
    var rule = ExitRule(stop: .lossMultiple(thousandths: 1000), basis: .side, reference: .side)
    bench.set(2...ExitBench.last, 4_000)
    bench.mid[60] = 12_000
    bench.mid[90] = 14_000
    // 0.60 of a total of 1.00: own reading 1.20, total reading 0.60 + 1.00 = 1.60.
    #expect(bench.exit(rule, credit: 6_000, part: .put, total: 10_000) == .stop(61, 4_500))
    rule.reference = .total
    #expect(bench.exit(rule, credit: 6_000, part: .put, total: 10_000) == .settled(0))
    rule.stop = .costMultiple(thousandths: 1400)
    #expect(bench.exit(rule, credit: 6_000, part: .put, total: 10_000) == .stop(91, 4_500))
    // The condor always refers to its own credit.
    rule.stop = .lossMultiple(thousandths: 400)
    #expect(bench.exit(rule, credit: 10_000, part: .condor, total: 99_000) == .stop(91, 4_500))
  }

  @Test("A touched short strike stops the condor, and of the sides only the touched one")
  func touch() throws {
    let fall = try ExitBench { session, minute in session == 2 && (600...605).contains(minute) ? 2_980 : 3_000
    }
    let rule = ExitRule(stop: .shortStrikeTouched)
    #expect(fall.exit(rule) == .stop(Self.morning + 31, 10_500))
    #expect(fall.exit(rule, part: .put) == .stop(Self.morning + 31, 10_500))
    #expect(fall.exit(rule, part: .call) == .settled(0))
    let near = try ExitBench { session, minute in session == 2 && minute == 600 ? 3_019.99 : 3_000 }
    #expect(near.exit(rule) == .settled(0))
    let rise = try ExitBench { session, minute in session == 2 && minute == 600 ? 3_020 : 3_000 }
    #expect(rise.exit(rule, part: .put) == .settled(0))
    #expect(rise.exit(rule, part: .call) == .stop(Self.morning + 31, 10_500))
  }

  @Test("The shadow keeps target and time stop")
  func shadowKeepsTheRest() throws {
    var bench = try ExitBench()
    bench.mid[30] = 25_000
    bench.set(200...210, 4_000)
    let rule = ExitRule(stop: .lossMultiple(thousandths: 1000), targetThousandths: 500, timeStop: 930)
    #expect(bench.exit(rule) == .stop(31, 10_500))
    #expect(bench.exit(rule, withStop: false) == .target(201, 5_000))
    bench.set(200...210, 10_000)
    #expect(bench.exit(rule, withStop: false) == .time(Self.morning + 361, 10_500))
  }
}
