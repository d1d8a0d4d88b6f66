import Backtesting
import Foundation
import Strategies

/// What a sweep would do, told without doing it: counts, memory, and a time estimated from a pilot. The JSON of `wingspan
/// plan`.
public struct SweepPlan: Sendable, Codable {
  /// A searched parameter.
  public struct Axis: Sendable, Codable, Hashable {
    /// Where it stands in the file.
    public let path: String
    /// How many values it has.
    public let values: Int
  }
  /// The space file.
  public let space: String
  /// The metric that the best is told by.
  public let objective: String
  /// Name of the history.
  public let history: String
  /// First session.
  public let from: String
  /// Last session.
  public let to: String
  /// Sessions of the period.
  public let sessions: Int
  /// The searched parameters, in the order of the file.
  public let axes: [Axis]
  /// Configurations of the grid.
  public let configurations: Int
  /// Settings of everything but the hedge.
  public let condorSettings: Int
  /// Settings of the hedge.
  public let hedgeSettings: Int
  /// Configurations with different rules: a layer of size 0, or two spellings of one rule, make no difference.
  public let distinct: Int
  /// Configurations that differ in some session of the pilot: those that picked the same strikes and closed at the same fills, with
  /// hedges that earned the same, are one. An estimate from below for the whole period.
  public let distinctInPilot: Int
  /// Condors with different strikes in one session of the pilot, at most.
  public let distinctCondors: Int
  /// Configurations whose hedge hangs on the condor's fate, or whose size hangs on what both earned before. A grid that
  /// holds any goes through one by one.
  public let generalPath: Int
  /// Bytes of the outcome matrices.
  public let memoryBytes: Int
  /// Pieces, each with a pass over the sessions.
  public let pieces: Int
  /// Bytes of the store, about.
  public let storeBytes: Int
  /// Sessions that the pilot ran.
  public let pilotSessions: Int
  /// Threads that the time is for.
  public let threads: Int
  /// Wall-clock seconds of the sweep, about.
  public let estimatedSeconds: Double

  /// Sessions of the pilot at most.
  private static let pilotLimit = 48
  /// Configurations of the pilot of the general path, and rows of that of the product.
  private static let pilotRows = 64
  /// What a trial costs the store: measured, on the machine that wrote this.
  private static let storeSeconds = 1.3e-6
  private static let storeBytesOfTrial = 260

  /// Plans a sweep. Runs every setting over a few dozen sessions.
  ///
  /// - Complexity: O(condor settings + hedge settings) sessions of the pilot.
  public init(_ sweep: Sweep, threads: Int) {
    let product = sweep.product
    let period = sweep.period
    let market = sweep.market
    let parts = product.condors + product.hedges.indices.map { product.strategy(condor: 0, hedge: $0) }
    let context = market.context(for: parts)
    space = sweep.space.document.file
    objective = sweep.space.objective.rawValue
    history = market.history.name
    from = market.history.sessions[period.lowerBound].date.description
    to = market.history.sessions[period.upperBound].date.description
    sessions = period.count
    axes = sweep.space.planAxes
    configurations = product.count
    condorSettings = product.condors.count
    hedgeSettings = product.hedges.count
    self.threads = threads
    storeBytes =
      (Self.storeBytesOfTrial + 8 * sweep.layout.onDemand.count) * min(configurations, sweep.keep ?? .max)

    var plan = CompiledPlan()
    let rows = product.condors.map { plan.addRow($0) }
    let specs = product.hedges.map { plan.addSpec($0.layers, vxPathSeed: $0.vxPathSeed) }
    let coupled = product.coupledCount
    generalPath = coupled
    let hedgeKeys = zip(product.hedges, specs).map { hedge, spec in
      HedgeKey(
        spec: spec, standing: hedge.layers.filter { $0.horizon == .standing },
        ties: hedge.isCoupled ? hedge.ties : HedgeTies())
    }
    let rowKeys = Set(zip(rows, product.condors).map { RowKey(row: $0, sizing: $1.sizing) })
    distinct = rowKeys.count * Set(hedgeKeys).count

    let runner = ProductSweep(
      sweep: sweep, space: product, context: context, layout: sweep.layout,
      threads: threads)
    let axis = PeriodAxis(context.history, period: period)
    let (perRow, perHedge) = runner.memory
    memoryBytes = perRow * product.condors.count + perHedge * product.hedges.count
    pieces = runner.jobs(sweep.memoryBytes, axis).count

    // every n-th session, so that quiet and wild times are in it
    let count = min(Self.pilotLimit, max(0, period.count - 1))
    let sampled = (0..<count).map { period.lowerBound + $0 * (period.count - 1) / max(1, count) }
    pilotSessions = count
    let fixed = plan
    let start = ContinuousClock.now
    let days = Scheduler.map(
      count: count, threads: threads, worker: { CompiledDay(context, plan: fixed) }
    ) { day, k -> (outcome: DayOutcome, condors: Int) in
      day.move(to: sampled[k])
      let outcome = day.outcome()
      return (outcome, day.condorCount)
    }.compactMap { $0 }
    let daySeconds = (ContinuousClock.now - start) / .seconds(1) / Double(max(1, count))
    distinctCondors = days.map(\.condors).max() ?? 0
    let outcomes = days.map(\.outcome)
    let differentRows = Set(
      rowKeys.map { key in RowResults(records: outcomes.map { $0.records[key.row] }, sizing: key.sizing) }
    ).count
    let differentHedges = Set(Set(hedgeKeys).map { key in Self.results(key, outcomes, plan) }).count
    distinctInPilot = differentRows * differentHedges

    let pairSeconds =
      coupled > 0
      ? Self.generalSeconds(sweep, context: context, threads: threads)
      : Self.pairSeconds(runner, axis, threads: threads)
    estimatedSeconds =
      daySeconds * Double(period.count) * Double(coupled > 0 ? 0 : pieces) + pairSeconds
      + Double(min(configurations, sweep.keep ?? .max)) * Self.storeSeconds / Double(threads)
  }

  /// What makes two condor settings one.
  private struct RowKey: Hashable {
    let row: Int
    let sizing: Sizing
  }
  private struct RowResults: Hashable {
    let records: [SessionRecord]
    let sizing: Sizing
  }
  /// What makes two hedges one.
  private struct HedgeKey: Hashable {
    let spec: Int?
    let standing: [HedgeLayer]
    let ties: HedgeTies
  }
  private struct HedgeResults: Hashable {
    let standing: [HedgeLayer]
    let ties: HedgeTies
    /// Of layers that look at the condor, which the pilot can't tell apart.
    let spec: Int?
    let cents: [Int32]
    let codes: [UInt8]
  }

  /// What a hedge earned in the pilot, in all books.
  private static func results(_ key: HedgeKey, _ days: [DayOutcome], _ plan: CompiledPlan) -> HedgeResults {
    var (cents, codes): ([Int32], [UInt8]) = ([], [])
    if let spec = key.spec {
      let width = plan.bases(ofSpec: spec).count
      for day in days where !day.cents.isEmpty {
        for book in 0..<plan.bookCount {
          let at = book * plan.centsWidth + plan.centsOffset(ofSpec: spec)
          cents += day.cents[at..<at + width]
          if !day.codes.isEmpty { codes.append(day.codes[book * plan.specCount + spec]) }
        }
      }
      // what never earned anything and was always known is as good as no hedge
      if cents.allSatisfy({ $0 == 0 }), codes.allSatisfy({ $0 == 0 }) { (cents, codes) = ([], []) }
    }
    return HedgeResults(
      standing: key.standing, ties: key.ties, spec: key.spec.flatMap { plan.seesCondor(spec: $0) ? $0 : nil },
      cents: cents, codes: codes)
  }

  /// Wall-clock seconds of scoring all pairs, from two tiles over different numbers of sessions.
  private static func pairSeconds(_ runner: ProductSweep, _ axis: PeriodAxis, threads: Int) -> Double {
    let period = runner.sweep.period
    let rows = min(pilotRows, runner.space.condors.count)
    let columns = min(1_024, runner.space.hedges.count)
    func seconds(_ sessions: Int) -> Double? {
      let last = max(period.lowerBound, period.upperBound - sessions)...period.upperBound
      let axis = PeriodAxis(runner.context.history, period: last)
      let layout = TrialLayout(axis)
      let job = ProductJob(
        space: runner.space, condors: 0..<rows, hedges: 0..<columns,
        ofMarket: SpaceHedges(
          runner.space, context: runner.context, period: last, threads: threads), context: runner.context,
        period: last,
        axis: axis, years: layout.years)
      var phases = SweepPhases()
      var counts = DistinctCounts()
      guard
        case .books(let books) = job.build(
          threads: threads, isCancelled: { false }, clock: &phases, distinct: &counts)
      else { return nil }
      let placed = PlacedBooks(books: books, job: job)
      let first = (0..<rows).filter { placed.bookOf[$0].book == placed.bookOf[0].book }
      // the better of two: the first one meets cold memory
      let runs = (0..<2).map { _ -> Double in
        let watch = Stopwatch()
        let objective = runner.sweep.space.objective
        if runner.sweep.keep != nil {
          var cut = ScreeningCut(limit: 1)
          _ = watch.time {
            cut.screen(
              [first], of: placed, by: runner.sweep, threads: 1, phases: &phases, isCancelled: { false })
          }
        } else {
          _ = watch.time {
            ProductTile(first, of: placed, layout: layout, objective: objective, screening: Stopwatch())
          }
        }
        return watch.seconds
      }
      return (runs.min() ?? 0) / Double(first.count * columns)
    }
    let (few, many) = (64, 256)
    guard let short = seconds(few), let long = seconds(many) else { return 0 }
    let perSession = max(0, (long - short) / Double(many - few))
    let once = max(0, short - perSession * Double(few))
    return (once + perSession * Double(period.count)) * Double(runner.space.count) / Double(threads)
  }

  /// Wall-clock seconds of a list that goes through one by one.
  private static func generalSeconds(_ sweep: Sweep, context: MarketContext, threads: Int) -> Double {
    let period = sweep.period
    let last = max(period.lowerBound, period.upperBound - pilotLimit)...period.upperBound
    let count = min(sweep.product.count, 4 * pilotRows)
    let strategies = (0..<count).compactMap { k in
      sweep.product.settings(of: k * sweep.product.count / count).map {
        sweep.product.strategy(condor: $0.condor, hedge: $0.hedge)
      }
    }
    let watch = Stopwatch()
    _ = watch.time { Evaluator.run(strategies, context: context, period: last, threads: threads) }
    let perDay = watch.seconds / Double(max(1, strategies.count) * last.count)
    return perDay * Double(sweep.product.count) * Double(period.count)
  }
}

extension SweepSpace {
  /// The searched parameters with how many values each has, 0 for reals.
  public var planAxes: [SweepPlan.Axis] {
    guard let grid else {
      return tree.parameters.map { SweepPlan.Axis(path: $0.path, values: $0.count ?? 0) }
    }
    return grid.axes.map { SweepPlan.Axis(path: $0.path, values: $0.values.count) }
  }
}
