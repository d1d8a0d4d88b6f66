import Kernels
import Search
import Testing

/// What every search method promises on every space that it takes.
@Suite struct ConformanceTests {
  @Test(arguments: SearchMethod.allCases, TestSpace.allCases)
  func takesOrRefuses(method: SearchMethod, space: TestSpace) {
    let isTaken = space.isTaken(by: method)
    do throws(SearchError) {
      _ = try method.make(space: space.space, objectives: 1, seed: 1)
      #expect(isTaken)
    } catch {
      #expect(!isTaken)
      let names = space.space.parameters.map(\.name)
      switch error {
      case .gridOverReal(let parameter): #expect(method == .grid && names.contains(parameter))
      case .categories(let parameter, .cmaes): #expect(method == .cmaes && names.contains(parameter))
      case .nothingToVary(.cmaes): #expect(space == .single)
      default: Issue.record("\(error)")
      }
    }
  }

  @Test(arguments: MethodCase.all)
  func asksCanonicalValidNewPointsInsideTheBounds(testCase: MethodCase) throws {
    let space = testCase.space.space
    for seed in [1, 2] as [UInt64] {
      let points = try Course.of(testCase, seed: seed, atLeast: 500, bowl).points
      #expect(!points.isEmpty)
      #expect(Set(points).count == points.count)
      if testCase.space.allPoints == nil { #expect(points.count >= 500) }
      for point in points {
        #expect(point == space.canonical(point) && space.isValid(point))
        for (value, parameter) in zip(point.values, space.parameters) {
          switch parameter.domain {
          case .real(let from, let to, _): #expect(value >= from && value <= to)
          case .steps(let count), .categories(let count):
            #expect(value == value.rounded() && value >= 0 && value < Double(count))
          }
        }
      }
    }
  }

  /// Whatever it learns, a finite space ends when each of its points was asked, and not before.
  @Test(arguments: MethodCase.all.filter { (1..<2_000).contains($0.space.allPoints?.count ?? 0) })
  func finiteSpacesAreExhaustedExactly(testCase: MethodCase) throws {
    let expected = try #require(testCase.space.allPoints)
    for evaluate in [bowl, faultyBowl] {
      var search = try testCase.make(seed: 3)
      var course = Course()
      // bounded, so that a search that never ends fails and does not hang
      course.run(&search, atLeast: expected.count + 500, evaluate)
      #expect(course.points.count == expected.count)
      #expect(Set(course.points) == Set(expected))
      for _ in 0..<3 {
        #expect(search.ask().isEmpty)
        search.tell([])
      }
    }
  }

  @Test(arguments: MethodCase.all)
  func sameSeedSameSearchOtherSeedOtherSearch(testCase: MethodCase) throws {
    let first = try Course.of(testCase, seed: 7, atLeast: 300, faultyBowl)
    let again = try Course.of(testCase, seed: 7, atLeast: 300, faultyBowl)
    let other = try Course.of(testCase, seed: 7 + 1 << 40, atLeast: 300, faultyBowl)
    #expect(first.asked == again.asked)
    if testCase.method == .grid {
      #expect(first.asked == other.asked)
    } else if testCase.space != .single && testCase.space != .pair {
      #expect(first.asked != other.asked)
    }
  }

  /// An interrupted search is told the old answers again and goes on as if nothing had happened; so does a copy.
  @Test(arguments: MethodCase.all)
  func replayAndCopyGoOnTheSame(testCase: MethodCase) throws {
    var search = try testCase.make(seed: 11)
    var course = Course()
    course.run(&search, atLeast: 150, faultyBowl)
    let half = course
    var copy = search
    course.run(&search, atLeast: 300, faultyBowl)

    var copied = half
    copied.run(&copy, atLeast: 300, faultyBowl)
    #expect(copied.asked == course.asked)

    var replay = try testCase.make(seed: 11)
    for (points, results) in zip(half.asked, half.told) {
      #expect(replay.ask() == points)
      replay.tell(results)
    }
    var replayed = half
    replayed.run(&replay, atLeast: 300, faultyBowl)
    #expect(replayed.asked == course.asked)
  }

  /// Methods that learn hang on what they are told, the others don't.
  @Test(arguments: MethodCase.all.filter { $0.space == .reals || $0.space == .steps })
  func onlyLearnersHangOnAnswers(testCase: MethodCase) throws {
    func away(_ point: SearchPoint) -> Evaluation {
      Evaluation(objectives: bowl(point).objectives.map { -$0 })
    }
    let towards = try Course.of(testCase, seed: 5, atLeast: 300, bowl)
    let from = try Course.of(testCase, seed: 5, atLeast: 300, away)
    let learns = testCase.method == .nsga2 || testCase.method == .cmaes
    #expect((towards.asked != from.asked) == learns)
    #expect(towards.asked[0] == from.asked[0])
  }

  /// Nothing has a result: the search goes on asking new points.
  @Test(arguments: MethodCase.all)
  func searchesWithoutAnyResultGoOn(testCase: MethodCase) throws {
    let failures = [
      Evaluation(objectives: [.nan]), Evaluation(objectives: [], isFailed: true),
      Evaluation(objectives: [1], violations: [.infinity]), Evaluation(objectives: [.infinity]),
      Evaluation(objectives: [-.infinity]),
    ]
    for failure in failures {
      let points = try Course.of(testCase, seed: 4, atLeast: 400) { _ in failure }.points
      #expect(points.count >= min(400, testCase.space.allPoints?.count ?? .max))
      #expect(Set(points).count == points.count)
    }
  }

  @Test(arguments: MethodCase.all)
  func failedResultsAreNeverOnTheFront(testCase: MethodCase) throws {
    let course = try Course.of(testCase, seed: 6, atLeast: 300, faultyBowl)
    let told = course.told.flatMap { $0 }
    let front = NonDominatedSort.paretoFront(told)
    #expect(front.allSatisfy { !told[$0].isFailed && told[$0].isFeasible })
    let best = told.filter(\.isFeasible).map { $0.objectives[0] }.min()
    #expect(front.isEmpty == (best == nil))
    #expect(front.allSatisfy { told[$0].objectives[0] == best })
  }

  /// A budget that ends within a generation is no error.
  @Test(arguments: MethodCase.all)
  func fewerResultsAtTheEndAreTaken(testCase: MethodCase) throws {
    var search = try testCase.make(seed: 9)
    let points = search.ask()
    search.tell(points.dropLast(points.count / 2).map(bowl))
  }

  /// The same bits on any machine, and from one release to the next: a change here is a change of every search.
  @Test(arguments: [
    (SearchMethod.grid, TestSpace.steps, 0), (.random, .conditional, 1), (.random, .logs, 2),
    (.sobol, .conditional, 3), (.sobol, .logs, 4), (.nsga2, .conditional, 5), (.nsga2, .logs, 6),
    (.cmaes, .hangingOnSteps, 7), (.cmaes, .logs, 8),
  ])
  func asksTheseBits(method: SearchMethod, space: TestSpace, row: Int) throws {
    let fingerprints: [UInt64] = [
      17_334_971_941_997_885, 17_152_388_625_154_708_588, 1_301_584_991_953_993_403,
      12_090_320_732_765_681_859, 17_729_725_300_345_326_095, 10_399_651_479_882_182_398,
      18_400_791_025_563_429_525, 15_361_981_312_222_072_028, 4_716_958_990_178_812_856,
    ]
    let course = try Course.of(MethodCase(method: method, space: space), seed: 2026, atLeast: 600, faultyBowl)
    #expect(course.fingerprint == fingerprints[row], "\(method.rawValue) \(space.rawValue)")
  }
}
