import MarketData

/// A European call on VIX, settled in cash: 100 dollars a point of what the opening quotation (SOQ) of its expiry lies
/// above the strike. Monthly expiries only; weeklies, listed since 2015-10, have no VX month beside them here.
///
/// It expires on the day on which the VX future of its month settles, to the same quotation, so that future is its
/// forward; the last trading day is the session before.
public struct VIXCall: Hashable, Sendable {
  /// Final settlement date of the VX future of the same month.
  public let expiry: SessionDate
  /// Strike, 1/1000 VIX points, as VX prices are.
  public let strike: Int32

  /// Of its parts.
  public init(expiry: SessionDate, strike: Int32) {
    self.expiry = expiry
    self.strike = strike
  }

  /// What it pays at a final settlement of `vx`, both in 1/1000 points: units of 1/10,000 points, whole cents a contract.
  public func payoff(vx: Int32) -> Int32 { max(vx - strike, 0) * 10 }

  /// Strikes that are listed, 1/1000 points, ascending: 0.50 apart up to 15, 1 to 30, 2.50 to 50, 5 to 100, 10 to 200.
  ///
  /// - Source: chains as listed (macroption.com, 2012 and later); the contract's terms allow 1 from 15 to 200, so that
  ///   high strikes are coarser here than some days were.
  public static let strikes: [Int32] = {
    let bands: [(from: Int32, to: Int32, step: Int32)] = [
      (5_000, 15_000, 500), (15_000, 30_000, 1_000), (30_000, 50_000, 2_500), (50_000, 100_000, 5_000),
      (100_000, 200_001, 10_000),
    ]
    return bands.flatMap { Array(stride(from: $0.from, to: $0.to, by: Int($0.step))) }
  }()
}

/// What is given up to the market maker in a VIX option, and the grid of its orders.
public struct VIXCallSpread: Hashable, Sendable {
  /// Least half-spread, units of 1/10,000 points.
  public var floor: Int32
  /// Half-spread of a dear option, 1/1000 of its price.
  public var thousandths: Int32

  /// Half a spread of `floor`, or of a share of the price if that is more. The defaults, 0.05 points and 5 %, are an
  /// assumption: no quotes of VIX options were at hand.
  public init(floor: Int32 = 500, thousandths: Int32 = 50) {
    self.floor = floor
    self.thousandths = thousandths
  }

  /// What a buyer pays at a mark ≥ 0, units, > 0: the mark and half a spread, up to the next 0.05 below 3.00, 0.10 from there.
  public func ask(mark: Int32) -> Int32 {
    let price = max(mark + half(mark), 1)
    let tick = Self.tick(price)
    return (price + tick - 1) / tick * tick
  }

  /// What a seller gets at a mark ≥ 0, units, ≥ 0: down to the grid.
  public func bid(mark: Int32) -> Int32 {
    let price = max(mark - half(mark), 0)
    return price / Self.tick(price) * Self.tick(price)
  }

  private func half(_ mark: Int32) -> Int32 {
    max(floor, Int32((Int64(mark) * Int64(thousandths) + 999) / 1000))
  }
  /// Minimum tick of VIX options (contract specifications, Cboe).
  private static func tick(_ price: Int32) -> Int32 {
    price < 3 * TickGrid.unitsPerPoint ? TickGrid.nickel : TickGrid.dime
  }
}
