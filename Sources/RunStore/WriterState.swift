import GRDB

/// How far a study is, as its table says.
enum StoreState: Int {
  /// Trials may come still; those stored came in the order of their index.
  case ordered = 0
  /// All trials are stored.
  case finished = 1
  /// Trials may come still; those stored came in another order.
  case unordered = 2
}

/// What a writer knows of the trials stored.
struct WriterState: Sendable {
  var numbers = SettingNumbers()
  /// The highest trial.
  var last: Int?
  /// How many trials there are.
  var count = 0
  /// Whether they came in the order of their index.
  var isOrdered = true

  /// Of an empty store.
  init() {}

  /// Of a store that is opened again.
  init(_ db: Database, path: String, shape: StoreShape) throws {
    let settings = try SettingReader(db, path: path, shape: shape)
    for setting in try Int.fetchAll(db, sql: "SELECT setting FROM settings ORDER BY setting") {
      numbers.adopt(try settings.setting(setting), number: setting)
    }
    last = try Int.fetchOne(db, sql: "SELECT max(trial) FROM trials")
    count = try Int.fetchOne(db, sql: "SELECT count(*) FROM trials") ?? 0
    isOrdered = try Int.fetchOne(db, sql: "SELECT state FROM studies") != StoreState.unordered.rawValue
  }
}
