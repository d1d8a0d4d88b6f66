import Kernels
import MarketData
import Pricing
import Strategies

/// One surface of one session with the condors and hedges that were worked out on it. Belongs to one thread.
final class SurfaceTable: Settling {
  let priced: PricedSurface
  let points: PointTable
  private let bench: Workbench
  private let close: Int32
  private var condors: [CondorStrikes: CondorTable] = [:]
  private var choices: [Int: Result<StrikeChoice, OutcomeReason>] = [:]
  private var timePoints: [(minute: Int, from: Int, point: Int?)] = []
  private var ruled: [Int: RuledPoints] = [:]
  private var laterCondors: [LaterCondor: CondorTable] = [:]
  private var laterChoices: [LaterChoice: StrikeChoice?] = [:]
  private var laterChains: [Int: DecisionChain?] = [:]
  private var laterMarks: [LaterExpiry: Result<LaterMarks, OutcomeReason>] = [:]
  private struct LaterExpiry: Hashable {
    let sessions: Int
    let expirations: EntryRule.Expirations
  }
  private struct LaterCondor: Hashable {
    let strikes: CondorStrikes
    let filled: Int
  }
  private struct LaterChoice: Hashable {
    let number: Int
    let point: Int
  }

  let surface: MarkSurface
  /// Of the surface, at hand without copying it.
  let minutes: [Int]
  let expiryStart: Int
  /// Condors with tables.
  var condorCount: Int { condors.count }

  init(_ priced: PricedSurface, close: Double, bench: Workbench) {
    self.priced = priced
    surface = priced.surface
    minutes = priced.surface.minutes
    expiryStart = priced.surface.expiryStart
    self.bench = bench
    // without an official close the session is a hole, and nothing is sold on it
    self.close = close > 0 ? TickGrid.units(points: close) : 0
    points = PointTable(priced.surface)
    bench.bytes += 80 * minutes.count + 40 * priced.chain.strikes.count
  }

  /// The strikes of a rule, chosen once. `number` is the rule's in the plan.
  func choice(_ number: Int, _ rule: CondorRule) -> Result<StrikeChoice, OutcomeReason> {
    if let known = choices[number] { return known }
    let made = StrikeSelection.choose(rule, chain: priced.chain, surface: priced.surface)
    choices[number] = made
    bench.bytes += 100
    return made
  }

  /// The strikes of a rule on the chain of a later point; `nil` where it finds none.
  func choice(_ number: Int, _ rule: CondorRule, at point: Int) -> StrikeChoice? {
    let key = LaterChoice(number: number, point: point)
    if let known = laterChoices[key] { return known }
    warm()
    let chain = laterChains[point] ?? DecisionChain(priced.surface, at: point)
    laterChains[point] = .some(chain)
    let made = chain.flatMap {
      try? StrikeSelection.choose(rule, chain: $0, surface: priced.surface, at: point).get()
    }
    laterChoices[key] = .some(made)
    bench.bytes += 100
    return made
  }

  /// The tables of a condor sold at the entry, made once.
  func condor(_ strikes: CondorStrikes) -> CondorTable {
    if let known = condors[strikes] { return known }
    let made = table(strikes, filled: 1)
    condors[strikes] = made
    return made
  }

  /// The tables of a condor sold at a later point, made once.
  func condor(_ strikes: CondorStrikes, filled: Int) -> CondorTable {
    let key = LaterCondor(strikes: strikes, filled: filled)
    if let known = laterCondors[key] { return known }
    let made = table(strikes, filled: filled)
    laterCondors[key] = made
    return made
  }

  private func table(_ strikes: CondorStrikes, filled: Int) -> CondorTable {
    let legs = priced.legCount
    let marks = bench.pricing.time { CondorLegs(strikes, on: priced, bench: bench) }
    bench.bytes += (priced.legCount - legs) * (4 * points.count + 64) + 200
    return CondorTable(
      strikes, marks, on: priced, points: points, filled: filled,
      settlements: (strikes.putSettlement(close: close), strikes.callSettlement(close: close)), bench: bench)
  }

  /// The marks of a shift's later expiry, worked out once.
  func laterMarks(
    _ rule: ShiftRule, _ expirations: EntryRule.Expirations,
    make: () -> Result<LaterMarks, OutcomeReason>
  ) -> Result<LaterMarks, OutcomeReason> {
    let key = LaterExpiry(sessions: rule.sessions, expirations: expirations)
    if let known = laterMarks[key] { return known }
    warm()
    let made = make()
    laterMarks[key] = made
    return made
  }

  private func warm() {
    if laterChains.isEmpty, laterMarks.isEmpty { bench.warm.append(self) }
  }
  /// Forgets the chains of later points and the marks of later expiries.
  func settle() { (laterChains, laterMarks) = ([:], [:]) }

  /// Where a rule holds that sees no condor, worked out once.
  ///
  /// - Parameters:
  ///   - number: the rule's in the plan.
  ///   - batch: the rule alone, compiled.
  func ruled(
    _ number: Int, _ batch: @autoclosure () -> RuleBatch, _ context: MarketContext
  ) -> RuledPoints {
    if let known = ruled[number] { return known }
    let made = RuledPoints(batch().columns(surface, bench.indicators, context)[0])
    ruled[number] = made
    bench.bytes += made.bytes
    return made
  }

  /// The first of some points after the opening fill that a decision can be made at and filled.
  func first(of set: PointSet, filled: Int) -> Int? {
    var from = filled + 1
    while let point = set.first(from: from, below: points.count - 1) {
      if surface.forward[point] > 0 { return points.next(after: point) == nil ? nil : point }
      from = point + 1
    }
    return nil
  }

  /// The first point of the expiry session from a minute on, and after the opening fill, that a decision can be made at
  /// and filled.
  func timePoint(_ minute: Int?, filled: Int) -> Int? {
    guard let minute else { return nil }
    let from = max(expiryStart, filled + 1)
    for known in timePoints where known.minute == minute && known.from == from { return known.point }
    var found: Int?
    for i in from..<max(from, points.count - 1) {
      if minutes[i] >= minute, surface.forward[i] > 0, points.next(after: i) != nil {
        found = i
        break
      }
    }
    timePoints.append((minute, from, found))
    return found
  }
}
