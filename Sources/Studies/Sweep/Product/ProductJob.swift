import Backtesting
import Kernels
import MarketData
import Statistics
import Strategies

/// A piece of a grid that fits in memory: some condor settings against some hedge settings. Builds their outcome
/// matrices in one pass over the sessions.
struct ProductJob: Sendable {
  let space: ProductSpace
  /// Condor settings, ascending.
  let condors: Range<Int>
  /// Hedge settings, ascending.
  let hedges: Range<Int>
  let ofMarket: SpaceHedges
  let context: MarketContext
  let period: ClosedRange<Int>
  let axis: PeriodAxis
  let years: [String]

  /// What each number of the space is in the plan.
  private struct Numbers {
    var plan = CompiledPlan()
    var rows: [Int] = []
    var specs: [Int?] = []
  }

  /// Rows of one book with the groups of columns that they are scored against.
  struct Book: Sendable {
    let scorers: [PairScorer]
    /// By scorer: the distinct rows, with what its sessions leave of them.
    let rows: [[CondorRow]]
    /// Condor settings of the job in this book, and the row of each within `rows`.
    let members: [(condor: Int, row: Int)]
  }

  /// What became of building the matrices.
  enum Built {
    case books([Book])
    case cancelled
    /// Some hedge earns more than 32 bits of cents: no matrix holds it.
    case tooLarge
  }

  /// The matrices of every book, in the order of the first condor setting of each.
  func build(
    threads: Int, isCancelled: @Sendable () -> Bool, clock: inout SweepPhases, distinct: inout DistinctCounts
  ) -> Built {
    var numbers = Numbers()
    for a in condors { numbers.rows.append(numbers.plan.addRow(space.condors[a])) }
    for b in hedges {
      let hedge = space.hedges[b]
      numbers.specs.append(numbers.plan.addSpec(hedge.layers, vxPathSeed: hedge.vxPathSeed))
    }
    let plan = numbers.plan
    let days = clock.time(\.tables, \.paths) {
      let days = Scheduler.map(
        count: period.count - 1, threads: threads, chunk: 8, isCancelled: isCancelled,
        worker: { CompiledDay(context, plan: plan) }
      ) { day, d -> (outcome: DayOutcome, condors: Int, seconds: WorkerSeconds) in
        let all = Stopwatch()
        let before = day.pricing.seconds
        let outcome = all.time {
          day.move(to: period.lowerBound + d)
          return day.outcome()
        }
        return (
          outcome, day.condorCount, WorkerSeconds(part: day.pricing.seconds - before, all: all.seconds)
        )
      }
      return (days, WorkerSeconds(days.compactMap { $0?.seconds }))
    }
    guard days.allSatisfy({ $0 != nil }) else { return .cancelled }
    let outcomes = days.compactMap { $0?.outcome }
    distinct.condors = max(distinct.condors, days.reduce(0) { max($0, $1?.condors ?? 0) })
    if outcomes.contains(where: \.isCut) { return .tooLarge }
    return clock.time(\.outcomes) {
      var order: [Int] = []
      for row in numbers.rows {
        let book = plan.book(ofRow: row)
        if !order.contains(book) { order.append(book) }
      }
      let (rows, specs) = (numbers.rows, numbers.specs)
      let made = Scheduler.map(count: order.count, threads: threads) { [order] k in
        make(order[k], rows, specs, plan, outcomes, threads: order.count < threads ? threads : 1)
      }
      let books = made.compactMap { $0 ?? nil }
      for book in books {
        distinct.hedges = max(distinct.hedges, book.scorers.reduce(0) { $0 + $1.group.count })
      }
      return books.count == order.count ? .books(books) : .tooLarge
    }
  }

  // MARK: One book

  private func make(
    _ book: Int, _ rowOf: [Int], _ specOf: [Int?], _ plan: CompiledPlan, _ days: [DayOutcome], threads: Int
  ) -> Book? {
    var rowNumbers: [Int] = []
    var position: [Int: Int] = [:]
    var members: [(condor: Int, row: Int)] = []
    for (k, row) in rowOf.enumerated() where plan.book(ofRow: row) == book {
      if position[row] == nil {
        position[row] = rowNumbers.count
        rowNumbers.append(row)
      }
      members.append((condors.lowerBound + k, position[row] ?? 0))
    }
    let active = days.indices.filter { d in
      rowNumbers.contains { days[d].records[$0].code == .traded }
    }
    guard let groups = groups(book, specOf, plan, days, active: active) else { return nil }
    let widths = Set(rowNumbers.map { plan.width(ofRow: $0) })
    let scorers = Scheduler.map(count: groups.count, threads: threads) { g in
      PairScorer(groups[g], widths: widths, sessions: period.count, years: years.count, slope: axis.slope)
    }.compactMap { $0 }
    let rows = groups.map { [rowNumbers] group in
      Scheduler.map(count: rowNumbers.count, threads: threads) { r in
        row(rowNumbers[r], group, plan, days)
      }.compactMap { $0 }
    }
    return Book(scorers: scorers, rows: rows, members: members)
  }

  /// A row's records with the sessions that a group can't tell replaced, and margin applied.
  private func row(_ number: Int, _ group: HedgeGroup, _ plan: CompiledPlan, _ days: [DayOutcome])
    -> CondorRow
  {
    var records = days.map { $0.records[number] }
    records.append(SessionRecord(code: .periodEnds))
    for d in group.codes.indices {
      if let code = group.codes[d], records[d].code == .traded { records[d] = SessionRecord(code: code) }
    }
    Backtester.applyMargin(
      &records, accountCents: plan.account(ofRow: number), width: plan.width(ofRow: number),
      hedge: group.margin ?? .none)
    return CondorRow(
      row: number, records: records, slots: group.slots, yearOfSlot: group.yearOfSlot, moves: group.moves,
      years: years.count, width: plan.width(ofRow: number), hasStop: plan.hasStop(row: number))
  }

  private struct GroupKey: Hashable {
    let bases: [HedgeSize.Base]
    let codes: [UInt8]
    let hasStanding: Bool
    let margin: HedgeMargin?
  }
  private struct ColumnKey: Hashable {
    let spec: Int?
    let standing: [HedgeLayer]
  }

  private func groups(
    _ book: Int, _ specOf: [Int?], _ plan: CompiledPlan, _ days: [DayOutcome], active: [Int]
  ) -> [HedgeGroup]? {
    let isKnown = days.allSatisfy { $0.codes.isEmpty }
    var codesOf: [Int: [UInt8]] = [:]
    func codes(_ spec: Int?) -> [UInt8] {
      guard let spec, !isKnown else { return [] }
      if let known = codesOf[spec] { return known }
      let made = days.map { $0.codes.isEmpty ? UInt8(0) : $0.codes[book * plan.specCount + spec] }
      let result = made.contains { $0 != 0 } ? made : []
      codesOf[spec] = result
      return result
    }
    var keys: [GroupKey] = []
    var index: [GroupKey: Int] = [:]
    var members: [[(hedge: Int, key: ColumnKey)]] = []
    for (k, spec) in specOf.enumerated() {
      let hedge = hedges.lowerBound + k
      let standing = space.hedges[hedge].layers.filter { $0.horizon == .standing }
      let key = GroupKey(
        bases: spec.map { plan.bases(ofSpec: $0) } ?? [], codes: codes(spec), hasStanding: !standing.isEmpty,
        margin: ofMarket.margins[hedge])
      if index[key] == nil {
        index[key] = keys.count
        keys.append(key)
        members.append([])
      }
      members[index[key] ?? 0].append((hedge, ColumnKey(spec: spec, standing: standing)))
    }
    let made = keys.indices.compactMap { g in group(keys[g], members[g], book, plan, days, active: active) }
    return made.count == keys.count ? made : nil
  }

  private func group(
    _ key: GroupKey, _ members: [(hedge: Int, key: ColumnKey)], _ book: Int, _ plan: CompiledPlan,
    _ days: [DayOutcome], active: [Int]
  ) -> HedgeGroup? {
    var columns: [ColumnKey] = []
    var index: [ColumnKey: Int] = [:]
    let column = members.map { member -> Int in
      if let known = index[member.key] { return known }
      index[member.key] = columns.count
      columns.append(member.key)
      return columns.count - 1
    }
    // With standing layers every session is a slot; entry session −1 realises in the first.
    let entries = key.hasStanding ? Array(-1..<(period.count - 1)) : active
    let n = entries.count
    let yearOf = axis.years.map { year in years.firstIndex(of: year) ?? 0 }
    let width = plan.centsWidth
    let offsets = columns.map { column in column.spec.map { book * width + plan.centsOffset(ofSpec: $0) } ?? 0
    }
    let cents = key.bases.indices.map { k -> [Int32] in
      var made: [Int32] = []
      made.reserveCapacity(columns.count * n)
      for entry in entries {
        guard entry >= 0, !days[entry].cents.isEmpty else {
          made.append(contentsOf: repeatElement(0, count: columns.count))
          continue
        }
        let day = days[entry].cents
        for offset in offsets { made.append(day[offset + k]) }
      }
      return made
    }
    var standing: [Int32] = []
    if key.hasStanding {
      var byColumn: [[Int64]] = []
      for column in columns {
        let net = ofMarket.net(column.standing, costs: plan.costs(ofBook: book))
        guard net.allSatisfy({ Int32(exactly: $0) != nil }) else { return nil }
        byColumn.append(net)
      }
      standing = (0..<n).flatMap { slot in byColumn.map { Int32(truncatingIfNeeded: $0[slot]) } }
    }
    let tails = [500, 100].map { TailMean.count(sessions: period.count, perTenThousand: $0) }
    return HedgeGroup(
      members: members.map(\.hedge), column: column, count: columns.count, bases: key.bases,
      codes: key.codes.isEmpty ? [] : key.codes.map { $0 == 0 ? nil : OutcomeCode.allCases[Int($0) - 1] },
      margin: key.margin, slots: entries.map { Int32($0) }, hasStanding: key.hasStanding,
      axis: ScoreAxis(sessions: period.count, days: entries.map { Int32($0 + 1) }, tails: tails),
      yearOfSlot: entries.map { yearOf[$0 + 1] }, years: years.count,
      moves: entries.map { axis.indexMoves[$0 + 1] }, cents: cents, standing: standing)
  }
}

/// What is distinct in a sweep, at most at a time.
struct DistinctCounts: Sendable {
  /// Condors of one session.
  var condors = 0
  /// Hedge rows of one book.
  var hedges = 0
}

/// Seconds that workers spent, all together and on one part of their work.
struct WorkerSeconds: Sendable {
  let part: Double
  let all: Double

  init(part: Double, all: Double) {
    self.part = part
    self.all = all
  }
  /// Of all workers.
  init(_ list: [WorkerSeconds]) {
    part = list.reduce(0) { $0 + $1.part }
    all = list.reduce(0) { $0 + $1.all }
  }
}

/// Wall-clock seconds of a sweep's phases.
public struct SweepPhases: Sendable, Codable, Hashable {
  /// Opening the history and the space.
  public var load = 0.0
  /// Pricing: marks of chains and condors, minute by minute. Of what workers do together, by their share of time.
  public var paths = 0.0
  /// First-passage tables, and the outcome of every row and hedge of every session.
  public var tables = 0.0
  /// Outcome matrices: rows with margin, columns packed.
  public var outcomes = 0.0
  /// Sums of all pairs by matrix products.
  public var screen = 0.0
  /// Path figures in lanes, and rows made for the store.
  public var scorecard = 0.0
  /// Waiting for the store.
  public var store = 0.0

  /// Times what workers do, of which some is another phase; `body` returns their seconds of that, and of all, too.
  mutating func time<T>(
    _ phase: WritableKeyPath<SweepPhases, Double>, _ other: WritableKeyPath<SweepPhases, Double>,
    _ body: () throws -> (T, WorkerSeconds)
  ) rethrows -> T {
    let clock = ContinuousClock()
    let start = clock.now
    let (result, spent) = try body()
    let share = spent.all > 0 ? spent.part / spent.all : 0
    let seconds = (clock.now - start) / .seconds(1)
    self[keyPath: phase] += seconds * (1 - share)
    self[keyPath: other] += seconds * share
    return result
  }

  mutating func time<T>(_ phase: WritableKeyPath<SweepPhases, Double>, _ body: () throws -> T) rethrows -> T {
    let clock = ContinuousClock()
    let start = clock.now
    defer { self[keyPath: phase] += (clock.now - start) / .seconds(1) }
    return try body()
  }
}
