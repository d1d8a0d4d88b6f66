/// The deepest fall of a P&L series' running sum below its running maximum.
public struct Drawdown: Hashable, Sendable {
  /// Depth, cents, ≥ 0. The maximum starts at 0, so a series that only loses draws down from its first session.
  public let depth: Int64
  /// Sessions from the last one at the peak to the one that is back at it or above, or else to the end.
  public let length: Int
  /// Whether the peak was reached again. True where there is no drawdown at all.
  public let recovered: Bool

  /// The deepest drawdown; of several equally deep ones the first. O(n).
  ///
  /// - Parameter cents: P&L per session, in order of time; the running sum must fit 63 bits.
  public init(cents: [Int64]) {
    var below: Int64 = 0  // peak − running sum
    var depth: Int64 = 0
    var length = 0
    var recovered = true
    var underwater = 0  // sessions since the peak
    var deepest: Int64 = 0  // of the present stretch
    for x in cents {
      below -= x
      if below > 0 {
        underwater += 1
        if below > deepest { deepest = below }
        if deepest > depth {
          depth = deepest
          recovered = false
        }
        if !recovered { length = underwater }
      } else {
        if !recovered {
          length = underwater + 1
          recovered = true
        }
        below = 0
        underwater = 0
        deepest = 0
      }
    }
    self.depth = depth
    self.length = length
    self.recovered = recovered
  }
}

/// Figures that need a capital to be measured against.
public struct AccountFigures: Hashable, Sendable {
  /// Yearly return on the starting capital (mean·252 ÷ account) ÷ largest fall of the equity as a share of its
  /// peak; higher is better. Nil without a drawdown, or where the capital was lost whole.
  public let calmar: Double?
  /// Ulcer index: root of the mean squared percentage fall below the running peak, in percent; lower is better.
  public let ulcer: Double?
  /// Largest fall of the equity as a share of its running peak, 0…1 and above 1 where more than all was lost.
  public let worstFall: Double?

  /// The figures of a series on an account.
  ///
  /// - Parameters:
  ///   - cents: P&L per session, in order of time.
  ///   - account: starting capital, cents; every field is nil unless it is positive and there is a session.
  /// - Source: P. Martin and B. McCann, "The Investor's Guide to Fidelity Funds" (1989), for the Ulcer index.
  public init(cents: [Int64], account: Int64) {
    guard account > 0, !cents.isEmpty else {
      calmar = nil
      ulcer = nil
      worstFall = nil
      return
    }
    var equity = account
    var peak = account
    var deepest = 0.0
    var squares = 0.0
    for x in cents {
      equity += x
      peak = max(peak, equity)
      let fall = Double(peak - equity) / Double(peak)
      deepest = max(deepest, fall)
      squares += (100 * fall) * (100 * fall)
    }
    let n = Double(cents.count)
    let yearly = Double(equity - account) / n * 252 / Double(account)
    worstFall = deepest
    ulcer = (squares / n).squareRoot()
    calmar = deepest > 0 && deepest < 1 ? yearly / deepest : nil
  }
}
