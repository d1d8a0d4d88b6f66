import MarketData

/// A series over the median of what is known of it so far, less 1: the stress of price to cash flow is its rise over its own
/// usual level. From three values on.
struct OwnMedian: SlowFormula {
  private let series: SlowSeries
  /// The median of the values up to each.
  private let medians: [Double]

  /// O(n²) in moves of an insertion sort.
  init(_ series: SlowSeries) {
    self.series = series
    var sorted: [Double] = []
    medians = series.values.map { value in
      sorted.insert(value.value, at: sorted.partitioningIndex { $0 > value.value })
      let middle = sorted.count / 2
      return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }
  }
  func reading(on date: SessionDate) -> SignalReading {
    series.reading(on: date) { last in last < 2 ? nil : series.values[last].value / medians[last] - 1 }
  }
}

/// A series over its value a year before, less 1: the trend of market capitalisation. A year before is the newest
/// observation that is at least 365 and at most 465 days older.
struct YearTrend: SlowFormula {
  private let series: SlowSeries
  init(_ series: SlowSeries) { self.series = series }
  func reading(on date: SessionDate) -> SignalReading {
    series.reading(on: date) { last in
      let values = series.values
      let before = values[..<last].last { values[last].observed - $0.observed >= 365 }
      guard let before, values[last].observed - before.observed <= 465 else { return nil }
      return values[last].value / before.value - 1
    }
  }
}

/// The last known close of the index over a value in index points, less a constant: price to earnings (R. J. Shiller's
/// trailing earnings), or the gap to a dividend discount value, price/(D₁/(r − g)) − 1.
///
/// - Source: M. J. Gordon, "Dividends, earnings, and stock prices", Review of Economics and Statistics 41 (1959).
struct PriceOverSeries: SessionSignal {
  private let closes: DailyCloses
  private let dates: [SessionDate]
  private let series: SlowSeries
  private let less: Double

  init(_ history: MarketHistory, _ series: SlowSeries, less: Double = 0) {
    dates = history.sessions.map(\.date)
    closes = DailyCloses(history.sessions.map(\.official.close), dates: dates)
    self.series = series
    self.less = less
  }
  func reading(_ moment: SessionMoment) -> SignalReading {
    closes.reading(moment.closed).combined(with: series.reading(on: dates[moment.session])) { $0 / $1 - less }
  }
}
