/// One official daily bar of the index, points. NaN where the source has none.
public struct DailyBar: Sendable, Hashable, Codable {
  /// First price.
  public var open: Double
  /// Highest price.
  public var high: Double
  /// Lowest price.
  public var low: Double
  /// Last price.
  public var close: Double
  /// A bar of four prices, index points.
  public init(open: Double, high: Double, low: Double, close: Double) {
    self.open = open
    self.high = high
    self.low = low
    self.close = close
  }
}

/// One trading session of the index.
public struct Session: Sendable {
  /// The date, New York.
  public let date: SessionDate
  /// 960, or 780 on a half day.
  public let closeMinute: Int
  /// The index at each minute from 09:30 (index 0) to the close (index `closeMinute − 570`), points; NaN where
  /// there is no mark.
  public var spot: [Double]
  /// Official open, high, low and close, points.
  public var official: DailyBar

  /// - Precondition: `spot` has one value a minute from the open to the close, both included.
  public init(date: SessionDate, closeMinute: Int, spot: [Double], official: DailyBar) {
    precondition(spot.count == closeMinute - MinuteOfDay.open + 1, "Session: spot must cover open to close")
    self.date = date
    self.closeMinute = closeMinute
    self.spot = spot
    self.official = official
  }

  /// The index at `minute`: the mark of that minute, the official close after the session, NaN before it.
  public func spot(at minute: Int) -> Double {
    if minute < MinuteOfDay.open { return .nan }
    if minute > closeMinute { return official.close }
    return spot[minute - MinuteOfDay.open]
  }
}

/// An index of the volatility family, published as a daily close that is known from 16:15.
public enum VolatilityIndex: String, Sendable, CaseIterable, Codable, CodingKeyRepresentable {
  case vix1d = "VIX1D"
  case vix9d = "VIX9D"
  case vix = "VIX"
  case vix3m = "VIX3M"
  case vix6m = "VIX6M"
  case vvix = "VVIX"
  case skew = "SKEW"
}

/// The settlement of one identified VIX future on one day.
public struct FuturesSettle: Sendable, Hashable {
  /// The contract, named by its final settlement date.
  public let expiry: SessionDate
  /// Settlement, VIX points.
  public let settle: Double
  /// A settlement of the contract that expires on `expiry`.
  public init(expiry: SessionDate, settle: Double) {
    self.expiry = expiry
    self.settle = settle
  }
}

/// A slow series: each value with the date it describes and the date it became public.
public struct KnownSeries: Sendable {
  /// One observation.
  public struct Value: Sendable, Hashable {
    /// The date the value describes.
    public let observed: SessionDate
    /// First session date on whose open the value may be used.
    public let known: SessionDate
    /// The value, in the unit of its series.
    public let value: Double
    /// Of its parts.
    public init(observed: SessionDate, known: SessionDate, value: Double) {
      self.observed = observed
      self.known = known
      self.value = value
    }
  }
  /// Ascending in `known`, then `observed`.
  public let values: [Value]
  /// Sorts the values. O(n log n).
  public init(_ values: [Value]) {
    self.values = values.sorted { ($0.known, $0.observed) < ($1.known, $1.observed) }
  }
  /// The newest value known on `date`, or `nil`. O(log n).
  public func latest(knownBy date: SessionDate) -> Value? {
    let after = values.partitioningIndex { $0.known > date }
    return after == 0 ? nil : values[after - 1]
  }
}

/// A scheduled release or meeting.
public struct EconomicEvent: Sendable, Hashable, Codable {
  /// What is released.
  public enum Kind: String, Sendable, CaseIterable, Codable {
    case fomc = "FOMC"
    case cpi = "CPI"
    case ppi = "PPI"
    case nfp = "NFP"
  }
  /// The session.
  public let date: SessionDate
  /// What is released.
  public let kind: Kind
  /// Minutes after midnight, New York; 840 is 14:00.
  public let minute: Int
  /// Of its parts.
  public init(date: SessionDate, kind: Kind, minute: Int) {
    self.date = date
    self.kind = kind
    self.minute = minute
  }
}

/// Scheduled events and the dates for which the list is complete: beyond them nothing is "no event".
public struct EventCalendar: Sendable {
  /// Ascending by date, then kind.
  public let events: [EconomicEvent]
  /// First and last date for which the list is complete, or `nil` for an empty list.
  public let coverage: ClosedRange<SessionDate>?
  private let byDate: [SessionDate: [EconomicEvent.Kind]]

  /// Of its parts.
  public init(events: [EconomicEvent], coverage: ClosedRange<SessionDate>?) {
    self.events = events.sorted { ($0.date, $0.kind.rawValue) < ($1.date, $1.kind.rawValue) }
    self.coverage = coverage
    var byDate: [SessionDate: [EconomicEvent.Kind]] = [:]
    for event in self.events { byDate[event.date, default: []].append(event.kind) }
    self.byDate = byDate
  }
  /// The events of a range of dates, ascending. O(log n + found).
  public func events(in range: ClosedRange<SessionDate>) -> ArraySlice<EconomicEvent> {
    let first = events.partitioningIndex { $0.date >= range.lowerBound }
    let last = events.partitioningIndex { $0.date > range.upperBound }
    return events[first..<last]
  }
  /// The kinds on `date`, or `nil` if the list doesn't cover that date.
  public func kinds(on date: SessionDate) -> [EconomicEvent.Kind]? {
    guard let coverage, coverage.contains(date) else { return nil }
    return byDate[date] ?? []
  }
}

/// Where the numbers of a history come from. Printed with every result that stands on it.
public struct Provenance: Sendable, Hashable, Codable {
  /// What the minutes inside a session are.
  public enum Minutes: String, Sendable, Codable {
    /// One-minute bars as quoted.
    case quoted = "quoted one-minute bars"
    /// Five-minute (or other coarse) bars with a seeded bridge inside each.
    case bridged = "minutes bridged inside quoted coarser bars"
    /// Simulated within the day's high, low and close.
    case simulated = "simulated minutes"
    /// The whole market is simulated.
    case synthetic = "synthetic market"
  }
  /// What the VX settlements are.
  public enum Futures: String, Sendable, Codable {
    case quoted = "exchange VX settlements"
    case modelled = "VX modelled from VIX"
    case none = "no VX"
  }
  /// Minutes a trade has in the array.
  public var minutes: Minutes
  /// What the VX settlements are.
  public var futures: Futures
  /// Seed of whatever is simulated or bridged; 0 where nothing is.
  public var seed: UInt64
  /// Named sources with licence.
  public var sources: [String]
  /// Of its parts.
  public init(minutes: Minutes, futures: Futures, seed: UInt64, sources: [String]) {
    self.minutes = minutes
    self.futures = futures
    self.seed = seed
    self.sources = sources
  }
}

/// Everything a backtest may know, aligned by session. A value; shared read-only between threads.
///
/// A history is the *whole* record. What may be seen at a minute is decided by its readers, each with its
/// as-of rule: closes of the VIX family and VX settlements only after 16:15 of their day.
public struct MarketHistory: Sendable {
  /// A short name for reports, for example `bundled-2014-2018`.
  public var name: String
  /// Every trading session from first to last, ascending, none left out: a session without data has NaN spots.
  public var sessions: [Session]
  /// Daily closes, one a session, NaN where missing.
  public var volatility: [VolatilityIndex: [Double]]
  /// VX settlements, one list a session, ascending by expiry, empty where missing.
  public var futures: [[FuturesSettle]]
  /// Scheduled releases.
  public var events: EventCalendar
  /// Slow series by name (`A/D`, `GDPC1`, …).
  public var series: [String: KnownSeries]
  /// The trading calendar.
  public var calendar: TradingCalendar
  /// Bars of the fund that follows the index, one entry a session and `nil` where there are none; empty where none were
  /// imported.
  public var fund: [FundSession?]
  /// Where the numbers come from.
  public var provenance: Provenance
  /// SHA-256 of the content, hexadecimal, from whoever loaded it.
  public var digest: String

  /// - Precondition: `futures`, each index and `fund`, unless it is empty, have one entry a session; sessions ascend.
  public init(
    name: String, sessions: [Session], volatility: [VolatilityIndex: [Double]], futures: [[FuturesSettle]],
    events: EventCalendar, series: [String: KnownSeries] = [:], calendar: TradingCalendar,
    fund: [FundSession?] = [], provenance: Provenance, digest: String
  ) {
    precondition(futures.count == sessions.count, "MarketHistory: one futures list a session")
    precondition(
      volatility.values.allSatisfy { $0.count == sessions.count }, "MarketHistory: aligned indices")
    precondition(
      fund.isEmpty || fund.count == sessions.count, "MarketHistory: one entry of the fund a session")
    self.name = name
    self.sessions = sessions
    self.fund = fund
    self.volatility = volatility
    self.futures = futures
    self.events = events
    self.series = series
    self.calendar = calendar
    self.provenance = provenance
    self.digest = digest
  }

  /// The position of `date`, or of the first session after it. O(log n).
  public func firstIndex(onOrAfter date: SessionDate) -> Int {
    sessions.partitioningIndex { $0.date >= date }
  }
  /// The close of `index` on session `i`, NaN where missing.
  public func close(_ index: VolatilityIndex, _ i: Int) -> Double {
    guard i >= 0, let closes = volatility[index] else { return .nan }
    return closes[i]
  }
}
