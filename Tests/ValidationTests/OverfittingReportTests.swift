import Dispatch
import Foundation
import Kernels
import Statistics
import Testing
import Validation

@Suite struct OverfittingReportTests {
  /// Threads change nothing, to the last bit.
  @Test func threadsChangeNothing() throws {
    let matrix = try noise(days: 200, settings: 40, seed: 6, edge: 0.2)
    let alone = try OverfittingReport(matrix, blocks: 10)
    let together = try OverfittingReport(matrix, blocks: 10) { count, body in
      DispatchQueue.concurrentPerform(iterations: count) { body(count - 1 - $0) }
    }
    #expect(alone == together)
  }

  /// The report's figures are those of its parts.
  @Test func figuresComeFromTheParts() throws {
    let matrix = try noise(days: 250, settings: 12, seed: 21, edge: 0.3)
    let report = try OverfittingReport(matrix, blocks: 8)
    let figures = try BacktestOverfitting(SymmetricCrossValidation(matrix, blocks: 8))
    #expect(report.crossValidation == figures && report.pbo == figures.pbo && report.notes.isEmpty)
    let best = try #require(report.psr)
    #expect(best.setting == 6 && best.name == "column 7")
    let ratios = try (0..<12).map { try #require(SharpeEstimate(matrix.column($0))).sharpe }
    #expect(close(best.estimate.sharpe, ratios.max()))
    let mean = ratios.reduce(0, +) / 12
    let variance = ratios.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / 11
    let dsr = try #require(report.dsr)
    #expect(dsr.trials == 12 && close(dsr.trialVariance, variance))
    #expect(
      dsr.probability
        == DeflatedSharpe(best.estimate, trials: 12, trialVariance: dsr.trialVariance).probability)
    let effective = try #require(report.effectiveTrials)
    #expect(report.dsrEffective?.trials == effective.entropy && effective.entropy < 12)
    // the formula of the paper on the error with dependence
    let lags = try #require(report.dsrWithLags)
    let wide = try #require(SharpeEstimate(matrix.column(best.setting), lag: nil))
    #expect(
      lags.benchmark == dsr.benchmark && wide.lag == best.lag && wide.variance != best.estimate.variance)
    let z = (wide.sharpe - dsr.benchmark) / (wide.variance / Double(wide.days - 1)).squareRoot()
    #expect(close(lags.probability, 0.5 * erfc(-z / 2.0.squareRoot())))
    #expect(report.minTrackRecord == best.estimate.minimumTrackRecord())
    #expect(best.lag == 4 && best.probabilityWithLags != nil)
  }

  /// Where the mean picks, the ratio of that pick is deflated too.
  @Test func thePickByMeanHasItsOwnRatio() throws {
    let some = try noise(days: 250, settings: 5, seed: 21, edge: 0.3)
    // the first ten times as large
    let values = some.values.indices.map { k in k % 5 == 0 ? 10 * some.values[k] + 1.5 : some.values[k] }
    let matrix = try OutcomeMatrix(values: values, settings: 5)
    let report = try OverfittingReport(matrix, blocks: 8, score: .mean)
    let pick = try #require(report.pick)
    #expect(pick.setting == 0 && report.psr?.setting != 0)
    let (own, dsr) = (try #require(report.dsrOfPick), try #require(report.dsr))
    #expect(own == DeflatedSharpe(pick.estimate, trials: 5, trialVariance: dsr.trialVariance))
    #expect(try pick.estimate == #require(SharpeEstimate(matrix.column(0))))
    let sharpe = try OverfittingReport(matrix, blocks: 8)
    #expect(sharpe.pick == nil && sharpe.dsrOfPick == nil && sharpe.dsr == dsr)
  }

  /// A short or narrow table goes without a figure and says why; no number in the JSON is missing or NaN.
  @Test func whatCannotBeHadIsSaid() throws {
    let one = try OverfittingReport(OutcomeMatrix(values: [1, 5, -2, 3, 4, 0, 1, 2], settings: 1))
    #expect(one.pbo == nil && one.logits.isEmpty && one.crossValidation == nil)
    #expect(
      one.notes.count == 1 && one.notes[0].hasPrefix("no PBO: matrix: 1 of 1 settings earn something else"))
    #expect(one.dsr?.trials == 1 && one.dsr?.benchmark == 0 && one.dsr?.probability == one.psr?.probability)
    let short = try OverfittingReport(noise(days: 20, settings: 4, seed: 3))
    #expect(short.pbo == nil && short.psr != nil)
    #expect(short.notes[0].hasPrefix("no PBO: matrix: 20 days make no 16 blocks of two days or more"))
    let flat = try OverfittingReport(OutcomeMatrix(values: Array(repeating: 0, count: 60), settings: 2))
    #expect(flat.psr == nil && flat.dsr == nil && flat.effectiveTrials == nil && flat.notes.count == 2)
    let losing = try OverfittingReport(
      OutcomeMatrix(values: (0..<100).map { -Double($0 % 7) - 1 }, settings: 1))
    #expect(losing.minTrackRecord == nil && losing.notes.count == 2)
    // a mean that is barely above 0: its record is beyond any number
    let tiny = try OverfittingReport(OutcomeMatrix(values: [1, -1, 1e-300, 0], settings: 1))
    #expect(tiny.psr?.probability == 0.5 && tiny.minTrackRecord == nil && tiny.minBacktestYears == nil)
    for report in [one, short, flat, losing, tiny] { _ = try JSONEncoder().encode(report) }
    #expect(throws: OverfittingError.badBlocks(blocks: 7)) {
      try OverfittingReport(noise(days: 90, settings: 3, seed: 1), blocks: 7)
    }
    for unit in [1e150, 1e-150] {
      #expect(throws: OverfittingError.badUnit(source: "matrix", value: 4 * unit)) {
        try OverfittingReport(OutcomeMatrix(values: [1, 2, 3, -4].map { $0 * unit }, settings: 2))
      }
    }
  }

  /// The best of N without an edge is called better than luck in 1 − N(t)ᴺ of cases, t the expected maximum + 1.64.
  @Test(arguments: [(3, 4_000), (10, 20_000)]) func sizeOfTheDeflatedRatio(trials: Int, markets: Int) {
    var rejected = 0
    for seed in 0..<markets {
      var random = Philox(seed: UInt64(seed), stream: 78)
      let estimates = (0..<trials).compactMap { _ in SharpeEstimate((0..<250).map { _ in random.normal() }) }
      guard let best = estimates.max(by: { $0.sharpe < $1.sharpe }) else { continue }
      let deflated = DeflatedSharpe(best, trials: Double(trials), trialVariance: 1.0 / 249)
      if deflated.probability > 0.95 { rejected += 1 }
    }
    let limit = LuckOfTrials.expectedMaximum(of: Double(trials)) + normalQuantile(0.95)
    let expected = 1 - Elementary.pow(normalCDF(limit), Double(trials))
    let share = Double(rejected) / Double(markets)
    #expect(abs(share - expected) < expected / 4, "\(share), \(expected)")
  }

  /// Of 40 settings that correlate by ½, none with an edge: both deflated ratios of the report seldom reject, the narrow
  /// count of trials with the variance across them does in a sixth of the markets.
  @Test func effectiveNumberAndVarianceGoTogether() throws {
    let markets = 300
    var (all, effective, mixed) = (0, 0, 0)
    for seed in 0..<markets {
      var random = Philox(seed: UInt64(seed), stream: 79)
      var values: [Double] = []
      for _ in 0..<120 {
        let common = random.normal()
        for _ in 0..<40 { values.append((common + random.normal()) * 0.5.squareRoot()) }
      }
      let report = try OverfittingReport(OutcomeMatrix(values: values, settings: 40), blocks: 4)
      let dsr = try #require(report.dsr)
      let best = try #require(report.psr).estimate
      let narrow = try #require(report.effectiveTrials).participation
      let mixture = DeflatedSharpe(best, trials: narrow, trialVariance: dsr.trialVariance)
      if dsr.probability > 0.95 { all += 1 }
      if try #require(report.dsrEffective).probability > 0.95 { effective += 1 }
      if mixture.probability > 0.95 { mixed += 1 }
    }
    #expect(all <= 15 && effective <= 15, "\(all), \(effective)")
    #expect(mixed > 30, "\(mixed)")
  }
}
