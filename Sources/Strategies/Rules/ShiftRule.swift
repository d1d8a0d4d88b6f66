/// What follows the stop of one side: the side that is bought back is sold again at a later expiry (the *theta time
/// shift*), and perhaps brought home when the index has come back. The exit's own stop says when a side is tested; the
/// other side lives on.
///
/// One spread is out at a time. Strikes are chosen on the marks of the minute in which the stop was decided, and sold with
/// the stop's fill. The rolled spread is held to its own settlement unless `backPoints` brings it back; no stop watches it.
///
/// Source: a published, unaudited practice ("theta time shift", "temporal theta martingale"; vixshield.com/ask).
public struct ShiftRule: Hashable, Sendable {
  /// Which short strike is sold; the wing keeps its distance.
  public enum Strikes: String, Hashable, Sendable, CaseIterable {
    /// The one that was bought back.
    case same
    /// The one whose |delta| at the later expiry is nearest to what the first one's was at the entry.
    case delta
    /// The one whose spread pays most nearly what closing the old one costs, both at mid.
    case cost
  }
  /// The first listed expiry at least this many sessions after the condor's, 1…7.
  public var sessions: Int
  /// Which short strike is sold.
  public var strikes: Strikes
  /// Bought back when the index is so many points on the safe side of the strike that was tested, ≥ 0; `nil` for never.
  public var backPoints: Int?
  /// Whether the side is sold again at the condor's expiry when the rolled spread is bought back before it: at the condor's
  /// strikes, under the condor's exit.
  public var reopens: Bool
  /// Rolls in a trade, at most; ≥ 1.
  public var atMost: Int

  /// Of its parts.
  public init(
    sessions: Int, strikes: Strikes = .same, backPoints: Int? = nil, reopens: Bool = false, atMost: Int = 1
  ) {
    self.sessions = sessions
    self.strikes = strikes
    self.backPoints = backPoints
    self.reopens = reopens
    self.atMost = atMost
  }
}
