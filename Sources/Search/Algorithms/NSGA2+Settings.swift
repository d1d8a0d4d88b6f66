extension NSGA2 {
  /// Sizes and operators. The defaults are the usual ones of the literature.
  public struct Settings: Sendable, Hashable, Codable {
    /// Points a generation, and survivors, ≥ 2.
    public var population = 100
    /// How likely a pair crosses at all, 0 ... 1.
    public var crossoverProbability = 0.9
    /// How likely each parameter of a pair that crosses does, 0 ... 1.
    public var crossoverShare = 0.5
    /// How near the parents children are; ≥ 0, greater is nearer.
    public var crossoverEta = 15.0
    /// How likely a child mutates at all, 0 ... 1.
    public var mutationProbability = 0.9
    /// How likely each parameter of a child that mutates does, 0 ... 1; nil for one in the number of parameters that
    /// have more than one value, at most half.
    public var mutationShare: Double?
    /// How near a mutant is; ≥ 0, greater is nearer.
    public var mutationEta = 20.0
    /// How many times as many pairs as needed may mate, before random points fill up, ≥ 1.
    public var matingTries = 20

    /// The defaults.
    public init() {}

    /// Throws what is out of bounds.
    func check() throws(SearchError) {
      guard population >= 2 else {
        throw .setting(name: "nsga2 population", value: "\(population)", bounds: "at least 2")
      }
      guard matingTries >= 1 else {
        throw .setting(name: "nsga2 matingTries", value: "\(matingTries)", bounds: "at least 1")
      }
      let shares = [
        ("crossoverProbability", crossoverProbability), ("crossoverShare", crossoverShare),
        ("mutationProbability", mutationProbability), ("mutationShare", mutationShare ?? 0),
      ]
      for (name, value) in shares where !(0...1).contains(value) {
        throw .setting(name: "nsga2 \(name)", value: "\(value)", bounds: "from 0 to 1")
      }
      for (name, value) in [("crossoverEta", crossoverEta), ("mutationEta", mutationEta)]
      where !(value >= 0 && value.isFinite) {
        throw .setting(name: "nsga2 \(name)", value: "\(value)", bounds: "a finite number from 0 up")
      }
    }
  }
}
