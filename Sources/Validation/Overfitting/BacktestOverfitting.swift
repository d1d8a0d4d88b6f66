import Kernels
import Statistics

/// What a symmetric cross-validation says of picking the best setting.
///
/// - Source: D. Bailey and others (2017), sections 2.2 to 2.4, definitions 2.2 and after.
public struct BacktestOverfitting: Hashable, Sendable, Encodable {
  /// How days and settings were cut.
  public let layout: SymmetricLayout
  /// Probability of backtest overfitting: share of splits with logit ≤ 0, the pick at or below the median of all
  /// settings out of sample. About ½ where nothing but luck tells settings apart.
  public let pbo: Double
  /// ln(ω/(1 − ω)), ω = rank ÷ (N + 1) of the pick out of sample; splits in lexicographic order of their blocks in sample.
  public let logits: [Double]
  /// Out-of-sample score of the pick on its in-sample score over the splits, by least squares: slope.
  public let slope: Double?
  /// The line's out-of-sample score at an in-sample score of 0.
  public let intercept: Double?
  /// Share of the variance that the line explains. All three are nil where in-sample scores don't vary.
  public let rSquared: Double?
  /// Share of splits in which the pick's score out of sample is below 0.
  public let probabilityOfLoss: Double
  /// Mean over the splits of the pick's in-sample score.
  public let meanInSample: Double
  /// Mean over the splits of the pick's out-of-sample score.
  public let meanOutOfSample: Double
  /// Whether picking beats not picking, as distributions.
  public let dominance: StochasticDominance
  /// Scores, of splits × settings, that count as 0 because the setting had no spread in that half.
  public let flatScores: Int

  /// All but ``pbo`` and ``logits``, which the report that holds it says first.
  private enum CodingKeys: CodingKey {
    case layout, slope, intercept, rSquared, probabilityOfLoss, meanInSample, meanOutOfSample, dominance,
      flatScores
  }

  /// Of the outcomes of all tiles.
  ///
  /// - Parameters:
  ///   - layout: of the cross-validation.
  ///   - tiles: ``SymmetricCrossValidation/outcomes(tile:)`` of each, in order.
  /// - Complexity: O(splits·log splits).
  public init(_ layout: SymmetricLayout, tiles: [SplitTile]) {
    let pairs = tiles.flatMap(\.pairs)
    precondition(2 * pairs.count == layout.splits, "BacktestOverfitting: outcomes of all tiles")
    // the mirror of the first half is the last in lexicographic order
    let splits = pairs.map(\.half) + pairs.reversed().map(\.mirror)
    let count = Double(splits.count)
    self.layout = layout
    pbo = Double(splits.count { $0.twiceRank <= layout.settings + 1 }) / count
    logits = splits.map { split in
      let rank = Double(split.twiceRank)
      return Elementary.log(rank / (2 * Double(layout.settings + 1) - rank))
    }
    let picked = splits.map(\.outOfSample)
    let line = LeastSquaresLine(y: picked, x: splits.map(\.inSample), lag: 0)
    slope = line?.beta.value
    intercept = line?.alpha.value
    rSquared = line?.rSquared
    probabilityOfLoss = Double(picked.count { $0 < 0 }) / count
    meanInSample = splits.reduce(0) { $0 + $1.inSample } / count
    meanOutOfSample = picked.reduce(0, +) / count
    dominance = StochasticDominance(of: picked, over: splits.map(\.meanOutOfSample))
    flatScores = tiles.reduce(0) { $0 + $1.flatScores }
  }

  /// On the calling thread.
  public init(_ validation: SymmetricCrossValidation) {
    self.init(validation.layout, tiles: (0..<validation.tiles).map(validation.outcomes(tile:)))
  }
}

/// Whether one sample dominates another of the same size, both as empirical distributions F (of the first) and G.
///
/// - Source: D. Bailey and others (2017), section 2.4: the pick's score against the mean of all settings' scores.
public struct StochasticDominance: Hashable, Sendable, Encodable {
  /// Largest F(x) − G(x); F dominates to first order where it never exceeds 0 and somewhere is below.
  public let largestGap: Double
  /// Largest ∫(F − G) from −∞ to x, in the unit of the scores; to second order likewise.
  public let largestArea: Double
  /// F(x) ≤ G(x) everywhere, somewhere below: whatever is asked for, the pick reaches it more often.
  public let firstOrder: Bool
  /// ∫(F − G) ≤ 0 everywhere, somewhere below: everyone who dislikes risk prefers the pick.
  public let secondOrder: Bool

  /// - Parameters:
  ///   - first: all finite; not empty.
  ///   - second: as many.
  /// - Complexity: O(n·log n).
  public init(of first: [Double], over second: [Double]) {
    precondition(!first.isEmpty && first.count == second.count, "StochasticDominance: samples of one size")
    let (a, b) = (first.sorted(), second.sorted())
    let size = Double(a.count)
    var (i, j) = (0, 0)
    var x = min(a[0], b[0])
    var area = 0.0
    var (gaps, areas) = ((low: 0.0, high: 0.0), (low: 0.0, high: 0.0))
    while i < a.count || j < b.count {
      let next = min(i < a.count ? a[i] : .infinity, j < b.count ? b[j] : .infinity)
      area += Double(i - j) / size * (next - x)
      x = next
      while i < a.count && a[i] == x { i += 1 }
      while j < b.count && b[j] == x { j += 1 }
      let gap = Double(i - j) / size
      gaps = (min(gaps.low, gap), max(gaps.high, gap))
      areas = (min(areas.low, area), max(areas.high, area))
    }
    largestGap = gaps.high
    largestArea = areas.high
    firstOrder = gaps.high <= 0 && gaps.low < 0
    secondOrder = areas.high <= 0 && areas.low < 0
  }
}
