import Kernels
import MarketData

/// When a chain without a time was taken, recovered from the vendor's implied volatilities.
///
/// The vendor's volatility is s ÷ √T with T in years of 365 days, so (our s ÷ the vendor's volatility)² is T,
/// and the time of day is 16:30 less what T has beyond whole days. The vendor's own forward is found first: the
/// one with which all strikes tell the same T. After 16:00 it hangs on the frozen index and lies off the
/// parity forward, which is how a chain taken after the close is told.
public struct RecoveredTime: Sendable, Hashable {
  /// Minutes after midnight, New York; 975 (16:15) for any time after 16:00.
  public let minute: Int
  /// Standard error, minutes, from the strikes' disagreement; not meaningful after the close.
  public let standardError: Double
  /// The vendor's forward less the parity forward, points.
  public let forwardGap: Double
  /// Whether the quotes are from after 16:00.
  public var isAfterClose: Bool { minute >= MinuteOfDay.close }

  /// Beyond this the vendor's forward is the frozen index, points. Within hours it was at most 0.2, after the
  /// close 2 to 4 (or the time itself said so).
  private static let frozen = 0.75
  /// Farthest strike from the forward, points.
  private static let window = 40.0
  /// Vendor volatilities at or below are placeholders.
  private static let placeholder = 0.03

  /// `nil` if the chain holds no expiry one to seven days out with at least six usable volatilities.
  /// O(expiries · strikes).
  public init?(_ chain: ChainSnapshot) {
    var weights = 0.0
    var minutes = 0.0
    var gaps = 0.0
    for quotes in chain.expiries {
      let days = quotes.expiry - chain.quoteDate
      guard (1...7).contains(days), let parity = ParityForward(quotes),
        let one = Self.estimate(quotes, forward: parity.forward)
      else { continue }
      let time = 16.5 * 60 - (one.years * 365 - Double(days)) * 1440
      let error = (one.relativeError + 1e-3) * Double(days) * 2 * 1440
      let weight = 1 / (error * error)
      weights += weight
      minutes += weight * time
      gaps += weight * one.gap
    }
    guard weights > 0 else { return nil }
    let time = minutes / weights
    forwardGap = gaps / weights
    standardError = (1 / weights).squareRoot()
    if forwardGap.magnitude > Self.frozen || time >= Double(MinuteOfDay.close) {
      minute = MinuteOfDay.afterClose
    } else {
      minute = max(MinuteOfDay.open, Int(time.rounded()))
    }
  }

  private struct Option {
    let strike: Double
    let sign: Double
    let mid: Double
    let volatility: Double
  }

  /// T of one expiry, its relative error and the vendor's forward less ours.
  private static func estimate(
    _ quotes: ExpiryQuotes, forward: Double
  ) -> (years: Double, relativeError: Double, gap: Double)? {
    var options: [Option] = []
    for q in quotes.strikes where (q.strike - forward).magnitude <= window {
      let isCall = q.strike >= forward
      guard let quote = isCall ? q.call : q.put, quote.bid > 0, quote.vendorVolatility > placeholder else {
        continue
      }
      options.append(
        Option(strike: q.strike, sign: isCall ? 1 : -1, mid: quote.mid, volatility: quote.vendorVolatility))
    }
    guard options.count >= 6 else { return nil }
    var best = 0.0
    var bestSpread = Double.infinity
    func consider(_ gap: Double) {
      guard let spread = spread(options, forward + gap)?.spread, spread < bestSpread else { return }
      bestSpread = spread
      best = gap
    }
    for i in -8...8 { consider(Double(i) * 0.75) }
    var step = 0.25
    while step > 0.01 {
      let centre = best
      for i in -2...2 { consider(centre + Double(i) * step) }
      step *= 0.4
    }
    guard let found = spread(options, forward + best) else { return nil }
    let error = 1.4826 * found.deviation / Double(options.count).squareRoot()
    return (Elementary.exp(2 * found.median), error, best)
  }

  /// Median of ln(s ÷ volatility), the mean absolute distance from it and the median one.
  private static func spread(
    _ options: [Option], _ forward: Double
  ) -> (median: Double, spread: Double, deviation: Double)? {
    var logs: [Double] = []
    for o in options {
      if let s = impliedStdDev(price: o.mid, forward: forward, strike: o.strike, sign: o.sign) {
        logs.append(Elementary.log(s / o.volatility))
      }
    }
    guard 10 * logs.count >= 7 * options.count, logs.count >= 4 else { return nil }
    let middle = median(logs)
    let distances = logs.map { ($0 - middle).magnitude }
    return (middle, distances.reduce(0, +) / Double(logs.count), median(distances))
  }
}

/// The middle value, or the mean of the two middle ones; NaN for none. O(n log n).
func median(_ values: [Double]) -> Double {
  let sorted = values.sorted()
  guard !sorted.isEmpty else { return .nan }
  let n = sorted.count
  return n % 2 == 1 ? sorted[n / 2] : (sorted[n / 2 - 1] + sorted[n / 2]) / 2
}
