import MarketData

/// What a set of chain files cannot be used for.
public enum CalibrationError: Error, Equatable, Sendable {
  /// A fit needs more chains than there are.
  case tooFewChains(found: Int, needed: Int, skipped: String)
}

extension CalibrationError: CustomStringConvertible {
  /// File, place, value met and remedy.
  public var description: String {
    switch self {
    case .tooFewChains(let found, let needed, let skipped):
      "\(found) usable one-day chains, a fit needs at least \(needed)"
        + (skipped.isEmpty ? "" : " (left out: \(skipped))")
        + "; give more chains, or use --evaluate to price these with the shipped parameters"
    }
  }
}

/// Chain files read and sorted into what can be fitted and what was left out.
public struct ChainSet: Sendable {
  /// Every snapshot of the files.
  public let snapshots: [ChainSnapshot]
  /// Those with an expiry on the next session, by date.
  public let days: [CalibrationDay]
  /// A snapshot left out and why.
  public struct Skipped: Sendable, Codable, Hashable {
    /// The file.
    public var file: String
    /// The session of the quotes.
    public var quoteDate: String
    /// Why.
    public var reason: OneDayChain.Skip
  }
  /// Snapshots left out, in the order of the files.
  public let skipped: [Skipped]

  /// Reads files.
  ///
  /// - Parameters:
  ///   - paths: chain files of any known format.
  ///   - at: the minute of chains whose file doesn't say it; `nil` recovers it.
  ///   - clock: variance-clock parameters.
  ///   - history: closes and events; `nil` leaves every level but the chain's own unknown.
  /// - Throws: ``ChainError``, or `MarketDataError` for a damaged calendar.
  /// - Complexity: O(content).
  public init(
    paths: [String], at minute: Int?, clock: ClockParameters, history: MarketHistory?
  ) throws {
    let calendar = try history?.calendar ?? TradingCalendar.newYork()
    let events = try history?.events ?? EventCalendar.bundled()
    let clock = VarianceClock(parameters: clock, calendar: calendar, events: events)
    var snapshots: [ChainSnapshot] = []
    var days: [CalibrationDay] = []
    var skipped: [Skipped] = []
    for path in paths {
      for snapshot in try ChainReader.snapshots(path: path) {
        snapshots.append(snapshot)
        do throws(OneDayChain.Skip) {
          let chain = try OneDayChain(
            snapshot, minute: snapshot.minute ?? minute, clock: clock, calendar: calendar)
          let closes = history.map { KnownCloses($0, on: snapshot.quoteDate) } ?? KnownCloses()
          days.append(CalibrationDay(chain: chain, closes: closes))
        } catch {
          skipped.append(
            Skipped(file: path, quoteDate: snapshot.quoteDate.description, reason: error))
        }
      }
    }
    self.snapshots = snapshots
    self.days = days.sorted { ($0.chain.quoteDate, $0.chain.source) < ($1.chain.quoteDate, $1.chain.source) }
    self.skipped = skipped
  }

  /// First and last quote date of some files, without preparing anything. O(content).
  public static func dates(paths: [String]) throws(ChainError) -> ClosedRange<SessionDate>? {
    var low: SessionDate?
    var high: SessionDate?
    for path in paths {
      for snapshot in try ChainReader.snapshots(path: path) {
        low = min(low ?? snapshot.quoteDate, snapshot.quoteDate)
        high = max(high ?? snapshot.quoteDate, snapshot.quoteDate)
      }
    }
    guard let low, let high else { return nil }
    return low...high
  }

  /// How many were left out for each reason, in words; empty for none.
  public var skippedText: String {
    OneDayChain.Skip.allCases.compactMap { reason in
      let n = skipped.filter { $0.reason == reason }.count
      return n == 0 ? nil : "\(n) with \(reason.rawValue)"
    }.joined(separator: ", ")
  }

  /// Volatility index and spread ratio of every snapshot whose VIX9D, else VIX, is known.
  public func stress(
    _ parameters: HalfSpreadParameters, history: MarketHistory?
  ) -> [(volatilityIndex: Double, ratio: Double)] {
    guard let history else { return [] }
    return snapshots.compactMap { snapshot in
      let closes = KnownCloses(history, on: snapshot.quoteDate)
      let index = closes.vix9d > 0 ? closes.vix9d : closes.vix
      guard index > 0, let ratio = HalfSpreadFit.stressRatio(snapshot, parameters) else { return nil }
      return (index, ratio)
    }
  }
}
