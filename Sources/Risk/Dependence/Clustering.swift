/// A tree of settings by how alike they are: the two nearest groups join first.
///
/// - Source: F. Murtagh, "Multidimensional Clustering Algorithms" (1985), the chain of nearest neighbours; D. Müllner,
///   arXiv:1109.2378 (2011). The same as SciPy's `linkage`, ties included.
public struct Clustering: Sendable {
  /// How far two groups are apart.
  public enum Linkage: String, Sendable, CaseIterable {
    /// The mean distance of their members.
    case average
    /// By how much joining them raises the sum of squares, on Euclidean distances.
    case ward
  }
  /// Two groups that were joined. Groups 0 ..< n are the settings; the k-th merger makes group n + k.
  public struct Merger: Hashable, Sendable {
    /// The group of the smaller number.
    public let first: Int
    /// The other.
    public let second: Int
    /// Their distance.
    public let height: Double
    /// Settings of the new group.
    public let size: Int
  }
  /// Settings, n.
  public let count: Int
  /// n − 1 of them, by ascending height.
  public let mergers: [Merger]

  /// √(2(1 − ρ)): the straight distance of two series scaled to mean 0 and length 1; 0…2.
  public static func distances(correlations: [Double]) -> [Double] {
    correlations.map { (2 * (1 - $0)).squareRoot() }
  }

  /// By distances.
  ///
  /// - Parameters:
  ///   - distances: by rows, symmetric, finite, ≥ 0, 0 on the diagonal; shape `[n × n]`. Worked on in place.
  ///   - count: n ≥ 1.
  /// - Complexity: O(n²) time; no memory beside the distances but O(n).
  public init(distances: consuming [Double], count n: Int, linkage: Linkage) {
    precondition(n >= 1 && distances.count == n * n, "Clustering: shape")
    count = n
    var apart = distances
    var size = Array(repeating: 1, count: n)
    var chain: [Int] = []
    var joined: [(x: Int, y: Int, height: Double)] = []
    joined.reserveCapacity(n - 1)
    for _ in 1..<max(n, 1) {
      if chain.isEmpty, let first = size.firstIndex(where: { $0 > 0 }) { chain.append(first) }
      // along nearest neighbours until two are each other's; the one before wins a tie, or the chain would go round
      var (x, y, least) = (0, 0, Double.infinity)
      while true {
        x = chain[chain.count - 1]
        let before = chain.count > 1 ? chain[chain.count - 2] : nil
        least = .infinity
        if let before { (y, least) = (before, apart[x * n + before]) }
        for i in 0..<n where size[i] > 0 && i != x && apart[x * n + i] < least {
          (y, least) = (i, apart[x * n + i])
        }
        if y == before { break }
        chain.append(y)
      }
      chain.removeLast(2)
      if x > y { swap(&x, &y) }
      joined.append((x, y, least))
      let (a, b) = (Double(size[x]), Double(size[y]))
      size[y] += size[x]
      size[x] = 0
      for i in 0..<n where size[i] > 0 && i != y {
        let (toX, toY, c) = (apart[x * n + i], apart[y * n + i], Double(size[i]))
        let distance: Double
        switch linkage {
        case .average: distance = (a * toX + b * toY) / (a + b)
        case .ward:
          let share = 1 / (a + b + c)
          let square =
            (c + a) * share * toX * toX + (c + b) * share * toY * toY - c * share * least * least
          distance = max(square, 0).squareRoot()
        }
        apart[y * n + i] = distance
        apart[i * n + y] = distance
      }
    }
    mergers = Self.numbered(joined, count: n)
  }

  /// Sorted by height, with the numbers that groups have then.
  private static func numbered(_ joined: [(x: Int, y: Int, height: Double)], count n: Int) -> [Merger] {
    let order = joined.indices.sorted { (joined[$0].height, $0) < (joined[$1].height, $1) }
    var groups = DisjointGroups(count: n)
    return order.enumerated().map { k, at in
      let (x, y) = (groups.label(joined[at].x), groups.label(joined[at].y))
      let size = groups.join(joined[at].x, joined[at].y, label: n + k)
      return Merger(first: min(x, y), second: max(x, y), height: joined[at].height, size: size)
    }
  }

  /// Which group each setting is in, if groups further apart than a height stay apart.
  ///
  /// - Returns: numbers from 0, in the order of their first settings; shape `[n]`. O(n).
  public func groups(within height: Double) -> [Int] {
    var groups = DisjointGroups(count: count)
    // the first setting of each merged group
    var member = Array(0..<count)
    for (k, merger) in mergers.enumerated() {
      member.append(member[merger.first])
      if merger.height <= height {
        groups.join(member[merger.first], member[merger.second], label: count + k)
      }
    }
    var numbers: [Int: Int] = [:]
    return (0..<count).map { i in
      let root = groups.root(i)
      if let known = numbers[root] { return known }
      numbers[root] = numbers.count
      return numbers.count - 1
    }
  }
}

/// Groups that grow by joining, each with a label.
private struct DisjointGroups {
  private var parent: [Int]
  private var sizes: [Int]
  private var labels: [Int]

  init(count: Int) {
    parent = Array(0..<count)
    sizes = Array(repeating: 1, count: count)
    labels = parent
  }
  mutating func root(_ i: Int) -> Int {
    var i = i
    while parent[i] != i {
      parent[i] = parent[parent[i]]
      i = parent[i]
    }
    return i
  }
  mutating func label(_ i: Int) -> Int { labels[root(i)] }
  /// Returns the size of the new group.
  @discardableResult mutating func join(_ i: Int, _ j: Int, label: Int) -> Int {
    var (a, b) = (root(i), root(j))
    if a == b { return sizes[a] }
    if sizes[a] < sizes[b] { swap(&a, &b) }
    parent[b] = a
    sizes[a] += sizes[b]
    labels[a] = label
    return sizes[a]
  }
}
