import Kernels

/// CMA-ES: a search by a normal distribution that learns where to look and in what shape. For one objective and numeric
/// parameters, reals and steps, where the parameters hang together and the objective has no gradient.
///
/// - Parameters live in the unit cube, log ones in log scale; it starts in the middle. The distribution knows no bounds:
///   what lies outside is mirrored at them, so that every sample is inside and the distribution is never distorted.
/// - A step takes the cell that its number falls in, and the distribution stays wide enough to leave it.
/// - Choices have no order and are refused.
/// - Samples rank by Deb's rules: what keeps all constraints by its objective, before the others by how much they
///   break, before what failed. Invalid samples are drawn again up to 100 times, then rank last without being asked.
/// - A sample that was asked before takes its old result into the ranking and is not asked again. After ten generations
///   without a new point the next ones are random, and the search goes on from the best of those.
/// - When a run has converged, or is broken, the next starts anywhere with twice the population (IPOP).
///
/// - Source: N. Hansen, "The CMA evolution strategy: a tutorial", arXiv:1604.00772 (2016); A. Auger and N. Hansen, "A
///   restart CMA evolution strategy with increasing population size", CEC 2005; R. Biedrzycki, "Handling bound
///   constraints in CMA-ES: an experimental study", Swarm Evol. Comp. 52 (2020); K. Deb, "An efficient constraint
///   handling method for genetic algorithms", Comput. Methods Appl. Mech. Eng. 186 (2000).
public struct CMAES: SearchAlgorithm {
  /// Generations without a new point before random ones are asked.
  private static let mostIdle = 10
  /// Draws of a sample until it is valid.
  private static let mostDraws = 100

  /// A sample of the current generation; its standing is known once it was told, or if it is not asked.
  private struct Sample {
    var y: [Double]
    var point: SearchPoint
    var standing: Standing?
  }

  private let settings: Settings
  private let seed: UInt64
  /// The parameters that vary.
  private let varying: [Int]
  private let leastDeviation: [Double]
  private let firstPopulation: Int
  private var fresh: FreshPoints
  private var known: [SearchPoint: Standing] = [:]
  private var model: AdaptedNormal
  private var history: RunHistory
  private var samples: [Sample] = []
  private var isFilling = false
  /// Over all runs, so that no stream comes twice.
  private var generation = 0
  /// How many runs came before.
  public private(set) var restarts = 0
  /// The best point told that keeps all constraints.
  public private(set) var best: (point: SearchPoint, objective: Double)?

  /// At its start.
  ///
  /// - Parameters:
  ///   - space: without choices of more than one value, and with something that varies.
  ///   - seed: any value.
  ///   - settings: sizes.
  public init(space: SearchSpace, seed: UInt64, settings: Settings = Settings()) throws(SearchError) {
    try settings.check()
    for parameter in space.parameters {
      if case .categories(let count) = parameter.domain, count > 1 {
        throw .categories(parameter: parameter.name, method: .cmaes)
      }
    }
    varying = space.parameters.indices.filter { space.valueCount($0) != 1 }
    guard !varying.isEmpty else { throw .nothingToVary(method: .cmaes) }
    self.settings = settings
    self.seed = seed
    fresh = FreshPoints(space)
    // a step is left by one sample in ten from the middle of its cell
    leastDeviation = varying.map { i in space.valueCount(i).map { 0.3 / Double($0) } ?? 0 }
    firstPopulation = settings.population ?? 4 + Int(3 * Elementary.log(Double(varying.count)))
    let middle = Array(repeating: 0.5, count: varying.count)
    model = AdaptedNormal(
      mean: middle, step: settings.step, population: firstPopulation, leastDeviation: leastDeviation)
    history = RunHistory(order: varying.count, population: firstPopulation)
  }

  /// The next generation without what is known already; empty when every point was asked.
  ///
  /// - Precondition: the last generation was told.
  /// - Complexity: O(λ·n²).
  public mutating func ask() -> [SearchPoint] {
    precondition(samples.isEmpty, "CMAES.ask: tell the last generation first")
    for _ in 0..<Self.mostIdle {
      let points = sampleGeneration()
      if !points.isEmpty { return points }
      finishGeneration()
    }
    while samples.count < model.population {
      var random = stream(SearchStream.shared + 1 + samples.count)
      guard let drawn = fresh.draw(using: &random) else { break }
      samples.append(Sample(y: [], point: drawn.point))
    }
    isFilling = !samples.isEmpty
    return samples.map(\.point)
  }

  /// Results of the generation, one objective each: the distribution learns.
  public mutating func tell(_ results: [Evaluation]) {
    precondition(
      results.allSatisfy { $0.isFailed || $0.objectives.count == 1 }, "CMAES.tell: one objective")
    guard !samples.isEmpty else { return }
    let asked = samples.indices.filter { samples[$0].standing == nil }
    precondition(results.count <= asked.count, "CMAES.tell: more results than points asked")
    for (i, result) in zip(asked, results) {
      let standing = Standing(result)
      samples[i].standing = standing
      known[samples[i].point] = standing
      if standing.tier == .feasible, standing.value < best?.objective ?? .infinity {
        best = (samples[i].point, standing.value)
      }
    }
    finishGeneration()
  }
}

// MARK: one generation

extension CMAES {
  private func stream(_ candidate: Int) -> Philox {
    Philox(seed: seed, stream: SearchStream.number(generation: generation, candidate: candidate))
  }

  /// Draws a generation, and returns what of it is to be asked.A point drawn twice is asked once; the
  /// second sample gets the first one's standing.
  private mutating func sampleGeneration() -> [SearchPoint] {
    var points: [SearchPoint] = []
    for candidate in 0..<model.population {
      var random = stream(candidate)
      var y = model.sample(using: &random)
      var point = self.point(at: y)
      var draws = 1
      while draws < Self.mostDraws, !fresh.space.isValid(point) {
        y = model.sample(using: &random)
        point = self.point(at: y)
        draws += 1
      }
      if let taken = fresh.take(point) {
        points.append(taken)
        samples.append(Sample(y: y, point: taken))
      } else if fresh.contains(point) {
        samples.append(Sample(y: y, point: point, standing: known[point] ?? .twin))
      } else {
        samples.append(Sample(y: y, point: point, standing: .invalid))
      }
    }
    return points
  }

  private func point(at y: [Double]) -> SearchPoint {
    let space = fresh.space
    var genes = SearchPoint(space.parameters.indices.map(space.resting))
    for (k, i) in varying.enumerated() {
      genes.values[i] = space.value(i, at: Self.mirrored(model.mean[k] + model.step * y[k]))
    }
    return space.canonical(genes)
  }

  /// The place in [0, 1] that a number comes to between two mirrors.
  static func mirrored(_ x: Double) -> Double {
    guard x.isFinite else { return 0.5 }
    let rest = x - 2 * (x / 2).rounded(.down)
    return rest <= 1 ? rest : 2 - rest
  }

  /// Learns from the samples, and starts the next run if this one is over.
  private mutating func finishGeneration() {
    let standings = samples.map { sample in
      (sample.standing == .twin ? known[sample.point] : sample.standing) ?? .failed
    }
    let ranked = standings.indices.sorted { a, b in
      standings[a] == standings[b] ? a < b : standings[a] < standings[b]
    }
    let told = samples
    samples = []
    generation += 1
    if isFilling {
      isFilling = false
      if let first = ranked.first { restart(at: place(told[first].point), doubling: false) }
      return
    }
    let isSound = model.learn(ranked.map { told[$0].y })
    history.add(ranked.map { standings[$0] })
    if !isSound || history.isOver(model, firstStep: settings.step) {
      var random = stream(SearchStream.shared)
      restart(at: varying.map { _ in random.uniform() }, doubling: true)
    }
  }

  private mutating func restart(at mean: [Double], doubling: Bool) {
    if doubling { restarts += 1 }
    let population = firstPopulation << (restarts % (settings.doublings + 1))
    model = AdaptedNormal(
      mean: mean, step: settings.step, population: population, leastDeviation: leastDeviation)
    history = RunHistory(order: varying.count, population: population)
  }

  /// Where a point lies in the unit cube, steps in the middle of their cell.
  private func place(_ point: SearchPoint) -> [Double] {
    varying.map { i in
      let value = point.values[i]
      switch fresh.space.parameters[i].domain {
      case .real(let from, let to, false): return (value - from) / (to - from)
      case .real(let from, let to, true):
        let low = Elementary.log(from)
        return (Elementary.log(value) - low) / (Elementary.log(to) - low)
      case .steps(let count), .categories(let count): return (value + 0.5) / Double(count)
      }
    }
  }
}
