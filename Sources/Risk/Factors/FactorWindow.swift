/// Daily changes of market factors over some days, with those factors and days that can be used together.
public struct FactorWindow: Sendable, Hashable {
  /// A factor is left out that misses more than one day in so many.
  static let toleratedShare = 10

  /// Factors given, m.
  public let factors: Int
  /// Positions of the n factors that are used, ascending.
  public let kept: [Int]
  /// Factors that miss more than a tenth of the days.
  public let missing: [Int]
  /// Factors that never changed: they add nothing and would make every covariance singular.
  public let constant: [Int]
  /// Days on which every factor that isn't ``missing`` has a change, T.
  public let days: Int
  /// The others.
  public let daysLeftOut: Int
  /// Changes by days; shape `[T × n]`.
  public let changes: [Double]

  /// Of changes by days.
  ///
  /// - Parameters:
  ///   - changes: NaN where there is none; shape `[days × factors]`.
  ///   - factors: m ≥ 1.
  /// - Returns: `nil` where fewer than two days or no factor are left.
  /// - Complexity: O(days × factors).
  public init?(_ changes: some RandomAccessCollection<Double>, factors m: Int) {
    precondition(m >= 1 && changes.count.isMultiple(of: m), "FactorWindow: shape")
    let given = Array(changes)
    let count = given.count / m
    let isMissing = (0..<m).map { i in
      (0..<count).count { !given[$0 * m + i].isFinite } * Self.toleratedShare > count
    }
    let present = (0..<m).filter { !isMissing[$0] }
    let whole = (0..<count).filter { d in present.allSatisfy { given[d * m + $0].isFinite } }
    guard whole.count >= 2, let first = whole.first else { return nil }
    let varying = present.filter { i in whole.contains { given[$0 * m + i] != given[first * m + i] } }
    guard !varying.isEmpty else { return nil }
    factors = m
    kept = varying
    missing = (0..<m).filter { isMissing[$0] }
    constant = present.filter { !varying.contains($0) }
    days = whole.count
    daysLeftOut = count - whole.count
    self.changes = whole.flatMap { d in varying.map { given[d * m + $0] } }
  }

  /// The changes of one factor that is used, day by day; shape `[T]`.
  public func column(_ i: Int) -> [Double] { (0..<days).map { changes[$0 * kept.count + i] } }
}
