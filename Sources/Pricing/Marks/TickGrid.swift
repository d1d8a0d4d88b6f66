/// Whole-number prices: the unit of a mark is 1/10,000 of a point, one cent of a ×100 contract.
public enum TickGrid {
  /// Units in a point.
  public static let unitsPerPoint: Int32 = 10_000
  /// 0.05 points, the step of a package price and of legs below 3.00.
  public static let nickel: Int32 = 500
  /// 0.10 points, the step of legs from 3.00 on.
  public static let dime: Int32 = 1_000
  /// No mark at this minute.
  public static let missing = Int32.min

  /// A leg's price on its grid, units: 0.05 below 3.00, 0.10 from there; NaN is ``missing``, negatives are 0.
  /// The one rounding of every engine: to the nearest, halves away from zero.
  public static func legMark(points: Double) -> Int32 {
    guard points == points else { return missing }
    if points < 3 { return points <= 0 ? 0 : Int32((points * 20).rounded(.toNearestOrAwayFromZero)) * nickel }
    return Int32(min(points * 10, 2_000_000).rounded(.toNearestOrAwayFromZero)) * dime
  }
  /// The largest multiple of 0.05 that is not above `units`.
  public static func floorToNickel(_ units: Int32) -> Int32 {
    let r = units % nickel
    return r == 0 ? units : (r < 0 ? units - r - nickel : units - r)
  }
  /// The smallest multiple of 0.05 that is not below `units`.
  public static func ceilToNickel(_ units: Int32) -> Int32 { -floorToNickel(-units) }
  /// Index points in units, to the nearest; for settlements and spots, which have two decimals.
  public static func units(points: Double) -> Int32 {
    Int32((points * 10_000).rounded(.toNearestOrAwayFromZero))
  }
  /// Units in points.
  public static func points(_ units: Int32) -> Double { Double(units) / 10_000 }
}
