import MarketData

/// Everything that turns an index path and a volatility index into option prices, with the errors it was
/// measured with. Shipped as data (`Resources/marks-default.json`), re-made by `wingspan calibrate`.
public struct MarkParameters: Sendable, Hashable, Codable {
  /// Format of this file.
  public var schema: Int
  /// A name with the date of the fit, printed with every result.
  public var name: String
  /// What the parameters were fitted on, in words.
  public var fittedOn: String
  /// Variance time.
  public var clock: ClockParameters
  /// At-the-money volatility from an index.
  public var levels: LevelParameters
  /// Volatility by strike.
  public var smile: SmileParameters
  /// How the level moves with the index.
  public var spotVol: SpotVolParameters
  /// Half the bid–ask spread.
  public var halfSpread: HalfSpreadParameters
  /// Measured errors by what is known of the day (`own`, `vix9d`, `vix`, `prior`); may be empty.
  public var errors: [MarkError]

  /// The parameters of 21 SPXW chains, April to June 2019, as the calibration notes give them.
  public static let builtIn = MarkParameters(
    schema: 1, name: "tanh-quartic-2019", fittedOn: "21 SPXW one-day chains, 2019-04-25 to 2019-06-12",
    clock: ClockParameters(), levels: LevelParameters(), smile: SmileParameters(),
    spotVol: SpotVolParameters(), halfSpread: HalfSpreadParameters(), errors: [])
}

/// One row of the error table of a calibration.
public struct MarkError: Sendable, Hashable, Codable {
  /// `own`, `vix9d`, `vix` or `prior`: what is known of the day.
  public var level: String
  /// `in-sample` or `held-out`.
  public var sample: String
  /// Chains measured.
  public var chains: Int
  /// Strikes judged: out-of-the-money side, 3 to 40 delta.
  public var strikes: Int
  /// Root mean square of log(model ATM vol ÷ market ATM vol).
  public var logVolRmse: Double
  /// Mean absolute error of a leg's mid, ticks of 0.05 points.
  public var meanAbsTicks: Double
  /// Share of mids inside the quoted bid–ask, 0…1.
  public var insideSpread: Double
  /// Mean absolute credit error by short delta in percent (`10`, `15`, `20`, `25`), points.
  public var creditMeanAbs: [String: Double]
  /// Mean credit error, model less market, points.
  public var creditBias: [String: Double]
}

/// Variance time, in sessions.
public struct ClockParameters: Sendable, Hashable, Codable {
  /// Share of a session's close-to-close variance that falls between the close and the next open.
  public var overnightShare = 0.35
  /// Extra sessions of variance over Friday → Monday.
  public var weekend = 0.17
  /// Extra over a closed weekday (alone or with its weekend).
  public var holiday = 0.27
  /// Extra on the day of a decision, after 14:00.
  public var fomc = 0.3
  /// Extra in the night before the 08:30 release.
  public var nfp = 0.24
  /// Extra in the night before the 08:30 release.
  public var cpi = 0.0
  /// Extra in the night before the 08:30 release.
  public var ppi = 0.0
  /// Share of the regular session's variance in each half hour from 09:30, percent; sums to 100.
  public var halfHourPercent = [14.7, 11.2, 9.2, 7.8, 6.8, 5.6, 4.7, 4.8, 4.5, 6.3, 6.3, 7.0, 11.1]
  /// Percent in 15:50–15:55 and in 15:55–16:00, part of the last half hour.
  public var lastFiveMinutesPercent = [2.6, 3.0]
  /// The printed defaults, or the given values.
  public init() {}
}

/// At-the-money volatility a session from a volatility index.
public struct LevelParameters: Sendable, Hashable, Codable {
  /// σ = base·(clamp(V, lowKnee, knee)/pivot)^below·(min(V, lowKnee)/lowKnee)^lowest·(max(V, knee)/knee)^above,
  /// a year of 252 sessions. Quotes were seen between the knees only; the two outer elasticities are those of the
  /// next session's realised variance, which the steep inner one would leave far below at a low index.
  public struct Curve: Sendable, Hashable, Codable {
    /// σ at the pivot.
    public var base: Double
    /// Where σ is `base`, index points; between the knees.
    public var pivot: Double
    /// Lowest index value that quotes were fitted on, index points.
    public var lowKnee: Double
    /// Highest, index points.
    public var knee: Double
    /// Elasticity below the low knee.
    public var lowest: Double
    /// Elasticity between the knees.
    public var below: Double
    /// Elasticity above the knee.
    public var above: Double
    /// Of its parts.
    public init(
      base: Double, pivot: Double, lowKnee: Double, knee: Double, lowest: Double, below: Double, above: Double
    ) {
      self.base = base
      self.pivot = pivot
      self.lowKnee = lowKnee
      self.knee = knee
      self.lowest = lowest
      self.below = below
      self.above = above
    }
  }
  /// From VIX9D.
  public var vix9d = Curve(
    base: 0.137, pivot: 16, lowKnee: 11, knee: 22, lowest: 1.23, below: 1.75, above: 1.2)
  /// From VIX.
  public var vix = Curve(
    base: 0.132, pivot: 16, lowKnee: 12.7, knee: 20, lowest: 1.42, below: 2.5, above: 1.3)
  /// The variance strip over at-the-money volatility: σ = VIX1D ÷ this.
  public var vix1dStripRatio = 1.06
  /// Of its parts.
  public init() {}
}

/// v(z) = 1 + Σ pᵢ ζⁱ with ζ = cap·tanh(z/cap), clamped; z in standard deviations.
public struct SmileParameters: Sendable, Hashable, Codable {
  /// p₁…p₄.
  public var p = [-0.164, -0.015, 0.0215, 0.0146]
  /// Standard deviations at which ζ levels off.
  public var cap = 3.5
  /// Lowest.
  public var floor = 0.3
  /// Highest.
  public var ceiling = 3.0
  /// The printed defaults, or the given values.
  public init() {}
}

/// How at-the-money volatility moves with the index after the level was observed.
public struct SpotVolParameters: Sendable, Hashable, Codable {
  /// Δln σ = factor·(p₁/s)·Δln F.
  public var factor = 1.3
  /// s is frozen at entry and never below this.
  public var minimumStdDev = 0.006
  /// The ratio of σ to its observed level stays in this range.
  public var lowest = 0.5
  /// Largest ratio.
  public var highest = 3.0
  /// The printed defaults, or the given values.
  public init() {}
}

/// Half the quoted bid–ask spread of a leg, points.
public struct HalfSpreadParameters: Sendable, Hashable, Codable {
  /// h = max(floor, constant + slope·mid^power).
  public var floor = 0.025
  /// Points at mid 0.
  public var constant = 0.031
  /// Factor of mid^power.
  public var slope = 0.0282
  /// Exponent of the mid.
  public var power = 0.713
  /// Factor from 16:00 to 16:15.
  public var afterClose = 1.5
  /// In stress h × clamp((V/pivot)^power, 1, limit).
  public var stressPivot = 20.0
  /// Exponent of the widening.
  public var stressPower = 1.5
  /// Largest factor.
  public var stressLimit = 6.0
  /// The printed defaults, or the given values.
  public init() {}
}
