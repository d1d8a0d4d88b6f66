import Kernels

/// The mix of settings whose worst days are least bad: weights ≥ 0 that sum to 1, with the largest CVaR.
///
/// CVaR is P&L, the mean of the worst k = (1 − α)·T days (negative is a loss), so the *least* loss is the *largest*
/// number. The linear programme is solved by its dual, which asks for the days' weights q that are worst for the best
/// mix: one row a setting instead of one a day. Weights are the prices of its rows.
///
/// What the solver says isn't taken on trust: weights are made to sum to 1 and their CVaR is worked out from the P&L;
/// the days' weights q bound what any mix can reach. ``gap`` is between the two.
///
/// - Source: R. Rockafellar and S. Uryasev, J. Risk 2 (2000); the dual form as in S. Ahmed, Math. Programming 106 (2006).
public struct MinimumCVaR: Sendable {
  /// Shape `[settings]`.
  public let weights: [Double]
  /// CVaR of the mix, in the unit of the P&L.
  public let cvar: Double
  /// No mix has a CVaR above this.
  public let bound: Double
  /// How far the mix may be from the best, ≥ 0 but for rounding.
  public var gap: Double { bound - cvar }

  /// Of a matrix of P&L.
  ///
  /// - Parameters:
  ///   - pnl: by days, finite; shape `[days × settings]`.
  ///   - days: T ≥ 1.
  ///   - settings: n ≥ 1.
  ///   - perTenThousand: 10,000·(1 − α), 1…10,000.
  ///   - cap: largest weight of a setting; n·cap ≥ 1.
  /// - Returns: `nil` where the solver gives up or its mix is further than 1e-6 of the largest P&L from the bound.
  /// - Accuracy: ``gap``, by experience below 1e-12 of the largest P&L. Where several mixes are best, one of them.
  /// - Complexity: by experience some n + T simplex steps of O(n·T); memory of some copies of the matrix.
  public init?(_ pnl: [Double], days: Int, settings: Int, perTenThousand share: Int, cap: Double = 1) {
    precondition(days >= 1 && settings >= 1 && pnl.count == days * settings, "MinimumCVaR: shape")
    precondition((1...10_000).contains(share), "MinimumCVaR: the tail must be 1 to 10,000 per 10,000")
    precondition(cap > 0 && cap * Double(settings) >= 1, "MinimumCVaR: caps below 1 in all")
    let scale = pnl.reduce(0) { max($0, $1.magnitude) }
    let unit = scale > 0 ? scale : 1
    let most = min(1, 10_000 / Double(days * share))
    // min t + cap·Σv with Σ_d q_d·x_di − t − v_i ≤ 0 for each setting, Σq = 1, 0 ≤ q ≤ 1/k
    var programme = LinearProgramme(
      rowBounds: Array(repeating: -Double.infinity...0, count: settings) + [1...1])
    for d in 0..<days {
      let column = (0..<settings).map { (row: $0, factor: pnl[d * settings + $0] / unit) }
      programme.addColumn(cost: 0, bounds: 0...most, entries: column + [(settings, 1)])
    }
    let free = -Double.infinity...Double.infinity
    programme.addColumn(cost: 1, bounds: free, entries: (0..<settings).map { ($0, -1) })
    if cap < 1 {
      for i in 0..<settings {
        programme.addColumn(cost: cap, bounds: 0...Double.infinity, entries: [(i, -1)])
      }
    }
    guard let solution = programme.solved() else { return nil }
    weights = Self.feasible(solution.rowPrices.prefix(settings).map { -$0 }, cap: cap)
    cvar = Self.cvar(pnl, weights: weights, perTenThousand: share)
    let q = Self.feasible(Array(solution.values.prefix(days)), cap: most)
    bound = Self.best(pnl, dayWeights: q, settings: settings, cap: cap)
    guard gap <= 1e-6 * unit else { return nil }
  }

  /// CVaR of a mix. O(T·n).
  public static func cvar(_ pnl: [Double], weights: [Double], perTenThousand: Int) -> Double {
    let mixed = mixedPnL(pnl, weights: weights)
    return TailRisk.tailWeights(mixed, perTenThousand: perTenThousand).reduce(0) {
      $0 + $1.weight * mixed[$1.day]
    }
  }

  /// Numbers inside 0…cap that sum to 1 but for rounding, of ones that nearly do.
  private static func feasible(_ x: [Double], cap: Double) -> [Double] {
    let inside = x.map { min(max($0, 0), cap) }
    let sum = inside.reduce(0, +)
    return inside.map { $0 / sum }
  }

  /// The most that a mix can have on the days weighted so: the best settings, each up to the cap.
  private static func best(_ pnl: [Double], dayWeights q: [Double], settings: Int, cap: Double) -> Double {
    var values = Array(repeating: 0.0, count: settings)
    for (d, weight) in q.enumerated() where weight > 0 {
      for i in 0..<settings { values[i] += weight * pnl[d * settings + i] }
    }
    var (rest, total) = (1.0, 0.0)
    for value in values.sorted(by: >) where rest > 0 {
      total += min(cap, rest) * value
      rest -= cap
    }
    return total
  }
}

/// P&L a day of a mix of settings: Σ w·x in the order of the settings, to 2⁻⁴⁰ of the largest day's Σ|w·x|: where settings
/// cancel out, no rounding is left for P&L. O(T·n).
///
/// - Parameter pnl: by days; shape `[days × weights]`.
public func mixedPnL(_ pnl: [Double], weights: [Double]) -> [Double] {
  let n = weights.count
  var sums: [Double] = []
  var largest = 0.0
  for start in stride(from: 0, to: pnl.count, by: n) {
    var (sum, gross) = (0.0, 0.0)
    for i in 0..<n {
      let part = weights[i] * pnl[start + i]
      sum += part
      gross += part.magnitude
    }
    sums.append(sum)
    largest = max(largest, gross)
  }
  guard largest > 0, largest < .infinity else { return sums }
  let step = Double(sign: .plus, exponent: max(Int(largest.exponent) - 40, -1_000), significand: 1)
  return sums.map { ($0 / step).rounded() * step }
}
