import GRDB

/// The tables of a store. A change is a new version with its own step; a step that was shipped is never edited.
enum Schema {
  /// "WING" in SQLite's application id: marks a file as ours.
  static let applicationID = 0x5749_4E47
  /// The version this code writes and the newest it reads.
  static let version = 1

  /// Makes the tables in an empty database.
  static func create(_ db: Database) throws {
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
          marks_name TEXT NOT NULL,
          axes TEXT NOT NULL
        ) STRICT;
        CREATE TABLE trials (
          trial INTEGER PRIMARY KEY,
          study INTEGER NOT NULL REFERENCES studies(id),
          parameters TEXT NOT NULL,
          assignments TEXT NOT NULL,
          status TEXT NOT NULL,
          reason TEXT,
          net_cents INTEGER NOT NULL
        ) STRICT;
        CREATE TABLE metric_names (
          id INTEGER PRIMARY KEY,
          name TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE metrics (
          trial INTEGER NOT NULL REFERENCES trials(trial),
          metric INTEGER NOT NULL REFERENCES metric_names(id),
          value REAL,
          PRIMARY KEY (trial, metric)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE outcome_codes (
          id INTEGER PRIMARY KEY,
          code TEXT NOT NULL UNIQUE
        ) STRICT;
        CREATE TABLE outcomes (
          trial INTEGER NOT NULL REFERENCES trials(trial),
          outcome INTEGER NOT NULL REFERENCES outcome_codes(id),
          sessions INTEGER NOT NULL,
          PRIMARY KEY (trial, outcome)
        ) STRICT, WITHOUT ROWID;
        CREATE TABLE daily (
          trial INTEGER PRIMARY KEY REFERENCES trials(trial),
          net_cents BLOB NOT NULL
        ) STRICT;
        PRAGMA application_id = \(applicationID);
        PRAGMA user_version = \(version);
        """)
  }

  /// (Re)makes `trials_wide`: a row a trial, a column for each searched parameter and each metric.
  static func createWideView(_ db: Database, axes: [String], metrics: [(id: Int, name: String)]) throws {
    var columns = ["t.trial", "t.status", "t.reason", "t.net_cents"]
    for (index, axis) in axes.enumerated() {
      columns.append("json_extract(t.assignments, '$[\(index)]') AS \(quoted(axis))")
    }
    for metric in metrics where !axes.contains(metric.name) && !fixedColumns.contains(metric.name) {
      columns.append(
        "(SELECT value FROM metrics WHERE trial = t.trial AND metric = \(metric.id)) AS \(quoted(metric.name))"
      )
    }
    try db.execute(sql: "DROP VIEW IF EXISTS trials_wide")
    try db.execute(sql: "CREATE VIEW trials_wide AS SELECT \(columns.joined(separator: ", ")) FROM trials t")
  }

  private static let fixedColumns = ["trial", "status", "reason", "net_cents"]

  private static func quoted(_ name: String) -> String {
    "\"" + name.replacing("\"", with: "\"\"") + "\""
  }
}
