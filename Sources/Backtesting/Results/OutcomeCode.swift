/// What became of one session's entry decision. Every session has exactly one; the first reason that applies.
public enum OutcomeCode: String, Sendable, Hashable, CaseIterable, Codable {
  /// A condor was sold.
  case traded
  /// The calendar weekday is not one of the rule's.
  case weekday
  /// No SPXW series expires at the next session's close.
  case noListedExpiry = "no_listed_expiry"
  /// The next session lies beyond the period or the history.
  case periodEnds = "period_ends"
  /// The decision minute comes after a half day's close.
  case earlyClose = "early_close"
  /// Index marks, an official close or VX settlements are missing where the trade could need
  /// them.
  case dataHole = "data_hole"
  /// A volatility close, an event calendar or an indicator that a rule asks for is not known yet or not there.
  case signalMissing = "signal_missing"
  /// A scheduled event falls into the holding window.
  case event
  /// A gate on the volatility indices is closed.
  case gate
  /// No 5-point strike has a delta within the band on at least one side.
  case noStrikeInBand = "no_strike_in_band"
  /// The mid credit is outside the band, or nothing is left of it after slippage.
  case creditUnreachable = "credit_unreachable"
  /// Open and new margin exceed the account.
  case margin
}

/// How a position ended.
public enum ExitReason: String, Sendable, Hashable, CaseIterable, Codable {
  case stop
  case target
  case time
  /// The condition of the exit held.
  case rule
  case settlement

  /// Whether it is an order to be out, after which nothing is sold anew.
  var isOut: Bool { self == .time || self == .rule }
}
