import MarketData

/// Slippage of package orders: `halfSpreads` × the legs' summed half-spreads + `ticks` × 0.05 points.
public struct Slippage: Hashable, Sendable {
  /// 1/1000 of the package half-spread.
  public var halfSpreadThousandths: Int32
  /// Steps of 0.05 points.
  public var ticks: Int32
  /// Of its parts.
  public init(halfSpreadThousandths: Int32, ticks: Int32) {
    self.halfSpreadThousandths = halfSpreadThousandths
    self.ticks = ticks
  }
  /// Units of 1/10,000 points for a package with this half-spread, rounded up.
  public func units(halfSpread: Int32) -> Int32 {
    Int32((Int64(halfSpread) * Int64(halfSpreadThousandths) + 999) / 1000) + ticks * 500
  }
}

/// Fees a contract and side from a date on, all included (commission, exchange, clearing).
public struct FeeRow: Hashable, Sendable {
  /// First date on which they are in force.
  public var from: SessionDate
  /// Cents a SPXW contract, to open or to close; cash settlement is free.
  public var spxwCents: Int32
  /// Cents a VX contract of $1,000 a point; fractions pay their share.
  public var vxCents: Int32
  /// Cents a VIX option contract, to buy or to sell; cash settlement is free. The default is a broker's commission and the
  /// exchange's fee, 65 cents each (tastytrade's page on proprietary index options), and clearing.
  public var vixOptionCents: Int32
  /// Of its parts.
  public init(from: SessionDate, spxwCents: Int32, vxCents: Int32, vixOptionCents: Int32 = 135) {
    self.from = from
    self.spxwCents = spxwCents
    self.vxCents = vxCents
    self.vixOptionCents = vixOptionCents
  }
}

/// What trading costs.
public struct CostRule: Hashable, Sendable {
  /// Of the opening order.
  public var entry: Slippage
  /// Of stops and time stops; a profit target fills at its limit.
  public var exit: Slippage
  /// Ascending by date; the first row also covers earlier dates.
  public var fees: [FeeRow]
  /// VX slippage a side, 1/1000 VX points; 25 is half a tick.
  public var vxSlippage: Int32

  /// Of its parts.
  public init(
    entry: Slippage = Slippage(halfSpreadThousandths: 500, ticks: 0),
    exit: Slippage = Slippage(halfSpreadThousandths: 1000, ticks: 1),
    fees: [FeeRow] = [FeeRow(from: SessionDate(ordinal: 0), spxwCents: 135, vxCents: 250)],
    vxSlippage: Int32 = 25
  ) {
    self.entry = entry
    self.exit = exit
    self.fees = fees
    self.vxSlippage = vxSlippage
  }
  /// The fees in force on `date`.
  /// - Precondition: at least one row.
  public func fees(on date: SessionDate) -> FeeRow { fees.last { $0.from <= date } ?? fees[0] }
}
