/// Why a signal can't be computed at all.
///
/// Indirect, so that it takes one word: thrown as several, it came back as other memory from optimised code (Swift 6.3).
public indirect enum SignalError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The history holds none of what it needs.
  case lacking(history: String, signal: String, needs: String)
  /// It is part of a trade, so there is no column of it.
  case ofTrade(signal: String)
  /// Arguments that don't fit one another.
  case arguments(signal: String, reason: String)

  /// One line with the remedy.
  public var description: String {
    switch self {
    case .lacking(let history, let signal, let needs):
      "\(history): has nothing to compute \(signal) of; import \(needs) with `wingspan data import`"
    case .ofTrade(let signal):
      "\(signal) is a value of the trade itself, which the engine works out; it has no column before there is a trade"
    case .arguments(let signal, let reason): "\(signal): \(reason)"
    }
  }
}
