import Kernels
import MarketData
import Pricing
import Signals
import Strategies

/// What is assumed of VX inside a session, where only settlements are known.
public struct VXPathModel: Sendable, Hashable {
  /// Multiplies every β, ≥ 0: of what hedges see and of what they fill at. Signals of rules keep the estimate.
  public var betaScale: Double
  /// Whether a seeded Brownian bridge lies on what β and the settlement explain.
  public var hasNoise: Bool

  /// The estimate, with its noise, or the given values.
  public init(betaScale: Double = 1, hasNoise: Bool = true) {
    self.betaScale = betaScale
    self.hasNoise = hasNoise
  }
}

/// VIX futures of a history, contract by contract, with a modelled path inside each session.
///
/// Between the prior settlement and a session's own, the *indicative* price of a contract is
/// `prior settle + β·(index return since the prior close)`, β in VX points per percent, estimated on sessions
/// before (a regression through the origin, started from the long-run −0.76 a percent at 30 days). Decisions see
/// only that. Fills add a residual that ends exactly at the session's settlement: the part of it not explained
/// by β, spread over variance time, with a seeded Brownian bridge on top.
public final class VXMarket: Sendable {
  /// Residual of a day's log change of VX given the index, as measured 2009–2020.
  static let residualVolatility = 0.031

  private let clock: VarianceClock
  private let overnightShare: Double
  private let asSeen: IndicativeVX
  private let history: MarketHistory
  private let noise: Double
  /// What holding contracts binds.
  public let margin: FuturesMargin

  /// Estimates every β. O(sessions × contracts).
  public init(_ history: MarketHistory, clock: ClockParameters, model: VXPathModel = VXPathModel()) {
    self.clock = VarianceClock(parameters: clock, calendar: history.calendar, events: history.events)
    overnightShare = clock.overnightShare
    self.history = history
    asSeen = IndicativeVX(history, betaScale: model.betaScale)
    margin = FuturesMargin(history)
    noise = model.hasNoise ? Self.residualVolatility : 0
  }

  /// Settlement of a contract on a session, 1/1000 points; `nil` where missing.
  public func settle(_ expiry: SessionDate, session i: Int) -> Int32? {
    asSeen.settle(expiry, session: i)
  }

  /// The two contracts around a constant maturity, weighted by calendar days, both expiring after `until`.
  /// One contract where the tenor is shorter than the nearest; `nil` where the curve doesn't reach.
  public func contracts(session i: Int, tenorDays: Int, expiringAfter until: SessionDate) -> [ContractWeight]?
  {
    let live = history.futures[i].map(\.expiry).filter { $0 > until }
    let pair = IndicativeVX.pair(of: live, on: history.sessions[i].date, tenorDays: tenorDays)
    guard let (near, far, weight) = pair else { return nil }
    if weight == 1000 { return [ContractWeight(expiry: near, thousandths: 1000)] }
    if weight == 0 { return [ContractWeight(expiry: far, thousandths: 1000)] }
    return [
      ContractWeight(expiry: near, thousandths: weight),
      ContractWeight(expiry: far, thousandths: 1000 - weight),
    ]
  }

  /// Price of a contract as a decision sees it, 1/1000 points: nothing of this session's settlement is in it.
  public func indicative(_ expiry: SessionDate, session i: Int, minute: Int) -> Int32? {
    guard i >= 1 else { return nil }
    let before = history.sessions[i - 1].official.close
    let now = history.sessions[i].spot(at: minute)
    guard before > 0, now > 0 else { return nil }
    return asSeen.price(expiry, session: i, move: now / before - 1)
  }

  /// The same of a pair, weighted, 1/1000 points: what a hedge rule sees.
  public func indicative(_ pair: [ContractWeight], at time: TradeMinute) -> Int32? {
    Self.weigh(pair) { indicative($0.expiry, session: time.session, minute: time.minute) }
  }

  /// A price of the pair from prices of its contracts, to the nearest 1/1000 point; `nil` if one is missing.
  static func weigh(_ pair: [ContractWeight], _ price: (ContractWeight) -> Int32?) -> Int32? {
    var sum: Int64 = 0
    for contract in pair {
      guard let p = price(contract) else { return nil }
      sum += Int64(contract.thousandths) * Int64(p)
    }
    return Int32((sum + 500) / 1000)
  }

  /// ``indicative(_:session:minute:)`` at every minute from the open to the close, ``TickGrid/missing`` without an
  /// index mark; `nil` without a settlement before. `moves` are ``moves(session:)``. O(minutes).
  func indicatives(_ expiry: SessionDate, session i: Int, moves: [Double]) -> [Int32]? {
    guard let prior = settle(expiry, session: i - 1) else { return nil }
    let beta = beta(expiry, session: i) * 100
    let base = Double(prior) / 1000
    return moves.map { $0 == $0 ? IndicativeVX.milli(max(base + beta * $0, 0.01)) : TickGrid.missing }
  }

  /// Return of the index since the close before, at every minute from the open to the close; NaN where unknown.
  func moves(session i: Int) -> [Double] {
    let before = history.sessions[i - 1].official.close
    return history.sessions[i].spot.map { before > 0 && $0 > 0 ? $0 / before - 1 : .nan }
  }

  /// β of a contract in force on session `i`, VX points per percent of the index.
  public func beta(_ expiry: SessionDate, session i: Int) -> Double {
    asSeen.beta(expiry, session: i)
  }

  /// Whether a contract can be traded on a session: ``path(_:session:seed:)`` isn't `nil`. O(contracts).
  public func hasPath(_ expiry: SessionDate, session i: Int) -> Bool {
    settle(expiry, session: i - 1) != nil && settle(expiry, session: i) != nil
      && history.sessions[i - 1].official.close > 0 && history.sessions[i].official.close > 0
  }

  /// Tradable prices of a contract at every minute of a session, 1/1000 points on the 0.01 grid, from the open
  /// to the close, where it equals the settlement; `nil` if a settlement is missing; ``TickGrid/missing`` in
  /// minutes without an index mark. O(minutes).
  public func path(_ expiry: SessionDate, session i: Int, seed: UInt64) -> [Int32]? {
    guard let prior = settle(expiry, session: i - 1), let settled = settle(expiry, session: i) else {
      return nil
    }
    let session = history.sessions[i]
    let before = history.sessions[i - 1].official.close
    guard before > 0, session.official.close > 0 else { return nil }
    let f0 = Double(prior) / 1000
    let beta = beta(expiry, session: i)
    let explained = f0 + beta * 100 * (session.official.close / before - 1)
    let residual = Double(settled) / 1000 - explained
    let stream =
      UInt64(UInt32(bitPattern: session.date.ordinal)) << 32 | UInt64(UInt32(bitPattern: expiry.ordinal))
    var random = Philox(seed: seed, stream: stream)
    var walk: [Double] = []
    var times: [Double] = []
    var w = 0.0
    var u = 0.0
    for minute in MinuteOfDay.open...session.closeMinute {
      let remaining = clock.remainingShare(minute: minute, closeMinute: session.closeMinute)
      let next = overnightShare + (1 - overnightShare) * (1 - remaining)
      w += (next - u).squareRoot() * random.normal()
      u = next
      walk.append(w)
      times.append(u)
    }
    return walk.indices.map { k in
      let spot = session.spot[k]
      guard spot > 0 else { return TickGrid.missing }
      if k == walk.count - 1 { return settled }
      let bridge = noise * f0 * (walk[k] - times[k] * w)
      let price = f0 + beta * 100 * (spot / before - 1) + residual * times[k] + bridge
      return IndicativeVX.milli(max(price, 0.01)) / 10 * 10
    }
  }
}

/// VX paths of one session pair, simulated once each. Belongs to one thread.
public final class VXPaths {
  private struct Key: Hashable {
    let expiry: SessionDate
    let session: Int
    let seed: UInt64
  }
  private let market: VXMarket
  private var paths: [Key: [Int32]] = [:]

  /// Of its parts.
  public init(_ market: VXMarket) { self.market = market }

  /// Tradable prices of a contract at every minute of a session; `nil` if a settlement is missing.
  public func path(_ expiry: SessionDate, session: Int, seed: UInt64) -> [Int32]? {
    let key = Key(expiry: expiry, session: session, seed: seed)
    if let known = paths[key] { return known }
    let made = market.path(expiry, session: session, seed: seed)
    paths[key] = made
    return made
  }
}
