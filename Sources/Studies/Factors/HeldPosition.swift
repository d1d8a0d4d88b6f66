import Backtesting
import Kernels
import MarketData
import Pricing

/// Something held from the end of a session over the next one. Its P&L is what it changes by between the two.
enum HeldPosition: Sendable {
  /// A short spread of the condor, which settles in the next session on the index's close.
  case spread(ShortSpread)
  /// VX of one month: cents a point, and its settlement in points.
  case future(expiry: SessionDate, centsPerPoint: Double, settle: Double)
  /// VIX calls of one series.
  case call(HeldCall)

  /// A short spread.
  struct ShortSpread: Sendable {
    let isPut: Bool
    /// Strike of the short leg, points.
    let short: Double
    /// To the wing, points.
    let width: Double
    /// Condors.
    var quantity: Double
    /// The index at the session's close, points.
    let spot: Double
    /// Mid cost to close at the session's end, cents a condor.
    let markCents: Double
    /// Change of the mid for a point of the index, points, by the delta of both legs.
    let delta: Double

    /// P&L when the index settles at a level, cents: what is owed there never leaves 0…width.
    func pnl(_ level: Double) -> Double {
      let owed = min(max(isPut ? short - level : level - short, 0), width)
      return quantity * (markCents - owed * 10_000)
    }
  }

  /// VIX calls.
  struct HeldCall: Sendable {
    let call: VIXCall
    var centsPerPoint: Double
    /// At the session's settlement, units of 1/10,000 points.
    let mark: Int32
    /// Of its month, points.
    let future: Double
    /// Volatilities at the next settlement, were VX and VVIX as they are; `nil` for calls that settle by then.
    let smile: VIXSmile?
    /// Where its marks come from.
    let market: VIXCallMarket

    /// Prices in scenarios of VX of its month, and of VVIX unless the calls settle, points.
    func prices(_ vx: FactorColumn, _ vvix: FactorColumn?) -> [Double] {
      if let smile, let vvix {
        return smile.prices(
          strike: call.strike, moves: vx.moves, growth: vx.growth, volatility: vvix.growth)
      }
      return vx.growth.map { max(future * $0 - Double(call.strike) / 1000, 0) }
    }

    /// P&L at a later mark, cents: whole ones of whole contracts, so that scenarios and results tie where they are equal.
    func pnl(_ later: Int32) -> Double { centsPerPoint * Double(later - mark) / 10_000 }
  }

  /// The factors that move it; `nil` where the law lacks one.
  func factors(_ law: FactorLaw, next: SessionDate) -> [Int]? {
    let wanted: [Int?] =
      switch self {
      case .spread: [law.indexFactor]
      case .future(let expiry, _, _): [law.factor(of: expiry, settlesBy: next)]
      case .call(let held):
        [law.factor(of: held.call.expiry, settlesBy: next)] + (held.smile == nil ? [] : [law.vvixFactor])
      }
    let found = wanted.compactMap { $0 }
    return found.count == wanted.count ? found : nil
  }

  /// Adds its P&L in every scenario of its factors, cents; shape `[S]`. O(S).
  func add(_ x: [FactorColumn], to pnl: inout [Double]) {
    let growth = x[0].growth
    switch self {
    case .spread(let spread):
      for s in pnl.indices { pnl[s] += spread.pnl(spread.spot * growth[s]) }
    case .future(_, let cents, let settle):
      for s in pnl.indices { pnl[s] += cents * settle * (growth[s] - 1) }
    case .call(let held):
      let prices = held.prices(x[0], x.count > 1 ? x[1] : nil)
      for s in pnl.indices { pnl[s] += held.pnl(TickGrid.legMark(points: prices[s])) }
    }
  }

  /// Cents for a change of 1 of the logarithm of each of its factors, to first order; of calls by central differences.
  var exposures: [Double] {
    switch self {
    case .spread(let spread): return [-spread.quantity * spread.delta * 10_000 * spread.spot]
    case .future(_, let cents, let settle): return [cents * settle]
    case .call(let held):
      let step = 1e-4
      func column(_ moves: [Double]) -> FactorColumn {
        FactorColumn(moves: moves, growth: moves.map(Elementary.exp))
      }
      let vvix = held.smile.map { _ in column([0, 0, step, -step]) }
      let prices = held.prices(column([step, -step, 0, 0]), vvix)
      let slopes = [prices[0] - prices[1], prices[2] - prices[3]].map { held.centsPerPoint * $0 / (2 * step) }
      return vvix == nil ? [slopes[0]] : slopes
    }
  }

  /// P&L as it came, cents; `nil` where the session has no price of it.
  func realised(session x: Int, context: MarketContext) -> Double? {
    switch self {
    case .spread(let spread):
      let close = context.history.sessions[x].official.close
      // closes are in hundredths of a point: whole cents
      return close > 0 ? spread.pnl(close).rounded() : nil
    case .future(let expiry, let cents, let settle):
      return context.vx.settle(expiry, session: x).map { cents * (Double($0) / 1000 - settle) }
    case .call(let held):
      let units =
        held.smile == nil
        ? held.market.payoff(held.call) : try? held.market.mark(held.call, .settled(session: x)).get()
      return units.map(held.pnl)
    }
  }

  /// The same of `n` condors.
  func times(_ n: Double) -> HeldPosition {
    switch self {
    case .spread(var spread):
      spread.quantity *= n
      return .spread(spread)
    case .future(let expiry, let cents, let settle):
      return .future(expiry: expiry, centsPerPoint: n * cents, settle: settle)
    case .call(var held):
      held.centsPerPoint *= n
      return .call(held)
    }
  }
}
