import MarketData
import Pricing
import Strategies

/// Margin of VIX futures by date: what ninety-nine of a hundred two-session moves stayed within, as far as was known.
///
/// By rank of the contract, the nearest first: the ⌈0.99·n⌉-th smallest |change| of one contract's settlement over two
/// sessions, of all that were complete before the session. Until 100 are known, the whole price: the most that a long future
/// can lose.
public struct FuturesMargin: Sendable {
  /// Moves of a rank that must be known.
  static let fewest = 100
  private static let ranks = 8
  private let history: MarketHistory
  /// points[session][rank], as in force on the session; NaN where the price stands for it.
  private let points: [[Double]]

  /// O(sessions × ranks × contracts).
  public init(_ history: MarketHistory) {
    self.history = history
    var counts = Array(repeating: 0, count: Self.ranks)
    // ascending; the order statistic is the (⌊n/100⌋ + 1)-th largest, so that no more are ever asked for than these
    var largest = Array(repeating: [Double](), count: Self.ranks)
    let kept = history.sessions.count / 100 + 1
    var points: [[Double]] = []
    points.reserveCapacity(history.sessions.count)
    for i in history.sessions.indices {
      points.append(
        zip(counts, largest).map { n, moves in n < Self.fewest ? .nan : moves[moves.count - 1 - n / 100] })
      guard i >= 2 else { continue }
      let date = history.sessions[i - 2].date
      var rank = 0
      for old in history.futures[i - 2] where old.expiry > date && rank < Self.ranks {
        defer { rank += 1 }
        guard let new = history.futures[i].first(where: { $0.expiry == old.expiry }) else { continue }
        let move = abs(new.settle - old.settle)
        guard move.isFinite else { continue }
        counts[rank] += 1
        if largest[rank].count == kept {
          guard move > largest[rank][0] else { continue }
          largest[rank].removeFirst()
        }
        largest[rank].insert(move, at: largest[rank].firstIndex { $0 > move } ?? largest[rank].count)
      }
    }
    self.points = points
  }

  /// Margin of a contract in force on session `i`, VX points, ≥ 0; 0 where it has never settled. O(contracts).
  public func points(_ expiry: SessionDate, session i: Int) -> Double {
    guard i >= 1 else { return 0 }
    let date = history.sessions[i - 1].date
    var rank = 0
    var settle = 0.0
    for contract in history.futures[i - 1] where contract.expiry > date {
      if contract.expiry < expiry { rank += 1 }
      if contract.expiry == expiry, contract.settle.isFinite { settle = contract.settle }
    }
    let known = points[i][min(rank, Self.ranks - 1)]
    return known.isNaN ? settle : known
  }

  /// The same of contracts by their weights.
  func points(_ contracts: [ContractWeight], session i: Int) -> Double {
    var sum = 0.0
    for contract in contracts {
      sum += Double(contract.thousandths) / 1000 * points(contract.expiry, session: i)
    }
    return sum
  }
}

/// What a layer's instrument costs and binds by entry session, at the settlement before the entry, as known before the session.
struct InstrumentMargin: Sendable {
  /// Of VX the price of the pair around the maturity, of VIX calls the ask of the call that would be bought, 1/1000 points; 0
  /// where there is none.
  let price: [Int32]
  /// Its margin, points: of calls the whole ask.
  let points: [Double]

  /// O(sessions × contracts), of calls × strikes besides.
  init(_ instrument: HedgeInstrument, _ history: MarketHistory, _ vx: VXMarket) {
    switch instrument {
    case .vx(let days): self.init(tenorDays: days, history, vx)
    case .vixCall(let rule): self.init(rule, history, vx)
    }
  }

  private init(_ rule: VIXCallRule, _ history: MarketHistory, _ vx: VXMarket) {
    let market = VIXCallMarket(history, vx: vx, parameters: rule.pricing)
    var price = Array(repeating: Int32(0), count: history.sessions.count)
    for i in history.sessions.indices.dropFirst().dropLast() {
      let seen = VIXCallMarket.View.settled(session: i - 1)
      let date = history.sessions[i].date
      if let call = try? market.call(
        on: date, seen: seen, days: rule.days, leastLife: history.sessions[i + 1].date - date,
        delta: rule.delta
      ).get(), let mark = try? market.mark(call, seen).get() {
        price[i] = rule.spread.ask(mark: mark) / 10
      }
    }
    self.price = price
    points = price.map { Double($0) / 1000 }
  }

  private init(tenorDays: Int, _ history: MarketHistory, _ vx: VXMarket) {
    var price = Array(repeating: Int32(0), count: history.sessions.count)
    var points = Array(repeating: 0.0, count: history.sessions.count)
    for i in history.sessions.indices.dropFirst().dropLast() {
      guard
        let pair = vx.contracts(
          session: i - 1, tenorDays: tenorDays, expiringAfter: history.sessions[i + 1].date),
        let settled = VXMarket.weigh(pair, { vx.settle($0.expiry, session: i - 1) })
      else { continue }
      price[i] = settled
      points[i] = vx.margin.points(pair, session: i)
    }
    self.price = price
    self.points = points
  }
}
