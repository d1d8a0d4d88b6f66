import CClp

/// A linear programme: minimise c·x, with bounds on x and on A·x. Solved by COIN-OR's Clp, simplex, one thread.
///
/// The solver works to a tolerance; a caller that publishes its answer checks it by the duality gap of numbers that it
/// has made feasible itself.
///
/// - Source: J. Forrest and others, COIN-OR Linear Programming (Clp), EPL 2.0.
public struct LinearProgramme: Sendable {
  /// An optimal vertex.
  public struct Solution: Sendable, Equatable {
    /// x; shape `[columns]`.
    public let values: [Double]
    /// How much the least cost rises with the bound that holds each row, by unit; shape `[rows]`.
    public let rowPrices: [Double]
    /// c·x.
    public let cost: Double
  }
  /// Bounds of A·x; ±infinity is none.
  public let rowBounds: [ClosedRange<Double>]
  private var starts: [Int32] = [0]
  private var rows: [Int32] = []
  private var entries: [Double] = []
  private var costs: [Double] = []
  private var lower: [Double] = []
  private var upper: [Double] = []

  /// A programme without columns.
  public init(rowBounds: [ClosedRange<Double>]) { self.rowBounds = rowBounds }

  /// Adds a variable.
  ///
  /// - Parameters:
  ///   - cost: its c.
  ///   - bounds: of its value; ±infinity is none.
  ///   - entries: its column of A: rows ascending, with factors.
  /// - Precondition: rows inside the programme; fewer than 2³¹ entries in all.
  public mutating func addColumn(
    cost: Double, bounds: ClosedRange<Double>, entries column: [(row: Int, factor: Double)]
  ) {
    for (row, factor) in column where factor != 0 {
      precondition(rowBounds.indices.contains(row), "LinearProgramme.addColumn: no such row")
      rows.append(Int32(row))
      entries.append(factor)
    }
    precondition(entries.count < Int(Int32.max), "LinearProgramme.addColumn: beyond 2³¹ entries")
    starts.append(Int32(entries.count))
    costs.append(cost)
    lower.append(bounds.lowerBound)
    upper.append(bounds.upperBound)
  }

  /// The solution; `nil` where there is none, or it has no end, or the solver gives up.
  ///
  /// - Accuracy: bounds and prices to 1e-9 of programmes scaled to numbers about 1.
  /// - Complexity: by experience some (rows + columns) steps of O(entries); memory of some copies of A.
  public func solved() -> Solution? {
    guard let model = unsafe Clp_newModel() else { return nil }
    defer { unsafe Clp_deleteModel(model) }
    unsafe Clp_setLogLevel(model, 0)
    unsafe Clp_setPrimalTolerance(model, 1e-9)
    unsafe Clp_setDualTolerance(model, 1e-9)
    unsafe Clp_loadProblem(
      model, Int32(costs.count), Int32(rowBounds.count), starts, rows, entries, lower, upper, costs,
      rowBounds.map(\.lowerBound), rowBounds.map(\.upperBound))
    unsafe Clp_initialDualSolve(model)
    guard unsafe Clp_status(model) == 0, let x = unsafe Clp_primalColumnSolution(model),
      let prices = unsafe Clp_dualRowSolution(model)
    else { return nil }
    return unsafe Solution(
      values: Array(UnsafeBufferPointer(start: x, count: costs.count)),
      rowPrices: Array(UnsafeBufferPointer(start: prices, count: rowBounds.count)),
      cost: Clp_objectiveValue(model))
  }
}
