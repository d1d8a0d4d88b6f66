import Kernels
import Search
import Testing

/// The plain methods, and what is refused.
@Suite struct MethodTests {
  @Test(arguments: TestSpace.allCases.filter { $0.allPoints != nil }, [1, 7, 5_000])
  func gridListsThePointsInMixedRadixOrder(space: TestSpace, block: Int) throws {
    var grid = try GridSearch(space: space.space, block: block)
    var asked: [SearchPoint] = []
    while true {
      let points = grid.ask()
      guard !points.isEmpty else { break }
      #expect(points.count <= block)
      asked += points
    }
    #expect(asked == space.allPoints)
  }

  /// Points before the constraint between parameters count, and inactive parameters don't multiply.
  @Test func gridsAboveTheLimitAreRefused() throws {
    // of tiny: a = 1 gives 4·(3 + 2·2), the other two 4 each
    let space = TestSpace.tiny.space
    _ = try GridSearch(space: space, limit: 36)
    #expect(throws: SearchError.gridTooLarge(points: 36, limit: 35)) {
      try GridSearch(space: space, limit: 35)
    }
    // parents alone are beyond counting
    let chain = SearchSpace(
      (0..<60).map { i in
        SearchParameter(
          name: "p\(i)", domain: .steps(count: 9),
          conditions: i == 0 ? [] : [.init(parent: i - 1, positions: Array(0..<9))])
      })
    #expect(throws: SearchError.gridTooLarge(points: .max, limit: 99)) {
      try GridSearch(space: chain, limit: 99)
    }
    let vast = SearchSpace((0..<80).map { SearchParameter(name: "p\($0)", domain: .steps(count: 9)) })
    #expect(throws: SearchError.gridTooLarge(points: .max, limit: 10)) {
      try GridSearch(space: vast, limit: 10)
    }
    #expect("\(SearchError.gridTooLarge(points: .max, limit: 10))".contains("more than 10"))
  }

  /// Each of 20 cells of each parameter gets its share: χ² of 19 degrees below its 99.99 % point.
  @Test(arguments: [SearchMethod.random, .sobol], [TestSpace.reals, .logs, .categories])
  func drawsAreEven(method: SearchMethod, space: TestSpace) throws {
    let points = try Course.of(MethodCase(method: method, space: space), seed: 21, atLeast: 4_000, bowl)
      .points
    for (i, parameter) in space.space.parameters.enumerated() {
      let cells: Int
      let place: (Double) -> Double
      switch parameter.domain {
      case .real(let from, let to, let isLog):
        cells = 20
        let (a, b) = (Elementary.log(from), Elementary.log(to))
        place = { isLog ? (Elementary.log($0) - a) / (b - a) : ($0 - from) / (to - from) }
      case .steps(let count), .categories(let count):
        cells = count
        place = { ($0 + 0.5) / Double(count) }
      }
      var counts = Array(repeating: 0.0, count: cells)
      for point in points { counts[min(cells - 1, Int(place(point.values[i]) * Double(cells)))] += 1 }
      let expected = Double(points.count) / Double(cells)
      let square = counts.reduce(0) { $0 + ($1 - expected) * ($1 - expected) / expected }
      #expect(square < [3: 18.4, 5: 23.5, 20: 49.6][cells] ?? 0, "\(parameter.name)")
    }
  }

  @Test func namesAndErrorsTellWhatToDo() throws {
    for method in SearchMethod.allCases { #expect(try SearchMethod(named: method.rawValue) == method) }
    #expect(throws: SearchError.unknownMethod("annealing")) { try SearchMethod(named: "annealing") }
    let space = TestSpace.reals.space
    for method in SearchMethod.allCases {
      #expect(throws: SearchError.objectives(0, method: method)) {
        try method.make(space: space, objectives: 0, seed: 1)
      }
    }
    #expect(throws: SearchError.objectives(2, method: .cmaes)) {
      try SearchMethod.cmaes.make(space: space, objectives: 2, seed: 1)
    }
    let wide = SearchSpace((0..<129).map { SearchParameter(name: "p\($0)", domain: .steps(count: 2)) })
    #expect(throws: SearchError.tooManyParameters(129, limit: 128)) { try SobolSearch(space: wide, seed: 1) }
    let texts: [(SearchError, [String])] = [
      (.unknownMethod("annealing"), ["annealing", "nsga2"]),
      (.objectives(2, method: .cmaes), ["2", "nsga2"]),
      (.objectives(0, method: .nsga2), ["0", "at least one"]),
      (.gridOverReal(parameter: "delta"), ["delta", "step"]),
      (.gridTooLarge(points: 99, limit: 10), ["99", "10", "wider"]),
      (.tooManyParameters(129, limit: 128), ["129", "128"]),
      (.categories(parameter: "stop", method: .cmaes), ["stop", "nsga2"]),
      (.nothingToVary(method: .cmaes), ["cmaes", "free one"]),
      (.setting(name: "block", value: "0", bounds: "at least 1"), ["block", "0", "at least 1"]),
    ]
    for (error, words) in texts {
      for word in words { #expect("\(error)".contains(word), "\(error)") }
    }
  }

  @Test func settingsOutOfBoundsAreRefused() {
    let changes: [(SearchMethod, (inout SearchSettings) -> Void)] = [
      (.grid, { $0.block = 0 }), (.random, { $0.block = 0 }), (.sobol, { $0.block = -1 }),
      (.nsga2, { $0.nsga2.population = 1 }), (.nsga2, { $0.nsga2.crossoverProbability = 1.5 }),
      (.nsga2, { $0.nsga2.crossoverShare = -0.1 }), (.nsga2, { $0.nsga2.mutationShare = .nan }),
      (.nsga2, { $0.nsga2.mutationProbability = 2 }), (.nsga2, { $0.nsga2.mutationEta = .infinity }),
      (.nsga2, { $0.nsga2.crossoverEta = -1 }), (.nsga2, { $0.nsga2.matingTries = 0 }),
      (.cmaes, { $0.cmaes.population = 3 }), (.cmaes, { $0.cmaes.step = 0 }),
      (.cmaes, { $0.cmaes.step = .nan }),
      (.cmaes, { $0.cmaes.doublings = 21 }),
    ]
    for (method, change) in changes {
      var settings = SearchSettings()
      change(&settings)
      do throws(SearchError) {
        _ = try method.make(space: TestSpace.tinyNumeric.space, objectives: 1, seed: 1, settings: settings)
        Issue.record("\(method.rawValue) took \(settings)")
      } catch {
        guard case .setting = error else {
          Issue.record("\(error)")
          continue
        }
      }
    }
  }
}
