import Kernels

extension TailMean {
  /// What the lanes of ``ScorecardBatch`` have to sum for the tail of a period of `sessions` ≥ 1.
  ///
  /// - Parameter share: 10,000·(1 − α), 1…10,000.
  public static func count(sessions: Int, perTenThousand share: Int) -> TailCount {
    precondition(
      sessions > 0 && share >= 1 && share <= 10_000,
      "TailMean.count: a session, and a tail of 1 to 10,000 per 10,000")
    let scaled = sessions * share
    if scaled < 10_000 { return TailCount(count: 1, needsEdge: false) }
    let whole = scaled / 10_000
    // of a fractional tail the next value counts in part, so it has to be known by itself
    return scaled % 10_000 == 0
      ? TailCount(count: whole, needsEdge: false) : TailCount(count: whole + 1, needsEdge: true)
  }

  /// The same bits as ``init(cents:perTenThousand:)``, of what the lanes have summed. O(1).
  ///
  /// - Parameters:
  ///   - sum: cents of the ``count(sessions:perTenThousand:)`` smallest values.
  ///   - edge: the largest of them; only looked at where it counts in part.
  ///   - sessions: n ≥ 1.
  ///   - share: 10,000·(1 − α), 1…10,000.
  public init(sum: Int64, edge: Int64, sessions: Int, perTenThousand share: Int) {
    precondition(
      sessions > 0 && share >= 1 && share <= 10_000,
      "TailMean: a session, and a tail of 1 to 10,000 per 10,000")
    let scaled = sessions * share
    tailSessions = Double(scaled) / 10_000
    isWorstOnly = scaled < 10_000
    guard scaled >= 10_000 else {
      value = Double(sum)
      return
    }
    let rest = scaled % 10_000
    let all = rest == 0 ? Int128(sum) * 10_000 : Int128(sum - edge) * 10_000 + Int128(rest) * Int128(edge)
    value = nearest(all) / Double(scaled)
  }
}
