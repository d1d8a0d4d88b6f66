import Foundation

@testable import RunStore

/// A folder of its own for each test, gone afterwards.
final class StoreFolder {
  let url: URL
  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "runstore-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }
  /// For a child of a test that is to die: its parent removes what it leaves.
  init(dyingFor test: String) throws {
    url = Self.left(by: getppid(), test).appending(path: UUID().uuidString)
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }
  /// Removes what this process's children that died for a test have left.
  static func removeLeft(by test: String) {
    try? FileManager.default.removeItem(at: left(by: getpid(), test))
  }
  private static func left(by parent: Int32, _ test: String) -> URL {
    FileManager.default.temporaryDirectory.appending(path: "runstore-\(test)-\(parent)")
  }
  deinit { try? FileManager.default.removeItem(at: url) }
  func path(_ name: String) -> String { url.appending(path: name).path }
  var names: [String] { (try? FileManager.default.contentsOfDirectory(atPath: url.path).sorted()) ?? [] }
}

/// A made-up study and its trials, three of which share a setting.
enum Sample {
  static let deltas = ["0.10", "0.15", "0.2", "{\"put\": 0.1}", "é\n"]
  static let stops = ["{\"none\": true}", "it's"]

  static let study = StudyRecord(
    name: "conservative", spaceText: "a: [1, 2]\nb: \"x\"\n", spaceFormat: "yaml", historyName: "demo",
    historyDigest: "sha256:00ff", provenance: "simulated minutes, modelled prices", codeVersion: "0.1.0",
    seed: UInt64.max - 3, from: "2014-01-02", to: "2018-12-31", configurations: 3000, marksName: "default-1",
    axes: [
      AxisRecord(path: "condor.short_delta", stride: 600, values: deltas),
      AxisRecord(path: "stop", stride: 300, values: stops),
      AxisRecord(path: "odd \"name\"", stride: 1, values: (0..<300).map { "\($0)" }),
    ])

  static let layout = StoreLayout(
    groupColumns: [.init("stop_rate", .real), .init("trades", .integer), .init("whipsaws", .integer)],
    trialColumns: [
      .init("net_cents", .integer), .init("sharpe", .real), .init("wins", .integer),
      .init("years", .blob), .init("profit_factor", .real),
    ],
    metrics: [
      ("net_dollars", "t.net_cents / 100.0"), ("sharpe", "t.sharpe"), ("profit_factor", "t.profit_factor"),
      ("win_rate", "CAST(t.wins AS REAL) / s.trades"), ("stop_rate", "s.stop_rate"), ("trades", "s.trades"),
    ], facts: [("years", "2014 2015")])

  static let metrics = layout.metrics.map(\.name)

  /// Figures that differ by trial, with every kind of hole.
  static func net(_ i: Int) -> Int64 { Int64(i * 7919 % 1009 - 500) * 100 + 37 }
  static func sharpe(_ i: Int) -> Double { i % 3 == 0 ? .nan : 1.0 / Double(i) }
  static func profitFactor(_ i: Int) -> Double { i % 7 == 0 ? .infinity : 0.1 + 0.2 }
  static func wins(_ i: Int) -> Int64 { Int64(i % 17) }
  static func years(_ i: Int) -> [UInt8] { [UInt8(truncatingIfNeeded: i), 0, 255, UInt8(i % 3)] }
  static func daily(_ i: Int) -> [Int64]? {
    i.isMultiple(of: 2) ? [net(i), 0, -1, .max, .min, 256, -256] : nil
  }
  static func setting(of trial: Int) -> Int { trial / 3 }
  private static func trades(_ setting: Int) -> Int64 { setting % 5 == 4 ? 0 : Int64(17 + setting % 11) }
  private static func stopRate(_ setting: Int) -> Double {
    setting % 4 == 1 ? .nan : Double(setting % 13) / 13
  }

  static func setting(_ id: Int) -> SettingRecord {
    SettingRecord(
      id: id, reason: id % 5 == 4 ? "the credit was never paid: é" : nil,
      integers: [trades(id), Int64(id)], reals: [stopRate(id)],
      outcomes: [OutcomeCount("stopped", id % 11), OutcomeCount("expired", 250 - id % 11)])
  }

  static func block(_ trials: [Int]) -> TrialBlock {
    TrialBlock(
      trials: trials, settings: trials.map { setting(of: $0) },
      columns: [
        .integers(trials.map(net)), .reals(trials.map(sharpe)), .integers(trials.map(wins)),
        .blobs(trials.flatMap(years), width: 4), .reals(trials.map(profitFactor)),
      ],
      daily: trials.compactMap { trial in daily(trial).map { (trial, $0) } })
  }

  /// The trial as it must be read.
  static func trial(_ i: Int) -> TrialRecord {
    let s = setting(of: i)
    let sharpe = sharpe(i)
    let stopRate = stopRate(s)
    return TrialRecord(
      index: i, assignments: [deltas[i / 600], stops[i / 300 % 2], "\(i % 300)"],
      status: s % 5 == 4 ? "no_trades" : "done", reason: s % 5 == 4 ? "the credit was never paid: é" : nil,
      netCents: net(i),
      metrics: [
        MetricValue("net_dollars", Double(net(i)) / 100),
        MetricValue("sharpe", sharpe.isNaN ? nil : sharpe), MetricValue("profit_factor", profitFactor(i)),
        MetricValue("win_rate", trades(s) == 0 ? nil : Double(wins(i)) / Double(trades(s))),
        MetricValue("stop_rate", stopRate.isNaN ? nil : stopRate), MetricValue("trades", Double(trades(s))),
      ],
      outcomes: [OutcomeCount("expired", 250 - s % 11), OutcomeCount("stopped", s % 11)],
      dailyCents: daily(i))
  }

  /// Settings of some trials.
  static func settings(_ trials: some Sequence<Int>) -> [SettingRecord] {
    Set(trials.map { setting(of: $0) }).sorted().map(setting)
  }

  /// Appends trials with their settings in one call.
  static func append(_ trials: some Sequence<Int>, to store: RunStore) throws {
    let trials = trials.sorted()
    try store.append(block(trials), settings: settings(trials))
  }
}
