import Search

/// Everything a search has found so far: the best, or the front, and how far it has come.
struct SearchProgress: Sendable {
  /// A point that nothing feasible dominates.
  struct Member: Sendable {
    let trial: Int
    let point: SearchPoint
    let evaluation: PointEvaluation
  }
  /// Points evaluated.
  private(set) var evaluations = 0
  /// Points that keep every constraint, and points without a result.
  private(set) var feasible = 0
  private(set) var failed = 0
  /// Generations told.
  private(set) var generations = 0
  /// The front, by trial; with one objective the best alone, the first of equals.
  private(set) var front: [Member] = []
  /// Generations since the last progress.
  private(set) var idleGenerations = 0
  /// What hypervolumes are measured against: a tenth of their range beyond the worst objectives of the first generation
  /// that had anything feasible. Kept from then on, so that figures compare.
  private(set) var reference: [Double] = []
  /// Hypervolume of the front against it; `nil` with one objective, or as long as nothing is feasible.
  private(set) var hypervolume: Double?
  private let objectives: Int
  private var reached: Double?

  init(objectives: Int) { self.objectives = objectives }

  /// Least objective of the front, with one objective.
  var best: Double? { objectives == 1 ? front.first?.evaluation.objectives[0] : nil }

  mutating func add(points: [SearchPoint], _ told: [PointEvaluation]) {
    let first = evaluations
    evaluations += told.count
    generations += 1
    feasible += told.count(where: \.isFeasible)
    failed += told.count(where: \.isFailed)
    let new = told.indices.filter { told[$0].isFeasible }.map {
      Member(trial: first + $0, point: points[$0], evaluation: told[$0])
    }
    if objectives == 1 {
      for member in new {
        if let best, member.evaluation.objectives[0] >= best { continue }
        front = [member]
      }
    } else if !new.isEmpty {
      if reference.isEmpty { setReference(new) }
      let all = front + new
      front = Self.first(NonDominatedSort.paretoFront(all.map(\.evaluation)).map { all[$0] })
      hypervolume = Hypervolume.of(front.map(\.evaluation.objectives), reference: reference)
    }
    let now = objectives == 1 ? best.map { -$0 } : hypervolume
    guard let now else { return }
    if let reached, now - reached <= 1e-4 * abs(reached) {
      idleGenerations += 1
    } else {
      idleGenerations = 0
      reached = now
    }
  }

  private mutating func setReference(_ members: [Member]) {
    reference = (0..<objectives).map { k in
      let values = members.map { $0.evaluation.objectives[k] }
      let (low, high) = (values.min() ?? 0, values.max() ?? 0)
      return high + 0.1 * (high > low ? high - low : max(1, abs(high)))
    }
  }

  /// Of points with equal objectives the first.
  private static func first(_ members: [Member]) -> [Member] {
    var seen: Set<[Double]> = []
    return members.sorted { $0.trial < $1.trial }.filter { seen.insert($0.evaluation.objectives).inserted }
  }
}
