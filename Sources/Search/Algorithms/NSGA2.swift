import Kernels

/// A genetic search for the Pareto front: any mix of parameters, any number of objectives, constraints.
///
/// Each generation mates the better ones of the population and keeps the best of old and new, by rank and then by
/// room on the front. Parents are drawn by binary tournaments; reals and steps cross by simulated binary crossover and
/// mutate polynomially (log parameters in log scale, steps rounded), choices are swapped and drawn anew. A child that
/// is invalid or was asked before is dropped and another pair mates; when that is in vain too often, random points fill
/// up the generation. Values of inactive parameters are inherited silently, and matter again when they become active.
///
/// - Source: K. Deb, A. Pratap, S. Agarwal, T. Meyarivan, "A fast and elitist multiobjective genetic algorithm:
///   NSGA-II", IEEE Trans. Evol. Comp. 6 (2002). Fronts that are too large are pruned point by point, by S. Kukkonen
///   and K. Deb (2006), see ``CrowdingDistance/prune(_:width:keep:)``.
public struct NSGA2: SearchAlgorithm {
  /// A point with its result.
  public struct Member: Sendable {
    /// What was asked.
    public let point: SearchPoint
    /// What was told.
    public let evaluation: Evaluation
    /// Rank by constraint domination, 0 the best.
    public internal(set) var rank = 0
    /// Room on its front.
    public internal(set) var room = 0.0
    /// The point with the values that inactive parameters had.
    let genes: SearchPoint
  }

  private let settings: Settings
  private let seed: UInt64
  private let genes: [Gene]
  private let mutationShare: Double
  private var fresh: FreshPoints
  private var pending: [FreshPoints.Drawn] = []
  private var generation = 0
  /// The survivors so far, best ranks first; empty before the first results.
  public private(set) var population: [Member] = []

  /// At its start.
  ///
  /// - Parameters:
  ///   - space: any.
  ///   - seed: any value.
  ///   - settings: operators and sizes.
  public init(space: SearchSpace, seed: UInt64, settings: Settings = Settings()) throws(SearchError) {
    try settings.check()
    self.settings = settings
    self.seed = seed
    genes = space.parameters.map { Gene($0.domain) }
    let varying = genes.count(where: \.varies)
    mutationShare = settings.mutationShare ?? min(0.5, 1 / Double(max(1, varying)))
    fresh = FreshPoints(space)
  }

  /// Members that keep all constraints and that none of those dominates.
  public var front: [Member] { population.filter { $0.rank == 0 && $0.evaluation.isFeasible } }

  /// The next generation; fewer points only where the space has no more.
  ///
  /// - Precondition: the last generation was told.
  /// - Complexity: O(population · parameters), as often again as children are dropped.
  public mutating func ask() -> [SearchPoint] {
    precondition(pending.isEmpty, "NSGA2.ask: tell the last generation first")
    if population.count > 1 { mate() }
    var candidate = pending.count
    while pending.count < settings.population {
      var random = stream(SearchStream.shared + SearchStream.shared / 2 + candidate)
      candidate += 1
      guard let drawn = fresh.draw(using: &random) else { break }
      pending.append(drawn)
    }
    return pending.map(\.point)
  }

  /// Results of the generation: the best of it and of the population survive.
  public mutating func tell(_ results: [Evaluation]) {
    precondition(results.count <= pending.count, "NSGA2.tell: more results than points asked")
    let told = zip(pending, results).map {
      Member(point: $0.point, evaluation: $1, genes: $0.genes)
    }
    population = NSGA2.survivors(population + told, count: settings.population)
    pending = []
    generation += 1
  }

  private func stream(_ candidate: Int) -> Philox {
    Philox(seed: seed, stream: SearchStream.number(generation: generation, candidate: candidate))
  }
}

// MARK: mating

extension NSGA2 {
  /// Fills the generation with children, as far as that goes with a bounded number of pairs.
  private mutating func mate() {
    let most = settings.matingTries * (settings.population + 1) / 2
    var order: [Int] = []
    var shuffles = 0
    for pair in 0..<most where pending.count < settings.population {
      // everyone enters as many tournaments as everyone else
      if order.count < 4 {
        var random = stream(SearchStream.shared + shuffles)
        shuffles += 1
        while order.count < 4 {
          var next = Array(population.indices)
          random.shuffle(&next)
          order += next
        }
      }
      var random = stream(pair)
      let last = order.count
      let first = winner(order[last - 4], order[last - 3], random: &random)
      let second = winner(order[last - 2], order[last - 1], random: &random)
      order.removeLast(4)
      let (a, b) = children(of: population[first].genes, population[second].genes, random: &random)
      for child in [a, b] where pending.count < settings.population {
        if let point = fresh.take(child) { pending.append(.init(genes: child, point: point)) }
      }
    }
  }

  /// By constraint domination, then by room, then by lot.
  private func winner(_ a: Int, _ b: Int, random: inout Philox) -> Int {
    let preferred = random.uniform() < 0.5
    switch population[a].evaluation.domination(over: population[b].evaluation) {
    case 1: return a
    case -1: return b
    default:
      let rooms = (population[a].room, population[b].room)
      if rooms.0 != rooms.1 { return rooms.0 > rooms.1 ? a : b }
      return preferred ? a : b
    }
  }

  private func children(
    of a: SearchPoint, _ b: SearchPoint, random: inout Philox
  ) -> (SearchPoint, SearchPoint) {
    var first = a
    var second = b
    if random.uniform() < settings.crossoverProbability {
      for i in genes.indices where genes[i].varies {
        (first.values[i], second.values[i]) = genes[i].crossed(
          a.values[i], b.values[i], settings: settings, random: &random)
      }
    }
    mutate(&first, random: &random)
    mutate(&second, random: &random)
    return (first, second)
  }

  private func mutate(_ child: inout SearchPoint, random: inout Philox) {
    guard random.uniform() < settings.mutationProbability else { return }
    for i in genes.indices where genes[i].varies && random.uniform() < mutationShare {
      child.values[i] = genes[i].mutated(child.values[i], settings: settings, random: &random)
    }
  }
}
