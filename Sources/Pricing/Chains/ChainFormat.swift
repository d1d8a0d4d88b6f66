import MarketData

/// A format of option chain files, known by its header alone.
public enum ChainFormat: String, Sendable, CaseIterable {
  /// The lambdaclass scrape of cboe.com: one moment a file, whose time the file doesn't hold.
  case lambdaclass
  /// HistoricalOptionData end of day: byte-order mark, blank in the header, many quote dates a file.
  case historicalOptionData
  /// Cboe DataShop end of day with calcs: padded, quoted; the columns of 15:45 are read.
  case dataShop
  /// The subset of it that volkit keeps: no root column, SPXW alone.
  case dataShopSubset

  /// Columns by which a header is recognised, lower case.
  private var signature: [String] {
    switch self {
    case .lambdaclass: ["underlying_last", "optionroot", "quotedate", "net", "impliedvol"]
    case .historicalOptionData: ["underlying_last", "optionroot", "quotedate", "optionext", "impliedvol"]
    case .dataShop: ["underlying_symbol", "quote_date", "root", "option_type", "bid_1545", "ask_1545"]
    case .dataShopSubset: ["quote_date", "expiration", "option_type", "bid_1545", "ask_1545"]
    }
  }

  /// The first format whose columns are all in the header.
  static func recognise(_ header: [String]) -> ChainFormat? {
    allCases.first { format in format.signature.allSatisfy(header.contains) }
  }

  /// When the quotes were taken, where the format says it; minutes after midnight.
  ///
  /// HistoricalOptionData is end of day: its index is the frozen close and its parity forwards are not, so
  /// the quotes are those of 16:15.
  var minute: Int? {
    switch self {
    case .lambdaclass: nil
    case .historicalOptionData: MinuteOfDay.afterClose
    case .dataShop, .dataShopSubset: 945
    }
  }
}

/// Where each field stands in a row.
struct ChainColumns {
  let quoteDate: Int
  let expiry: Int
  let strike: Int
  let kind: Int
  let bid: Int
  let ask: Int
  let root: Int?
  let volatility: Int?
  /// One column, or bid and ask of the index.
  let underlying: [Int]
  let count: Int

  init?(_ format: ChainFormat, header: [String]) {
    func at(_ name: String) -> Int? { header.firstIndex(of: name) }
    let dataShop = format == .dataShop || format == .dataShopSubset
    guard let quoteDate = at(dataShop ? "quote_date" : "quotedate"), let expiry = at("expiration"),
      let strike = at("strike"), let kind = at(dataShop ? "option_type" : "type"),
      let bid = at(dataShop ? "bid_1545" : "bid"), let ask = at(dataShop ? "ask_1545" : "ask")
    else { return nil }
    self.quoteDate = quoteDate
    self.expiry = expiry
    self.strike = strike
    self.kind = kind
    self.bid = bid
    self.ask = ask
    root = at(dataShop ? "root" : "optionroot")
    volatility = at(dataShop ? "implied_volatility_1545" : "impliedvol")
    underlying = (dataShop ? ["underlying_bid_1545", "underlying_ask_1545"] : ["underlying_last"])
      .compactMap(at)
    count = header.count
  }
}
