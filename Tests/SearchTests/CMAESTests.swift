import Kernels
import Search
import Testing

/// The search by covariance: how fast it converges, bounds, steps, constraints and restarts.
@Suite struct CMAESTests {
  static let box = Problem.reals(Array(repeating: (-5, 5), count: 10))

  /// Evaluations until the objective is at most the target; nil if the budget ends before.
  static func evaluations(
    _ space: SearchSpace, seed: UInt64, target: Double, budget: Int, _ value: ([Double]) -> Double
  ) throws -> Int? {
    var search = try CMAES(space: space, seed: seed)
    var count = 0
    while count < budget {
      let points = search.ask()
      guard !points.isEmpty else { return nil }
      let values = points.map { value($0.values) }
      if let reached = values.firstIndex(where: { $0 <= target }) { return count + reached + 1 }
      count += points.count
      search.tell(values.map { Evaluation(objectives: [$0]) })
    }
    return nil
  }

  /// Median of 11 seeds within 1.2 of PyPI's cma, the better of its runs with and without bounds, from the same
  /// start and step.
  @Test(arguments: TenNumbers.allCases)
  func convergesAsFastAsPycma(function: TenNumbers) throws {
    let figures = try GoldenFile<[String: NSGA2Tests.Figure]>("searches.json").cases
    let free = try #require(figures["\(function.rawValue) free"])
    let bounded = try #require(figures["\(function.rawValue) bounded"])
    let counts = try (1...11 as ClosedRange<UInt64>).map { seed in
      try Self.evaluations(Self.box, seed: seed, target: 1e-8, budget: 50_000, function.value) ?? .max
    }
    let mine = median(counts.map(Double.init))
    if measuresAll { print("cmaes \(function): \(mine) \(counts), cma \(free.median) \(bounded.median)") }
    #expect(mine <= 1.2 * min(free.median, bounded.median))
  }

  /// The least value on a face, on an edge, and with one number.
  @Test func findsTheBestOnTheBounds() throws {
    let corner = try Self.evaluations(Self.box, seed: 2, target: -50 + 1e-6, budget: 20_000) {
      $0.reduce(0, +)
    }
    #expect(corner != nil)
    let one = Problem.reals([(-5, 5)])
    let face = try Self.evaluations(one, seed: 2, target: 1e-9, budget: 2_000) { ($0[0] - 5) * ($0[0] - 5) }
    #expect(face != nil)
  }

  /// Many valleys: the first run seldom finds the deepest, restarts with more samples do.
  @Test func restartsFindWhatOneRunMisses() throws {
    let space = Problem.reals(Array(repeating: (-5, 5), count: 4))
    // Rastrigin's function by a parabola chain: a valley at each whole number
    func valleys(_ x: [Double]) -> Double {
      x.reduce(0) { sum, y in
        let z = y - 1
        let off = z - z.rounded()
        return sum + z * z + 80 * off * off
      }
    }
    for seed in 1...5 as ClosedRange<UInt64> {
      var search = try CMAES(space: space, seed: seed)
      var count = 0
      while count < 60_000, search.best?.objective ?? .infinity > 1e-8 {
        let points = search.ask()
        search.tell(points.map { Evaluation(objectives: [valleys($0.values)]) })
        count += points.count
      }
      #expect(search.best?.objective ?? .infinity <= 1e-8, "seed \(seed)")
    }
  }

  /// Steps by rounding: the best of 10¹² points, a few numbers of them real.
  @Test func stepsAreFoundExactly() throws {
    let space = SearchSpace(
      (0..<6).map { SearchParameter(name: "n\($0)", domain: .steps(count: 100)) }
        + (0..<2).map { SearchParameter(name: "x\($0)", domain: .real(from: 0, to: 1, isLog: false)) })
    for seed in 1...5 as ClosedRange<UInt64> {
      let count = try Self.evaluations(space, seed: seed, target: 1e-3, budget: 30_000) { x in
        var sum = 100 * (x[6] - 0.3) * (x[6] - 0.3) + 100 * (x[7] - 0.8) * (x[7] - 0.8)
        for i in 0..<6 {
          let off = x[i] - Double(12 * i + 5)
          sum += off * off
        }
        return sum
      }
      #expect(count != nil, "seed \(seed)")
    }
  }

  /// The sphere with its middle cut off: the best is on the constraint.
  @Test func constraintsAreKept() throws {
    var search = try CMAES(space: Problem.reals(Array(repeating: (-5, 5), count: 5)), seed: 4)
    for _ in 0..<400 {
      search.tell(
        search.ask().map { point in
          let x = point.values
          let sum = x.reduce(0) { $0 + $1 * $1 }
          // nothing at all on a third of the axis
          return Evaluation(objectives: [sum], violations: [1 - x[0]], isFailed: x[1] > 2)
        })
    }
    let best = try #require(search.best)
    #expect(best.point.values[0] >= 1 && abs(best.objective - 1) < 1e-4)
  }

  /// Mirrors at 0 and 1, again and again.
  @Test func neverAsksOutsideHoweverFar() throws {
    var settings = CMAES.Settings()
    settings.step = 1
    var search = try CMAES(space: TestSpace.reals.space, seed: 1, settings: settings)
    for generation in 0..<300 {
      let points = search.ask()
      // rewards being far out: the step grows
      search.tell(points.map { Evaluation(objectives: [generation % 2 == 0 ? $0.values[0] : -$0.values[0]]) })
      for point in points {
        #expect(point.values.allSatisfy(\.isFinite) && (-3...5).contains(point.values[0]))
      }
    }
  }
}
