import Backtesting
import Kernels
import MarketData
import Statistics
import Strategies

/// What became of one configuration.
struct ScoredConfiguration: Sendable {
  /// Its figures, as they were made.
  let content: KeptTrials.Content
  /// What it shares with others; its number is 0.
  let setting: SettingFacts
  /// Its sessions, where they were asked for.
  let book: SessionBook?
  /// Those of the figures on demand that were asked for and are defined.
  let onDemand: [Metric: Double]

  /// What was made of a configuration, with what was asked for besides.
  init(
    content: KeptTrials.Content, setting: SettingFacts, onDemand metrics: [Metric], withBook: Bool,
    book: () -> SessionBook
  ) {
    self.content = content
    self.setting = setting
    let book = withBook || !metrics.isEmpty ? book() : nil
    let values = book?.values(metrics) ?? []
    onDemand = Dictionary(
      zip(metrics, values).compactMap { metric, value in value.map { (metric, $0) } },
      uniquingKeysWith: { $1 })
    self.book = withBook ? book : nil
  }

  /// A configuration that went through session by session.
  init(_ evaluation: Evaluation, _ onDemand: [Metric], withBook: Bool) {
    self.init(
      content: .figures(evaluation.figures), setting: .figures(evaluation.figures), onDemand: onDemand,
      withBook: withBook, book: { evaluation.book })
  }

  /// What a setting's record is made of.
  enum SettingFacts: Sendable {
    case facts(CondorFacts)
    case figures(Figures)
  }

  /// The figure of a metric, `nil` where it isn't defined; on demand one that was asked for.
  func value(_ metric: Metric, sessions: Int) -> Double? {
    guard metric.isStreamed else { return onDemand[metric] }
    return switch (content, setting) {
    case (.pair(let figures, _), .facts(let facts)):
      figures.value(metric, facts: facts, sessions: sessions)
    case (.figures(let figures), _), (_, .figures(let figures)): metric.value(of: figures)
    }
  }
  /// Entries that sold.
  var trades: Int {
    switch setting {
    case .facts(let facts): facts.trades
    case .figures(let figures): figures.trades
    }
  }
}

/// Evaluates configurations in any combination, generation after generation: each distinct condor and each distinct hedge
/// is worked out once and remembered, a pair costs its scorecard. Results are those of ``Evaluator``, to the bit.
struct CandidateEvaluator {
  let market: Market
  let period: ClosedRange<Int>
  let axis: PeriodAxis
  let threads: Int
  private(set) var memo: CandidateMemo
  private var tables: CandidateTables
  /// Seconds spent on new rows and columns, and on scoring.
  private(set) var buildSeconds = 0.0
  var scoreSeconds = 0.0
  /// Distinct rows and columns worked out so far, and configurations that took the general path.
  private(set) var builtRows = 0
  private(set) var builtColumns = 0
  var generalPath = 0

  var context: MarketContext
  private let years: [String]
  private let yearOfSlot: [Int]
  private let scoreAxis: ScoreAxis

  /// - Parameter memoryBytes: what may be remembered.
  init(market: Market, period: ClosedRange<Int>, threads: Int, memoryBytes: Int) {
    self.market = market
    self.period = period
    self.threads = threads
    memo = CandidateMemo(limit: memoryBytes)
    tables = CandidateTables(period: period, threads: threads)
    context = market.context(for: [])
    let axis = PeriodAxis(market.history, period: period)
    self.axis = axis
    let years = TrialLayout(axis).years
    self.years = years
    yearOfSlot = axis.years.map { year in years.firstIndex(of: year) ?? 0 }
    let tails = [500, 100].map { TailMean.count(sessions: period.count, perTenThousand: $0) }
    // slot s is the entry session s − 1, realised in session s: every session is one, for standing books
    scoreAxis = ScoreAxis(sessions: period.count, days: (0..<Int32(period.count)).map { $0 }, tails: tails)
  }

  /// Refuses a strategy whose rules look at what the history lacks.
  mutating func requireSignals(of strategy: Strategy) throws {
    context = context.including([strategy])
    try context.requireSignals(of: [strategy])
  }

  /// The numbers by which ``evaluate(_:onDemand:withBooks:isCancelled:)`` knows a strategy.
  mutating func numbers(of strategy: Strategy) -> (condor: Int, hedge: Int) { memo.numbers(of: strategy) }

  /// Results in the order of the list; `nil` if cancelled.
  ///
  /// - Parameters:
  ///   - onDemand: figures to be worked out besides those that are streamed.
  ///   - withBooks: whether each result keeps its sessions.
  /// - Complexity: O(new condors × sessions + new hedges × books × sessions + pairs × sessions), and that of
  ///   ``SessionBook/values(_:)``.
  mutating func evaluate(
    _ pairs: [(condor: Int, hedge: Int)], onDemand: [Metric] = [], withBooks: Bool = false,
    isCancelled: @Sendable () -> Bool = { false }
  ) -> [ScoredConfiguration]? {
    memo.advance()
    let building = Stopwatch()
    guard building.time({ build(pairs, isCancelled: isCancelled) }) else { return nil }
    buildSeconds += building.seconds
    let scoring = Stopwatch()
    defer { scoreSeconds += scoring.seconds }
    return scoring.time { score(pairs, onDemand, withBooks, isCancelled: isCancelled) }
  }

  // MARK: Rows and columns

  func isGeneral(_ pair: (condor: Int, hedge: Int)) -> Bool {
    memo.condors[pair.condor].hasCoupledCondor || memo.hedges[pair.hedge].isCoupled
  }

  /// Works out condors and hedges before they are asked for: all of them in one pass cost less than a few at a time.
  ///
  /// - Returns: whether it wasn't cancelled.
  mutating func prepare(condors: [Int], hedges: [Int], isCancelled: @Sendable () -> Bool) -> Bool {
    let own = condors.filter { !memo.condors[$0].hasCoupledCondor }
    let books = Set(own.map { memo.bookOf[$0] }).sorted()
    let places = hedges.filter { !memo.hedges[$0].isCoupled }.flatMap { hedge in
      books.map { CandidateMemo.Place(hedge: hedge, book: $0) }
    }
    let building = Stopwatch()
    defer { buildSeconds += building.seconds }
    return building.time {
      build(
        own.filter { memo.records($0) == nil }, places.filter { memo.column($0) == nil },
        isCancelled: isCancelled)
    }
  }

  /// Works out what is missing of some pairs.
  private mutating func build(_ pairs: [(condor: Int, hedge: Int)], isCancelled: @Sendable () -> Bool) -> Bool
  {
    var condors: [Int] = []
    var places: [CandidateMemo.Place] = []
    var (seenCondors, seenPlaces): (Set<Int>, Set<CandidateMemo.Place>) = ([], [])
    for pair in pairs where !isGeneral(pair) {
      if seenCondors.insert(pair.condor).inserted, memo.records(pair.condor) == nil {
        condors.append(pair.condor)
      }
      let place = CandidateMemo.Place(hedge: pair.hedge, book: memo.bookOf[pair.condor])
      if seenPlaces.insert(place).inserted, memo.column(place) == nil { places.append(place) }
    }
    return build(condors, places, isCancelled: isCancelled)
  }

  /// Works out some condors and some hedges, in one pass over the sessions.
  private mutating func build(
    _ condors: [Int], _ places: [CandidateMemo.Place], isCancelled: @Sendable () -> Bool
  ) -> Bool {
    guard !condors.isEmpty || !places.isEmpty else { return true }
    context = context.including(places.map { memo.strategy(condor: 0, hedge: $0.hedge) })
    guard
      let made = tables.build(condors, places, memo: memo, context: context, isCancelled: isCancelled)
    else { return false }
    for (condor, records) in zip(condors, made.records) { memo.keep(records, of: condor) }
    for (place, column) in zip(places, made.columns) { memo.keep(column, at: place) }
    tables.trim(to: memo.limit - memo.bytes)
    builtRows += condors.count
    builtColumns += places.count
    return true
  }

  /// A condor over all slots: sessions that its hedge can't tell left out, margin applied.
  private func row(_ key: CandidateMemo.RowKey, _ records: [SessionRecord]) -> CondorRow {
    let condor = memo.condors[key.condor]
    var records = records
    for (slot, code) in key.codes.enumerated() where code != 0 {
      records[slot - 1] = SessionRecord(code: OutcomeCode.allCases[Int(code) - 1])
    }
    records.append(SessionRecord(code: .periodEnds))
    Backtester.applyMargin(
      &records, accountCents: condor.accountCents, width: condor.condor.width, hedge: key.margin ?? .none)
    return CondorRow(
      row: key.condor, records: records, slots: (0..<period.count).map { Int32($0 - 1) },
      yearOfSlot: yearOfSlot, moves: axis.indexMoves, years: years.count, width: condor.condor.width,
      hasStop: condor.exit.stop != .none, keepsMargin: true)
  }

  // MARK: Scores

  /// Hedges that are scored together against one condor: the same bases, standing or not.
  private struct Block: Sendable {
    let row: CondorRow
    let accountCents: Int64
    let bases: [HedgeSize.Base]
    let hasStanding: Bool
    var columns: [CandidateMemo.Column] = []
    /// Positions in the list, a column each.
    var places: [Int] = []
  }
  private struct BlockKey: Hashable {
    let row: CandidateMemo.RowKey
    let bases: [HedgeSize.Base]
    let hasStanding: Bool
  }

  private mutating func score(
    _ pairs: [(condor: Int, hedge: Int)], _ onDemand: [Metric], _ withBooks: Bool,
    isCancelled: @Sendable () -> Bool
  ) -> [ScoredConfiguration]? {
    var blocks: [Block] = []
    var index: [BlockKey: Int] = [:]
    var general: [Int] = []
    for (k, pair) in pairs.enumerated() {
      let place = CandidateMemo.Place(hedge: pair.hedge, book: memo.bookOf[pair.condor])
      guard !isGeneral(pair), let records = memo.records(pair.condor), let column = memo.column(place),
        !column.isCut
      else {
        general.append(k)
        continue
      }
      let condor = memo.condors[pair.condor]
      let binds = column.margin.mayRefuse(width: condor.condor.width, accountCents: condor.accountCents)
      let own = CandidateMemo.RowKey(
        condor: pair.condor, codes: Self.untold(records, column), margin: binds ? column.margin : nil)
      let row: CondorRow
      if let known = memo.row(own) {
        row = known
      } else {
        row = self.row(own, records)
        memo.keep(row, at: own)
      }
      let key = BlockKey(row: own, bases: column.bases, hasStanding: !column.standing.isEmpty)
      if index[key] == nil {
        index[key] = blocks.count
        blocks.append(
          Block(
            row: row, accountCents: condor.accountCents, bases: key.bases,
            hasStanding: key.hasStanding))
      }
      blocks[index[key] ?? 0].columns.append(column)
      blocks[index[key] ?? 0].places.append(k)
    }
    let (list, sessions) = (blocks, period.count)
    let scored = Scheduler.map(
      count: list.count, threads: threads, chunk: 4, isCancelled: isCancelled,
      worker: { ScorecardWorkspace(slots: sessions) }
    ) { [self] workspace, b in
      Self.score(
        list[b], group: group(list[b]), axis: axis, years: years.count, workspace: workspace,
        onDemand: onDemand, withBooks: withBooks)
    }
    var results: [ScoredConfiguration?] = Array(repeating: nil, count: pairs.count)
    for (block, made) in zip(list, scored) {
      guard let made else { return nil }
      for (place, result) in zip(block.places, made) { results[place] = result }
    }
    if !general.isEmpty {
      generalPath += general.count
      let strategies = general.map { memo.strategy(condor: pairs[$0].condor, hedge: pairs[$0].hedge) }
      context = context.including(strategies)
      guard
        let made = Evaluator.run(
          strategies, context: context, period: period, threads: threads, isCancelled: isCancelled)
      else { return nil }
      let finished = Scheduler.map(count: made.count, threads: threads) { k in
        ScoredConfiguration(made[k], onDemand, withBook: withBooks)
      }
      for (place, result) in zip(general, finished) { results[place] = result }
    }
    return results.compactMap { $0 }
  }

  /// The codes by which a hedge makes other outcomes of sessions in which the condor is sold; empty for none.
  private static func untold(_ records: [SessionRecord], _ column: CandidateMemo.Column) -> [UInt8] {
    guard !column.codes.isEmpty else { return [] }
    var codes = column.codes
    var isAny = false
    for (d, record) in records.enumerated() where codes[d + 1] != 0 {
      if record.code == .traded { isAny = true } else { codes[d + 1] = 0 }
    }
    return isAny ? codes : []
  }

  private func group(_ block: Block) -> HedgeGroup {
    let (n, count) = (period.count, block.columns.count)
    func matrix(_ values: (CandidateMemo.Column) -> [Int32]) -> [Int32] {
      if count == 1 { return values(block.columns[0]) }
      var made = Array(repeating: Int32(0), count: n * count)
      for (c, column) in block.columns.enumerated() {
        let own = values(column)
        for s in 0..<n { made[s * count + c] = own[s] }
      }
      return made
    }
    return HedgeGroup(
      members: Array(0..<count), column: Array(0..<count), count: count, bases: block.bases, codes: [],
      slots: (0..<n).map { Int32($0 - 1) }, hasStanding: block.hasStanding, axis: scoreAxis,
      yearOfSlot: yearOfSlot, years: years.count, moves: axis.indexMoves,
      cents: block.bases.indices.map { k in matrix { $0.cents[k] } },
      standing: block.hasStanding ? matrix(\.standing) : [])
  }

  private static func score(
    _ block: Block, group: HedgeGroup, axis: PeriodAxis, years: Int, workspace: ScorecardWorkspace,
    onDemand: [Metric], withBooks: Bool
  ) -> [ScoredConfiguration] {
    let row = block.row
    let scorer = PairScorer(
      group, widths: [row.width], sessions: axis.dates.count, years: years, slope: axis.slope)
    let (figures, byYear) = scorer.score([row], workspace: workspace, screening: Stopwatch())
    return figures.indices.map { c in
      ScoredConfiguration(
        content: .pair(figures[c], byYear: Array(byYear[c * years..<(c + 1) * years])),
        setting: .facts(row.facts), onDemand: onDemand, withBook: withBooks,
        book: {
          // every session is a slot
          SessionBook(
            net: scorer.series(row, column: c), condor: row.cents.map(Int64.init),
            margin: row.margin.map(Int64.init), days: axis.days, moves: axis.indexMoves,
            accountCents: block.accountCents, facts: row.facts)
        })
    }
  }
}
