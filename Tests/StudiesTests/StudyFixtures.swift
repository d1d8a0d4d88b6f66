import ConfigFormats
import Foundation
import MarketData
import Pricing
import Strategies
import Studies

/// A folder of its own for a test, gone afterwards.
final class ScratchFolder {
  let url = FileManager.default.temporaryDirectory.appending(path: "studies-\(UUID().uuidString)")
  init() throws { try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true) }
  deinit { try? FileManager.default.removeItem(at: url) }
  func path(_ name: String) -> String { url.appending(path: name).path }
}

/// Small studies that take well under a second each.
enum Fixture {
  /// 60 synthetic sessions from 2022-07-01, when SPXW expired every session.
  static let market: Market = {
    do {
      guard let start = SessionDate(iso: "2022-07-01") else { preconditionFailure("date") }
      let history = try SyntheticMarket.history(sessions: 60, seed: 5, start: start)
      return try Market(history: history, parameters: .builtIn)
    } catch {
      preconditionFailure("\(error)")
    }
  }()
  /// All of them.
  static let period = 0...(market.history.sessions.count - 1)

  /// Two deltas, three stops, with and without a hedge: 12 configurations, some of which stop and some of which
  /// hedge.
  static let space = """
    version: 1
    name: small
    condor:
      width_points: 5
      short_delta: [0.10, 0.20]
    exit:
      stop: [none, {loss_multiple: 1.0}, {cost_points: 1.5}]
    hedge:
      layers:
        - name: first
          trigger: {any: [{move: {side: down, at_least_sd: 0.4}}, {rsi: {length: 14, bar_minutes: 5, at_most: 30}}]}
          size: {gross_risk: [0, 1]}
          monetise: [{gain: 0.02, sell: 0.5}]
    """

  static func document(_ text: String, _ file: String = "f.yaml") throws -> ConfigDocument {
    try ConfigDocument.parse(text, format: .yaml, file: file)
  }
  static func strategy(_ text: String) throws -> Strategy { try StrategyReader.strategy(document(text)) }
  static func sweep(_ text: String = space) throws -> Sweep {
    try Sweep(space: SweepSpace(document(text, "space.yaml")), market: market, period: period)
  }
}
