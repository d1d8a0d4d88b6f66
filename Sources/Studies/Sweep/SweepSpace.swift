import ConfigFormats
import RunStore
import Strategies

/// A parameter space read from a file. ``Sweep`` checks that every configuration in it is a strategy.
public struct SweepSpace: Sendable {
  /// The file as read.
  public let document: ConfigDocument
  /// The space file.
  public let space: ConfigSpace
  /// The metric that `best` means.
  public let objective: Metric

  /// Opens a space.
  public init(path: String) throws(ConfigError) {
    try self.init(ConfigDocument.load(path: path))
  }

  /// Reads axes and objective.
  public init(_ document: ConfigDocument) throws(ConfigError) {
    self.document = document
    let root = try ConfigReader(document)
    var objective = Metric.sharpe
    if let search = try root.map("search") {
      _ = try search.choice("method", as: Method.self)
      objective = try search.choice("objective", as: Metric.self) ?? .sharpe
      try search.finish()
    }
    self.objective = objective
    var body = document
    if case .map(let entries) = document.root.value {
      body.root.value = .map(entries.filter { $0.key != "search" && $0.key != "exported" })
    }
    space = try ConfigSpace(body, listKeys: StrategyReader.listKeys)
  }

  private enum Method: String, CaseIterable { case grid }

  /// Configurations in the grid.
  public var count: Int { space.count }

  /// The searched parameters as the store keeps them.
  var axes: [AxisRecord] {
    var stride = count
    return space.axes.map { axis in
      stride /= axis.values.count
      return AxisRecord(path: axis.path, stride: stride, values: axis.values.map(\.brief))
    }
  }

  /// Reads every setting.
  ///
  /// - Returns: what must be known of some of them, each once.
  /// - Throws: ``ConfigError`` for the first configuration that isn't a strategy.
  public func validate() throws(ConfigError) -> [String] {
    let product = try ProductSpace(self)
    let parts =
      product.condors + product.hedges.indices.map { product.strategy(condor: 0, hedge: $0) }
    var caveats: [String] = []
    for caveat in parts.flatMap(\.caveats) where !caveats.contains(caveat) { caveats.append(caveat) }
    return caveats
  }

  /// The strategy of one configuration.
  public func strategy(at index: Int) throws(ConfigError) -> Strategy {
    var strategy = try StrategyReader.strategy(space.configuration(at: index))
    // A layer of size 0 is no layer: it opens nothing and asks for no data.
    strategy.hedge.removeAll { $0.size.amount == 0 }
    return strategy
  }
}
