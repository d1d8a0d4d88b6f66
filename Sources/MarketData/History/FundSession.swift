/// One bar of the fund that follows the index (SPY), in its own dollars.
public struct FundBar: Sendable, Hashable {
  /// Minute after midnight, New York, at which the bar is complete.
  public var endMinute: Int
  /// First price, dollars.
  public var open: Double
  /// Last price, dollars.
  public var close: Double
  /// Shares traded at the venues of the file; NaN where it has none.
  public var volume: Double
  /// Of its parts.
  public init(endMinute: Int, open: Double, close: Double, volume: Double) {
    self.endMinute = endMinute
    self.open = open
    self.close = close
    self.volume = volume
  }
}

/// Bars of the fund over one session, unscaled.
public struct FundSession: Sendable, Hashable {
  /// Length of a bar, minutes.
  public var barMinutes: Int
  /// Ascending in time.
  public var bars: [FundBar]
  /// Whether the session's index marks are made of the fund, so that the two can't be compared.
  public var isIndex: Bool
  /// Of its parts.
  public init(barMinutes: Int, bars: [FundBar], isIndex: Bool) {
    self.barMinutes = barMinutes
    self.bars = bars
    self.isIndex = isIndex
  }
}
