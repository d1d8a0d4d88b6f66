import Foundation
import Kernels
import Risk
import Testing

/// Expected numbers of other programs; see `Tests/Golden/risk/make_factor_goldens.py`.
private struct FactorGoldens: Decodable {
  struct Target: Decodable {
    let shrinkage: Double
    let covariance: [Double]
    let eigenvalues: [Double]
    let components: [Double]
    let valueAtRisk: Double
    let expectedShortfall: Double
  }
  struct Law: Decodable {
    let filtered: [[Double]]
    let missing: [Int]
    let constant: [Int]
    let kept: [Int]
    let days: Int
    let targets: [String: Target]
  }
  struct Case: Decodable {
    let days: Int
    let factors: Int
    let exposures: [Double]
    let changes: [Double?]
    let law: Law
  }
  struct Day: Decodable {
    let pnl: [Double]
    let realised: Double
    let valueAtRisk: Double
    let expectedShortfall: Double
    let shareOfTies: Double
    let weight: Double
  }
  struct Shortfall: Decodable {
    let perTenThousand: Int
    let days: [Day]
    let z: Double
  }
  let laws: [Case]
  let shortfalls: [Shortfall]

  static func load() throws -> FactorGoldens {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Golden/risk/factors.json"))
    return try JSONDecoder().decode(Self.self, from: data)
  }
}

@Suite struct FactorTests {
  @Test func lawsAndLinearRisksAreThoseOfOtherPrograms() throws {
    for golden in try FactorGoldens.load().laws {
      let window = try #require(FactorWindow(golden.changes.map { $0 ?? .nan }, factors: golden.factors))
      let law = golden.law
      #expect(window.missing == law.missing && window.constant == law.constant && window.kept == law.kept)
      #expect(window.days == law.days && window.daysLeftOut == golden.days - law.days)
      for (i, expected) in law.filtered.enumerated() {
        #expect(agree(VolatilityFilter.rescaled(window.column(i)), expected, within: 1e-12))
      }
      let w = window.kept.map { golden.exposures[$0] }
      for target in FactorShrinkage.allCases {
        let expected = try #require(law.targets[target.rawValue])
        let made = try #require(FactorCovariance(window, shrinkTo: target))
        #expect(abs(made.shrinkage - expected.shrinkage) < 1e-9, "\(target) \(made.shrinkage)")
        #expect(agree(made.values, expected.covariance, within: 1e-9), "\(target)")
        #expect(agree(made.eigenvalues, expected.eigenvalues, within: 1e-8), "\(target)")
        let linear = DeltaNormal(exposures: w, covariance: made, perTenThousand: 500)
        #expect(agree(linear.components, expected.components, within: 1e-8), "\(target)")
        #expect(abs(linear.valueAtRisk / expected.valueAtRisk - 1) < 1e-8)
        #expect(linear.components.reduce(0, +) == linear.valueAtRisk)
      }
    }
  }

  /// The closed form of a linear book, and each factor's moves against the covariance, within the error of the draws.
  @Test func scenariosHaveTheLawTheyAreDrawnFrom() throws {
    let golden = try #require(try FactorGoldens.load().laws.first)
    let window = try #require(FactorWindow(golden.changes.map { $0 ?? .nan }, factors: golden.factors))
    let covariance = try #require(FactorCovariance(window, shrinkTo: .identity))
    let expected = try #require(golden.law.targets["identity"])
    let count = 100_000
    let draws = FactorScenarios(count: count, factors: 9, seed: 3)
    let moves = window.kept.indices.map { draws.moves($0, covariance) }
    let n = window.kept.count
    for i in 0..<n {
      for j in 0...i {
        let sum = zip(moves[i], moves[j]).reduce(0) { $0 + $1.0 * $1.1 } / Double(count)
        let size = (covariance.values[i * n + i] * covariance.values[j * n + j]).squareRoot()
        #expect(abs(sum - covariance.values[i * n + j]) < 0.02 * size, "\(i) \(j)")
      }
    }
    let pnl = (0..<count).map { s in
      (0..<n).reduce(0) { $0 + golden.exposures[window.kept[$1]] * moves[$1][s] }
    }
    let risk = try #require(TailForecast(pnl, perTenThousand: 500)).risk
    #expect(abs(risk.valueAtRisk / expected.valueAtRisk - 1) < 0.015, "\(risk.valueAtRisk)")
    #expect(abs(risk.expectedShortfall / expected.expectedShortfall - 1) < 0.015)
    // the numbers of the scenarios of mixes: stream s, factor after factor
    var random = Philox(seed: 3, stream: 77)
    let z = (0..<n).map { _ in random.normal() }
    for i in 0..<n {
      let x = (0...i).reduce(0) { $0 + covariance.loadings[i * n + $1] * z[$1] }
      #expect(abs(moves[i][77] - x) < 1e-15)
    }
  }

  /// Four days give a correlation matrix of rank three: whatever the root, it squares to the covariance.
  @Test func singularCovariancesHaveARoot() throws {
    var random = Philox(seed: 8)
    let changes = (0..<(4 * 9)).map { _ in 0.01 * random.normal() }
    let window = try #require(FactorWindow(changes, factors: 9))
    for target in FactorShrinkage.allCases {
      let made = try #require(FactorCovariance(window, shrinkTo: target))
      #expect((made.root == .spectral) == (target == .none), "\(target)")
      for i in 0..<9 {
        for j in 0..<9 {
          let product = (0..<9).reduce(0) { $0 + made.loadings[i * 9 + $1] * made.loadings[j * 9 + $1] }
          let size = (made.values[i * 9 + i] * made.values[j * 9 + j]).squareRoot()
          #expect(abs(product - made.values[i * 9 + j]) < 1e-8 * size, "\(target) \(i) \(j)")
        }
      }
    }
    #expect(FactorWindow([0.01, .nan, .nan, 0.02], factors: 2) == nil)
    #expect(FactorWindow(Array(repeating: 0.01, count: 8), factors: 2) == nil)
  }

  @Test func tailsWithTiesAndTheShortfallTestAreThoseOfTheirDefinitions() throws {
    for golden in try FactorGoldens.load().shortfalls {
      var days: [ShortfallTest.Day] = []
      var ties = 0
      for (k, day) in golden.days.enumerated() {
        let made = try #require(TailForecast(day.pnl, perTenThousand: golden.perTenThousand))
        #expect(made.risk.valueAtRisk == day.valueAtRisk)
        #expect(abs(made.risk.expectedShortfall - day.expectedShortfall) < 1e-9)
        #expect(abs(made.shareOfTies - day.shareOfTies) < 1e-9)
        let weight = made.weight(of: day.realised)
        #expect(abs(weight - day.weight) < 1e-9)
        if weight > 0, weight < 1 { ties += 1 }
        var random = Philox(seed: 1, stream: UInt64(k))
        days.append(ShortfallTest.Day(made, scenarios: day.pnl, random: &random))
      }
      let test = try #require(
        ShortfallTest(
          days, realised: golden.days.map(\.realised), perTenThousand: golden.perTenThousand))
      #expect(abs(test.statistic - golden.z) < 1e-9, "\(test.statistic) \(golden.z)")
      #expect((golden.days[0].pnl.min() == -110) == (ties > 1), "\(ties)")
    }
  }

  /// Days drawn from their forecasts: p is uniform, and exceedances are as many as they should be, with and without atoms in
  /// the tail and at the value at risk. Days twice as wild are found out.
  @Test(arguments: [nil, -200, -110.0]) func rightForecastsAreNotRejected(floor: Double?) throws {
    var random = Philox(seed: 21)
    func draw(_ scale: Double) -> Double { max(scale * 100 * random.normal(), floor ?? -.infinity) }
    let scenarios = (0..<2_000).map { _ in draw(1) }
    let forecast = try #require(TailForecast(scenarios, perTenThousand: 500))
    let isAtFloor = forecast.risk.valueAtRisk == floor
    #expect(isAtFloor == (floor == -110))
    var (p, exceeded, wild) = ([Double](), 0.0, 0)
    for _ in 0..<200 {
      func test(_ scale: Double) throws -> ShortfallTest {
        let realised = (0..<100).map { _ in
          scale == 1 ? scenarios[random.integer(below: scenarios.count)] : draw(scale)
        }
        if scale == 1 {
          for x in realised { exceeded += random.uniform() < forecast.weight(of: x) ? 1 : 0 }
        }
        let days = realised.map { _ in ShortfallTest.Day(forecast, scenarios: scenarios, random: &random) }
        return try #require(ShortfallTest(days, realised: realised, perTenThousand: 500))
      }
      p.append(try test(1).pValue)
      if try test(2).pValue < 0.05 { wild += 1 }
    }
    #expect(abs(exceeded / 20_000 - 0.05) < 0.005, "\(exceeded)")
    // nothing is worse than the floor, whatever is as bad
    guard !isAtFloor else {
      #expect(p.allSatisfy { $0 == 1 } && wild == 0)
      return
    }
    // 200 uniforms: mean 0.5 ± 0.02; a fifth below 0.2 ± 0.03
    #expect(abs(p.reduce(0, +) / 200 - 0.5) < 0.08, "\(p.reduce(0, +) / 200)")
    #expect(abs(Double(p.count { $0 < 0.2 }) / 200 - 0.2) < 0.1)
    #expect(wild > 180, "\(wild)")
  }
}
