import RunStore
import Strategies

extension Sweep {
  /// Stores the trials that are kept, once it is known which they are, and says in the summary how far that came.
  ///
  /// Of a sweep that was stopped while it scored, the best so far are stored whole: stopping it again ends the process.
  /// Of one that has scored all, it stops between blocks; those stored stay, and need no second working out.
  ///
  /// - Parameters:
  ///   - store: nil where nothing is to be stored.
  ///   - during: takes how many are stored, of how many.
  func finish(
    _ kept: KeptTrials, _ summary: inout SweepSummary, in store: RunStore?, layout: TrialLayout, threads: Int,
    isCancelled: @escaping @Sendable () -> Bool, during: ((stored: Int, of: Int)) -> Void
  ) throws {
    var kept = kept
    summary.kept = kept.held
    guard let store else { return }
    var figures = OnDemandFigures(
      layout.onDemand,
      evaluator: CandidateEvaluator(
        market: market, period: period, threads: threads, memoryBytes: memoryBytes))
    let isStopped = summary.completed < space.count
    func onDemand(_ trials: [Int]) -> [[Double?]]? {
      let strategies = trials.compactMap { trial in
        product.settings(of: trial).map { product.strategy(condor: $0.condor, hedge: $0.hedge) }
      }
      return figures.values(of: strategies, isCancelled: { !isStopped && isCancelled() })
    }
    summary.kept = try kept.store(
      in: store, layout: layout, block: keptBlock, stored: stored, onDemand: onDemand, during: during)
    summary.interrupted = summary.interrupted || summary.kept < kept.held
  }
}

/// Works out the figures on demand of trials that are kept, some at a time.
struct OnDemandFigures {
  private let metrics: [Metric]
  private var evaluator: CandidateEvaluator

  /// - Parameter evaluator: what it remembers of condors and hedges is used again.
  init(_ metrics: [Metric], evaluator: CandidateEvaluator) {
    self.metrics = metrics
    self.evaluator = evaluator
  }

  /// Figures by strategy and in the order of the metrics; `nil` if cancelled.
  mutating func values(
    of strategies: [Strategy], isCancelled: @escaping @Sendable () -> Bool
  ) -> [[Double?]]? {
    guard !isCancelled() else { return nil }
    let pairs = strategies.map { evaluator.numbers(of: $0) }
    return evaluator.evaluate(pairs, onDemand: metrics, isCancelled: isCancelled)?.map { scored in
      metrics.map { scored.onDemand[$0] }
    }
  }
}
