import Backtesting

/// Configurations that are worked out one by one may be given up on the way.
extension CandidateEvaluator {
  /// A configuration's result a session of the period, cents; `nil` if cancelled.
  mutating func net(of pair: (condor: Int, hedge: Int), isCancelled: @Sendable () -> Bool) -> [Int64]? {
    let strategy = memo.strategy(condor: pair.condor, hedge: pair.hedge)
    context = context.including([strategy])
    return Evaluator.run(
      [strategy], context: context, period: period, threads: threads, isCancelled: isCancelled)?[0]
      .netBySession
  }

  /// Whether a configuration is worked out session by session, and no session hangs on another: one condor each, and room
  /// for the margin of two with their hedges, since that of the session before may be held still.
  private func mayRace(_ pair: (condor: Int, hedge: Int)) -> Bool {
    let condor = memo.condors[pair.condor]
    guard isGeneral(pair), !condor.hasCoupledCondor,
      2 * Int64(condor.condor.width) * 10_000 <= condor.accountCents
    else { return false }
    let strategy = memo.strategy(condor: pair.condor, hedge: pair.hedge)
    let context = context.including([strategy])
    let standing = StandingBook(strategy, context: context, range: period)
    return !HedgeMargin(strategy, standing: standing, context: context, range: period)
      .mayRefuse(width: condor.condor.width, accountCents: condor.accountCents)
  }

  /// Races those of some configurations that may be.
  ///
  /// - Parameters:
  ///   - best: the result that they have to keep up with, cents a session of the period.
  ///   - onDemand: as in ``evaluate(_:onDemand:withBooks:isCancelled:)``, as is `withBooks`.
  /// - Returns: what became of them by their place in the list; `nil` if cancelled.
  mutating func race(
    _ pairs: [(condor: Int, hedge: Int)], _ race: DayRace, against best: [Int64], onDemand: [Metric],
    withBooks: Bool, isCancelled: @Sendable () -> Bool
  ) -> [Int: CandidateFate]? {
    let places = pairs.indices.filter { mayRace(pairs[$0]) }
    guard !places.isEmpty else { return [:] }
    let clock = Stopwatch()
    defer { scoreSeconds += clock.seconds }
    return clock.time {
      let strategies = places.map { memo.strategy(condor: pairs[$0].condor, hedge: pairs[$0].hedge) }
      context = context.including(strategies)
      guard
        let made = race.run(
          strategies, against: best, context: context, period: period, axis: axis, threads: threads,
          isCancelled: isCancelled)
      else { return nil }
      generalPath += places.count
      let fates = Scheduler.map(count: made.count, threads: threads) { k -> CandidateFate in
        switch made[k] {
        case .dropped(let drop): .dropped(drop)
        case .whole(let evaluation): .scored(ScoredConfiguration(evaluation, onDemand, withBook: withBooks))
        }
      }
      return Dictionary(
        zip(places, fates).compactMap { place, fate in fate.map { (place, $0) } }, uniquingKeysWith: { $1 })
    }
  }
}

/// What became of a point.
enum CandidateFate: Sendable {
  case scored(ScoredConfiguration)
  /// It is no strategy, and why.
  case invalid(String)
  case dropped(DayRace.Drop)

  /// Its figures, if it was worked out whole.
  var scored: ScoredConfiguration? {
    if case .scored(let scored) = self { scored } else { nil }
  }
  /// How it was given up, if it was.
  var drop: DayRace.Drop? {
    if case .dropped(let drop) = self { drop } else { nil }
  }
  /// Why there are no figures.
  var reason: String? {
    switch self {
    case .scored: nil
    case .invalid(let why): "invalid: \(why)"
    case .dropped(let drop):
      "dropped: $\(Money.text(Int64((100 * drop.deficit).rounded()))) a session behind the best "
        + "over \(drop.sessions) sessions"
    }
  }
}
