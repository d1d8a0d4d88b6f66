import ConfigFormats

/// Reads the `search` of a space file.
public enum SearchReader {
  /// Evaluations that a budget may ask for.
  static let evaluations = 1...100_000_000
  /// Points a generation.
  static let population = 2...100_000
  /// Folds of an objective.
  static let folds = 2...50
  /// Probability that a race gives up what is as good as the best.
  static let risk = 0.0001...0.5
  /// Parts that a race goes through the period in.
  static let looks = 2...100
  /// Trials worked out whole after a race.
  static let audit = 0...100_000

  /// The section of a document; without one, a grid by the Sharpe ratio.
  ///
  /// - Parameter tree: the same document as parameters, which has read the constraints.
  /// - Throws: ``ConfigError`` with line, value and the nearest name.
  public static func section(
    _ document: ConfigDocument, tree: ParameterTree
  ) throws(ConfigError) -> SearchSection {
    try section(reading: ConfigReader(document), results: tree.resultConstraints)
  }

  /// The section under a root.
  static func section(
    reading root: ConfigReader, results: [ResultConstraint]
  ) throws(ConfigError) -> SearchSection {
    var section = SearchSection()
    guard let node = try root.map("search") else { return section }
    section.method = try node.choice("method", as: SearchSection.Method.self) ?? .grid
    section.seed = UInt64(try node.int("seed", in: 0...Int.max) ?? 1)
    section.population = try node.int("population", in: population, unit: "points a generation")
    if let budget = try node.map("budget") {
      section.budget.evaluations = try budget.int("evaluations", in: evaluations, unit: "points")
      section.budget.seconds = try budget.double("seconds", in: 0.001...1e8, unit: "seconds")
      section.budget.stagnationGenerations = try budget.int(
        "stagnation_generations", in: 1...1_000_000, unit: "generations")
    }
    let folds = try node.int("folds", in: folds, unit: "parts of the period") ?? 5
    section.objectives = try objectives(node, folds: folds)
    if section.method == .cmaes, section.objectives.count > 1 {
      throw node.refused("objectives", allowed: "one objective for cmaes; nsga2 takes several")
    }
    section.racing = try racing(node, section)
    _ = node.node("constraints")
    try node.finish()
    for result in results {
      guard let metric = Metric(rawValue: result.name) else { continue }
      section.constraints.append(
        MetricConstraint(metric: metric, relation: result.relation, bound: result.bound))
    }
    return section
  }

  /// The race of a section whose method and objectives are read.
  private static func racing(
    _ node: ConfigReader, _ section: SearchSection
  ) throws(ConfigError) -> SearchSection.Racing? {
    guard let race = try node.map("racing") else { return nil }
    var made = SearchSection.Racing()
    made.risk = try race.double("risk", in: risk, unit: "probability") ?? made.risk
    made.looks = try race.int("looks", in: looks, unit: "parts of the period") ?? made.looks
    made.audit = try race.int("audit", in: audit, unit: "trials") ?? made.audit
    try race.finish()
    guard section.objectives.count == 1, let goal = section.objectives.first, goal.aggregate == nil,
      [.net, .mean].contains(goal.metric)
    else {
      throw node.refused(
        "racing", allowed: "one objective, net_dollars or mean_dollars: others aren't sums over sessions")
    }
    return made
  }

  // MARK: Objectives

  private static func objectives(_ node: ConfigReader, folds: Int) throws(ConfigError) -> [SearchObjective] {
    let single = node.node("objective")
    let several = node.node("objectives")
    guard let several else {
      guard let single else { return [SearchObjective(metric: .sharpe)] }
      return [try objective(single, node, path: node.path(of: "objective"), folds: folds)]
    }
    guard single == nil else { throw node.refused("objective", allowed: "either objective or objectives") }
    guard case .list(let nodes) = several.value, !nodes.isEmpty else {
      throw node.refused("objectives", allowed: "a list of at least one metric")
    }
    var found: [SearchObjective] = []
    for (index, entry) in nodes.enumerated() {
      let path = node.path(of: "objectives") + "[\(index)]"
      let made = try objective(entry, node, path: path, folds: folds)
      guard !found.contains(made) else {
        throw refused(node, entry, path, "each objective once")
      }
      found.append(made)
    }
    return found
  }

  private static func objective(
    _ entry: ConfigNode, _ node: ConfigReader, path: String, folds: Int
  ) throws(ConfigError) -> SearchObjective {
    switch entry.value {
    case .string(let text): return try objective(text, entry, node, path: path, folds: folds)
    case .map(let entries):
      guard entries.count == 1, let only = entries.first, let isMinimised = directions[only.key],
        case .string(let text) = only.node.value
      else {
        throw refused(node, entry, path, "{maximise: METRIC} or {minimise: METRIC}")
      }
      var made = try objective(text, only.node, node, path: path + "." + only.key, folds: folds)
      let direction = made.metric.direction
      guard direction == .none || (direction == .lower) == isMinimised else {
        throw refused(
          node, entry, path,
          "{\(isMinimised ? "maximise" : "minimise"): \(text)}: \(made.metric.rawValue) is better when "
            + direction.rawValue)
      }
      made.isMinimised = isMinimised
      return made
    default:
      throw .wrongType(
        file: node.file, line: entry.line, path: path,
        expected: "a metric such as sharpe, or 'sharpe worst year'",
        met: entry.value.kind)
    }
  }
  private static let directions = ["maximise": false, "minimise": true]

  private static func objective(
    _ text: String, _ entry: ConfigNode, _ node: ConfigReader, path: String, folds: Int
  ) throws(ConfigError) -> SearchObjective {
    let words = text.split(separator: " ").map(String.init)
    guard let name = words.first else { throw refused(node, entry, path, "a metric") }
    let names = Metric.allCases.map(\.rawValue)
    let longer = names.filter { $0.hasPrefix(name + "_") }
    let full = names.contains(name) ? name : longer.count == 1 ? longer[0] : name
    guard let metric = Metric(rawValue: full) else {
      throw unknown(node, entry, path, name, names)
    }
    if words.count == 1 { return SearchObjective(metric: metric) }
    guard words.count == 3 else {
      throw refused(node, entry, path, "a metric, or a metric with two words such as 'sharpe worst year'")
    }
    guard let word = SearchObjective.Word(rawValue: words[1]) else {
      throw unknown(node, entry, path, words[1], SearchObjective.Word.allCases.map(\.rawValue))
    }
    guard let segment = SearchObjective.Segment(rawValue: words[2]) else {
      throw unknown(node, entry, path, words[2], SearchObjective.Segment.allCases.map(\.rawValue))
    }
    guard metric.isDefined(by: segment) else {
      let known = Metric.allCases.filter { $0.isDefined(by: segment) }.map(\.rawValue)
      throw refused(
        node, entry, path,
        "\(metric.rawValue) over the whole period; by \(segment.rawValue) there are "
          + known.joined(separator: ", "))
    }
    return SearchObjective(
      metric: metric,
      aggregate: .init(word: word, segment: segment, folds: segment == .fold ? folds : nil))
  }

  private static func unknown(
    _ node: ConfigReader, _ entry: ConfigNode, _ path: String, _ name: String, _ known: [String]
  ) -> ConfigError {
    let nearest = NearestNames.of(name, in: known).first.map { " (did you mean '\($0)'?)" } ?? ""
    return .outOfRange(
      file: node.file, line: entry.line, path: path, value: "'\(name)'",
      allowed: known.joined(separator: ", ") + nearest)
  }

  private static func refused(
    _ node: ConfigReader, _ entry: ConfigNode, _ path: String, _ allowed: String
  ) -> ConfigError {
    .outOfRange(file: node.file, line: entry.line, path: path, value: entry.brief, allowed: allowed)
  }
}
