import MarketData
import Statistics

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
  func values(of metric: Metric, series: [Int64]) -> [Double?] {
    parts.map { part in metric.value(ofSeries: part.map { series[$0] }) }
  }
}

extension Metric {
  /// Whether results a session are all it needs, so that it can be had of some sessions.
  public var isOfSeries: Bool {
    switch self {
    case .net, .mean, .sd, .sharpe, .sortino, .worst, .cvar95, .cvar99, .maxDrawdown, .drawdownSessions: true
    default: false
    }
  }

  /// The figure over some sessions alone, by the definitions of ``Figures``; `nil` where it isn't defined.
  ///
  /// - Precondition: ``isOfSeries``.
  func value(ofSeries cents: [Int64]) -> Double? {
    precondition(isOfSeries, "Metric.value(ofSeries:): \(rawValue) needs more than a series")
    let s = PnLSummary(cents: cents)
    switch self {
    case .net: return Double(s.net) / 100
    case .mean: return s.mean.map { $0 / 100 }
    case .sd: return s.standardDeviation.map { $0 / 100 }
    case .sharpe: return s.sharpe
    case .sortino: return s.sortino
    case .worst: return s.worst.map { Double($0) / 100 }
    case .cvar95: return s.cvar95.map { $0.value / 100 }
    case .cvar99: return s.cvar99.map { $0.value / 100 }
    case .maxDrawdown: return Double(s.drawdown.depth) / 100
    case .drawdownSessions: return Double(s.drawdown.length)
    default: return nil
    }
  }
}
