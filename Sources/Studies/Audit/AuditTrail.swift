import Backtesting
import ConfigFormats
import Foundation
import MarketData
import Strategies

/// Every decision of a backtest as one line each: what an auditor reads, and adds up.
public struct AuditTrail: Sendable {
  /// In order of time; of one minute, those of the earlier entry first.
  public let lines: [AuditLine]

  /// Goes through the sessions of a backtest again and puts down what each decision saw. O(sessions × minutes).
  ///
  /// - Parameters:
  ///   - context: that the backtest ran on.
  ///   - configuration: hash of the configuration.
  /// - Precondition: the result is of this market.
  public init(_ result: BacktestResult, market: Market, context: MarketContext, configuration: String) {
    let strategy = result.strategy
    let rules = RuleSettings(strategy)
    let engine = ReferenceEngine(strategy, context: context)
    let book = StandingBook(strategy, context: context, range: result.period)
    let margin = HedgeMargin(strategy, standing: book, context: context, range: result.period)
    var made: [(time: TradeMinute, line: AuditLine)] = []
    var trades = result.trades[...]
    for (record, i) in zip(result.records, result.period) {
      let trade = record.code == .traded ? trades.popFirst() : nil
      // the last one has no session to expire in
      let desk = record.code == .periodEnds ? nil : SessionDesk(context, entry: i)
      let entry = EntryAudit(
        engine: engine, session: i, desk: desk, market: market, rules: rules, hedge: margin,
        position: i - result.period.lowerBound)
      let priced = desk.flatMap(engine.pricedSurface)
      guard let trade, let desk, let priced else {
        made.append(entry.refused(record.code, priced, configuration))
        continue
      }
      let audit = TradeAudit(
        trade: trade, quantity: record.quantity, strategy: strategy, priced: priced, desk: desk, rules: rules,
        configuration: configuration)
      made.append(audit.entry(inputs: entry.inputs(priced)))
      made += audit.reentries() + audit.exits() + audit.shifts() + audit.hedges()
    }
    made += StandingAudit(strategy: strategy, context: context, rules: rules)
      .lines(result.period, configuration)
    lines = made.enumerated().sorted {
      ($0.element.time.session, $0.element.time.minute, $0.offset)
        < ($1.element.time.session, $1.element.time.minute, $1.offset)
    }.map(\.element.line)
  }

  /// JSON lines: an object a line, keys sorted. Always the same bytes.
  public func text() throws -> String {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return try lines.map { String(decoding: try encoder.encode($0), as: UTF8.self) + "\n" }.joined()
  }
}

/// Settings of a strategy as `path = value`, in the words of its canonical configuration.
struct RuleSettings {
  private let root: ConfigNode

  init(_ strategy: Strategy) { root = StrategyWriter.node(strategy) }

  /// Those that are written, joined by `; `.
  func text(_ paths: String...) -> String { text(paths) }

  /// The same of a list.
  func text(_ paths: [String]) -> String {
    paths.compactMap { path in value(path).map { "\(path) = \($0.brief)" } }.joined(separator: "; ")
  }

  private func value(_ path: String) -> ConfigNode? {
    var node: ConfigNode? = root
    for part in path.split(separator: ".") {
      let pieces = part.split(separator: "[")
      node = node?[String(pieces[0])]
      for index in pieces.dropFirst() {
        guard case .list(let nodes)? = node?.value, let k = Int(index.dropLast()), nodes.indices.contains(k)
        else { return nil }
        node = nodes[k]
      }
    }
    return node
  }
}

extension MarketHistory {
  /// A minute of a session as ISO 8601.
  func iso(_ time: TradeMinute) -> String {
    NewYorkTime.text(sessions[time.session].date, minute: time.minute)
  }
}
