import Backtesting
import Pricing
import Strategies

/// What open condors and VIX futures would lose if the index moved at once, at ten points from −8 % to +6 %.
///
/// As the risk-based margin of broad-based indices does: five equal steps a side; every option keeps its implied volatility
/// and is priced anew; the requirement is the largest loss of all positions together, and at least $37.50 a short option.
/// A future moves by β × the move, β in VX points a percent as estimated before the session, the same that rules see. House
/// add-ons, and the separate accounts that futures may have to lie in, are not in it.
///
/// - Source: FINRA Rule 4210(g) and the OCC's TIMS for the range, its ten points and the minimum.
struct PortfolioLosses: Sendable, Hashable {
  /// Moves of the index, shares.
  static let moves = [-0.08, -0.064, -0.048, -0.032, -0.016, 0.012, 0.024, 0.036, 0.048, 0.06]
  /// Least requirement a short option, cents.
  static let minimumCents = 3_750.0

  /// One side of a condor, or both.
  struct Spread: Sendable, Hashable {
    let strikes: CondorStrikes
    let part: ClosingFill.Part
  }

  /// What the options lose at each move, cents; negative is a gain. Shape `[moves]`.
  let options: [Double]
  /// The futures, likewise.
  let futures: [Double]
  /// Short options among the spreads.
  let shorts: Int

  /// Of positions as they are open at a point of a surface.
  ///
  /// - Precondition: the point has an index mark.
  /// - Complexity: O(spreads × moves).
  init(_ spreads: [Spread], _ futures: [FuturesExposure], surface: MarkSurface, point: Int) {
    let exposures = spreads.flatMap { SpreadExposure.of($0, surface: surface, point: point) }
    let gains = SpreadExposure.gains(exposures, StressScenario.margin)
    self.init(gains, futures, shorts: exposures.count)
  }

  /// Of what spreads gain at each move, cents; shape `[spreads][moves]`.
  init(_ gains: [[Double]], _ futures: [FuturesExposure], shorts: Int) {
    options = Self.moves.indices.map { k in gains.reduce(0) { $0 - $1[k] } }
    self.futures = Self.losses(futures)
    self.shorts = shorts
  }

  /// What futures lose at each move, cents.
  static func losses(_ futures: [FuturesExposure]) -> [Double] {
    moves.map { move in futures.reduce(0) { $0 + $1.loss(move) } }
  }

  /// The requirement of losses a move with some short options, whole cents.
  static func cents(_ losses: [Double], shorts: Int) -> Int64 {
    let worst = losses.reduce(0) { max($0, $1) }
    return Int64(max(worst, Double(shorts) * minimumCents).rounded(.toNearestOrAwayFromZero))
  }
}

/// What of a trade is open at a point of the surface it was made on, of one condor.
struct OpenPositions {
  let spreads: [PortfolioLosses.Spread]
  /// Layers' opening fills, with what is left of each, cents for one point of its price.
  let layers: [(open: HedgeFill, centsPerPoint: Double)]

  init(_ trade: Trade, of strategy: Strategy, surface: MarkSurface, point p: Int) {
    func point(_ session: Int, _ minute: Int) -> Int {
      surface.point(TradeMinute(session: session, minute: minute)) ?? .max
    }
    spreads = trade.condors.filter { point($0.filledAt.session, $0.filledAt.minute) <= p }.flatMap { condor in
      condor.fills.filter { point($0.session, $0.minute) > p }
        .map { PortfolioLosses.Spread(strikes: condor.strikes, part: $0.part) }
    }
    layers = trade.hedge.fills.filter { $0.action == .open && point($0.session, $0.minute) <= p }.compactMap {
      open in
      let sold = trade.hedge.fills.filter {
        $0.layer == open.layer && $0.action != .open && point($0.session, $0.minute) <= p
      }
      let left = 1000 - sold.reduce(0) { $0 + Int($1.shareThousandths) }
      return left > 0 ? (open, trade.centsPerPoint(open, of: strategy) * Double(left) / 1000) : nil
    }
  }
}

extension Trade {
  /// What an opening fill of it holds, cents for one point of its price.
  fileprivate func centsPerPoint(_ fill: HedgeFill, of strategy: Strategy) -> Double {
    let base = strategy.hedge[fill.layer].size.base
    let units = hedge.parts.first { $0.base == base }?.units ?? 0
    return Double(units) * Double(fill.centsPerPoint)
  }
}

/// What one trade binds, of one condor with its hedge.
struct TradeMargin: Sendable {
  /// Of its futures by ``FuturesMargin`` and the premium of its calls, every layer that was opened, cents.
  let futuresCents: Int64
  /// At each opening fill of a condor or a layer, and at the last mark of the entry session, where all that is held has a price.
  let marks: [PortfolioLosses]

  init(
    _ trade: Trade, of strategy: Strategy, priced: PricedSurface, desk: SessionDesk, margin: FuturesMargin
  ) {
    let surface = priced.surface
    func point(_ session: Int, _ minute: Int) -> Int {
      surface.point(TradeMinute(session: session, minute: minute)) ?? .max
    }
    let opens = trade.hedge.fills.filter { $0.action == .open }
    futuresCents = Int64(
      opens.reduce(0) { sum, fill in
        let size = trade.centsPerPoint(fill, of: strategy)
        return switch fill.holding {
        case .call: sum + size * Double(fill.price) / 1000
        case .vx(let contracts):
          contracts.reduce(sum) { part, contract in
            part + size * Double(contract.thousandths) / 1000
              * margin.points(contract.expiry, session: fill.session)
          }
        }
      }.rounded(.toNearestOrAwayFromZero))

    let points =
      trade.condors.map { point($0.filledAt.session, $0.filledAt.minute) } + [surface.expiryStart - 1]
      + opens.map { point($0.session, $0.minute) }
    marks = points.filter { $0 < surface.minutes.count && surface.forward[$0] > 0 }.compactMap { p in
      let held = OpenPositions(trade, of: strategy, surface: surface, point: p)
      var futures: [FuturesExposure] = []
      for (open, size) in held.layers {
        guard
          let made = FuturesExposure.of(
            open, centsPerPoint: size, strategy: strategy, context: desk.context, at: TradeMinute(surface, p))
        else { return nil }
        futures += made
      }
      return PortfolioLosses(held.spreads, futures, surface: surface, point: p)
    }
  }
}
