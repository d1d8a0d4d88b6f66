import GRDB

/// One step from a schema to the next. A step that was released is never edited; the next version adds its own.
struct Migration: Sendable {
  /// The version it starts from; it ends at the one after.
  let from: Int
  let run: @Sendable (Database) throws -> Void

  /// All steps, one after the other. A store older than the first is refused.
  static let chain = [Migration(from: 2, run: gridsAndPoints)]

  /// The oldest version that can be brought to today's.
  static let oldest = chain.map(\.from).min() ?? Schema.version

  /// Brings a store to today's version. Call it in a transaction, with foreign keys off.
  static func migrate(_ db: Database, from version: Int) throws {
    for step in chain where step.from >= version {
      try step.run(db)
      try db.execute(sql: "PRAGMA user_version = \(step.from + 1)")
    }
  }

  /// 2 to 3: methods other than the grid, shards, the journal of generations, the mark of a finished study; the time of
  /// creation leaves the store.
  ///
  /// Version 2 had grids only, and didn't say whether one was finished: it is if no trial is missing. Whether
  /// the trials were written in their order isn't known, so that an unfinished one is copied when it ends.
  private static func gridsAndPoints(_ db: Database) throws {
    try db.execute(
      sql: """
        CREATE TABLE generations (
          generation INTEGER PRIMARY KEY,
          first_trial INTEGER NOT NULL,
          trials INTEGER NOT NULL,
          evaluations_before INTEGER NOT NULL,
          hypervolume REAL,
          best REAL,
          note TEXT
        ) STRICT;
        CREATE TABLE studies_3 (
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
        ) STRICT;
        INSERT INTO studies_3
          SELECT id, name, space_text, space_format, history_name, history_digest, provenance, code_version, seed,
            from_date, to_date, configurations, marks_name, 'grid', '{}', NULL, NULL, NULL,
            CASE (SELECT count(*) FROM trials) WHEN configurations THEN 1 ELSE 2 END
          FROM studies;
        DROP TABLE studies;
        ALTER TABLE studies_3 RENAME TO studies;
        CREATE TABLE axes_3 (
          axis INTEGER PRIMARY KEY,
          path TEXT NOT NULL,
          stride INTEGER,
          size INTEGER NOT NULL
        ) STRICT;
        INSERT INTO axes_3 SELECT axis, path, stride, size FROM axes;
        DROP TABLE axes;
        ALTER TABLE axes_3 RENAME TO axes;
        DELETE FROM meta WHERE key = 'created_at';
        """)
  }
}
