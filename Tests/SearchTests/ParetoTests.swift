import Kernels
import Testing

@testable import Search

/// Ranks by the definition: what nothing left dominates goes, front after front. O(n²·m) a front.
func referenceRanks(_ evaluations: [Evaluation]) -> [Int] {
  func dominates(_ a: Evaluation, _ b: Evaluation) -> Bool {
    if b.isFailed { return !a.isFailed }
    if a.isFailed { return false }
    if a.violation != b.violation { return a.violation < b.violation }
    guard a.violation == 0 else { return false }
    let pairs = zip(a.objectives, b.objectives)
    return pairs.allSatisfy { $0 <= $1 } && pairs.contains { $0 < $1 }
  }
  var ranks = Array(repeating: -1, count: evaluations.count)
  var left = Array(evaluations.indices)
  var rank = 0
  while !left.isEmpty {
    let front = left.filter { i in !left.contains { dominates(evaluations[$0], evaluations[i]) } }
    for i in front { ranks[i] = rank }
    left.removeAll(where: Set(front).contains)
    rank += 1
  }
  return ranks
}

/// Sorts, room, volumes and knees of fronts.
@Suite struct ParetoTests {
  struct Case: Decodable {
    var objectives: [[Double]]
    var reference: [Double]
    var hypervolume: Double
    var ranks: [Int]
    var front: [[Double]]
    var crowding: [Double?]
  }

  @Test func agreesWithPymoo() throws {
    for golden in try GoldenFile<[Case]>("pareto.json").cases {
      let width = golden.reference.count
      #expect(NonDominatedSort.ranks(golden.objectives.flatMap { $0 }, width: width) == golden.ranks)
      let volume = Hypervolume.of(golden.objectives, reference: golden.reference)
      #expect(abs(volume - golden.hypervolume) <= 1e-14, "\(width) objectives, \(golden.ranks.count) points")
      guard golden.front.count > 2 else { continue }
      let distances = CrowdingDistance.distances(golden.front.flatMap { $0 }, width: width)
      for (mine, its) in zip(distances, golden.crowding) {
        if let its { #expect(abs(mine - its) <= 1e-13) } else { #expect(mine == .infinity) }
      }
    }
  }

  /// Coarse numbers make equal points and equal objectives; some break constraints, some failed.
  @Test(arguments: 1...5, [0, 1, 2, 3, 17, 60, 150])
  func ranksMatchTheDefinition(width: Int, count: Int) {
    for seed in 0..<12 as Range<UInt64> {
      var random = Philox(seed: seed, stream: UInt64(width * 1_000 + count))
      let levels = [3, 10, 1_000_000][Int(seed) % 3]
      let allFeasible = seed % 2 == 0
      let evaluations = (0..<count).map { _ in
        let kind = random.integer(below: 10)
        return Evaluation(
          objectives: (0..<width).map { _ in Double(random.integer(below: levels)) - 1 },
          violations: [allFeasible || kind > 3 ? -1 : Double(kind)], isFailed: !allFeasible && kind == 9)
      }
      #expect(NonDominatedSort.ranks(evaluations) == referenceRanks(evaluations))
    }
  }

  /// Against the library's sort: spread out, clustered, coarse, with infinities and both zeros.
  @Test(arguments: [0, 1, 2, 128, 129, 130, 1_000, 5_000], 0..<6 as Range<UInt64>)
  func ordersAsTheLibraryDoes(count: Int, kind: UInt64) {
    var random = Philox(seed: kind, stream: UInt64(count))
    var values = (0..<count).map { _ in
      switch kind {
      case 0: random.uniform()
      case 1: random.normal() * 1e-300
      case 2: Double(random.integer(below: 5)) - 2
      case 3: Elementary.exp(100 * random.normal())
      default: -random.uniform()
      }
    }
    if count > 100 {
      values[50] = -0.0
      values[70] = 0
      values[20] = 0
      if kind == 4 { values[60] = .infinity }
      if kind == 5 { values[60] = -1e300 }
    }
    let expected = values.indices.sorted { (values[$0], $0) < (values[$1], $1) }
    #expect(ascendingOrder(values) == expected)
  }

  @Test func ranksOfExtremes() {
    #expect(NonDominatedSort.ranks([], width: 2) == [])
    let infinite: [Double] = [
      .infinity, 0, -.infinity, 1, 0, -.infinity, .infinity, .infinity, -0.0, 0, 0, 0,
    ]
    #expect(NonDominatedSort.ranks(infinite, width: 2) == [2, 0, 0, 3, 1, 1])
    let failed = Evaluation(objectives: [], isFailed: true)
    let broken = Evaluation(objectives: [-9, -9], violations: [.infinity])
    let kept = Evaluation(objectives: [3, 3])
    #expect(NonDominatedSort.ranks([failed, broken, kept, failed]) == [2, 1, 0, 2])
    #expect(NonDominatedSort.ranks([failed, failed]) == [0, 0])
    #expect(NonDominatedSort.paretoFront([failed, broken]) == [])
    // a NaN that got past the initialiser traps nowhere
    var odd = (0..<40).map { Evaluation(objectives: [Double($0), 1]) }
    odd[7].objectives[0] = .nan
    #expect(NonDominatedSort.ranks(odd).count == 40)
    #expect(NonDominatedSort.fronts([1, 0, 1, 2]) == [[1], [0, 2], [3]])
  }

  @Test func dominationOfTwo() {
    let a = Evaluation(objectives: [1, 2])
    let b = Evaluation(objectives: [1, 3])
    let c = Evaluation(objectives: [0, 4])
    let broken = Evaluation(objectives: [-1, -1], violations: [0.5])
    let failed = Evaluation(objectives: [.nan, 0])
    #expect(a.domination(over: b) == 1 && b.domination(over: a) == -1)
    #expect(a.domination(over: c) == 0 && a.domination(over: a) == 0)
    #expect(a.domination(over: broken) == 1 && broken.domination(over: failed) == 1)
    #expect(failed.domination(over: broken) == -1 && failed.domination(over: failed) == 0)
  }

  // MARK: room

  @Test func roomIsTheGapBetweenNeighbours() {
    // a worked front: ranges 4 and 8, so the second point has (3/4 + 6/8)/2 and its copy nothing
    let front: [Double] = [0, 8, 1, 4, 3, 2, 4, 0, 1, 4]
    #expect(CrowdingDistance.distances(front, width: 2) == [.infinity, 0.75, 0.625, .infinity, 0])
    #expect(CrowdingDistance.distances([1, 1, 1, 1], width: 2) == [.infinity, 0])
    #expect(CrowdingDistance.distances([], width: 3) == [])
    // an infinite objective has no range to count in
    let infinite = CrowdingDistance.distances([0, .infinity, 1, 3, 2, 1], width: 2)
    #expect(infinite == [.infinity, 0.5, .infinity])
  }

  /// One at a time, by the definition, against the links; the ends always stay.
  @Test(arguments: 0..<20 as Range<UInt64>)
  func pruningRemovesTheMostCrowdedOneByOne(seed: UInt64) {
    var random = Philox(seed: seed)
    var x = (0..<40).map { _ in random.uniform() }.sorted()
    x[7] = x[6]
    let points = x.map { [$0, 1 - $0 * $0] }
    for keep in [0, 1, 2, 11, 39, 40] {
      let (kept, room) = CrowdingDistance.prune(points.flatMap { $0 }, width: 2, keep: keep)
      var expected = Array(points.indices)
      let range = [points.map { $0[0] }, points.map { $0[1] }].map { ($0.max() ?? 0) - ($0.min() ?? 0) }
      while expected.count > keep {
        func space(_ place: Int) -> Double {
          guard place > 0, place < expected.count - 1 else { return .infinity }
          // the later of two equal points goes first
          if points[expected[place]] == points[expected[place - 1]] { return -1 }
          return (0..<2).reduce(0) {
            $0 + abs(points[expected[place + 1]][$1] - points[expected[place - 1]][$1]) / range[$1] / 2
          }
        }
        expected.remove(at: expected.indices.min { space($0) < space($1) } ?? 0)
      }
      #expect(kept == expected || keep >= 39)
      #expect(kept.count == keep && room.count == keep)
      if keep == 40 { #expect(room[7] == 0 && room[0] == .infinity) }
      if keep == 39 { #expect(!kept.contains(7)) }
    }
  }

  /// By the definition, every room anew after every removal, against the neighbours kept up to date.
  @Test(arguments: 0..<10 as Range<UInt64>)
  func pruningInThreeObjectivesMatchesTheDefinition(seed: UInt64) {
    var random = Philox(seed: seed, stream: 3)
    let points = (0..<30).map { _ in (0..<3).map { _ in random.uniform() } }
    let ranges = (0..<3).map { k in
      (low: points.map { $0[k] }.min() ?? 0, high: points.map { $0[k] }.max() ?? 0)
    }
    func square(_ a: Int, _ b: Int) -> Double {
      var sum = 0.0
      for k in 0..<3 {
        let gap = (points[a][k] - points[b][k]) / (ranges[k].high - ranges[k].low)
        sum += gap * gap
      }
      return sum
    }
    for keep in [6, 12, 29] {
      var left = Array(points.indices)
      while left.count > keep {
        let rooms = left.map { i in
          if (0..<3).contains(where: { points[i][$0] == ranges[$0].low || points[i][$0] == ranges[$0].high })
          {
            return Double.infinity
          }
          let near = left.filter { $0 != i }.map { square(i, $0) }.sorted().prefix(3)
          return near.reduce(1, *)
        }
        left.remove(at: rooms.indices.min { rooms[$0] < rooms[$1] } ?? 0)
      }
      #expect(CrowdingDistance.prune(points.flatMap { $0 }, width: 3, keep: keep).kept == left)
    }
  }

  /// Of two clusters and lone points in space, the lone ones stay.
  @Test func pruningInThreeObjectivesKeepsWhatStandsAlone() {
    var points: [[Double]] = [
      [0, 0.5, 0.5], [0.5, 0, 0.5], [0.5, 0.5, 0], [1, 1, 0.2], [0.2, 1, 1], [1, 0.2, 1],
    ]
    points.append([0.4, 0.4, 0.4])
    for i in 1...5 { points.append([0.7 + 0.001 * Double(i), 0.3, 0.3 - 0.001 * Double(i)]) }
    let (kept, _) = CrowdingDistance.prune(points.flatMap { $0 }, width: 3, keep: 8)
    #expect(kept.count == 8 && kept.prefix(7) == [0, 1, 2, 3, 4, 5, 6])
    let same = CrowdingDistance.prune(Array(repeating: 1, count: 12), width: 3, keep: 2)
    #expect(same.kept == [0, 1] && same.room == [.infinity, 0])
  }

  // MARK: volumes

  @Test func volumesOfWorkedFronts() {
    #expect(Hypervolume.of([], reference: [1, 1]) == 0)
    #expect(Hypervolume.of([[2]], reference: [5]) == 3)
    #expect(Hypervolume.of([[1, 3], [2, 2], [3, 1], [2, 2]], reference: [4, 4]) == 6)
    #expect(Hypervolume.of([[1, 4], [5, 0], [.nan, 0]], reference: [4, 4]) == 0)
    #expect(Hypervolume.of([[0, 0, 0]], reference: [2, 3, 4]) == 24)
    // three unit-deep slabs of a corner: 4·4·1 + …, by inclusion and exclusion 3·16 − 3·4 + 1
    #expect(Hypervolume.of([[0, 0, 3], [0, 3, 0], [3, 0, 0]], reference: [4, 4, 4]) == 37)
    #expect(Hypervolume.of([[0, 0, 0, 0, 0]], reference: [2, 2, 2, 2, 2]) == 32)
  }

  /// A sixth objective that all share multiplies by its depth; so does a third, where the sweep takes over.
  @Test(arguments: 2...4, 0..<10 as Range<UInt64>)
  func aSharedObjectiveMultiplies(width: Int, seed: UInt64) {
    var random = Philox(seed: seed)
    let points = (0..<30).map { _ in (0..<width).map { _ in random.uniform() } }
    let reference = Array(repeating: 1.0, count: width)
    let flat = Hypervolume.of(points, reference: reference)
    let deep = Hypervolume.of(points.map { [0.5] + $0 }, reference: [2] + reference)
    #expect(abs(deep - 1.5 * flat) <= 1e-13)
  }

  /// The share of random places that some point dominates.
  @Test(arguments: 2...5)
  func volumesMatchMonteCarlo(width: Int) {
    var random = Philox(seed: 99, stream: UInt64(width))
    let points = (0..<20).map { _ in (0..<width).map { _ in random.uniform() } }
    let exact = Hypervolume.of(points, reference: Array(repeating: 1, count: width))
    let draws = 20_000
    var hits = 0
    for _ in 0..<draws {
      let place = (0..<width).map { _ in random.uniform() }
      if points.contains(where: { zip($0, place).allSatisfy { $0 <= $1 } }) { hits += 1 }
    }
    let share = Double(hits) / Double(draws)
    #expect(abs(share - exact) < 4 * (exact * (1 - exact) / Double(draws)).squareRoot())
  }

  // MARK: knees

  @Test func kneesOfWorkedFronts() {
    #expect(KneePoint.of([]) == nil)
    #expect(KneePoint.of([[3, 4]]) == 0)
    // in units of the ranges: (0, 1), (0.1, 0.2), (0.5, 0.1), (1, 0)
    #expect(KneePoint.of([[0, 100], [1, 20], [5, 10], [10, 0]]) == 1)
    // hollow: an end
    #expect(KneePoint.of([[0, 1], [0.9, 0.9], [1, 0]]) == 0)
    #expect(KneePoint.of([[0, 7, 1], [0.2, 7, 0.2], [1, 7, 0]]) == 1)
  }
}
