import Foundation
import MarketData
import Statistics

/// How sure a paired difference is: by resampled days, by regime, and what such data could have shown at all.
public struct PairedEvidence: Sendable, Codable {
  /// The difference over the sessions of one state of the market, as it was known the session before.
  public struct Regime: Sendable, Codable {
    /// What sessions are told apart by.
    public var regime: String
    /// The state.
    public var state: String
    /// Sessions in it.
    public var sessions: Int
    /// Mean difference a session.
    public var meanDollars: Double
    /// 95 % interval of the mean, Newey–West over these sessions strung together; `nil` for fewer than
    /// 60, or the same all over.
    @Nullable public var lowDollars: Double?
    /// Its upper end.
    @Nullable public var highDollars: Double?
    /// Two-sided, of a mean of 0, alone.
    @Nullable public var pValue: Double?
    /// The same among all regimes looked at (Holm).
    @Nullable public var adjustedPValue: Double?
  }

  /// 95 % interval of the mean difference under the stationary bootstrap (``BootstrapInterval``), dollars a session; `nil` where nothing varies.
  @Nullable public var lowDollars: Double?
  /// Its upper end.
  @Nullable public var highDollars: Double?
  /// Mean length of its blocks, sessions.
  @Nullable public var blockSessions: Double?
  /// How many times as far from the mean the interval ends as the quantiles of the resamples, ≥ 1.
  @Nullable public var widening: Double?
  /// Its resamples.
  public var resamples: Int
  /// Their seed.
  public var seed: UInt64
  /// The smallest true difference that these sessions show at 5 % with a chance of 80 %, dollars a session.
  @Nullable public var detectableDollars: Double?
  /// Sessions that would show the difference that was found with that chance, by the root law; `nil` for more than 10⁹.
  @Nullable public var sessionsNeeded: Int?
  /// States of the market, those without a session left out.
  public var regimes: [Regime]
  /// The answer in words.
  public var verdict: String

  /// Sessions of a regime that an interval and a p-value need.
  public static let fewest = 60
  /// Resamples of the bootstrap.
  public static let resamples = 10_000

  /// Evidence for the mean of `differences`.
  ///
  /// - Parameters:
  ///   - differences: dollars, one a session of the period.
  ///   - regimes: of the same history.
  ///   - seed: of the resamples.
  /// - Complexity: O(sessions × resamples).
  init(_ differences: [Double], regimes: EntryRegimes, period: ClosedRange<Int>, seed: UInt64) {
    resamples = Self.resamples
    self.seed = seed
    let interval = BootstrapInterval(differences, resamples: Self.resamples, seed: seed)
    lowDollars = interval?.low
    highDollars = interval?.high
    blockSessions = interval?.blockLength
    widening = interval?.widening
    if let own = MeanInterval(differences) {
      let power = MeanPower(standardError: own.standardError, count: own.count)
      detectableDollars = power.detectable
      let needed = power.termsNeeded(for: own.mean)
      sessionsNeeded = needed < 1e9 ? Int(needed.rounded(.up)) : nil
    }
    var rows: [Regime] = []
    for (regime, labels, states) in regimes.all {
      for state in states {
        // what is realised in a session was entered in the one before
        let values = differences.indices.dropFirst().filter { labels[period.lowerBound + $0 - 1] == state }
          .map { differences[$0] }
        guard !values.isEmpty else { continue }
        // the error of few sessions' mean is itself too uncertain for a p-value
        let own = values.count < Self.fewest ? nil : MeanInterval(values)
        rows.append(
          Regime(
            regime: regime, state: state, sessions: values.count,
            meanDollars: values.reduce(0, +) / Double(values.count), lowDollars: own?.low,
            highDollars: own?.high, pValue: own?.pValue, adjustedPValue: nil))
      }
    }
    let told = rows.indices.filter { rows[$0].pValue != nil }
    for (row, p) in zip(told, holmAdjusted(told.compactMap { rows[$0].pValue })) {
      rows[row].adjustedPValue = p
    }
    self.regimes = rows
    verdict = ""
    verdict = Self.sentence(self)
  }

  /// What follows, in a sentence.
  private static func sentence(_ e: PairedEvidence) -> String {
    guard let detectable = e.detectableDollars else { return "the two never differ, or always by the same" }
    guard let low = e.lowDollars, let high = e.highDollars else { return "too few sessions to resample" }
    let whole =
      low > 0
      ? "the first earns more by resampled days"
      : high < 0 ? "the first earns less by resampled days" : "no difference found by resampled days"
    let told = e.regimes.count { $0.pValue != nil }
    let found = e.regimes.filter { ($0.adjustedPValue ?? 1) < 0.05 }
      .map { "\($0.regime) \($0.state) (\($0.meanDollars > 0 ? "more" : "less"))" }
    let parts =
      found.isEmpty
      ? "no regime of \(fewest) sessions or more shows one once all \(told) are counted"
      : "with all \(told) regimes of \(fewest) sessions or more counted, these show one: "
        + found.joined(separator: ", ")
    let power =
      "a true difference below \(String(format: "%.2f", detectable)) $ a session would be missed here more often than one "
      + "time in five"
    let needed = e.sessionsNeeded.map { "; one as large as the one found asks for about \($0) sessions" }
    return "\(whole); \(parts); \(power)\(needed ?? "")"
  }
}
