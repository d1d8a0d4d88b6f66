import Backtesting
import MarketData

/// What rolling tested sides came to, by how much later the rolled spreads expired. Dollars of all condors sold.
public struct ShiftReport: Sendable, Codable {
  /// Trades whose tested side went to one horizon.
  public struct Horizon: Sendable, Codable {
    /// Sessions from the condor's expiry to the rolled spread's.
    public var sessions: Int
    /// Spreads rolled.
    public var rolls: Int
    /// Of them, those bought back with the index.
    public var broughtBack: Int
    /// Sides sold again at the condor's expiry.
    public var reopened: Int
    /// Paid for the sides that were rolled.
    public var boughtBackDollars: Double
    /// Received for the rolled spreads.
    public var receivedDollars: Double
    /// Net of the rolled spreads, after fees.
    public var rolledNetDollars: Double
    /// Net of the sides sold again, after fees.
    public var reopenedNetDollars: Double
    /// Net of these trades' options with everything that was rolled.
    public var withRollDollars: Double
    /// The same stopped and left.
    public var withoutRollDollars: Double
    /// The same never stopped.
    public var heldDollars: Double
  }
  /// Ascending by sessions; empty where nothing was rolled.
  public var horizons: [Horizon] = []

  /// Adds up the trades of a backtest; `nil` for a strategy without a shift. O(trades).
  public init?(_ result: BacktestResult) {
    guard result.strategy.exit.shift != nil else { return nil }
    var found: [Int: [(trade: Trade, quantity: Int64)]] = [:]
    for trade in result.trades where !trade.shifted.isEmpty {
      let quantity = result.records[trade.entrySession - result.period.lowerBound].quantity
      found[trade.lastSession - trade.expirySession, default: []].append((trade, Int64(quantity)))
    }
    horizons = found.keys.sorted().map { Self.horizon($0, found[$0] ?? []) }
  }

  private static func horizon(_ sessions: Int, _ trades: [(trade: Trade, quantity: Int64)]) -> Horizon {
    func rolled(_ trade: Trade) -> [ShiftedSpread] {
      trade.shifted.filter { $0.expirySession > trade.expirySession }
    }
    func home(_ trade: Trade) -> [ShiftedSpread] {
      trade.shifted.filter { $0.expirySession == trade.expirySession }
    }
    func count(_ value: (Trade) -> Int) -> Int { trades.reduce(0) { $0 + value($1.trade) } }
    func dollars(_ cents: (Trade) -> Int64) -> Double {
      Double(trades.reduce(Int64(0)) { $0 + $1.quantity * cents($1.trade) }) / 100
    }
    func sum(_ spreads: [ShiftedSpread], _ value: (ShiftedSpread) -> Int32) -> Int64 {
      spreads.reduce(0) { $0 + Int64(value($1)) }
    }
    return Horizon(
      sessions: sessions, rolls: count { rolled($0).count },
      broughtBack: count { rolled($0).count { $0.reason == nil } }, reopened: count { home($0).count },
      boughtBackDollars: dollars { sum(rolled($0), \.buyBack) },
      receivedDollars: dollars { sum(rolled($0), \.credit) },
      rolledNetDollars: dollars { sum(rolled($0), \.netCents) },
      reopenedNetDollars: dollars { sum(home($0), \.netCents) },
      withRollDollars: dollars { $0.condorNetCents + $0.shiftNetCents },
      withoutRollDollars: dollars(\.condorNetCents), heldDollars: dollars(\.shadowNetCents))
  }
}
