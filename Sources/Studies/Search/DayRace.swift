import Backtesting
import Kernels
import MarketData
import Statistics
import Strategies

/// Gives up configurations that are clearly worse than the best before they went through every session.
///
/// Sessions are gone through in one shuffled order, in parts; after each part but the last the results of the sessions so
/// far are compared with those of the best, pair by pair (``SignedRankTest``). One is dropped whose sum is behind and
/// whose rank test is below `risk` ÷ tests: by Bonferroni's inequality a configuration whose differences lie symmetrically
/// about 0 is dropped with a probability of at most `risk`. What the order, the parts and the bound are follows from the
/// rules, the seed and the number of sessions alone.
///
/// - Source: M. Birattari, T. Stützle, L. Paquete and K. Varrentrapp, "A racing algorithm for configuring metaheuristics",
///   GECCO 2002, with Wilcoxon's test and Bonferroni's bound in place of Friedman's.
struct DayRace: Sendable {
  /// When configurations may be dropped.
  typealias Rules = SearchSection.Racing

  /// A configuration that was given up.
  struct Drop: Sendable, Hashable {
    /// Sessions gone through.
    let sessions: Int
    /// By how much it lay behind, dollars a session of those; > 0.
    let deficit: Double
  }
  /// What became of a configuration.
  enum Finish: Sendable {
    case whole(Evaluation)
    case dropped(Drop)
  }

  /// Parts of the period, positions from 0, in the order they are gone through; each ascends, since neighbours share work.
  let parts: [[Int]]
  /// A rank test below this drops.
  let tail: Double

  /// - Parameter sessions: of the period.
  init(_ rules: Rules, sessions: Int, seed: UInt64) {
    var random = Philox(seed: seed, stream: Self.stream)
    var order = Array(0..<sessions)
    random.shuffle(&order)
    let looks = max(1, min(rules.looks, sessions))
    parts = (0..<looks).map { k in order[k * sessions / looks..<(k + 1) * sessions / looks].sorted() }
    tail = rules.risk / Double(max(1, looks - 1))
  }
  /// Of the generator, apart from those of the methods.
  private static let stream = UInt64.max

  /// What an algorithm is told of a drop: not feasible, the further behind the worse. Objectives and limits are unknown.
  static func evaluation(_ drop: Drop) -> PointEvaluation {
    PointEvaluation(objectives: [drop.deficit], violations: [drop.deficit], droppedAfter: drop.sessions)
  }

  /// Runs configurations against the best.
  ///
  /// - Parameters:
  ///   - strategies: whose sessions don't hang on one another: sized by one, with room for two condors' margin.
  ///   - best: its result a session of the period, cents.
  /// - Returns: in the order given, those that went through every session as ``Evaluator`` has them, to the bit; `nil` if
  ///   cancelled.
  /// - Complexity: O(sessions × configurations still in it).
  func run(
    _ strategies: [Strategy], against best: [Int64], context: MarketContext, period: ClosedRange<Int>,
    axis: PeriodAxis, threads: Int, isCancelled: @Sendable () -> Bool = { false }
  ) -> [Finish]? {
    var plan = CompiledPlan()
    let pairs = strategies.map { plan.addPair($0) }
    let (fixed, last) = (plan, period.upperBound)
    let unknown = SessionRecord(code: .periodEnds)
    var records = strategies.map { _ in Array(repeating: unknown, count: period.count) }
    let standing = strategies.map { StandingBook($0, context: context, range: period).netCents }
    var drops: [Drop?] = strategies.map { _ in nil }
    var running = Array(strategies.indices)
    var behind: [[Int64]] = strategies.map { _ in [] }
    for (number, part) in parts.enumerated() where !running.isEmpty {
      let mine = running.map { pairs[$0] }
      let made = Scheduler.map(
        count: part.count, threads: threads, chunk: 4, isCancelled: isCancelled,
        worker: { CompiledDay(context, plan: fixed) }
      ) { day, d -> [SessionRecord] in
        let entry = period.lowerBound + part[d]
        guard entry < last else { return mine.map { _ in unknown } }
        day.move(to: entry)
        return day.records(ofPairs: mine)
      }
      for (d, found) in zip(part, made) {
        guard let found else { return nil }
        for (k, record) in zip(running, found) {
          records[k][d] = record
          guard d + 1 < best.count else { continue }
          // what an entry makes is realised in the session after it
          behind[k].append(record.tradeNet + standing[k][d + 1] - best[d + 1])
        }
      }
      guard number + 1 < parts.count else { break }
      let (candidates, differences, tail) = (running, behind, tail)
      let verdicts = Scheduler.map(count: candidates.count, threads: threads) { c -> Drop? in
        let own = differences[candidates[c]]
        let sum = own.reduce(0, +)
        guard sum < 0, SignedRankTest(own).lowerTail < tail else { return nil }
        return Drop(sessions: own.count, deficit: -Double(sum) / Double(own.count) / 100)
      }
      for (k, verdict) in zip(candidates, verdicts) { drops[k] = verdict ?? nil }
      running.removeAll { drops[$0] != nil }
    }
    let finished = Scheduler.map(count: strategies.count, threads: threads) { [drops, records] k in
      drops[k].map(Finish.dropped)
        ?? .whole(
          Evaluation(strategies[k], records: records[k], context: context, period: period, axis: axis))
    }
    return finished.compactMap { $0 }
  }
}
