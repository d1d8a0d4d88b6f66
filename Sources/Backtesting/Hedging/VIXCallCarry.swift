import MarketData
import Pricing
import Strategies

/// One order or settlement of a layer of VIX calls.
public struct VIXCallFill: Hashable, Sendable {
  /// Why.
  public enum Action: String, Hashable, Sendable, CaseIterable {
    /// A roll buys.
    case buy
    /// A roll, or the end of the period, sells.
    case sell
    /// A part is sold into a rise.
    case monetise
    /// Cash settlement, free of fees.
    case settle
  }
  /// Position of the session.
  public let session: Int
  /// Which call.
  public let call: VIXCall
  /// Why.
  public let action: Action
  /// Contracts, ≥ 0: a roll that may buy none, or can't afford one, is on record too.
  public let contracts: Int
  /// Cents a contract: ask, bid or payoff.
  public let price: Int32
  /// Of the whole order, cents.
  public let feeCents: Int64

  /// What the order adds to the cash, cents.
  public var cashCents: Int64 {
    (action == .buy ? -1 : 1) * Int64(contracts) * Int64(price) - feeCents
  }
}

/// The result of holding one layer of VIX calls, on identified contracts, marked at every settlement.
///
/// Every order fills at the settlement of its session, against the spread, and was decided on what was known of the session
/// before: month and strike on its VX and VVIX, a sale into a rise on its mark. What has no price isn't traded, and keeps
/// its last mark. A final settlement that no file has is taken at the last mark before it, the model's price of it.
public struct VIXCallCarry: Sendable {
  /// Orders and settlements, in order.
  public private(set) var fills: [VIXCallFill] = []
  /// Cash at the end of each session, cents, from 0.
  public private(set) var cashCents: [Int64] = []
  /// Contracts held at their last mark, cents.
  public private(set) var valueCents: [Int64] = []
  /// Premium paid for the contracts held at the end of each session, cents: what they bind. Long options may not be bought on
  /// credit (Cboe Rule 10.3, FINRA Rule 4210(f)(2): paid for in full up to nine months to expiry, and here beyond them too).
  public private(set) var paidCents: [Int64] = []
  /// What is held at the end of each session; `nil` for nothing.
  public private(set) var holdings: [(call: VIXCall, contracts: Int)?] = []
  /// Sessions on which something held had no price.
  public private(set) var staleSessions = 0
  /// Final settlements taken at the last mark.
  public private(set) var estimatedSettlements = 0
  /// Sessions on which nothing could be bought, by reason.
  public private(set) var unopened: [VIXCallMarket.Gap: Int] = [:]

  /// A session's result after costs, cents: the change of cash and value.
  public var netCents: [Int64] {
    let equity = zip(cashCents, valueCents).map { $0 + $1 }
    return zip(equity, [0] + equity).map { $0 - $1 }
  }

  /// What is held: a month that a roll chose, with none of it left where all was sold.
  private struct Holding {
    let call: VIXCall
    let bought: SessionDate
    let first: Int
    let paid: Int32
    var left: Int
    var mark: Int32

    /// Contracts of the first ones sold by now if the mark seen is this: whole ones, rounded down.
    func sold(_ steps: [MonetiseStep]) -> Int {
      let reached = steps.filter { Int64(mark) * 1000 >= Int64(paid) * Int64(1000 + $0.gainThousandths) }
      return first * Int(reached.reduce(0) { $0 + $1.shareThousandths }) / 1000
    }
  }

  /// Runs a layer over a range of sessions. The last one only sells. O(sessions + rolls × strikes).
  ///
  /// - Parameters:
  ///   - contracts: bought at a roll, or fewer if a budget has no more.
  ///   - monetise: sales into a rise of the call's mark over what was paid, ascending by gain.
  /// - Precondition: the rule has a roll.
  public init(
    _ rule: VIXCallRule, contracts most: Int, monetise: [MonetiseStep], context: MarketContext,
    range: ClosedRange<Int>, costs: CostRule
  ) {
    guard let roll = rule.roll else { preconditionFailure("VIXCallCarry: a rule without a roll") }
    let history = context.history
    let market = VIXCallMarket(history, vx: context.vx, parameters: rule.pricing)
    let spread = rule.spread
    var cash: Int64 = 0
    var held: Holding?
    for i in range {
      let date = history.sessions[i].date
      let fee = Int64(costs.fees(on: date).vixOptionCents)
      func order(_ call: VIXCall, _ action: VIXCallFill.Action, _ contracts: Int, _ price: Int32)
        -> VIXCallFill
      {
        VIXCallFill(
          session: i, call: call, action: action, contracts: contracts, price: price,
          feeCents: action == .settle ? 0 : Int64(contracts) * fee)
      }
      var orders: [VIXCallFill] = []

      if let last = held, date >= last.call.expiry {
        let payoff = market.payoff(last.call)
        if payoff == nil, last.left > 0 { estimatedSettlements += 1 }
        orders.append(order(last.call, .settle, last.left, payoff ?? last.mark))
        held = nil
      }
      if var holding = held {
        switch market.mark(holding.call, .settled(session: i)) {
        case .failure: if holding.left > 0 { staleSessions += 1 }
        case .success(let mark):
          let bid = spread.bid(mark: mark)
          let next = history.calendar.next(after: date) ?? date.adding(days: 1)
          let call = holding.call
          if i == range.upperBound
            || roll.isDue(on: date, next: next, bought: holding.bought, expiry: call.expiry)
          {
            orders.append(order(call, .sell, holding.left, bid))
            held = nil
          } else {
            let sale = holding.sold(monetise) - (holding.first - holding.left)
            if sale > 0 {
              orders.append(order(call, .monetise, sale, bid))
              holding.left -= sale
            }
            holding.mark = mark
            held = holding
          }
        }
      }
      if held == nil, i < range.upperBound {
        switch Self.open(rule, leastLife: roll.leastLife, market: market, on: date, session: i) {
        case .failure(let gap): unopened[gap, default: 0] += 1
        case .success(let (call, mark, vx)):
          let ask = spread.ask(mark: mark)
          let contracts = min(most, rule.budget?.contracts(ask: ask, vx: vx) ?? most)
          orders.append(order(call, .buy, contracts, ask))
          held = Holding(
            call: call, bought: date, first: contracts, paid: ask, left: contracts, mark: mark)
        }
      }
      cash += orders.reduce(0) { $0 + $1.cashCents }
      fills += orders.filter { $0.contracts > 0 || $0.action == .buy }
      cashCents.append(cash)
      valueCents.append(held.map { Int64($0.left) * Int64($0.mark) } ?? 0)
      paidCents.append(held.map { Int64($0.left) * Int64($0.paid) } ?? 0)
      holdings.append(held.flatMap { $0.left > 0 ? ($0.call, $0.left) : nil })
    }
  }

  /// The call to buy, chosen on the session before; its mark at this settlement; its VX as it was then.
  private static func open(
    _ rule: VIXCallRule, leastLife: Int, market: VIXCallMarket, on date: SessionDate, session i: Int
  ) -> Result<(VIXCall, Int32, Int32), VIXCallMarket.Gap> {
    let before = VIXCallMarket.View.settled(session: i - 1)
    return market.call(
      on: date, seen: before, days: rule.days, leastLife: leastLife, delta: rule.delta
    ).flatMap { call in
      guard let vx = market.future(call.expiry, before) else { return .failure(.noVX) }
      return market.mark(call, .settled(session: i)).map { (call, $0, vx) }
    }
  }
}
