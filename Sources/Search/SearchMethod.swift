/// The search algorithms by name.
public enum SearchMethod: String, CaseIterable, Sendable, Hashable, Codable {
  /// Every point of a finite space once: ``GridSearch``.
  case grid
  /// Points drawn evenly: ``RandomSearch``.
  case random
  /// Points spread evenly by a scrambled Sobol sequence: ``SobolSearch``.
  case sobol
  /// A genetic search for the Pareto front of any parameters and objectives: ``NSGA2``.
  case nsga2
  /// A search by a normal distribution that learns, for one objective and numeric parameters: ``CMAES``.
  case cmaes

  /// All names, for a message.
  static var names: String { allCases.map(\.rawValue).joined(separator: ", ") }

  /// The method of a name.
  public init(named name: String) throws(SearchError) {
    guard let method = SearchMethod(rawValue: name) else { throw .unknownMethod(name) }
    self = method
  }

  /// A search at its start.
  ///
  /// - Parameters:
  ///   - space: what may be asked.
  ///   - objectives: how many numbers an evaluation minimises, ≥ 1.
  ///   - seed: the search's random numbers; any value. A grid has none.
  ///   - settings: of all methods; only the chosen one's are looked at.
  public func make(
    space: SearchSpace, objectives: Int, seed: UInt64, settings: SearchSettings = SearchSettings()
  ) throws(SearchError) -> any SearchAlgorithm {
    guard objectives >= 1 else { throw .objectives(objectives, method: self) }
    switch self {
    case .grid: return try GridSearch(space: space, block: settings.block, limit: settings.gridLimit)
    case .random: return try RandomSearch(space: space, seed: seed, block: settings.block)
    case .sobol: return try SobolSearch(space: space, seed: seed, block: settings.block)
    case .nsga2: return try NSGA2(space: space, seed: seed, settings: settings.nsga2)
    case .cmaes:
      guard objectives == 1 else { throw .objectives(objectives, method: self) }
      return try CMAES(space: space, seed: seed, settings: settings.cmaes)
    }
  }
}

/// What can be set about the methods.
public struct SearchSettings: Sendable, Hashable, Codable {
  /// Points a generation of the methods that don't learn (grid, random, sobol), ≥ 1.
  public var block = 256
  /// The most points that a grid may have, ≥ 1.
  public var gridLimit = 10_000_000
  /// Of the genetic search.
  public var nsga2 = NSGA2.Settings()
  /// Of the search by covariance.
  public var cmaes = CMAES.Settings()

  /// The defaults.
  public init() {}
}
