import MarketData
import Pricing
import Rules
import Signals
import Strategies

/// The signals that rules ask for, prepared once for all strategies and threads.
struct RuleSignals: Sendable {
  private var feeds: [SignalInstance: Result<SignalFeed, SignalError>] = [:]
  private var bySession: [SignalInstance: [Double]] = [:]
  private var byEvening: [SignalInstance: [Double]] = [:]

  /// Whether a signal is a column of the market; the others hang on the entry's fill, on a layer's or on the condor, and the
  /// engine works them out.
  static func isOfMarket(_ signal: SignalInstance) -> Bool {
    signal.name != "move" && !signal.dependence.isCoupled && !StrategyRule.ofOpenLayer.contains(signal.name)
  }

  /// O(sessions × minutes) for a new one.
  mutating func add(_ signal: SignalInstance, _ history: MarketHistory, _ parameters: MarkParameters) {
    guard Self.isOfMarket(signal), feeds[signal] == nil else { return }
    do throws(SignalError) {
      let feed = try SignalFeed([signal], history: history, parameters: parameters)
      feeds[signal] = .success(feed)
      if signal.resolution == .session {
        bySession[signal] = feed.sessions(signal).map(\.number)
        byEvening[signal] = feed.sessions(signal, view: .evening).map(\.number)
      }
    } catch {
      feeds[signal] = .failure(error)
    }
  }

  /// Refuses a signal that was added and can't be computed.
  func require(_ signal: SignalInstance) throws(SignalError) { _ = try feeds[signal]?.get() }

  func sessions(_ signal: SignalInstance, view: SessionView, count: Int) -> [Double] {
    (view == .open ? bySession : byEvening)[signal] ?? Array(repeating: .nan, count: count)
  }

  func minutes(_ signal: SignalInstance, session: Int, expiry: Int, count: Int) -> [Double] {
    guard case .success(let feed)? = feeds[signal], signal.resolution == .minute else {
      return Array(repeating: .nan, count: count)
    }
    let readings =
      signal.dependence == .market
      ? feed.minutes(signal, session: session)
      : feed.minutes(signal, session: session, expiry: expiry)
    return readings.map(\.number)
  }
}
