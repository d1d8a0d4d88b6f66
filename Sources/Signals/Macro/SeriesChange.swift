import MarketData

/// A series over itself some calendar months before, less 1: the change of the real effective exchange rate (BIS broad
/// index, monthly), or the growth of real GDP over four quarters (BEA, of the latest vintage: later revisions are in it).
struct SeriesChange: SlowFormula {
  private let series: SlowSeries
  private let months: Int
  init(_ series: SlowSeries, months: Int) {
    self.series = series
    self.months = months
  }
  func reading(on date: SessionDate) -> SignalReading {
    series.reading(on: date) { last in
      series.value(monthsBefore: months, last).map { series.values[last].value / $0 - 1 }
    }
  }
}

/// Whether the last known quarter of real GDP grew over the one before (expansion) or shrank (contraction).
///
/// - Source: the quarter-by-quarter sign that the "two quarters of decline" rule of thumb counts; not the NBER's dating,
///   which is published a year late.
struct OutputRegime: SlowFormula {
  private let quarter: SeriesChange
  private let isExpansion: Bool
  init(_ series: SlowSeries, isExpansion: Bool) {
    quarter = SeriesChange(series, months: 3)
    self.isExpansion = isExpansion
  }
  func reading(on date: SessionDate) -> SignalReading {
    quarter.reading(on: date).map { ($0 >= 0) == isExpansion ? 1 : 0 }
  }
}
