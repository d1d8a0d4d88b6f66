import RunStore
import Search

/// The best so many trials of a search.
///
/// With one objective by its value; with several by fronts, of the last front that has room for some only those that stand
/// freest. Trials that keep every constraint come first, behind them the others by how much they break; what has no result
/// is never kept. Of equal ones those that come first stay.
struct KeptOutcomes: Sendable {
  /// A trial.
  struct Member: Sendable {
    let trial: Int
    let outcome: SearchRun.Outcome
  }
  private let limit: Int
  private var members: [Member] = []
  /// Every generation taken, in order.
  private(set) var generations: [GenerationRecord] = []
  /// Trials kept.
  var held: Int { min(members.count, limit) }

  init(limit: Int) { self.limit = limit }

  /// Takes what a generation has among the best so far.
  mutating func take(_ generation: SearchRun.Generation, _ line: GenerationRecord) {
    generations.append(line)
    for (k, outcome) in generation.outcomes.enumerated()
    where outcome.fate.scored != nil && !outcome.evaluation.isFailed {
      members.append(Member(trial: generation.first + k, outcome: outcome))
    }
    // now and then, by trials alone, so that one costs O(log limit)
    if members.count >= limit + max(1_000, limit / 4) { cut() }
  }

  /// Those kept, by trial.
  mutating func finish() -> [Member] {
    cut()
    return members
  }

  private mutating func cut() {
    guard members.count > limit else { return }
    let evaluations = members.map(\.outcome.evaluation)
    let ranks = NonDominatedSort.ranks(evaluations)
    let order = ranks.indices.sorted { (ranks[$0], $0) < (ranks[$1], $1) }
    let last = ranks[order[limit]]
    let front = order.filter { ranks[$0] == last }
    let before = order.prefix { ranks[$0] < last }
    let width = evaluations[front[0]].objectives.count
    let room = limit - before.count
    let freest =
      width == 1
      ? Array(0..<room)
      : CrowdingDistance.prune(front.flatMap { evaluations[$0].objectives }, width: width, keep: room).kept
    members = (before + freest.map { front[$0] }).sorted().map { members[$0] }
  }
}

extension SearchStudy {
  /// Kept trials whose figures on demand are worked out together.
  private static let keptBlock = 1_024

  /// Checks that the best ``keep`` fit in memory.
  ///
  /// - Throws: ``StudyError/keepsTooMany(file:keep:limit:)``.
  public func checkKeep() throws(StudyError) {
    guard let keep else { return }
    let limit = memoryBytes / 2 / (1_024 + (keepsDaily ? 24 * period.count : 0))
    guard min(keep, budget.evaluations) <= limit else {
      throw .keepsTooMany(file: file, keep: keep, limit: limit)
    }
  }

  /// Stores the trials that are kept, each with its figures on demand, and the journal of all generations.
  ///
  /// - Parameters:
  ///   - evaluator: knows most of their condors and hedges already.
  ///   - during: takes how many are stored, of how many.
  /// - Returns: how many are stored: fewer than are kept if cancelled.
  func store(
    _ kept: KeptOutcomes, in store: RunStore, layout: SearchLayout, evaluator: CandidateEvaluator,
    isCancelled: @escaping @Sendable () -> Bool, during: ((stored: Int, of: Int)) -> Void
  ) throws -> Int {
    var kept = kept
    let members = kept.finish()
    var figures = OnDemandFigures(Metric.onDemand, evaluator: evaluator)
    var made: [[Double?]] = []
    var stored = 0
    for line in kept.generations {
      let end =
        members[stored...].firstIndex { $0.trial >= line.firstTrial + line.trials } ?? members.count
      while made.count < end {
        during((stored, members.count))
        let block = members[made.count..<min(made.count + Self.keptBlock, members.count)]
        let strategies = block.compactMap { try? subject.strategy($0.outcome.point) }
        guard let values = figures.values(of: strategies, isCancelled: isCancelled) else { return stored }
        made += values
      }
      try layout.append(
        Array(members[stored..<end]), of: line, onDemand: Array(made[stored..<end]), to: store,
        withDaily: keepsDaily)
      stored = end
    }
    return stored
  }
}
