import Backtesting
import Statistics

extension Metric {
  /// Whether matrix products alone can rank by it.
  public var isScreenable: Bool {
    switch self {
    case .net, .mean, .sd, .sharpe, .hedgeNet, .spxBeta: true
    default: false
    }
  }
}

/// What the screen knows of an objective, turned so that more is better: where the exact value lies, by row and column.
/// NaN where there is none.
struct ScreenedObjective: Sendable {
  var lows: [Double] = []
  var highs: [Double] = []
}

extension PairScorer {
  /// The objective of every pair, as a point where the sums are exact and otherwise as an interval that holds the exact
  /// figure.
  ///
  /// - Precondition: `objective.isScreenable`.
  /// - Complexity: that of ``PairMoments``, and O(rows × columns).
  func screen(_ rows: [CondorRow], by objective: Metric) -> ScreenedObjective {
    precondition(objective.isScreenable, "PairScorer.screen: \(objective.rawValue) is no sum")
    let moments = PairMoments(rows, group)
    var made = ScreenedObjective()
    made.lows.reserveCapacity(rows.count * group.count)
    made.highs.reserveCapacity(rows.count * group.count)
    for (r, row) in rows.enumerated() {
      for c in 0..<group.count {
        let (low, high) =
          row.facts.trades == 0
          ? (Double.nan, .nan)
          : moments.isExact ? point(row, moments, r, c, objective) : interval(row, moments, r, c, objective)
        made.lows.append(objective.lowerIsBetter ? -high : low)
        made.highs.append(objective.lowerIsBetter ? -low : high)
      }
    }
    return made
  }

  private func point(
    _ row: CondorRow, _ moments: PairMoments, _ r: Int, _ c: Int, _ objective: Metric
  ) -> (Double, Double) {
    let at = r * group.count + c
    var f = PairFigures()
    f.hedgeNet = Int64(moments.hedgeNet(row: r, column: c))
    f.net = row.net + f.hedgeNet
    finish(
      &f, squares: Int128(Int64(moments.squares[at])),
      moveProducts: row.moveProducts + Int128(Int64(moments.moveProducts(row: r, column: c))))
    let value = f.value(objective, facts: row.facts, sessions: sessions) ?? .nan
    return (value, value)
  }

  private func interval(
    _ row: CondorRow, _ moments: PairMoments, _ r: Int, _ c: Int, _ objective: Metric
  ) -> (Double, Double) {
    // A record's hedge is cut at 32 bits, which no product knows of.
    guard isUncut(row) else { return (-.infinity, .infinity) }
    let at = r * group.count + c
    let n = Double(sessions)
    let errors = moments.errors
    let hedge = Range(moments.hedgeNet(row: r, column: c), errors.net)
    let net = hedge + Double(row.net)
    switch objective {
    case .net: return (net / 100).widened
    case .hedgeNet: return (hedge / 100).widened
    case .mean: return (net / n / 100).widened
    case .spxBeta:
      let products =
        Range(moments.moveProducts(row: r, column: c), errors.moveProducts) + Double(row.moveProducts)
      return slope.dollarsPerPercent(net: (net.low, net.high), products: (products.low, products.high))
        .map { Range(low: $0.low, high: $0.high).widened } ?? (.nan, .nan)
    default:
      guard sessions > 1 else { return (.nan, .nan) }
      let squares = Range(moments.squares[at], errors.squares)
      // n·Σx² − (Σx)², and the standard deviation in cents
      let least = net.low <= 0 && net.high >= 0 ? 0 : min(net.low * net.low, net.high * net.high)
      let most = max(net.low * net.low, net.high * net.high)
      let numerator = Range(
        low: max(0, (n * squares.low) * (1 - 1e-15) - most * (1 + 1e-15)),
        high: max(0, (n * squares.high) * (1 + 1e-15) - least * (1 - 1e-15)))
      let sd = Range(
        low: (numerator.low / (n * (n - 1))).squareRoot(), high: (numerator.high / (n * (n - 1))).squareRoot()
      )
      if objective == .sd { return (sd / 100).widened }
      // Where there may be no spread, there may be no figure: such a pair has no low end.
      guard sd.low > 0 else { return (-.infinity, .infinity) }
      let year = 252.0.squareRoot()
      let low = (net.low > 0 ? net.low / sd.high : net.low / sd.low) / n * year
      let high = (net.high > 0 ? net.high / sd.low : net.high / sd.high) / n * year
      return Range(low: low, high: high).widened
    }
  }

  /// Whether no hedge of a row is too large for a record.
  private func isUncut(_ row: CondorRow) -> Bool { largestHedge(row) <= Int64(Int32.max) }

  /// Two ends that hold a number.
  private struct Range {
    let low: Double
    let high: Double
    init(low: Double, high: Double) {
      self.low = low
      self.high = high
    }
    init(_ middle: Double, _ error: Double) {
      low = middle - error
      high = middle + error
    }
    /// A little wider: by more than the few roundings that made the ends, and those of the exact figure.
    var widened: (Double, Double) {
      let slack = 1e-12 * max(low.magnitude, high.magnitude)
      return (low - slack, high + slack)
    }
    static func + (a: Range, b: Double) -> Range { Range(low: a.low + b, high: a.high + b) }
    static func / (a: Range, b: Double) -> Range { Range(low: a.low / b, high: a.high / b) }
  }
}
