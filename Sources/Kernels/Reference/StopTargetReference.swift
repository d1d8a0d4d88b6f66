/// Stops and targets of a sold condor as multiples of its credit, in thousandths.
///
/// Costs and credits are whole numbers of one unit (1/10,000 of a point, say); −2³¹ stands for none.
public struct StopTargetGrid: Sendable, Hashable {
  /// Losses that close, thousandths of the credit; strictly ascending, ≥ 0.
  public let stops: [Int32]
  /// Gains that close, thousandths of the credit; strictly ascending, 0…1000.
  public let targets: [Int32]

  /// Stands for a minute without a mark, a condor that was not sold, and the P&L of one.
  public static let missing = Int32.min
  /// The largest stop, thousandths: a thousand credits.
  public static let largestStop: Int32 = 1_000_000
  /// The largest target, thousandths: the whole credit.
  public static let largestTarget: Int32 = 1000
  /// Marks and credits stay below this magnitude, so that credit − cost fits 32 bits.
  public static let largestMark: Int32 = 1 << 30

  /// - Precondition: not empty, strictly ascending, within the bounds above.
  public init(stops: [Int32], targets: [Int32]) {
    func holds(_ values: [Int32], _ most: Int32) -> Bool {
      guard let first = values.first, let last = values.last else { return false }
      return first >= 0 && last <= most && zip(values, values.dropFirst()).allSatisfy { $0 < $1 }
    }
    precondition(
      holds(stops, Self.largestStop) && holds(targets, Self.largestTarget),
      "StopTargetGrid: strictly ascending stops of 0 to 1,000,000 and targets of 0 to 1000 thousandths")
    self.stops = stops
    self.targets = targets
  }

  /// Stops × targets.
  public var count: Int { stops.count * targets.count }
}

/// The plain definition: one path, one stop, one target, minute by minute.
public enum StopTargetReference {
  /// The least cost at which a stop closes: ⌈credit·(1000 + stop)/1000⌉.
  public static func stopLevel(credit: Int32, stop: Int32) -> Int64 {
    -flooredThousandth(-Int64(credit) * (1000 + Int64(stop)))
  }

  /// The greatest cost at which a target closes: ⌊credit·(1000 − target)/1000⌋.
  public static func targetLevel(credit: Int32, target: Int32) -> Int64 {
    flooredThousandth(Int64(credit) * (1000 - Int64(target)))
  }

  /// What a condor made that is closed at the first mark at or beyond the stop or the target, at that mark, and else
  /// at the last mark. It can't be closed at its first mark while there is another.
  ///
  /// - Parameters:
  ///   - path: cost to close at each minute, ``StopTargetGrid/missing`` where there is none; shape `[minutes]`.
  ///   - credit: received for it.
  ///   - stop: thousandths of the credit.
  ///   - target: thousandths of the credit.
  /// - Returns: credit − cost; ``StopTargetGrid/missing`` without a credit or without any mark.
  /// - Precondition: marks and the credit below ``StopTargetGrid/largestMark`` in magnitude.
  /// - Complexity: O(minutes).
  public static func pnl(path: Span<Int32>, credit: Int32, stop: Int32, target: Int32) -> Int32 {
    guard credit != StopTargetGrid.missing else { return StopTargetGrid.missing }
    let stopLevel = stopLevel(credit: credit, stop: stop)
    let targetLevel = targetLevel(credit: credit, target: target)
    var last: Int32?
    for i in path.indices where path[i] != StopTargetGrid.missing {
      let cost = path[i]
      let isFirst = last == nil
      last = cost
      if !isFirst, Int64(cost) >= stopLevel || Int64(cost) <= targetLevel { break }
    }
    return last.map { credit - $0 } ?? StopTargetGrid.missing
  }

  /// ⌊x/1000⌋.
  private static func flooredThousandth(_ x: Int64) -> Int64 {
    let (quotient, remainder) = x.quotientAndRemainder(dividingBy: 1000)
    return remainder < 0 ? quotient - 1 : quotient
  }
}
