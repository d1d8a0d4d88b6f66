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
  /// - Parameter ofEveryBook: whether specs are worked out in the other books too, where there are marks.
  /// - Complexity: as ``records(into:)``, and O(books × specs × layers).
  public func outcome(ofEveryBook: Bool = false) -> DayOutcome {
    var records = Array(repeating: SessionRecord(code: .periodEnds), count: plan.rowCount)
    self.records(into: &records)
    let specs = plan.specCount
    let width = plan.centsWidth
    guard specs > 0 else { return DayOutcome(records: records, codes: [], cents: [], isCut: false) }
    var isUsed = Array(repeating: ofEveryBook, count: plan.bookCount)
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
