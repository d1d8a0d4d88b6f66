import RunStore

/// The best so many trials of a sweep by its objective; of equal ones those that come first in the grid.
struct KeptTrials: Sendable {
  /// A trial with all that the store takes of it.
  struct Trial: Sendable {
    let index: Int
    let value: Double
    /// What it shares with others.
    let setting: SettingRecord
    let content: Content
    let daily: [Int64]?
  }
  /// Its figures, as they were made.
  enum Content: Sendable {
    case pair(PairFigures, byYear: [Int64])
    case figures(Figures)
  }

  let limit: Int
  private let lowerIsBetter: Bool
  private var trials: [Trial] = []
  /// Trials kept.
  var held: Int { min(trials.count, limit) }
  /// The worst that can still get in, once the limit is reached.
  private var worst: (value: Double, index: Int)?

  init(limit: Int, objective: Metric) {
    self.limit = limit
    lowerIsBetter = objective.lowerIsBetter
  }

  /// Whether a trial with this objective would be kept so far.
  func accepts(_ value: Double, index: Int) -> Bool {
    guard let worst else { return limit > 0 }
    return isBetter((value, index), worst)
  }

  /// Takes a trial that ``accepts(_:index:)``.
  mutating func take(_ trial: Trial) {
    trials.append(trial)
    // now and then, so that a trial costs O(log limit)
    if trials.count >= limit + max(1_000, limit / 4) { cut() }
  }

  /// Takes a trial of a list, if it is among the best so far.
  mutating func take(_ trial: SweepTrial) {
    guard trial.figures.trades > 0, let value = trial.objective, value.isFinite,
      accepts(value, index: trial.index)
    else { return }
    take(
      Trial(
        index: trial.index, value: value, setting: TrialLayout.setting(0, trial.figures),
        content: .figures(trial.figures),
        daily: trial.dailyCents))
  }

  /// Those kept, in the order of the grid; from then on only what is better is accepted.
  mutating func finish() -> [Trial] {
    cut()
    return trials.sorted { $0.index < $1.index }
  }

  private mutating func cut() {
    trials.sort { [lowerIsBetter] in
      if $0.value != $1.value { return lowerIsBetter ? $0.value < $1.value : $0.value > $1.value }
      return $0.index < $1.index
    }
    if trials.count > limit { trials.removeLast(trials.count - limit) }
    if trials.count == limit, let last = trials.last { worst = (last.value, last.index) }
  }

  private func isBetter(_ a: (value: Double, index: Int), _ b: (value: Double, index: Int)) -> Bool {
    if a.value != b.value { return lowerIsBetter ? a.value < b.value : a.value > b.value }
    return a.index < b.index
  }
}

extension KeptTrials {
  /// Takes what a tile has among the best.
  mutating func take(_ tile: ProductTile, objective: Metric) {
    let columns = tile.columns
    // trials of one cell share one record
    let settings = tile.cells.map { TrialLayout.setting(0, $0.row.facts) }
    for (k, index) in columns.trials.enumerated() {
      let number = columns.settings[k]
      let cell = tile.cells[number]
      guard cell.row.facts.trades > 0 else { continue }
      let column = tile.column(ofTrial: k)
      let figures = tile.figures(cell, column)
      let sessions = columns.layout.sessions
      guard let value = figures.value(objective, facts: cell.row.facts, sessions: sessions), value.isFinite,
        accepts(value, index: index)
      else { continue }
      take(
        Trial(
          index: index, value: value, setting: settings[number],
          content: .pair(figures, byYear: Array(tile.byYear(cell, column))),
          daily: columns.daily.isEmpty ? nil : columns.daily[k].cents))
    }
  }
}

extension KeptTrials {
  /// Stores those kept, a block at a time; the store finds out which settings are equal.
  ///
  /// - Parameters:
  ///   - block: trials whose figures on demand are worked out together.
  ///   - stored: trials that the store has already: those kept are left as they are, others are taken back.
  ///   - onDemand: works out the figures of ``TrialLayout/onDemand`` of some trials, in their order; `nil` ends it.
  ///   - during: takes how many are stored, of how many.
  /// - Returns: how many of those kept are stored by now.
  mutating func store(
    in store: RunStore, layout: TrialLayout, block size: Int, stored: RangeSet<Int>,
    onDemand: ([Int]) -> [[Double?]]?,
    during: ((stored: Int, of: Int)) -> Void
  ) throws -> Int {
    let kept = finish()
    let mine = RangeSet(kept.map { $0.index..<$0.index + 1 })
    try store.discard(Array(stored.subtracting(mine).ranges))
    let missing = kept.filter { !stored.contains($0.index) }
    var done = kept.count - missing.count
    for first in stride(from: 0, to: missing.count, by: size) {
      during((done, kept.count))
      let block = missing[first..<min(first + size, missing.count)]
      guard let values = onDemand(block.map(\.index)) else { return done }
      var settings: [SettingRecord] = []
      var columns = TrialColumns(layout)
      for (label, trial) in block.enumerated() {
        var setting = trial.setting
        setting.id = label
        settings.append(setting)
        switch trial.content {
        case .pair(let figures, let byYear):
          columns.append(trial.index, setting: label, figures, byYear: byYear[...], net: trial.daily)
        case .figures(let figures):
          columns.append(trial.index, setting: label, figures, net: trial.daily)
        }
      }
      try store.append(columns.block(onDemand: values), settings: settings)
      done += block.count
    }
    return done
  }
}
