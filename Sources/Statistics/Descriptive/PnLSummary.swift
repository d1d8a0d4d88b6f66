import Kernels

/// The figures of one P&L series: whole cents per session, 0 where nothing happened.
///
/// Sums, sums of squares and drawdowns are exact integers; each figure in floating point is rounded a few times
/// at its end, in a fixed order, so the same cents give the same bits everywhere. A figure that is not defined
/// (no sessions, no spread, no loss to divide by) is nil, never NaN and never 0.
public struct PnLSummary: Hashable, Sendable {
  /// Number of sessions n.
  public let sessions: Int
  /// Σx, cents.
  public let net: Int64
  /// Σx/n, cents per session.
  public let mean: Double?
  /// Sample standard deviation √((n·Σx² − (Σx)²)/(n·(n − 1))), cents; needs two sessions.
  public let standardDeviation: Double?
  /// mean/sd·√252, without a risk-free rate; higher is better. Nil where sd is 0.
  public let sharpe: Double?
  /// mean/√(Σmin(x, 0)²/n)·√252; higher is better. Nil where no session lost.
  public let sortino: Double?
  /// The smallest x, cents.
  public let worst: Int64?
  /// The largest x, cents.
  public let best: Int64?
  /// Sessions with x > 0.
  public let winSessions: Int
  /// Sessions with x < 0.
  public let lossSessions: Int
  /// Σmax(x, 0), cents, ≥ 0.
  public let grossProfit: Int64
  /// −Σmin(x, 0), cents, ≥ 0.
  public let grossLoss: Int64
  /// Deepest fall of the running sum below its running maximum, which starts at 0.
  public let drawdown: Drawdown
  /// Mean of the worst 5 % of sessions.
  public let cvar95: TailMean?
  /// Mean of the worst 1 % of sessions.
  public let cvar99: TailMean?
  /// Third standardised central moment (denominator n); 0 for a symmetric series. Nil where there is no spread.
  public let skewness: Double?
  /// Fourth standardised central moment minus 3 (denominator n); 0 for a normal law. Nil without spread.
  public let excessKurtosis: Double?

  /// gross profit ÷ gross loss; higher is better. Nil where nothing was lost.
  public var profitFactor: Double? { grossLoss > 0 ? Double(grossProfit) / Double(grossLoss) : nil }

  /// Largest magnitude of a session, cents (11 billion dollars): what keeps every sum in 128 bits.
  public static let largestCents: Int64 = 1 << 40

  /// The figures of a series.
  ///
  /// - Parameter cents: x, one per session, in order of time.
  /// - Precondition: |x| < ``largestCents`` and fewer than 2²⁰ sessions (4,000 years).
  /// - Complexity: O(n·log n) for the tails, one copy of the series.
  public init(cents: [Int64]) {
    precondition(cents.count < 1 << 20, "PnLSummary: more than 2²⁰ sessions")
    precondition(
      cents.allSatisfy { $0.magnitude < PnLSummary.largestCents }, "PnLSummary: a session beyond 2⁴⁰ cents")
    let n = cents.count
    var sum: Int64 = 0
    var squares: Int128 = 0
    var downside: Int128 = 0
    var profit: Int64 = 0
    var wins = 0
    var losses = 0
    for x in cents {
      sum += x
      squares += Int128(x) * Int128(x)
      if x < 0 {
        downside += Int128(x) * Int128(x)
        losses += 1
      } else if x > 0 {
        profit += x
        wins += 1
      }
    }
    sessions = n
    net = sum
    worst = cents.min()
    best = cents.max()
    winSessions = wins
    lossSessions = losses
    grossProfit = profit
    grossLoss = profit - sum
    drawdown = Drawdown(cents: cents)
    let sorted = cents.sorted()
    cvar95 = TailMean(sorted: sorted, perTenThousand: 500)
    cvar99 = TailMean(sorted: sorted, perTenThousand: 100)

    let sums = PnLMoments(sessions: n, net: sum, squares: squares, downside: downside)
    mean = sums.mean
    standardDeviation = sums.standardDeviation
    sharpe = sums.sharpe
    sortino = sums.sortino
    let numerator = sums.numerator
    let moments = numerator > 0 ? standardisedMoments(cents, sum: sum, numerator: numerator) : nil
    skewness = moments?.third
    excessKurtosis = moments.map { $0.fourth - 3 }
  }
}

/// Figures that follow from the sums of a series alone. Each is rounded a few times, in a fixed order: the same sums
/// give the same bits, however they were made.
public struct PnLMoments: Hashable, Sendable {
  /// Σx/n, cents per session; nil without sessions.
  public let mean: Double?
  /// Sample standard deviation √((n·Σx² − (Σx)²)/(n·(n − 1))), cents; needs two sessions.
  public let standardDeviation: Double?
  /// mean/sd·√252. Nil where sd is 0.
  public let sharpe: Double?
  /// mean/√(Σmin(x, 0)²/n)·√252. Nil where no session lost.
  public let sortino: Double?
  /// n·Σx² − (Σx)²: exact, ≥ 0, and 0 only where every x is the same.
  let numerator: Int128

  /// - Parameters:
  ///   - sessions: n.
  ///   - net: Σx, cents.
  ///   - squares: Σx².
  ///   - downside: Σmin(x, 0)².
  public init(sessions n: Int, net: Int64, squares: Int128, downside: Int128) {
    let count = Double(n)
    let average = n > 0 ? Double(net) / count : nil
    mean = average
    numerator = Int128(n) * squares - Int128(net) * Int128(net)
    let deviation = n > 1 ? (nearest(numerator) / (count * (count - 1))).squareRoot() : nil
    standardDeviation = deviation
    let year = 252.0.squareRoot()
    if let average, let deviation, deviation > 0 {
      sharpe = average / deviation * year
    } else {
      sharpe = nil
    }
    if let average, downside > 0 {
      sortino = average / (nearest(downside) / count).squareRoot() * year
    } else {
      sortino = nil
    }
  }
}

/// The nearest Double. The library's conversion from 128 bits is slow, and most sums fit 64.
func nearest(_ x: Int128) -> Double {
  if let small = Int64(exactly: x) { return Double(small) }
  return Double(x)
}

/// Third and fourth standardised central moments; each deviation n·x − Σx is exact before it is rounded.
private func standardisedMoments(
  _ cents: [Int64], sum: Int64, numerator: Int128
) -> (third: Double, fourth: Double) {
  let n = Double(cents.count)
  let scale = Double(numerator).squareRoot()  // n·σ, with σ of denominator n
  var third = 0.0
  var fourth = 0.0
  for x in cents {
    let z = Double(Int128(cents.count) * Int128(x) - Int128(sum)) / scale
    let square = z * z
    third += square * z
    fourth += square * square
  }
  return (third / n, fourth / n)
}
