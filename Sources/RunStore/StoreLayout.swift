/// What a study keeps of a trial: the columns of the store's tables, and the figures made from them.
///
/// The store knows no column's meaning. Two tables hold what is counted and measured: `settings` what several trials
/// share, `trials` what is a trial's own. A metric is an SQL expression over both, so that a column can hold whole
/// cents and the view `trials_wide` shows dollars.
public struct StoreLayout: Sendable {
  /// What a column holds.
  public enum Kind: String, Sendable, Hashable {
    /// Whole numbers, 64 bits; never missing.
    case integer = "INTEGER"
    /// Floating point; NaN is stored as NULL.
    case real = "REAL"
    /// Bytes, as many in each row of a block; never missing.
    case blob = "BLOB"
  }

  /// One column of a table.
  public struct Column: Sendable, Hashable {
    /// Its name, with its unit: `worst_cents`.
    public let name: String
    /// What it holds.
    public let kind: Kind

    /// A column.
    public init(_ name: String, _ kind: Kind) {
      self.name = name
      self.kind = kind
    }
  }

  /// Columns of `settings`, integers and reals.
  public let groupColumns: [Column]
  /// Columns of `trials`; the first is `net_cents`.
  public let trialColumns: [Column]
  /// Figures by name, each an SQL expression over `t` (a row of `trials`) and `s` (its row of `settings`):
  /// `t.net_cents / 100.0`.
  public let metrics: [(name: String, expression: String)]
  /// Trials that have no result, by status: SQL over `t` and `s` that tells them. Their net cents read as NULL, and so do
  /// metrics made by ``ifThereIsAResult(_:withoutResult:)``: what stands in their columns means nothing.
  public let withoutResult: [(status: String, condition: String)]
  /// What a reader of the columns must know, for the table `meta`: the years of a column of years.
  public let facts: [(key: String, value: String)]

  /// A layout.
  ///
  /// - Precondition: the first trial column is the integer `net_cents`; no group column is a blob; names of a table's
  ///   columns and of metrics are unique and not those that every store has.
  public init(
    groupColumns: [Column], trialColumns: [Column], metrics: [(name: String, expression: String)],
    withoutResult: [(status: String, condition: String)] = [], facts: [(key: String, value: String)] = []
  ) {
    precondition(
      trialColumns.first == Column("net_cents", .integer),
      "StoreLayout: the first trial column must be the integer net_cents")
    precondition(groupColumns.allSatisfy { $0.kind != .blob }, "StoreLayout: a group column is a blob")
    Self.checkNames(groupColumns.map(\.name), taken: ["setting", "reason"])
    Self.checkNames(trialColumns.map(\.name), taken: ["trial", "setting"])
    Self.checkNames(metrics.map(\.name), taken: Schema.fixedColumns)
    Self.checkNames(facts.map(\.key), taken: [])
    self.groupColumns = groupColumns
    self.trialColumns = trialColumns
    self.metrics = metrics
    self.withoutResult = withoutResult
    self.facts = facts
  }

  /// An expression that is NULL for trials without a result.
  public static func ifThereIsAResult(
    _ expression: String, withoutResult: [(status: String, condition: String)]
  ) -> String {
    guard !withoutResult.isEmpty else { return expression }
    return
      "CASE WHEN \(withoutResult.map(\.condition).joined(separator: " OR ")) THEN NULL ELSE \(expression) END"
  }

  /// SQLite tells names apart without regard to case.
  private static func checkNames(_ names: [String], taken: [String]) {
    var seen = Set(taken)
    for name in names {
      precondition(seen.insert(name.lowercased()).inserted, "StoreLayout: the name '\(name)' is taken")
    }
  }
}
