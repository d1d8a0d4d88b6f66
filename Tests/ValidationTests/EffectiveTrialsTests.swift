import Kernels
import Statistics
import Testing
import Validation

private struct EffectiveCase: Decodable {
  var days: Int
  var values: [Double]
  var participation, entropy: Double
}

@Suite struct EffectiveTrialsTests {
  /// More settings than days, and fewer.
  @Test func eigenvaluesMatchNumPy() throws {
    let golden = try OverfittingGolden<EffectiveCase>("effective.json")
    #expect(golden.cases.count == 5)
    for c in golden.cases {
      let matrix = try OutcomeMatrix(values: c.values, settings: c.values.count / c.days)
      let trials = try #require(EffectiveTrials(matrix))
      #expect(close(trials.participation, c.participation, within: 6e-6), "\(trials) \(c.participation)")
      #expect(close(trials.entropy, c.entropy, within: 6e-6), "\(trials) \(c.entropy)")
      #expect(trials.settings == matrix.settings - matrix.constant.count)
    }
  }

  /// Copies of one setting at any size are one trial; opposites too.
  @Test func copiesAreOneTrial() throws {
    var random = Philox(seed: 2)
    let values = (0..<50).flatMap { _ -> [Double] in
      let x = random.normal()
      return [x, 2 * x, -x, 0.5 * x, 7]
    }
    let trials = try #require(EffectiveTrials(try OutcomeMatrix(values: values, settings: 5)))
    #expect(trials.settings == 4 && trials.participation == 1 && trials.entropy == 1)
  }

  /// The columns of a Hadamard matrix are uncorrelated: as many trials as settings.
  @Test func uncorrelatedSettingsAllCount() throws {
    let values = (0..<16).flatMap { d in (1..<8).map { j in (d & j).nonzeroBitCount % 2 == 0 ? 1.0 : -1.0 } }
    let trials = try #require(EffectiveTrials(try OutcomeMatrix(values: values, settings: 7)))
    #expect(trials.participation == 7 && trials.entropy == 7)
  }

  @Test func withoutSpreadThereAreNone() throws {
    #expect(EffectiveTrials(try OutcomeMatrix(values: [1, 1, 1, 1], settings: 2)) == nil)
  }
}
