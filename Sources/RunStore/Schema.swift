import GRDB

/// The tables of a store. A change is a new version with its own ``Migration``.
enum Schema {
  /// "WING" in SQLite's application id: marks a file as ours.
  static let applicationID = 0x5749_4E47
  /// The version this code writes and reads.
  static let version = 3
  /// The tables that every store has.
  static let tables = [
    "axes", "axis_values", "daily", "generations", "meta", "outcome_codes", "outcomes", "settings", "studies",
    "trials",
  ]
  /// The columns that every `trials_wide` begins with.
  static let fixedColumns = ["trial", "status", "reason", "net_cents"]

  /// Definition of the table `studies`.
  static let studies = """
    CREATE TABLE studies (
      id INTEGER PRIMARY KEY,
      name TEXT NOT NULL,
      space_text TEXT NOT NULL,
      space_format TEXT NOT NULL,
      history_name TEXT NOT NULL,
      history_digest TEXT NOT NULL,
      provenance TEXT NOT NULL,
      code_version TEXT NOT NULL,
      seed TEXT NOT NULL,
      from_date TEXT NOT NULL,
      to_date TEXT NOT NULL,
      configurations INTEGER NOT NULL,
      marks_name TEXT NOT NULL,
      method TEXT NOT NULL,
      settings TEXT NOT NULL,
      kept INTEGER,
      shard INTEGER,
      shards INTEGER,
      state INTEGER NOT NULL
    ) STRICT
    """
  /// Definition of the table `axes`.
  static let axes = """
    CREATE TABLE axes (
      axis INTEGER PRIMARY KEY,
      path TEXT NOT NULL,
      stride INTEGER,
      size INTEGER NOT NULL
    ) STRICT
    """
  /// Definition of the table `generations`.
  static let generations = """
    CREATE TABLE generations (
      generation INTEGER PRIMARY KEY,
      first_trial INTEGER NOT NULL,
      trials INTEGER NOT NULL,
      evaluations_before INTEGER NOT NULL,
      hypervolume REAL,
      best REAL,
      note TEXT
    ) STRICT
    """

  /// Makes tables and view in an empty database.
  static func create(_ db: Database, layout: StoreLayout, axes axisRecords: [AxisRecord]) throws {
    try db.execute(
      sql: """
        CREATE TABLE meta (
          key TEXT PRIMARY KEY,
          value TEXT NOT NULL
        ) STRICT;
        \(studies);
        \(axes);
        CREATE TABLE axis_values (
          axis INTEGER NOT NULL REFERENCES axes(axis),
          choice INTEGER NOT NULL,
          text TEXT NOT NULL,
          PRIMARY KEY (axis, choice)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE settings (
          setting INTEGER PRIMARY KEY,
          reason TEXT\(definitions(layout.groupColumns))
        ) STRICT;
        CREATE TABLE outcome_codes (
          id INTEGER PRIMARY KEY,
          code TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE outcomes (
          setting INTEGER NOT NULL REFERENCES settings(setting),
          outcome INTEGER NOT NULL REFERENCES outcome_codes(id),
          sessions INTEGER NOT NULL,
          PRIMARY KEY (setting, outcome)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE trials (
          trial INTEGER PRIMARY KEY,
          setting INTEGER NOT NULL REFERENCES settings(setting)\(definitions(layout.trialColumns))
        ) STRICT;
        CREATE TABLE daily (
          trial INTEGER PRIMARY KEY REFERENCES trials(trial),
          net_cents BLOB NOT NULL
        ) STRICT;
        \(generations);
        """)
    if axisRecords.hasPoints {
      let columns = axisRecords.enumerated().map { ",\n  p\($0) \($1.values.isEmpty ? "REAL" : "INTEGER")" }
      try db.execute(
        sql: """
          CREATE TABLE points (
            trial INTEGER PRIMARY KEY REFERENCES trials(trial)\(columns.joined())
          ) STRICT
          """)
    }
    try createWideView(db, layout: layout, axes: axisRecords)
    try mark(db)
  }

  /// Makes an empty database the store that another is, table by table in the same order.
  static func create(_ db: Database, like statements: [String]) throws {
    for sql in statements { try db.execute(sql: sql) }
    try mark(db)
  }

  /// The statements that made a store, in their order.
  static func statements(_ db: Database) throws -> [String] {
    try String.fetchAll(db, sql: "SELECT sql FROM sqlite_master WHERE sql IS NOT NULL ORDER BY rowid")
  }

  private static func mark(_ db: Database) throws {
    try db.execute(sql: "PRAGMA application_id = \(applicationID); PRAGMA user_version = \(version)")
  }

  private static func definitions(_ columns: [StoreLayout.Column]) -> String {
    columns.map { ",\n  \(quoted($0.name)) \($0.kind.rawValue)\($0.kind == .real ? "" : " NOT NULL")" }
      .joined()
  }

  /// Makes `trials_wide`: a row a trial, a column for each searched parameter and each metric.
  ///
  /// The joins are outer ones only so that SQLite leaves them out of a query that needs nothing from their tables: every
  /// trial has its setting and, where there are points, its point.
  private static func createWideView(_ db: Database, layout: StoreLayout, axes: [AxisRecord]) throws {
    let statuses = layout.withoutResult.map { "WHEN \($0.condition) THEN '\($0.status)' " }.joined()
    let net = StoreLayout.ifThereIsAResult("t.net_cents", withoutResult: layout.withoutResult)
    var columns = [
      "t.trial AS trial", "CASE \(statuses)WHEN s.reason IS NULL THEN 'done' ELSE 'no_trades' END AS status",
      "s.reason AS reason", "\(net) AS net_cents",
    ]
    var taken = Set(fixedColumns + layout.metrics.map { $0.name.lowercased() })
    for (index, axis) in axes.enumerated() {
      var name = axis.path
      while !taken.insert(name.lowercased()).inserted { name = "axis." + name }
      if axis.isReal {
        columns.append("p.p\(index) AS \(quoted(name))")
        continue
      }
      let choice = axis.stride.map { "t.trial / \($0) % \(axis.values.count)" } ?? "p.p\(index)"
      columns.append(
        "(SELECT text FROM axis_values WHERE axis = \(index) AND choice = \(choice)) AS \(quoted(name))")
    }
    for metric in layout.metrics { columns.append("\(metric.expression) AS \(quoted(metric.name))") }
    let points = axes.hasPoints ? " LEFT JOIN points p ON p.trial = t.trial" : ""
    try db.execute(
      sql: """
        CREATE VIEW trials_wide AS SELECT
          \(columns.joined(separator: ",\n  "))
        FROM trials t LEFT JOIN settings s ON s.setting = t.setting\(points)
        """)
  }

  /// A name as SQL spells it.
  static func quoted(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}

/// The columns a store has, as its tables and view say.
struct StoreShape: Sendable {
  let groupColumns: [StoreLayout.Column]
  let trialColumns: [StoreLayout.Column]
  /// The searched parameters' names in the view, in order.
  let axisNames: [String]
  let metrics: [String]
  /// Whether each trial has a point of its own.
  let hasPoints: Bool
  /// How many searched parameters there are.
  var axisCount: Int { axisNames.count }

  /// The shape of an open store; nil if it isn't one that this version makes.
  init?(_ db: Database) throws {
    func columns(_ table: String) throws -> [(name: String, type: String)] {
      try Row.fetchAll(
        db, sql: "SELECT name, type FROM pragma_table_info(?) ORDER BY cid", arguments: [table]
      )
      .map { (String.fromDatabaseValue($0[0]) ?? "", String.fromDatabaseValue($0[1]) ?? "") }
    }
    func own(_ table: String, after: [String]) throws -> [StoreLayout.Column]? {
      let all = try columns(table)
      guard all.prefix(after.count).map(\.name) == after else { return nil }
      let own = all.dropFirst(after.count)
      let known = own.compactMap { column in
        StoreLayout.Kind(rawValue: column.type).map { StoreLayout.Column(column.name, $0) }
      }
      return known.count == own.count ? known : nil
    }
    let tables = try String.fetchAll(
      db, sql: "SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
    let hasPoints = tables.contains("points")
    guard tables.filter({ $0 != "points" }) == Schema.tables else { return nil }
    let view = try columns("trials_wide").map(\.name)
    let fixed = Schema.fixedColumns
    let axes = try Int.fetchOne(db, sql: "SELECT count(*) FROM axes") ?? 0
    guard let group = try own("settings", after: ["setting", "reason"]),
      let trial = try own("trials", after: ["trial", "setting"]),
      Array(view.prefix(fixed.count)) == fixed, view.count >= fixed.count + axes,
      try !hasPoints || columns("points").count == axes + 1
    else { return nil }
    groupColumns = group
    trialColumns = trial
    self.hasPoints = hasPoints
    axisNames = Array(view[fixed.count..<fixed.count + axes])
    metrics = Array(view.dropFirst(fixed.count + axes))
  }
}
