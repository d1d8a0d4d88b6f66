import CKernelShims

/// Path figures of eight P&L series at once, whole cents. Sessions without a slot earned nothing and count as 0.
public struct ScoreLanes: Sendable {
  /// Smallest value of a session.
  public var worst = SIMD8<Int32>(repeating: 0)
  /// Slots with a value above 0.
  public var wins = SIMD8<Int32>(repeating: 0)
  /// Deepest fall of the running sum below its running maximum, which starts at 0.
  public var drawdown = SIMD8<Int32>(repeating: 0)
  /// Sessions from the last one at that peak to the one that is back at it, or else to the last session.
  public var drawdownSessions = SIMD8<Int32>(repeating: 0)
  /// −1 where the peak was not reached again, else 0.
  public var isOpen = SIMD8<Int32>(repeating: 0)
  /// Σ min(x, 0)².
  public var downside = SIMD8<Int64>(repeating: 0)
  /// Sum of the `tails[0].count` smallest values of all sessions, and of the `tails[1].count` smallest.
  public var tailSum = (SIMD8<Int64>(repeating: 0), SIMD8<Int64>(repeating: 0))
  /// The largest of those values; only where the tail asks for it.
  public var tailEdge = (SIMD8<Int32>(repeating: 0), SIMD8<Int32>(repeating: 0))
  /// Slots on which the condor lost and the hedge lost too.
  public var bothLose = SIMD8<Int32>(repeating: 0)
  /// Σ of the hedge over the slots on which the condor lost.
  public var hedgeOnLoss = SIMD8<Int32>(repeating: 0)

  /// No figures yet.
  public init() {}
}

/// How many of the smallest values a tail mean is about.
public struct TailCount: Sendable, Hashable {
  /// Values summed, 1 … sessions.
  public var count: Int
  /// Whether the largest of them is needed too, because only a fraction of it counts.
  public var needsEdge: Bool
  /// Of its parts.
  public init(count: Int, needsEdge: Bool) {
    self.count = count
    self.needsEdge = needsEdge
  }
}

/// The sessions of a period and the slots of them that can hold a value.
public struct ScoreAxis: Sendable {
  /// Sessions in all.
  public let sessions: Int
  /// Session number of each slot, ascending.
  public let days: [Int32]
  /// The last session before the next slot, or the last of all: how far a peak at this slot reaches.
  let through: [Int32]
  /// Tails of CVaR 95 and of CVaR 99.
  public let tails: [TailCount]
  /// Sessions that have no slot.
  var zeros: Int { sessions - days.count }

  /// - Precondition: ascending days below `sessions` < 2³⁰; two tails of 1 … sessions values.
  public init(sessions: Int, days: [Int32], tails: [TailCount]) {
    precondition(sessions < 1 << 30 && tails.count == 2, "ScoreAxis: sessions below 2³⁰, two tails")
    precondition(
      tails.allSatisfy { (1...max(1, sessions)).contains($0.count) }, "ScoreAxis: a tail of 1 … sessions")
    precondition(
      zip(days, days.dropFirst()).allSatisfy { $0 < $1 } && (days.first ?? 0) >= 0
        && Int(days.last ?? -1) < sessions, "ScoreAxis: ascending days of the period")
    self.sessions = sessions
    self.days = days
    self.tails = tails
    through = days.dropFirst().map { $0 - 1 } + (days.isEmpty ? [] : [Int32(sessions - 1)])
  }
}
