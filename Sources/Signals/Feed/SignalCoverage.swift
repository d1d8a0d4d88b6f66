import MarketData
import Pricing
import Rules

/// On how many sessions a signal has a value, and why not on the others.
public struct SignalCoverage: Hashable, Sendable, Codable {
  /// Sessions looked at.
  public var sessions = 0
  /// Those with a value: at the open for a signal by session, at one of their marks for one by minute.
  public var withValue = 0
  /// The first session with a value, `YYYY-MM-DD`; `nil` if there is none.
  public var first: String?
  /// The last one.
  public var last: String?
  /// The others by reason; of a signal by minute that of the session's last mark.
  public var missing: [String: Int] = [:]

  /// Nothing looked at yet.
  public init() {}
  /// Share of the sessions with a value; 0 of none.
  public var share: Double { sessions == 0 ? 0 : Double(withValue) / Double(sessions) }

  /// Takes in what a signal says in the next session.
  public mutating func add(_ readings: [SignalReading], on date: SessionDate) {
    sessions += 1
    if readings.contains(where: { $0.gap == nil }) {
      withValue += 1
      first = first ?? date.description
      last = date.description
    } else {
      missing[(readings.last?.gap ?? .noValue).rawValue, default: 0] += 1
    }
  }
}

extension SignalFeed {
  /// What a signal says in a session: of one by session one reading, as known at the open; of one by minute a reading a mark.
  /// One that hangs on the expiry is asked about a trade that expires at the next session's close.
  public func readings(_ signal: SignalInstance, session: Int) -> [SignalReading] {
    switch (signal.resolution, signal.dependence) {
    case (.session, _): [reading(signal, session: session)]
    case (.minute, .market): minutes(signal, session: session)
    case (.minute, _) where session + 1 < sessionCount:
      minutes(signal, session: session, expiry: session + 1)
    case (.minute, _): [.missing(.beyondCoverage)]
    }
  }

  /// The coverage of a signal over some sessions. O(marks of the sessions).
  ///
  /// - Parameter dates: of the history's sessions.
  public func coverage(
    of signal: SignalInstance, over period: Range<Int>, dates: [SessionDate]
  ) -> SignalCoverage {
    var coverage = SignalCoverage()
    for session in period {
      coverage.add(readings(signal, session: session), on: dates[session])
    }
    return coverage
  }
}
