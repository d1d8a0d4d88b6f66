extension CMAES {
  /// Sizes. The defaults are the tutorial's.
  public struct Settings: Sendable, Hashable, Codable {
    /// Points a generation of the first run, λ ≥ 4; nil for 4 + ⌊3·ln n⌋.
    public var population: Int?
    /// The first step, as a share of each parameter's range, above 0 and at most 1.
    public var step = 0.3
    /// How many times restarts double the population, before it starts small again, 0 ... 20.
    public var doublings = 9

    /// The defaults.
    public init() {}

    /// Throws what is out of bounds.
    func check() throws(SearchError) {
      if let population, population < 4 {
        throw .setting(name: "cmaes population", value: "\(population)", bounds: "at least 4")
      }
      guard step > 0, step <= 1 else {
        throw .setting(name: "cmaes step", value: "\(step)", bounds: "above 0 and at most 1")
      }
      guard (0...20).contains(doublings) else {
        throw .setting(name: "cmaes doublings", value: "\(doublings)", bounds: "from 0 to 20")
      }
    }
  }
}
