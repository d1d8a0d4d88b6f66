import MarketData
import Pricing
import Strategies

/// What a layer holds once it is open.
public enum HedgeHolding: Sendable, Hashable {
  /// Futures around a maturity.
  case vx([ContractWeight])
  /// A VIX call.
  case call(VIXCall)

  /// The futures that it is priced from: of a call, that of its month.
  public var futures: [ContractWeight] {
    switch self {
    case .vx(let contracts): contracts
    case .call(let call): [ContractWeight(expiry: call.expiry, thousandths: 1000)]
    }
  }
}

extension HedgeHolding: CustomStringConvertible {
  /// Contracts with their weights, or month and strike of a call.
  public var description: String {
    switch self {
    case .vx(let contracts):
      contracts.map { "VX \($0.expiry) × \($0.thousandths)/1000" }.joined(separator: " + ")
    case .call(let call): "VIX call \(call.expiry) at \(Double(call.strike) / 1000)"
    }
  }
}

/// What a holding is worth, 1/1000 points of VX or of a call's premium; by its definition, and for ledgers and explanations.
public struct HedgePrices {
  private let holding: HedgeHolding
  private let vx: VXMarket
  /// Of VIX calls.
  private let calls: (market: VIXCallMarket, spread: VIXCallSpread)?

  /// Of what a layer of an instrument holds.
  public init(_ holding: HedgeHolding, of instrument: HedgeInstrument, context: MarketContext) {
    self.holding = holding
    vx = context.vx
    calls =
      switch instrument {
      case .vx: nil
      case .vixCall(let rule): (context.vixCalls(rule), rule.spread)
      }
  }

  /// As a decision sees it; `nil` without an index mark or a settlement before.
  public func indicative(at time: TradeMinute) -> Int32? {
    price(.indicative(time)) { vx.indicative(holding.futures, at: time) }
  }

  /// Where its futures trade at a minute.
  ///
  /// - Parameter path: of a future by its final settlement date, 1/1000 points by minute from the open.
  func traded(at time: TradeMinute, path: (SessionDate) -> [Int32]?) -> Int32? {
    let k = time.minute - MinuteOfDay.open
    let future = VXMarket.weigh(holding.futures) { contract in
      guard let path = path(contract.expiry), path.indices.contains(k), path[k] != TickGrid.missing
      else { return nil }
      return path[k]
    }
    return future.flatMap { future in price(.traded(time, vx: future)) { future } }
  }

  /// At the settlement of a session: 16:15, with that day's VX and VVIX.
  func settled(session: Int) -> Int32? {
    price(.settled(session: session)) {
      VXMarket.weigh(holding.futures) { vx.settle($0.expiry, session: session) }
    }
  }

  /// Points that it moves by with one of its futures, as a decision sees it: 1, or the delta of a call; `nil` without a price.
  public func delta(at time: TradeMinute) -> Double? {
    switch holding {
    case .vx: 1
    case .call(let call): calls.flatMap { try? $0.market.delta(call, .indicative(time)).get() }
    }
  }

  /// What a buyer pays at a price: of a call the ask. Slippage of futures is booked apart.
  public func bought(_ price: Int32) -> Int32 { calls.map { $0.spread.ask(mark: 10 * price) / 10 } ?? price }

  /// What a seller gets at a price: of a call the bid.
  public func sold(_ price: Int32) -> Int32 { calls.map { $0.spread.bid(mark: 10 * price) / 10 } ?? price }

  private func price(_ view: VIXCallMarket.View, _ future: () -> Int32?) -> Int32? {
    switch holding {
    case .vx: future()
    case .call(let call): calls.flatMap { try? $0.market.mark(call, view).get() / 10 }
    }
  }
}

/// Something of the VX curve or of VVIX that a layer could need and the history doesn't have.
public enum MissingFuture: Sendable, Hashable {
  /// The settlements of a session don't reach around the layer's tenor, or have no month that outlives the condor.
  case curve(session: Int)
  /// A contract can't be traded on a session: a settlement or an official close of it or of the session before is
  /// missing.
  case path(SessionDate, session: Int)
  /// VVIX has no close on a session.
  case vvix(session: Int)
  /// Calls of a month are too volatile for their model on a session.
  case model(SessionDate, session: Int)
}

extension MarketContext {
  /// The market of the VIX calls of a rule.
  func vixCalls(_ rule: VIXCallRule) -> VIXCallMarket {
    VIXCallMarket(history, vx: vx, parameters: rule.pricing)
  }
}

extension VIXCallMarket {
  /// The call that a layer opened in a trade buys: of the months that outlive the condor; `nil` where none can be told.
  func call(_ rule: VIXCallRule, decided time: TradeMinute, expiry: Int) -> VIXCall? {
    let date = history.sessions[time.session].date
    let life = history.sessions[expiry].date - date
    return try? call(
      on: date, seen: .indicative(time), days: rule.days, leastLife: life, delta: rule.delta
    ).get()
  }

  /// What a trade-opened layer could need of VX and VVIX and doesn't find, in whichever of the two sessions it is decided.
  /// O(months + sessions).
  func missing(_ rule: VIXCallRule, entry: Int, expiry: Int) -> [MissingFuture] {
    var missing: [MissingFuture] = []
    for session in entry - 1...expiry where !(history.close(.vvix, session) > 0) {
      missing.append(.vvix(session: session))
    }
    for decided in [entry, expiry] {
      let date = history.sessions[decided].date
      let life = history.sessions[expiry].date - date
      switch month(on: date, closed: decided - 1, days: rule.days, leastLife: life) {
      case .failure: missing.append(.curve(session: decided - 1))
      case .success(let month):
        missing += (decided...expiry).flatMap { self.missing(month, session: $0, isLast: $0 == expiry) }
      }
    }
    return missing.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// What of a month's future and of its calls can't be traded on a session; on the last also not at the settlement.
  private func missing(_ month: SessionDate, session: Int, isLast: Bool) -> [MissingFuture] {
    guard vx.hasPath(month, session: session) else { return [.path(month, session: session)] }
    // σ√T hangs on neither VX nor the strike, and falls as a session goes on
    let call = VIXCall(expiry: month, strike: VIXCall.strikes[0])
    let open = View.traded(TradeMinute(session: session, minute: MinuteOfDay.open), vx: 1_000)
    let views = [open] + (isLast ? [.settled(session: session)] : [])
    return views.contains { mark(call, $0) == .failure(.noPrice) } ? [.model(month, session: session)] : []
  }
}
