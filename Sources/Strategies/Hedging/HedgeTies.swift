/// What of the trade-opened layers hangs on the condor that they accompany. Where anything does, the two can't be worked out
/// apart.
public struct HedgeTies: Hashable, Sendable {
  /// Whether the layers are sold in the minute in which an order closes the last part of the condor early, or in the minute
  /// after where only the fill tells: a target's limit, a fill at the trigger.
  public var unwinds = false
  /// A layer that is expected, when the condor is sold, to move a break-even of the condor and the layers before it by more
  /// than this isn't opened; 1/1000 index points, `nil` for no limit.
  public var breakEvenLimitThousandths: Int32?

  /// No ties.
  public init() {}

  /// Whether what some layers earn hangs on what becomes of their condor: by a tie, or by a rule that looks at it.
  public func couple(_ layers: [HedgeLayer]) -> Bool {
    layers.contains { $0.horizon == .condor && (self != HedgeTies() || $0.seesCondor) }
  }
}
