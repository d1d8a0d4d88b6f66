import MarketData

/// Exact sums of hedge orders, in 10⁻⁹ cents, so that one rounding to whole cents is the only one.
enum HedgeAccounting {
  /// Result a size unit of the orders of one layer, costs included.
  ///
  /// - Parameter costs: slippage a side in 1/1000 VX points, and the fee in cents a $1,000-a-point contract.
  static func nanocents(_ fills: [HedgeFill], costs: (HedgeFill) -> (slippage: Int32, feeCents: Int32)) -> Int64 {
    var sum: Int64 = 0
    for fill in fills {
      let (slippage, feeCents) = costs(fill)
      let direction: Int64 = fill.action == .open ? -1 : 1
      let share = Int64(fill.shareThousandths)
      // price: 1/1000 points × cents a point × 1/1000 share, then to 10⁻⁹
      sum += direction * fill.centsPerPoint * Int64(fill.price) * share * 1000
      sum -= fill.centsPerPoint * Int64(slippage) * share * 1000
      sum -= fill.centsPerPoint * Int64(feeCents) * share * 10
    }
    return sum
  }

  /// To the nearest whole cent, halves away from zero.
  static func wholeCents(_ nanocents: Int64) -> Int64 {
    let unit: Int64 = 1_000_000_000
    let half = nanocents >= 0 ? unit / 2 : -unit / 2
    return (nanocents + half) / unit
  }
}
