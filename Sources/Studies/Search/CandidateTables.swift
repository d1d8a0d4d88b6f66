import Backtesting
import MarketData
import Strategies

/// Works out condors and hedges over the sessions of a period. What was priced for some is kept for those that come later:
/// a session's surfaces, the condors sold on them, the paths of its hedges. Results don't depend on that.
struct CandidateTables {
  let period: ClosedRange<Int>
  let threads: Int
  /// Everything asked since the tables were last forgotten.
  private var plan = CompiledPlan()
  /// By entry session of the period.
  private var sessions: [SessionTables?]
  /// Roughly what the tables take, bytes.
  private(set) var bytes = 0

  init(period: ClosedRange<Int>, threads: Int) {
    self.period = period
    self.threads = threads
    sessions = Array(repeating: nil, count: period.count - 1)
  }

  /// Forgets everything if it takes more than `limit` bytes.
  mutating func trim(to limit: Int) {
    guard bytes > limit else { return }
    self = CandidateTables(period: period, threads: threads)
  }

  /// One session's part.
  private struct Day: Sendable {
    let tables: SessionTables
    let bytes: Int
    let records: [SessionRecord]
    let places: [CompiledDay.PlaceOutcome]
  }

  /// The records of some condors, without margin, one an entry session; and some hedges, each in its book; `nil` if
  /// cancelled.
  ///
  /// - Complexity: O(sessions × (new surfaces × strikes + new condors sold × minutes + condors + places)).
  mutating func build(
    _ condors: [Int], _ places: [CandidateMemo.Place], memo: CandidateMemo, context: MarketContext,
    isCancelled: @Sendable () -> Bool
  ) -> (records: [[SessionRecord]], columns: [CandidateMemo.Column])? {
    let rows = condors.map { plan.addRow(memo.condors[$0]) }
    let asked = places.map { place in
      CompiledDay.Place(
        book: plan.addBook(memo.condors[memo.condorOf(book: place.book)]),
        spec: plan.addSpec(memo.hedges[place.hedge].layers, vxPathSeed: memo.hedges[place.hedge].vxPathSeed))
    }
    // neighbours share sales and books
    let order = rows.indices.sorted { (plan.sale(ofRow: rows[$0]), $0) < (plan.sale(ofRow: rows[$1]), $1) }
    let placeOrder = asked.indices.filter { asked[$0].spec != nil }.sorted {
      (asked[$0].book, $0) < (asked[$1].book, $1)
    }
    let (sortedRows, sortedPlaces) = (order.map { rows[$0] }, placeOrder.map { asked[$0] })

    let (fixed, known, first) = (plan, sessions, period.lowerBound)
    let made = Scheduler.map(
      count: known.count, threads: threads, chunk: 8, isCancelled: isCancelled,
      worker: { CompiledDay(context, plan: fixed) }
    ) { day, d -> Day in
      let tables = day.move(to: first + d, resuming: known[d])
      let records = day.records(ofRows: sortedRows)
      let places = day.outcomes(ofPlaces: sortedPlaces)
      return Day(tables: tables, bytes: tables.bytes, records: records, places: places)
    }
    let days = made.compactMap { $0 }
    guard days.count == made.count else { return nil }
    sessions = days.map(\.tables)
    bytes = days.reduce(0) { $0 + $1.bytes }

    var records: [[SessionRecord]] = Array(repeating: [], count: rows.count)
    for (k, place) in order.enumerated() { records[place] = days.map { $0.records[k] } }
    var outcomes: [[CompiledDay.PlaceOutcome]] = Array(repeating: [], count: places.count)
    for (k, place) in placeOrder.enumerated() { outcomes[place] = days.map { $0.places[k] } }
    let ready = outcomes
    let columns = Scheduler.map(count: places.count, threads: threads) { [period] k in
      Self.column(
        memo.hedges[places[k].hedge], asked[k], ready[k], plan: fixed, context: context, period: period)
    }
    return (records, columns.compactMap { $0 })
  }

  private static func column(
    _ hedge: ProductSpace.Hedge, _ place: CompiledDay.Place, _ days: [CompiledDay.PlaceOutcome],
    plan: CompiledPlan, context: MarketContext, period: ClosedRange<Int>
  ) -> CandidateMemo.Column {
    let bases = place.spec.map { plan.bases(ofSpec: $0) } ?? []
    var isCut = days.contains { $0.isCut }
    let cents = bases.indices.map { k in [0] + days.map { $0.cents[k] } }
    var codes: [UInt8] = []
    if days.contains(where: { $0.code != 0 }) { codes = [0] + days.map(\.code) }
    var standing: [Int32] = []
    let strategy = Strategy(
      name: "", condor: CondorRule(strikes: StrikeRule(target: .credit(units: 1))), hedge: hedge.layers,
      costs: plan.costs(ofBook: place.book))
    let book = StandingBook(strategy, context: context, range: period)
    if !book.layers.isEmpty {
      isCut = isCut || !book.netCents.allSatisfy { Int32(exactly: $0) != nil }
      standing = book.netCents.map { Int32(truncatingIfNeeded: $0) }
    }
    return CandidateMemo.Column(
      bases: bases, cents: cents, codes: codes, standing: standing,
      margin: HedgeMargin(strategy, standing: book, context: context, range: period), isCut: isCut)
  }
}
