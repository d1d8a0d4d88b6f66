import Backtesting
import MarketData
import Strategies

/// Margin of VIX futures by date: what nine and ninety of a hundred two-session moves stayed within, as far as was known.
///
/// By rank of the contract, the nearest first: the ⌈0.99·n⌉-th smallest |change| of one contract's settlement over two
/// sessions, of all that were complete before the session. Until 100 are known, the whole price: the most that a long future
/// can lose.
struct FuturesMargin: Sendable {
  /// Moves of a rank that must be known.
  static let fewest = 100
  private static let ranks = 8
  private let history: MarketHistory
  /// points[session][rank], as in force on the session; NaN where the price stands for it.
  private let points: [[Double]]

  /// O(sessions × ranks × sessions) at worst, for keeping moves sorted.
  init(_ history: MarketHistory) {
    self.history = history
    var sorted = Array(repeating: [Double](), count: Self.ranks)
    var points: [[Double]] = []
    points.reserveCapacity(history.sessions.count)
    for i in history.sessions.indices {
      points.append(
        sorted.map { moves in
          moves.count < Self.fewest ? .nan : moves[(99 * moves.count + 99) / 100 - 1]
        })
      guard i >= 2 else { continue }
      let live = history.futures[i - 2].filter { $0.expiry > history.sessions[i - 2].date }
      for (rank, old) in live.prefix(Self.ranks).enumerated() {
        guard let new = history.futures[i].first(where: { $0.expiry == old.expiry }) else { continue }
        let move = abs(new.settle - old.settle)
        guard move.isFinite else { continue }
        sorted[rank].insert(move, at: sorted[rank].partitioningIndex { $0 > move })
      }
    }
    self.points = points
  }

  /// Margin of a contract in force on session `i`, VX points; 0 where it has never settled.
  func points(_ expiry: SessionDate, session i: Int) -> Double {
    guard i >= 1 else { return 0 }
    let before = history.futures[i - 1].filter { $0.expiry > history.sessions[i - 1].date }
    let rank = before.count { $0.expiry < expiry }
    let known = points[i][min(rank, Self.ranks - 1)]
    return known.isNaN ? before.first { $0.expiry == expiry }?.settle ?? 0 : known
  }
}

/// VIX futures held, as a scenario of the index moves them; or VIX calls, by their delta and down to nothing, which is more than
/// they would lose.
struct FuturesExposure: Sendable, Hashable {
  /// Contract.
  let expiry: SessionDate
  /// Size, cents for one point of the price.
  let centsPerPoint: Double
  /// As a decision sees it, points.
  let price: Double
  /// Points for +1 % of the index.
  let beta: Double

  /// What is lost when the index moves by `move` (0.01 is 1 %), cents; a price doesn't fall below 0.
  func loss(_ move: Double) -> Double { -centsPerPoint * max(beta * 100 * move, -price) }

  /// What a layer that a trade opened holds at a minute: one a contract, or one of calls.
  static func of(
    _ open: HedgeFill, centsPerPoint: Double, strategy: Strategy, context: MarketContext, at time: TradeMinute
  ) -> [FuturesExposure] {
    let held = HedgePrices(
      open.holding, of: strategy.hedge[open.layer].instrument, context: context)
    return open.contracts.compactMap { contract in
      let price: Int32? =
        switch open.holding {
        case .call: held.indicative(at: time)
        case .vx: context.vx.indicative(contract.expiry, session: time.session, minute: time.minute)
        }
      guard let price, let delta = held.delta(at: time) else { return nil }
      return FuturesExposure(
        expiry: contract.expiry, centsPerPoint: centsPerPoint * Double(contract.thousandths) / 1000,
        price: Double(price) / 1000, beta: delta * context.vx.beta(contract.expiry, session: time.session))
    }
  }

  /// The standing layers of a strategy as held from the settlement of session `i` over the next session.
  static func standing(_ strategy: Strategy, context: MarketContext, session i: Int) -> [FuturesExposure] {
    let history = context.history
    let date = history.sessions[i].date
    return strategy.hedge.filter { $0.horizon == .standing }.flatMap { layer -> [FuturesExposure] in
      guard StandingBook.holding(layer.trigger, context, i...i)[0] else { return [] }
      let pair = context.vx.contracts(
        session: i, tenorDays: layer.tenorDays,
        expiringAfter: history.calendar.next(after: date) ?? date.adding(days: 5))
      return (pair ?? []).compactMap { contract in
        context.vx.settle(contract.expiry, session: i).map { settle in
          FuturesExposure(
            expiry: contract.expiry,
            centsPerPoint: layer.size.amount * 100_000 * Double(contract.thousandths) / 1000,
            price: Double(settle) / 1000, beta: context.vx.beta(contract.expiry, session: i + 1))
        }
      }
    }
  }
}
