import Kernels
import MarketData
import Pricing
import Strategies

/// The marks of one entry with everything that is computed from them once: the chain at the decision and the
/// cost path of each distinct condor. Belongs to one thread.
public final class PricedSurface {
  /// The marks.
  public let surface: MarkSurface
  /// The chain at the decision minute.
  public let chain: DecisionChain
  private var paths: [CondorStrikes: CondorPath] = [:]
  private var legs: [Leg: [Int32]] = [:]
  private var hedges: [HedgeKey: Result<UnitHedge, OutcomeReason>] = [:]

  /// What a hedge depends on besides the market and the entry: nothing of the condor.
  struct HedgeKey: Hashable {
    let layers: [HedgeLayer]
    let vxPathSeed: UInt64
    let vxSlippage: Int32
    let fees: [FeeRow]
    let end: HedgeEnd?
  }

  /// Prices the chain; `nil` where the decision minute has no index mark.
  public init?(_ surface: MarkSurface) {
    guard let chain = DecisionChain(surface) else { return nil }
    self.surface = surface
    self.chain = chain
  }

  /// The cost path of a condor, priced the first time it is asked for.
  public func path(_ strikes: CondorStrikes) -> CondorPath {
    if let known = paths[strikes] { return known }
    let made = CondorPath(
      strikes, on: surface,
      legs: [
        leg(strikes.longPut, isCall: false), leg(strikes.shortPut, isCall: false),
        leg(strikes.shortCall, isCall: true), leg(strikes.longCall, isCall: true),
      ])
    paths[strikes] = made
    return made
  }

  private struct Leg: Hashable {
    let strike: Int
    let isCall: Bool
  }
  /// Legs priced so far.
  var legCount: Int { legs.count }
  /// Marks of a leg at every point, units. Neighbouring condors share legs.
  func leg(_ strike: Int, isCall: Bool) -> [Int32] {
    let key = Leg(strike: strike, isCall: isCall)
    if let known = legs[key] { return known }
    let made = surface.marks(strike: Double(strike), isCall: isCall)
    legs[key] = made
    return made
  }
}

extension PricedSurface {
  /// The result a size unit of a strategy's trade-opened layers, run the first time it is asked for.
  ///
  /// - Parameters:
  ///   - end: where what is left is sold; `nil` for the expiry's settlement.
  ///   - condor: what layers see of their condors, if any does.
  func hedge(
    _ strategy: Strategy, desk: SessionDesk, end: HedgeEnd? = nil, beside condor: CondorSight? = nil
  ) -> Result<UnitHedge, OutcomeReason> {
    if let condor {
      return HedgeRun(strategy: strategy, desk: desk, surface: surface, end: end, condor: condor).run()
    }
    let key = HedgeKey(
      layers: strategy.hedge, vxPathSeed: strategy.vxPathSeed, vxSlippage: strategy.costs.vxSlippage,
      fees: strategy.costs.fees, end: end)
    if let known = hedges[key] { return known }
    let made = HedgeRun(strategy: strategy, desk: desk, surface: surface, end: end).run()
    hedges[key] = made
    return made
  }
}

/// Every 5-point strike within five standard deviations at the decision minute.
public struct DecisionChain: Sendable {
  /// Index points, ascending by 5.
  public let strikes: [Int]
  /// Black-76 deltas with the strike's own volatility; puts negative.
  public let putDelta: [Double]
  /// Calls, 0…1.
  public let callDelta: [Double]
  /// Marks on the tick grid, units.
  public let put: [Int32]
  /// Of the call side.
  public let call: [Int32]

  /// - Parameter point: of the decision; `nil` where it has no index mark.
  init?(_ surface: MarkSurface, at point: Int = 0) {
    let f = surface.forward[point]
    let s = surface.stdDev[point]
    guard f > 0, s > 0 else { return nil }
    let reach = min(max(5 * s * 1.6 * f, 100), f / 2)
    let low = Int((f - reach) / 5) * 5
    let high = (Int((f + reach) / 5) + 1) * 5
    strikes = Array(stride(from: low, through: high, by: 5))
    let made = surface.chain(strikes: strikes, at: point)
    callDelta = surface.callDeltas(logStrike: made.logStrike, stdDev: made.stdDev, at: point)
    putDelta = callDelta.map { $0 - 1 }
    put = made.put
    call = made.call
  }

  /// Position of a strike, or `nil` outside the chain.
  public func index(of strike: Int) -> Int? {
    let i = (strike - strikes[0]) / 5
    return strikes.indices.contains(i) && strikes[i] == strike ? i : nil
  }
  /// Mid credit of a condor, units; `nil` where a wing lies outside the chain.
  public func midCredit(_ c: CondorStrikes) -> Int32? {
    guard let lp = index(of: c.longPut), let sp = index(of: c.shortPut), let sc = index(of: c.shortCall),
      let lc = index(of: c.longCall)
    else { return nil }
    return put[sp] - put[lp] + call[sc] - call[lc]
  }
}

/// What it costs to close a condor, and each of its sides, at every point of a surface.
///
/// A mid cost is kept between 0 and the width, the bounds without arbitrage, which legs rounded one by one to
/// their grids can miss by a tick: a stop above the width never fires.
public struct CondorPath: Sendable {
  /// The strikes.
  public let strikes: CondorStrikes
  /// Mid cost of the put side and of the call side, units; ``TickGrid/missing`` in a hole.
  public let putCost: [Int32]
  /// Mid cost of the call side, units.
  public let callCost: [Int32]
  private let condorCost: [Int32]
  /// Marks of the four legs: long put, short put, short call, long call.
  private let legs: [[Int32]]
  private let surface: MarkSurface

  /// O(points), four batches of Black-76.
  public init(_ strikes: CondorStrikes, on surface: MarkSurface) {
    self.init(
      strikes, on: surface,
      legs: [
        surface.marks(strike: Double(strikes.longPut), isCall: false),
        surface.marks(strike: Double(strikes.shortPut), isCall: false),
        surface.marks(strike: Double(strikes.shortCall), isCall: true),
        surface.marks(strike: Double(strikes.longCall), isCall: true),
      ])
  }

  /// The same of legs that are priced already.
  init(_ strikes: CondorStrikes, on surface: MarkSurface, legs: [[Int32]]) {
    self.strikes = strikes
    self.surface = surface
    self.legs = legs
    func difference(_ short: [Int32], _ long: [Int32], width: Int) -> [Int32] {
      var cost = Array(repeating: Int32(0), count: short.count)
      var out = cost.mutableSpan
      spreadCosts(
        short: short.span, long: long.span, most: Int32(width) * TickGrid.unitsPerPoint,
        missing: TickGrid.missing, into: &out)
      return cost
    }
    let put = difference(legs[1], legs[0], width: strikes.shortPut - strikes.longPut)
    let call = difference(legs[2], legs[3], width: strikes.longCall - strikes.shortCall)
    var both = Array(repeating: Int32(0), count: put.count)
    var out = both.mutableSpan
    summedCosts(
      put.span, call.span, most: Int32(strikes.width) * TickGrid.unitsPerPoint, missing: TickGrid.missing,
      into: &out)
    putCost = put
    callCost = call
    condorCost = both
  }

  /// Mid cost of a part at every point, units.
  public func cost(_ part: ClosingFill.Part) -> [Int32] {
    switch part {
    case .put: putCost
    case .call: callCost
    case .condor: condorCost
    }
  }
  /// Cost of all legs at the mark that exits watch, units.
  func watched(_ mark: ExitRule.Mark) -> [Int32] { mark == .mid ? condorCost : naturalCost(.condor) }
  /// The most a part can owe at expiry, its width, units.
  public func mostCost(_ part: ClosingFill.Part) -> Int32 {
    let put = strikes.shortPut - strikes.longPut
    let call = strikes.longCall - strikes.shortCall
    let points =
      switch part {
      case .put: put
      case .call: call
      case .condor: strikes.width
      }
    return Int32(points) * TickGrid.unitsPerPoint
  }
  /// The legs' summed half-spreads of a part at a point, units. The point must have marks.
  public func halfSpread(_ part: ClosingFill.Part, at point: Int) -> Int32 {
    let range =
      switch part {
      case .put: 0..<2
      case .call: 2..<4
      case .condor: 0..<4
      }
    return range.reduce(0) { $0 + surface.halfSpreadUnits(mark: legs[$1][point], at: point) }
  }
  /// Cost at the quotes: shorts bought at the ask, wings sold at the bid but never below 0; units.
  public func naturalCost(_ part: ClosingFill.Part) -> [Int32] {
    let mid = cost(part)
    let sides: [(short: Int, long: Int)] =
      switch part {
      case .put: [(1, 0)]
      case .call: [(2, 3)]
      case .condor: [(1, 0), (2, 3)]
      }
    return mid.indices.map { i in
      guard mid[i] != TickGrid.missing else { return TickGrid.missing }
      return sides.reduce(0) { sum, side in
        let short = legs[side.short][i]
        let long = legs[side.long][i]
        return sum + short + surface.halfSpreadUnits(mark: short, at: i)
          - max(0, long - surface.halfSpreadUnits(mark: long, at: i))
      }
    }
  }
  /// Extrinsic value of a part at a point: mid cost less what it would settle at there, units, ≥ 0.
  public func extrinsic(_ part: ClosingFill.Part, at point: Int) -> Int32 {
    let spot = TickGrid.units(points: surface.forward[point])
    let put = strikes.putSettlement(close: spot)
    let call = strikes.callSettlement(close: spot)
    switch part {
    case .put: return max(0, putCost[point] - put)
    case .call: return max(0, callCost[point] - call)
    case .condor: return max(0, putCost[point] + callCost[point] - put - call)
    }
  }
}
