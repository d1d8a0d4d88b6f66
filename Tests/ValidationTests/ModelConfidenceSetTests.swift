import Dispatch
import Kernels
import Statistics
import Testing
import Validation

@Suite struct ModelConfidenceSetTests {
  /// Other random numbers, which also estimate the deviations: a little more than the noise of a share.
  @Test(arguments: ModelConfidenceSet.Method.allCases)
  func probabilitiesMatchArchWithinTheNoiseOfResampling(method: ModelConfidenceSet.Method) throws {
    for c in try GoldenFile<SnoopingCase>("snooping.json").cases {
      let set = try #require(
        ModelConfidenceSet(
          try c.matrix, bootstrap: c.bootstrap(), resamples: 10_000, widening: c.widenings, method: method))
      for (j, theirs) in (method == .range ? c.mcsR : c.mcsmax).enumerated() {
        let mine = try #require(set.pValues[j])
        #expect(
          abs(mine - theirs) < 1.5 * SnoopingCase.noise(theirs, 10_000, 5_000),
          "\(c.name) \(j): \(mine) \(theirs)")
      }
    }
  }

  /// The definition, step by step, without anything kept from the step before.
  @Test(arguments: ModelConfidenceSet.Method.allCases)
  func eliminationIsThatOfTheDefinition(method: ModelConfidenceSet.Method) throws {
    let k = 12
    let resamples = 203
    let matrix = try market(days: 60, settings: k, means: [40, 30, 20, 10, 0, -30, -60], seed: 9)
    let bootstrap = StationaryBootstrap(count: 60, blockLength: 2, seed: 3)
    let mean = (0..<k).map { matrix.column($0).reduce(0, +) / 60 }
    let z = (0..<resamples).map { r in
      let places = bootstrap.indices(resample: r)
      return (0..<k).map { j in
        let x = matrix.column(j)
        return places.reduce(0.0) { $0 + x[$1] } / 60 - mean[j]
      }
    }
    func rms(_ x: [Double]) -> Double { (x.reduce(0) { $0 + $1 * $1 } / Double(x.count)).squareRoot() }
    var left = Array(0..<k)
    var expected = Array(repeating: 1.0, count: k)
    var reached = 0.0
    while left.count > 1 {
      // differences that one setting lies below the others: (worse, observed, resampled)
      var tests: [(Int, Double, [Double])] = []
      for i in left {
        switch method {
        case .range:
          for j in left where j != i {
            let d = z.map { $0[j] - $0[i] }
            tests.append((i, (mean[j] - mean[i]) / rms(d), d.map { $0 / rms(d) }))
          }
        case .maximum:
          func above(_ x: [Double]) -> Double { left.reduce(0) { $0 + x[$1] } / Double(left.count) - x[i] }
          let d = z.map(above)
          tests.append((i, above(mean) / rms(d), d.map { $0 / rms(d) }))
        }
      }
      let worst = try #require(tests.max { $0.1 < $1.1 })
      let count = (0..<resamples).count { r in tests.contains { $0.2[r] >= worst.1 } }
      reached = max(reached, Double(1 + count) / Double(1 + resamples))
      expected[worst.0] = reached
      left.removeAll { $0 == worst.0 }
    }
    let set = try #require(
      ModelConfidenceSet(matrix, bootstrap: bootstrap, resamples: resamples, method: method))
    #expect(set.pValues == expected)
    #expect(set.members(size: 0.5) == (0..<k).filter { expected[$0] > 0.5 })
  }

  @Test(arguments: ModelConfidenceSet.Method.allCases)
  func copiesLeaveTogetherAndThreadsDontMatter(method: ModelConfidenceSet.Method) throws {
    let one = try market(days: 50, settings: 4, means: [0, 30, -50], seed: 12)
    var values: [Double] = []
    for d in 0..<50 {
      for j in 0..<4 { values += [one.values[4 * d + j], one.values[4 * d + j]] }
      values.append(5)
    }
    let matrix = try OutcomeMatrix(values: values, settings: 9)
    let bootstrap = StationaryBootstrap(count: 50, blockLength: 2, seed: 3)
    let set = try #require(ModelConfidenceSet(matrix, bootstrap: bootstrap, resamples: 300, method: method))
    for j in 0..<4 { #expect(set.pValues[2 * j] == set.pValues[2 * j + 1]) }
    #expect(set.pValues[8] == nil && set.pValues.contains(1) && set.pValues.allSatisfy { ($0 ?? 1).isFinite })
    let threaded = ModelConfidenceSet(matrix, bootstrap: bootstrap, resamples: 300, method: method) {
      count, body in
      DispatchQueue.concurrentPerform(iterations: count) { body(count - 1 - $0) }
    }
    #expect(threaded == set)
  }

  @Test func resamplesGetFewerWithMoreSettings() {
    #expect(ModelConfidenceSet.affordable(resamples: 10_000, settings: 200) == 10_000)
    #expect(ModelConfidenceSet.affordable(resamples: 10_000, settings: 5_000) == 1_000)
    #expect(ModelConfidenceSet.affordable(resamples: 300, settings: 5_000) == 300)
  }
}
