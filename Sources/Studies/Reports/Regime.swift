import Backtesting
import MarketData
import Rules
import Signals

/// A condition of the market by which results are parted, as it is known when an entry is decided.
public struct Regime: Sendable {
  /// Who says that it matters.
  public let source: String
  private let checked: CheckedRule
  /// The rule, in its canonical spelling.
  public var rule: String { checked.canonical }

  /// A rule in the language of rules.
  ///
  /// - Throws: `RuleError` for a mistake, for what is no condition, and for what hangs on more than the market.
  public init(_ text: String, source: String) throws(RuleError) {
    checked = try Rulebook(catalogue: .standard).check(text, as: .condition, upTo: .market)
    self.source = source
  }

  /// Rules that are published, the term structure and releases.
  public static func published() throws(RuleError) -> [Regime] {
    let page = "vixshield.com on 'Big Top', a default to search from, unaudited"
    let texts = [
      ("vix > mean(vix, 200)", page),
      ("vix >= 1.18 * realised_vol(20)", page + "; premium: VIX over 20 sessions' realised volatility"),
      ("rsi(14, 1 session) > 68", page + "; RSI over 14 sessions"),
      ("vix > mean(vix, 200) and vix >= 1.18 * realised_vol(20) and rsi(14, 1 session) > 68", page),
      ("backwardation", "term structure: VX1 above VX2"),
      ("event(FOMC, CPI, PPI, NFP) within 1 session", "a release on the entry session or the next"),
    ]
    var regimes: [Regime] = []
    for (text, source) in texts { regimes.append(try Regime(text, source: source)) }
    return regimes
  }

  /// Whether it held in each session of a period at a minute, `nil` where that can't be told: values by session as known
  /// at that session's open, values by minute of the last bar completed.
  ///
  /// - Throws: `SignalError` for a history that lacks what it looks at, `RuleError` for one that is too short.
  /// - Complexity: O(sessions × window lengths), of signals by minute O(minutes).
  func states(_ market: Market, period: ClosedRange<Int>, minute: Int) throws -> [Bool?] {
    let history = market.history
    try checked.requireSessions(history.sessions.count)
    let program = RuleProgram([checked])
    let feed = try SignalFeed(checked.signals, history: history, parameters: market.parameters)
    let sessions = program.sessions(
      count: history.sessions.count,
      columns: program.sessionSignals.map { feed.sessions($0).map(\.number) })
    var workspace = program.workspace(minutes: MinuteOfDay.close - MinuteOfDay.open + 1)
    return period.map { i in
      if let value = sessions.value(of: 0, session: i) { return value.truth }
      let marks = history.sessions[i].spot.count
      workspace.begin(minutes: marks)
      for (k, signal) in program.minuteSignals.enumerated() {
        let column = feed.minutes(signal, session: i).map(\.number)
        workspace.load(k, from: column.span)
      }
      program.evaluate(session: i, of: sessions, in: &workspace)
      return workspace.value(of: 0, minute: min(max(0, minute - MinuteOfDay.open), marks - 1)).truth
    }
  }
}
