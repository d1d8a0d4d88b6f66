import ConfigFormats
import RunStore
import Search

extension SearchSubject {
  /// A flat grid by its axes: points are trials, and an axis is what the store calls one.
  ///
  /// - Precondition: the space has a flat grid.
  init(grid space: SweepSpace) {
    let axes = space.axes
    self.init(
      space: SearchSpace(gridAxes: axes), isHedge: Self.sides(of: axes.map(\.path), space.tree),
      texts: axes.map(\.values),
      assignments: { point in
        Dictionary(
          zip(axes, point.values).map { ($0.path, $0.values[Int($1)]) }, uniquingKeysWith: { $1 })
      }
    ) { point throws(ConfigError) in
      try space.strategy(at: zip(axes, point.values).reduce(0) { $0 + ($1.0.stride ?? 1) * Int($1.1) })
    }
  }

  /// The same points, each strategy as it is under a change.
  func under(_ change: Perturbation) -> SearchSubject {
    let strategy = strategy
    return SearchSubject(space: space, isHedge: isHedge, texts: texts, assignments: assignments) {
      point throws(ConfigError) in change.strategy(try strategy(point))
    }
  }

  /// Whether each of some parameters is the hedge's; empty where something ties the hedge to the rest.
  static func sides(of paths: [String], _ tree: ParameterTree) -> [Bool] {
    func isOfHedge(_ path: String) -> Bool { path == "hedge" || path.hasPrefix("hedge.") }
    let parameters = tree.parameters
    let isTied =
      tree.ties.contains { isOfHedge($0.path) != isOfHedge($0.target) }
      || parameters.contains { parameter in
        parameter.conditions.contains { isOfHedge(parameters[$0.parent].path) != isOfHedge(parameter.path) }
      }
    return isTied ? [] : paths.map(isOfHedge)
  }
}

extension SearchSpace {
  /// A grid's axes as parameters: in order where their texts are numbers or times that rise or fall.
  init(gridAxes axes: [AxisRecord]) {
    self.init(
      axes.map { axis in
        let numbers = axis.values.map { text -> Double? in
          Double(text) ?? Double(text.replacing(":", with: "."))
        }
        let known = numbers.compactMap { $0 }
        let pairs = zip(known, known.dropFirst())
        let isOrdered =
          known.count == numbers.count && (pairs.allSatisfy { $0 < $1 } || pairs.allSatisfy { $0 > $1 })
        return SearchParameter(
          name: axis.path,
          domain: isOrdered ? .steps(count: axis.values.count) : .categories(count: axis.values.count))
      })
  }

  /// Whether one of some choices has the lowest or the highest number of those that differ from it by that number alone, of which
  /// there are three or more.
  ///
  /// - Parameters:
  ///   - texts: the choices; empty for a parameter that has none.
  ///   - place: which of them.
  static func choiceEdge(_ texts: [String], at place: Double) -> String? {
    func parts(_ text: String) -> (shape: String, number: Double)? {
      let found = text.matches(of: /-?[0-9]+(?:\.[0-9]+)?(?:[eE][-+]?[0-9]+)?/)
      guard found.count == 1, let number = Double(found[0].output) else { return nil }
      return (text.replacingCharacters(in: found[0].range, with: "#"), number)
    }
    guard let index = Int(exactly: place), texts.indices.contains(index), let own = parts(texts[index]) else {
      return nil
    }
    let alike = Set(texts.compactMap(parts).filter { $0.shape == own.shape }.map(\.number))
    guard alike.count > 2 else { return nil }
    return own.number == alike.min() ? "low" : own.number == alike.max() ? "high" : nil
  }

  /// The point of a trial of a grid.
  static func point(ofTrial trial: Int, _ axes: [AxisRecord]) -> SearchPoint {
    SearchPoint(axes.map { Double(trial / ($0.stride ?? 1) % $0.values.count) })
  }
}
