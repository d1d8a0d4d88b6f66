import Backtesting
import MarketData
import Strategies

/// What of a space's hedges hangs on the market alone, worked out once for all pieces of a grid: standing books in the costs
/// of the condors, and what hedges bind of the account.
struct SpaceHedges: Sendable {
  private struct Key: Hashable {
    let layers: [HedgeLayer]
    let fees: [FeeRow]
    let vxSlippage: Int32
    init(_ layers: [HedgeLayer], _ costs: CostRule) {
      self.layers = layers
      (fees, vxSlippage) = (costs.fees, costs.vxSlippage)
    }
  }
  private let books: [Key: StandingBook]
  /// By hedge setting of the space: what it binds, where that may refuse an entry of some condor; else `nil`. Such a hedge is
  /// scored on rows of its own.
  let margins: [HedgeMargin?]

  /// - Complexity: O(hedge settings × sessions).
  init(_ space: ProductSpace, context: MarketContext, period: ClosedRange<Int>, threads: Int) {
    var costs: [CostRule] = []
    var seen: Set<Key> = []
    for condor in space.condors where seen.insert(Key([], condor.costs)).inserted {
      costs.append(condor.costs)
    }
    var keys: [Key] = []
    var asked: [Strategy] = []
    for hedge in space.hedges {
      let layers = hedge.layers.filter { $0.horizon == .standing }
      for cost in layers.isEmpty ? [] : costs where seen.insert(Key(layers, cost)).inserted {
        keys.append(Key(layers, cost))
        asked.append(
          Strategy(
            name: "", condor: CondorRule(strikes: StrikeRule(target: .credit(units: 1))), hedge: layers,
            costs: cost))
      }
    }
    let made = Scheduler.map(count: asked.count, threads: threads) { [asked] k in
      StandingBook(asked[k], context: context, range: period)
    }.compactMap { $0 }
    let books = Dictionary(uniqueKeysWithValues: zip(keys, made))
    self.books = books
    struct Room: Hashable {
      let width: Int
      let account: Int64
    }
    let rooms = Set(space.condors.map { Room(width: $0.condor.width, account: $0.accountCents) })
    margins = Scheduler.map(count: space.hedges.count, threads: threads) {
      [cost = costs.first ?? CostRule()] b -> HedgeMargin? in
      let strategy = space.strategy(condor: 0, hedge: b)
      guard !strategy.hedge.isEmpty else { return nil }
      // what is held hangs on no cost
      let standing = books[Key(strategy.hedge.filter { $0.horizon == .standing }, cost)] ?? .none
      let margin = HedgeMargin(strategy, standing: standing, context: context, range: period)
      return rooms.contains { margin.mayRefuse(width: $0.width, accountCents: $0.account) } ? margin : nil
    }.map { $0 ?? nil }
  }

  /// The result of standing layers a session, cents.
  func net(_ layers: [HedgeLayer], costs: CostRule) -> [Int64] {
    guard let book = books[Key(layers, costs)] else {
      preconditionFailure("SpaceHedges.net: layers that the space doesn't have")
    }
    return book.netCents
  }
}
