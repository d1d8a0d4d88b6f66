import Foundation
import Kernels
@testable import Risk
import Testing

@Suite struct TailTests {
  /// By hand: the worst 2.5 of 50 days −50 … −1 are −50, −49 and half of −48.
  @Test func tailsOfAWorkedCase() throws {
    let x = (0..<50).map { Double(($0 * 7) % 50) - 50 }
    let tail = try #require(TailRisk(x, perTenThousand: 500))
    #expect(tail.valueAtRisk == -48 && tail.tailDays == 2.5 && !tail.isWorstOnly)
    #expect(abs(tail.expectedShortfall - (-50 - 49 - 24) / 2.5) < 1e-12)
    let few = try #require(TailRisk(x, perTenThousand: 100))
    #expect(few.isWorstOnly && few.valueAtRisk == -50 && few.expectedShortfall == -50)
    #expect(TailRisk([], perTenThousand: 500) == nil)
  }

  /// The normal law's own: ES = μ − σ·φ(z)/(1 − α), and contributions follow C·w.
  @Test func scenariosHaveTheMomentsOfTheirLaw() throws {
    let c = [4.0, 1, 0, 1, 9, -2, 0, -2, 1]
    let means = [0.1, -0.2, 0.3]
    let w = [0.5, 0.2, 0.3]
    let count = 200_000
    let scenarios = try #require(NormalScenarios(means: means, covariance: c, count: count, seed: 4))
    let (risk, parts) = try #require(scenarios.tail(weights: w, perTenThousand: 500))
    let cw = (0..<3).map { i in (0..<3).reduce(0) { $0 + c[i * 3 + $1] * w[$1] } }
    let mean = zip(w, means).reduce(0) { $0 + $1.0 * $1.1 }
    let sd = zip(w, cw).reduce(0) { $0 + $1.0 * $1.1 }.squareRoot()
    let z = 1.644_853_626_951_473
    #expect(abs(risk.valueAtRisk - (mean - sd * z)) < 0.01 * sd)
    let factor = normalDensity(z) / 0.05
    #expect(abs(risk.expectedShortfall - (mean - sd * factor)) < 0.01 * sd)
    #expect(abs(parts.reduce(0, +) - risk.expectedShortfall) < 1e-12)
    for i in 0..<3 { #expect(abs(parts[i] - w[i] * (means[i] - factor * cw[i] / sd)) < 0.03 * sd) }
    // every scenario is drawn anew here, from its own stream
    let fewer = try #require(NormalScenarios(means: means, covariance: c, count: 100, seed: 4))
    let factor3 = try #require(Cholesky(c, order: 3))
    let days = (0..<100).map { s -> [Double] in
      var random = Philox(seed: 4, stream: UInt64(s))
      let z = means.map { _ in random.normal() }
      return zip(means, factor3.times(z)).map { $0 + $1 }
    }
    let drawn = days.map { x in zip(w, x).reduce(0) { $0 + $1.0 * $1.1 } }
    let tail = try #require(TailRisk(drawn, perTenThousand: 500))
    let again = try #require(fewer.tail(weights: w, perTenThousand: 500))
    #expect(abs(again.risk.expectedShortfall - tail.expectedShortfall) < 1e-12)
    for i in 0..<3 {
      let part = TailRisk.tailWeights(drawn, perTenThousand: 500).reduce(0) {
        $0 + $1.weight * w[i] * days[$1.day][i]
      }
      #expect(abs(again.contributions[i] - part) < 1e-12)
    }
    #expect(NormalScenarios(means: [0, 0], covariance: [1, 1, 1, 1], count: 1, seed: 1) == nil)
  }

  /// Days that tie with the value at risk share its part of the tail, whichever comes first.
  @Test func tiesShareTheTail() {
    let pnl = [5.0, -3, -7, -3 + 1e-12, 4, -3 - 1e-12, 6, 8, 9, 2]
    // the tail of two days is day 2 and one of three
    let tail = TailRisk.tailWeights(pnl, perTenThousand: 2_000, tiesWithin: 1e-9)
    #expect(tail.map(\.day) == [2, 1, 3, 5] && tail[0].weight == 0.5)
    #expect(tail.dropFirst().allSatisfy { abs($0.weight - 1.0 / 6) < 1e-15 })
    #expect(
      TailRisk.tailWeights(pnl, perTenThousand: 2_000, tiesWithin: 0).map(\.day)
        == TailRisk.tailWeights(pnl, perTenThousand: 2_000).map(\.day))
    let flat = TailRisk.tailWeights([1, 1, 1, 1], perTenThousand: 500, tiesWithin: 0)
    #expect(flat.count == 4 && flat.allSatisfy { $0.weight == 0.25 })
  }

  @Test func backtestsAreThoseOfSciPy() throws {
    for g in try GoldenFile.load().backtests {
      let b = try #require(
        ValueAtRiskBacktest(exceeded: g.exceeded.map { $0 == 1 }, perTenThousand: g.perTenThousand))
      #expect(b.exceptions == g.exceptions)
      for (test, golden) in [
        (b.coverage, g.coverage), (b.independence, g.independence),
        (b.conditionalCoverage, g.conditional),
      ] {
        #expect((test == nil) == (golden == nil))
        guard let test, let golden else { continue }
        #expect(agree([test.statistic, test.pValue], golden, within: 1e-10))
        #expect(abs(test.pValue - golden[1]) <= 1e-9 * golden[1])
      }
    }
  }

  /// Days that don't follow one another are no pair: what Christoffersen's ratio says of two runs is in their pairs alone.
  @Test func gapsAreNoPairs() throws {
    let runs = try GoldenFile.load().backtests.prefix(3).map { $0.exceeded.map { $0 == 1 } }
    let joined = Array(runs.joined())
    let starts = [0, runs[0].count, runs[0].count + runs[1].count]
    let isNext = joined.indices.map { !starts.contains($0) }
    let b = try #require(ValueAtRiskBacktest(exceeded: joined, isNext: isNext, perTenThousand: 500))
    #expect(
      b.days == joined.count
        && b.coverage == ValueAtRiskBacktest(exceeded: joined, perTenThousand: 500)?.coverage)
    var n = [[0.0, 0], [0, 0]]
    for run in runs { for (x, y) in zip(run, run.dropFirst()) { n[x ? 1 : 0][y ? 1 : 0] += 1 } }
    func likelihood(_ miss: Double, _ hit: Double) -> Double {
      miss * log(miss / (miss + hit)) + hit * log(hit / (miss + hit))
    }
    let ratio =
      2
      * (likelihood(n[0][0], n[0][1]) + likelihood(n[1][0], n[1][1])
        - likelihood(n[0][0] + n[1][0], n[0][1] + n[1][1]))
    #expect(try abs(#require(b.independence).statistic - ratio) < 1e-8)
    #expect(b.pairs == joined.count - 3 && Double(b.pairsAfterException) == n[1][0] + n[1][1])
    // a hit at the end of one run and one at the beginning of the next follow each other only where there is no gap
    let hits = [false, true, true, false]
    #expect(ValueAtRiskBacktest(exceeded: hits, perTenThousand: 500)?.independence != nil)
    let apart = ValueAtRiskBacktest(
      exceeded: [false, true, true], isNext: [false, true, false], perTenThousand: 500)
    #expect(apart?.independence == nil && apart?.exceptions == 2)
  }

  /// Each forecast made anew from the days before it.
  @Test func forecastsSeeOnlyTheDaysBefore() throws {
    var random = Philox(seed: 6)
    let x = (0..<300).map { _ in (random.normal() * 4).rounded() }
    for (window, share) in [(50, 500), (33, 100), (100, 1_000)] {
      let hits = ValueAtRiskBacktest.exceeded(x, window: window, perTenThousand: share)
      let anew = try (window..<300).map { d in
        let past = try #require(TailRisk(Array(x[d - window..<d]), perTenThousand: share))
        return x[d] < past.valueAtRisk
      }
      #expect(hits == anew)
      #expect(hits.contains(true))
    }
    #expect(ValueAtRiskBacktest.exceeded(x, window: 300, perTenThousand: 500).isEmpty)
  }
}
