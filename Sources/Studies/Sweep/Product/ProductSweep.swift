import Backtesting
import Kernels
import Pricing
import RunStore
import Strategies

/// Runs a grid as a product: the outcome matrices of condors and hedges once, then every pair.
struct ProductSweep {
  let sweep: Sweep
  let space: ProductSpace
  let context: MarketContext
  let layout: TrialLayout
  private let ofMarket: SpaceHedges

  init(
    sweep: Sweep, space: ProductSpace, context: MarketContext, layout: TrialLayout, threads: Int
  ) {
    self.sweep = sweep
    self.space = space
    self.context = context
    self.layout = layout
    ofMarket = SpaceHedges(space, context: context, period: sweep.period, threads: threads)
  }

  /// Condor settings scored together against all hedges: few enough to share the work out evenly and to lose little when
  /// stopped, and many where there are few hedges.
  private static func rowsOfTile(hedges: Int) -> Int { min(max(65_536 / max(1, hedges), 64), 256) }
  /// Tiles a thread between two visits to the store.
  private static let tilesOfThread = 2

  /// How it ended.
  enum Ending {
    case finished
    case cancelled
    /// No matrix holds the numbers; nothing was stored.
    case tooLarge
  }

  /// Scores the grid and stores it tile by tile, in the order of the condor settings.
  ///
  /// - Parameters:
  ///   - picks: takes the best, besides those that it knows.
  ///   - report: called with the configurations finished.
  ///   - keeping: called with how many of those kept are stored, and of how many.
  func run(
    threads: Int, memoryBytes: Int, store: RunStore?, summary: inout SweepSummary,
    picks: inout ProductPicks, isCancelled: @escaping @Sendable () -> Bool, report: (Int) -> Void,
    during: @Sendable (Int) -> Void,
    keeping: ((stored: Int, of: Int)) -> Void
  ) throws -> Ending {
    var phases = SweepPhases()
    var distinct = DistinctCounts()
    defer {
      summary.phases = phases
      summary.distinctCondors = distinct.condors
      summary.distinctHedges = distinct.hedges
    }
    let writer = store.map(TrialWriter.init)
    let axis = PeriodAxis(context.history, period: sweep.period)
    let checks = ProductVerification(self, axis: axis, count: sweep.verify)
    var done = 0
    var kept = sweep.keep.map { KeptTrials(limit: min($0, space.count), objective: sweep.space.objective) }
    var cut = ScreeningCut(limit: min(sweep.keep ?? 0, space.count))
    pieces: for job in jobs(memoryBytes, axis) {
      let books: [ProductJob.Book]
      switch job.build(threads: threads, isCancelled: isCancelled, clock: &phases, distinct: &distinct) {
      case .cancelled: break pieces
      case .tooLarge:
        guard done == 0 else { throw StudyError.tooLargeForMatrices(file: sweep.space.document.file) }
        return .tooLarge
      case .books(let made): books = made
      }
      let step = max(
        1, min(Self.rowsOfTile(hedges: job.hedges.count), sweep.blockSize / max(1, job.hedges.count)))
      let placed = PlacedBooks(books: books, job: job)
      var all = tiles(Array(job.condors), step: step) { placed.bookOf[$0 - job.condors.lowerBound].book }
      var screened: ScreeningCut.Left?
      if sweep.keep != nil {
        guard
          let rows = cut.screen(
            all, of: placed, by: sweep, threads: threads, phases: &phases, isCancelled: isCancelled)
        else { break pieces }
        screened = rows
        all = tiles(rows.condors, step: step) { placed.bookOf[$0 - job.condors.lowerBound].book }
      }
      // a wave of tiles at a time, stored in order
      for first in stride(from: 0, to: all.count, by: max(1, threads) * Self.tilesOfThread) {
        let tiles = Array(all[first..<min(first + max(1, threads) * Self.tilesOfThread, all.count)])
        let scored = phases.time(\.scorecard, \.screen) {
          let scored = Scheduler.map(count: tiles.count, threads: threads, isCancelled: isCancelled) {
            t -> (tile: ProductTile, seconds: WorkerSeconds) in
            let (all, screening) = (Stopwatch(), Stopwatch())
            let tile = all.time {
              ProductTile(
                tiles[t], of: placed, layout: layout, objective: sweep.space.objective, screening: screening)
            }
            return (tile, WorkerSeconds(part: screening.seconds, all: all.seconds))
          }
          return (scored.map { $0?.tile }, WorkerSeconds(scored.compactMap { $0?.seconds }))
        }
        for case let tile? in scored {
          picks.see(tile.picks)
          if kept != nil {
            summary.rescored += tile.columns.trials.count
            kept?.take(tile, objective: sweep.space.objective)
            continue
          }
          summary.verified += try checks.check(tile, job: job, threads: threads)
          summary.add(tile)
          if let writer, !tile.columns.trials.isEmpty {
            try phases.time(\.store) {
              try writer.append(tile.settings, tile.columns.block())
            }
          }
          done += tile.columns.trials.count
          report(done)
        }
        if scored.contains(where: { $0 == nil }) || isCancelled() && first + tiles.count < all.count {
          break pieces
        }
        during(done)
      }
      // a piece that is screened counts once all of it that may be among the best is scored
      if let screened {
        done += screened.screened
        summary.add(screened: screened)
        report(done)
      }
    }
    let isStopped = done < space.trials.total
    summary.kept = summary.completed
    try phases.time(\.store) { try writer?.finish() }
    if let kept {
      if !isStopped { summary.verified += try checks.check(kept, threads: threads) }
      try phases.time(\.store) {
        try sweep.finish(
          kept, &summary, in: store, layout: layout, threads: threads, isCancelled: isCancelled,
          during: keeping)
      }
    }
    return isStopped || summary.interrupted ? .cancelled : .finished
  }

  /// Settings of one book each, of at most `step` settings and as even as can be.
  private func tiles(_ condors: [Int], step: Int, book: (Int) -> Int) -> [[Int]] {
    var made: [[Int]] = []
    var first = 0
    while first < condors.count {
      var last = first + 1
      while last < condors.count, book(condors[last]) == book(condors[first]) { last += 1 }
      let count = (last - first + step - 1) / step
      for k in 0..<count {
        made.append(
          Array(condors[first + (last - first) * k / count..<first + (last - first) * (k + 1) / count]))
      }
      first = last
    }
    return made
  }

  /// Pieces whose records and hedge results fit in the memory given; one is enough for most grids.
  func jobs(_ memoryBytes: Int, _ axis: PeriodAxis) -> [ProductJob] {
    let (perRow, perHedge) = memory
    let half = max(1, memoryBytes / 2)
    let hedges = max(8, half / max(1, perHedge))
    let condors = max(1, half / perRow)
    var made: [ProductJob] = []
    for a in stride(from: 0, to: space.condors.count, by: condors) {
      for b in stride(from: 0, to: space.hedges.count, by: hedges) {
        made.append(
          ProductJob(
            space: space, condors: a..<min(a + condors, space.condors.count),
            hedges: b..<min(b + hedges, space.hedges.count), ofMarket: ofMarket, context: context,
            period: sweep.period,
            axis: axis,
            years: layout.years))
      }
    }
    return made
  }

  /// Bytes that a condor setting takes, and a hedge setting in all books.
  var memory: (perRow: Int, perHedge: Int) {
    let sessions = sweep.period.count
    let books = Set(space.condors.map { BookKey($0) }).count
    // a record a session while they are made, then cents, sizes and credits; cents of the session, of the column, and packed
    let perRow = sessions * 12
    // hedges that may refuse entries have rows of their own
    let own = ofMarket.margins.contains { $0 != nil } ? perRow * space.condors.count : 0
    return (sessions * MemoryLayout<SessionRecord>.stride + perRow, sessions * (4 + 4 + 4) * books + own)
  }

  /// What a hedge hangs on besides its layers.
  private struct BookKey: Hashable {
    let minute: Int
    let marks: MarkSettings
    let fees: [FeeRow]
    let slippage: Int32
    init(_ s: Strategy) {
      minute = s.entry.minute
      marks = s.marks
      fees = s.costs.fees
      slippage = s.costs.vxSlippage
    }
  }
}

/// The books of a job, and where each of its condor settings stands in them.
struct PlacedBooks: Sendable {
  let books: [ProductJob.Book]
  /// By position in the job's condor settings.
  let bookOf: [(book: Int, row: Int)]
  let job: ProductJob

  init(books: [ProductJob.Book], job: ProductJob) {
    var bookOf = Array(repeating: (book: 0, row: 0), count: job.condors.count)
    for (k, book) in books.enumerated() {
      for member in book.members { bookOf[member.condor - job.condors.lowerBound] = (k, member.row) }
    }
    self.books = books
    self.bookOf = bookOf
    self.job = job
  }

  /// The book of some settings of one book, their distinct rows, and which of those each setting has.
  func rows(of condors: [Int]) -> (book: ProductJob.Book, rows: [Int], rowOf: [Int]) {
    let places = condors.map { bookOf[$0 - job.condors.lowerBound] }
    var rows: [Int] = []
    var position: [Int: Int] = [:]
    let rowOf = places.map { place -> Int in
      if let known = position[place.row] { return known }
      position[place.row] = rows.count
      rows.append(place.row)
      return rows.count - 1
    }
    return (books[places[0].book], rows, rowOf)
  }
}

/// Some condor settings of one book against all hedges of a job, scored.
struct ProductTile: Sendable {
  /// One distinct row in one group.
  struct Cell: Sendable {
    let row: CondorRow
    let scorer: PairScorer
    let group: Int
    /// Where its first column stands among the figures of the group.
    let first: Int
  }
  /// Condor settings, ascending.
  let condors: [Int]
  /// By condor setting and group: which cell.
  let cellOf: [[Int]]
  let cells: [Cell]
  /// By hedge setting of the job: group and column.
  let place: [(group: Int, column: Int)]
  let hedges: Range<Int>
  let years: Int
  /// By group, row and column; and the same a year.
  private let figures: [[PairFigures]]
  private let byYear: [[Int64]]
  /// The tile's trials for the store, ascending; their settings are numbered by cell.
  private(set) var columns: TrialColumns
  /// The column of each of them.
  private var columnOfTrial: [Int32] = []
  /// The best of them.
  private(set) var picks: ProductPicks
  private(set) var trades = 0
  private(set) var withoutTrades = 0

  init(
    _ condors: [Int], of placed: PlacedBooks, layout: TrialLayout, objective: Metric, screening: Stopwatch
  ) {
    let job = placed.job
    let years = layout.years.count
    self.condors = condors
    self.years = years
    columns = TrialColumns(layout)
    picks = ProductPicks(objective)
    hedges = job.hedges
    let (book, rows, rowOf) = placed.rows(of: condors)
    let slots = book.scorers.map { $0.group.slots.count }.max() ?? 0
    let workspace = ScorecardWorkspace(slots: slots)
    var cells: [Cell] = []
    var starts: [Int] = []
    var figures: [[PairFigures]] = []
    var byYear: [[Int64]] = []
    for (g, scorer) in book.scorers.enumerated() {
      starts.append(cells.count)
      let mine = rows.map { book.rows[g][$0] }
      let scored = scorer.score(mine, workspace: workspace, screening: screening)
      figures.append(scored.figures)
      byYear.append(scored.byYear)
      for (r, row) in mine.enumerated() {
        cells.append(Cell(row: row, scorer: scorer, group: g, first: r * scorer.group.count))
      }
    }
    self.cells = cells
    self.figures = figures
    self.byYear = byYear
    cellOf = rowOf.map { r in starts.map { $0 + r } }
    var place = Array(repeating: (group: 0, column: 0), count: job.hedges.count)
    for (g, scorer) in book.scorers.enumerated() {
      for (member, column) in zip(scorer.group.members, scorer.group.column) {
        place[member - job.hedges.lowerBound] = (g, column)
      }
    }
    self.place = place
    fill(job.space)
  }

  /// The cell and column of a configuration; `nil` if it isn't among the tile's.
  func find(condor a: Int, hedge b: Int) -> (cell: Int, column: Int)? {
    guard hedges.contains(b), let k = condors.firstIndex(of: a) else { return nil }
    return find(position: k, hedge: b)
  }

  private func find(position k: Int, hedge b: Int) -> (cell: Int, column: Int) {
    let (group, column) = place[b - hedges.lowerBound]
    return (cellOf[k][group], column)
  }

  /// Figures of a cell's column.
  func figures(_ cell: Cell, _ column: Int) -> PairFigures { figures[cell.group][cell.first + column] }
  /// Net cents of a cell's column by year.
  func byYear(_ cell: Cell, _ column: Int) -> ArraySlice<Int64> {
    let at = (cell.first + column) * years
    return byYear[cell.group][at..<at + years]
  }

  /// The column of the tile's k-th trial.
  func column(ofTrial k: Int) -> Int { Int(columnOfTrial[k]) }

  private mutating func fill(_ space: ProductSpace) {
    var order: [(trial: Int, position: Int, hedge: Int)] = []
    order.reserveCapacity(condors.count * hedges.count)
    var isAscending = true
    let isWhole = space.trials.total == space.total
    for (k, a) in condors.enumerated() {
      for b in hedges {
        let trial = space.trial(condor: a, hedge: b)
        guard isWhole || space.trials.contains(trial) else { continue }
        if let last = order.last, last.trial > trial { isAscending = false }
        order.append((trial, k, b))
      }
    }
    if !isAscending { order.sort { $0.trial < $1.trial } }
    let keepsDaily = space.total <= Sweep.dailyLimit
    let sessions = columns.layout.sessions
    columns.reserve(order.count)
    columnOfTrial.reserveCapacity(order.count)
    let facts = cells.map { (trades: $0.row.facts.trades, row: $0.row.facts) }
    for (trial, k, b) in order {
      let (number, column) = find(position: k, hedge: b)
      let cell = cells[number]
      let figures = figures(cell, column)
      columnOfTrial.append(Int32(truncatingIfNeeded: column))
      columns.append(
        trial, setting: number, figures, byYear: byYear(cell, column),
        net: keepsDaily ? cell.scorer.series(cell.row, column: column) : nil)
      trades += facts[number].trades
      guard facts[number].trades > 0 else {
        withoutTrades += 1
        continue
      }
      picks.see(
        figures.value(picks.objective, facts: facts[number].row, sessions: sessions), trial: trial,
        family: space.family(condor: condors[k], hedge: b))
    }
  }

  /// The shared figures of the tile's trials, labelled by cell.
  var settings: [SettingRecord] {
    cells.enumerated().map { TrialLayout.setting($0, $1.row.facts) }
  }
}
