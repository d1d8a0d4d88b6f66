import MarketData
import Pricing
import Strategies

/// Many strategies taken apart into what is distinct: surfaces, condors, sales, exits, hedges. Each piece is worked out
/// once a session, however many strategies share it.
///
/// - A *row* is a condor from sale to close: everything but the hedge.
/// - A *spec* is a list of trade-opened layers. Independent of the condor, it pays per size unit.
/// - A *book* is what a spec's result hangs on besides the market and its layers: the surface (entry minute and marks)
///   and the costs of VX.
///
/// A strategy is a row with a spec in the row's book, plus its standing layers, which hang on no trade at all.
public struct CompiledPlan: Sendable {
  /// The part of a strategy that decides whether a session is tried at all.
  struct Entry: Hashable, Sendable {
    let rule: EntryRule
    let assumeCloseKnown: Bool
  }
  /// When and with which marks options are priced.
  struct Surface: Hashable, Sendable {
    let decisionMinute: Int
    let marks: MarkSettings
  }
  /// A condor sold: strikes and credit.
  struct Sale: Hashable, Sendable {
    let entry: Int
    let surface: Int
    let condor: Int
    let slippage: Slippage
  }
  /// How a sold condor ends, and what that costs.
  struct Row: Hashable, Sendable {
    let sale: Int
    var exit: ExitRule
    /// Number of the exit's rule.
    let rule: Int?
    let slippage: Slippage
    let fees: Int
    let book: Int
    let accountCents: Int64
  }
  /// What a hedge hangs on besides its layers.
  struct Book: Hashable, Sendable {
    let surface: Int
    let fees: Int
    let vxSlippage: Int32
  }

  private(set) var entries: [Entry] = []
  private(set) var surfaces: [Surface] = []
  private(set) var condors: [CondorRule] = []
  /// Rules that close condors.
  private(set) var exitRules: [StrategyRule] = []
  private(set) var fees: [[FeeRow]] = []
  private(set) var sales: [Sale] = []
  private(set) var rows: [Row] = []
  private(set) var books: [Book] = []
  /// Trade-opened layers.
  private(set) var hedges = HedgePlan()
  /// Rows of each sale, ascending.
  private(set) var rowsOfSale: [[Int]] = []
  /// Sales of each surface, ascending.
  private(set) var salesOfSurface: [[Int]] = []

  private var entryIndex: [Entry: Int] = [:]
  private var surfaceIndex: [Surface: Int] = [:]
  private var condorIndex: [CondorRule: Int] = [:]
  private var exitRuleIndex: [StrategyRule: Int] = [:]
  private var feeIndex: [[FeeRow]: Int] = [:]
  private var saleIndex: [Sale: Int] = [:]
  private var rowIndex: [Row: Int] = [:]
  private var bookIndex: [Book: Int] = [:]

  /// No strategies yet.
  public init() {}

  /// Distinct condors with their exits.
  public var rowCount: Int { rows.count }
  /// Distinct lists of trade-opened layers.
  public var specCount: Int { hedges.specs.count }

  /// The row of a strategy, which is its number in ``CompiledDay/records``; its hedge is not looked at.
  public mutating func addRow(_ s: Strategy) -> Int {
    let book = addBook(s)
    let (surface, fee) = (books[book].surface, books[book].fees)
    let entry = Self.index(
      Entry(rule: s.entry, assumeCloseKnown: s.marks.assumeCloseKnown), &entryIndex, &entries)
    let condor = Self.index(s.condor, &condorIndex, &condors)
    let sale = Self.index(
      Sale(entry: entry, surface: surface, condor: condor, slippage: s.costs.entry), &saleIndex, &sales)
    if sale == rowsOfSale.count {
      rowsOfSale.append([])
      salesOfSurface[surface].append(sale)
    }
    let row = Self.index(
      Row(
        sale: sale, exit: s.exit,
        rule: s.exit.condition.map { Self.index($0, &exitRuleIndex, &exitRules) }, slippage: s.costs.exit,
        fees: fee, book: book,
        accountCents: s.accountCents), &rowIndex, &rows)
    if rowsOfSale[sale].last ?? -1 < row { rowsOfSale[sale].append(row) }
    return row
  }

  /// The book that a strategy's hedge is run in.
  public mutating func addBook(_ s: Strategy) -> Int {
    let surface = Self.index(
      Surface(decisionMinute: s.entry.minute, marks: s.marks), &surfaceIndex, &surfaces)
    if surface == salesOfSurface.count { salesOfSurface.append([]) }
    let fee = Self.index(s.costs.fees, &feeIndex, &fees)
    return Self.index(
      Book(surface: surface, fees: fee, vxSlippage: s.costs.vxSlippage), &bookIndex, &books)
  }

  /// The spec of a strategy's trade-opened layers; `nil` if it has none.
  public mutating func addSpec(_ s: Strategy) -> Int? {
    addSpec(s.hedge, vxPathSeed: s.vxPathSeed)
  }

  /// The spec of some layers; `nil` if none of them is opened by a trade.
  public mutating func addSpec(_ layers: [HedgeLayer], vxPathSeed: UInt64) -> Int? {
    hedges.add(layers.filter { $0.horizon == .condor }, vxPathSeed: vxPathSeed)
  }

  /// One strategy on the general path.
  public struct Pair: Sendable {
    let row: Int
    let spec: Int?
    let ties: HedgeTies
    /// Whose layers must keep to a limit of break-evens.
    let limited: Strategy?
  }

  /// The condor and the hedge of a strategy, with what ties them.
  public mutating func addPair(_ s: Strategy) -> Pair {
    Pair(
      row: addRow(s), spec: addSpec(s), ties: s.ties,
      limited: s.ties.breakEvenLimitThousandths == nil ? nil : s)
  }

  /// Whether layers of a spec look at the condor, so that only the general path can tell what they earn.
  public func seesCondor(spec: Int) -> Bool { hedges.seesCondor(spec: spec) }
  /// The sale of a row: rows of one share the condor sold.
  public func sale(ofRow row: Int) -> Int { rows[row].sale }
  /// The book that a row's hedges are run in.
  public func book(ofRow row: Int) -> Int { rows[row].book }
  /// Capital of a row, cents.
  public func account(ofRow row: Int) -> Int64 { rows[row].accountCents }
  /// Width of a row's condor, points.
  public func width(ofRow row: Int) -> Int { condors[sales[rows[row].sale].condor].width }
  /// Whether a row has a stop.
  public func hasStop(row: Int) -> Bool { rows[row].exit.stop != .none }

  private static func index<T: Hashable>(_ value: T, _ known: inout [T: Int], _ list: inout [T]) -> Int {
    if let i = known[value] { return i }
    known[value] = list.count
    list.append(value)
    return list.count - 1
  }
}
