import Backtesting
import MarketData
import Pricing
import Strategies

/// Distinct condors and hedges by number, with their results over a period as far as they are known. Rows and columns are
/// forgotten, oldest use first, when they take more memory than they may: results don't depend on that.
struct CandidateMemo {
  /// What a hedge's result hangs on besides its layers.
  struct Book: Hashable {
    let minute: Int
    let marks: MarkSettings
    let fees: [FeeRow]
    let vxSlippage: Int32
  }
  /// One hedge in one book.
  struct Place: Hashable {
    let hedge: Int
    let book: Int
  }
  /// A hedge over the sessions: trade-opened layers by size unit, and the standing book.
  struct Column: Sendable {
    let bases: [HedgeSize.Base]
    /// Cents a size unit by base and slot.
    let cents: [[Int32]]
    /// Sessions that can't be told, by slot: 0, or 1 + the position of the outcome code; empty for none.
    let codes: [UInt8]
    /// Standing result by slot, cents; empty without standing layers.
    let standing: [Int32]
    /// What it binds of the account.
    let margin: HedgeMargin
    /// Whether some cents don't fit 32 bits: then it takes the general path.
    let isCut: Bool
  }

  /// Condors by number: no hedge, no name.
  private(set) var condors: [Strategy] = []
  /// Hedges by number.
  private(set) var hedges: [ProductSpace.Hedge] = []
  /// Books by number.
  private(set) var books: [Book] = []
  /// Book of each condor.
  private(set) var bookOf: [Int] = []
  /// A condor of each book: any of them stands for it.
  private var condorOfBook: [Int] = []
  private var condorNumbers: [Strategy: Int] = [:]
  private var hedgeNumbers: [ProductSpace.Hedge: Int] = [:]
  private var bookNumbers: [Book: Int] = [:]

  /// A condor with some sessions that its hedge can't tell: 0 for told, by slot; empty where all are.
  struct RowKey: Hashable {
    let condor: Int
    let codes: [UInt8]
    /// What the hedge binds, where that may refuse an entry.
    let margin: HedgeMargin?
  }
  private var records: [Int: (records: [SessionRecord], used: Int)] = [:]
  private var rows: [RowKey: (row: CondorRow, used: Int)] = [:]
  private var columns: [Place: (column: Column, used: Int)] = [:]
  /// Generations begun.
  private var clock = 0
  private(set) var bytes = 0
  let limit: Int

  /// - Parameter limit: bytes that rows and columns may take.
  init(limit: Int) { self.limit = limit }

  /// The numbers of a strategy's condor and hedge.
  mutating func numbers(of strategy: Strategy) -> (condor: Int, hedge: Int) {
    let hedge = ProductSpace.Hedge(
      layers: strategy.hedge, vxPathSeed: strategy.vxPathSeed, ties: strategy.ties)
    var condor = strategy
    (condor.name, condor.source, condor.hedge, condor.vxPathSeed, condor.ties) = (
      "", "", [], 0, HedgeTies()
    )
    return (number(of: condor), number(of: hedge))
  }

  private mutating func number(of hedge: ProductSpace.Hedge) -> Int {
    if let known = hedgeNumbers[hedge] { return known }
    hedgeNumbers[hedge] = hedges.count
    hedges.append(hedge)
    return hedges.count - 1
  }

  private mutating func number(of condor: Strategy) -> Int {
    if let known = condorNumbers[condor] { return known }
    let book = Book(
      minute: condor.entry.minute, marks: condor.marks, fees: condor.costs.fees,
      vxSlippage: condor.costs.vxSlippage)
    if bookNumbers[book] == nil {
      bookNumbers[book] = books.count
      books.append(book)
      condorOfBook.append(condors.count)
    }
    condorNumbers[condor] = condors.count
    condors.append(condor)
    bookOf.append(bookNumbers[book] ?? 0)
    return condors.count - 1
  }

  /// A condor of a book.
  func condorOf(book: Int) -> Int { condorOfBook[book] }

  /// A whole configuration.
  func strategy(condor: Int, hedge: Int) -> Strategy {
    var made = condors[condor]
    made.hedge = hedges[hedge].layers
    made.vxPathSeed = hedges[hedge].vxPathSeed
    made.ties = hedges[hedge].ties
    return made
  }

  /// The records of a condor, without margin, one an entry session but the last, if they are known; counts as used.
  mutating func records(_ condor: Int) -> [SessionRecord]? {
    records[condor]?.used = clock
    return records[condor]?.records
  }
  /// The row of a condor, if it is known; counts as used.
  mutating func row(_ key: RowKey) -> CondorRow? {
    rows[key]?.used = clock
    return rows[key]?.row
  }
  /// The column of a hedge in a book, if it is known; counts as used.
  mutating func column(_ place: Place) -> Column? {
    columns[place]?.used = clock
    return columns[place]?.column
  }

  mutating func keep(_ made: [SessionRecord], of condor: Int) {
    if records.updateValue((made, clock), forKey: condor) == nil { bytes += Self.bytes(made) }
  }
  mutating func keep(_ row: CondorRow, at key: RowKey) {
    if rows.updateValue((row, clock), forKey: key) == nil { bytes += Self.bytes(row) }
  }
  mutating func keep(_ column: Column, at place: Place) {
    if columns.updateValue((column, clock), forKey: place) == nil { bytes += Self.bytes(column) }
  }

  /// Begins a generation: what wasn't used for longest goes, if there is too much.
  mutating func advance() {
    clock += 1
    guard bytes > limit else { return }
    var ages = records.values.map(\.used) + columns.values.map(\.used)
    ages.sort()
    // down to about three quarters, whole generations at a time
    let oldest = ages[ages.count / 4]
    for (condor, entry) in records where entry.used <= oldest {
      bytes -= Self.bytes(entry.records)
      records[condor] = nil
    }
    for (key, entry) in rows where entry.used <= oldest {
      bytes -= Self.bytes(entry.row)
      rows[key] = nil
    }
    for (place, entry) in columns where entry.used <= oldest {
      bytes -= Self.bytes(entry.column)
      columns[place] = nil
    }
  }

  private static func bytes(_ records: [SessionRecord]) -> Int {
    MemoryLayout<SessionRecord>.stride * records.count + 100
  }
  private static func bytes(_ row: CondorRow) -> Int { 16 * row.cents.count + 600 }
  private static func bytes(_ column: Column) -> Int {
    4 * column.cents.reduce(0) { $0 + $1.count } + column.codes.count + 4 * column.standing.count
      + column.margin.bytes + 200
  }
}
