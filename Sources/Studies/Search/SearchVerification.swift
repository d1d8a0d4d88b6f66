import Backtesting
import Kernels
import Strategies

/// Runs some trials of a search through the reference engine and compares every session's cents and every figure.
///
/// Trials are drawn as they come, each with the same chance, the same ones each time: J. Vitter, "Random sampling with a
/// reservoir", ACM Trans. Math. Software 11 (1985), algorithm R. What was given up or is no strategy isn't drawn.
struct SearchVerification {
  private let limit: Int
  private var random = Philox(seed: 1, stream: 0x7665_7269)
  private var seen = 0
  private var drawn: [(trial: Int, point: SearchRun.Outcome, scored: ScoredConfiguration)] = []

  /// - Parameter count: how many are drawn at most.
  init(count: Int) { limit = count }

  /// Draws from a generation, whose results have their sessions.
  mutating func see(_ generation: SearchRun.Generation) {
    guard limit > 0 else { return }
    for (k, outcome) in generation.outcomes.enumerated() {
      guard let scored = outcome.fate.scored else { continue }
      seen += 1
      if drawn.count < limit {
        drawn.append((generation.first + k, outcome, scored))
        continue
      }
      let place = random.integer(below: seen)
      if place < limit { drawn[place] = (generation.first + k, outcome, scored) }
    }
  }

  /// Compares those drawn.
  ///
  /// - Returns: how many there were; 0 if cancelled.
  /// - Throws: ``EngineDifference`` at the first thing that differs.
  func check(
    _ study: SearchStudy, onDemand: [Metric], threads: Int, isCancelled: @Sendable () -> Bool
  ) throws(EngineDifference) -> Int {
    let strategies = drawn.compactMap { try? study.subject.strategy($0.point.point) }
    let sessions = study.market.history.sessions[study.period]
    guard !strategies.isEmpty, strategies.count == drawn.count,
      let reference = Evaluator.run(
        strategies, context: study.market.context(for: strategies), period: study.period, threads: threads,
        engine: .reference, isCancelled: isCancelled)
    else { return 0 }
    for ((trial, _, got), expected) in zip(drawn, reference) {
      func differ(_ what: String, _ a: String, _ b: String) -> EngineDifference {
        EngineDifference(trial: trial, what: what, got: a, expected: b)
      }
      guard let net = got.book?.net, net.count == expected.netBySession.count else {
        throw differ("sessions", "none", "\(sessions.count)")
      }
      for (session, pair) in zip(sessions, zip(net, expected.netBySession)) where pair.0 != pair.1 {
        throw differ("session \(session.date)", "\(pair.0) cents", "\(pair.1) cents")
      }
      for metric in Metric.streamed + onDemand {
        let (mine, theirs) = (got.value(metric, sessions: sessions.count), expected.value(metric))
        guard mine == theirs else { throw differ(metric.rawValue, "\(mine as Any)", "\(theirs as Any)") }
      }
      guard got.outcomes == expected.figures.outcomes else {
        throw differ("outcomes", "\(got.outcomes)", "\(expected.figures.outcomes)")
      }
    }
    return drawn.count
  }
}

extension ScoredConfiguration {
  /// How many sessions ended in each outcome.
  var outcomes: [String: Int] {
    switch setting {
    case .facts(let facts): facts.outcomes
    case .figures(let figures): figures.outcomes
    }
  }
}
