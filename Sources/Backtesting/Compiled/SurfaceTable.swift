import Kernels
import MarketData
import Pricing
import Strategies

/// One surface of one session with the condors and hedges that were worked out on it. Belongs to one thread.
final class SurfaceTable {
  let priced: PricedSurface
  let points: PointTable
  private let spreads: HalfSpreadTable
  private let pricing: Stopwatch
  private let close: Int32
  private var condors: [CondorStrikes: CondorTable] = [:]
  private var choices: [Int: Result<StrikeChoice, OutcomeReason>] = [:]
  private var timePoints: [(minute: Int, point: Int?)] = []

  let surface: MarkSurface
  /// Of the surface, at hand without copying it.
  let minutes: [Int]
  let expiryStart: Int
  /// Condors with tables.
  var condorCount: Int { condors.count }

  /// - Parameter pricing: takes the time of pricing paths.
  init(_ priced: PricedSurface, close: Double, spreads: HalfSpreadTable, pricing: Stopwatch) {
    self.priced = priced
    surface = priced.surface
    minutes = priced.surface.minutes
    expiryStart = priced.surface.expiryStart
    self.spreads = spreads
    self.pricing = pricing
    // without an official close the session is a hole, and nothing is sold on it
    self.close = close > 0 ? TickGrid.units(points: close) : 0
    points = PointTable(priced.surface)
  }

  /// The strikes of a rule, chosen once. `number` is the rule's in the plan.
  func choice(_ number: Int, _ rule: CondorRule) -> Result<StrikeChoice, OutcomeReason> {
    if let known = choices[number] { return known }
    let made = StrikeSelection.choose(rule, chain: priced.chain, surface: priced.surface)
    choices[number] = made
    return made
  }

  /// The tables of a condor, made once.
  func condor(_ strikes: CondorStrikes) -> CondorTable {
    if let known = condors[strikes] { return known }
    let path = pricing.time { priced.path(strikes) }
    let made = CondorTable(
      path, surface: priced.surface, points: points, spreads: spreads, close: close)
    condors[strikes] = made
    return made
  }

  /// The first point of the expiry session from a minute on that a decision can be made at and filled.
  func timePoint(_ minute: Int?) -> Int? {
    guard let minute else { return nil }
    for known in timePoints where known.minute == minute { return known.point }
    var found: Int?
    for i in expiryStart..<(points.count - 1) {
      if minutes[i] >= minute, surface.forward[i] > 0, points.next(after: i) != nil {
        found = i
        break
      }
    }
    timePoints.append((minute, found))
    return found
  }
}
