import Backtesting
import ConfigFormats
import MarketData
import Search
import Strategies

/// What a search goes over: points, and the strategy that each stands for.
public struct SearchSubject: Sendable {
  /// What may be asked.
  public let space: SearchSpace
  /// The strategy of a point.
  ///
  /// - Throws: ``ConfigError`` where the point is no strategy.
  public let strategy: @Sendable (SearchPoint) throws(ConfigError) -> Strategy
  /// Whether a parameter is the hedge's alone, so that points alike in the others share their condor; empty where the two
  /// sides can't be told apart.
  public let isHedge: [Bool]
  /// Text of each position of a parameter; empty for a real one.
  public let texts: [[String]]
  /// The value of each parameter as text, by path; parameters that don't matter are left out.
  public let assignments: @Sendable (SearchPoint) -> [String: String]

  /// Of its parts.
  public init(
    space: SearchSpace, isHedge: [Bool] = [], texts: [[String]] = [],
    assignments: @escaping @Sendable (SearchPoint) -> [String: String] = { _ in [:] },
    strategy: @escaping @Sendable (SearchPoint) throws(ConfigError) -> Strategy
  ) {
    self.space = space
    self.isHedge = isHedge
    self.texts = texts
    self.assignments = assignments
    self.strategy = strategy
  }

  /// A space file's parameters. Condor and hedge are told apart where nothing ties one to the other.
  public init(_ space: SweepSpace) {
    let tree = space.tree
    let parameters = tree.parameters
    self.init(
      space: tree.searchSpace, isHedge: Self.sides(of: parameters.map(\.path), tree),
      texts: parameters.map { $0.choices.map(\.brief) },
      assignments: { point in
        Dictionary(
          tree.assignments(of: point.values).compactMap { path, text in text.map { (path, $0) } },
          uniquingKeysWith: { $1 })
      }
    ) { point throws(ConfigError) in try space.strategy(of: point.values) }
  }
}

/// When a search ends.
public struct SearchBudget: Sendable, Hashable {
  /// Points evaluated, at most.
  public var evaluations: Int
  /// Wall-clock seconds after which no generation is begun; `nil` for any.
  public var seconds: Double?
  /// Generations without progress after which none is begun; `nil` for any. Progress is a best objective, or a
  /// hypervolume, better by a ten-thousandth.
  public var stagnation: Int?

  /// Of its parts.
  public init(evaluations: Int, seconds: Double? = nil, stagnation: Int? = nil) {
    self.evaluations = evaluations
    self.seconds = seconds
    self.stagnation = stagnation
  }
}

/// Why a search ended.
public enum SearchEnd: String, Sendable, Codable {
  case evaluations
  case seconds
  case stagnation
  /// The algorithm has nothing more to ask.
  case exhausted
  /// Ctrl-C.
  case interrupted
}

/// A search as it goes: an algorithm asks, configurations are evaluated, the algorithm is told, generation by generation.
///
/// What is evaluated follows from the space, the goals, the seed and the market alone: the same at any number of threads,
/// and after an interruption when the generations already known are given back.
public struct SearchRun: Sendable {
  /// What became of one point.
  struct Outcome: Sendable {
    let point: SearchPoint
    let evaluation: PointEvaluation
    let fate: CandidateFate
  }
  /// A point that was given up.
  struct DroppedPoint: Sendable {
    let point: SearchPoint
    /// Least objective of everything feasible before: that of the trial that it lost to.
    let best: Double
    /// Sessions it went through.
    let sessions: Int
  }
  /// A whole search.
  struct Found: Sendable {
    var end = SearchEnd.evaluations
    var progress: SearchProgress
    /// By trial.
    var drops: [DroppedPoint] = []
    /// Seconds spent on asking and telling, and on reading the settings of points.
    var searchSeconds = 0.0
    var readSeconds = 0.0
  }
  /// One generation.
  struct Generation: Sendable {
    /// From 0.
    let number: Int
    /// Number of its first trial.
    let first: Int
    let outcomes: [Outcome]
    /// Hypervolume of everything feasible so far; `nil` with one objective, or as long as nothing is.
    let hypervolume: Double?
    /// Least objective of everything feasible so far, with one objective.
    let best: Double?
  }

  let subject: SearchSubject
  let scale: GoalScale
  let budget: SearchBudget
  let algorithm: any SearchAlgorithm
  /// Gives up what lies behind the best so far; `nil` for never.
  var race: DayRace?

  /// Runs to the end of the budget.
  ///
  /// - Parameters:
  ///   - evaluator: does the work; what it remembers may come from before.
  ///   - known: evaluations of the first generations, in order: they are told, not run again.
  ///   - withBooks: whether the sessions of results are kept.
  ///   - elapsed: seconds spent so far.
  ///   - take: takes each new generation, in order.
  /// - Throws: what `take` throws.
  func run(
    evaluator: inout CandidateEvaluator, known: [[PointEvaluation]] = [], withBooks: Bool = false,
    isCancelled: @escaping @Sendable () -> Bool = { false }, elapsed: () -> Double = { 0 },
    take: (Generation) throws -> Void
  ) throws -> Found {
    var algorithm = algorithm
    var progress = SearchProgress(objectives: scale.goals.count)
    var drops: [DroppedPoint] = []
    var best: Best?
    var numbers = PointNumbers(subject)
    let (search, reading) = (Stopwatch(), Stopwatch())
    func ended(_ end: SearchEnd) -> Found {
      Found(
        end: end, progress: progress, drops: drops, searchSeconds: search.seconds,
        readSeconds: reading.seconds)
    }
    func add(_ points: [SearchPoint], _ told: [PointEvaluation]) {
      search.time {
        for (point, evaluation) in zip(points, told) {
          guard let sessions = evaluation.droppedAfter, let best = progress.best else { continue }
          drops.append(DroppedPoint(point: point, best: best, sessions: sessions))
        }
        algorithm.tell(told)
        progress.add(points: points, told)
      }
    }
    var generation = 0
    guard numbers.prepare(for: budget.evaluations, &evaluator, isCancelled: isCancelled) else {
      return ended(.interrupted)
    }
    while true {
      if progress.evaluations >= budget.evaluations {
        return ended(.evaluations)
      }
      let isKnown = generation < known.count
      if !isKnown {
        if let limit = budget.seconds, elapsed() >= limit { return ended(.seconds) }
        if let limit = budget.stagnation, progress.idleGenerations >= limit {
          return ended(.stagnation)
        }
      }
      let asked = search.time { algorithm.ask() }
      let points = Array(asked.prefix(budget.evaluations - progress.evaluations))
      guard !points.isEmpty else { return ended(.exhausted) }
      if isKnown {
        let told = Array(known[generation].prefix(points.count))
        add(Array(points.prefix(told.count)), told)
        generation += 1
        continue
      }
      let first = progress.evaluations
      guard
        follow(progress, &best, &evaluator, &numbers, isCancelled: isCancelled),
        let outcomes = evaluate(
          points, against: best, &evaluator, &numbers, (search, reading), withBooks: withBooks,
          isCancelled: isCancelled)
      else { return ended(.interrupted) }
      add(points, outcomes.map(\.evaluation))
      try take(
        Generation(
          number: generation, first: first, outcomes: outcomes, hypervolume: progress.hypervolume,
          best: progress.best))
      generation += 1
      if isCancelled() { return ended(.interrupted) }
    }
  }

  /// The best trial so far, to race against.
  private struct Best {
    let trial: Int
    let net: [Int64]
  }

  /// Keeps up with the best trial.
  ///
  /// - Returns: whether it wasn't cancelled.
  private func follow(
    _ progress: SearchProgress, _ best: inout Best?, _ evaluator: inout CandidateEvaluator,
    _ numbers: inout PointNumbers, isCancelled: @Sendable () -> Bool
  ) -> Bool {
    guard race != nil, let now = progress.front.first, now.trial != best?.trial,
      let pair = try? numbers.pairs([now.point], &evaluator)[0].get()
    else { return true }
    guard let net = evaluator.net(of: pair, isCancelled: isCancelled) else { return false }
    best = Best(trial: now.trial, net: net)
    return true
  }

  private func evaluate(
    _ points: [SearchPoint], against best: Best?, _ evaluator: inout CandidateEvaluator,
    _ numbers: inout PointNumbers, _ clocks: (search: Stopwatch, reading: Stopwatch), withBooks: Bool,
    isCancelled: @Sendable () -> Bool
  ) -> [Outcome]? {
    let pairs = clocks.reading.time { numbers.pairs(points, &evaluator) }
    let valid = pairs.compactMap { try? $0.get() }
    let withBooks = withBooks || scale.needsBooks
    var raced: [Int: CandidateFate] = [:]
    if let race, let best {
      guard
        let made = evaluator.race(
          valid, race, against: best.net, onDemand: scale.onDemand, withBooks: withBooks,
          isCancelled: isCancelled)
      else { return nil }
      raced = made
    }
    let rest = raced.isEmpty ? valid : valid.indices.filter { raced[$0] == nil }.map { valid[$0] }
    guard
      let scored = evaluator.evaluate(
        rest, onDemand: scale.onDemand, withBooks: withBooks, isCancelled: isCancelled)
    else { return nil }
    return clocks.search.time {
      let told = Scheduler.map(count: scored.count, threads: evaluator.threads, chunk: 16, worker: {}) {
        _, k in scale.evaluation(scored[k])
      }.compactMap { $0 }
      var (next, done) = (0, 0)
      return zip(points, pairs).map { point, pair in
        if case .failure(let error) = pair {
          let fate = CandidateFate.invalid("\(error)")
          return Outcome(point: point, evaluation: scale.evaluation(fate), fate: fate)
        }
        defer { next += 1 }
        if let fate = raced[next] {
          return Outcome(point: point, evaluation: scale.evaluation(fate), fate: fate)
        }
        defer { done += 1 }
        return Outcome(point: point, evaluation: told[done], fate: .scored(scored[done]))
      }
    }
  }
}

/// Numbers of the condor and the hedge of points; a point's file is read only where one of the two is new.
private struct PointNumbers {
  private let subject: SearchSubject
  private var condors: [SearchPoint: Int] = [:]
  private var hedges: [SearchPoint: Int] = [:]
  /// Parameters of either side.
  private let sides: (condor: [Int], hedge: [Int])

  init(_ subject: SearchSubject) {
    self.subject = subject
    let all = subject.isHedge.indices
    sides = (all.filter { !subject.isHedge[$0] }, all.filter { subject.isHedge[$0] })
  }

  /// The values of one side's parameters, or all where the sides can't be told apart.
  private func key(_ point: SearchPoint, ofHedge: Bool) -> SearchPoint {
    guard !subject.isHedge.isEmpty else { return point }
    return SearchPoint((ofHedge ? sides.hedge : sides.condor).map { point.values[$0] })
  }

  /// Settings of one side that are worked out beforehand, at most.
  private static let preparedLimit = 4_096

  /// Works out all condors and all hedges where there are so few of them that a search meets most anyway.
  ///
  /// - Returns: whether it wasn't cancelled.
  mutating func prepare(
    for evaluations: Int, _ evaluator: inout CandidateEvaluator, isCancelled: @Sendable () -> Bool
  ) -> Bool {
    let limit = min(Self.preparedLimit, evaluations / 4)
    guard !subject.isHedge.isEmpty, let condors = side(false, limit: limit),
      let hedges = side(true, limit: limit), condors.count + hedges.count <= evaluations / 4
    else { return true }
    let numbers = pairs(condors + hedges, &evaluator).map { try? $0.get() }
    return evaluator.prepare(
      condors: Array(Set(numbers.prefix(condors.count).compactMap { $0?.condor })).sorted(),
      hedges: Array(Set(numbers.dropFirst(condors.count).compactMap { $0?.hedge })).sorted(),
      isCancelled: isCancelled)
  }

  /// Every setting of one side's parameters, the other side's at rest; `nil` if there are more than `limit`.
  private func side(_ ofHedge: Bool, limit: Int) -> [SearchPoint]? {
    let space = subject.space
    let rest = space.parameters.indices.map { space.resting($0) }
    var points = [SearchPoint(rest)]
    for (p, parameter) in space.parameters.enumerated() where subject.isHedge[p] == ofHedge {
      let count: Int
      switch parameter.domain {
      case .real: return nil
      case .steps(let n), .categories(let n): count = n
      }
      var seen: Set<SearchPoint> = []
      var next: [SearchPoint] = []
      for point in points {
        for value in 0..<count {
          var made = point
          made.values[p] = Double(value)
          made = space.canonical(made)
          if seen.insert(made).inserted { next.append(made) }
        }
      }
      guard next.count <= limit else { return nil }
      points = next
    }
    return points
  }

  mutating func pairs(
    _ points: [SearchPoint], _ evaluator: inout CandidateEvaluator
  ) -> [Result<(condor: Int, hedge: Int), ConfigError>] {
    let keys = points.map { (condor: key($0, ofHedge: false), hedge: key($0, ofHedge: true)) }
    var made = keys.map { (condor: condors[$0.condor], hedge: hedges[$0.hedge]) }
    let unread = points.indices.filter { made[$0].condor == nil || made[$0].hedge == nil }
    let strategy = subject.strategy
    let read = Scheduler.map(count: unread.count, threads: evaluator.threads, chunk: 16, worker: {}) {
      _, k -> Result<Strategy, ConfigError> in
      do throws(ConfigError) {
        return .success(try strategy(points[unread[k]]))
      } catch {
        return .failure(error)
      }
    }
    var failures: [Int: ConfigError] = [:]
    for (k, result) in zip(unread, read) {
      switch result {
      case .success(let strategy)?:
        let numbers = evaluator.numbers(of: strategy)
        condors[keys[k].condor] = numbers.condor
        hedges[keys[k].hedge] = numbers.hedge
        made[k] = (numbers.condor, numbers.hedge)
      case .failure(let error)?: failures[k] = error
      case nil: break
      }
    }
    return points.indices.map { k in
      if let error = failures[k] { return .failure(error) }
      return .success((made[k].condor ?? 0, made[k].hedge ?? 0))
    }
  }
}
