import Kernels

/// What every setting of a search earned on every day: the table that questions of luck and of risk are asked of.
///
/// Every number in it is finite; what is not is refused when it is made, with its place.
public struct OutcomeMatrix: Hashable, Sendable {
  /// Most numbers of one table: 4 GiB of Doubles.
  public static let mostNumbers = 1 << 29

  /// Where it comes from: the file's name, for messages.
  public let source: String
  /// Days, ≥ 2.
  public let days: Int
  /// Settings, ≥ 1.
  public let settings: Int
  /// P&L, any unit, higher is better; by day, shape `[days × settings]`.
  public let values: [Double]
  /// Names of the settings where the file has them.
  public let names: [String]?
  /// Names of the days where the file has them, as written there.
  public let dates: [String]?
  /// Settings whose P&L is the same every day but for rounding, ascending: they have no spread, so no test can be made of
  /// them. Their variance is at most ``BlockMoments/leastSpread`` of their mean square.
  public let constant: [Int]

  /// A table in memory.
  ///
  /// - Parameters:
  ///   - values: P&L by day; shape `[days × settings]`.
  ///   - settings: columns, ≥ 1.
  ///   - names: of the settings; as many as there are.
  ///   - dates: of the days; as many as there are.
  ///   - source: named in messages.
  /// - Throws: ``OutcomeMatrixError`` for no numbers, one day, and a number that is not finite.
  /// - Precondition: whole rows.
  /// - Complexity: O(days × settings).
  public init(
    values: [Double], settings: Int, names: [String]? = nil, dates: [String]? = nil, source: String = "matrix"
  ) throws(OutcomeMatrixError) {
    guard settings > 0, !values.isEmpty else { throw .empty(source: source) }
    let days = values.count / settings
    precondition(
      values.count == days * settings && (names?.count ?? settings) == settings
        && (dates?.count ?? days) == days,
      "OutcomeMatrix: shapes")
    guard days > 1 else { throw .tooFewDays(source: source, days: days) }
    guard values.count <= Self.mostNumbers else {
      throw .tooLarge(source: source, numbers: values.count, limit: Self.mostNumbers)
    }
    if let k = values.firstIndex(where: { !$0.isFinite }) {
      throw .notFinite(source: source, row: k / settings + 1, column: k % settings + 1, value: values[k])
    }
    self.source = source
    self.days = days
    self.settings = settings
    self.values = values
    self.names = names
    self.dates = dates
    constant = Self.constant(values, settings: settings)
  }

  /// Columns without spread. O(days × settings).
  private static func constant(_ values: [Double], settings: Int) -> [Int] {
    let days = values.count / settings
    var largest = Array(repeating: Double.leastNormalMagnitude, count: settings)
    for d in 0..<days {
      for j in 0..<settings { largest[j] = max(largest[j], values[d * settings + j].magnitude) }
    }
    // apart from the first day, which loses no digits where there is little spread, in units whose squares stay in range
    let unit = largest.map { 1 / Double(sign: .plus, exponent: min(Int($0.exponent), 1_021), significand: 1) }
    var (sum, squares, whole) = (
      Array(repeating: 0.0, count: settings), Array(repeating: 0.0, count: settings),
      Array(repeating: 0.0, count: settings)
    )
    for d in 0..<days {
      for j in 0..<settings {
        let x = values[d * settings + j] * unit[j]
        let apart = x - values[j] * unit[j]
        sum[j] += apart
        squares[j] += apart * apart
        whole[j] += x * x
      }
    }
    return (0..<settings).filter {
      squares[$0] - sum[$0] * sum[$0] / Double(days) <= BlockMoments.leastSpread * whole[$0]
    }
  }

  /// A table from a file: `.npy` as NumPy writes it, any other name as text with commas.
  ///
  /// A .npy array is `[days, settings]` or `[days]`, of `<f8`, `<f4`, `<i8` or `<i4`, in C or Fortran order. A text,
  /// plain or compressed with gzip, has a row a day; its first row may be names and its first column dates, or an index under
  /// an empty head as pandas writes it.
  ///
  /// - Parameters:
  ///   - path: the file.
  ///   - header: whether a text's first row of numbers alone is names; nil takes it for a day, and refuses one that counts
  ///     0, 1, 2 … or 1, 2, 3 …, since it might be either.
  /// - Throws: ``OutcomeMatrixError`` with the place of what can't be read.
  public init(path: String, header: Bool? = nil) throws(OutcomeMatrixError) {
    guard path.hasSuffix(".npy") else {
      let text = try OutcomeText(path: path, header: header)
      try self.init(
        values: text.values, settings: text.columns, names: text.names, dates: text.dates, source: path)
      try refuseIndex()
      return
    }
    let (values, shape): ([Double], [Int])
    do {
      (values, shape) = try NumPyFile.readNumbers(from: path, limit: Self.mostNumbers)
    } catch {
      throw .numPy(error)
    }
    guard shape.count == 1 || shape.count == 2 else { throw .wrongShape(source: path, shape: shape) }
    try self.init(values: values, settings: shape.count == 2 ? shape[1] : 1, source: path)
    try refuseIndex()
  }

  /// Least days over which a column that only ever rises, or falls, can't be P&L: by luck one of 16! / 2 does.
  private static let leastRun = 16

  /// Throws for the first column that rises from every day to the next, or falls. O(days + settings), as a rule.
  private func refuseIndex() throws(OutcomeMatrixError) {
    guard days >= Self.leastRun else { return }
    func rises(_ j: Int, to d: Int) -> Bool { values[d * settings + j] > values[(d - 1) * settings + j] }
    func falls(_ j: Int, to d: Int) -> Bool { values[d * settings + j] < values[(d - 1) * settings + j] }
    var (rising, falling) = (Array(0..<settings), Array(0..<settings))
    for d in 1..<days where !(rising.isEmpty && falling.isEmpty) {
      rising.removeAll { !rises($0, to: d) }
      falling.removeAll { !falls($0, to: d) }
    }
    if let j = (rising + falling).min() {
      throw .runningColumn(
        source: source, column: name(j), from: values[j], to: values[(days - 1) * settings + j])
    }
  }

  /// Settings whose P&L is 0 every day, ascending: rules that never traded.
  public var zero: [Int] { constant.filter { values[$0] == 0 } }

  /// The name of a setting; its column, counted from 1, where the file has none.
  public func name(_ setting: Int) -> String { names?[setting] ?? "column \(setting + 1)" }

  /// One setting's P&L, in order of days. O(days).
  public func column(_ setting: Int) -> [Double] { (0..<days).map { values[$0 * settings + setting] } }

  /// What every setting earned above one series. What is less than 2⁻⁵⁰ of either is rounding of the two, and 0.
  ///
  /// - Parameters:
  ///   - benchmark: a table of one setting over the same days. Where both have dates these are compared, however they are
  ///     written. A count of the rows beside dates tells nothing; any other number beside a date is another day.
  ///   - own: the dates of a table that has none; as many as days.
  /// - Throws: ``OutcomeMatrixError`` for several settings, other days, and a difference that is not finite.
  public func above(
    _ benchmark: OutcomeMatrix, dates own: [String]? = nil
  ) throws(OutcomeMatrixError) -> OutcomeMatrix {
    guard benchmark.settings == 1 else {
      throw .notOneSeries(source: benchmark.source, settings: benchmark.settings)
    }
    guard benchmark.days == days else {
      throw .differentDays(source: benchmark.source, days: benchmark.days, other: source, otherDays: days)
    }
    if let dates = dates ?? own, let others = benchmark.dates {
      precondition(dates.count == days, "OutcomeMatrix.above: a date a day")
      if let d = dates.indices.first(where: { !RowDay.isSame(dates[$0], others[$0], row: $0) }) {
        throw .differentDate(source: benchmark.source, date: others[d], other: source, otherDate: dates[d])
      }
    }
    var differences = values
    for d in 0..<days {
      let other = benchmark.values[d]
      for k in d * settings..<(d + 1) * settings {
        let difference = values[k] - other
        differences[k] =
          difference.magnitude <= 0x1p-50 * max(values[k].magnitude, other.magnitude) ? 0 : difference
      }
    }
    return try OutcomeMatrix(
      values: differences, settings: settings, names: names, dates: dates, source: source)
  }
}
