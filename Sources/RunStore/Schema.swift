import GRDB

/// The tables of a store. A change is a new version; a store of another version is refused, not changed.
enum Schema {
  /// "WING" in SQLite's application id: marks a file as ours.
  static let applicationID = 0x5749_4E47
  /// The version this code writes and reads.
  static let version = 2
  /// How many tables a store has.
  static let tableCount = 9
  /// The columns that every `trials_wide` begins with.
  static let fixedColumns = ["trial", "status", "reason", "net_cents"]
  /// The key of `meta` that tells one run from its repetition.
  static let createdAt = "created_at"

  /// Makes tables and view in an empty database.
  static func create(_ db: Database, layout: StoreLayout, axes: [AxisRecord]) throws {
    try db.execute(
      sql: """
        CREATE TABLE meta (
          key TEXT PRIMARY KEY,
          value TEXT NOT NULL
        ) STRICT;
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
          marks_name TEXT NOT NULL
        ) STRICT;
        CREATE TABLE axes (
          axis INTEGER PRIMARY KEY,
          path TEXT NOT NULL,
          stride INTEGER NOT NULL,
          size INTEGER NOT NULL
        ) STRICT;
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
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """)
    try createWideView(db, layout: layout, axes: axes)
  }

  private static func definitions(_ columns: [StoreLayout.Column]) -> String {
    columns.map { ",\n  \(quoted($0.name)) \($0.kind.rawValue)\($0.kind == .real ? "" : " NOT NULL")" }
      .joined()
  }

  /// Makes `trials_wide`: a row a trial, a column for each searched parameter and each metric.
  ///
  /// The join is an outer one only so that SQLite leaves it out of a query that needs nothing from `settings`: every
  /// trial has its setting.
  private static func createWideView(_ db: Database, layout: StoreLayout, axes: [AxisRecord]) throws {
    var columns = [
      "t.trial AS trial", "CASE WHEN s.reason IS NULL THEN 'done' ELSE 'no_trades' END AS status",
      "s.reason AS reason", "t.net_cents AS net_cents",
    ]
    var taken = Set(fixedColumns + layout.metrics.map { $0.name.lowercased() })
    for (index, axis) in axes.enumerated() {
      var name = axis.path
      while !taken.insert(name.lowercased()).inserted { name = "axis." + name }
      let choice = "t.trial / \(axis.stride) % \(axis.values.count)"
      columns.append(
        "(SELECT text FROM axis_values WHERE axis = \(index) AND choice = \(choice)) AS \(quoted(name))")
    }
    for metric in layout.metrics { columns.append("\(metric.expression) AS \(quoted(metric.name))") }
    try db.execute(
      sql: """
        CREATE VIEW trials_wide AS SELECT
          \(columns.joined(separator: ",\n  "))
        FROM trials t LEFT JOIN settings s ON s.setting = t.setting
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
  /// How many searched parameters there are.
  let axisCount: Int
  let metrics: [String]

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
    let view = try columns("trials_wide").map(\.name)
    let fixed = Schema.fixedColumns
    let axes = try Int.fetchOne(db, sql: "SELECT count(*) FROM axes") ?? 0
    guard let group = try own("settings", after: ["setting", "reason"]),
      let trial = try own("trials", after: ["trial", "setting"]),
      Array(view.prefix(fixed.count)) == fixed, view.count >= fixed.count + axes
    else { return nil }
    groupColumns = group
    trialColumns = trial
    axisCount = axes
    metrics = Array(view.dropFirst(fixed.count + axes))
  }
}
