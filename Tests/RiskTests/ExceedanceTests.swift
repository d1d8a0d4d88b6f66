import Foundation
import Kernels
import Risk
import Testing

@Suite struct ExceedanceTests {
  private static func law(_ scenarios: [Double], days: Int, isNext: Bool = true) throws -> ExceedanceLaw {
    let forecast = try #require(TailForecast(scenarios, perTenThousand: 500))
    let day = ExceedanceLaw.Day(forecast, scenarios: scenarios.count)
    return ExceedanceLaw(
      Array(repeating: day, count: days), isNext: Array(repeating: isNext, count: days), perTenThousand: 500,
      seed: 1)
  }
  private static let plain: [Double] = (0..<20).map { Double($0) }
  /// A quarter of the scenarios loses all that can be lost.
  private static let atom: [Double] = Array(repeating: -5.0, count: 5) + Array(repeating: 1.0, count: 15)

  /// Without ties the number of exceedances is binomial: its two tails, summed.
  @Test func coverageIsThatOfTheBinomialLaw() throws {
    let n = 100
    let law = try Self.law(Self.plain, days: n)
    var chances = [pow(0.95, Double(n))]
    for k in 1...n { chances.append(chances[k - 1] * Double(n - k + 1) / Double(k) * 0.05 / 0.95) }
    for hits in [0, 1, 3, 5, 8, 10, 12, 15] {
      let weights = (0..<n).map { $0 % 6 == 0 && $0 / 6 < hits ? 1.0 : 0 }
      let test = try #require(law.test(weights))
      let exact = chances.indices.filter { abs($0 - 5) >= abs(hits - 5) }.reduce(0) { $0 + chances[$1] }
      #expect(abs(test.coverage - exact) < 0.015, "\(hits): \(test.coverage) \(exact)")
      #expect(test.exceedances == Double(hits) && test.expected == 5)
      if hits > 0 { #expect(test.clustering == 0 && test.independence == 1) }
    }
  }

  /// Days at a fourth of the law, all lost, are a fifth of an exceedance each.
  @Test func daysAtTheValueAtRiskCountByTheirShare() throws {
    let law = try Self.law(Self.atom, days: 400)
    let right = try #require(law.test((0..<400).map { $0 % 4 == 0 ? 0.2 : 0 }))
    #expect(abs(right.exceedances - 20) < 1e-9 && right.expected == 20 && right.coverage > 0.9)
    // the sum's deviation is √(400·0.2²·¼·¾) = 1.73, that of a lot a day 4.36
    let more = try #require(law.test((0..<400).map { $0 % 3 == 0 ? 0.2 : 0 }))
    #expect(abs(more.exceedances - 26.8) < 1e-9 && more.coverage < 0.001)
  }

  /// Right forecasts are rejected as often as the level says, of one law and of the other.
  @Test(arguments: [false, true]) func rightForecastsAreRejectedAsOftenAsTheLevelSays(hasAtom: Bool) throws {
    let law = try Self.law(hasAtom ? Self.atom : Self.plain, days: 250)
    let (chance, weight) = hasAtom ? (0.25, 0.2) : (0.05, 1)
    var rejected = (coverage: 0, clusters: 0)
    for draw in 0..<400 {
      var random = Philox(seed: 77, stream: UInt64(draw))
      let test = try #require(law.test((0..<250).map { _ in random.uniform() < chance ? weight : 0 }))
      if test.coverage <= 0.1 { rejected.coverage += 1 }
      if try #require(test.independence) <= 0.1 { rejected.clusters += 1 }
    }
    // 40 of 400, deviation 6; less where few values are possible
    #expect((15...60).contains(rejected.coverage) && (15...60).contains(rejected.clusters), "\(rejected)")
  }

  @Test func clustersAreSeenOnlyOfSessionsThatFollow() throws {
    let pairs = (0..<300).map { $0 % 40 < 2 ? 1.0 : 0 }
    let test = try #require(Self.law(Self.plain, days: 300).test(pairs))
    // every second one follows another, of 16 in 300
    let (clustering, expected) = (try #require(test.clustering), 0.5 * 300 / 16)
    #expect(abs(clustering - expected) < 1e-12)
    #expect(try #require(test.independence) < 0.001 && test.coverage > 0.5)
    let apart = try #require(Self.law(Self.plain, days: 300, isNext: false).test(pairs))
    #expect(apart.clustering == nil && apart.independence == nil && apart.coverage == test.coverage)
    #expect(try Self.law(Self.plain, days: 0).test([]) == nil)
  }
}
