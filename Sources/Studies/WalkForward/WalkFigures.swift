import Statistics

/// The mean of results a session with two intervals that allow for runs of good and bad days.
public struct WalkMean: Sendable, Codable, Hashable {
  /// Sessions.
  public var sessions: Int
  /// Mean of a session.
  public var meanDollars: Double
  /// 95 % interval by Newey and West's standard error (``MeanInterval``); null without spread.
  @Nullable public var lowDollars: Double?
  /// Its upper end.
  @Nullable public var highDollars: Double?
  /// Two-sided, of a mean of 0, by the same.
  @Nullable public var pValue: Double?
  /// 95 % percentile interval of the stationary bootstrap (``BootstrapInterval``); null without spread, or for fewer than 16
  /// sessions.
  @Nullable public var bootstrapLowDollars: Double?
  /// Its upper end.
  @Nullable public var bootstrapHighDollars: Double?
  /// Its mean block length, sessions.
  @Nullable public var blockLength: Double?
  /// How many times as far from the mean it ends as the quantiles of the resamples, ≥ 1.
  @Nullable public var widening: Double?

  /// Of cents a session. O(n·resamples).
  init(cents: [Int64], resamples: Int, seed: UInt64) {
    let dollars = cents.map { Double($0) / 100 }
    let interval = MeanInterval(dollars)
    let bootstrap = BootstrapInterval(dollars, resamples: resamples, seed: seed)
    sessions = cents.count
    meanDollars = Double(cents.reduce(0, +)) / Double(max(1, cents.count)) / 100
    lowDollars = interval?.low
    highDollars = interval?.high
    pValue = interval?.pValue
    bootstrapLowDollars = bootstrap?.low
    bootstrapHighDollars = bootstrap?.high
    blockLength = bootstrap?.blockLength
    widening = bootstrap?.widening
  }

  /// 1 where both intervals lie above 0, −1 where both lie below, else 0.
  public var sign: Int {
    guard let low = lowDollars, let high = highDollars, let least = bootstrapLowDollars,
      let most = bootstrapHighDollars
    else { return 0 }
    return low > 0 && least > 0 ? 1 : high < 0 && most < 0 ? -1 : 0
  }
}

/// How much of what was chosen for was found on the sessions that followed.
public struct WalkDecay: Sendable, Codable, Hashable {
  /// Mean of a session, on the sessions chosen on.
  public var inSampleMeanDollars: Double
  /// Mean of a session, out of sample.
  public var outOfSampleMeanDollars: Double
  /// Out of sample − in sample.
  public var meanDifferenceDollars: Double
  /// Walk-forward efficiency: mean out of sample ÷ mean in sample, both a session and so both a year; null where the mean in
  /// sample isn't above 0.
  @Nullable public var efficiency: Double?
  /// Sharpe ratio in sample; null without spread, as all that follows from it.
  @Nullable public var inSampleSharpe: Double?
  /// Sharpe ratio out of sample.
  @Nullable public var outOfSampleSharpe: Double?
  /// Out of sample − in sample.
  @Nullable public var sharpeDifference: Double?
  /// Out of sample ÷ in sample; null where the one in sample isn't above 0.
  @Nullable public var sharpeRatio: Double?

  /// Of figures on both sides.
  init(inSample: FamilyFigures, outOfSample: FamilyFigures) {
    func ratio(_ a: Double, _ b: Double) -> Double? { b > 0 ? a / b : nil }
    inSampleMeanDollars = inSample.meanDollars
    outOfSampleMeanDollars = outOfSample.meanDollars
    meanDifferenceDollars = outOfSample.meanDollars - inSample.meanDollars
    efficiency = ratio(outOfSample.meanDollars, inSample.meanDollars)
    inSampleSharpe = inSample.sharpe
    outOfSampleSharpe = outOfSample.sharpe
    let both = inSample.sharpe.flatMap { own in outOfSample.sharpe.map { (own, $0) } }
    sharpeDifference = both.map { $0.1 - $0.0 }
    sharpeRatio = both.flatMap { ratio($0.1, $0.0) }
  }
}
