import MarketData

/// A proxy of the weighted average cost of capital of the index, a ratio a year:
/// E/V·(rf + β·ERP) + D/V·BAA·(1 − t), β = 1, rf the 10-year Treasury yield, BAA Moody's seasoned yield of the month.
///
/// - Source: F. Modigliani and M. H. Miller, "Corporate income taxes and the cost of capital", American Economic Review 53
///   (1963), with the capital asset pricing model's cost of equity.
struct CapitalCost: SlowFormula {
  /// Percent a year.
  let riskFree, debt: SlowSeries
  /// E/V, the equity risk premium and the tax rate, ratios.
  let equity, premium, tax: Double
  func reading(on date: SessionDate) -> SignalReading {
    riskFree.reading(on: date).combined(with: debt.reading(on: date)) { rf, baa in
      equity * (rf / 100 + premium) + (1 - equity) * baa / 100 * (1 - tax)
    }
  }
}

/// The 10-year less the 2-year Treasury yield, a ratio a year. Source: Board of Governors, H.15.
struct RateDifferential: SlowFormula {
  /// Percent a year.
  let long, short: SlowSeries
  func reading(on date: SessionDate) -> SignalReading {
    long.reading(on: date).combined(with: short.reading(on: date)) { ($0 - $1) / 100 }
  }
}
