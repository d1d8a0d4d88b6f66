/// Whether a condor that was bought back early is sold anew: the same rule and expiry, strikes from the chain of that
/// minute. A trade is then several condors one after the other, never two at a time.
public struct ReentryRule: Hashable, Sendable {
  /// After which ends there is another condor. A time stop and a rule are meant to be out: nothing follows them.
  public enum After: String, Hashable, Sendable, CaseIterable {
    /// At least one part was stopped.
    case stop
    /// No part was stopped, and at least one reached its target.
    case target
    /// Either of them.
    case any
  }
  /// After which ends.
  public var after: After
  /// Trading minutes from the last closing fill to the earliest decision, ≥ 1; the night doesn't count.
  public var waitMinutes: Int
  /// Condors sold anew in a trade, at most.
  public var atMost: Int
  /// The last minute of the expiry session at which one is decided.
  public var until: Int

  /// Of its parts; 900 is 15:00.
  public init(after: After, waitMinutes: Int = 15, atMost: Int = 1, until: Int = 900) {
    self.after = after
    self.waitMinutes = waitMinutes
    self.atMost = atMost
    self.until = until
  }

  /// Whether an end with these stops and targets is followed by another condor.
  ///
  /// - Parameter isOut: whether a time stop or a rule closed a part.
  public func follows(stopped: Bool, reachedTarget: Bool, isOut: Bool) -> Bool {
    guard !isOut else { return false }
    switch after {
    case .stop: return stopped
    case .target: return !stopped && reachedTarget
    case .any: return stopped || reachedTarget
    }
  }
}
