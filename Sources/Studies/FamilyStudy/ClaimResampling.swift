import Statistics

/// Figures of all claims over the judged sessions, with percentile intervals of the stationary bootstrap, widened by what its
/// blocks cut off. One set of resampled
/// sessions serves every family and claim, so that differences are paired by day, and figures that are no means (a CVaR, a
/// size of equal risk) are worked out anew in each resample.
///
/// - Source: D. Politis and J. Romano, J. American Statistical Association 89 (1994).
struct ClaimResampling: Sendable {
  let hold: FamilySeries
  let stop: FamilySeries
  let hedge: FamilySeries
  let resamples: Int
  let seed: UInt64

  /// Mean length of a block: the longest that a family's result or a difference of two asks for, at least 1.
  var blockLength: Double { max(1, compared.compactMap { BlockLength.stationary($0) }.max() ?? 1) }

  /// How many times as far from a claim's figure its interval ends as the quantiles of its resamples: the most that any of
  /// the same results and differences asks for, ≥ 1.
  var widening: Double {
    guard let bootstrap else { return 1 }
    return compared.reduce(1) { max($0, bootstrap.widening(of: $1)) }
  }

  /// The resamples; `nil` without a session.
  private var bootstrap: StationaryBootstrap? {
    let count = hold.net.count
    return count > 0 ? StationaryBootstrap(count: count, blockLength: blockLength, seed: seed) : nil
  }

  /// The results of all families, and the differences of each two.
  private var compared: [[Double]] {
    let nets = [hold, stop, hedge].map { $0.net.map(Double.init) }
    return nets + [(1, 0), (2, 0), (2, 1)].map { a, b in zip(nets[a], nets[b]).map { $0 - $1 } }
  }

  /// One a claim, in their order; the same at any number of threads.
  ///
  /// - Complexity: O(resamples·n·log n).
  func estimates(threads: Int) -> [ClaimEstimate] {
    guard let bootstrap else {
      return Claim.allCases.map { _ in ClaimEstimate(dollars: nil, low: nil, high: nil) }
    }
    let own = figures(Array(hold.net.indices))
    let drawn = Scheduler.map(count: resamples, threads: threads) { r in
      figures(bootstrap.indices(resample: r))
    }.compactMap { $0 }
    let widening = widening
    return Claim.allCases.indices.map { c in
      let values = drawn.compactMap { $0[c] }.sorted()
      guard let figure = own[c], values.count == resamples else {
        return ClaimEstimate(dollars: own[c], low: nil, high: nil)
      }
      // a figure that is biased may lie beyond its own resamples: widening must not draw an end in
      let (least, most) = (quantile(sorted: values, 0.025), quantile(sorted: values, 0.975))
      func widened(_ end: Double) -> Double { figure + widening * (end - figure) }
      return ClaimEstimate(
        dollars: figure, low: min(least, widened(least)), high: max(most, widened(most)))
    }
  }

  /// The figures of some sessions, each as often as it is named.
  private func figures(_ sessions: [Int]) -> [Double?] {
    let moments = ClaimMoments(
      hold: Self.moments(hold, sessions), stop: Self.moments(stop, sessions),
      hedge: Self.moments(hedge, sessions))
    // to a millionth of a dollar, so that rounding makes no difference between equals
    return Claim.allCases.map { claim in claim.figure(moments).map { ($0 * 1e6).rounded() / 1e6 } }
  }

  private static func moments(_ series: FamilySeries, _ sessions: [Int]) -> ClaimMoments.Moments {
    var sums = (net: Int64(0), saved: Int64(0), kept: Int64(0))
    var net: [Int64] = []
    net.reserveCapacity(sessions.count)
    for s in sessions {
      net.append(series.net[s])
      sums.net += series.net[s]
      sums.saved += series.saved[s]
      sums.kept += series.credit[s] - series.paid[s] + series.net[s] - series.condor[s]
    }
    let n = 100 * Double(sessions.count)
    return ClaimMoments.Moments(
      mean: Double(sums.net) / n, cvar95: (TailMean(cents: net, perTenThousand: 500)?.value ?? 0) / 100,
      saved: Double(sums.saved) / n, kept: Double(sums.kept) / n)
  }
}
