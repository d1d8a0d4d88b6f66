import MarketData

/// One option's quote, index points.
public struct OptionQuote: Sendable, Hashable {
  /// Best bid; 0 is a valid bid.
  public var bid: Double
  /// Best ask, ≥ bid.
  public var ask: Double
  /// The vendor's implied volatility a year of 365 days; NaN where the file has none.
  public var vendorVolatility: Double
  /// A quote.
  public init(bid: Double, ask: Double, vendorVolatility: Double = .nan) {
    self.bid = bid
    self.ask = ask
    self.vendorVolatility = vendorVolatility
  }
  /// Half of bid plus ask.
  public var mid: Double { (bid + ask) / 2 }
}

/// A strike with its call and its put, either of which may be missing.
public struct StrikeQuotes: Sendable, Hashable {
  /// K, index points.
  public var strike: Double
  /// The call, if quoted.
  public var call: OptionQuote?
  /// The put, if quoted.
  public var put: OptionQuote?
  /// A strike's quotes.
  public init(strike: Double, call: OptionQuote?, put: OptionQuote?) {
    self.strike = strike
    self.call = call
    self.put = put
  }
}

/// All strikes of one expiry, ascending.
public struct ExpiryQuotes: Sendable, Hashable {
  /// When they expire.
  public var expiry: SessionDate
  /// Ascending, each strike once.
  public var strikes: [StrikeQuotes]
  /// An expiry's quotes; sorts them. O(n log n).
  public init(expiry: SessionDate, strikes: [StrikeQuotes]) {
    self.expiry = expiry
    self.strikes = strikes.sorted { $0.strike < $1.strike }
  }
}

/// What was read and what was left out.
public struct ChainCounts: Sendable, Hashable, Codable {
  /// Rows of this quote date.
  public var rows = 0
  /// Rows of another root (SPX monthlies settle at the open).
  public var otherRoots = 0
  /// Quotes with bid 0 and ask above it: kept.
  public var zeroBids = 0
  /// Quotes without bid and ask: left out.
  public var empty = 0
  /// Quotes with the bid above the ask: left out.
  public var crossed = 0
  /// A second row of the same option: left out.
  public var duplicates = 0
  /// Nothing counted yet.
  public init() {}
}

/// The SPXW quotes of one moment.
public struct ChainSnapshot: Sendable, Hashable {
  /// The file it came from, for messages.
  public var source: String
  /// The session of the quotes.
  public var quoteDate: SessionDate
  /// Minutes after midnight, New York; `nil` where the file doesn't say (see ``RecoveredTime``).
  public var minute: Int?
  /// The index as the file gives it; frozen after 16:00, never a forward. NaN where missing.
  public var underlyingLast: Double
  /// Ascending by expiry.
  public var expiries: [ExpiryQuotes]
  /// What was read and left out.
  public var counts: ChainCounts
  /// A snapshot; sorts the expiries.
  public init(
    source: String, quoteDate: SessionDate, minute: Int?, underlyingLast: Double, expiries: [ExpiryQuotes],
    counts: ChainCounts = ChainCounts()
  ) {
    self.source = source
    self.quoteDate = quoteDate
    self.minute = minute
    self.underlyingLast = underlyingLast
    self.expiries = expiries.sorted { $0.expiry < $1.expiry }
    self.counts = counts
  }
  /// The quotes that expire on `date`, or `nil`.
  public func expiring(_ date: SessionDate) -> ExpiryQuotes? { expiries.first { $0.expiry == date } }
}
