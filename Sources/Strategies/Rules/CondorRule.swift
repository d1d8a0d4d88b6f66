/// Which iron condor is sold: short put and short call, each with a long wing further out.
public struct CondorRule: Hashable, Sendable {
  /// How far the wings are from the shorts, index points, multiples of 5.
  public var putWidth: Int
  /// Of the call side.
  public var callWidth: Int
  /// The strikes.
  public var strikes: StrikeRule

  /// The wider side, points: the most the condor can cost at expiry.
  public var width: Int { max(putWidth, callWidth) }

  /// Of its parts.
  public init(putWidth: Int = 5, callWidth: Int = 5, strikes: StrikeRule) {
    self.putWidth = putWidth
    self.callWidth = callWidth
    self.strikes = strikes
  }
}

/// A closed range of |Black-76 delta|, 0…1.
public struct DeltaBand: Hashable, Sendable {
  /// Smallest |delta| inside.
  public var low: Double
  /// Largest |delta| inside.
  public var high: Double
  /// Of its parts.
  public init(low: Double, high: Double) {
    self.low = low
    self.high = high
  }
  /// Whether |delta| is inside, ends included.
  public func contains(_ delta: Double) -> Bool { abs(delta) >= low && abs(delta) <= high }
}

/// How the short strikes are picked on the 5-point grid. All deltas are Black-76 with the strike's own
/// volatility at the decision minute.
public struct StrikeRule: Hashable, Sendable {
  /// What is aimed at.
  public enum Target: Hashable, Sendable {
    /// |delta| of each short nearest to the target, or the nearest not above it.
    case delta(put: Double, call: Double, notAbove: Bool)
    /// The mid credit of the whole condor nearest to the target, in 1/10,000 points: strikes are walked in
    /// 5-point steps through the delta band, the call at the delta most like the put's.
    case credit(units: Int32)
    /// Shorts `multiple` expected daily ranges away (one is level·√w·F), rounded outward to the grid.
    case expectedRange(put: Double, call: Double)
  }
  /// What is aimed at.
  public var target: Target
  /// Both shorts must lie in their band; `nil` admits 0.01…0.50.
  public var putBand: DeltaBand?
  /// Of the short call.
  public var callBand: DeltaBand?
  /// The mid credit at the decision minute must lie in this range, 1/10,000 points, ends included.
  public var creditBand: ClosedRange<Int32>?

  /// Of its parts.
  public init(
    target: Target, putBand: DeltaBand? = nil, callBand: DeltaBand? = nil,
    creditBand: ClosedRange<Int32>? = nil
  ) {
    self.target = target
    self.putBand = putBand
    self.callBand = callBand
    self.creditBand = creditBand
  }
  /// The band of a side where none is given.
  public static let anyDelta = DeltaBand(low: 0.01, high: 0.50)
}
