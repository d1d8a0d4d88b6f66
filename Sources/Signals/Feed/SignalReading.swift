import MarketData

/// A minute of a day in New York.
public struct SignalTime: Hashable, Comparable, Sendable, CustomStringConvertible {
  /// The date.
  public let date: SessionDate
  /// Minutes after midnight.
  public let minute: Int

  /// Of its parts.
  public init(_ date: SessionDate, _ minute: Int) {
    self.date = date
    self.minute = minute
  }
  /// `2019-06-12 16:15`.
  public var description: String { "\(date) \(MinuteOfDay.text(minute))" }
  /// In time.
  public static func < (a: SignalTime, b: SignalTime) -> Bool { (a.date, a.minute) < (b.date, b.minute) }
}

/// Why a signal has no value at a time.
public enum SignalGap: String, Hashable, Sendable, CaseIterable, Codable {
  /// Fewer bars, sessions or observations than the formula takes.
  case tooLittleHistory = "too little history"
  /// The data have a hole where the formula looks, or the formula no finite result.
  case noValue = "no value"
  /// Before the first or after the last value of the source.
  case beyondCoverage = "beyond coverage"
  /// No file supplies this session, though others are supplied.
  case noSource = "no file for this session"
}

/// What a signal says at a time: a finite number with the time it describes and the time it became known, or why there is
/// none. A condition is 1 or 0.
public enum SignalReading: Hashable, Sendable {
  case value(Double, observed: SignalTime, known: SignalTime)
  case missing(SignalGap)

  /// The value, NaN where there is none: what `RuleProgram` takes.
  public var number: Double { if case .value(let value, _, _) = self { value } else { .nan } }
  /// Why there is no value; `nil` where there is one.
  public var gap: SignalGap? { if case .missing(let gap) = self { gap } else { nil } }

  /// A finite value; anything else is missing.
  static func finite(_ value: Double, observed: SignalTime, known: SignalTime) -> SignalReading {
    value.isFinite ? .value(value, observed: observed, known: known) : .missing(.noValue)
  }
  /// A value that is known when it happens.
  static func finite(_ value: Double, at time: SignalTime) -> SignalReading {
    finite(value, observed: time, known: time)
  }

  /// The value changed, its times kept; missing where it was, or where the result isn't finite.
  func map(_ change: (Double) -> Double) -> SignalReading {
    guard case .value(let value, let observed, let known) = self else { return self }
    return .finite(change(value), observed: observed, known: known)
  }
  /// Of two values: it describes the earlier of their times and is known from the later. Missing where one is, with the
  /// reason of the first.
  func combined(with other: SignalReading, _ result: (Double, Double) -> Double) -> SignalReading {
    guard case .value(let a, let observedA, let knownA) = self else { return self }
    guard case .value(let b, let observedB, let knownB) = other else { return other }
    return .finite(result(a, b), observed: min(observedA, observedB), known: max(knownA, knownB))
  }
}

/// When a signal by session is read.
public enum SessionView: String, Sendable, CaseIterable {
  /// At the open: the closes of the session before are known.
  case open
  /// From 16:15 on: those of the session itself are too.
  case evening
}

/// One session at one of its views.
struct SessionMoment: Hashable {
  let session: Int
  let view: SessionView
  /// The last session whose closes are known; −1 before the first.
  var closed: Int { view == .evening ? session : session - 1 }
}

/// A signal with one value a session at each view.
protocol SessionSignal: Sendable {
  /// What it says; never of data that become known later. O(1) or O(window).
  func reading(_ moment: SessionMoment) -> SignalReading
}

/// A signal with a value at every completed minute.
protocol MinuteSignal: Sendable {
  /// What it says at each mark of a session, the open's included, shape `[marks]`: position k is minute 09:30 + k and sees
  /// the bars that ended by then. O(marks).
  func readings(session: Int) -> [SignalReading]
}

/// A signal by minute that also hangs on when the trade expires.
protocol ExpirySignal: Sendable {
  /// What it says at each mark of a session about a trade that expires at the close of session `expiry`. O(marks).
  func readings(session: Int, expiry: Int) -> [SignalReading]
}
