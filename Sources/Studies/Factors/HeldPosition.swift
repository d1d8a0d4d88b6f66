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
    /// At the session's settlement, points.
    let mark: Double
    /// Of its month, points.
    let future: Double
    /// Volatilities at the next settlement, VX and VVIX being as they are; `nil` for calls that settle by then.
    let smile: VIXSmile?
    /// Where its marks come from.
    let market: VIXCallMarket
  }

  /// The factor that moves it; `nil` where the law has none.
  func factor(_ law: FactorLaw, next: SessionDate) -> Int? {
    switch self {
    case .spread: law.indexFactor
    case .future(let expiry, _, _): law.factor(of: expiry, settlesBy: next)
    case .call(let held): law.factor(of: held.call.expiry, settlesBy: next)
    }
  }

  /// Adds its P&L in every scenario of its factor, cents; shapes `[S]`. O(S).
  func add(_ x: (moves: [Double], growth: [Double]), to pnl: inout [Double]) {
    switch self {
    case .spread(let spread):
      for s in pnl.indices { pnl[s] += spread.pnl(spread.spot * x.growth[s]) }
    case .future(_, let cents, let settle):
      for s in pnl.indices { pnl[s] += cents * settle * (x.growth[s] - 1) }
    case .call(let held):
      guard let smile = held.smile else {
        let strike = Double(held.call.strike) / 1000
        for s in pnl.indices {
          pnl[s] += held.centsPerPoint * (max(held.future * x.growth[s] - strike, 0) - held.mark)
        }
        return
      }
      let prices = smile.prices(strike: held.call.strike, moves: x.moves, growth: x.growth)
      for s in pnl.indices { pnl[s] += held.centsPerPoint * (prices[s] - held.mark) }
    }
  }

  /// Cents for a change of 1 of the logarithm of its factor, to first order.
  var exposure: Double {
    switch self {
    case .spread(let spread): -spread.quantity * spread.delta * 10_000 * spread.spot
    case .future(_, let cents, let settle): cents * settle
    case .call(let held):
      held.centsPerPoint * held.future
        * (held.smile?.deltaAndVega(strike: held.call.strike).delta
          ?? (held.future * 1000 > Double(held.call.strike) ? 1 : 0))
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
      return units.map { held.centsPerPoint * (Double($0) / 10_000 - held.mark) }
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
