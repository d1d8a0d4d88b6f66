/// How many different bets the chosen settings are.
public struct ClusterSummary: Sendable, Encodable {
  /// Settings that do the same.
  public struct Group: Hashable, Sendable, Encodable {
    /// How many.
    public let size: Int
    /// Column of the one with the highest P&L over the fit, counted from 0.
    public let bestColumn: Int
    /// Its name.
    public let best: String
    /// Mean correlation of the others with it; `nil` where it is alone.
    public let meanCorrelation: Double?
  }
  /// How groups were joined.
  public let linkage: Clustering.Linkage
  /// Groups are cut where their distance is that of two series of this correlation.
  public let correlation: Double
  /// Different bets.
  public let count: Int
  /// The largest first.
  public let groups: [Group]
  /// Which group each chosen setting is in, an index into ``groups``.
  public let groupOfChosen: [Int]

  /// Of some settings' covariances.
  ///
  /// - Parameters:
  ///   - names, columns, sums: of the settings, in the order of the covariance.
  /// - Complexity: O(n²).
  init(
    _ covariance: CovarianceMatrix, names: [String], columns: [Int], sums: [Double], question: RiskQuestion
  ) {
    let n = covariance.order
    let r = covariance.correlations()
    let tree = Clustering(
      distances: Clustering.distances(correlations: r), count: n, linkage: question.linkage)
    let height = Clustering.distances(correlations: [question.sameBet])[0]
    let numbers = tree.groups(within: height)
    var members = Array(repeating: [Int](), count: (numbers.max() ?? 0) + 1)
    for (i, group) in numbers.enumerated() { members[group].append(i) }
    let order = members.indices.sorted { (members[$1].count, $0) < (members[$0].count, $1) }
    linkage = question.linkage
    correlation = question.sameBet
    count = members.count
    groups = order.map { g in
      let best = members[g].reduce(members[g][0]) { sums[$1] > sums[$0] ? $1 : $0 }
      let others = members[g].filter { $0 != best }
      let total = others.reduce(0) { $0 + r[best * n + $1] }
      return Group(
        size: members[g].count, bestColumn: columns[best], best: names[best],
        meanCorrelation: others.isEmpty ? nil : significant(total / Double(others.count)))
    }
    var place = Array(repeating: 0, count: members.count)
    for (at, g) in order.enumerated() { place[g] = at }
    groupOfChosen = numbers.map { place[$0] }
  }
}
