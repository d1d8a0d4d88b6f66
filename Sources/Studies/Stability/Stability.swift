import Backtesting
import Search
import Strategies

/// Whether a pick stands on a plateau, and how much of its result is an assumption or a draw.
///
/// Its neighbours are worked out anew, whether the study tried them or not. Then the pick and those that it has to beat, the
/// settings one move away and the study's best trials, go through what else might have been assumed, and through other seeds
/// of what is simulated. Each result is a backtest's, whole cents, the same at any number of threads.
public struct Stability: Sendable {
  /// What is asked about.
  public let pick: StabilityPick
  /// On what.
  public let market: StabilityMarket
  /// Seeds of what is drawn, the one as given among them, ≥ 2.
  public var seeds = 20
  /// Neighbours by more than one move, at most.
  public var neighbours = 1_000
  /// Whether the study's whole choice is repeated by each seed.
  public var repeatsChoice = false

  /// Of its parts.
  public init(_ pick: StabilityPick, on market: StabilityMarket) {
    self.pick = pick
    self.market = market
  }

  /// How far it is.
  public struct Progress: Sendable {
    /// Settings worked out so far, each under each change.
    public let done: Int
    /// Of them in all, at most.
    public let total: Int
  }

  /// Works it out; `nil` if cancelled.
  ///
  /// - Parameter isCancelled: asked between sessions.
  /// - Throws: ``StudyError/notRepeatable(path:reason:)``; what opening markets and searching throw.
  /// - Complexity: backtests: neighbours + (perturbations + seeds) × contenders, and where the choice is repeated seeds × trials.
  public func run(
    threads: Int, isCancelled: @escaping @Sendable () -> Bool = { false },
    progress: @escaping (Progress) -> Void = { _ in }
  ) throws -> StabilityReport? {
    precondition(seeds >= 2, "Stability: at least two seeds")
    let around = pick.searched.map { AroundPick($0, limit: neighbours) }
    let contenders = contenders(around)
    let holdsVX = contenders.contains(where: \.strategy.tradesVXInside)
    let isVXChosen = try repeatsChoice && pick.searched?.space.tradesVXInside() == true
    let inputs = SimulatedInputs(pick.strategy, rivalsTradeVX: holdsVX || isVXChosen, market.market)
    let changes = Perturbation.assumptions(
      market: market.market, strategy: pick.strategy, holdsVX: holdsVX,
      holdsCalls: contenders.contains(where: \.strategy.holdsCalls))
    let draws = Draws(inputs)
    let repeater = try repeater(inputs)
    let redrawn = inputs.isEmpty ? 0 : seeds - 1
    let meter = Meter(
      total: (around?.neighbours.count ?? 0) + contenders.count * (1 + changes.count)
        + redrawn * (contenders.count + draws.parts.count) + (repeater.map { ($0.trials + 1) * seeds } ?? 0),
      progress)
    let bench = ContenderBench(
      given: market, goals: pick.goals, limits: pick.limits, threads: threads, isCancelled: isCancelled,
      onBlock: meter.add)
    guard let base = try bench.results(contenders.map(\.strategy)),
      let near = try bench.results(around?.strategies ?? []),
      let assumed = try assumed(changes, contenders, base, bench),
      let drawn = try drawn(redrawn, draws, contenders, base, repeater, bench)
    else { return nil }
    return StabilityReport(
      self, base[0], inputs: inputs,
      neighbourhood: around.map { $0.report(of: base[0], near, isMinimised: pick.goals[0].isMinimised) },
      perturbations: assumed,
      seeds: inputs.isEmpty
        ? nil : SeedReport(drawn.results, ranks: drawn.ranks, contenders: contenders.count),
      repeated: repeater.flatMap { _ in pick.searched.map { RepeatedChoice(drawn.choices, of: $0) } })
  }

  /// Rows of the assumptions, as given first; `nil` if cancelled.
  private func assumed(
    _ changes: [Perturbation], _ contenders: [Contender], _ base: [ContenderResult], _ bench: ContenderBench
  ) throws -> [PerturbationRow]? {
    var rows = [row(.none, base, base, contenders)]
    for change in changes {
      guard let made = try bench.results(contenders.map(\.strategy), under: change) else { return nil }
      rows.append(row(change, made, base, contenders))
    }
    return rows
  }

  /// The pick by seed.
  private struct Drawn {
    /// By what is drawn anew, everything last.
    var results: [(inputs: String, results: [ContenderResult])]
    /// Among the contenders, everything drawn anew.
    var ranks: [Int?]
    /// The choice repeated, everything drawn anew; empty where it isn't.
    var choices: [RepeatedChoice.Choice] = []
  }

  /// The pick by so many other seeds, after the one as given; `nil` if cancelled. A seed's market is opened once.
  private func drawn(
    _ others: Int, _ draws: Draws, _ contenders: [Contender], _ base: [ContenderResult],
    _ repeater: ChoiceRepeater?, _ bench: ContenderBench
  ) throws -> Drawn? {
    func rank(_ made: [ContenderResult]) -> Int? { made.count > 1 ? made.rank(of: 0) : nil }
    var drawn = Drawn(results: draws.inputs.map { ($0, [base[0]]) }, ranks: [rank(base)])
    if let repeater {
      guard let choice = try choice(repeater, 0, minutes: nil, base[0], bench) else { return nil }
      drawn.choices.append(choice)
    }
    for offset in 1..<UInt64(others + 1) {
      let minutes = try draws.isOfMinutes ? market.reseeded(offset) : nil
      for (k, part) in draws.parts.enumerated() {
        let change = Perturbation.draw(
          offset, minutes: part == .minutes ? minutes : nil, isOfVX: part == .vx)
        guard let made = try bench.results([pick.strategy], under: change) else { return nil }
        drawn.results[k].results.append(made[0])
      }
      let all = Perturbation.draw(offset, minutes: minutes, isOfVX: true)
      guard let made = try bench.results(contenders.map(\.strategy), under: all) else { return nil }
      drawn.results[drawn.results.count - 1].results.append(made[0])
      drawn.ranks.append(rank(made))
      if let repeater {
        guard let choice = try choice(repeater, offset, minutes: minutes, made[0], bench) else { return nil }
        drawn.choices.append(choice)
      }
    }
    return drawn
  }

  /// The choice repeated by a seed, beside the pick by it; `nil` if cancelled.
  private func choice(
    _ repeater: ChoiceRepeater, _ offset: UInt64, minutes: Market?, _ pick: ContenderResult,
    _ bench: ContenderBench
  ) throws -> RepeatedChoice.Choice? {
    guard let found = try repeater.choice(under: .draw(offset, minutes: minutes, isOfVX: true), bench),
      // its strategy is drawn already
      let results = try bench.results(
        [found.strategy].compactMap { $0 }, under: .draw(offset, minutes: minutes, isOfVX: false))
    else { return nil }
    return RepeatedChoice.Choice(
      evaluations: found.evaluations, settings: found.settings, result: results.first, pick: pick)
  }

  /// The pick, and what it is ranked among, each setting once.
  private func contenders(_ around: AroundPick?) -> [Contender] {
    var made = [Contender(name: "the pick", strategy: pick.strategy)]
    var seen: Set<Strategy> = [pick.strategy]
    if let around {
      for k in around.single where seen.insert(around.strategies[k]).inserted {
        made.append(Contender(name: around.names[k], strategy: around.strategies[k]))
      }
    }
    for (trial, strategy) in pick.searched?.top ?? [] where seen.insert(strategy).inserted {
      made.append(Contender(name: "trial \(trial)", strategy: strategy))
    }
    return made
  }

  private func row(
    _ change: Perturbation, _ made: [ContenderResult], _ base: [ContenderResult], _ contenders: [Contender]
  ) -> PerturbationRow {
    let rival = made.best(but: 0)
    return PerturbationRow(
      name: change.name, kind: change.kind, figures: made[0].figures,
      change: SessionMean(made[0].net, less: base[0].net), rank: made.count > 1 ? made.rank(of: 0) : nil,
      contenders: made.count, rival: rival.map { contenders[$0].name },
      lead: rival.map { SessionMean(made[0].net, less: made[$0].net) })
  }

  private func repeater(_ inputs: SimulatedInputs) throws -> ChoiceRepeater? {
    guard repeatsChoice else { return nil }
    guard let searched = pick.searched else {
      throw StudyError.notRepeatable(
        path: pick.name, reason: "a configuration was not chosen; give the folder of a study")
    }
    if let partial = searched.partial { throw StudyError.notRepeatable(path: pick.name, reason: partial) }
    guard !inputs.isEmpty else {
      throw StudyError.notRepeatable(path: pick.name, reason: inputs.note + "; the choice would be the same")
    }
    return try ChoiceRepeater(pick, searched, market, seeds: seeds)
  }
}

/// What is drawn anew apart, and together.
private struct Draws {
  enum Part { case minutes, vx }
  /// Drawn anew one without the other; none where there is one alone.
  let parts: [Part]
  let isOfMinutes: Bool
  /// Names of the parts, and of all together at the end.
  let inputs: [String]

  init(_ simulated: SimulatedInputs) {
    let names = ["minutes", "VX inside sessions"]
    let isBoth = simulated.minutes && simulated.vx
    isOfMinutes = simulated.minutes
    parts = isBoth ? [.minutes, .vx] : []
    inputs = isBoth ? names + ["both"] : [simulated.minutes ? names[0] : names[1]]
  }
}

/// Counts settings as they are worked out.
private final class Meter {
  private let total: Int
  private let progress: (Stability.Progress) -> Void
  private var done = 0

  init(total: Int, _ progress: @escaping (Stability.Progress) -> Void) {
    self.total = total
    self.progress = progress
  }
  func add(_ count: Int) {
    done += count
    progress(Stability.Progress(done: done, total: total))
  }
}
