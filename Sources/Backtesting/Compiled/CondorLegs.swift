import Kernels
import Pricing
import Strategies

/// What it costs to close a condor's parts, along a whole path or at one point of it.
protocol ClosingCosts: AnyObject {
  /// Mid cost at every point, units; ``TickGrid/missing`` in a hole.
  func costs(_ part: ClosingFill.Part) -> [Int32]
  /// Cost at the quotes at every point, units; ``TickGrid/missing`` in a hole.
  func naturalCosts(_ part: ClosingFill.Part) -> [Int32]
  /// ``costs(_:)`` at a point.
  func cost(_ part: ClosingFill.Part, at point: Int) -> Int32
  /// ``naturalCosts(_:)`` at a point.
  func naturalCost(_ part: ClosingFill.Part, at point: Int) -> Int32
  /// Summed half-spreads of the legs at a point that has marks, units.
  func halfSpread(_ part: ClosingFill.Part, at point: Int) -> Int32
  /// Mid cost less what the part would settle at there, units, ≥ 0.
  func extrinsic(_ part: ClosingFill.Part, at point: Int) -> Int32
}

/// The four legs of a condor on one surface: the compiled twin of ``CondorPath``. It keeps the marks of the legs, which
/// neighbouring condors share, and adds them up when asked. Belongs to one thread.
final class CondorLegs: ClosingCosts {
  private let strikes: CondorStrikes
  private let priced: PricedSurface
  private let bench: Workbench
  private let put: Spread
  private let call: Spread

  /// One side: a leg sold and a leg bought.
  private struct Spread {
    let short: [Int32]
    let long: [Int32]
    /// Width, units.
    let most: Int32

    func costs() -> [Int32] {
      var cost = Array(repeating: Int32(0), count: short.count)
      var out = cost.mutableSpan
      spreadCosts(short: short.span, long: long.span, most: most, missing: TickGrid.missing, into: &out)
      return cost
    }
    func cost(_ i: Int) -> Int32 {
      short[i] == TickGrid.missing ? short[i] : min(max(short[i] - long[i], 0), most)
    }
  }

  init(_ strikes: CondorStrikes, on priced: PricedSurface, bench: Workbench) {
    self.strikes = strikes
    self.priced = priced
    self.bench = bench
    put = Spread(
      short: priced.leg(strikes.shortPut, isCall: false), long: priced.leg(strikes.longPut, isCall: false),
      most: Int32(strikes.shortPut - strikes.longPut) * TickGrid.unitsPerPoint)
    call = Spread(
      short: priced.leg(strikes.shortCall, isCall: true), long: priced.leg(strikes.longCall, isCall: true),
      most: Int32(strikes.longCall - strikes.shortCall) * TickGrid.unitsPerPoint)
  }

  /// The most the whole can cost, units.
  private var most: Int32 { Int32(strikes.width) * TickGrid.unitsPerPoint }

  private func spreads(_ part: ClosingFill.Part) -> [Spread] {
    switch part {
    case .put: [put]
    case .call: [call]
    case .condor: [put, call]
    }
  }

  func costs(_ part: ClosingFill.Part) -> [Int32] {
    switch part {
    case .put: return put.costs()
    case .call: return call.costs()
    case .condor:
      var both = put.costs()
      let other = call.costs()
      let first = both
      var out = both.mutableSpan
      summedCosts(first.span, other.span, most: most, missing: TickGrid.missing, into: &out)
      return both
    }
  }

  func cost(_ part: ClosingFill.Part, at point: Int) -> Int32 {
    switch part {
    case .put: return put.cost(point)
    case .call: return call.cost(point)
    case .condor:
      let first = put.cost(point)
      return first == TickGrid.missing ? first : min(first + call.cost(point), most)
    }
  }

  func halfSpread(_ part: ClosingFill.Part, at point: Int) -> Int32 {
    let factor = priced.surface.spreadFactors[point]
    func both(_ s: Spread) -> Int32 {
      bench.spreads.units(mark: s.short[point], factor: factor)
        + bench.spreads.units(mark: s.long[point], factor: factor)
    }
    switch part {
    case .put: return both(put)
    case .call: return both(call)
    case .condor: return both(put) + both(call)
    }
  }

  func naturalCosts(_ part: ClosingFill.Part) -> [Int32] {
    let factors = priced.surface.spreadFactors
    let sides = spreads(part)
    return put.short.indices.map { natural(sides, at: $0, factor: factors[$0]) }
  }

  func naturalCost(_ part: ClosingFill.Part, at point: Int) -> Int32 {
    natural(spreads(part), at: point, factor: priced.surface.spreadFactors[point])
  }

  /// Shorts bought at the ask, wings sold at the bid but never below 0.
  private func natural(_ sides: [Spread], at point: Int, factor: Double) -> Int32 {
    guard sides[0].short[point] != TickGrid.missing else { return TickGrid.missing }
    return sides.reduce(0) { sum, side in
      let (short, long) = (side.short[point], side.long[point])
      return sum + short + bench.spreads.units(mark: short, factor: factor)
        - max(0, long - bench.spreads.units(mark: long, factor: factor))
    }
  }

  func extrinsic(_ part: ClosingFill.Part, at point: Int) -> Int32 {
    let spot = TickGrid.units(points: priced.surface.forward[point])
    func put() -> Int32 { self.put.cost(point) - strikes.putSettlement(close: spot) }
    func call() -> Int32 { self.call.cost(point) - strikes.callSettlement(close: spot) }
    switch part {
    case .put: return max(0, put())
    case .call: return max(0, call())
    case .condor: return max(0, put() + call())
    }
  }
}
