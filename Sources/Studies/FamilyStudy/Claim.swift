import Backtesting

/// What is said of stops and of the layered hedge, each as one figure whose sign decides.
public enum Claim: String, CaseIterable, Sendable, Codable {
  case hedgeBeatsStops = "hedging beats stopping out"
  case hedgeBeatsStopsAtEqualRisk = "hedging beats stopping out at equal risk"
  case stopsWhipsaw = "stops whipsaw"
  case hedgeKeepsTheta = "ALVH keeps theta"
  case layersCutTheTail = "layers cut the tail"
  case carryIsWorthIt = "carry is worth it"

  /// What the figure is; the claim says that it is above 0.
  public var definition: String {
    switch self {
    case .hedgeBeatsStops: "mean of alvh − mean of stop, $ a session"
    case .hedgeBeatsStopsAtEqualRisk:
      "mean of alvh − mean of stop, both at the size at which their CVaR95 is that of hold, $ a session"
    case .stopsWhipsaw:
      "what stopped trades would have made without their stop − what they made, over all of them: the net cost of "
        + "stops, $ a session"
    case .hedgeKeepsTheta:
      "credit kept (credit − cost, before fees) with the hedge's result, alvh − stop, $ a session"
    case .layersCutTheTail: "CVaR95 of alvh − CVaR95 of hold, both at the same number of condors, $ a session"
    case .carryIsWorthIt:
      "mean of alvh at the size at which its CVaR95 is that of hold − mean of hold, $ a session: against selling fewer "
        + "condors, which cuts the tail too"
    }
  }

  /// The figure of some sessions, dollars; `nil` where it can't be had.
  func figure(_ m: ClaimMoments) -> Double? {
    switch self {
    case .hedgeBeatsStops: m.hedge.mean - m.stop.mean
    case .hedgeBeatsStopsAtEqualRisk:
      m.factor(m.hedge).flatMap { own in m.factor(m.stop).map { own * m.hedge.mean - $0 * m.stop.mean } }
    case .stopsWhipsaw: -m.stop.saved
    case .hedgeKeepsTheta: m.hedge.kept - m.stop.kept
    case .layersCutTheTail: m.hedge.cvar95 - m.hold.cvar95
    case .carryIsWorthIt: m.factor(m.hedge).map { $0 * m.hedge.mean - m.hold.mean }
    }
  }
}

/// What claims are made of: means and tails of three families over the same sessions, dollars a session.
struct ClaimMoments: Sendable, Hashable {
  /// One family's.
  struct Moments: Sendable, Hashable {
    var mean: Double
    /// Mean of the worst 5 % of sessions.
    var cvar95: Double
    /// What stops saved.
    var saved: Double
    /// Credit kept, with the hedge.
    var kept: Double
  }
  var hold: Moments
  var stop: Moments
  var hedge: Moments

  /// How many times a family is sold for the CVaR95 of hold; `nil` where one of the two has no loss in its tail.
  func factor(_ family: Moments) -> Double? {
    family.cvar95 < 0 && hold.cvar95 < 0 ? hold.cvar95 / family.cvar95 : nil
  }
}

/// What a claim comes to.
public enum Verdict: String, Sendable, Codable, Hashable {
  case supported
  case contradicted
  case notDistinguishable = "not distinguishable"

  /// By an interval of a figure that the claim says is above 0.
  public init(low: Double?, high: Double?) {
    self =
      if let low, low > 0 { .supported } else if let high, high < 0 { .contradicted } else {
        .notDistinguishable
      }
  }
}

/// A figure with its interval.
public struct ClaimEstimate: Sendable, Codable, Hashable {
  /// The figure; null where it can't be had.
  @Nullable public var dollars: Double?
  /// 95 % interval; null without the figure, or where it can't be had of every resample.
  @Nullable public var lowDollars: Double?
  /// Upper end.
  @Nullable public var highDollars: Double?
  /// What it alone says.
  public var verdict: Verdict

  /// Of its parts.
  init(dollars: Double?, low: Double?, high: Double?) {
    verdict = Verdict(low: low, high: high)
    self.dollars = dollars
    lowDollars = low
    highDollars = high
  }
}

/// What a study says of a claim.
public struct ClaimFinding: Sendable, Codable, Hashable {
  /// The claim.
  public var claim: Claim
  /// Its figure in words.
  public var definition: String
  /// The figure, as given.
  public var estimate: ClaimEstimate
  /// `supported` or `contradicted` only if the interval says the same under every perturbation.
  public var verdict: Verdict
  /// The perturbations under which it says otherwise; empty where nothing was distinguished in the first place.
  public var brokenBy: [String]

  /// - Parameter under: the same figure under each perturbation, by its name.
  init(_ claim: Claim, _ estimate: ClaimEstimate, under: [(name: String, estimate: ClaimEstimate)]) {
    self.claim = claim
    definition = claim.definition
    self.estimate = estimate
    let broken = under.filter { $0.estimate.verdict != estimate.verdict }.map(\.name)
    brokenBy = estimate.verdict == .notDistinguishable ? [] : broken
    verdict = broken.isEmpty ? estimate.verdict : .notDistinguishable
  }
}
