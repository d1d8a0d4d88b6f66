import Backtesting
import Crypto
import Foundation
import HistoryStore
import MarketData
import Pricing
import Strategies

/// The market that a command runs on: a history, its expiries and the marks.
public struct Market: Sendable {
  /// The whole record.
  public let history: MarketHistory
  /// Mark parameters in force.
  public internal(set) var parameters: MarkParameters
  /// Dates on which a PM-settled SPXW series expires.
  public let listedExpiries: Set<SessionDate>
  /// What is assumed of VX inside a session.
  public var vxPath = VXPathModel()

  /// Version of the program; part of every export.
  public static let version = "0.1.0"

  /// Opens a history (`nil` is the bundled one) and mark parameters (`nil` is the shipped fit).
  ///
  /// - Parameter seed: of simulated minutes, or of the bridges inside coarse bars.
  public static func open(
    history path: String?, marks: String?, seed: UInt64
  ) throws -> Market {
    let history: MarketHistory
    if let path, path != "bundled" {
      history = try HistoryStore.load(path: path, seed: seed)
    } else {
      history = try BundledHistory.load(seed: seed)
    }
    let parameters = try marks.map { try MarkParameters.load(path: $0) } ?? MarkParameters.shipped()
    return try Market(history: history, parameters: parameters)
  }

  /// A market of a history that is already there.
  public init(history: MarketHistory, parameters: MarkParameters) throws(MarketDataError) {
    self.history = history
    self.parameters = parameters
    let expiries = try SPXWExpiries(calendar: history.calendar)
    if let first = history.sessions.first?.date, let last = history.sessions.last?.date {
      listedExpiries = Set(expiries.expiries(in: first...last))
    } else {
      listedExpiries = []
    }
  }

  /// Name of the mark parameters with the beginning of the SHA-256 of their values: two fits of one name differ.
  public var marksLabel: String {
    let bytes = (try? parameters.jsonData()) ?? Data()
    let digest = SHA256.hash(data: bytes).prefix(6).map { byte in
      (byte < 16 ? "0" : "") + String(byte, radix: 16)
    }
    return "\(parameters.name) sha256:\(digest.joined())"
  }

  /// Everything that strategies share.
  public func context(for strategies: some Sequence<Strategy>) -> MarketContext {
    MarketContext(
      history: history, parameters: parameters, listedExpiries: listedExpiries, strategies: strategies,
      vxPath: vxPath)
  }

  /// The same, refusing strategies whose rules look at what the history lacks, and, over a period, those whose hedge alone
  /// binds more than the account at every entry.
  ///
  /// - Throws: `SignalError`, which says what to import, `RuleError` for a window longer than the history, or `BacktestError`.
  public func checkedContext(
    for strategies: some Sequence<Strategy>, period: ClosedRange<Int>? = nil
  ) throws -> MarketContext {
    let context = context(for: strategies)
    try context.requireSignals(of: strategies)
    guard let period else { return context }
    for strategy in strategies { try Backtester(context).requireMargin(of: strategy, period: period) }
    return context
  }

  /// What the prices of this market are, in one sentence. Printed with every result.
  public var disclosure: String {
    let marks = "option prices modelled (\(parameters.name))"
    switch history.provenance.minutes {
    case .simulated: return BundledHistory.disclosure + " [\(marks)]"
    case .synthetic: return "a synthetic market: every price is simulated; no evidence of anything [\(marks)]"
    case .quoted, .bridged:
      return "\(history.provenance.minutes.rawValue); \(history.provenance.futures.rawValue); \(marks): "
        + "modelled is not quoted, and the level of volatility is its largest error"
    }
  }
}
