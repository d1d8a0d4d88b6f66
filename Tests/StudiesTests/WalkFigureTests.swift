import ConfigFormats
import Kernels
import Testing

@testable import Studies

/// Windows, drift and figures of walks, by hand.
@Suite struct WalkFigureTests {
  // MARK: Windows

  @Test func theExampleOfTheDocumentation() throws {
    // with 20 sessions in place of 4, the fewest that there may be
    let rule = try WalkWindows(inSample: 20, outOfSample: 2)
    let made = rule.windows(of: 0...24)
    #expect(made.map(\.inSample) == [0...19, 2...21])
    #expect(made.map(\.outOfSample) == [20...22, 22...24])
    let anchored = try WalkWindows(inSample: 20, outOfSample: 2, embargo: 1, isAnchored: true)
    #expect(anchored.windows(of: 100...125).map(\.inSample) == [100...119, 100...121])
    #expect(anchored.windows(of: 100...125).map(\.outOfSample) == [121...123, 123...125])
    #expect(
      anchored.windows(of: 100...124).map(\.outOfSample) == [121...123, 123...124], "the last is cut off")
    #expect(rule.windows(of: 0...21).isEmpty && rule.windows(of: 0...22).count == 1)
  }

  /// Whatever the parts: entries out of sample follow one another without gap or overlap to the end of the period, and no
  /// result in sample is realised later than the embargo before the first of them.
  @Test(arguments: 0..<200)
  func everyEntryHasOneWindow(seed: Int) throws {
    var random = Philox(seed: UInt64(seed), stream: 4)
    let (n, m, e) = (20 + random.integer(below: 30), 1 + random.integer(below: 30), random.integer(below: 5))
    let first = random.integer(below: 50)
    let rule = try WalkWindows(
      inSample: n, outOfSample: m, embargo: e, isAnchored: seed.isMultiple(of: 2))
    let period = first...(first + random.integer(below: 200))
    let made = rule.windows(of: period)
    #expect(made.isEmpty == (period.count < n + e + m + 1))
    guard !made.isEmpty else { return }
    #expect(made.flatMap { Array($0.outOfSample.dropLast()) } == Array(first + n + e..<period.upperBound))
    #expect(
      made.flatMap { Array($0.outOfSample.dropFirst()) } == Array(first + n + e + 1...period.upperBound))
    for window in made {
      #expect(window.inSample.upperBound + 1 + e == window.outOfSample.lowerBound)
      #expect(rule.isAnchored ? window.inSample.lowerBound == first : window.inSample.count == n)
      #expect(window.inSample.count >= n && window.outOfSample.count <= m + 1)
    }
  }

  static func refusal(_ body: () throws -> Void) -> String {
    do {
      try body()
      return "accepted"
    } catch { return "\(error)" }
  }

  @Test func impossibleWindowsAreRefused() {
    #expect(
      Self.refusal { _ = try WalkWindows(inSample: 19) }
        == "--in-sample must be 20 to 100000 sessions, was 19")
    #expect(
      Self.refusal { _ = try WalkWindows(outOfSample: 0) }
        == "--out-of-sample must be 1 to 100000 sessions, was 0")
    #expect(Self.refusal { _ = try WalkWindows(embargo: -1) }.contains("--embargo must be 0 to"))
    #expect(Self.refusal { _ = try WalkWindows(inSample: .max) }.contains("--in-sample must be"))
    let short = Self.refusal {
      _ = try WalkForwardTests.walk(WalkForwardTests.texts, WalkWindows(inSample: 50, outOfSample: 10))
    }
    #expect(short.hasPrefix("a window needs 61 sessions") && short.contains("has 60: give a longer period"))
    let twins = Self.refusal {
      _ = try WalkForwardTests.walk([FamilyStudyTests.stops, FamilyStudyTests.stops])
    }
    #expect(twins.contains("0.yaml, 1.yaml: both are named stops"))
    let clocked = FamilyStudyTests.stops.replacing("evaluations: 30", with: "seconds: 3")
    #expect(
      Self.refusal { _ = try WalkForwardTests.walk([clocked]) }.contains(
        "0.yaml:3: search.budget.seconds is 3"))
  }

  /// Rules may look back beyond a window; that is told.
  @Test func aLongLookBackIsTold() throws {
    let rules = FamilyStudyTests.alvh.replacing(
      "trigger: {move: {at_least_sd: [0.3, 0.6, 0.9]}}", with: "trigger: 'zscore(vix, 30) >= 1'")
    let told = try WalkForwardTests.walk([rules]).run(threads: 2).families[1].caveats
    #expect(told.contains { $0.hasPrefix("rules look back over up to 30 sessions, more than the 20") })
    let wide = try WalkWindows(inSample: 30, outOfSample: 12)
    #expect(try WalkForwardTests.walk([rules], wide).run(threads: 2).families[1].caveats.isEmpty)
  }

  // MARK: Drift

  static let searched =
    "version: 1\nname: d\nsearch: {method: random}\ncondor: {short_delta: {from: 0.1, to: 0.3, step: 0.05}}\n"
    + "entry: {minute: ['15:00', '15:30', '15:45']}\n"
    + "exit: {stop: [short_strike_touched, {loss_multiple: {from: 0.5, to: 2, log: true}}]}\n"

  @Test func stepsAreSharesOfTheRange() throws {
    func choice(_ delta: String, _ minute: String, _ multiple: String?) -> [String: String] {
      var made = ["condor.short_delta": delta, "entry.minute": minute, "exit.stop": multiple ?? "touch"]
      made["exit.stop.loss_multiple"] = multiple
      return made
    }
    let choices = [
      choice("0.1", "15:00", "0.5"), choice("0.3", "15:45", "1"), nil, choice("0.1", "15:30", nil),
      choice("0.1", "15:30", nil),
    ]
    let drift = WalkDrift(try SweepSpace(Fixture.document(Self.searched)), choices: choices)
    #expect(drift.choices == 4 && drift.different == 3 && drift.mostFrequent == 2)
    #expect(drift.repeated == 1 && drift.followed == 2)
    let steps = Dictionary(uniqueKeysWithValues: drift.parameters.map { ($0.path, $0) })
    #expect(steps["condor.short_delta"]?.values == ["0.1", "0.3", nil, "0.1", "0.1"])
    // of two neighbouring pairs one goes from end to end, one stays
    #expect(abs((steps["condor.short_delta"]?.meanStep ?? 9) - 0.5) < 1e-12)
    #expect(steps["entry.minute"]?.meanStep == 0.5 && steps["entry.minute"]?.different == 3)
    // from 0.5 to 1 is half of the way from 0.5 to 2 in ratios
    #expect(abs((steps["exit.stop.loss_multiple"]?.meanStep ?? 9) - 0.5) < 1e-12)
    #expect(steps["exit.stop"]?.meanStep == nil && steps["exit.stop"]?.different == 3)
  }

  // MARK: Figures

  @Test func efficiencyNeedsAGainInSample() {
    func figures(_ cents: [Int64]) -> FamilyFigures {
      var series = FamilySeries(idle: 0..<cents.count)
      series.net = cents
      return FamilyFigures(series)
    }
    let kept = WalkDecay(inSample: figures([300, 100]), outOfSample: figures([100, 0, 50]))
    #expect(kept.inSampleMeanDollars == 2 && kept.outOfSampleMeanDollars == 0.5)
    #expect(kept.efficiency == 0.25 && kept.meanDifferenceDollars == -1.5)
    let (a, b) = (2 / 2.0.squareRoot() * 252.0.squareRoot(), 0.5 / 0.5 * 252.0.squareRoot())
    #expect(abs((kept.inSampleSharpe ?? 0) - a) < 1e-12 && abs((kept.outOfSampleSharpe ?? 0) - b) < 1e-12)
    #expect(abs((kept.sharpeDifference ?? 9) - (b - a)) < 1e-12)
    #expect(abs((kept.sharpeRatio ?? 0) - b / a) < 1e-12)
    let lost = WalkDecay(inSample: figures([-300, 100]), outOfSample: figures([100, 0]))
    #expect(lost.efficiency == nil && lost.sharpeRatio == nil && lost.meanDifferenceDollars == 1.5)
    let still = WalkDecay(inSample: figures([0, 0]), outOfSample: figures([100, 0]))
    #expect(still.efficiency == nil && still.sharpeDifference == nil)
  }

  @Test func aSignNeedsBothIntervals() {
    var random = Philox(seed: 3, stream: 9)
    let noise = (0..<300).map { _ in Int64(random.integer(below: 2_001)) - 1_000 }
    func sign(_ shift: Int64) -> Int {
      WalkMean(cents: noise.map { $0 + shift }, resamples: 200, seed: 1).sign
    }
    #expect(sign(300) == 1 && sign(-300) == -1 && sign(0) == 0)
    // both intervals are of one mean, and about as wide as independent results make them: 1.96·σ/√n, σ = 1000/√3 cents
    let mean = WalkMean(cents: noise, resamples: 2_000, seed: 1)
    let half = 1.96 * 10 / 3.0.squareRoot() / 300.0.squareRoot()
    for (low, high) in [
      (mean.lowDollars, mean.highDollars), (mean.bootstrapLowDollars, mean.bootstrapHighDollars),
    ] {
      let width = ((high ?? 0) - (low ?? 0)) / 2
      #expect(abs(width / half - 1) < 0.25, "\(width) \(half)")
    }
    #expect(WalkMean(cents: Array(repeating: 5, count: 50), resamples: 200, seed: 1).sign == 0)
    #expect(WalkMean(cents: [], resamples: 200, seed: 1).meanDollars == 0)
  }
}
