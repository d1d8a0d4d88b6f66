import Foundation
import GRDB
import Testing

@testable import RunStore

@Suite struct RunStoreRoundTripTests {
  private func create(_ path: String, _ layout: StoreLayout = Sample.layout) throws -> RunStore {
    try RunStore.create(path: path, study: Sample.study, layout: layout)
  }

  @Test func whatIsStoredComesBack() throws {
    let folder = try StoreFolder()
    let path = folder.path("runs.sqlite")
    let writer = try create(path)
    let trials = [0, 299, 300, 599, 600, 1799, 2999] + Array(1..<100)
    for start in stride(from: 0, to: trials.count, by: 30) {
      try Sample.append(trials[start..<min(start + 30, trials.count)], to: writer)
    }
    try writer.append(Sample.block([]), settings: [])
    let expected = trials.sorted().map(Sample.trial)
    #expect(try writer.trials(withDaily: true) == expected)
    try writer.close()
    #expect(folder.names == ["runs.sqlite"])

    let reader = try RunStore.open(path: path)
    #expect(try reader.study() == Sample.study)
    #expect(try reader.trialCount() == trials.count)
    #expect(try reader.trials(withDaily: true) == expected)
    #expect(try reader.trials().allSatisfy { $0.dailyCents == nil })
    #expect(try reader.trial(index: 42) == Sample.trial(42))
    #expect(try reader.trial(index: 100) == nil)
    #expect(reader.metricNames() == Sample.metrics)
    #expect(throws: RunStoreError.readOnly(path: path)) { try Sample.append([100], to: reader) }
    #expect(throws: RunStoreError.readOnly(path: path)) { try reader.finish() }
    try reader.close()
  }

  /// Columns of every kind by themselves, and every bit of what they hold.
  @Test func everyBitOfAColumnIsKept() throws {
    let folder = try StoreFolder()
    let layout = StoreLayout(
      groupColumns: [], trialColumns: [.init("net_cents", .integer), .init("x", .real), .init("b", .blob)],
      metrics: [("x", "t.x"), ("net", "t.net_cents")])
    let writer = try create(folder.path("s"), layout)
    let shared = [SettingRecord(id: -7, integers: [], reals: [])]
    let reals = [0.1, .nan, -0.0, .infinity, -.infinity, .leastNonzeroMagnitude, 1e300, -1.0.nextUp]
    let nets: [Int64] = [.max, .min, 0, -1, 1 << 53, (1 << 53) + 1, -(1 << 60), 5]
    let bytes = (0..<24).map { UInt8($0 * 11 % 256) }
    try writer.append(
      TrialBlock(
        trials: Array(0..<8), settings: Array(repeating: -7, count: 8),
        columns: [.integers(nets), .reals(reals), .blobs(bytes, width: 3)]), settings: shared)
    let back = try writer.trials()
    for (i, trial) in back.enumerated() {
      #expect(trial.netCents == nets[i])
      #expect(trial.metric("x") == (reals[i].isNaN ? nil : reals[i]))
      // As Swift rounds whole numbers of more than 53 bits.
      #expect(trial.metric("net")?.bitPattern == Double(nets[i]).bitPattern)
      #expect(trial.outcomes.isEmpty && trial.status == "done")
    }
    let stored = try writer.queue.read { try Data.fetchAll($0, sql: "SELECT b FROM trials ORDER BY trial") }
    #expect(stored.flatMap { Array($0) } == bytes)
    // A blob without bytes is a blob.
    try writer.append(
      TrialBlock(
        trials: [9], settings: [-7], columns: [.integers([1]), .reals([1]), .blobs([], width: 0)]),
      settings: shared)
    let type = try writer.queue.read {
      try String.fetchOne($0, sql: "SELECT typeof(b) FROM trials WHERE trial = 9")
    }
    #expect(type == "blob")
    try writer.close()
  }

  @Test(arguments: Sample.metrics + ["net_cents"], [true, false])
  func trialsAreOrderedByAMetricThenByIndexWithHolesLast(metric: String, descending: Bool) throws {
    let folder = try StoreFolder()
    let writer = try create(folder.path("s"))
    let trials = (0..<200).map(Sample.trial)
    try Sample.append(100..<200, to: writer)
    try Sample.append(0..<100, to: writer)
    func value(_ trial: TrialRecord) -> Double? {
      metric == "net_cents" ? trial.netCents.map { Double($0) } : trial.metric(metric)
    }
    let expected = trials.sorted { a, b in
      switch (value(a), value(b)) {
      case (let x?, let y?): x == y ? a.index < b.index : (x < y) != descending
      case (nil, nil): a.index < b.index
      case (let x, _): x != nil
      }
    }
    let found = try writer.trials(orderBy: metric, descending: descending)
    #expect(found.map(\.index) == expected.map(\.index))
    #expect(found.allSatisfy { $0.dailyCents == nil })
    let top = try writer.trials(orderBy: metric, descending: descending, limit: 7, withDaily: true)
    #expect(top == Array(expected.prefix(7)))
    #expect(try writer.trials(orderBy: metric, descending: descending, limit: 0).isEmpty)
    try writer.close()
  }

  /// Ranking a million trials reads one table once: no setting a row, no axis a row.
  @Test func rankingByAColumnOfTheTrialsReadsNothingElse() throws {
    let folder = try StoreFolder()
    let writer = try create(folder.path("s"))
    func plan(_ metric: String) throws -> [String] {
      let sql = "EXPLAIN QUERY PLAN " + RunStore.ranking(metric, descending: true)
      return try writer.queue.read { try Row.fetchAll($0, sql: sql, arguments: [20]).map { $0["detail"] } }
    }
    for metric in ["net_cents", "net_dollars", "sharpe"] {
      #expect(try plan(metric) == ["SCAN t", "USE TEMP B-TREE FOR ORDER BY"])
    }
    #expect(try plan("win_rate").contains { $0.contains("SEARCH s USING INTEGER PRIMARY KEY") })
    try writer.close()
  }

  @Test func theWideViewHasAColumnForEachAxisAndMetric() throws {
    let folder = try StoreFolder()
    let writer = try create(folder.path("s"))
    try Sample.append([1, 2, 14, 900], to: writer)
    let rows = try writer.queue.read { db in
      try Row.fetchAll(db, sql: "SELECT * FROM trials_wide ORDER BY trial")
    }
    #expect(
      Array(rows[0].columnNames) == [
        "trial", "status", "reason", "net_cents", "condor.short_delta", "stop", "odd \"name\"", "net_dollars",
        "sharpe", "profit_factor", "win_rate", "stop_rate", "trades",
      ])
    #expect(rows.map { $0["trial"] } == [1, 2, 14, 900])
    #expect(rows.map { $0["status"] } == ["done", "done", "no_trades", "done"])
    #expect(rows[2]["reason"] == "the credit was never paid: é")
    #expect(rows.map { $0["condor.short_delta"] } == ["0.10", "0.10", "0.10", "0.15"])
    #expect(rows.map { $0["stop"] } == ["{\"none\": true}", "{\"none\": true}", "{\"none\": true}", "it's"])
    #expect(rows.map { $0["odd \"name\""] } == ["1", "2", "14", "0"])
    #expect(rows[1]["sharpe"] == 0.5)
    #expect(rows[1]["win_rate"] as Double? == Double(2) / 17)
    #expect(rows[2]["win_rate"] == nil as Double?)
    #expect(rows[0]["trades"] == 17)
    try writer.close()
  }

  /// A searched parameter that is called as a metric or a fixed column leaves it its name.
  @Test func anAxisTakesNoOthersName() throws {
    let folder = try StoreFolder()
    var study = Sample.study
    study.axes = ["sharpe", "Reason", "reason", "plain"].map {
      AxisRecord(path: $0, stride: 1, values: ["a"])
    }
    let writer = try RunStore.create(path: folder.path("s"), study: study, layout: Sample.layout)
    try Sample.append([4], to: writer)
    let row = try #require(
      try writer.queue.read { try Row.fetchOne($0, sql: "SELECT * FROM trials_wide") })
    #expect(Array(row.columnNames)[4..<8] == ["axis.sharpe", "axis.Reason", "axis.axis.reason", "plain"])
    #expect(row["sharpe"] == 0.25 && row["axis.sharpe"] == "a")
    #expect(writer.metricNames() == Sample.metrics)
    #expect(try writer.trial(index: 4)?.assignments == ["a", "a", "a", "a"])
    #expect(try writer.study().axes.map(\.path) == ["sharpe", "Reason", "reason", "plain"])
    try writer.close()
  }

  /// The numbers of the settings and the order of writing don't show; all else does.
  @Test func sameTrialsInOtherBatchesDumpTheSameBytes() throws {
    let folder = try StoreFolder()
    func dump(
      _ name: String, _ batches: [[Int]], settings: (inout SettingRecord) -> Void = { _ in },
      layout: StoreLayout = Sample.layout, block: (inout TrialBlock) -> Void = { _ in }
    ) throws -> String {
      let writer = try create(folder.path(name), layout)
      for batch in batches {
        let made = Sample.settings(batch).reversed().map { setting in
          var setting = setting
          if name == "b" { setting.outcomes.reverse() }
          settings(&setting)
          return setting
        }
        var changed = Sample.block(batch)
        block(&changed)
        try writer.append(changed, settings: made)
      }
      try writer.close()
      return try RunStore.canonicalDump(path: folder.path(name))
    }
    let whole = try dump("a", [Array(0..<57)])
    #expect(try dump("b", [Array(40..<57), Array(11..<40), Array(0..<11)]) == whole)
    #expect(try dump("c", stride(from: 0, to: 57, by: 10).map { Array($0..<min($0 + 10, 57)) }) == whole)
    #expect(whole.split(separator: "\n").count == 58)
    #expect(whole.contains("} years=2014 2015\ntrial ") && whole.hasSuffix(" years=3800FF02\n"))

    // One cent, one figure's last bit, one outcome more, one byte, one fact must show.
    let all = [Array(0..<57)]
    let changes: [(inout TrialBlock) -> Void] = [
      { $0.columns[0] = .integers((0..<57).map { Sample.net($0) + ($0 == 8 ? 1 : 0) }) },
      {
        $0.columns[4] = .reals(
          (0..<57).map { $0 == 8 ? Sample.profitFactor(8).nextUp : Sample.profitFactor($0) })
      },
      { $0.daily[4].cents[2] -= 1 },
      { $0.columns[3] = .blobs((0..<57).flatMap { $0 == 8 ? [8, 0, 254, 2] : Sample.years($0) }, width: 4) },
    ]
    for (index, change) in changes.enumerated() {
      #expect(try dump("x\(index)", all, block: change) != whole, "change \(index)")
    }
    #expect(try dump("y", all, settings: { if $0.id == 8 { $0.outcomes[0].count += 1 } }) != whole)
    #expect(try dump("z", all, settings: { if $0.id == 8 { $0.integers[0] += 1 } }) != whole)
    let other = StoreLayout(
      groupColumns: Sample.layout.groupColumns, trialColumns: Sample.layout.trialColumns,
      metrics: Sample.layout.metrics, facts: [("years", "2014 2016")])
    #expect(try dump("w", all, layout: other) != whole)
  }

  @Test func dailyValuesKeepEveryBit() {
    let values: [Int64] = [0, 1, -1, .max, .min, 0x0102_0304_0506_0708]
    #expect(RunStore.bytes([0x0102_0304_0506_0708]) == [8, 7, 6, 5, 4, 3, 2, 1])
    #expect(RunStore.cents(RunStore.bytes(values)) == values)
    #expect(RunStore.cents([1, 2, 3]) == nil)
  }

  @Test func aStoreIsResumedWhereItEnded() throws {
    let folder = try StoreFolder()
    let path = folder.path("s")
    let first = try create(path)
    try Sample.append(0..<10, to: first)
    try first.close()
    let second = try RunStore.resume(path: path)
    #expect(try second.trialCount() == 10)
    // Trial 10 belongs to a setting stored before.
    try Sample.append(10..<20, to: second)
    try second.checkpoint()
    try second.close()
    #expect(folder.names == ["s"])
    #expect(try RunStore.open(path: path).trials(withDaily: true) == (0..<20).map(Sample.trial))
  }

  /// Everything points to something, though the writer doesn't ask SQLite to check each row.
  @Test func everyReferenceLeadsSomewhere() throws {
    let folder = try StoreFolder()
    let writer = try create(folder.path("s"))
    try Sample.append(0..<300, to: writer)
    try writer.close()
    let queue = try DatabaseQueue(path: folder.path("s"))
    let (broken, check) = try queue.read { db in
      (
        try Row.fetchAll(db, sql: "PRAGMA foreign_key_check").count,
        try String.fetchAll(db, sql: "PRAGMA integrity_check")
      )
    }
    #expect(broken == 0 && check == ["ok"])
    try queue.close()
  }
}
