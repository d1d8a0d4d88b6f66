import Kernels
import MarketData

/// A chain's quotes that expire at the close of the next session, ready to be fitted and judged; or some sessions later, to
/// be judged alone.
public struct OneDayChain: Sendable {
  /// A strike seen from its out-of-the-money side.
  public struct Strike: Sendable {
    /// K, index points.
    public let strike: Double
    /// A call from the forward up, a put below.
    public let isCall: Bool
    /// The quote of that side.
    public let quote: OptionQuote
    /// s by the Black-76 of the strike's own mid; `nil` if the mid has none.
    public let stdDev: Double?
    /// |Black-76 delta| at that s; NaN without it.
    public let delta: Double
  }
  /// Why a chain was left out.
  public enum Skip: String, Error, Sendable, Codable, CaseIterable {
    case notASession = "the quote date is no trading session"
    case noExpiry = "no expiry on the next session"
    case noTime = "time unknown and not recoverable; give --at HH:MM"
    case noForward = "fewer than three put-call pairs with bids near the money"
    case tooFewStrikes = "fewer than eight strikes of 3 to 40 delta"
  }

  /// The file it came from.
  public let source: String
  /// The session of the quotes.
  public let quoteDate: SessionDate
  /// When they expire.
  public let expiry: SessionDate
  /// Minutes after midnight; 960 or more after the close.
  public let minute: Int
  /// The forward and how well strikes agree on it.
  public let parity: ParityForward
  /// F, index points.
  public var forward: Double { parity.forward }
  /// Variance sessions to the expiry close.
  public let clock: Double
  /// Ascending; stale strikes are left out.
  public let strikes: [Strike]
  /// Whether the quotes are from after the session's close, where spreads are wider.
  public let isAfterClose: Bool

  /// Prepares the next session's expiry of a snapshot, or a later one.
  ///
  /// - Parameters:
  ///   - minute: when it was taken; `nil` for the chain's own time, or the recovered one.
  ///   - clock: the variance clock with its calendar.
  ///   - sessions: from the quotes to the expiry, ≥ 1.
  /// - Throws: the reason why the chain can't be used.
  /// - Complexity: O(strikes), each with one implied volatility.
  public init(
    _ chain: ChainSnapshot, minute given: Int?, clock: VarianceClock, calendar: TradingCalendar,
    sessions: Int = 1
  ) throws(Skip) {
    guard let close = calendar.closeMinute(chain.quoteDate) else { throw .notASession }
    let later = (0..<sessions).reduce(SessionDate?.some(chain.quoteDate)) { date, _ in
      date.flatMap { calendar.next(after: $0) }
    }
    guard let expiry = later, let quotes = chain.expiring(expiry) else { throw .noExpiry }
    guard let minute = given ?? chain.minute ?? RecoveredTime(chain)?.minute else { throw .noTime }
    guard let parity = ParityForward(quotes), parity.pairs >= 3 else { throw .noForward }
    let forward = parity.forward
    var strikes: [Strike] = []
    for q in quotes.strikes where !parity.staleStrikes.contains(q.strike) {
      let isCall = q.strike >= forward
      guard let quote = isCall ? q.call : q.put else { continue }
      let sign = isCall ? 1.0 : -1.0
      let s = impliedStdDev(price: quote.mid, forward: forward, strike: q.strike, sign: sign)
      let delta = s.map { normalCDF(sign * (Elementary.log(forward / q.strike) / $0 + $0 / 2)) }
      strikes.append(
        Strike(strike: q.strike, isCall: isCall, quote: quote, stdDev: s, delta: delta ?? .nan))
    }
    guard strikes.filter({ Self.judged.contains($0.delta) }).count >= 8 else { throw .tooFewStrikes }
    source = chain.source
    quoteDate = chain.quoteDate
    self.expiry = expiry
    self.minute = minute
    self.parity = parity
    self.clock = clock.sessions(from: chain.quoteDate, minute: minute, to: expiry)
    self.strikes = strikes
    isAfterClose = minute >= close
  }

  /// Deltas whose errors are counted.
  static let judged = 0.03...0.40
  /// Deltas that are fitted.
  static let fitted = 0.01...0.50

  /// The position of a strike, or `nil`. O(log n).
  func index(of strike: Double) -> Int? {
    var low = 0
    var high = strikes.count
    while low < high {
      let mid = (low + high) / 2
      if strikes[mid].strike < strike { low = mid + 1 } else { high = mid }
    }
    return low < strikes.count && strikes[low].strike == strike ? low : nil
  }

  /// s at the strike nearest the forward: a first guess of √w.
  var nearestStdDev: Double {
    strikes.filter { $0.stdDev != nil }
      .min { ($0.strike - forward).magnitude < ($1.strike - forward).magnitude }?.stdDev ?? 0.01
  }
}
