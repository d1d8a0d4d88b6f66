import ConfigFormats
import Foundation
import Search

/// A search over any named parameters, for another program to evaluate: a file with `parameters`, `objectives` (how
/// many) and `constraints` (how many), besides what `search` of a space file holds of method, seed, population and budget.
public struct NamedSearch: Sendable {
  private let tree: ParameterTree
  private let objectives: Int
  private let constraints: Int
  private let evaluations: Int
  private let stagnation: Int?
  private var algorithm: any SearchAlgorithm
  private var progress: SearchProgress
  private var asked: [SearchPoint] = []
  private var first = 0

  /// Reads the file.
  ///
  /// - Throws: ``ConfigError``; ``SearchError`` where the method can't work on the parameters.
  public init(_ document: ConfigDocument) throws {
    let root = try ConfigReader(document)
    guard let node = root.node("parameters"), try root.map("parameters") != nil else {
      throw root.missing("parameters")
    }
    tree = try ParameterTree(
      ConfigDocument(file: document.file, root: node), listKeys: [], resolution: 1e12)
    guard !tree.parameters.isEmpty else {
      throw root.refused("parameters", allowed: "at least one list or range, such as x: {from: 0, to: 1}")
    }
    objectives = try root.int("objectives", in: 1...20, unit: "numbers to minimise") ?? 1
    constraints = try root.int("constraints", in: 0...100, unit: "numbers that must be 0 or less") ?? 0
    let method = try root.choice("method", as: SearchMethod.self) ?? .nsga2
    let seed = UInt64(try root.int("seed", in: 0...Int.max) ?? 1)
    var settings = SearchSettings()
    if let population = try root.int("population", in: SearchReader.population, unit: "points a generation") {
      settings.block = population
      settings.nsga2.population = population
      settings.cmaes.population = population
    }
    evaluations = try root.int("evaluations", in: SearchReader.evaluations, unit: "points") ?? 10_000
    stagnation = try root.int("stagnation_generations", in: 1...1_000_000, unit: "generations")
    for key in root.keys where !Self.keys.contains(key) {
      throw ConfigError.unknownKey(
        file: document.file, line: root.line(of: key), path: "", key: key,
        nearest: NearestNames.of(key, in: Self.keys))
    }
    algorithm = try method.make(
      space: tree.searchSpace, objectives: objectives, seed: seed, settings: settings)
    progress = SearchProgress(objectives: objectives)
  }

  private static let keys = [
    "parameters", "objectives", "constraints", "method", "seed", "population", "evaluations",
    "stagnation_generations",
  ]

  /// The next generation as a line, `{"ask": [{"id": 0, "x": {…}}, …]}`; `nil` when the search is over. Parameters that
  /// don't matter are left out of x.
  public mutating func ask() -> String? {
    let left = evaluations - progress.evaluations
    if left <= 0 { return nil }
    if let stagnation, progress.idleGenerations >= stagnation { return nil }
    asked = Array(algorithm.ask().prefix(left))
    guard !asked.isEmpty else { return nil }
    first = progress.evaluations
    let w = StrategyWriter.self
    let points = asked.enumerated().map { k, point in
      w.map([("id", w.int(first + k)), ("x", values(point))])
    }
    return w.map([("ask", ConfigNode(.list(points)))]).brief
  }

  private func values(_ point: SearchPoint) -> ConfigNode {
    let active = tree.activity(of: point.values)
    let w = StrategyWriter.self
    return w.map(
      tree.parameters.indices.filter { active[$0] }.map { p in
        let parameter = tree.parameters[p]
        let value =
          parameter.choices.isEmpty
          ? tree.number(of: p, at: point.values) : parameter.choices[Int(point.values[p])]
        return (parameter.path, value.withoutPlaces())
      })
  }

  /// Takes the answer to the line last asked, `{"tell": [{"id": 0, "f": […], "g": […]}, …]}`: f to be minimised, g ≤ 0
  /// where a constraint is kept; an entry with `"failed": true` has no result. In any order, each id once.
  ///
  /// - Throws: ``ConfigError`` that says what is wrong; the search stands as before, and the line may be told again.
  public mutating func tell(_ line: String, number: Int) throws(ConfigError) {
    let document = try ConfigDocument.parse(line, format: .json, file: "line \(number)")
    let root = try ConfigReader(document)
    guard let entries = try root.maps("tell") else { throw root.missing("tell") }
    var results: [PointEvaluation?] = asked.map { _ in nil }
    for entry in entries {
      guard let id = try entry.int("id") else { throw entry.missing("id") }
      guard asked.indices.contains(id - first) else {
        throw entry.refused("id", allowed: "\(first) to \(first + asked.count - 1), as asked")
      }
      guard results[id - first] == nil else { throw entry.refused("id", allowed: "each id once") }
      results[id - first] = try evaluation(entry)
    }
    try root.finish()
    if let missing = results.firstIndex(where: { $0 == nil }) {
      throw .missing(file: document.file, line: 1, path: "tell", key: "id: \(first + missing)")
    }
    let told = results.compactMap { $0 }
    algorithm.tell(told)
    progress.add(points: asked, told)
  }

  private func evaluation(_ entry: ConfigReader) throws(ConfigError) -> PointEvaluation {
    if try entry.bool("failed") ?? false {
      _ = (entry.node("f"), entry.node("g"))
      return PointEvaluation(
        objectives: (0..<objectives).map { _ in .infinity },
        violations: (0..<constraints).map { _ in .infinity }, isFailed: true)
    }
    guard let f = try entry.doubles("f") else { throw entry.missing("f") }
    guard f.count == objectives, f.allSatisfy(\.isFinite) else {
      throw entry.refused("f", allowed: "\(objectives) finite numbers, or \"failed\": true")
    }
    let g = try entry.doubles("g") ?? []
    guard g.count == constraints, g.allSatisfy(\.isFinite) else {
      throw entry.refused("g", allowed: "\(constraints) finite numbers")
    }
    return PointEvaluation(objectives: f, violations: g)
  }

  /// The closing line, `{"done": {…}, "front": [{"id": …, "x": {…}, "f": […]}, …]}`.
  public func done() -> String {
    let w = StrategyWriter.self
    let front = progress.front.map { member in
      w.map([
        ("id", w.int(member.trial)), ("x", values(member.point)),
        ("f", ConfigNode(.list(member.evaluation.objectives.map(w.decimal)))),
      ])
    }
    return w.map([
      (
        "done",
        w.map([
          ("evaluations", w.int(progress.evaluations)), ("generations", w.int(progress.generations)),
          ("feasible", w.int(progress.feasible)), ("failed", w.int(progress.failed)),
          ("hypervolume", progress.hypervolume.map(w.decimal) ?? ConfigNode(.null)),
        ])
      ), ("front", ConfigNode(.list(front))),
    ]).brief
  }
}
