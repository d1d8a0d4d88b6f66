import Statistics
import Testing

/// Tests looked at together, and what a test could have shown, against statsmodels.
@Suite struct SeveralTestsTests {
  private struct Holm: Decodable {
    let p: [Double]
    let holm: [Double]
  }
  private struct Power: Decodable {
    let mean: Double
    let sd: Double
    let level: Double
    let power: Double
    let sessions: Double
    let z: Double
  }

  @Test func holmIsThatOfStatsmodels() throws {
    let cases = try GoldenFile<Holm>("holm.json").cases
    #expect(cases.count == 20)
    for c in cases {
      for (mine, theirs) in zip(holmAdjusted(c.p), c.holm) { #expect(abs(mine - theirs) < 1e-14) }
    }
    #expect(holmAdjusted([]) == [])
    #expect(holmAdjusted([0.01, 0.04, 0.03, 0.005]) == [0.03, 0.06, 0.06, 0.02])
  }

  @Test func sampleSizesAreThoseOfStatsmodels() throws {
    let cases = try GoldenFile<Power>("power.json").cases
    #expect(cases.count == 18)
    for c in cases {
      let count = 750
      let error = c.sd / Double(count).squareRoot()
      let power = MeanPower(standardError: error, count: count, level: c.level, power: c.power)
      #expect(abs(power.detectable / (c.z * error) - 1) < 1e-12)
      #expect(abs(power.termsNeeded(for: c.mean) / c.sessions - 1) < 1e-9)
    }
    #expect(MeanPower(standardError: 1, count: 10).termsNeeded(for: 0) == .infinity)
  }
}
