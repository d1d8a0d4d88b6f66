import MarketData
import Strategies

/// What one session makes of a whole plan: the condor of each row, and what each spec earns in each book.
public struct DayOutcome: Sendable {
  /// One a row, without hedges and margin.
  public let records: [SessionRecord]
  /// By book and spec: 0, or 1 + the position of the outcome code that a missing input makes of the session; shape
  /// `[books, specs]`, empty where all are 0.
  public let codes: [UInt8]
  /// Cents a size unit by book, spec and base (``CompiledPlan/centsOffset(ofSpec:)``).
  public let cents: [Int32]
  /// Whether some cents don't fit 32 bits and stand as 0.
  public let isCut: Bool

  /// The code of a spec in a book, `nil` where its result is known.
  public func code(book: Int, spec: Int, of plan: CompiledPlan) -> OutcomeCode? {
    guard !codes.isEmpty else { return nil }
    let code = codes[book * plan.specCount + spec]
    return code == 0 ? nil : OutcomeCode.allCases[Int(code) - 1]
  }
}

extension CompiledDay {
  /// The session's outcome: every row, and every spec in the books of rows that traded.
  ///
  /// - Complexity: as ``records(into:)``, and O(books × specs × layers).
  public func outcome() -> DayOutcome {
    var records = Array(repeating: SessionRecord(code: .periodEnds), count: plan.rowCount)
    self.records(into: &records)
    let specs = plan.specCount
    let width = plan.centsWidth
    guard specs > 0 else { return DayOutcome(records: records, codes: [], cents: [], isCut: false) }
    var isUsed = Array(repeating: false, count: plan.bookCount)
    for (row, record) in records.enumerated() where record.code == .traded {
      isUsed[plan.book(ofRow: row)] = true
    }
    var codes: [UInt8] = []
    var cents = Array(repeating: Int32(0), count: plan.bookCount * width)
    var isCut = false
    for book in 0..<plan.bookCount where isUsed[book] {
      guard let hedges = hedges(book: book) else { continue }
      let cut = hedges.fill(&cents, at: book * width) { spec, code in
        if codes.isEmpty { codes = Array(repeating: 0, count: plan.bookCount * specs) }
        codes[book * specs + spec] = UInt8(1 + (OutcomeCode.allCases.firstIndex(of: code) ?? 0))
      }
      isCut = isCut || cut
    }
    return DayOutcome(records: records, codes: codes, cents: cents, isCut: isCut)
  }
}

extension CompiledDay {
  /// A spec in a book.
  public struct Place: Sendable, Hashable {
    /// Number of the book.
    public let book: Int
    /// Number of the spec; `nil` for no trade-opened layers.
    public let spec: Int?
    /// Of its parts.
    public init(book: Int, spec: Int?) {
      self.book = book
      self.spec = spec
    }
  }
  /// What a spec earns in a book in one session.
  public struct PlaceOutcome: Sendable, Hashable {
    /// Cents a size unit by base, in the order of ``CompiledPlan/bases(ofSpec:)``; the rest are 0.
    public internal(set) var cents = SIMD4<Int32>()
    /// 0, or 1 + the position of the outcome code that a missing input makes of the session.
    public internal(set) var code: UInt8 = 0
    /// Whether some cents don't fit 32 bits and stand as 0.
    public internal(set) var isCut = false
  }

  /// What some specs earn in some books, in their order; 0 where the session has no marks. Neighbours in one book are
  /// cheaper.
  ///
  /// - Complexity: O(places × layers) where their paths were worked out before.
  public func outcomes(ofPlaces places: [Place]) -> [PlaceOutcome] {
    var (book, hedges) = (-1, BookHedges?.none)
    return places.map { place in
      var made = PlaceOutcome()
      guard let spec = place.spec else { return made }
      if place.book != book { (book, hedges) = (place.book, self.hedges(book: place.book)) }
      switch hedges?.unit(ofSpec: spec) {
      case nil: break
      case .failure(let failure):
        made.code = UInt8(1 + (OutcomeCode.allCases.firstIndex(of: failure.code) ?? 0))
      case .success(let unit):
        for k in 0..<4 {
          if let small = Int32(exactly: unit[k]) { made.cents[k] = small } else { made.isCut = true }
        }
      }
      return made
    }
  }
}

extension CompiledPlan {
  /// Distinct books.
  public var bookCount: Int { books.count }
  /// Where the cents of a spec's bases start among those of a book.
  public func centsOffset(ofSpec spec: Int) -> Int { hedges.offsets[spec] }
  /// Cents of all specs of one book.
  public var centsWidth: Int { hedges.offsets.last ?? 0 }
  /// Costs of VX in a book.
  public func costs(ofBook book: Int) -> CostRule {
    CostRule(fees: fees[books[book].fees], vxSlippage: books[book].vxSlippage)
  }
}
