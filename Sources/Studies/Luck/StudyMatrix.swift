import Backtesting
import Kernels
import MarketData
import RunStore
import Statistics
import Strategies

/// What the trials of a study realised session by session: what its statistics of luck and of risk stand on.
///
/// Never the best alone: what was tried and is left out would be luck that nobody counts. Of more trials than a limit some are
/// drawn at random, the best no likelier than any other.
public struct StudyMatrix: Sendable {
  /// Numbers of the trials, ascending.
  public let trials: [Int]
  /// The trial that was picked, which a draw may not hold.
  public let picked: Int
  /// Its net a session, whole cents; `nil` for a trial without a result.
  public let pickedCents: [Int64]?
  /// By trial: net a session, whole cents.
  public let cents: [[Int64]]
  /// Trials that the study tried, those without a result included.
  public let tried: Int
  /// Of them without a result: invalid, or given up early. They aren't among ``trials``.
  public let withoutResult: Int
  /// Whether ``trials`` are drawn from more.
  public let isSample: Bool
  /// Whether results were worked out again, since the store doesn't keep them.
  public let isRecomputed: Bool
  /// Whether the store holds the best trials alone, so that the others can't be had.
  public let isBestOnly: Bool
  /// Where the prices come from.
  public let disclosure: String
  /// What picks as the study does, of what days tell: the mean where that or the net is its one objective, else the Sharpe ratio.
  public let score: ColumnScore
  /// The first and the last session.
  public let period: (from: String, to: String)
  /// What the study searched by that ``score`` leaves out: other objectives than that, constraints.
  public let unheeded: [String]

  /// Trials whose results are held at most, where nothing else is asked: 120 MB over three years.
  public static let defaultLimit = 20_000

  /// Reads a study, and works out again what it doesn't hold.
  ///
  /// - Parameters:
  ///   - pick: `best` by the study's objective, or a trial's number.
  ///   - limit: trials at most, ≥ 2.
  ///   - seed: of the draw, where there are more.
  ///   - market: opens what the study was made on; asked only where results are worked out.
  ///   - isCancelled: asked between sessions.
  ///   - progress: trials done and to do, called after each 1,024 on the calling thread.
  /// - Returns: `nil` if cancelled.
  /// - Throws: `StudyError`: `anotherMarket` or `notReproduced` where the study's results can't be had again, `unfinished` for
  ///   the best of a grid that wasn't gone through; `RunStoreError`.
  /// - Complexity: O(trials × sessions), and a backtest of each trial that isn't stored.
  public init?(
    _ folder: StudyFolder, pick asked: String = "best", limit: Int = defaultLimit, seed: UInt64 = 1,
    threads: Int, market: (StudyRecord) throws -> (market: Market, period: ClosedRange<Int>),
    isCancelled: @Sendable () -> Bool = { false },
    progress: @Sendable (_ done: Int, _ total: Int) -> Void = { _, _ in }
  ) throws {
    precondition(limit >= 2, "StudyMatrix: at least two trials")
    let (store, study, space) = try folder.open()
    defer { try? store.close() }
    let picked = try folder.picked(asked, store, space)
    // the best of a grid are some of a space that can be gone through again; points of a search are known where stored
    let isGrid = !store.hasPoints
    isBestOnly = study.kept != nil && !isGrid
    let stored = try store.trialRanges()
    let numbers: RangeSet<Int>
    if isGrid, study.kept != nil {
      guard try store.isFinished() else { throw StudyError.unfinished(path: folder.path) }
      numbers = RangeSet(study.shard?.trials(of: study.configurations) ?? 0..<study.configurations)
    } else {
      numbers = RangeSet(stored)
    }
    tried = isBestOnly ? study.configurations : numbers.ranges.reduce(0) { $0 + $1.count }
    let drawn = Self.draw(numbers, limit: limit, seed: seed)
    isSample = drawn.count < numbers.ranges.reduce(0) { $0 + $1.count }
    // the pick comes along, so that a draw can leave it out
    let wanted = drawn.contains(picked.index) ? drawn : drawn + [picked.index]
    let (known, without) = try Self.stored(wanted, store)
    let trials = drawn.filter { !without.contains($0) }
    withoutResult = drawn.count - trials.count
    self.trials = trials
    self.picked = picked.index
    disclosure = study.provenance
    period = (study.from, study.to)
    let picks = Self.score(of: space.section.objectives)
    score = picks ?? .sharpe
    unheeded =
      (picks == nil ? space.section.objectives.map(\.text) : []) + space.section.constraints.map(\.text)
    let asked = wanted.filter { !without.contains($0) }
    isRecomputed = asked.contains { known[$0]?.daily == nil }
    var made: [Int: [Int64]] = [:]
    if isRecomputed {
      let (market, period) = try market(study)
      try folder.checkSame(market, study)
      let strategies = try asked.map { try folder.strategy(of: $0, store, space) }
      let context = try market.checkedContext(for: strategies)
      while made.count < asked.count {
        let part = made.count..<min(made.count + Self.block, asked.count)
        guard
          let evaluations = Evaluator.run(
            Array(strategies[part]), context: context, period: period, threads: threads,
            isCancelled: isCancelled)
        else { return nil }
        for (trial, evaluation) in zip(asked[part], evaluations) {
          let net = evaluation.netBySession
          if let stored = known[trial]?.net, stored != net.reduce(0, +) {
            throw StudyError.notReproduced(
              file: folder.path, field: "net_cents of trial \(trial)", stored: "\(stored)",
              now: "\(net.reduce(0, +))")
          }
          made[trial] = net
        }
        progress(made.count, asked.count)
      }
    } else {
      for trial in asked { made[trial] = known[trial]?.daily }
    }
    pickedCents = made[picked.index]
    cents = trials.compactMap { made[$0] }
  }

  /// The same as a table for tests, dollars a session.
  ///
  /// - Parameter source: the study, for messages.
  public func outcomes(source: String) throws(OutcomeMatrixError) -> OutcomeMatrix {
    var values: [Double] = []
    values.reserveCapacity(trials.count * (cents.first?.count ?? 0))
    for d in 0..<(cents.first?.count ?? 0) {
      for series in cents { values.append(Double(series[d]) / 100) }
    }
    return try OutcomeMatrix(
      values: values, settings: trials.count, names: trials.map { "trial \($0)" }, source: source)
  }

  /// The score that is a study's objective; `nil` for several, or one that isn't the sessions' mean or Sharpe ratio.
  static func score(of objectives: [SearchObjective]) -> ColumnScore? {
    switch objectives {
    case [.init(metric: .net)], [.init(metric: .mean)]: .mean
    case [.init(metric: .sharpe)]: .sharpe
    default: nil
    }
  }

  /// Trials worked out together.
  private static let block = 1_024

  /// What a store tells of a trial: its net, and its results a session where it keeps them.
  private typealias Known = (net: Int64, daily: [Int64]?)

  private static func stored(
    _ trials: [Int], _ store: RunStore
  ) throws -> (known: [Int: Known], without: Set<Int>) {
    var known: [Int: Known] = [:]
    var without: Set<Int> = []
    for trial in trials {
      guard let record = try store.trial(index: trial) else { continue }
      if let net = record.netCents {
        known[trial] = (net, record.dailyCents)
      } else {
        without.insert(trial)
      }
    }
    return (known, without)
  }

  /// At most `limit` of some numbers, each set of that size as likely as any other (Floyd's way), ascending.
  static func draw(_ numbers: RangeSet<Int>, limit: Int, seed: UInt64) -> [Int] {
    let count = numbers.ranges.reduce(0) { $0 + $1.count }
    guard count > limit else { return numbers.ranges.flatMap { Array($0) } }
    var random = Philox(seed: seed)
    var places: Set<Int> = []
    for top in count - limit..<count {
      let place = random.integer(below: top + 1)
      places.insert(places.contains(place) ? top : place)
    }
    var drawn: [Int] = []
    var before = 0
    let sorted = places.sorted()
    var next = sorted.startIndex
    for range in numbers.ranges {
      while next < sorted.endIndex, sorted[next] < before + range.count {
        drawn.append(range.lowerBound + sorted[next] - before)
        next += 1
      }
      before += range.count
    }
    return drawn
  }
}
