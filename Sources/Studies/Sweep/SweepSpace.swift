import ConfigFormats
import RunStore
import Strategies

/// A parameter space read from a file. ``Sweep`` checks that every configuration in it is a strategy.
public struct SweepSpace: Sendable {
  /// The file as read.
  public let document: ConfigDocument
  /// What is searched, as parameters that hang on one another.
  public let tree: ParameterTree
  /// What is sought, and how.
  public let section: SearchSection
  /// The flat grid, which numbers its configurations; nil for other methods and for what no flat grid can spell.
  public let grid: ConfigSpace?
  /// The metric that `best` means: that of the first objective.
  public var objective: Metric { section.objectives[0].metric }

  /// Opens a space.
  public init(path: String) throws(ConfigError) {
    try self.init(ConfigDocument.load(path: path))
  }

  /// Reads parameters and what is sought.
  public init(_ document: ConfigDocument) throws(ConfigError) {
    self.document = document
    var body = document
    if case .map(let entries) = document.root.value {
      body.root.value = .map(entries.filter { !StrategyReader.sections.contains($0.key) })
    }
    _ = try Lineage(document)
    tree = try ParameterTree(
      body, listKeys: StrategyReader.listKeys, metrics: Metric.allCases.map(\.rawValue),
      decimals: FileSchema.decimals)
    section = try SearchReader.section(document, tree: tree)
    guard section.method == .grid, !tree.needsTree else {
      grid = nil
      if section.method == .grid { try tree.checkGridSize() }
      return
    }
    if case .map(let entries) = body.root.value {
      body.root.value = .map(entries.filter { $0.key != "search" })
    }
    grid = try ConfigSpace(body, listKeys: StrategyReader.listKeys)
  }

  /// Refuses what only a search by points can run.
  ///
  /// - Throws: ``ConfigError`` that names what a flat grid can't hold.
  public func checkIsFlatGrid() throws(ConfigError) {
    func refuse(_ key: String, _ value: String, _ allowed: String) -> ConfigError {
      let search = document.root["search"]
      return .outOfRange(
        file: document.file, line: search?[key]?.line ?? search?.line ?? 1, path: "search." + key,
        value: value,
        allowed: allowed)
    }
    guard section.method == .grid else {
      throw refuse("method", section.method.rawValue, "grid, which is all that works out a whole product")
    }
    guard grid != nil else {
      let parameter =
        tree.parameters.first { $0.count == nil } ?? tree.parameters.first { !$0.conditions.isEmpty }
      throw .badAxis(
        file: document.file, line: parameter?.line ?? 1, path: parameter?.path ?? "search.constraints",
        message:
          "a whole product needs a flat grid: no reals, no 'when', no constraints between values")
    }
    if let objective = section.objectives.first(where: {
      $0.aggregate != nil || $0.isMinimised != $0.metric.lowerIsBetter
    }) {
      throw refuse(
        "objective", objective.text, "a metric by its own direction over the whole period, for a grid")
    }
    if let objective = section.objectives.first(where: { !$0.metric.isStreamed }) {
      throw refuse(
        "objective", objective.text,
        "a metric that every pair is scored by: "
          + Metric.streamed.map(\.rawValue).joined(separator: ", "))
    }
    if let constraint = section.constraints.first {
      throw refuse(
        "constraints", "a bound to \(constraint.metric.rawValue)",
        "none, for a grid: its results are all stored")
    }
    if section.racing != nil { throw refuse("racing", "asked for", "none: a whole product gives nothing up") }
  }

  /// Whether it is worked out as a product: a flat grid, ranked by metrics as they are, without bounds to results or
  /// racing.
  public var isPlainGrid: Bool {
    do throws(ConfigError) {
      try checkIsFlatGrid()
      return true
    } catch {
      return false
    }
  }

  /// Configurations in the flat grid; 0 where there is none.
  public var count: Int { grid?.count ?? 0 }

  /// How many points there are, constraints aside; `.infinity` with reals.
  public var points: Double { grid.map { Double($0.count) } ?? tree.rawCount }

  /// The searched parameters as the store keeps them.
  var axes: [AxisRecord] {
    var stride = count
    return gridAxes.map { axis in
      stride /= axis.values.count
      return AxisRecord(path: axis.path, stride: stride, values: axis.values.map(\.brief))
    }
  }

  /// The axes of the flat grid.
  var gridAxes: [ConfigAxis] { grid?.axes ?? [] }

  /// The searched values of a configuration of the flat grid, in the order of its axes.
  func assignments(at index: Int) -> [(path: String, text: String)] { grid?.assignments(at: index) ?? [] }

  /// Points read by ``validate()`` in a space without a flat grid.
  static let validated = 2_000

  /// Reads every setting of a flat grid; every value of every parameter and some of the points of other spaces.
  ///
  /// - Returns: what must be known of some of them, each once.
  /// - Throws: ``ConfigError`` for the first configuration that isn't a strategy, and if constraints leave no point.
  public func validate() throws(ConfigError) -> [String] {
    var caveats: [String] = []
    for caveat in try parts().flatMap(\.caveats) where !caveats.contains(caveat) { caveats.append(caveat) }
    return caveats
  }

  /// Refuses a space whose rules look at what a market lacks.
  ///
  /// - Throws: what ``Market/checkedContext(for:)`` does, and ``ConfigError``.
  public func requireSignals(of market: Market) throws {
    // most spaces have no rules
    guard document.root["hedge"] != nil else { return }
    _ = try market.checkedContext(for: parts())
  }

  /// Whether any setting trades VX inside a session; of a space without a flat grid any of those that ``validate()`` reads.
  func tradesVXInside() throws(ConfigError) -> Bool {
    guard document.root["hedge"] != nil else { return false }
    return try parts().contains(where: \.tradesVXInside)
  }

  /// The strategy of the first point.
  func firstStrategy() throws(ConfigError) -> Strategy {
    if grid != nil { return try strategy(at: 0) }
    guard let first = tree.probes(1).first else { throw tree.noValidPoint(tree.validCount()) }
    return try strategy(of: first)
  }

  /// Strategies that between them have every setting of a flat grid, or every value and some points of another space.
  private func parts() throws(ConfigError) -> [Strategy] {
    var parts: [Strategy] = []
    if grid != nil {
      let product = try ProductSpace(self)
      parts = product.condors + product.hedges.indices.map { product.strategy(condor: 0, hedge: $0) }
    } else {
      let count = tree.validCount()
      if count.isNone { throw tree.noValidPoint(count) }
      for values in tree.probes(Self.validated) { parts.append(try strategy(of: values)) }
    }
    return parts
  }

  /// The strategy of one configuration of the flat grid.
  ///
  /// - Precondition: 0 ≤ index < ``count``.
  public func strategy(at index: Int) throws(ConfigError) -> Strategy {
    guard let grid else { preconditionFailure("SweepSpace.strategy: no flat grid") }
    return try strategy(grid.configuration(at: index))
  }

  /// The strategy of a point of ``tree``.
  public func strategy(of values: [Double]) throws(ConfigError) -> Strategy {
    try strategy(tree.configuration(of: values))
  }

  private func strategy(_ document: ConfigDocument) throws(ConfigError) -> Strategy {
    var strategy = try StrategyReader.strategy(document)
    // A layer of size 0 is no layer: it opens nothing and asks for no data.
    strategy.hedge.removeAll { $0.size.amount == 0 }
    return strategy
  }
}
