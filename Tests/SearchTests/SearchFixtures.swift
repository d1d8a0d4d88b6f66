import Foundation
import Kernels
import Search
import Testing

/// A golden file: where its numbers come from, and the cases.
struct GoldenFile<Cases: Decodable>: Decodable {
  var source: String
  var cases: Cases

  init(_ name: String) throws {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    let data = try Data(contentsOf: folder.appending(path: "Golden/search/\(name)"))
    self = try JSONDecoder().decode(Self.self, from: data)
  }
}

/// Whether the long measurements run too.
let measuresAll = ProcessInfo.processInfo.environment["SEARCH_BARS"] != nil

func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  let half = sorted.count / 2
  return sorted.count % 2 == 1 ? sorted[half] : (sorted[half - 1] + sorted[half]) / 2
}

/// Spaces of every kind that the methods must keep to.
enum TestSpace: String, CaseIterable, CustomTestStringConvertible {
  case reals, logs, steps, categories, conditional, hangingOnSteps, narrow, ordered, decimals
  case tiny, tinyNumeric, tinyNarrow, pair, single

  var testDescription: String { rawValue }

  private static func real(_ name: String, _ from: Double, _ to: Double, log: Bool = false) -> SearchParameter
  {
    SearchParameter(name: name, domain: .real(from: from, to: to, isLog: log))
  }
  private static func steps(_ name: String, _ count: Int) -> SearchParameter {
    SearchParameter(name: name, domain: .steps(count: count))
  }
  private static func choice(_ name: String, _ count: Int) -> SearchParameter {
    SearchParameter(name: name, domain: .categories(count: count))
  }

  var space: SearchSpace {
    switch self {
    case .reals: SearchSpace([Self.real("a", -3, 5), Self.real("b", 0, 1e-3), Self.real("c", 1e6, 2e6)])
    case .logs: SearchSpace([Self.real("a", 1e-6, 1e3, log: true), Self.real("b", 0.5, 2, log: true)])
    case .steps: SearchSpace([Self.steps("a", 40), Self.steps("b", 1), Self.steps("c", 300)])
    case .categories: SearchSpace([Self.choice("a", 5), Self.real("x", 0, 1), Self.choice("b", 3)])
    case .conditional: SearchSpaceTests.space
    case .hangingOnSteps:
      SearchSpace([
        Self.steps("layers", 3),
        SearchParameter(
          name: "share", domain: .real(from: 0, to: 0.15, isLog: false),
          conditions: [.init(parent: 0, positions: [1, 2])]),
        SearchParameter(
          name: "ratio", domain: .real(from: 1, to: 50, isLog: true),
          conditions: [.init(parent: 0, positions: [2])]),
      ])
    case .narrow:
      // a band of a tenth of the square
      SearchSpace([Self.real("a", 0, 1), Self.real("b", 0, 1)]) { abs($0.values[0] - $0.values[1]) < 0.05 }
    case .decimals:
      SearchSpace([
        SearchParameter(name: "a", domain: .real(from: 0.05, to: 0.35, isLog: false), decimals: 2),
        SearchParameter(name: "b", domain: .real(from: 1, to: 300, isLog: true), decimals: 0),
      ])
    case .ordered:
      SearchSpace([Self.steps("low", 60), Self.steps("high", 60)]) { $0.values[0] < $0.values[1] }
    case .tiny:
      SearchSpace([
        Self.choice("a", 3), Self.steps("b", 4),
        SearchParameter(
          name: "c", domain: .steps(count: 5), conditions: [.init(parent: 0, positions: [1])]),
        SearchParameter(
          name: "d", domain: .categories(count: 2), conditions: [.init(parent: 2, positions: [2, 4])]),
      ]) { $0.values[1] + $0.values[2] != 3 }
    case .tinyNumeric: SearchSpace([Self.steps("a", 9), Self.steps("b", 7)])
    case .tinyNarrow:
      SearchSpace([Self.steps("a", 50), Self.steps("b", 50)]) {
        Int($0.values[0] * 7 + $0.values[1]) % 97 == 5
      }
    case .pair: SearchSpace([Self.steps("a", 2)])
    case .single: SearchSpace([Self.steps("a", 1), Self.choice("b", 1)])
    }
  }

  /// Every valid canonical point, in order, by plain products; nil with a real parameter.
  var allPoints: [SearchPoint]? {
    let space = space
    var points = [SearchPoint([])]
    for parameter in space.parameters {
      switch parameter.domain {
      case .real: return nil
      case .steps(let count), .categories(let count):
        points = points.flatMap { point in (0..<count).map { SearchPoint(point.values + [Double($0)]) } }
      }
    }
    var seen: Set<SearchPoint> = []
    return points.map(space.canonical).filter { space.isValid($0) && seen.insert($0).inserted }
  }

  /// Whether a method takes the space: by its own rules, not by what it says.
  func isTaken(by method: SearchMethod) -> Bool {
    let domains = space.parameters.map(\.domain)
    let hasReals = domains.contains { if case .real = $0 { true } else { false } }
    let hasChoices = domains.contains { if case .categories(let count) = $0 { count > 1 } else { false } }
    return switch method {
    case .grid: !hasReals
    case .cmaes: !hasChoices && self != .single
    default: true
    }
  }
}

/// A method on a space that takes it.
struct MethodCase: CustomTestStringConvertible, Sendable {
  let method: SearchMethod
  let space: TestSpace
  var testDescription: String { "\(method.rawValue) on \(space.rawValue)" }

  static let all = SearchMethod.allCases.flatMap { method in
    TestSpace.allCases.filter { $0.isTaken(by: method) }.map { MethodCase(method: method, space: $0) }
  }

  func make(seed: UInt64) throws -> any SearchAlgorithm {
    var settings = SearchSettings()
    settings.block = 24
    settings.nsga2.population = 20
    return try method.make(space: space.space, objectives: 1, seed: seed, settings: settings)
  }
}

/// A search as far as it went: what was asked, generation by generation, and what was told.
struct Course: Equatable {
  var asked: [[SearchPoint]] = []
  var told: [[Evaluation]] = []
  var points: [SearchPoint] { asked.flatMap { $0 } }

  /// Runs until nothing more is asked or so many points were.
  mutating func run(
    _ search: inout any SearchAlgorithm, atLeast count: Int, _ evaluate: (SearchPoint) -> Evaluation
  ) {
    while points.count < count {
      let points = search.ask()
      guard !points.isEmpty else { return }
      asked.append(points)
      told.append(points.map(evaluate))
      search.tell(told[told.count - 1])
    }
  }

  static func of(
    _ testCase: MethodCase, seed: UInt64, atLeast count: Int, _ evaluate: (SearchPoint) -> Evaluation
  ) throws -> Course {
    var search = try testCase.make(seed: seed)
    var course = Course()
    course.run(&search, atLeast: count, evaluate)
    return course
  }

  /// A number that any change of any bit changes (FNV-1a).
  var fingerprint: UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for value in points.flatMap(\.values) {
      for shift in stride(from: 0, to: 64, by: 8) {
        hash = (hash ^ (value.bitPattern >> UInt64(shift) & 0xFF)) &* 0x100_0000_01B3
      }
    }
    return hash
  }
}

/// Something to minimise on any space: exact arithmetic, with a valley.
func bowl(_ point: SearchPoint) -> Evaluation {
  var sum = 0.0
  for (i, value) in point.values.enumerated() { sum += (value - Double(i)) * (value - Double(i)) }
  return Evaluation(objectives: [sum], violations: [point.values[0] - 2.5])
}

/// As the bowl, but a third of the points have no result, in one of the ways that this can be.
func faultyBowl(_ point: SearchPoint) -> Evaluation {
  var hash: UInt64 = 17
  for value in point.values { hash = (hash ^ value.bitPattern) &* 0x9E37_79B9_7F4A_7C15 }
  return switch hash >> 60 {
  case 0, 1: Evaluation(objectives: [.nan])
  case 2: Evaluation(objectives: [], isFailed: true)
  case 3: Evaluation(objectives: [-1e300], violations: [.nan])
  case 4: Evaluation(objectives: [-.infinity], isFailed: true)
  default: bowl(point)
  }
}
