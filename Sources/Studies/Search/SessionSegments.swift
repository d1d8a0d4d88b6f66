/// The sessions of a period in parts, for figures that must hold in each of them.
struct SessionSegments: Sendable {
  /// Positions in the period, ascending, by part; none is empty.
  let parts: [[Int]]

  /// By calendar year, in order.
  init(years axis: PeriodAxis) {
    self.init(labels: axis.years, order: TrialLayout(axis).years)
  }
  /// By the VIX close of the session before, calm to wild; sessions without one are in no part.
  init(vix axis: PeriodAxis) {
    self.init(labels: axis.vixBuckets, order: Array(PeriodAxis.bucketNames.dropLast()))
  }
  /// Into parts of equal length, one after the other, differing by one session at most.
  init(folds: Int, of axis: PeriodAxis) {
    let n = axis.dates.count
    let count = min(folds, n)
    parts = (0..<count).map { Array($0 * n / count..<($0 + 1) * n / count) }
  }

  private init(labels: [String], order: [String]) {
    parts = order.map { label in labels.indices.filter { labels[$0] == label } }.filter { !$0.isEmpty }
  }

  /// A metric of each part; `nil` where it isn't defined. O(n log n).
  ///
  /// - Precondition: ``Metric/isOfSeries``.
  func values(of metric: Metric, in book: SessionBook) -> [Double?] {
    parts.map { book.part($0).value(metric) }
  }
}
