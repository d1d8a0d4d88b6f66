import Kernels
import Statistics
import Testing
import Validation

private struct SharpeCase: Decodable {
  var values: [Double]
  var lag: Int
  var sharpe, skewness, kurtosis, variance, psr, psrAbove: Double
  var record: Double?
}
private struct MaximumCase: Decodable {
  var trials, expected, exact: Double
}

@Suite struct SharpeTests {
  @Test func estimatesMatchTheMomentConditions() throws {
    let golden = try OverfittingGolden<SharpeCase>("sharpe.json")
    #expect(golden.cases.count == 5)
    for c in golden.cases {
      let estimate = try #require(SharpeEstimate(c.values, lag: c.lag))
      #expect(close(estimate.sharpe, c.sharpe) && close(estimate.variance, c.variance))
      #expect(close(estimate.skewness, c.skewness) && close(estimate.kurtosis, c.kurtosis))
      #expect(close(estimate.probability(above: 0), c.psr))
      #expect(close(estimate.probability(above: 0.02), c.psrAbove))
      #expect(close(estimate.minimumTrackRecord(), c.record))
      if c.lag == 0 {
        // both forms of V are one
        let moments = SharpeEstimate(
          sharpe: estimate.sharpe, days: estimate.days, skewness: estimate.skewness,
          kurtosis: estimate.kurtosis)
        #expect(close(moments.variance, estimate.variance))
      }
    }
  }

  /// "The Sharpe ratio efficient frontier": a fund of 24 months with a yearly ratio of 1.59, normal and as it is.
  @Test func probabilityOfThePaper() {
    let ratio = 0.458
    let normal = SharpeEstimate(sharpe: ratio, days: 24)
    let fund = SharpeEstimate(sharpe: ratio, days: 24, skewness: -2.448, kurtosis: 10.164)
    #expect(abs(normal.probability(above: 0) - 0.982) < 0.0005)
    #expect(abs(fund.probability(above: 0) - 0.913) < 0.0005)
  }

  /// The same paper: years after which a yearly ratio of 2 exceeds 1 with 95 %: 2.73 from daily values, 2.83 weekly, 3.24
  /// monthly.
  @Test(arguments: [(252.0, 2.73), (52, 2.83), (12, 3.24)])
  func trackRecordOfThePaper(periods: Double, years: Double) throws {
    let estimate = SharpeEstimate(sharpe: 2 / periods.squareRoot(), days: 1000)
    let record = try #require(estimate.minimumTrackRecord(above: 1 / periods.squareRoot()))
    #expect(abs(record / periods - years) < 0.005)
    #expect(estimate.minimumTrackRecord(above: 2 / periods.squareRoot()) == nil)
  }

  /// After the minimum track record the probability is the confidence asked for.
  @Test func recordAndProbabilityAreOneFormula() throws {
    let estimate = SharpeEstimate(sharpe: 0.11, days: 500, skewness: -1, kurtosis: 6)
    let record = try #require(estimate.minimumTrackRecord(above: 0.02, confidence: 0.9))
    let after = SharpeEstimate(sharpe: 0.11, days: Int(record.rounded()), skewness: -1, kurtosis: 6)
    #expect(abs(after.probability(above: 0.02) - 0.9) < 0.001)
  }

  /// "The deflated Sharpe ratio": 1,250 days with a yearly ratio of 2.5, skew −3, kurtosis 10, the best of 100 trials
  /// whose yearly ratios have a variance of ½: 0.9004, and 0.9505 had it been the best of 46.
  @Test func deflatedRatioOfThePaper() {
    let best = SharpeEstimate(sharpe: 2.5 / 250.0.squareRoot(), days: 1250, skewness: -3, kurtosis: 10)
    let hundred = DeflatedSharpe(best, trials: 100, trialVariance: 0.5 / 250)
    #expect(abs(hundred.benchmark - 0.1132) < 0.00005)
    #expect(abs(hundred.probability - 0.9004) < 0.00005)
    #expect(abs(DeflatedSharpe(best, trials: 46, trialVariance: 0.5 / 250).probability - 0.9505) < 0.00005)
    let one = DeflatedSharpe(best, trials: 1, trialVariance: 0)
    #expect(one.probability == best.probability(above: 0))
  }

  /// "Pseudo-mathematics": after five years no more than 45 settings, or the best is expected to reach 1 by luck.
  @Test func backtestLengthOfThePaper() {
    #expect(LuckOfTrials.minimumBacktestYears(trials: 45, sharpe: 1) < 5)
    #expect(LuckOfTrials.minimumBacktestYears(trials: 46, sharpe: 1) > 5)
    #expect(LuckOfTrials.minimumBacktestYears(trials: 1, sharpe: 1) == 0)
  }

  @Test func expectedMaximaMatchSciPy() throws {
    for c in try OverfittingGolden<MaximumCase>("maxima.json").cases {
      let expected = LuckOfTrials.expectedMaximum(of: c.trials)
      #expect(close(expected, c.expected))
      #expect(abs(expected / c.exact - 1) < (c.trials < 3 ? 0.08 : 0.03), "\(c)")
    }
    #expect(LuckOfTrials.expectedMaximum(of: 1.05) == 0)
  }

  @Test func withoutSpreadThereIsNoRatio() {
    #expect(SharpeEstimate([]) == nil)
    #expect(SharpeEstimate([1, 2]) == nil)
    #expect(SharpeEstimate([4, 4, 4, 4]) == nil)
    #expect(SharpeEstimate([1, .nan, 2, 3]) == nil)
    #expect(SharpeEstimate([1e-300, 2e-300, 5e-300]) != nil)
  }

  /// Of one trial without an edge the ratio is called above 0 with 95 % in 5 % of cases.
  @Test func sizeOfOneTrial() {
    var rejected = 0
    for seed in 0..<2000 {
      var random = Philox(seed: UInt64(seed), stream: 77)
      let days = (0..<250).map { _ in random.normal() }
      if let estimate = SharpeEstimate(days), estimate.probability(above: 0) > 0.95 { rejected += 1 }
    }
    #expect((60...140).contains(rejected), "\(rejected)")
  }

  /// Where days hang together by 0.2, the ratio that takes them for independent is called above 0 too often, and the one
  /// with lags as often as it should be.
  @Test func lagsKeepTheSize() {
    var (plain, lags) = (0, 0)
    for seed in 0..<2000 {
      var random = Philox(seed: UInt64(seed), stream: 81)
      var last = random.normal()
      let days = (0..<250).map { _ -> Double in
        last = 0.2 * last + 0.96.squareRoot() * random.normal()
        return last
      }
      if let estimate = SharpeEstimate(days), estimate.probability(above: 0) > 0.95 { plain += 1 }
      if let estimate = SharpeEstimate(days, lag: nil), estimate.probability(above: 0) > 0.95 { lags += 1 }
    }
    #expect((60...140).contains(lags) && plain > 150, "\(lags), \(plain)")
  }
}
