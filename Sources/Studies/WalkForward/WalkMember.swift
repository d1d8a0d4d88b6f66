import ConfigFormats
import Strategies

/// What walks forward: a space that is searched anew in each window, or settings that stay.
public struct WalkMember: Sendable {
  /// As tables name it.
  public let name: String
  /// The file it comes from.
  public let file: String
  /// What is searched; `nil` for settings that stay.
  let space: SweepSpace?
  /// Settings that stay, or those of the space's first point.
  let strategy: Strategy
  /// Sessions that its rules look back over, at most.
  let lookBackSessions: Int

  /// Points whose rules are looked at.
  private static let probed = 200

  /// A space; one without a searched value is settings that stay.
  ///
  /// - Throws: ``ConfigError`` for a space that can't be read, without a valid point, or whose budget is a time: what is
  ///   chosen would hang on the machine.
  init(_ space: SweepSpace) throws(ConfigError) {
    if let seconds = space.section.budget.seconds {
      let search = space.document.root["search"]
      throw .outOfRange(
        file: space.document.file, line: search?["budget"]?.line ?? search?.line ?? 1,
        path: "search.budget.seconds", value: "\(seconds)",
        allowed: "left out: every window is searched with the same effort; give evaluations")
    }
    strategy = try space.firstStrategy()
    name = strategy.name
    file = space.document.file
    self.space = space.tree.parameters.isEmpty ? nil : space
    var lookBack = 0
    for values in space.tree.probes(Self.probed) {
      let strategy = try space.strategy(of: values)
      try strategy.requireEndAtExpiry(space.document)
      lookBack = strategy.rules.reduce(lookBack) { max($0, $1.rule.lookBackSessions) }
    }
    lookBackSessions = lookBack
  }

  /// A member's first condor, held to its expiry: neither stop, target, time stop nor hedge.
  init(holding other: WalkMember) {
    var held = other.strategy
    held.name = Self.heldName
    held.exit = ExitRule()
    held.hedge = []
    held.ties = HedgeTies()
    strategy = held
    name = held.name
    file = other.file
    space = nil
    lookBackSessions = held.rules.reduce(0) { max($0, $1.rule.lookBackSessions) }
  }

  /// The name of a control that no file gives.
  static let heldName = "fixed hold"

  /// Whether it is a control: settings that stay, with neither stop nor hedge.
  var isHold: Bool { space == nil && Family(strategy) == .hold }
}

/// What a member trades out of sample in one window.
struct WalkChoice: Sendable {
  /// Its settings; `nil` where none that was tried trades and keeps the constraints: then nothing is traded.
  var strategy: Strategy?
  /// Searched values, by path.
  var assignments: [String: String] = [:]
  /// Settings tried, and those of them that trade and keep the constraints.
  var evaluations = 0
  var feasible = 0
}

extension WalkMember {
  /// What a member chooses on some sessions by its own method, budget, seed, goals and constraints; `nil` if cancelled.
  ///
  /// A grid gives the best by its first objective, a search the best, or the knee of its front.
  ///
  /// - Parameter evaluator: of the same sessions; what it remembers may come from other members.
  func choice(
    market: Market, over sessions: ClosedRange<Int>, _ evaluator: inout CandidateEvaluator,
    isCancelled: @escaping @Sendable () -> Bool
  ) throws -> WalkChoice? {
    guard let space else { return WalkChoice(strategy: strategy) }
    guard space.isPlainGrid else {
      let study = try SearchStudy(space, market: market, period: sessions)
      return try study.choice(&evaluator, isCancelled: isCancelled).map {
        WalkChoice(
          strategy: $0.strategy, assignments: $0.assignments, evaluations: $0.evaluations,
          feasible: $0.feasible)
      }
    }
    var sweep = try Sweep(space: space, market: market, period: sessions)
    sweep.memoryBytes = evaluator.memo.limit
    let found = try sweep.run(threads: evaluator.threads, store: nil, isCancelled: isCancelled)
    guard !found.interrupted else { return nil }
    return WalkChoice(
      strategy: try found.best.map { best throws(ConfigError) in try space.strategy(at: best.index) },
      assignments: found.best?.assignments ?? [:], evaluations: found.completed,
      feasible: found.completed - found.withoutTrades)
  }
}
