import Kernels

/// Draws one session's path of logarithms, given the previous close (0) and the day's low, high and close.
///
/// The model is Brownian motion in variance time: a night that holds `nightShare` of the session's variance,
/// then a day of variance v over which the U-shaped profile runs. Everything is drawn from its law
/// *given* the four prices, so nothing is bent afterwards:
///
/// 1. v and the gap g together. v is spread over `varianceSpan`·range² with prior density 1/v²; for each v, g
///    is normal given the close, cut to (low, high). A pair is chosen with weight (density of the close) ×
///    (chance of the cut) × (joint density of highest and lowest point of the bridge from g to the close).
/// 2. When the high and the low are met, out of the exact density of both times, on a grid.
/// 3. The path: from the gap to the first extreme, between the extremes, from the second to the close. A path
///    on its way to a barrier it first meets at a known time is a three-dimensional Bessel bridge; each step is
///    accepted with the chance that the rest avoids the other barrier. Between the extremes a point half way
///    (in variance) is drawn first, then both halves likewise.
///
/// Two figures are set so that five years come out right (tests state how right): the prior 1/v², with which the
/// squared minute returns add up to 0.66 of the squared daily ones and the range² to 2.8 of them (1/v gives 0.85
/// and 2.2), and `nightShare`. An index's high and low hold the stale first prints near the previous close, so
/// they pull the gap towards it; a prior of 0.73 gives back a share of 0.34.
///
/// - Source: D. Williams, "Path decomposition and continuity of local time for one-dimensional diffusions",
///   Proc. London Math. Soc. 28 (1974); Borodin & Salminen (2002).
struct SessionBridge {
  /// Logarithms over the previous close.
  let low: Double
  let high: Double
  let close: Double
  /// Variance elapsed at each minute, 0…1.
  let elapsed: [Double]
  var draws: Philox

  /// Prior share of the session's variance before the open; see above for why it is not 0.35.
  static let nightShare = 0.73
  /// Bounds of the day's variance, in squared ranges. A bridge's expected range² is 2.1…2.8 times its variance.
  static let varianceSpan = (low: 0.06, high: 1.6)
  /// Candidates for (v, g).
  static let candidates = 24
  /// Cells of the grid for the times of high and low.
  static let cells = 24

  private var range: Double { high - low }

  /// The path: element 0 the gap, the last the close, exactly one `high` and one `low` in between or at the end.
  /// O(minutes).
  mutating func path() -> [Double] {
    let (gap, variance) = gapAndVariance()
    var path = Array(repeating: close, count: elapsed.count)
    path[0] = gap
    let times = extremeTimes(gap: gap, variance: variance)
    let first = times.highFirst ? high : low
    let second = times.highFirst ? low : high
    path[times.first] = first
    path[times.second] = second
    lead(&path, from: 0, to: times.first, variance: variance)
    cross(&path, from: times.first, to: times.second, variance: variance)
    if times.second < elapsed.count - 1 {
      lead(&path, from: elapsed.count - 1, to: times.second, variance: variance)
    }
    return path
  }

  // MARK: Gap and variance

  private mutating func gapAndVariance() -> (gap: Double, variance: Double) {
    let count = Self.candidates
    let ratio = Elementary.log(Self.varianceSpan.high / Self.varianceSpan.low)
    // A close on the extreme itself has density 0: it is moved inside by a hundredth of the range here.
    let inside = min(max(close, low + 0.01 * range), high - 0.01 * range)
    var gaps: [Double] = []
    var variances: [Double] = []
    var cumulated: [Double] = []
    var total = 0.0
    for i in 0..<count {
      let position = (Double(i) + draws.uniform()) / Double(count)
      let scale = Elementary.exp(ratio * position)
      let variance = range * range * Self.varianceSpan.low * scale
      let whole = variance / (1 - Self.nightShare)
      let mean = Self.nightShare * close
      let deviation = (Self.nightShare * variance).squareRoot()
      let below = normalCDF((low - mean) / deviation)
      let mass = normalCDF((high - mean) / deviation) - below
      let p = below + draws.uniform() * mass
      var gap = mass > 1e-12 ? mean + deviation * normalQuantile(p) : mean
      gap = min(max(gap, low + 1e-3 * range), high - 1e-3 * range)
      let closing = Elementary.exp(-close * close / (2 * whole)) / whole.squareRoot()
      let extremes = BrownianStrip.extremes(
        up: high - gap, down: gap - low, end: inside - gap, variance: variance)
      total += closing * max(mass, 1e-12) * extremes / scale
      gaps.append(gap)
      variances.append(variance)
      cumulated.append(total)
    }
    let chosen = pick(cumulated) ?? count / 2
    return (gaps[chosen], variances[chosen])
  }

  // MARK: When the extremes are met

  private mutating func extremeTimes(
    gap: Double, variance: Double
  ) -> (first: Int, second: Int, highFirst: Bool) {
    let last = elapsed.count - 1
    let m = Self.cells
    // Cells are finer at both ends, where the densities peak: edges u²(3 − 2u).
    func edge(_ u: Double) -> Double { u * u * (3 - 2 * u) }
    let edges = (0...m).map { edge(Double($0) / Double(m)) }
    let middles = (0..<m).map { edge((Double($0) + 0.5) / Double(m)) }
    var firstHigh: [Double] = []
    var firstLow: [Double] = []
    var lastHigh: [Double] = []
    var lastLow: [Double] = []
    for i in 0..<m {
      let width = edges[i + 1] - edges[i]
      let before = middles[i] * variance
      let after = (1 - middles[i]) * variance
      firstHigh.append(width * BrownianStrip.arrival(from: high - gap, variance: before, range: range))
      firstLow.append(width * BrownianStrip.arrival(from: gap - low, variance: before, range: range))
      lastHigh.append(width * BrownianStrip.arrival(from: high - close, variance: after, range: range))
      lastLow.append(width * BrownianStrip.arrival(from: close - low, variance: after, range: range))
    }
    if close >= high || close <= low {
      return endingOnExtreme(middles, edges, close >= high ? firstLow : firstHigh, variance)
    }
    var cumulated: [Double] = []
    var total = 0.0
    for i in 0..<m {
      for j in (i + 1)..<max(m, i + 1) {
        let between = BrownianStrip.crossing(variance: (middles[j] - middles[i]) * variance, range: range)
        total += firstHigh[i] * between * lastLow[j]
        cumulated.append(total)
        total += firstLow[i] * between * lastHigh[j]
        cumulated.append(total)
      }
    }
    guard let chosen = pick(cumulated) else {
      let first = max(1, last / 3)
      return (first, min(last - 1, max(first + 1, 2 * last / 3)), high - gap < gap - low)
    }
    var pair = chosen / 2
    var i = 0
    while pair >= m - 1 - i {
      pair -= m - 1 - i
      i += 1
    }
    let j = i + 1 + pair
    let s = edges[i] + draws.uniform() * (edges[i + 1] - edges[i])
    let t = edges[j] + draws.uniform() * (edges[j + 1] - edges[j])
    let first = min(max(minute(s), 1), last - 2)
    let second = min(max(minute(t), first + 1), last - 1)
    return (first, second, chosen % 2 == 0)
  }

  /// The close is the high or the low: only the other extreme's time is drawn.
  private mutating func endingOnExtreme(
    _ middles: [Double], _ edges: [Double], _ arrivals: [Double], _ variance: Double
  ) -> (first: Int, second: Int, highFirst: Bool) {
    var cumulated: [Double] = []
    var total = 0.0
    for i in middles.indices {
      total += arrivals[i] * BrownianStrip.crossing(variance: (1 - middles[i]) * variance, range: range)
      cumulated.append(total)
    }
    let i = pick(cumulated) ?? middles.count / 2
    let s = edges[i] + draws.uniform() * (edges[i + 1] - edges[i])
    let last = elapsed.count - 1
    return (min(max(minute(s), 1), last - 1), last, close <= low)
  }

  /// The minute whose elapsed share is nearest to `share`.
  private func minute(_ share: Double) -> Int {
    var below = 0
    var above = elapsed.count - 1
    while above - below > 1 {
      let middle = (below + above) / 2
      if elapsed[middle] <= share { below = middle } else { above = middle }
    }
    return share - elapsed[below] < elapsed[above] - share ? below : above
  }

  // MARK: Between known marks

  /// From the first extreme to the second, through a point half way in variance.
  private mutating func cross(_ path: inout [Double], from: Int, to: Int, variance: Double) {
    guard to - from > 1 else { return }
    let half = (elapsed[from] + elapsed[to]) / 2
    let middle = min(max(minute(half), from + 1), to - 1)
    let before = (elapsed[middle] - elapsed[from]) * variance
    let after = (elapsed[to] - elapsed[middle]) * variance
    let cells = 48
    var cumulated: [Double] = []
    var total = 0.0
    for i in 0..<cells {
      let y = (Double(i) + 0.5) / Double(cells) * range
      total +=
        BrownianStrip.arrival(from: y, variance: before, range: range)
        * BrownianStrip.arrival(from: range - y, variance: after, range: range)
      cumulated.append(total)
    }
    let cell = pick(cumulated) ?? cells / 2
    let share = (Double(cell) + draws.uniform()) / Double(cells)
    path[middle] = path[from] + (path[to] - path[from]) * share
    lead(&path, from: middle, to: from, variance: variance)
    lead(&path, from: middle, to: to, variance: variance)
  }

  /// Fills the marks from an inner point to an extreme, forwards or backwards in time.
  private mutating func lead(_ path: inout [Double], from: Int, to: Int, variance: Double) {
    let step = to > from ? 1 : -1
    let barrier = path[to]
    let sign = barrier == high ? -1.0 : 1.0  // distances grow away from the barrier
    var y = (path[from] - barrier) * sign
    var i = from
    while i + step != to {
      let left = abs(elapsed[to] - elapsed[i]) * variance
      let taken = abs(elapsed[i + step] - elapsed[i]) * variance
      y = bridgeStep(y, taken: taken, left: left)
      i += step
      path[i] = barrier + sign * y
    }
  }

  /// One step of a Bessel bridge to 0, kept below `range`: after `taken` of the variance `left` until 0.
  private mutating func bridgeStep(_ y: Double, taken: Double, left: Double) -> Double {
    let mean = y * (1 - taken / left)
    let deviation = (taken * (left - taken) / left).squareRoot()
    for _ in 0..<200 {
      let along = mean + deviation * draws.normal()
      // The two other coordinates: a χ² of two degrees of freedom.
      let across = -2 * deviation * deviation * Elementary.log(draws.uniform())
      let next = (along * along + across).squareRoot()
      guard next < range else { continue }
      let room = 2 * (range - y) * (range - next) / taken
      var chance = room > 38 ? 1 : 1 - Elementary.exp(-room)
      chance *= BrownianStrip.survival(from: next, variance: left - taken, range: range)
      if chance >= 1 || draws.uniform() < chance { return next }
    }
    return min(mean, range)
  }

  /// An index with chance proportional to its step in `cumulated`; `nil` if all are 0.
  private mutating func pick(_ cumulated: [Double]) -> Int? {
    guard let total = cumulated.last, total > 0 else { return nil }
    let target = draws.uniform() * total
    var below = 0
    var above = cumulated.count - 1
    while below < above {
      let middle = (below + above) / 2
      if cumulated[middle] < target { below = middle + 1 } else { above = middle }
    }
    return below
  }
}
