/// Half-spreads worked out once a mark and factor: marks stand on a grid, and a session has one or two factors. The
/// values are those of ``HalfSpread/units(mark:factor:)``. Belongs to one thread.
public final class HalfSpreadTable {
  private let formula: HalfSpread
  private var known: [UInt64: Int] = [:]
  /// One row a factor: the half-spread of each mark on the 0.05 grid, 0 where it isn't worked out yet.
  private var rows: [[Int32]] = []
  private var lastFactor = Double.nan
  private var lastRow = 0
  /// Marks above 100 points are worked out each time.
  private static let columns = 2_001
  /// Factors kept before the table starts anew.
  private static let limit = 256

  /// An empty table of a formula.
  public init(_ formula: HalfSpread) { self.formula = formula }

  /// The half-spread of a leg, units. O(1) where it is known.
  public func units(mark: Int32, factor: Double) -> Int32 {
    let column = Int(mark / TickGrid.nickel)
    guard mark >= 0, column < Self.columns, mark % TickGrid.nickel == 0 else {
      return formula.units(mark: mark, factor: factor)
    }
    if factor != lastFactor { select(factor) }
    let value = rows[lastRow][column]
    if value != 0 { return value }
    let made = formula.units(mark: mark, factor: factor)
    rows[lastRow][column] = made
    return made
  }

  private func select(_ factor: Double) {
    lastFactor = factor
    if let row = known[factor.bitPattern] {
      lastRow = row
      return
    }
    if rows.count == Self.limit {
      rows.removeAll(keepingCapacity: true)
      known.removeAll(keepingCapacity: true)
    }
    lastRow = rows.count
    known[factor.bitPattern] = lastRow
    rows.append(Array(repeating: 0, count: Self.columns))
  }
}
