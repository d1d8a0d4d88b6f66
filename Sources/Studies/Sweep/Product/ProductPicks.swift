import Backtesting
import Strategies

/// The best configuration of all and of each school so far; of equal ones the first of the grid.
struct ProductPicks: Sendable {
  /// A configuration and its objective.
  struct Best: Sendable {
    var value: Double
    var trial: Int
  }
  let objective: Metric
  private(set) var best: Best?
  private(set) var byFamily: [Family: Best] = [:]

  init(_ objective: Metric) { self.objective = objective }

  mutating func see(_ value: Double?, trial: Int, family: Family) {
    guard let value, value.isFinite else { return }
    let candidate = Best(value: value, trial: trial)
    if isBetter(candidate, best) { best = candidate }
    if isBetter(candidate, byFamily[family]) { byFamily[family] = candidate }
  }

  /// Whether a configuration with this objective may be the best of a school: a quick no for most.
  func mayTake(_ value: Double?) -> Bool {
    guard let value else { return false }
    return byFamily.count < Family.allCases.count
      || byFamily.values.contains { objective.lowerIsBetter ? value <= $0.value : value >= $0.value }
  }

  /// Takes what others have found.
  mutating func see(_ other: ProductPicks) {
    if let found = other.best, isBetter(found, best) { best = found }
    for family in Family.allCases {
      if let found = other.byFamily[family], isBetter(found, byFamily[family]) { byFamily[family] = found }
    }
  }

  private func isBetter(_ a: Best, _ b: Best?) -> Bool {
    guard let b else { return true }
    if a.value == b.value { return a.trial < b.trial }
    return objective.lowerIsBetter ? a.value < b.value : a.value > b.value
  }
}

extension SweepSummary {
  /// Counts a tile's configurations.
  mutating func add(_ tile: ProductTile) {
    completed += tile.columns.trials.count
    trades += tile.trades
    withoutTrades += tile.withoutTrades
  }

  /// Counts configurations that were screened.
  mutating func add(screened: ScreeningCut.Left) {
    completed += screened.screened
    trades += screened.trades
    withoutTrades += screened.withoutTrades
  }

  /// Counts a trial that the store held already.
  mutating func recall(trades: Int) {
    resumed += 1
    count(trades: trades)
  }

  /// Works out the whole figures of the best.
  mutating func choose(_ picks: ProductPicks, sweep: Sweep, context: MarketContext, threads: Int) {
    var trials: [Int] = []
    for best in [picks.best] + Family.allCases.map({ picks.byFamily[$0] }) {
      if let best, !trials.contains(best.trial) { trials.append(best.trial) }
    }
    let strategies = trials.compactMap { try? sweep.space.strategy(at: $0) }
    guard !trials.isEmpty, strategies.count == trials.count,
      let evaluations = Evaluator.run(
        strategies, context: context, period: sweep.period, threads: threads, engine: sweep.engine)
    else { return }
    func pick(_ best: ProductPicks.Best) -> Pick? {
      guard let k = trials.firstIndex(of: best.trial) else { return nil }
      let texts = sweep.space.assignments(at: best.trial)
      return Pick(
        index: best.trial, objective: best.value,
        assignments: Dictionary(uniqueKeysWithValues: texts.map { ($0.path, $0.text) }),
        figures: evaluations[k].figures,
        standing: StandingLayerReport.of(strategies[k], context: context, period: sweep.period))
    }
    self.best = picks.best.flatMap(pick)
    bestByFamily = [:]
    for (family, best) in picks.byFamily { bestByFamily[family.rawValue] = pick(best) }
  }
}

/// Runs some configurations of a product through the reference engine and compares every session's cents, every
/// metric, every year and every outcome.
struct ProductVerification {
  private let product: ProductSweep
  private let axis: PeriodAxis
  private let chosen: [(trial: Int, condor: Int, hedge: Int)]

  /// Draws `count` configurations; the same ones each time, so that a difference can be looked at again.
  init(_ product: ProductSweep, axis: PeriodAxis, count: Int) {
    self.product = product
    self.axis = axis
    let trials = product.space.trials.numbers
    chosen = SweepVerification.draw(count, of: trials.count).compactMap { k in
      product.space.settings(of: trials[k]).map { (trials[k], $0.condor, $0.hedge) }
    }
  }

  /// Compares those drawn with the best that were kept: a kept one has the reference's objective, and any other is no better
  /// than the last one kept.
  ///
  /// - Returns: how many were compared.
  func check(_ kept: KeptTrials, threads: Int) throws(EngineDifference) -> Int {
    let objective = product.sweep.space.objective
    guard !chosen.isEmpty,
      let reference = Evaluator.run(
        chosen.map { product.space.strategy(condor: $0.condor, hedge: $0.hedge) }, context: product.context,
        period: product.sweep.period, threads: threads, engine: .reference)
    else { return 0 }
    var kept = kept
    let values = Dictionary(uniqueKeysWithValues: kept.finish().map { ($0.index, $0.value) })
    for (drawn, expected) in zip(chosen, reference) {
      let value = expected.figures.trades > 0 ? objective.value(of: expected.figures) : nil
      if let mine = values[drawn.trial] {
        guard mine == value else {
          throw EngineDifference(
            trial: drawn.trial, what: objective.rawValue, got: "\(mine)", expected: "\(value as Any)")
        }
      } else if let value, value.isFinite, kept.accepts(value, index: drawn.trial) {
        throw EngineDifference(
          trial: drawn.trial, what: "being kept", got: "not among the best", expected: "\(value)")
      }
    }
    return chosen.count
  }

  /// Compares those of a tile that were drawn.
  ///
  /// - Returns: how many there were.
  /// - Throws: ``EngineDifference`` at the first thing that differs.
  func check(_ tile: ProductTile, job: ProductJob, threads: Int) throws(EngineDifference) -> Int {
    let mine = chosen.filter { tile.find(condor: $0.condor, hedge: $0.hedge) != nil }
    guard !mine.isEmpty,
      let reference = Evaluator.run(
        mine.map { product.space.strategy(condor: $0.condor, hedge: $0.hedge) }, context: product.context,
        period: product.sweep.period, threads: threads, engine: .reference)
    else { return 0 }
    for (drawn, expected) in zip(mine, reference) {
      guard let (cell, column) = tile.find(condor: drawn.condor, hedge: drawn.hedge) else { continue }
      let got = tile.cells[cell]
      func differ(_ what: String, _ a: String, _ b: String) -> EngineDifference {
        EngineDifference(trial: drawn.trial, what: what, got: a, expected: b)
      }
      let series = got.scorer.series(got.row, column: column)
      for (d, pair) in zip(series, expected.netBySession).enumerated() where pair.0 != pair.1 {
        throw differ("session \(axis.dates[d])", "\(pair.0) cents", "\(pair.1) cents")
      }
      for metric in Metric.streamed {
        let mine = tile.figures(got, column).value(metric, facts: got.row.facts, sessions: axis.dates.count)
        let theirs = metric.value(of: expected.figures)
        guard mine == theirs else { throw differ(metric.rawValue, "\(mine as Any)", "\(theirs as Any)") }
      }
      guard got.row.facts.outcomes == expected.figures.outcomes else {
        throw differ("outcomes", "\(got.row.facts.outcomes)", "\(expected.figures.outcomes)")
      }
      let years = tile.byYear(got, column)
      for (k, year) in product.layout.years.enumerated() {
        let cents = years[years.startIndex + k]
        guard Double(cents) / 100 == expected.figures.netByYear[year] ?? 0 else {
          throw differ(year, "\(cents) cents", "\(expected.figures.netByYear[year] ?? 0) dollars")
        }
      }
    }
    return mine.count
  }
}
