import MarketData

/// When a condor is sold.
public struct EntryRule: Hashable, Sendable {
  /// Which sessions have an option that expires the next session.
  public enum Expirations: String, Hashable, Sendable, CaseIterable {
    /// As the exchange listed them.
    case listed
    /// A stated hypothetical: an expiry every session, also before it was listed.
    case everySession = "every-session"
  }
  /// The decision minute; the fill is one minute later. 945 is 15:45.
  public var minute: Int
  /// Which sessions have an expiry.
  public var expirations: Expirations
  /// ISO weekdays of entry, 1 Monday … 5 Friday; empty means every day.
  public var weekdays: [Int]
  /// No entry if one of these is published while the condor would be held.
  public var skipEvents: [EconomicEvent.Kind]
  /// All must hold.
  public var gates: [Gate]
  /// Must hold at the decision minute, with values by session as known at that session's open; from 16:15 on, or with
  /// `assume_close_known`, that session's closes too.
  public var condition: StrategyRule?

  /// Of its parts.
  public init(
    minute: Int = 945, expirations: Expirations = .listed, weekdays: [Int] = [],
    skipEvents: [EconomicEvent.Kind] = [], gates: [Gate] = [], condition: StrategyRule? = nil
  ) {
    self.minute = minute
    self.expirations = expirations
    self.weekdays = weekdays
    self.skipEvents = skipEvents
    self.gates = gates
    self.condition = condition
  }
}

/// A condition on a volatility index close that is known at the decision minute (before 16:15 the session
/// before's).
public struct Gate: Hashable, Sendable {
  /// The index whose close is asked.
  public var index: VolatilityIndex
  /// With a divisor the gate is on the ratio, for example VIX over VIX3M.
  public var over: VolatilityIndex?
  /// The value must be ≥ this.
  public var atLeast: Double?
  /// The value must be ≤ this.
  public var atMost: Double?
  /// Of its parts.
  public init(
    index: VolatilityIndex, over: VolatilityIndex? = nil, atLeast: Double? = nil, atMost: Double? = nil
  ) {
    self.index = index
    self.over = over
    self.atLeast = atLeast
    self.atMost = atMost
  }

  /// Whether the gate is open as of the close of session `i`; `nil` if a value is missing.
  public func isOpen(_ history: MarketHistory, closeOf i: Int) -> Bool? {
    var value = history.close(index, i)
    if let over { value /= history.close(over, i) }
    guard value == value else { return nil }
    return value >= (atLeast ?? -.infinity) && value <= (atMost ?? .infinity)
  }
}
