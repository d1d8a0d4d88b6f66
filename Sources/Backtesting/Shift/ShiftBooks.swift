import MarketData
import Pricing

/// Cash and open value of the spreads that a shift sold, cents of one condor; a unit of a mark is a cent.
struct ShiftBooks {
  private struct Book {
    let spread: ShiftedSpread
    let openingFees: Int64
    var mark: Int64 = 0
    var isOpen = false
  }
  private var books: [Book]
  private let condor: (expiry: Int, path: CondorPath, surface: MarkSurface)
  private let later: LaterMarks
  var cash: Int64 = 0
  var value: Int64 { books.reduce(0) { $0 - ($1.isOpen ? $1.mark : 0) } }

  /// - Parameters:
  ///   - fee: cents a contract by session.
  ///   - later: marks of the later expiry.
  init(_ trade: Trade, priced: PricedSurface, later: LaterMarks, fee: (Int) -> Int32) {
    books = trade.shifted.map { Book(spread: $0, openingFees: 2 * Int64(fee($0.filledAt.session))) }
    condor = (trade.expirySession, priced.path(trade.first.strikes), priced.surface)
    self.later = later
  }

  /// Books a minute and returns what was gained in it: the change of every mark that was carried into it, and of every
  /// fill its distance from the mark, and fees.
  mutating func advance(_ time: TradeMinute) -> Int64 {
    var gained: Int64 = 0
    for i in books.indices where books[i].isOpen || books[i].spread.filledAt == time {
      let (spread, before) = (books[i].spread, books[i].mark)
      if let mark = mark(spread, at: time) { books[i].mark = Int64(mark) }
      if !books[i].isOpen {
        cash += Int64(spread.credit) - books[i].openingFees
        gained += Int64(spread.credit) - books[i].mark - books[i].openingFees
        books[i].isOpen = true
      } else if spread.endedAt == time {
        let paid = Int64(spread.cost) + Int64(spread.feesCents) - books[i].openingFees
        cash -= paid
        gained += before - paid
        books[i].isOpen = false
      } else {
        gained += before - books[i].mark
      }
    }
    return gained
  }

  /// Mid cost of a spread, units; `nil` without a mark.
  private func mark(_ spread: ShiftedSpread, at time: TradeMinute) -> Int32? {
    guard spread.expirySession == condor.expiry else {
      return later.spread(spread.part, short: spread.short, long: spread.long, at: time)?.mid
    }
    let mark = condor.surface.point(time).map { condor.path.cost(spread.part)[$0] }
    return mark == TickGrid.missing ? nil : mark
  }
}
