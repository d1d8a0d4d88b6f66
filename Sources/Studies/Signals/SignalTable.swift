import Backtesting
import MarketData
import Rules
import Signals

/// Signals of a market over a period, for files and people.
public struct SignalTable: Sendable {
  /// A signal of the catalogue, and what it says in this history.
  public struct Entry: Sendable {
    /// With its arguments.
    public let signal: SignalInstance
    /// Its declaration.
    public let declaration: SignalDeclaration
    /// Where it has values; `nil` for a value of the trade, and where the history can't supply it.
    public let coverage: SignalCoverage?
    /// Why it has none at all; `nil` where it has a column.
    public let reason: String?
  }
  private let market: Market
  /// Positions of the sessions.
  public let period: Range<Int>
  private let dates: [SessionDate]

  /// - Throws: `BacktestError` for an empty period.
  public init(_ market: Market, from: SessionDate?, to: SessionDate?) throws {
    self.market = market
    dates = market.history.sessions.map(\.date)
    period = try Range(Backtester.period(of: market.history, from: from, to: to))
  }

  /// The signals named in a list: names and calls between commas, `vix, rsi(14), event(FOMC, CPI) within 1 session`.
  ///
  /// - Throws: `RuleError` with the column within the item.
  public static func signals(named list: String) throws -> [SignalInstance] {
    let book = try Rulebook(catalogue: .standard)
    var depth = 0
    var items = [""]
    for character in list {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if character == ",", depth <= 0 { items.append("") } else { items[items.count - 1].append(character) }
    }
    var signals: [SignalInstance] = []
    for item in items {
      let signal = try book.signal(item)
      if !signals.contains(signal) { signals.append(signal) }
    }
    return signals
  }

  /// Every signal that the history can supply, with its usual arguments, in the order of the catalogue.
  public func supplied() -> [SignalInstance] {
    SignalCatalogue.standard.declarations.map(\.usual).filter { (try? feed([$0])) != nil }
  }

  /// Those signals of a rule that have a column: all but values of the trade.
  /// - Throws: `SignalError` for the first that the history lacks.
  public func columns(of rule: CheckedRule) throws(SignalError) -> [SignalInstance] {
    var columns: [SignalInstance] = []
    for signal in rule.signals {
      do throws(SignalError) {
        _ = try feed([signal])
        columns.append(signal)
      } catch {
        guard case .ofTrade = error else { throw error }
      }
    }
    return columns
  }

  /// The values of some signals.
  /// - Throws: `SignalError` for the first that the history lacks.
  public func feed(_ signals: [SignalInstance]) throws(SignalError) -> SignalFeed {
    try SignalFeed(signals, history: market.history, parameters: market.parameters)
  }

  /// Every signal of the catalogue with its coverage. O(signals × marks).
  public func entries(of signals: [SignalInstance]? = nil) -> [Entry] {
    let catalogue = SignalCatalogue.standard
    return (signals ?? catalogue.declarations.map(\.usual)).compactMap { signal in
      guard let declaration = catalogue[signal.name] else { return nil }
      do throws(SignalError) {
        let coverage = try feed([signal]).coverage(of: signal, over: period, dates: dates)
        return Entry(signal: signal, declaration: declaration, coverage: coverage, reason: nil)
      } catch {
        return Entry(signal: signal, declaration: declaration, coverage: nil, reason: error.description)
      }
    }
  }

  /// What the file has as its first line.
  public static let header = "signal,session,minute,value,observed,known,missing"

  /// Writes values as CSV, one a line, signal by signal: the signal with its arguments, the session, the minute at which it
  /// is seen, the value (a condition's is 1 or 0), when what it describes happened and when it became known, or instead of
  /// these three why it is missing. Times are New York.
  ///
  /// - Parameters:
  ///   - signals: of the feed's market.
  ///   - minuteBars: whether signals by minute come with every mark of a session, or with its last one only.
  ///   - path: replaced when everything is written.
  /// - Returns: the coverage of each signal.
  public func write(
    _ signals: [SignalInstance], minuteBars: Bool, to path: String
  ) throws -> [SignalCoverage] {
    let feed = try feed(signals)
    var coverages: [SignalCoverage] = []
    try OutputFile.write(to: path) { write in
      try write(Self.header + "\n")
      for signal in signals {
        let name = signal.text.contains(",") ? "\"\(signal.text)\"" : signal.text
        var coverage = SignalCoverage()
        var text = ""
        for session in period {
          let readings = feed.readings(signal, session: session)
          coverage.add(readings, on: dates[session])
          let first = minuteBars ? 0 : max(0, readings.count - 1)
          for k in first..<readings.count {
            text += "\(name),\(dates[session]),\(MinuteOfDay.text(MinuteOfDay.open + k)),"
            switch readings[k] {
            case .value(let value, let observed, let known): text += "\(value),\(observed),\(known),\n"
            case .missing(let gap): text += ",,,\(gap.rawValue)\n"
            }
          }
          if text.utf8.count > 1 << 20 {
            try write(text)
            text = ""
          }
        }
        try write(text)
        coverages.append(coverage)
      }
    }
    return coverages
  }
}
