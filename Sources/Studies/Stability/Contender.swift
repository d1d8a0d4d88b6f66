import Backtesting
import MarketData
import Statistics
import Strategies

/// A setting that is worked out under a change: the pick, or one that it is compared with.
struct Contender: Sendable {
  /// As reports name it: a trial, or what is otherwise.
  let name: String
  let strategy: Strategy
}

/// What a setting earned under a change.
struct ContenderResult: Sendable {
  /// Whole cents a session.
  let net: [Int64]
  let figures: StabilityFigures
  /// The first objective, to be minimised; infinite where it isn't defined or a limit is broken.
  let score: Double
}

/// Works out settings under changes, each as a backtest of its own would give it.
struct ContenderBench {
  let given: StabilityMarket
  let goals: [SearchObjective]
  let limits: [MetricConstraint]
  let threads: Int
  let isCancelled: @Sendable () -> Bool
  /// Told how many settings more are worked out.
  let onBlock: (Int) -> Void

  /// Settings worked out together.
  private static let block = 1_024

  /// Results in the order of the strategies; `nil` if cancelled.
  ///
  /// - Throws: where rules look at what the market lacks.
  /// - Complexity: a backtest a strategy.
  func results(
    _ strategies: [Strategy], under change: Perturbation = .none
  ) throws -> [ContenderResult]? {
    let market = change.market(given.market)
    let changed = strategies.map(change.strategy)
    let context = try market.checkedContext(for: changed)
    let scale = GoalScale(
      goals: goals, limits: limits, axis: PeriodAxis(market.history, period: given.period))
    var made: [ContenderResult] = []
    made.reserveCapacity(changed.count)
    while made.count < changed.count {
      let part = made.count..<min(made.count + Self.block, changed.count)
      guard
        let evaluations = Evaluator.run(
          Array(changed[part]), context: context, period: given.period, threads: threads,
          isCancelled: isCancelled)
      else { return nil }
      let results = Scheduler.map(count: evaluations.count, threads: threads) { k in
        Self.result(evaluations[k], scale)
      }
      made += results.compactMap { $0 }
      onBlock(part.count)
    }
    return made
  }

  private static func result(_ evaluation: Evaluation, _ scale: GoalScale) -> ContenderResult {
    let scored = ScoredConfiguration(evaluation, scale.onDemand, withBook: scale.needsBooks)
    let told = scale.evaluation(scored)
    let f = evaluation.figures
    return ContenderResult(
      net: evaluation.netBySession,
      figures: StabilityFigures(
        trades: f.trades, netDollars: f.netDollars, meanDollars: f.meanDollars, sharpe: f.sharpe,
        maxDrawdownDollars: f.maxDrawdownDollars, objective: scale.values(scored)[0]),
      score: told.isFeasible ? told.objectives[0] : .infinity)
  }
}

extension [ContenderResult] {
  /// 1 + the contenders that are better than one of them; `nil` where that one has no score.
  func rank(of k: Int) -> Int? {
    self[k].score.isFinite ? 1 + count { $0.score < self[k].score } : nil
  }

  /// The best of them but one, the first of equals; `nil` where none has a score.
  func best(but k: Int) -> Int? {
    let others = indices.filter { $0 != k && self[$0].score.isFinite }
    return others.min { (self[$0].score, $0) < (self[$1].score, $1) }
  }
}
