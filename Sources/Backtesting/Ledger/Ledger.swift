import MarketData
import Pricing
import Strategies

/// The books of one trade, minute by minute, in whole cents for one condor, those that re-entry sold after it, and its
/// trade-opened hedge.
///
/// It is put together from the trade's fills and from marks, apart from the engine's own sums, so that it can
/// contradict them: `cash + condorValue + hedgeValue = equity` at every step, where *equity* grows by what each
/// position gained since the step before, and the last equity is the trade's net.
///
/// - Cash: credits received, costs paid, fees; a future costs nothing to hold, so a hedge of them moves cash by its costs
///   when it opens and by its realised gain when it is sold. A call's premium is paid and received.
/// - Condor value: minus the mid cost of every part still open, spreads that a shift sold among them.
/// - Hedge value: the unrealised gain of what is left of each layer, at the tradable path of its contracts, or what calls are
///   worth at it.
///
/// A hedge is kept a size unit and rounded once a size base, as its result is; so its cents are units times whole
/// cents of a running sum. In a minute without marks the last marks stand.
public struct Ledger: Sendable, Hashable {
  /// The books after everything that happened at one minute.
  public struct Step: Sendable, Hashable {
    /// Position of the session in the history.
    public var session: Int
    /// Minute of the day; 975 is the settlement.
    public var minute: Int
    /// Everything received and paid so far.
    public var cash: Int64
    /// What the open parts of the condor are worth: 0 or less.
    public var condorValue: Int64
    /// Unrealised gain of the hedge's futures, and the worth of its calls.
    public var hedgeValue: Int64
    /// Gains and losses since the fill.
    public var equity: Int64
    /// What the open positions are worth.
    public var openValue: Int64 { condorValue + hedgeValue }
  }
  /// One a minute from the opening fill to the close of the expiry session, the settlement at 16:15, and one a minute of
  /// the sessions in which a rolled spread is still out.
  public let steps: [Step]

  /// Whether cash + open value = equity at every step and nothing is open after the last one.
  public var isBalanced: Bool {
    steps.allSatisfy { $0.cash + $0.openValue == $0.equity } && (steps.last?.openValue ?? 0) == 0
  }
  /// Equity after the settlement; the trade's net.
  public var netCents: Int64 { steps.last?.equity ?? 0 }

  /// The books of `trade`, made by `strategy` on the marks of `priced`. O(minutes × (parts + layers)).
  ///
  /// - Precondition: the marks and the desk are those the trade was made on.
  public init(_ trade: Trade, strategy: Strategy, priced: PricedSurface, desk: SessionDesk) {
    precondition(priced.surface.entry == trade.entrySession, "Ledger: marks of another session")
    let surface = priced.surface
    var condors = trade.condors.map {
      CondorBooks($0, priced: priced, strategy: strategy, context: desk.context)
    }
    var hedge = HedgeBooks(trade, strategy: strategy, desk: desk)
    var shift = Self.shiftBooks(trade, strategy, priced, desk)
    var steps: [Step] = []
    steps.reserveCapacity(surface.minutes.count)
    var equity: Int64 = 0
    func record(session: Int, minute: Int, point: Int?) {
      for i in condors.indices {
        equity += condors[i].advance(session: session, minute: minute, point: point)
      }
      if session <= surface.expiry { equity += hedge.advance(session: session, minute: minute) }
      equity += shift?.advance(TradeMinute(session: session, minute: minute)) ?? 0
      steps.append(
        Step(
          session: session, minute: minute,
          cash: condors.reduce(hedge.cash + (shift?.cash ?? 0)) { $0 + $1.cash },
          condorValue: condors.reduce(shift?.value ?? 0) { $0 + $1.value }, hedgeValue: hedge.value,
          equity: equity))
    }
    for point in 1..<surface.minutes.count {
      record(
        session: point < surface.expiryStart ? surface.entry : surface.expiry, minute: surface.minutes[point],
        point: point)
    }
    record(session: surface.expiry, minute: MinuteOfDay.afterClose, point: nil)
    if let out = trade.outliving {
      for session in surface.expiry + 1...out.endedAt.session {
        for minute in MinuteOfDay.open...desk.context.history.sessions[session].closeMinute {
          record(session: session, minute: minute, point: nil)
        }
      }
    }
    self.steps = steps
  }

  private static func shiftBooks(
    _ trade: Trade, _ strategy: Strategy, _ priced: PricedSurface, _ desk: SessionDesk
  ) -> ShiftBooks? {
    guard let rule = strategy.exit.shift,
      let later = try? ReferenceEngine(strategy, context: desk.context).laterMarks(rule, desk).get()
    else { return nil }
    return ShiftBooks(trade, priced: priced, later: later) { session in
      strategy.costs.fees(on: desk.context.history.sessions[session].date).spxwCents
    }
  }
}

/// Cash and open value of a condor's parts, cents; a unit of a mark is a cent of a condor.
private struct CondorBooks {
  private struct Part {
    let fill: ClosingFill
    let cost: [Int32]
    let openingFees: Int64
    var mark: Int64
    var isOpen = true
  }
  private let filledAt: TradeMinute
  private var parts: [Part]
  private var isSold = false
  var cash: Int64 = 0
  var value: Int64 { parts.reduce(0) { $0 - ($1.isOpen && isSold ? $1.mark : 0) } }

  init(_ condor: SoldCondor, priced: PricedSurface, strategy: Strategy, context: MarketContext) {
    filledAt = condor.filledAt
    let fee = Int64(strategy.costs.fees(on: context.history.sessions[filledAt.session].date).spxwCents)
    let path = priced.path(condor.strikes)
    parts = condor.fills.map { fill in
      Part(
        fill: fill, cost: path.cost(fill.part), openingFees: fee * (fill.part == .condor ? 4 : 2), mark: 0)
    }
  }

  /// Books the minute and returns what was gained in it: the change of every mark that was carried into it, and
  /// of every fill its distance from the mark, and fees.
  mutating func advance(session: Int, minute: Int, point: Int?) -> Int64 {
    var gained: Int64 = 0
    let isOpening = filledAt == TradeMinute(session: session, minute: minute)
    guard isSold || isOpening else { return 0 }
    for i in parts.indices where parts[i].isOpen {
      let before = parts[i].mark
      if let point, parts[i].cost[point] != TickGrid.missing { parts[i].mark = Int64(parts[i].cost[point]) }
      let fill = parts[i].fill
      if isOpening {
        cash += Int64(fill.credit) - parts[i].openingFees
        gained += Int64(fill.credit) - parts[i].mark - parts[i].openingFees
      } else if fill.session == session, fill.minute == minute {
        let closingFees = Int64(fill.feesCents) - parts[i].openingFees
        cash -= Int64(fill.cost) + closingFees
        gained += before - Int64(fill.cost) - closingFees
        parts[i].isOpen = false
      } else {
        gained += before - parts[i].mark
      }
    }
    isSold = true
    return gained
  }
}

/// Cash and open value of the hedge, cents; sums a size unit are kept in 10⁻⁹ cents, as the engine keeps them.
private struct HedgeBooks {
  private struct Layer {
    let open: HedgeFill
    let prices: HedgePrices
    /// Price at which it is worth nothing: 0 for what is paid for, 1/1000 points.
    let basis: Int32
    var left: Int64
    var price: Int32
  }
  private let trade: Trade
  private let strategy: Strategy
  private let desk: SessionDesk
  private var layers: [Int: Layer] = [:]
  /// Running sums a size base, in the order of `trade.hedge.parts`, 10⁻⁹ cents.
  private var realised: [Int128]
  private var held: [Int128]
  private var lastValue: Int64 = 0

  var cash: Int64 { total(realised) }
  var value: Int64 { total(held) }

  init(_ trade: Trade, strategy: Strategy, desk: SessionDesk) {
    self.trade = trade
    self.strategy = strategy
    self.desk = desk
    realised = trade.hedge.parts.map { _ in 0 }
    held = realised
  }

  private func total(_ sums: [Int128]) -> Int64 {
    zip(trade.hedge.parts, sums).reduce(0) { $0 + $1.0.units * HedgeAccounting.wholeCents($1.1) }
  }
  private func base(_ layer: Int) -> Int {
    trade.hedge.parts.firstIndex { $0.base == strategy.hedge[layer].size.base } ?? 0
  }

  /// Books the minute and returns what was gained in it.
  mutating func advance(session: Int, minute: Int) -> Int64 {
    let before = cash + lastValue
    for key in layers.keys.sorted() {
      let time = TradeMinute(session: session, minute: minute)
      guard
        let now = layers[key]?.prices.traded(
          at: time, path: { desk.vxPaths.path($0, session: session, seed: strategy.vxPathSeed) })
      else { continue }
      layers[key]?.price = now
    }
    for fill in trade.hedge.fills where fill.session == session && fill.minute == minute { book(fill) }
    held = held.map { _ in 0 }
    for key in layers.keys.sorted() {
      guard let layer = layers[key] else { continue }
      held[base(key)] +=
        Int128(layer.open.centsPerPoint) * Int128(layer.price - layer.basis) * Int128(layer.left) * 1000
    }
    lastValue = value
    return cash + lastValue - before
  }

  private mutating func book(_ fill: HedgeFill) {
    let instrument = strategy.hedge[fill.layer].instrument
    let costs = HedgeAccounting.sideCosts(
      calls: instrument.isVIXCall, slippage: strategy.costs.vxSlippage,
      fees: strategy.costs.fees(on: desk.context.history.sessions[fill.session].date))
    let sold = Int128(fill.centsPerPoint) * Int128(fill.shareThousandths)
    let b = base(fill.layer)
    realised[b] -= sold * (Int128(costs.slippage) * 1000 + Int128(costs.feeCents) * 10)
    if fill.action == .open {
      let prices = HedgePrices(fill.holding, of: instrument, context: desk.context)
      let basis = if case .call = fill.holding { Int32(0) } else { fill.price }
      realised[b] -= sold * Int128(fill.price - basis) * 1000
      layers[fill.layer] = Layer(
        open: fill, prices: prices, basis: basis, left: Int64(fill.shareThousandths), price: fill.price)
    } else if let layer = layers[fill.layer] {
      realised[b] += sold * Int128(fill.price - layer.basis) * 1000
      layers[fill.layer]?.left -= Int64(fill.shareThousandths)
    }
  }
}
