import Kernels
import MarketData

/// How well parameters of the next session's expiry price 5-wide spreads that expire some sessions later, with no look-ahead:
/// the level is the prior close, moved by the index since (``KnownLevel/prior``).
public struct HorizonError: Sendable, Hashable, Codable {
  /// Sessions from the quotes to the expiry.
  public var sessions: Int
  /// Chains measured.
  public var chains: Int
  /// Spreads measured: puts and calls out of the money, shorts nearest 15, 25 and 40 delta.
  public var spreads: Int
  /// Mean of log(model ÷ the chain's own at-the-money volatility).
  public var logVolBias: Double
  /// Root mean square of the same.
  public var logVolRmse: Double
  /// Mean |model − mid| of a spread, points.
  public var spreadMeanAbs: Double
  /// Mean of model − mid, points.
  public var spreadBias: Double
  /// Mean |model − mid| with the chain's own level: what is left is the smile's error and the quotes' noise, points.
  public var ownLevelMeanAbs: Double

  /// Short deltas, percent.
  static let shortDeltas = [15, 25, 40]

  /// Of its parts.
  public init(
    sessions: Int, chains: Int, spreads: Int, logVolBias: Double, logVolRmse: Double, spreadMeanAbs: Double,
    spreadBias: Double, ownLevelMeanAbs: Double
  ) {
    self.sessions = sessions
    self.chains = chains
    self.spreads = spreads
    self.logVolBias = logVolBias
    self.logVolRmse = logVolRmse
    self.spreadMeanAbs = spreadMeanAbs
    self.spreadBias = spreadBias
    self.ownLevelMeanAbs = ownLevelMeanAbs
  }

  /// Prices the chains of one horizon; `nil` if none can be priced without look-ahead. O(chains × strikes).
  ///
  /// - Parameter days: chains that expire `sessions` sessions after their quotes, with the closes around them.
  public init?(_ days: [CalibrationDay], sessions: Int, parameters: MarkParameters) {
    var logVols: [Double] = []
    var (errors, ownErrors): ([Double], [Double]) = ([], [])
    for day in days {
      guard let known = parameters.stdDev(day, knowing: .prior),
        let own = parameters.stdDev(day, knowing: .own)
      else { continue }
      logVols.append(Elementary.log(known / own))
      errors += day.chain.spreadErrors(stdDev: known, smile: parameters.smile)
      ownErrors += day.chain.spreadErrors(stdDev: own, smile: parameters.smile)
    }
    guard !logVols.isEmpty, !errors.isEmpty else { return nil }
    func mean(_ values: [Double]) -> Double { values.reduce(0, +) / Double(values.count) }
    self.init(
      sessions: sessions, chains: logVols.count, spreads: errors.count, logVolBias: mean(logVols),
      logVolRmse: mean(logVols.map { $0 * $0 }).squareRoot(), spreadMeanAbs: mean(errors.map(\.magnitude)),
      spreadBias: mean(errors), ownLevelMeanAbs: mean(ownErrors.map(\.magnitude)))
  }
}

extension OneDayChain {
  /// Model less mid of 5-wide spreads, points; those whose wing isn't quoted are left out.
  fileprivate func spreadErrors(stdDev: Double, smile: SmileParameters) -> [Double] {
    let curve = VolatilitySmile(smile)
    func error(_ i: Int) -> Double {
      let (strike, z) = (strikes[i], Elementary.log(strikes[i].strike / forward) / stdDev)
      return Black76Reference.price(
        forward: forward, strike: strike.strike, stdDev: stdDev * curve.ratio(z: z),
        sign: strike.isCall ? 1 : -1) - strike.quote.mid
    }
    return HorizonError.shortDeltas.compactMap { condor(delta: Double($0) / 100) }.flatMap { condor in
      [error(condor.shortPut) - error(condor.longPut), error(condor.shortCall) - error(condor.longCall)]
    }
  }
}

extension HorizonError {
  /// Of the shipped parameters on the SPXW chains of 2019-04-25 to 2019-06-26, by sessions to the expiry. The next session's
  /// row is there to compare with: the later ones are as good, so no correction by horizon is made.
  public static let shipped: [HorizonError] = [
    row(1, 21, 126, -0.0094, 0.1426, 0.1227, 0.0062, 0.0635),
    row(2, 24, 144, 0.0084, 0.1441, 0.124, 0.0242, 0.0608),
    row(3, 21, 126, -0.0068, 0.153, 0.1342, 0.0112, 0.0659),
    row(4, 22, 132, -0.0256, 0.1624, 0.127, -0.0185, 0.0705),
    row(5, 20, 120, -0.0365, 0.1619, 0.1169, -0.0217, 0.0707),
    row(6, 21, 126, -0.0372, 0.1489, 0.1306, -0.0116, 0.0824),
    row(7, 22, 132, -0.0182, 0.1512, 0.1205, 0.0133, 0.0925),
    row(8, 20, 120, -0.0138, 0.1558, 0.1388, 0.0128, 0.0931),
  ]

  private static func row(
    _ sessions: Int, _ chains: Int, _ spreads: Int, _ bias: Double, _ rmse: Double, _ meanAbs: Double,
    _ spreadBias: Double, _ ownLevel: Double
  ) -> HorizonError {
    HorizonError(
      sessions: sessions, chains: chains, spreads: spreads, logVolBias: bias, logVolRmse: rmse,
      spreadMeanAbs: meanAbs, spreadBias: spreadBias, ownLevelMeanAbs: ownLevel)
  }
}
