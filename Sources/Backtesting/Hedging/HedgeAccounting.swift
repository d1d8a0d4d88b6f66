import MarketData
import Strategies

/// Exact sums of hedge orders, in 10⁻⁹ cents, so that one rounding to whole cents is the only one. In 128
/// bits: a fraction of notional that a user may well ask for goes beyond 64.
enum HedgeAccounting {
  /// Result a size unit of the orders of one layer, costs included.
  ///
  /// - Parameter costs: slippage a side in 1/1000 VX points, and the fee in cents a $1,000-a-point contract.
  static func nanocents(_ fills: [HedgeFill], costs: (HedgeFill) -> (slippage: Int32, feeCents: Int32))
    -> Int128
  {
    var sum: Int128 = 0
    for fill in fills {
      let (slippage, feeCents) = costs(fill)
      let direction: Int128 = fill.action == .open ? -1 : 1
      let sizeAndShare = Int128(fill.centsPerPoint) * Int128(fill.shareThousandths)
      // price: 1/1000 points × cents a point × 1/1000 share, then to 10⁻⁹
      sum += direction * sizeAndShare * Int128(fill.price) * 1000
      sum -= sizeAndShare * Int128(slippage) * 1000
      sum -= sizeAndShare * Int128(feeCents) * 10
    }
    return sum
  }

  /// Cents a point of the price for one size unit, to the nearest whole cent (one hundredth of a dollar a point).
  ///
  /// - Parameters:
  ///   - calls: whether it is VIX calls, of $100 a point, or VX, of $1,000.
  ///   - scale: how many times the size is held.
  ///   - price: what is seen of it at the opening fill, 1/1000 points, > 0: indicative VX, or the premium asked at it.
  ///   - spot: the index at the condor's fill, points.
  static func centsPerPoint(
    _ size: HedgeSize, calls: Bool, scale: Double, price: Int32, spot: Double
  ) -> Int64 {
    let points = Double(price) / 1000
    let dollars =
      switch size.base {
      case .contracts: size.amount * (calls ? 100 : 1000)
      case .grossRisk: size.amount * 100 / points
      case .credit: size.amount * 5 / points
      case .notional: size.amount * 100 * spot / points
      }
    return Int64((dollars * scale * 100).rounded(.toNearestOrAwayFromZero))
  }

  /// Slippage a side, 1/1000 points, and the fee, cents for $1,000 a point, of an order in VX or in VIX calls: calls fill
  /// against their spread, and ten of them are $1,000 a point.
  @inline(__always)
  static func sideCosts(
    calls: Bool, slippage: Int32, fees: FeeRow
  ) -> (slippage: Int32, feeCents: Int32) {
    calls ? (0, 10 * fees.vixOptionCents) : (slippage, fees.vxCents)
  }

  /// To the nearest whole cent, halves away from zero.
  static func wholeCents(_ nanocents: Int128) -> Int64 {
    let unit: Int128 = 1_000_000_000
    let half = nanocents >= 0 ? unit / 2 : -unit / 2
    return Int64(clamping: (nanocents + half) / unit)
  }
}
